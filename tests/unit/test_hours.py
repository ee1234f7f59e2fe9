"""Working time adds up over nights, week-ends, holidays and clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.config.hours import holidays, working_hours
from bot.domain.working_time import NEVER, Holidays, Shift, WorkingHours, WorkingTime

KOLKATA = ZoneInfo("Asia/Kolkata")
ZONES = [
    ZoneInfo(name)
    for name in (
        "Asia/Kolkata", "America/New_York", "Europe/London", "Australia/Lord_Howe", "America/Havana", "Asia/Beirut",
        "Pacific/Apia", "Africa/Casablanca", "UTC",
    )
]  # fmt: skip
SHOP = WorkingTime(working_hours("Mon-Sat 09:30-19:00"), Holidays(), KOLKATA)


def ist(day: int, hour: int, minute: int = 0, month: int = 1) -> datetime:
    """In January 2026, which begins on a Thursday."""
    return datetime(2026, month, day, hour, minute, tzinfo=KOLKATA)


@pytest.mark.parametrize(
    ("start", "minutes", "reached"),
    [
        (ist(7, 11), 10, ist(7, 11, 10)),
        (ist(7, 18, 55), 10, ist(8, 9, 35)),  # five minutes are left of the day
        (ist(7, 18, 50), 10, ist(7, 19)),  # just enough
        (ist(7, 2), 10, ist(7, 9, 40)),  # at night
        (ist(7, 23), 10, ist(8, 9, 40)),
        (ist(3, 18, 55), 10, ist(5, 9, 35)),  # Saturday evening, then Monday
        (ist(4, 12), 30, ist(5, 10)),  # on a Sunday
        (ist(7, 19), 10, ist(8, 9, 40)),  # at closing time
        (ist(7, 9, 30), 10, ist(7, 9, 40)),
        (ist(7, 11), 0, ist(7, 11)),
        (ist(3, 9, 30), 3 * 570, ist(6, 19)),  # three whole days over a Sunday
    ],
)
def test_ten_minutes_of_working_time_end_when_the_shop_is_open(
    start: datetime, minutes: int, reached: datetime
) -> None:
    assert SHOP.add(start, timedelta(minutes=minutes)) == reached


def test_a_holiday_is_left_out_also_next_to_a_sunday() -> None:
    closed = WorkingTime(working_hours("Mon-Sat 09:30-19:00"), holidays("IN, 2026-01-24"), KOLKATA)
    # Friday evening; then a given holiday, a Sunday, and Republic Day on Monday the 26th.
    assert closed.add(ist(23, 18, 55), timedelta(minutes=10)) == ist(27, 9, 35)
    assert not closed.is_open(ist(26, 12))
    assert closed.is_open(ist(27, 12))


def test_hours_until_midnight_and_from_midnight_are_one_night() -> None:
    night = WorkingTime(working_hours("Mon 20:00-24:00, Tue 00:00-04:00"), Holidays(), KOLKATA)
    assert night.add(ist(5, 23, 55), timedelta(minutes=10)) == ist(6, 0, 5)
    assert night.is_open(ist(5, 23, 59))
    assert night.is_open(ist(6, 0))
    assert night.add(ist(6, 3, 55), timedelta(minutes=10)) == ist(12, 20, 5)


def test_an_hour_that_is_skipped_in_spring_is_not_worked() -> None:
    zone = ZoneInfo("Europe/London")
    always = WorkingTime(working_hours("daily 00:00-24:00"), Holidays(), zone)
    before = datetime(2026, 3, 29, 0, 30, tzinfo=zone)
    assert always.add(before, timedelta(hours=1)) == datetime(2026, 3, 29, 2, 30, tzinfo=zone)
    assert always.between(datetime(2026, 3, 29, tzinfo=zone), datetime(2026, 3, 30, tzinfo=zone)) == timedelta(hours=23)


def test_an_hour_that_comes_twice_in_autumn_is_worked_twice() -> None:
    zone = ZoneInfo("America/New_York")
    always = WorkingTime(working_hours("daily 00:00-24:00"), Holidays(), zone)
    day = timedelta(hours=25)
    assert always.between(datetime(2026, 11, 1, tzinfo=zone), datetime(2026, 11, 2, tzinfo=zone)) == day


def test_working_time_that_never_comes_is_said_to_be_never() -> None:
    shut = WorkingTime(WorkingHours(()), Holidays(), KOLKATA)
    late = datetime(9998, 1, 1, tzinfo=UTC)
    assert shut.add(late, timedelta(minutes=1)) == NEVER


@st.composite
def weeks(draw: st.DrawFn) -> WorkingHours:
    shifts = []
    for _number in range(draw(st.integers(1, 4))):
        days = draw(st.frozensets(st.integers(0, 6), min_size=1))
        opens, closes = sorted(draw(st.lists(st.integers(0, 96), min_size=2, max_size=2, unique=True)))
        shifts.append(Shift(days, _quarter(opens), _quarter(closes)))
    return WorkingHours(tuple(shifts))


def _quarter(number: int) -> time:
    """So many quarters of an hour after midnight."""
    return time.max if number == 96 else time(number // 4, number % 4 * 15)


def _between(first: date, last: date) -> st.SearchStrategy[datetime]:
    days = st.builds(datetime.combine, st.dates(first, last), st.just(time()), st.just(UTC))
    return st.builds(lambda day, since: day + since, days, st.timedeltas(timedelta(0), timedelta(days=1)))


moments = _between(date(2011, 12, 1), date(2012, 4, 15)) | _between(date(2026, 3, 1), date(2026, 11, 30))
spans = st.timedeltas(timedelta(0), timedelta(hours=60))
days_off = st.builds(
    Holidays,
    st.lists(st.dates(date(2026, 3, 1), date(2026, 12, 31)), max_size=10).map(tuple),
    st.booleans(),
)
times = st.builds(WorkingTime, weeks(), days_off, st.sampled_from(ZONES))


@given(times, moments, spans)
def test_what_was_added_lies_between(working: WorkingTime, start: datetime, span: timedelta) -> None:
    assert working.between(start, working.add(start, span)) == span


@given(times, moments, spans, spans)
def test_two_spans_one_after_the_other_are_their_sum(
    working: WorkingTime, start: datetime, first: timedelta, second: timedelta
) -> None:
    assert working.add(working.add(start, first), second) == working.add(start, first + second)


@given(times, moments, moments, spans)
def test_who_waited_longer_is_never_due_later(
    working: WorkingTime, one: datetime, other: datetime, span: timedelta
) -> None:
    earlier, later = sorted((one, other))
    assert working.add(earlier, span) <= working.add(later, span)


@given(times, moments, spans.filter(bool))
def test_the_moment_just_before_is_always_an_open_one(working: WorkingTime, start: datetime, span: timedelta) -> None:
    reached = working.add(start, span)
    assert reached > start
    assert working.is_open(reached - timedelta(microseconds=1))


@given(weeks(), days_off, moments)
@example(WorkingHours((Shift(frozenset({4}), time(9), time(17)),)), Holidays(), datetime(2011, 12, 30, 20, tzinfo=UTC))
def test_open_is_what_the_local_clock_says(week: WorkingHours, off: Holidays, at: datetime) -> None:
    """Where clocks never change, the hours can be read off the wall."""
    local = at.astimezone(KOLKATA)
    is_open = local.date() not in off and any(
        opens <= local.time() and (local.time() < closes or closes == time.max)
        for opens, closes in week.on(local.weekday())
    )
    assert WorkingTime(week, off, KOLKATA).is_open(at) == is_open


@given(times, moments)
def test_a_minute_is_worked_by_no_more_than_a_minute(working: WorkingTime, start: datetime) -> None:
    minute = timedelta(minutes=1)
    assert timedelta(0) <= working.between(start, start + minute) <= minute
    assert working.add(start, minute) >= start + minute
