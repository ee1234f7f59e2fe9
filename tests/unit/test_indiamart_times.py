"""Every spelling of time in IndiaMART's rows, read as IST."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import IST
from bot.domain.lead import Lead
from bot.indiamart import rows
from bot.indiamart.parse import times

EVENING = datetime(2022, 6, 29, 19, 30, 20, tzinfo=IST)
MINUTE = datetime(2018, 10, 11, 18, 3, tzinfo=IST)
MIDNIGHT = datetime(2020, 3, 13, tzinfo=IST)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("29-Jun-2022 07:30:20 PM", EVENING),
        (" 29-Jun-2022 07:30:20 PM", EVENING),
        ("29-JUN-2022 7:30:20 pm", EVENING),
        ("29-June-2022 19:30:20", EVENING),
        ("29-06-2022 19:30:20", EVENING),
        ("2022-06-29 19:30:20", EVENING),
        ("2022-06-29T19:30:20.000", EVENING),
        ("2022-06-29T14:00:20Z", EVENING),
        ("2022-06-29 14:00:20+00:00", EVENING),
        ("2022-06-29T11:30:20-02:30", EVENING),
        ("2018-10-11 18:03-19:30", MINUTE),
        ("2018-10-11T12:03-00:30", MINUTE),
        ("20220629193020", EVENING),
        ("29-Jun-202219:30:20", EVENING),
        ("11-10-2018 18:03", MINUTE),
        ("11-Oct-2018 06:03 PM", MINUTE),
        ("13-Mar-20", MIDNIGHT),
        ("13 Mar 2020", MIDNIGHT),
        ("13/03/2020", MIDNIGHT),
        ("13-Mar-2020 12:00:00 AM", MIDNIGHT),
        ("13-Mar-2020 12:00:00 PM", MIDNIGHT + timedelta(hours=12)),
    ],
)
def test_a_time_is_read_as_ist(text: str, moment: datetime) -> None:
    found = times.parse(text)
    assert found == moment
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "", "2022-06-29T14:00:20+99:99", "2022-06-29 14:00 -45:00",
        "soon", "31-02-2022 10:00", "29-Foo-2022", "2022-13-01", "0000-00-00 00:00:00", "9999-12-31", "1" * 99,
    ],
)  # fmt: skip
def test_what_is_no_time_is_none(text: str) -> None:
    assert times.parse(text) is None


def enquired_at(**row: object) -> datetime | None:
    lead = rows.read({"QUERY_ID": "1", **row})
    assert isinstance(lead, Lead)
    return lead.enquired_at


def test_log_time_stands_in_for_a_missing_time() -> None:
    assert enquired_at(QTYPE="W", DATE_TIME_RE=None, LOG_TIME="20181011180300") == MINUTE
    assert enquired_at(QTYPE="W", DATE_TIME_RE="?", LOG_TIME=20181011180300) == MINUTE


def test_a_calls_log_time_has_no_time_of_day() -> None:
    assert enquired_at(QTYPE="P", LOG_TIME="20200205000000") is None
    assert enquired_at(QTYPE="W", LOG_TIME="20200205000000") == datetime(2020, 2, 5, tzinfo=IST)
    assert enquired_at(QTYPE="P", LOG_TIME="20200205000000", DATE_R="13-Mar-20") == MIDNIGHT


@given(st.text())
def test_no_text_makes_the_readers_fail(text: str) -> None:
    moment = times.parse(text)
    assert moment is None or moment.tzinfo is UTC
    seconds = times.call_seconds(text)
    assert seconds is None or seconds >= 0


@given(st.datetimes(datetime(1990, 1, 2), datetime(2100, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis adds the zone
def test_what_we_write_we_can_read(moment: datetime) -> None:
    whole = moment.replace(microsecond=0)
    assert times.parse(times.show_numeric(whole)) == whole
    assert times.parse(times.show(whole)) == whole


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("51 Secs", 51),
        ("105", 105),
        ("0", 0),
        ("1 Min 5 Secs", 65),
        ("2 mins", 120),
        ("02:05", 125),
        ("1:02:05", 3725),
        ("1 hr 2 min 3 sec", 3723),
        ("85.0", 85),
        ("", None),
        ("NA", None),
        ("99999999999", None),
    ],
)
def test_a_call_duration_is_seconds(text: str, seconds: int | None) -> None:
    assert times.call_seconds(text) == seconds


@pytest.mark.parametrize(
    "text",
    ["2024-01-03 18:14:37 IST", "2024-01-03 18:14:37 (IST)", "2024-01-03T18:14:37IST", "03-Jan-2024 06:14:37 PM IST"],
)
def test_a_time_may_name_its_zone(text: str) -> None:
    assert times.parse(text) == datetime(2024, 1, 3, 12, 44, 37, tzinfo=UTC)


@pytest.mark.parametrize("text", ["IST", "2024-01-03 18:14:37 PST", "2024-01-03 18:14:37 IST 5"])
def test_what_else_stands_behind_a_time_is_not_passed_over(text: str) -> None:
    assert times.parse(text) is None
