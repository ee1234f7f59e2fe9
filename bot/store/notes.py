"""The `notes` table: what members wrote about a lead; and all that happened to one, in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.clock import from_epoch, to_epoch
from bot.store import fetch
from bot.store.words import storable

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime

    from bot.models import AccountId, ChatId, LeadId, MessageId, UserId
    from bot.store.database import Connection


@dataclass(frozen=True, slots=True)
class Written:
    """A note."""

    at: datetime
    who: str | None
    """None for somebody whose name is not known."""
    text: str


ADD: Final = """
    INSERT INTO notes (account_id, lead_id, user_id, at, text, chat_id, message_id)
    SELECT account_id, lead_id, :user_id, :now, :text, :chat_id, :message_id FROM leads
    WHERE lead_id = :lead_id AND account_id = :account_id
    ON CONFLICT (chat_id, message_id) DO NOTHING
    RETURNING note_id
"""

LATEST: Final = """
    SELECT notes.*, people.name AS name FROM notes
    LEFT JOIN people ON people.account_id = notes.account_id AND people.user_id = notes.user_id
    WHERE notes.lead_id = :lead_id AND notes.account_id = :account_id
    ORDER BY notes.note_id DESC LIMIT :limit
"""


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
    return await fetch.one(connection, ADD, parameters) is not None


async def latest(connection: Connection, account_id: AccountId, lead_id: LeadId, limit: int = 1) -> list[Written]:
    """The newest first."""
    parameters = {"account_id": account_id, "lead_id": lead_id, "limit": limit}
    return [_note(row) for row in await fetch.rows(connection, LATEST, parameters)]


def _note(row: sqlite3.Row) -> Written:
    return Written(at=from_epoch(row["at"]), who=row["name"], text=row["text"])
