"""The `notes` table: what members wrote about a lead; and all that happened to one, in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.clock import from_epoch, to_epoch
from bot.domain.ids import LeadId
from bot.store.connections import listed
from bot.store.spelling import storable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.domain.ids import AccountId, ChatId, MessageId, UserId
    from bot.store.connections import Row
    from bot.store.database import Connection


@dataclass(frozen=True, slots=True)
class StoredNote:
    """A note."""

    at: datetime
    who: str | None
    """None for somebody whose name is not known."""
    text: str


FORGET_MESSAGES: Final = """
    UPDATE notes SET chat_id = NULL, message_id = NULL WHERE account_id = :account_id AND message_id IS NOT NULL
"""

ADD: Final = """
    INSERT INTO notes (account_id, lead_id, user_id, at, text, chat_id, message_id)
    SELECT account_id, lead_id, :user_id, :now, :text, :chat_id, :message_id FROM leads
    WHERE lead_id = :lead_id AND account_id = :account_id
    ON CONFLICT (account_id, chat_id, message_id) DO NOTHING
    RETURNING note_id
"""

ADD_POSTGRES: Final = ADD.replace("ON CONFLICT", "FOR KEY SHARE ON CONFLICT")
"""A lead that is being sealed is waited for, and then not there."""

LATEST: Final = """
    SELECT notes.*, people.name AS name FROM notes
    LEFT JOIN people ON people.account_id = notes.account_id AND people.user_id = notes.user_id
    WHERE notes.lead_id = :lead_id AND notes.account_id = :account_id
    ORDER BY notes.note_id DESC LIMIT :limit
"""


LATEST_OF: Final = """
    SELECT notes.*, people.name AS name FROM leads
    JOIN notes ON notes.note_id = (
        SELECT note_id FROM notes WHERE notes.lead_id = leads.lead_id ORDER BY note_id DESC LIMIT 1)
    LEFT JOIN people ON people.account_id = notes.account_id AND people.user_id = notes.user_id
    WHERE leads.lead_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:lead_ids)) AND +leads.account_id = :account_id
"""


async def forget_messages(connection: Connection, account_id: AccountId) -> None:
    """Another bot speaks for the account: what has the number of a message that was noted may be another."""
    await connection.execute(FORGET_MESSAGES, {"account_id": account_id})


async def add(
    connection: Connection,
    account_id: AccountId,
    lead_id: LeadId,
    *,
    user_id: UserId,
    text: str,
    now: datetime,
    message: tuple[ChatId, MessageId] | None = None,
) -> bool:
    """False for a lead that is not here, and for a message that was noted already."""
    chat_id, message_id = (None, None) if message is None else message
    parameters = {"account_id": account_id, "lead_id": lead_id, "user_id": user_id, "text": storable(text)}
    parameters |= {"now": to_epoch(now), "chat_id": chat_id, "message_id": message_id}
    return await connection.fetch_one(ADD_POSTGRES if connection.is_postgres else ADD, parameters) is not None


async def latest(connection: Connection, account_id: AccountId, lead_id: LeadId, limit: int = 1) -> list[StoredNote]:
    """The newest first."""
    parameters = {"account_id": account_id, "lead_id": lead_id, "limit": limit}
    return [_note(row) for row in await connection.fetch_all(LATEST, parameters)]


async def latest_of(
    connection: Connection, account_id: AccountId, lead_ids: Iterable[LeadId]
) -> dict[LeadId, StoredNote]:
    """The newest note of each lead that has one."""
    parameters = {"account_id": account_id, "lead_ids": listed(lead_ids)}
    return {LeadId(row["lead_id"]): _note(row) for row in await connection.fetch_all(LATEST_OF, parameters)}


def _note(row: Row) -> StoredNote:
    return StoredNote(at=from_epoch(row["at"]), who=row["name"], text=row["text"])
