"""The `push_log` table: what came of the latest pushes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from bot.clock import from_epoch, to_epoch
from bot.domain.ids import LeadNumber
from bot.store import accounts

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.ids import AccountId
    from bot.store.database import Connection

KEPT: Final = 20
"""Rows of an account."""
SAME_DAY: Final = 86_400
"""Seconds for which refusals of one kind share a row."""

ADD: Final = """
    INSERT INTO push_log (account_id, received_at, result, number, lead_id)
    VALUES (:account_id, :now, :result, :number,
        (SELECT lead_id FROM leads WHERE account_id = :account_id AND identity = :identity))
"""

COUNT_UP: Final = """
    UPDATE push_log SET number = number + :number, received_at = :now
    WHERE account_id = :account_id AND result = :result AND received_at > :since
    RETURNING push_log_id
"""

FORGET: Final = """
    DELETE FROM push_log WHERE account_id = :account_id AND push_log_id NOT IN (
        SELECT push_log_id FROM push_log WHERE account_id = :account_id
        ORDER BY received_at DESC, push_log_id DESC LIMIT :kept
    )
"""

NEWEST: Final = """
    SELECT received_at, result, push_log.number, leads.number AS lead_number
    FROM push_log LEFT JOIN leads ON leads.lead_id = push_log.lead_id
    WHERE push_log.account_id = :account_id
    ORDER BY received_at DESC, push_log_id DESC LIMIT :limit
"""


class PushLogEntry(NamedTuple):
    """One push, or a day's refusals of one kind."""

    received_at: datetime
    result: str
    number: int
    lead_number: LeadNumber | None


async def add(
    connection: Connection,
    account_id: AccountId,
    result: str,
    *,
    now: datetime,
    number: int = 0,
    identity: str | None = None,
) -> None:
    """`number` leads were in it; `identity` is the first one's."""
    parameters = {"account_id": account_id, "now": to_epoch(now), "result": result}
    await connection.execute(ADD, parameters | {"number": number, "identity": identity})
    await connection.execute(FORGET, {"account_id": account_id, "kept": KEPT})


async def count_up(connection: Connection, account_id: AccountId, result: str, *, now: datetime, number: int) -> None:
    """So many more were refused for this reason. The account's lock keeps two from beginning the day's row."""
    await accounts.lock(connection, account_id)
    parameters = {"account_id": account_id, "now": to_epoch(now), "result": result, "number": number}
    if not await connection.fetch_all(COUNT_UP, parameters | {"since": to_epoch(now) - SAME_DAY}):
        await add(connection, account_id, result, now=now, number=number)


async def newest(connection: Connection, account_id: AccountId, limit: int) -> list[PushLogEntry]:
    """The latest first."""
    return [
        PushLogEntry(
            received_at=from_epoch(row["received_at"]),
            result=row["result"],
            number=row["number"],
            lead_number=None if row["lead_number"] is None else LeadNumber(row["lead_number"]),
        )
        for row in await connection.fetch_all(NEWEST, {"account_id": account_id, "limit": limit})
    ]
