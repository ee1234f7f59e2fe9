"""What is still to be worked on: unclaimed leads, and a person's own. Read-only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.domain.ids import LeadId

if TYPE_CHECKING:
    from bot.domain.ids import AccountId, UserId
    from bot.store.database import Connection

MOST: Final = 1000
"""Leads of one person that are listed."""

UNCLAIMED_FROM: Final = """
    SELECT position FROM leads
    WHERE account_id = :account_id AND owner_id IS NULL AND status = 'new' AND position >= :key
        AND (position >= :since OR batch IS NULL AND origin <> 'import')
    ORDER BY position LIMIT :limit
"""

UNCLAIMED_BEFORE: Final = """
    SELECT position FROM leads
    WHERE account_id = :account_id AND owner_id IS NULL AND status = 'new' AND position < :key
        AND (position >= :since OR batch IS NULL AND origin <> 'import')
    ORDER BY position DESC LIMIT :limit
"""

COUNT: Final = """
    SELECT count(*) AS number,
        coalesce(sum(position >= :since OR batch IS NULL AND origin <> 'import'), 0) AS recent
    FROM leads WHERE account_id = :account_id AND owner_id IS NULL AND status = 'new'
"""

OF_PERSON: Final = """
    WITH waiting AS (
        SELECT lead_id, min(due_at) AS due_at FROM reminders
        WHERE account_id = :account_id AND user_id = :user_id AND fired_at IS NULL AND cancelled_at IS NULL
        GROUP BY lead_id
    ), mine AS (
        SELECT lead_id FROM leads
        WHERE account_id = :account_id AND owner_id = :user_id AND status NOT IN ('won', 'lost', 'junk')
        UNION SELECT lead_id FROM waiting
    )
    SELECT leads.lead_id FROM mine
    JOIN leads ON leads.lead_id = mine.lead_id
    LEFT JOIN waiting ON waiting.lead_id = mine.lead_id
    ORDER BY waiting.due_at IS NULL, waiting.due_at, leads.position DESC LIMIT :limit
"""


@dataclass(frozen=True, slots=True)
class UnclaimedCounts:
    recent: int
    older: int


async def unclaimed_from(connection: Connection, account_id: AccountId, since: int, key: int, limit: int) -> list[int]:
    """Positions from `key` on, the oldest first; leads of runs and imports only from position `since` on."""
    parameters = {"account_id": account_id, "since": since, "key": key, "limit": limit}
    return [row["position"] for row in await connection.fetch_all(UNCLAIMED_FROM, parameters)]


async def unclaimed_before(
    connection: Connection, account_id: AccountId, since: int, key: int, limit: int
) -> list[int]:
    """Positions below `key`, the nearest first."""
    parameters = {"account_id": account_id, "since": since, "key": key, "limit": limit}
    return [row["position"] for row in await connection.fetch_all(UNCLAIMED_BEFORE, parameters)]


async def count_unclaimed(connection: Connection, account_id: AccountId, since: int) -> UnclaimedCounts:
    row = await connection.fetch_one(COUNT, {"account_id": account_id, "since": since})
    return UnclaimedCounts(0, 0) if row is None else UnclaimedCounts(row["recent"], row["number"] - row["recent"])


async def of_person(connection: Connection, account_id: AccountId, user_id: UserId) -> list[LeadId]:
    """By next reminder, then the newest first; closed leads only where a reminder waits."""
    parameters = {"account_id": account_id, "user_id": user_id, "limit": MOST}
    return [LeadId(row["lead_id"]) for row in await connection.fetch_all(OF_PERSON, parameters)]
