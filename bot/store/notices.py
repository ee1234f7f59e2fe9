"""The `notices` table: how often a kind of thing was told within an hour, and what was held back. One statement counts
and one takes what is over, so that it does not matter how many do so at the same time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from bot.clock import from_epoch, to_epoch
from bot.domain import budgets

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.ids import AccountId
    from bot.store.database import Connection

HOUR: Final = 3600
"""Seconds."""

COUNT: Final = """
    INSERT INTO notices (account_id, kind, began_at, told, held) VALUES (:account_id, :kind, :now, 1, 0)
    ON CONFLICT (account_id, kind) DO UPDATE SET
        told = CASE WHEN notices.told < :most THEN notices.told + 1 ELSE notices.told END,
        held = CASE WHEN notices.told < :most THEN notices.held ELSE notices.held + :number END
    RETURNING held
"""

FINISHED: Final = """
    DELETE FROM notices
    WHERE account_id = :account_id AND (began_at <= :now - :hour OR began_at > :now + :hour)
    RETURNING kind, began_at, held
"""


class NoticeHour(NamedTuple):
    kind: str
    began_at: datetime
    held: int
    """Of what was not told."""


async def count(connection: Connection, account_id: AccountId, kind: str, *, number: int, now: datetime) -> bool:
    """True if it may be told; else `number` more are held back until the hour is over."""
    parameters = {"account_id": account_id, "kind": kind, "number": number, "now": to_epoch(now)}
    row = await connection.fetch_one(COUNT, parameters | {"most": budgets.NOTICES_PER_HOUR})
    return row is None or row["held"] == 0


async def finished(connection: Connection, account_id: AccountId, now: datetime) -> list[NoticeHour]:
    """The hours that are over, also by a clock that was set, each once, sorted by kind."""
    parameters = {"account_id": account_id, "now": to_epoch(now), "hour": HOUR}
    rows = await connection.fetch_all(FINISHED, parameters)
    return sorted(NoticeHour(row["kind"], from_epoch(row["began_at"]), row["held"]) for row in rows)
