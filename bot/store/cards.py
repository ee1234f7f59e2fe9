"""The `cards` table: where a lead's one message stands, and the facts that were fixed when it was posted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.clock import from_epoch, to_epoch
from bot.domain.card import Lateness
from bot.domain.ids import AccountId, ChatId, LeadId, MessageId
from bot.store.connections import listed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.store.connections import Row
    from bot.store.database import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedCard:
    lead_id: LeadId
    chat_id: ChatId
    message_id: MessageId
    thread_id: int | None = None
    posted_at: datetime
    late_by: timedelta | None
    late_reason: Lateness | None
    nth: int
    earlier_lead_id: LeadId | None


GET_MANY: Final = """
    SELECT * FROM cards WHERE lead_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:lead_ids))
        AND +account_id = :account_id
"""

# A card that is posted anew (its chat moved, it was deleted by hand) keeps the facts of its first posting.
ADD: Final = """
    INSERT INTO cards (lead_id, account_id, chat_id, thread_id, message_id, posted_at, late_by, late_reason, nth,
        earlier_lead_id, shows_number)
    SELECT lead_id, account_id, :chat_id, :thread_id, :message_id, :posted_at, :late_by, :late_reason, :nth,
        (SELECT lead_id FROM all_leads WHERE lead_id = :earlier_lead_id AND account_id = :account_id), 0
    FROM all_leads WHERE lead_id = :lead_id AND account_id = :account_id
    ON CONFLICT (lead_id) DO UPDATE SET chat_id = excluded.chat_id, thread_id = excluded.thread_id,
        message_id = excluded.message_id, contact_at = NULL
"""

SHOWN: Final = """
    UPDATE cards SET shows_number = :shows
    WHERE lead_id = :lead_id AND account_id = :account_id AND shows_number <> :shows RETURNING lead_id
"""

# No chat has this number.
VOID_ALL: Final = "UPDATE cards SET chat_id = 0 WHERE account_id = :account_id"

SHOWING: Final = """
    SELECT CAST(value AS BIGINT) AS account_id FROM json_each(:account_ids)
    WHERE EXISTS (SELECT 1 FROM cards WHERE cards.account_id = CAST(value AS BIGINT) AND shows_number = 1)
"""

BY_MESSAGE: Final = """
    SELECT lead_id FROM cards WHERE account_id = :account_id AND chat_id = :chat_id AND message_id = :message_id
"""

LACKS_CONTACT: Final = """
    SELECT 1 FROM cards WHERE lead_id = :lead_id AND account_id = :account_id AND contact_at IS NULL
"""

CONTACT_POSTED: Final = "UPDATE cards SET contact_at = :now WHERE lead_id = :lead_id AND account_id = :account_id"


async def get(connection: Connection, account_id: AccountId, lead_id: LeadId) -> PostedCard | None:
    return (await many(connection, account_id, [lead_id])).get(lead_id)


async def message_in(
    connection: Connection, account_id: AccountId, lead_id: LeadId, chat_id: ChatId
) -> MessageId | None:
    """The lead's message, where it stands in this chat."""
    posted = await get(connection, account_id, lead_id)
    return None if posted is None or posted.chat_id != chat_id else posted.message_id


async def many(connection: Connection, account_id: AccountId, lead_ids: Iterable[LeadId]) -> dict[LeadId, PostedCard]:
    """Of those leads that have one."""
    parameters = {"account_id": account_id, "lead_ids": listed(lead_ids)}
    return {LeadId(row["lead_id"]): _card(row) for row in await connection.fetch_all(GET_MANY, parameters)}


def _card(row: Row) -> PostedCard:
    return PostedCard(
        lead_id=LeadId(row["lead_id"]),
        chat_id=ChatId(row["chat_id"]),
        message_id=MessageId(row["message_id"]),
        thread_id=row["thread_id"],
        posted_at=from_epoch(row["posted_at"]),
        late_by=None if row["late_by"] is None else timedelta(seconds=row["late_by"]),
        late_reason=None if row["late_reason"] is None else Lateness(row["late_reason"]),
        nth=row["nth"],
        earlier_lead_id=None if row["earlier_lead_id"] is None else LeadId(row["earlier_lead_id"]),
    )


async def add(connection: Connection, account_id: AccountId, card: PostedCard) -> None:
    parameters = {
        "lead_id": card.lead_id,
        "account_id": account_id,
        "chat_id": card.chat_id,
        "thread_id": card.thread_id,
        "message_id": card.message_id,
        "posted_at": to_epoch(card.posted_at),
        "late_by": None if card.late_by is None else int(card.late_by.total_seconds()),
        "late_reason": card.late_reason,
        "nth": card.nth,
        "earlier_lead_id": card.earlier_lead_id,
    }
    await connection.execute(ADD, parameters)


async def shown(connection: Connection, account_id: AccountId, lead_id: LeadId, *, shows_number: bool) -> bool:
    """The card stands there with the number, or without. True if that is news."""
    parameters = {"account_id": account_id, "lead_id": lead_id, "shows": int(shows_number)}
    return await connection.fetch_one(SHOWN, parameters) is not None


async def void_all(connection: Connection, account_id: AccountId) -> None:
    """Another bot speaks for the account: it cannot edit them, and what has their numbers in its chats is another."""
    await connection.execute(VOID_ALL, {"account_id": account_id})


async def accounts_showing_numbers(connection: Connection, among: Iterable[AccountId]) -> list[AccountId]:
    """Those in which some card stands with the number on it."""
    rows = await connection.fetch_all(SHOWING, {"account_ids": listed(among)})
    return [AccountId(row["account_id"]) for row in rows]


async def lead_of(
    connection: Connection, account_id: AccountId, chat_id: ChatId, message_id: MessageId
) -> LeadId | None:
    """The lead whose card this message is."""
    parameters = {"account_id": account_id, "chat_id": chat_id, "message_id": message_id}
    row = await connection.fetch_one(BY_MESSAGE, parameters)
    return None if row is None else LeadId(row["lead_id"])


async def lacks_contact(connection: Connection, account_id: AccountId, lead_id: LeadId) -> bool:
    """Whether there is a card, and no contact below it."""
    return await connection.fetch_one(LACKS_CONTACT, {"account_id": account_id, "lead_id": lead_id}) is not None


async def contact_posted(connection: Connection, account_id: AccountId, lead_id: LeadId, now: datetime) -> None:
    """The buyer's contact stands below the card."""
    parameters = {"account_id": account_id, "lead_id": lead_id, "now": to_epoch(now)}
    await connection.execute(CONTACT_POSTED, parameters)
