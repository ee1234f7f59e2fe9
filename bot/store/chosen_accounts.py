"""The `chosen_accounts` table: which of their accounts answers a person in private, by bot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.clock import to_epoch
from bot.domain.ids import AccountId

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.ids import UserId
    from bot.store.database import Connection

CHOOSE: Final = """
    INSERT INTO chosen_accounts (bot_id, user_id, account_id, chosen_at)
    VALUES (:bot_id, :user_id, :account_id, :now)
    ON CONFLICT (bot_id, user_id) DO UPDATE SET account_id = excluded.account_id, chosen_at = excluded.chosen_at
"""

GET: Final = "SELECT account_id FROM chosen_accounts WHERE bot_id = :bot_id AND user_id = :user_id"


async def choose(connection: Connection, bot_id: int, user_id: UserId, account_id: AccountId, now: datetime) -> None:
    parameters = {"bot_id": bot_id, "user_id": user_id, "account_id": account_id, "now": to_epoch(now)}
    await connection.execute(CHOOSE, parameters)


async def get(connection: Connection, bot_id: int, user_id: UserId) -> AccountId | None:
    row = await connection.fetch_one(GET, {"bot_id": bot_id, "user_id": user_id})
    return None if row is None else AccountId(row["account_id"])
