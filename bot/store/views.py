"""The `views` table: what a list shows, so that its page buttons carry only a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.clock import to_epoch
from bot.store import fetch

if TYPE_CHECKING:
    from datetime import datetime

    from bot.models import AccountId
    from bot.store.database import Connection

HIGHEST: Final = 2**63 - 1
"""No view's number is higher; what a link or an old button carries may be."""

REMEMBER: Final = """
    INSERT INTO views (account_id, query, created_at) VALUES (:account_id, :query, :now)
    ON CONFLICT (account_id, query) DO UPDATE SET created_at = excluded.created_at
    RETURNING view_id
"""

RECALL: Final = "SELECT query FROM views WHERE account_id = :account_id AND view_id = :view_id"

PRUNE: Final = "DELETE FROM views WHERE created_at < :before"


async def remember(connection: Connection, account_id: AccountId, query: str, now: datetime) -> int:
    """The view's id; the same query keeps the same one."""
    parameters = {"account_id": account_id, "query": query, "now": to_epoch(now)}
    row = await fetch.one(connection, REMEMBER, parameters)
    return 0 if row is None else int(row["view_id"])


async def recall(connection: Connection, account_id: AccountId, view_id: int) -> str | None:
    if not 0 < view_id <= HIGHEST:
        return None
    row = await fetch.one(connection, RECALL, {"account_id": account_id, "view_id": view_id})
    return None if row is None else str(row["query"])


async def prune(connection: Connection, before: datetime) -> None:
    await connection.execute(PRUNE, {"before": to_epoch(before)})
