"""The `brought_updates` table: what Telegram brought to a process that has not that bot, for the one that has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.clock import to_epoch
from bot.store.connections import listed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.store.database import Connection

KEEP: Final = """
    INSERT INTO brought_updates (bot_id, update_id, brought_at, body) VALUES (:bot_id, :update_id, :now, :body)
    ON CONFLICT (bot_id, update_id) DO NOTHING
"""

WAITING: Final = """
    SELECT bot_id, update_id, body FROM brought_updates
    WHERE bot_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:bots)) ORDER BY bot_id, update_id LIMIT :limit
"""

TAKEN: Final = "DELETE FROM brought_updates WHERE bot_id = :bot_id AND update_id = :update_id"


@dataclass(frozen=True, slots=True)
class BroughtUpdate:
    bot_id: int
    update_id: int
    body: str


async def keep(connection: Connection, one: BroughtUpdate, now: datetime) -> None:
    """Once, however often Telegram brings it."""
    key = {"bot_id": one.bot_id, "update_id": one.update_id}
    await connection.execute(KEEP, {**key, "body": one.body, "now": to_epoch(now)})


async def waiting(connection: Connection, bots: Iterable[int], limit: int = 100) -> list[BroughtUpdate]:
    """For these bots, each one's in their order."""
    rows = await connection.fetch_all(WAITING, {"bots": listed(bots), "limit": limit})
    return [BroughtUpdate(row["bot_id"], row["update_id"], row["body"]) for row in rows]


async def taken(connection: Connection, ones: Iterable[BroughtUpdate]) -> None:
    rows = [{"bot_id": one.bot_id, "update_id": one.update_id} for one in ones]
    await connection.execute_many(TAKEN, rows)
