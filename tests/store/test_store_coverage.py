from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.clock import from_epoch, to_epoch
from bot.domain.lead import Window
from bot.store import accounts, coverage

if TYPE_CHECKING:
    from collections.abc import Sequence

LAST = 40
START = 1_700_000_000

spans = st.tuples(st.integers(0, LAST), st.integers(0, LAST))
steps = st.lists(st.one_of(spans, st.integers(-2, LAST + 2)), max_size=25)


def window(span: tuple[int, int]) -> Window:
    return Window(from_epoch(START + span[0]), from_epoch(START + span[1]))


async def stored(shelf: Any) -> list[tuple[int, int]]:
    async with shelf.database.reading() as connection:
        found = await coverage.spans(connection, shelf.account_id)
    return [(to_epoch(one.start) - START, to_epoch(one.end) - START) for one in found]


@given(steps)
@settings(max_examples=150, deadline=None)
def test_coverage_is_a_set_of_seconds(library: Any, taken: Sequence[tuple[int, int] | int]) -> None:
    async def work(shelf: Any) -> None:
        seconds: set[int] = set()
        for step in taken:
            async with shelf.database.transaction() as connection:
                if isinstance(step, int):
                    await coverage.forget_since(connection, shelf.account_id, from_epoch(START + step))
                    seconds = {second for second in seconds if second < step}
                else:
                    await coverage.add(connection, shelf.account_id, window(step))
                    seconds |= set(range(*step))
            kept = await stored(shelf)
            assert {second for span in kept for second in range(*span)} == seconds
            assert all(start < end for start, end in kept)
            assert all(before[1] < after[0] for before, after in pairwise(kept))

    library.run(work)


async def test_windows_that_touch_become_one(shelf: Any) -> None:
    async with shelf.database.transaction() as connection:
        for span in ((0, 10), (20, 30), (10, 20)):
            await coverage.add(connection, shelf.account_id, window(span))
    assert await stored(shelf) == [(0, 30)]


async def test_an_empty_or_reversed_window_covers_nothing(shelf: Any) -> None:
    async with shelf.database.transaction() as connection:
        for span in ((5, 5), (9, 5)):
            await coverage.add(connection, shelf.account_id, window(span))
    assert await stored(shelf) == []


async def test_fractions_never_cover_what_was_not_fetched(shelf: Any) -> None:
    half = timedelta(milliseconds=500)
    whole = window((10, 20))
    async with shelf.database.transaction() as connection:
        await coverage.add(connection, shelf.account_id, Window(whole.start + half, whole.end + half))
    assert await stored(shelf) == [(11, 20)]


async def test_accounts_have_their_own_coverage(shelf: Any) -> None:
    async with shelf.database.transaction() as connection:
        other = await accounts.open_account(connection, "other")
        await coverage.add(connection, shelf.account_id, window((0, 10)))
        await coverage.add(connection, other, window((5, 15)))
        await coverage.forget_since(connection, other, from_epoch(START))
    assert await stored(shelf) == [(0, 10)]
