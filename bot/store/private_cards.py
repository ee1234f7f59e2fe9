"""The `private_cards` table: what shows one lead in a private chat, so that it can be masked there again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.domain.ids import ChatId, LeadId, MessageId, UserId
from bot.store import outbox
from bot.store.outbox_messages import Draft, MessageKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.ids import AccountId
    from bot.domain.priority import Priority
    from bot.store.database import Connection

ADD: Final = """
    INSERT INTO private_cards (account_id, user_id, message_id, lead_id)
    SELECT account_id, :user_id, :message_id, lead_id FROM leads
    WHERE lead_id = :lead_id AND account_id = :account_id
    ON CONFLICT (account_id, user_id, message_id) DO NOTHING
"""

ADD_POSTGRES: Final = ADD.replace("ON CONFLICT", "FOR SHARE ON CONFLICT")
"""A lead that is being sealed is waited for, and then not there; one that is being released shows it then."""

OF_LEAD: Final = """
    SELECT user_id, message_id FROM private_cards WHERE lead_id = :lead_id AND account_id = :account_id
    ORDER BY user_id, message_id
"""

OF_BUYER: Final = """
    SELECT private_cards.lead_id, private_cards.user_id, private_cards.message_id
    FROM leads AS this JOIN leads ON leads.buyer_id = this.buyer_id
    JOIN private_cards ON private_cards.lead_id = leads.lead_id
    WHERE this.lead_id = :lead_id AND this.account_id = :account_id
    ORDER BY private_cards.user_id, private_cards.message_id
"""

OF_PERSON: Final = """
    SELECT lead_id, user_id, message_id FROM private_cards WHERE account_id = :account_id AND user_id = :user_id
    ORDER BY message_id
"""

FORGET_ALL: Final = "DELETE FROM private_cards WHERE account_id = :account_id"

REMOVE: Final = """
    DELETE FROM private_cards WHERE account_id = :account_id AND user_id = :user_id AND message_id = :message_id
"""


async def forget_all(connection: Connection, account_id: AccountId) -> None:
    """Another bot speaks for the account: in its chats these numbers are other messages'."""
    await connection.execute(FORGET_ALL, {"account_id": account_id})


async def add(
    connection: Connection, account_id: AccountId, lead_id: LeadId, user_id: UserId, message_id: MessageId
) -> None:
    parameters = {"account_id": account_id, "user_id": user_id, "message_id": message_id, "lead_id": lead_id}
    await connection.execute(ADD_POSTGRES if connection.is_postgres else ADD, parameters)


async def of_lead(connection: Connection, account_id: AccountId, lead_id: LeadId) -> list[tuple[UserId, MessageId]]:
    """(whose chat, message)."""
    rows = await connection.fetch_all(OF_LEAD, {"account_id": account_id, "lead_id": lead_id})
    return [(UserId(row["user_id"]), MessageId(row["message_id"])) for row in rows]


async def of_buyer(
    connection: Connection, account_id: AccountId, lead_id: LeadId
) -> list[tuple[LeadId, UserId, MessageId]]:
    """Of all leads of the buyer behind this one."""
    rows = await connection.fetch_all(OF_BUYER, {"account_id": account_id, "lead_id": lead_id})
    return [(LeadId(row["lead_id"]), UserId(row["user_id"]), MessageId(row["message_id"])) for row in rows]


async def of_person(
    connection: Connection, account_id: AccountId, user_id: UserId
) -> list[tuple[LeadId, UserId, MessageId]]:
    rows = await connection.fetch_all(OF_PERSON, {"account_id": account_id, "user_id": user_id})
    return [(LeadId(row["lead_id"]), UserId(row["user_id"]), MessageId(row["message_id"])) for row in rows]


async def remove(connection: Connection, account_id: AccountId, user_id: UserId, message_id: MessageId) -> None:
    """Nothing to be masked stands there any more."""
    parameters = {"account_id": account_id, "user_id": user_id, "message_id": message_id}
    await connection.execute(REMOVE, parameters)


async def redraw(
    connection: Connection, account_id: AccountId, lead_ids: Sequence[LeadId], now: datetime, turn: Priority
) -> None:
    """Queue what brings all that show one of these leads up to date."""
    drafts = [
        Draft(
            what=MessageKind.PRIVATE,
            turn=turn,
            chat_id=ChatId(user_id),
            body={"lead_id": lead_id, "message_id": message_id},
        )
        for lead_id in lead_ids
        for user_id, message_id in await of_lead(connection, account_id, lead_id)
    ]
    await outbox.add(connection, account_id, drafts, now)
