"""How accounts do, all of them in one query: whether they poll, what waits for their chats, what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.clock import from_epoch
from bot.domain.ids import AccountId
from bot.store.connections import listed
from bot.store.outbox_messages import LATEST

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.store.database import Connection

HEALTH: Final = """
    SELECT accounts.account_id, accounts.name, accounts.last_ok_at,
        (SELECT due_at FROM outbox WHERE outbox.account_id = accounts.account_id AND outbox.chat_id IS NULL
            ORDER BY due_at LIMIT 1) AS due_at,
        (SELECT count(*) FROM outbox WHERE outbox.account_id = accounts.account_id) AS waiting,
        (SELECT queued_at FROM outbox WHERE outbox.account_id = accounts.account_id
            AND queued_at BETWEEN 0 AND :latest ORDER BY queued_at LIMIT 1) AS oldest,
        (SELECT count(*) FROM faults WHERE faults.account_id = accounts.account_id) AS faults,
        EXISTS (SELECT 1 FROM faults WHERE faults.account_id = accounts.account_id
            AND fault IN (SELECT value FROM json_each(:dead))) AS has_dead_key
    FROM accounts WHERE accounts.account_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:account_ids))
"""

LEADS: Final = "SELECT count(*) AS number FROM leads"

PARKED: Final = "SELECT reason, count(*) AS number FROM parked GROUP BY reason"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountHealth:
    name: str
    last_ok_at: datetime | None
    due_at: datetime | None
    """Since when the first message for the account's chat may go out."""
    waiting: int
    """Messages, for all its chats."""
    waiting_since: datetime | None
    faults: int
    has_dead_key: bool


async def all_of(
    connection: Connection, account_ids: Iterable[AccountId], dead: Iterable[str] = ()
) -> dict[AccountId, AccountHealth]:
    """`dead` are the faults of a key that brings nothing any more."""
    parameters = {"account_ids": listed(account_ids), "dead": listed(dead), "latest": LATEST}
    return {
        AccountId(row["account_id"]): AccountHealth(
            name=row["name"],
            last_ok_at=_moment(row["last_ok_at"]),
            due_at=_moment(row["due_at"]),
            waiting=row["waiting"],
            waiting_since=_moment(row["oldest"]),
            faults=row["faults"],
            has_dead_key=bool(row["has_dead_key"]),
        )
        for row in await connection.fetch_all(HEALTH, parameters)
    }


async def totals(connection: Connection) -> tuple[int, dict[str, int]]:
    """(leads, parked messages by reason) of all accounts together."""
    (leads,) = await connection.fetch_all(LEADS)
    parked = {row["reason"]: row["number"] for row in await connection.fetch_all(PARKED)}
    return leads["number"], parked


def _moment(value: object) -> datetime | None:
    """None also for a row that a later version, or a hand, has written: delivery puts it aside when it meets it."""
    return from_epoch(value) if isinstance(value, int) and 0 <= value <= LATEST else None
