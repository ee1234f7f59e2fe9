"""Many leads at once: the newest few get a card each, the rest go into lists, each with a button to its card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.delivery.messenger import ListingReason
from bot.domain.priority import Priority
from bot.store import leads, outbox
from bot.store.outbox import Draft, MessageKind

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.ids import AccountId, LeadId
    from bot.store.database import Database

BURST: Final = 12
"""More new leads than this waiting for one chat are a burst."""
BURST_CARDS: Final = 6
LIST_SIZE: Final = 20
"""Half of a span is kept for presses: two hundred leads are six cards and ten lists, and within two minutes all are
there, also where the first of them came with the last calls of a span.
"""


async def condense(database: Database, account_id: AccountId, now: datetime) -> None:
    """Turn what waits for the account's chat into cards and lists, if it is too much for cards alone."""
    async with database.reading() as connection:
        waiting = await outbox.waiting_cards(connection, account_id, Priority.CARD)
    if len(waiting) <= BURST:
        return
    async with database.transaction() as connection:
        waiting = await outbox.waiting_cards(connection, account_id, Priority.CARD)
        lists = await outbox.waiting_lists(connection, account_id, Priority.LIST)
        # What came in parts fills up the lists that still wait: it is as many messages as if it had come at once.
        listed = [lead_id for _row, lead_id in waiting[BURST_CARDS:]]
        listed += [lead_id for _row, lead_ids in lists for lead_id in lead_ids]
        listed = await leads.newest_first(connection, account_id, listed)
        parts = [listed[start : start + LIST_SIZE] for start in range(0, len(listed), LIST_SIZE)]
        await outbox.add(connection, account_id, [_listing(part) for part in parts], now)
        done = [outbox_id for outbox_id, _lead_id in waiting[BURST_CARDS:]] + [
            outbox_id for outbox_id, _lead_ids in lists
        ]
        await outbox.remove(connection, done)


def _listing(lead_ids: list[LeadId]) -> Draft:
    body = {"heading": ListingReason.BURST.value, "lead_ids": lead_ids}
    return Draft(what=MessageKind.LISTING, turn=Priority.LIST, body=body)
