"""Times as people type them, said on Wednesday, 7 January 2026, at three in the afternoon."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services import when
from bot.services.when import Moment, Preset, Question

ZONE = ZoneInfo("Asia/Kolkata")
NOW = datetime(2026, 1, 7, 15, 0, tzinfo=ZONE)


def read(typed: str, now: datetime = NOW) -> str:
    """`Fri 9 Jan 16:00`, or the question."""
    found = when.parse(typed, now, ZONE)
    if isinstance(found, Question):
        return found.value
    return f"{found.at.astimezone(ZONE):%a %-d %b %H:%M}"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("fri 4pm", "Fri 9 Jan 16:00"),
        ("Friday at 4 PM", "Fri 9 Jan 16:00"),
        ("4pm fri", "Fri 9 Jan 16:00"),
        ("tomorrow 10", "Thu 8 Jan 10:00"),
        ("tomorrow", "Thu 8 Jan 10:00"),
        ("tomorrow evening at 7", "Thu 8 Jan 19:00"),
        ("tomorrow at 9 in the morning", "Thu 8 Jan 09:00"),
        ("day after tomorrow 3.30pm", "Fri 9 Jan 15:30"),
        ("in 2 hours", "Wed 7 Jan 17:00"),
        ("2h", "Wed 7 Jan 17:00"),
        ("1h30m", "Wed 7 Jan 16:30"),
        ("in an hour and 15 minutes", "Wed 7 Jan 16:15"),
        ("half an hour", "Wed 7 Jan 15:30"),
        ("in 2 days", "Fri 9 Jan 15:00"),
        ("in 2 days 4pm", "Fri 9 Jan 16:00"),
        ("25 Dec 11:00", "Fri 25 Dec 11:00"),
        ("Dec 25, 11am", "Fri 25 Dec 11:00"),
        ("25/12/2026 16:30", "Fri 25 Dec 16:30"),
        ("2026-12-25 16:30", "Fri 25 Dec 16:30"),
        ("2nd Feb", "Mon 2 Feb 10:00"),
        ("25th 4 pm", "Sun 25 Jan 16:00"),
        ("wed 4pm", "Wed 7 Jan 16:00"),
        ("wed 2pm", "Wed 14 Jan 14:00"),
        ("next fri", "Fri 16 Jan 10:00"),
        ("next week", "Mon 12 Jan 10:00"),
        ("16:00", "Wed 7 Jan 16:00"),
        ("4", "Wed 7 Jan 16:00"),
        ("10", "Thu 8 Jan 10:00"),
        ("today 9pm", "Wed 7 Jan 21:00"),
        ("tonight", "Wed 7 Jan 20:00"),
        ("noon", "Thu 8 Jan 12:00"),
        ("12 am", "Thu 8 Jan 00:00"),
        ("mon 04:30", "Mon 12 Jan 04:30"),
        ("25/12/26 11:00", "Fri 25 Dec 11:00"),
        ("25-12-2026 11:00", "Fri 25 Dec 11:00"),
        ("1 month", "Fri 6 Feb 15:00"),
        ("in 2 months 11 am", "Sun 8 Mar 11:00"),
        ("1 year", "Thu 7 Jan 15:00"),
    ],
)
def test_english_is_understood(typed: str, meant: str) -> None:
    assert read(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kal 10 baje", "Thu 8 Jan 10:00"),
        ("kal", "Thu 8 Jan 10:00"),
        ("kal subah", "Thu 8 Jan 10:00"),
        ("parso", "Fri 9 Jan 10:00"),
        ("aaj shaam 5 baje", "Wed 7 Jan 17:00"),
        ("aaj 9 baje", "Wed 7 Jan 21:00"),
        ("shaam ko", "Wed 7 Jan 18:00"),
        ("sade 10 baje", "Thu 8 Jan 10:30"),
        ("kal paune 4 baje", "Thu 8 Jan 15:45"),
        ("saat baje", "Wed 7 Jan 19:00"),
        ("2 ghante baad", "Wed 7 Jan 17:00"),
        ("dedh ghante mein", "Wed 7 Jan 16:30"),
        ("2 din baad 4 baje", "Fri 9 Jan 16:00"),
        ("somvar 11 baje", "Mon 12 Jan 11:00"),
        ("25 tarikh 11 baje", "Sun 25 Jan 11:00"),
        ("1 mahine baad", "Fri 6 Feb 15:00"),
        ("कल 10 बजे", "Thu 8 Jan 10:00"),
        ("शाम 5 बजे", "Wed 7 Jan 17:00"),
    ],
)
def test_hindi_is_understood(typed: str, meant: str) -> None:
    assert read(typed) == meant


@pytest.mark.parametrize("typed", ["today 10 am", "aaj subah 9 baje", "5 jan", "7 Jan 2pm", "1 Dec 2025", "1/12/25"])
def test_a_time_that_is_over_is_asked_back(typed: str) -> None:
    assert read(typed) == Question.PAST


@pytest.mark.parametrize(
    "typed",
    [
        "", "  ", "asha", "may", "today", "aaj", "in 2", "25", "0", "4:75", "13pm", "31 feb", "10-11", "10 or 11",
        "fri sat", "5pm 6pm", "raat 12 baje", "in 2 hours 4pm", "99999999 days", "fri 4pm 5", "😀", "next month",
    ],
)  # fmt: skip
def test_a_time_that_is_not_clear_is_asked_back(typed: str) -> None:
    assert read(typed) == Question.UNCLEAR


def test_a_time_years_ahead_is_asked_back() -> None:
    assert read("1 Mar 2028") == Question.FAR
    assert read("9999 weeks") == Question.FAR


def test_what_follows_the_time_is_what_to_be_reminded_of() -> None:
    at = datetime(2026, 1, 9, 16, tzinfo=ZONE).astimezone(UTC)
    assert when.parse("Fri 4pm - send the Drawing, on A4", NOW, ZONE) == Moment(at, "send the Drawing, on A4")


def test_the_zone_is_the_accounts() -> None:
    found = when.parse("tomorrow 10", datetime(2026, 3, 7, 12, tzinfo=UTC), ZoneInfo("America/New_York"))
    assert found == Moment(datetime(2026, 3, 8, 14, tzinfo=UTC))  # the clocks change that night


def test_the_presets_are_an_hour_three_hours_and_tomorrow_at_ten() -> None:
    assert when.preset(Preset.HOUR, NOW, ZONE) == NOW + timedelta(hours=1)
    assert when.preset(Preset.THREE_HOURS, NOW, ZONE) == NOW + timedelta(hours=3)
    assert when.preset(Preset.TOMORROW, NOW, ZONE) == datetime(2026, 1, 8, 10, tzinfo=ZONE)


_WORDS = st.sampled_from(
    [
        "in",
        "on",
        "at",
        "fri",
        "kal",
        "parso",
        "10",
        "4pm",
        "25",
        "dec",
        "dec/",
        "25/12",
        "2026-12-25",
        "tonight",
        "raat",
        "subah",
        "next",
        "agle",
        "hours",
        "2",
        "ghante",
        "baad",
        ":",
        "-",
        ",",
        "sade",
        "paune",
        "dedh",
        "baje",
        "tomorrow",
        "99",
        "0",
        "12",
        "week",
        "1h30m",
        "ek",
        "do",
        "me",
    ]
)
_NOWS = st.integers(1704067200, 1893456000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(st.text() | st.lists(_WORDS).map(" ".join), _NOWS, st.sampled_from(["Asia/Kolkata", "Europe/London", "UTC"]))
def test_whatever_is_typed_gives_a_coming_time_or_a_question(typed: str, now: datetime, zone: str) -> None:
    found = when.parse(typed, now, ZoneInfo(zone))
    assert isinstance(found, Question) or now < found.at <= now + when.FARTHEST


def test_four_thousand_characters_are_read_at_once() -> None:
    for typed in ("1h" * 2000, "on " * 1300, "in " + "9" * 4000, "2 hours " * 500, "," * 4000):
        assert len(typed) > 3000
        when.parse(typed, NOW, ZONE)
