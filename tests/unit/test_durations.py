"""One grammar for lengths of time, wherever one is typed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.options import DaysType
from bot.config import values
from bot.domain import durations, spans, typed_times
from bot.domain.durations import DurationProblem
from bot.lookup import query

IST = ZoneInfo("Asia/Kolkata")
NOW = datetime(2026, 1, 5, 6, 30, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SPELLED = {
    "s": ("s", "sec", "secs", "second", "seconds"),
    "m": ("m", "min", "mins", "minute", "minutes"),
    "h": ("h", "hr", "hrs", "hour", "hours"),
    "d": ("d", "day", "days"),
    "w": ("w", "wk", "wks", "week", "weeks"),
    "mo": ("mo", "month", "months"),
    "y": ("y", "yr", "yrs", "year", "years"),
}
LENGTHS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": HOUR,
    "d": DAY,
    "w": 7 * DAY,
    "mo": 30 * DAY,
    "y": 365 * DAY,
}


@pytest.mark.parametrize(
    ("typed", "length"),
    [
        ("12h", 12 * HOUR),
        ("12 H", 12 * HOUR),
        ("90 minutes", 1.5 * HOUR),
        ("3m", timedelta(minutes=3)),
        ("3 M", timedelta(minutes=3)),
        ("3mo", 90 * DAY),
        ("3 Months", 90 * DAY),
        ("2w", 14 * DAY),
        ("1y", 365 * DAY),
        ("1.5h", 1.5 * HOUR),
        ("1h30m", 1.5 * HOUR),
        ("1 hour and 30 min", 1.5 * HOUR),
        (" 1d 2 h\t3min ", DAY + 2 * HOUR + timedelta(minutes=3)),
        ("१२h", 12 * HOUR),
        ("0.2s", timedelta(seconds=0.2)),
        ("0", timedelta()),
        ("00", timedelta()),
        ("0d", timedelta()),
        ("1mo 1m", 30 * DAY + timedelta(minutes=1)),
        ("7\u00a0days", 7 * DAY),
    ],
)
def test_a_length_is_read_as_it_is_meant(typed: str, length: timedelta) -> None:
    assert durations.read(typed) == length


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", DurationProblem.UNKNOWN),
        ("forever", DurationProblem.UNKNOWN),
        ("7", DurationProblem.NO_UNIT),
        ("१२", DurationProblem.NO_UNIT),
        ("9" * 5000, DurationProblem.NO_UNIT),
        ("-3d", DurationProblem.UNKNOWN),
        ("−3d", DurationProblem.UNKNOWN),
        ("1 mon", DurationProblem.UNKNOWN),
        ("3 moons", DurationProblem.UNKNOWN),
        ("5ms", DurationProblem.UNKNOWN),
        ("7x", DurationProblem.UNKNOWN),
        ("1,5h", DurationProblem.UNKNOWN),
        ("1e5s", DurationProblem.UNKNOWN),
        ("d", DurationProblem.UNKNOWN),
        ("10m30m", DurationProblem.UNKNOWN),
        ("30m 1h", DurationProblem.UNKNOWN),
        ("5m!", DurationProblem.UNKNOWN),
        ("h" * 9999, DurationProblem.UNKNOWN),
        ("101y", DurationProblem.TOO_LONG),
        ("999999999y", DurationProblem.TOO_LONG),
        ("9999999999d", DurationProblem.UNKNOWN),
    ],
)
def test_what_is_not_understood_is_refused_with_an_example(typed: str, why: DurationProblem) -> None:
    assert durations.read(typed) is why
    assert "12h (hours)" in durations.refusal(why, typed)
    assert "3mo (months)" in durations.refusal(why, typed)


@pytest.mark.parametrize("typed", ["0", "0d", "0.0 h", "0h 0m"])
def test_a_length_of_nothing_is_refused_where_there_has_to_be_one(typed: str) -> None:
    assert durations.read_positive(typed) is DurationProblem.NOTHING


@st.composite
def written(draw: st.DrawFn) -> tuple[str, timedelta]:
    """Parts in their order, spelled and spaced at random, and their sum."""
    units = draw(st.lists(st.sampled_from(list(LENGTHS)), unique=True, min_size=1))
    text, total = draw(st.sampled_from(["", " "])), timedelta()
    for unit in sorted(units, key=lambda one: -LENGTHS[one]):
        number = draw(st.integers(0, 9))
        spelled = draw(st.sampled_from(SPELLED[unit]))
        case = draw(st.sampled_from([str.lower, str.upper, str.title]))
        gap, between = draw(st.sampled_from(["", " ", "  "])), draw(st.sampled_from(["", " ", " and "]))
        text += f"{number}{gap}{case(spelled)}{between}"
        total += number * LENGTHS[unit]
    return text.removesuffix(" and "), total


@given(written())
def test_whatever_is_put_together_by_the_rules_comes_out_as_its_sum(one: tuple[str, timedelta]) -> None:
    text, total = one
    assert durations.read(text) == total


@given(st.text() | st.text("0123456789.smhdwoyand -१", max_size=20))
def test_nothing_typed_is_an_error(typed: str) -> None:
    length = durations.read(typed)
    assert isinstance(length, DurationProblem) or timedelta() <= length <= durations.LONGEST


@pytest.mark.parametrize(
    ("typed", "length"),
    [
        ("12h", 12 * HOUR),
        ("90 minutes", 1.5 * HOUR),
        ("3m", timedelta(minutes=3)),
        ("3 M", timedelta(minutes=3)),
        ("1.5h", 1.5 * HOUR),
        ("1h30m", 1.5 * HOUR),
        ("१२h", 12 * HOUR),
        ("2 hrs", 2 * HOUR),
        ("45 min", timedelta(minutes=45)),
    ],
)
def test_every_reader_reads_the_same(typed: str, length: timedelta) -> None:
    assert values.duration(typed) == length
    assert spans.since(typed, NOW, IST) == spans.until(typed, NOW, IST) == NOW - length
    assert query.read(f'since:"{typed}"', NOW).since == NOW - length
    reminder = typed_times.parse(f"in {typed}", NOW, IST)
    assert isinstance(reminder, typed_times.Moment)
    assert reminder.at == NOW + length


@pytest.mark.parametrize(("typed", "days"), [("2d", 2), ("3 days", 3), ("1w", 7), ("2 Weeks", 14), ("3mo", 90)])
def test_every_reader_counts_days_the_same(typed: str, days: int) -> None:
    assert values.duration(typed) == days * DAY
    assert spans.since(typed, NOW, IST) == NOW - days * DAY
    assert query.read(f'since:"{typed}"', NOW).since == NOW - days * DAY
    assert DaysType().convert(typed, None, None) == days
    reminder = typed_times.parse(f"in {typed}", NOW, IST)
    assert isinstance(reminder, typed_times.Moment)
    assert reminder.at.astimezone(IST).date() == NOW.astimezone(IST).date() + days * DAY


@pytest.mark.parametrize("typed", ["-3d", "7x", "3 moons", "101y"])
def test_every_reader_refuses_the_same(typed: str) -> None:
    with pytest.raises(values.BadValueError, match="12h"):
        values.duration(typed)
    assert spans.read(typed, NOW, IST) is None
    assert query.read(f'since:"{typed}"', NOW).since is None
    assert not isinstance(typed_times.parse(f"in {typed}", NOW, IST), typed_times.Moment)
    with pytest.raises(click.BadParameter):
        DaysType().convert(typed, None, None)


@pytest.mark.parametrize("typed", ["30", " 30 ", "1", "365", "1y", "12mo 5d", "4 weeks"])
def test_days_may_be_a_bare_number(typed: str) -> None:
    assert 1 <= DaysType().convert(typed, None, None) <= 365


@pytest.mark.parametrize("typed", ["0", "366", "12h", "1.5d", "2y", "", "soon", "3m"])
def test_what_is_not_whole_days_within_a_year_is_refused(typed: str) -> None:
    with pytest.raises(click.BadParameter):
        DaysType().convert(typed, None, None)
