"""Money, times and spans as people say them, and in one piece."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.views import labels, times
from bot.chat.views.changes import reason
from bot.chat.views.times import Now
from bot.clock import IST
from bot.domain.lead import LostReason

ZONE = ZoneInfo("Asia/Kolkata")
NOW = Now(datetime(2026, 10, 8, 18, 30, tzinfo=IST), ZONE)
"""A Thursday."""
GAP = "\u00a0"


@pytest.mark.parametrize(
    ("least", "most", "said"),
    [
        (None, None, ""),
        (0, 0, "₹0"),
        (500, 500, "₹500"),
        (85000, 85000, "₹85,000"),
        (99999, 99999, "₹99,999"),
        (100000, 100000, "₹1 lakh"),
        (123456, 123456, "₹1.23 lakh"),
        (150000, 150000, "₹1.5 lakh"),
        (9_999_499, 9_999_499, "₹99.99 lakh"),
        (9_999_500, 9_999_500, "₹1 crore"),
        (12_000_000, 12_000_000, "₹1.2 crore"),
        (1_000_000_000_000, 1_000_000_000_000, "₹1,00,000 crore"),
        (3000, 10000, "₹3,000-10,000"),
        (100000, 240000, "₹1-2.4 lakh"),
        (240000, 100000, "₹1-2.4 lakh"),
        (10_000_000, 24_000_000, "₹1-2.4 crore"),
        (50000, 150000, "₹0.5-1.5 lakh"),
        (9_000_000, 12_000_000, "₹0.9-1.2 crore"),
        (3000, 250000, "₹3,000-₹2.5 lakh"),
        (500000, 20_000_000, "₹5 lakh-₹2 crore"),
        (100000, 100200, "₹1 lakh"),
        (None, 250000, "up to ₹2.5 lakh"),
        (40000, None, "from ₹40,000"),
    ],
)
def test_money_is_said_as_people_say_it(least: int | None, most: int | None, said: str) -> None:
    assert labels.rupees(least, most).replace(GAP, " ") == said


@given(st.integers(0, 2**63 - 1), st.integers(0, 2**63 - 1))
def test_no_amount_is_parted_from_its_unit(least: int, most: int) -> None:
    assert " " not in labels.rupees(least, most)


@pytest.mark.parametrize(
    ("at", "list_", "card"),
    [
        ((2026, 10, 8, 18, 24), "6:24 pm", "6:24 pm"),
        ((2026, 10, 8, 0, 5), "12:05 am", "12:05 am"),
        ((2026, 10, 7, 16, 0), "Wed 4 pm", "7 Oct, 4:00 pm"),
        ((2026, 10, 2, 9, 41), "Fri 9:41 am", "2 Oct, 9:41 am"),
        ((2026, 10, 1, 9, 41), "1 Oct", "1 Oct, 9:41 am"),
        ((2026, 1, 3, 18, 14), "3 Jan", "3 Jan, 6:14 pm"),
        ((2025, 10, 3, 18, 14), "3 Oct 2025", "3 Oct 2025, 6:14 pm"),
        ((2026, 10, 9, 10, 0), "Fri 10 am", "9 Oct, 10:00 am"),
        ((2027, 1, 2, 10, 0), "2 Jan 2027", "2 Jan 2027, 10:00 am"),
    ],
)
def test_a_time_says_no_more_than_is_needed(at: tuple[int, int, int, int, int], list_: str, card: str) -> None:
    local = datetime(*at, tzinfo=IST)
    assert times.brief(local, NOW).replace(GAP, " ") == list_
    assert times.moment(local, NOW).replace(GAP, " ") == card


def test_today_is_the_readers() -> None:
    late = datetime(2026, 10, 8, 23, 30, tzinfo=IST)
    assert times.brief(late, Now(late + timedelta(hours=1), ZONE)).replace(GAP, " ") == "Thu 11:30 pm"
    assert times.brief(late, Now(late + timedelta(hours=1), ZoneInfo("UTC"))).replace(GAP, " ") == "6:00 pm"


def test_an_appointment_names_its_weekday() -> None:
    assert times.appointment(datetime(2026, 10, 8, 19, 0, tzinfo=IST), NOW) == f"Thursday 8{GAP}Oct, 7:00{GAP}pm"
    later = datetime(2027, 1, 2, 10, 0, tzinfo=IST)
    assert times.appointment(later, NOW).replace(GAP, " ") == "Saturday 2 Jan 2027, 10:00 am"


@given(st.datetimes(timezones=st.just(IST)), st.timedeltas(timedelta(0), timedelta(days=4000)), st.integers(0, 10**10))
def test_no_number_is_parted_from_its_unit(at: datetime, length: timedelta, seconds: int) -> None:
    assert " " not in times.span(length)
    assert " " not in times.call_length(seconds)
    assert " " not in times.brief(at, NOW)
    assert " " not in times.moment(at, NOW).replace(", ", "")


def test_every_lost_reason_is_said_as_people_say_it() -> None:
    said = {reason(one) for one in LostReason}
    assert said >= {"didn't pick up", "no longer needed", "too small an order", "only asked the price"}
    assert all(" " in one for one in said)
