"""What is written down behind: many things in one transaction, and nobody waits for the next that has none."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.store import write_behind
from bot.store.write_behind import WriteBehind
from tests import databases
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pytest

    from bot.errors import StoreError
    from bot.store.database import Connection


def _lost(error: StoreError) -> None:
    raise error


async def test_what_comes_together_is_written_together_and_then_nothing_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An hour lies between two transactions: whoever waited for the next one would be seen."""
    monkeypatch.setattr(write_behind, "APART", 3600)
    written: list[tuple[int, ...]] = []

    async def write(_connection: Connection, items: Sequence[int]) -> None:
        written.append(tuple(items))

    async with databases.opened(tmp_path / "leads.db") as database:
        behind = WriteBehind[int](database, write, _lost)
        for item in range(3):
            behind.add(item)
        async with asyncio.timeout(30):
            await behind.written()
    assert written == [(0, 1, 2)]


async def test_the_next_transaction_is_as_far_behind_the_last_as_it_is_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[tuple[int, ...]] = []

    async def write(_connection: Connection, items: Sequence[int]) -> None:
        written.append(tuple(items))

    monkeypatch.setattr(write_behind, "APART", 0.3)
    async with databases.opened(tmp_path / "leads.db") as database:
        behind = WriteBehind[int](database, write, _lost)
        behind.add(0)
        await behind.written()
        behind.add(1)
        await asyncio.sleep(0)
        behind.add(2)
        await until(lambda: len(written) == 2)
    assert written == [(0,), (1, 2)]
