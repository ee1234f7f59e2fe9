"""The `webhooks` table: the web addresses of ours that Telegram was told to call, by bot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.clock import to_epoch

if TYPE_CHECKING:
    from datetime import datetime

    from bot.store.database import Connection

NOTE: Final = """
    INSERT INTO webhooks (bot_id, address, noted_at) VALUES (:bot_id, :address, :now)
    ON CONFLICT (bot_id) DO UPDATE SET address = excluded.address, noted_at = excluded.noted_at
"""

NOTED: Final = "SELECT address FROM webhooks WHERE bot_id = :bot_id"

FORGET: Final = "DELETE FROM webhooks WHERE bot_id = :bot_id"


async def note(connection: Connection, bot_id: int, address: str, now: datetime) -> None:
    await connection.execute(NOTE, {"bot_id": bot_id, "address": address, "now": to_epoch(now)})


async def noted(connection: Connection, bot_id: int) -> str | None:
    row = await connection.fetch_one(NOTED, {"bot_id": bot_id})
    return None if row is None else str(row["address"])


async def forget(connection: Connection, bot_id: int) -> None:
    await connection.execute(FORGET, {"bot_id": bot_id})
