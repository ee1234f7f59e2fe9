"""Days and times as people write them, each with the moment that is meant."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.files import dates
from bot.files.dates import DateOrder

IST = ZoneInfo("Asia/Kolkata")
DAY = datetime(2026, 11, 20, tzinfo=IST)
MORNING = datetime(2026, 11, 20, 10, 15, tzinfo=IST)

DAYS = """
    20-11-2026 | 20/11/2026 | 20.11.2026 | 20 11 2026 | 20 - 11 - 2026 | 20/11/26 | 20-11-26 | 20.11.26 | 20-Nov-2026
    20-Nov-26 | 20-NOV-2026 | 20 Nov 2026 | 20 November 2026 | 20th Nov 2026 | 20th of November 2026
    20th November, 2026 | Nov 20, 2026 | November 20, 2026 | Nov 20 2026 | Nov. 20, 2026 | 20Nov2026 | 20 Nov '26
    20_Nov_2026 | 2026-11-20 | 2026/11/20 | 2026.11.20 | 2026 Nov 20 | 20261120 | Fri, 20 Nov 2026
    Friday, November 20, 2026 | Fri 20-Nov-2026 | 46346 | 46346.0 | २०/११/२०२६ | 20 नवंबर 2026 | 20 नवम्बर, 2026
"""
MORNINGS = """
    2026-11-20 10:15 | 2026-11-20 10:15:00 | 2026-11-20T10:15:00 | 2026-11-20T04:45:00Z | 2026-11-20T10:15:00+05:30
    2026-11-20T10:15:00.000+0530 | 2026-11-20T04:45:00.123456Z | 2026-11-20 10:15:00 IST | 20-11-2026 10.15 AM
    20-11-2026 10:15 am | 20-11-2026 10:15AM | 20-11-2026 10:15:00 AM | 20/11/2026 10:15 a.m. | 20/11/2026, 10:15:00
    20-Nov-2026 10:15:00 AM | 20-Nov-202610:15:00 | 20 Nov 2026 at 10:15 am | 20 Nov 2026, 10:15 AM IST
    20 Nov 2026 10:15 IST | Friday 20 November 2026 10:15 AM | Fri, 20 Nov 2026 10:15:00 +0530
    Fri Nov 20 10:15:00 IST 2026 | Fri Nov 20 2026 10:15:00 GMT+0530 (India Standard Time) | 10:15 20-11-2026
    10:15 AM, 20 Nov 2026 | 20-11-2026 10:15 hrs | 20-11-2026 - 10:15 | 20.11.2026 10.15 | 46346.4270833 | 1795149900
    1795149900000 | 20261120101500 | 20 नवंबर 2026 10:15 बजे
"""
SLOTS = """
    20-11-2026 10:15-11:30 | 20-11-2026 10:15-1800 | 20-11-2026 10:15 -11:30 | 20-11-2026 10:15 - 11:30
    20-11-2026 10:15–11:30 | 20/11/2026, 10:15-24:00 | 2026-11-20 10:15-11:30 | 20-Nov-202610:15-11:30
    20-11-2026 10:15-9:45 | 20 Nov 2026 10:15-08:00
"""
NONE = """
    yesterday | TBD | 9000001111 | 560001 | 12345 | 2026 | Nov 2026 | 20 Nov | 32/11/2026 | 20-11-2026 25:00
    Nov 31, 2026 | 11/20/2026 | 20-11-1926 | 1,2,3 | + | 0020-11-2026 | 20-11-2026 10:15 -45:00 | 20-11-2026 10:15+15:00
    2026-11-20T10:15:00+99:99 | 2026-11-20T10:15:00+23:00 | 2026-11-20T10:15:00-12:30 | 20-11-2026 10:15:00 GMT+9900
    20-11-2026 10:15:00+05:75 | 20-11-2026 10:15-24:30 | 20-11-2026 10:15-11:75
"""


def each(table: str) -> list[str]:
    return [text for line in table.strip().splitlines() for text in line.strip().split(" | ")]


@pytest.mark.parametrize("text", each(DAYS))
def test_a_day_is_its_midnight(text: str) -> None:
    assert dates.moment(text, IST) == DAY


@pytest.mark.parametrize("text", each(MORNINGS))
def test_a_time_stands_before_or_behind_its_day(text: str) -> None:
    assert dates.moment(text, IST) == MORNING


@pytest.mark.parametrize("text", each(SLOTS))
def test_of_a_slot_of_time_the_beginning_counts(text: str) -> None:
    assert dates.moment(text, IST) == MORNING


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("20-11-2026 10:15:00-08:00", -8),
        ("20-11-2026 10:15:00 -0800", -8),
        ("2026-11-20T10:15-08:00", -8),
        ("20-11-2026 10:15 UTC-08:00", -8),
        ("20-11-2026 10:15 +14:00", 14),
        ("2026-11-20 10:15:00-12:00", -12),
    ],
)
def test_an_offset_behind_seconds_a_t_or_a_zone_is_one(text: str, hours: int) -> None:
    assert dates.moment(text, IST) == datetime(2026, 11, 20, 10, 15, tzinfo=timezone(timedelta(hours=hours)))


@pytest.mark.parametrize("text", each(NONE))
def test_what_is_no_day_is_none(text: str) -> None:
    assert dates.moment(text, IST) is None


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        (datetime(2026, 11, 20, 10, 15), MORNING),  # noqa: DTZ001 - as sheets have it
        (date(2026, 11, 20), DAY),
        (46346, DAY),
        (46346.4270833333, MORNING),
        (20261120.0, DAY),
        (True, None),
    ],
)
def test_a_sheets_own_dates_and_serial_numbers_are_read(cell: object, wanted: datetime | None) -> None:
    assert dates.moment(cell, IST) == wanted


def test_a_time_without_a_zone_is_of_the_zone_that_is_given() -> None:
    assert dates.moment("20-11-2026 10:15", UTC) == datetime(2026, 11, 20, 10, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "proof"),
    [
        ("20/11/2026", DateOrder.DAY_FIRST),
        ("20-11-2026 10:15", DateOrder.DAY_FIRST),
        ("11/20/2026", DateOrder.MONTH_FIRST),
        ("11/20/26 10:15 AM", DateOrder.MONTH_FIRST),
        ("03/04/2026", None),
        ("20-Nov-2026", None),
        ("2026-11-20", None),
        ("10.15 20-11-2026", None),
        ("40/50/2026", None),
    ],
)
def test_a_value_shows_whether_days_or_months_come_first(text: str, proof: DateOrder | None) -> None:
    assert dates.order(text) is proof


def test_where_months_come_first_they_are_read_so() -> None:
    assert dates.moment("11/20/2026", IST, DateOrder.MONTH_FIRST) == DAY
    assert dates.moment("03/04/2026", IST, DateOrder.MONTH_FIRST) == datetime(2026, 3, 4, tzinfo=IST)
    assert dates.moment("03/04/2026", IST) == datetime(2026, 4, 3, tzinfo=IST)


@pytest.mark.parametrize(
    ("cell", "minutes"),
    [
        ("10:15", 615),
        ("10.15 AM", 615),
        ("10:15 pm", 1335),
        ("12:05 AM", 5),
        ("10 am", 600),
        ("10:15 IST", 615),
        (time(10, 15), 615),
        (timedelta(minutes=615), 615),
        (0.4270833333333333, 615),
        ("10:15-11:30", 615),
        ("10:15 - 24:00", 615),
        ("10:15-45:00", None),
        ("10:15+99:99", None),
        ("late", None),
        ("25:00", None),
        ("10", None),
    ],
)
def test_a_time_of_day_stands_in_a_cell_of_its_own(cell: object, minutes: int | None) -> None:
    found = dates.time_of_day(cell)
    assert found == (None if minutes is None else timedelta(minutes=minutes))


@given(
    st.text(max_size=40) | st.from_regex(r"\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}([ T]\d{1,2}[:.]\d{2})?", fullmatch=True)
)
def test_any_text_is_a_moment_in_reach_or_none(text: str) -> None:
    found = dates.moment(text, IST)
    assert found is None or 1989 <= found.year <= 2100


@given(st.datetimes(datetime(1991, 1, 1), datetime(2099, 1, 1)).map(lambda at: at.replace(second=0, microsecond=0)))  # noqa: DTZ001
def test_whatever_is_written_comes_back(at: datetime) -> None:
    for form in ("%d-%m-%Y %H:%M", "%d/%m/%Y %I:%M %p", "%d-%b-%Y %H:%M", "%b %d, %Y %I.%M %p", "%Y-%m-%dT%H:%M:%S"):
        assert dates.moment(at.strftime(form), IST) == at.replace(tzinfo=IST)


def test_milliseconds_that_begin_like_a_day_are_milliseconds() -> None:
    assert dates.moment("1812123112345", IST) == datetime(2027, 6, 4, 15, 31, 52, tzinfo=UTC)
