"""The `attendance` table: who is away until when, and whose hours are not the account's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.clock import from_epoch, to_epoch
from bot.domain.ids import UserId
from bot.domain.routes import Attendance
from bot.store.connections import listed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.domain.ids import AccountId
    from bot.store.database import Connection

OF: Final = """
    SELECT * FROM attendance
    WHERE account_id = :account_id AND user_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:user_ids))
"""


SET_AWAY: Final = """
    INSERT INTO attendance (account_id, user_id, away_since, away_until, set_by, set_at)
    VALUES (:account_id, :user_id, :since, :until, :set_by, :now)
    ON CONFLICT (account_id, user_id) DO UPDATE SET away_since = excluded.away_since,
        away_until = excluded.away_until, set_by = excluded.set_by, set_at = excluded.set_at
"""

SET_HOURS: Final = """
    INSERT INTO attendance (account_id, user_id, hours, set_by, set_at)
    VALUES (:account_id, :user_id, :hours, :set_by, :now)
    ON CONFLICT (account_id, user_id) DO UPDATE SET hours = excluded.hours, set_by = excluded.set_by,
        set_at = excluded.set_at
"""


async def of(connection: Connection, account_id: AccountId, user_ids: Iterable[UserId]) -> dict[UserId, Attendance]:
    """Of those who said something."""
    parameters = {"account_id": account_id, "user_ids": listed(user_ids)}
    return {
        UserId(row["user_id"]): Attendance(
            user_id=UserId(row["user_id"]),
            hours=row["hours"],
            away_since=None if row["away_since"] is None else from_epoch(row["away_since"]),
            away_until=None if row["away_until"] is None else from_epoch(row["away_until"]),
        )
        for row in await connection.fetch_all(OF, parameters)
    }


async def away(
    connection: Connection,
    account_id: AccountId,
    user_id: UserId,
    *,
    until: datetime | None,
    set_by: UserId,
    now: datetime,
) -> None:
    """`until` None: till they are back."""
    second = to_epoch(now)
    parameters = {"account_id": account_id, "user_id": user_id, "set_by": set_by, "now": second, "since": second}
    await connection.execute(SET_AWAY, parameters | {"until": None if until is None else to_epoch(until)})


async def back(
    connection: Connection, account_id: AccountId, user_id: UserId, *, set_by: UserId, now: datetime
) -> None:
    parameters = {"account_id": account_id, "user_id": user_id, "set_by": set_by, "now": to_epoch(now)}
    await connection.execute(SET_AWAY, parameters | {"since": None, "until": None})


async def set_hours(
    connection: Connection,
    account_id: AccountId,
    user_id: UserId,
    hours: str | None,
    *,
    set_by: UserId,
    now: datetime,
) -> None:
    """As they were typed; None: the account's."""
    parameters = {"account_id": account_id, "user_id": user_id, "hours": hours, "set_by": set_by, "now": to_epoch(now)}
    await connection.execute(SET_HOURS, parameters)
