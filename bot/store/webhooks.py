"""The `webhooks` table: the web addresses of ours that Telegram was told to call, by bot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.clock import to_epoch

if TYPE_CHECKING:
    from datetime import datetime

    from bot.store.database import Connection

NOTE: Final = """
    INSERT INTO webhooks (bot_id, address, noted_at) VALUES (:bot_id, :address, :now)
    ON CONFLICT (bot_id) DO UPDATE SET address = excluded.address, noted_at = excluded.noted_at, former = CASE
        WHEN webhooks.former IS NULL AND webhooks.address <> excluded.address THEN webhooks.address
        ELSE webhooks.former END
"""

SETTLE: Final = "UPDATE webhooks SET former = NULL WHERE bot_id = :bot_id AND address = :address"

NOTED: Final = "SELECT address, former FROM webhooks WHERE bot_id = :bot_id"

FORGET: Final = "DELETE FROM webhooks WHERE bot_id = :bot_id"


async def note(connection: Connection, bot_id: int, address: str, now: datetime) -> None:
    """Telegram is about to be told of it. Until it has taken it (`settle`), the one before is ours as well."""
    await connection.execute(NOTE, {"bot_id": bot_id, "address": address, "now": to_epoch(now)})


async def settle(connection: Connection, bot_id: int, address: str) -> None:
    """Telegram has taken this address: the one before is nobody's any more, unless another was noted meanwhile."""
    await connection.execute(SETTLE, {"bot_id": bot_id, "address": address})


async def noted(connection: Connection, bot_id: int) -> frozenset[str]:
    """Of the two that there may be, which one Telegram calls is Telegram's to say."""
    row = await connection.fetch_one(NOTED, {"bot_id": bot_id})
    return frozenset() if row is None else frozenset(one for one in row if one is not None)


async def forget(connection: Connection, bot_id: int) -> None:
    await connection.execute(FORGET, {"bot_id": bot_id})
