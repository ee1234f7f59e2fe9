"""Many leads in parts: each lead once, in order, and the next part only read ahead when somebody says so."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from bot.models import Lead
from bot.services.parts import FEW, LeadParts
from bot.store.adding import AT_ONCE
from tests.services.conftest import until

if TYPE_CHECKING:
    from collections.abc import Sequence


class Watched(list[Lead]):
    """Notes which slices are asked for."""

    def __init__(self, count: int) -> None:
        super().__init__(Lead(kind="W", query_id=str(number)) for number in range(count))
        self.asked: list[int] = []

    def __getitem__(self, index: Any) -> Any:
        self.asked.append(index.start)
        return super().__getitem__(index)


def names(part: Sequence[Any]) -> list[str]:
    return [entry.lead.query_id for entry in part]


@pytest.mark.parametrize("count", [0, 1, FEW, FEW + 1, AT_ONCE, AT_ONCE + 1, 2 * AT_ONCE, 2 * AT_ONCE + 7])
async def test_every_lead_comes_once_and_in_order(count: int) -> None:
    parts = [part async for part in LeadParts(Watched(count))]
    assert [name for part in parts for name in names(part)] == [str(number) for number in range(count)]
    assert all(0 < len(part) <= AT_ONCE for part in parts)


async def test_the_next_part_is_read_when_there_is_time_for_it() -> None:
    leads = Watched(3 * AT_ONCE)
    parts = LeadParts(leads)
    await anext(parts)
    await asyncio.sleep(0.05)
    assert leads.asked == [0]
    parts.read_on()
    parts.read_on()
    await until(lambda: leads.asked == [0, AT_ONCE])
    assert names(await anext(parts))[0] == str(AT_ONCE)
    assert leads.asked == [0, AT_ONCE]


async def test_at_the_end_there_is_nothing_to_read_on() -> None:
    parts = LeadParts(Watched(AT_ONCE + 1))
    seen = [len(part) async for part in parts]
    parts.read_on()
    assert seen == [AT_ONCE, 1]
    with pytest.raises(StopAsyncIteration):
        await anext(parts)
