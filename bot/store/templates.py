"""The `templates` table: the WhatsApp greetings an admin has set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.clock import to_epoch
from bot.store.spelling import storable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.domain.ids import AccountId, UserId
    from bot.store.database import Connection

ANY_KIND: Final = ""

# '' sorts before every kind.
GET: Final = """
    SELECT text FROM templates WHERE account_id = :account_id AND kind IN (:kind, '') ORDER BY kind DESC LIMIT 1
"""

ALL: Final = "SELECT kind, text FROM templates WHERE account_id = :account_id ORDER BY kind"

SAVE: Final = """
    INSERT INTO templates (account_id, kind, text, user_id, saved_at)
    VALUES (:account_id, :kind, :text, :user_id, :now)
    ON CONFLICT (account_id, kind) DO UPDATE SET text = excluded.text, user_id = excluded.user_id,
        saved_at = excluded.saved_at
"""

REMOVE: Final = "DELETE FROM templates WHERE account_id = :account_id AND kind = :kind RETURNING kind"


async def get(connection: Connection, account_id: AccountId, kind: str) -> str | None:
    """The greeting for leads of this kind: its own, else the one for every kind."""
    row = await connection.fetch_one(GET, {"account_id": account_id, "kind": kind})
    return None if row is None else str(row["text"])


async def all_(connection: Connection, account_id: AccountId) -> dict[str, str]:
    """By kind."""
    return {row["kind"]: row["text"] for row in await connection.fetch_all(ALL, {"account_id": account_id})}


def of_kind(found: Mapping[str, str], kind: str) -> str | None:
    """As `get`, out of all."""
    return found.get(kind, found.get(ANY_KIND))


async def save(
    connection: Connection, account_id: AccountId, kind: str, text: str, *, user_id: UserId, now: datetime
) -> None:
    parameters = {"account_id": account_id, "kind": kind, "text": storable(text)}
    await connection.execute(SAVE, parameters | {"user_id": user_id, "now": to_epoch(now)})


async def remove(connection: Connection, account_id: AccountId, kind: str) -> bool:
    """False if there was none."""
    return await connection.fetch_one(REMOVE, {"account_id": account_id, "kind": kind}) is not None
