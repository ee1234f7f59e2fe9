"""Thousands of leads in parts, so that only some of them are in memory as a whole."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, Self

from bot.store import entries
from bot.store.adding import AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.models import Lead
    from bot.store.entries import Entry

FEW: Final = 10
"""Leads that are made ready in a few milliseconds, however long their messages are."""


class LeadParts:
    """Each access to many leads may read those it asks for (`indiamart.unread`), and so is done in a thread."""

    def __init__(self, leads: Sequence[Lead]) -> None:
        self._leads = leads
        self._begun = 0
        self._coming: asyncio.Task[list[Entry]] | None = None

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> list[Entry]:
        if self._begun < len(self._leads) <= FEW:
            self._begun = AT_ONCE
            return entries.of(self._leads)
        self.read_on()
        if self._coming is None:
            raise StopAsyncIteration
        part, self._coming = await self._coming, None
        return part

    def read_on(self) -> None:
        """Begin with the next part, if there is any: for whoever waits for something that leaves Python time."""
        if self._coming is None and self._begun < len(self._leads):
            self._coming = asyncio.create_task(asyncio.to_thread(_read, self._leads, self._begun))
            self._begun += AT_ONCE


def _read(leads: Sequence[Lead], start: int) -> list[Entry]:
    return entries.of(leads[start : start + AT_ONCE])
