"""A few thousand of the rows that `tests/bench/fuzz.py` makes a million of."""

from __future__ import annotations

from tests.bench import fuzz


async def test_dirty_rows_are_new_known_or_kept_and_no_number_is_made_up() -> None:
    assert await fuzz.run(4_000, seed=11)
