"""Thousands of leads in parts, so that only some hundreds are in memory as a whole."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from bot.store import entries

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from bot.models import Lead
    from bot.store.entries import Entry

AT_ONCE: Final = 500


async def of(leads: Sequence[Lead]) -> AsyncIterator[Sequence[Entry]]:
    """Where there are many, each access may read those it asks for (`indiamart.unread`), and so is done in a thread."""
    if len(leads) <= AT_ONCE:
        yield entries.of(leads)
        return
    for start in range(0, len(leads), AT_ONCE):
        yield await asyncio.to_thread(_read, leads, start)


def _read(leads: Sequence[Lead], start: int) -> list[Entry]:
    return entries.of(leads[start : start + AT_ONCE])
