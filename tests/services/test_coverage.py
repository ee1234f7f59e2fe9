"""Which window is asked for next: arithmetic only."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.lead import Window
from bot.intake.coverage import OLDEST, SHORTEST, SHORTEST_MINUTE, Coverage, halved

if TYPE_CHECKING:
    from collections.abc import Sequence

NOON = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
OVERLAP = timedelta(minutes=20)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def coverage(
    *spans: tuple[timedelta, timedelta],
    wanted: timedelta = WEEK,
    longest: timedelta = WEEK,
    overlap: timedelta = OVERLAP,
) -> Coverage:
    """Spans as (begun, ended) so long before noon."""
    windows = [Window(NOON - begun, NOON - ended) for begun, ended in spans]
    return Coverage(spans=windows, wanted_from=NOON - wanted, longest=longest, overlap=overlap)


def merged(spans: Sequence[Window], new: Window) -> list[Window]:
    touching = [span for span in spans if span.start <= new.end and span.end >= new.start]
    apart = [span for span in spans if span not in touching]
    start = min([new.start, *(span.start for span in touching)])
    end = max([new.end, *(span.end for span in touching)])
    return sorted([*apart, Window(start, end)], key=lambda span: span.start)


def never(_window: Window) -> bool:
    return False


def test_the_very_first_window_reaches_back_as_far_as_leads_are_wanted() -> None:
    assert coverage(wanted=hours(24)).fresh(NOON) == Window(NOON - hours(24), NOON)


def test_a_window_starts_a_little_before_the_last_end() -> None:
    assert coverage((hours(24), hours(1))).fresh(NOON) == Window(NOON - hours(1) - OVERLAP, NOON)


def test_nothing_is_owed_before_the_first_answer() -> None:
    assert coverage().backlog(NOON, never) is None


def test_after_a_long_gap_the_newest_window_goes_first_and_the_rest_is_owed_oldest_first() -> None:
    state = coverage((hours(24 * 30), hours(24 * 20)), wanted=timedelta(days=30))
    newest = state.fresh(NOON)
    assert newest == Window(NOON - WEEK, NOON)
    after = Coverage(
        spans=merged(state.spans, newest), wanted_from=state.wanted_from, longest=WEEK, overlap=timedelta(0)
    )
    assert after.backlog(NOON, never) == Window(NOON - timedelta(days=20), NOON - timedelta(days=13))
    assert after.backlog_length(NOON) == timedelta(days=13)


def test_a_lookback_of_twenty_days_is_the_newest_week_and_then_the_oldest_first_without_a_hole() -> None:
    spans: list[Window] = []
    asked: list[Window] = []
    now = NOON
    wanted = NOON - timedelta(days=20)
    for _slot in range(10):
        state = Coverage(spans=spans, wanted_from=wanted, longest=WEEK, overlap=OVERLAP)
        window = state.backlog(now, never) or (state.fresh(now) if not asked else None)
        if window is None:
            break
        asked.append(window)
        spans = merged(spans, window)
        now += timedelta(minutes=5)
    assert spans == [Window(wanted, NOON)]
    assert asked[0] == Window(NOON - WEEK, NOON)
    assert [window.start for window in asked[1:]] == sorted(window.start for window in asked[1:])
    assert len(asked) == 3
    assert max(window.length for window in asked) == WEEK


def test_nothing_older_than_a_year_is_asked_for() -> None:
    state = coverage((hours(1), hours(0)), wanted=timedelta(days=800))
    chunk = state.backlog(NOON, never)
    assert chunk is not None
    assert chunk.start == NOON - OLDEST
    assert timedelta(days=364) < OLDEST < timedelta(days=365)


def test_a_chunk_that_is_put_off_lets_the_others_go_on() -> None:
    state = coverage((hours(1), hours(0)), wanted=timedelta(days=20))
    first = state.backlog(NOON, never)
    assert first is not None
    second = state.backlog(NOON, lambda window: window.end == first.end)
    assert second is not None
    assert second.start == first.end
    assert state.backlog(NOON, lambda _window: True) is None


def test_a_span_that_ends_in_the_future_counts_up_to_now() -> None:
    assert coverage((hours(24), -hours(5))).fresh(NOON) == Window(NOON - OVERLAP, NOON)


def test_the_daily_second_look_is_one_window() -> None:
    window = coverage((hours(100), hours(0)), longest=hours(24)).fresh(NOON, since=NOON - hours(48))
    assert window == Window(NOON - hours(48), NOON)


@pytest.mark.parametrize(("seconds", "half"), [(604800, 302400), (121, 60), (60, 30), (3, 1), (2, 1), (1, 1)])
def test_a_chunk_is_halved_down_to_a_second(seconds: int, half: int) -> None:
    assert halved(Window(NOON, NOON + timedelta(seconds=seconds)), SHORTEST) == timedelta(seconds=half)


@pytest.mark.parametrize(("seconds", "half"), [(604800, 302400), (121, 60), (119, 60), (60, 60), (1, 60)])
def test_the_newest_window_is_halved_down_to_a_minute(seconds: int, half: int) -> None:
    assert halved(Window(NOON, NOON + timedelta(seconds=seconds)), SHORTEST_MINUTE) == timedelta(seconds=half)


def test_the_newest_window_has_a_length_of_its_own() -> None:
    state = coverage((hours(72), hours(48)), longest=hours(24))
    assert state.fresh(NOON).length == hours(24)
    assert replace(state, longest_fresh=hours(2)).fresh(NOON) == Window(NOON - hours(2), NOON)
    assert replace(state, longest_fresh=WEEK).fresh(NOON) == Window(NOON - hours(48) - OVERLAP, NOON)


slots = st.lists(st.tuples(st.integers(min_value=1, max_value=60 * 24 * 30), st.booleans()), max_size=30)


@given(
    slots=slots,
    lookback=st.integers(min_value=1, max_value=60 * 24 * 400),
    longest=st.sampled_from([timedelta(minutes=1), timedelta(hours=7), timedelta(days=1), WEEK]),
)
def test_whatever_fails_and_however_long_it_is_down_everything_wanted_is_covered_in_the_end(
    slots: list[tuple[int, bool]], lookback: int, longest: timedelta
) -> None:
    longest = max(
        longest, timedelta(minutes=lookback) / 200, sum((timedelta(minutes=m) for m, _ok in slots), hours(0)) / 200
    )
    longest = min(longest, WEEK)
    overlap = min(OVERLAP, longest / 2)
    wanted = NOON - timedelta(minutes=lookback)
    spans: list[Window] = []
    now, was_backlog, is_finishing = NOON, True, False
    events = iter(slots)
    for _slot in range(2000):
        step, is_ok = next(events, (5, True))
        is_finishing = is_finishing or (step, is_ok) == (5, True)
        now += min(timedelta(minutes=step), longest / 4 if is_finishing else timedelta.max)
        state = Coverage(spans=spans, wanted_from=wanted, longest=longest, overlap=overlap)
        backlog = state.backlog(now, never)
        was_backlog = backlog is not None and not was_backlog
        window = backlog if backlog is not None and was_backlog else state.fresh(now)
        assert timedelta(0) < window.length <= longest
        assert window.end <= now
        assert window.start >= now - timedelta(days=365)
        if is_ok:
            spans = merged(spans, window)
        reached = spans and spans[-1].end == now
        state = Coverage(spans=spans, wanted_from=wanted, longest=longest, overlap=overlap)
        if is_finishing and reached and not state.gaps(now):
            break
    oldest = max(wanted, now - OLDEST)
    assert any(span.start <= oldest and span.end == now for span in spans)
