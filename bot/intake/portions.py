"""Many leads as portions that one transaction each can hold without keeping others from the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain import budgets

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.domain.lead import Lead


def portions(leads: Sequence[Lead]) -> Iterator[list[Lead]]:
    """None is over the budgets, unless it is one lead alone. In their order, or from their end where the newest come
    first, as v2 has them: the oldest are stored first.
    """
    portion: list[Lead] = []
    length = 0
    for lead in reversed(leads) if _is_newest_first(leads) else leads:
        more = len(lead.raw) + len(lead.message or "")
        is_full = len(portion) == budgets.LEADS_PER_COMMIT or length + more > budgets.CHARACTERS_PER_COMMIT
        if portion and is_full:
            yield portion
            portion, length = [], 0
        portion.append(lead)
        length += more
    if portion:
        yield portion


def _is_newest_first(leads: Sequence[Lead]) -> bool:
    first, last = (leads[0].enquired_at, leads[-1].enquired_at) if leads else (None, None)
    return first is not None and last is not None and first > last
