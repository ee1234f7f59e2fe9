"""Many leads as portions that one transaction each can hold without keeping others from the database."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.domain import budgets

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Sequence

    from bot.models import Lead


async def portions(leads: Sequence[Lead]) -> AsyncIterator[list[Lead]]:
    """In their order. They may be read only now (`indiamart.unread`), and so in a thread."""
    for start in range(0, len(leads), budgets.LEADS_PER_COMMIT):
        part = await asyncio.to_thread(_read, leads, start)
        for portion in by_length(part):
            yield portion


def _read(leads: Sequence[Lead], start: int) -> Sequence[Lead]:
    return leads[start : start + budgets.LEADS_PER_COMMIT]


def by_length(leads: Iterable[Lead]) -> Iterator[list[Lead]]:
    """None has more than `CHARACTERS_PER_COMMIT`, unless it is one lead alone."""
    portion: list[Lead] = []
    length = 0
    for lead in leads:
        more = len(lead.raw) + len(lead.message or "")
        if portion and length + more > budgets.CHARACTERS_PER_COMMIT:
            yield portion
            portion, length = [], 0
        portion.append(lead)
        length += more
    if portion:
        yield portion
