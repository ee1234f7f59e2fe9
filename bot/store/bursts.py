"""New leads in the `outbox`, of which so many may wait for one chat that they are listed together."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.domain.ids import LeadId

if TYPE_CHECKING:
    from bot.domain.ids import AccountId, ChatId
    from bot.store.database import Connection

CARDS: Final = """
    SELECT outbox.outbox_id, outbox.lead_id, outbox.thread_id FROM outbox JOIN leads ON leads.lead_id = outbox.lead_id
    WHERE outbox.account_id = :account_id AND outbox.chat_id IS :chat_id
        AND outbox.what = 'card' AND outbox.turn = :turn
    ORDER BY leads.position DESC
"""

LISTS: Final = """
    SELECT outbox_id, body, thread_id FROM outbox
    WHERE account_id = :account_id AND chat_id IS :chat_id AND what = 'listing' AND turn = :turn AND tries = 0
    ORDER BY outbox_id
"""

ALL_LISTS: Final = "SELECT body FROM outbox WHERE account_id = :account_id AND what = 'listing'"


@dataclass(frozen=True, slots=True)
class WaitingLeads:
    """A message that waits, for one topic of a chat, and the leads it shows."""

    outbox_id: int
    thread_id: int | None
    lead_ids: list[LeadId]


async def waiting_cards(
    connection: Connection, account_id: AccountId, chat_id: ChatId | None, turn: int
) -> list[WaitingLeads]:
    """The new leads' cards that wait for a chat, the newest enquiry first."""
    parameters = {"account_id": account_id, "chat_id": chat_id, "turn": turn}
    return [
        WaitingLeads(row["outbox_id"], row["thread_id"], [LeadId(row["lead_id"])])
        for row in await connection.fetch_all(CARDS, parameters)
    ]


async def waiting_lists(
    connection: Connection, account_id: AccountId, chat_id: ChatId | None, turn: int
) -> list[WaitingLeads]:
    """The lists that wait for a chat and were not tried yet."""
    rows = await connection.fetch_all(LISTS, {"account_id": account_id, "chat_id": chat_id, "turn": turn})
    found = (WaitingLeads(row["outbox_id"], row["thread_id"], _lead_ids(row["body"])) for row in rows)
    return [one for one in found if one.lead_ids]


async def listed_yet(connection: Connection, account_id: AccountId) -> set[LeadId]:
    """Leads of lists that still wait to be posted, in whatever chat."""
    rows = await connection.fetch_all(ALL_LISTS, {"account_id": account_id})
    return {lead_id for row in rows for lead_id in _lead_ids(row["body"])}


def _lead_ids(body: str) -> list[LeadId]:
    """None of a row that cannot be read; it is delivery's to say so."""
    try:
        return [LeadId(int(lead_id)) for lead_id in json.loads(body)["lead_ids"]]
    except (ValueError, TypeError, KeyError):
        return []
