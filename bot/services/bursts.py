"""Many leads at once: the newest few get a card each, the rest go into lists, each with a button to its card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.services.messenger import Heading, Turn
from bot.store import outbox
from bot.store.outbox import Draft, What

if TYPE_CHECKING:
    from datetime import datetime

    from bot.models import AccountId, LeadId
    from bot.store.database import Database

BURST: Final = 20
"""More new leads than this waiting for one chat are a burst."""
BURST_CARDS: Final = 10
LIST_SIZE: Final = 10


async def condense(database: Database, account_id: AccountId, now: datetime) -> None:
    """Turn what waits for the account's chat into cards and lists, if it is too much for cards alone."""
    async with database.reading() as connection:
        waiting = await outbox.waiting_cards(connection, account_id, Turn.CARD)
    if len(waiting) <= BURST:
        return
    async with database.transaction() as connection:
        waiting = await outbox.waiting_cards(connection, account_id, Turn.CARD)
        listed = waiting[BURST_CARDS:]
        lists = [listed[start : start + LIST_SIZE] for start in range(0, len(listed), LIST_SIZE)]
        await outbox.add(connection, account_id, [_listing([lead_id for _row, lead_id in one]) for one in lists], now)
        await outbox.remove(connection, [outbox_id for outbox_id, _lead_id in listed])


def _listing(lead_ids: list[LeadId]) -> Draft:
    body = {"heading": Heading.BURST.value, "lead_ids": lead_ids}
    return Draft(what=What.LISTING, turn=Turn.LIST, body=body)
