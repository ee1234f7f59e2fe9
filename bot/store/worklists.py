"""What is still to be worked on: unclaimed leads, and a person's own. Read-only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.domain.ids import LeadId
from bot.store import standing
from bot.store.positions import ID_BITS, ID_MASK

if TYPE_CHECKING:
    from bot.domain.ids import AccountId, UserId
    from bot.store.database import Connection

BEHIND: Final = 2**62
"""A place in the list of what is unclaimed is the lead's position, and behind all of those for what is no BuyLead that
has not ended.
"""
_LAST_DUE: Final = (BEHIND >> ID_BITS) - 1
MOST: Final = 1000
"""Leads of one person that are listed."""

# `ends`: BuyLeads that have not ended, else all others.
UNCLAIMED_FROM: Final = f"""
    SELECT position FROM leads
    WHERE account_id = :account_id AND position >= :key AND {standing.OPEN}
        AND (CASE WHEN kind = 'B' AND position >= :alive THEN 1 ELSE 0 END) = :ends
    ORDER BY position LIMIT :limit
"""  # noqa: S608 - constants of this package

UNCLAIMED_BEFORE: Final = f"""
    SELECT position FROM leads
    WHERE account_id = :account_id AND position < :key AND {standing.OPEN}
        AND (CASE WHEN kind = 'B' AND position >= :alive THEN 1 ELSE 0 END) = :ends
    ORDER BY position DESC LIMIT :limit
"""  # noqa: S608 - constants of this package

COUNT: Final = f"""
    SELECT count(*) AS number,
        count(CASE WHEN {standing.IS_WORK} THEN 1 END) AS recent
    FROM leads WHERE account_id = :account_id AND position >= 0 AND {standing.UNCLAIMED}
"""  # noqa: S608 - constants of this package

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
    SELECT leads.lead_id, leads.position, waiting.due_at FROM mine
    JOIN leads ON leads.lead_id = mine.lead_id
    LEFT JOIN waiting ON waiting.lead_id = mine.lead_id
    ORDER BY waiting.due_at IS NULL, waiting.due_at,
        CASE WHEN waiting.due_at IS NULL THEN leads.position ELSE leads.lead_id END DESC
    LIMIT :limit
"""


@dataclass(frozen=True, slots=True)
class UnclaimedCounts:
    recent: int
    older: int


async def unclaimed_from(
    connection: Connection, account_id: AccountId, *, recent: int, alive: int, key: int, limit: int
) -> list[int]:
    """Places from `key` on: BuyLeads from position `alive` on, then the others, each the oldest first. Leads of runs
    and imports only from position `recent` on.
    """
    parameters = {"account_id": account_id, "recent": recent, "alive": alive}
    these = {"ends": 1, "key": max(key, alive), "limit": limit}
    found = await connection.fetch_all(UNCLAIMED_FROM, parameters | these)
    others = {"ends": 0, "key": max(key - BEHIND, 0), "limit": limit - len(found)}
    rest = await connection.fetch_all(UNCLAIMED_FROM, parameters | others)
    return [*(row["position"] for row in found), *(row["position"] + BEHIND for row in rest)]


async def unclaimed_before(
    connection: Connection, account_id: AccountId, *, recent: int, alive: int, key: int, limit: int
) -> list[int]:
    """Places below `key`, the nearest first."""
    parameters = {"account_id": account_id, "recent": recent, "alive": alive}
    others = {"ends": 0, "key": max(key - BEHIND, 0), "limit": limit}
    rest = await connection.fetch_all(UNCLAIMED_BEFORE, parameters | others)
    these = {"ends": 1, "key": min(key, BEHIND), "limit": limit - len(rest)}
    found = await connection.fetch_all(UNCLAIMED_BEFORE, parameters | these)
    return [*(row["position"] + BEHIND for row in rest), *(row["position"] for row in found)]


def position_at(place: int) -> int:
    return place % BEHIND


async def count_unclaimed(connection: Connection, account_id: AccountId, recent: int) -> UnclaimedCounts:
    row = await connection.fetch_one(COUNT, {"account_id": account_id, "recent": recent})
    return UnclaimedCounts(0, 0) if row is None else UnclaimedCounts(row["recent"], row["number"] - row["recent"])


async def of_person(connection: Connection, account_id: AccountId, user_id: UserId) -> dict[int, LeadId]:
    """By place: by next reminder, then the newest first; closed leads only where a reminder waits."""
    parameters = {"account_id": account_id, "user_id": user_id, "limit": MOST}
    rows = await connection.fetch_all(OF_PERSON, parameters)
    return {_place(row["due_at"], row["position"], row["lead_id"]): LeadId(row["lead_id"]) for row in rows}


def _place(due_at: int | None, position: int, lead_id: int) -> int:
    """In a person's list: that of a lead does not depend on what stands before it."""
    if due_at is None:
        return BEHIND + max(BEHIND - 1 - position, 0)
    return min(due_at, _LAST_DUE) << ID_BITS | (ID_MASK - lead_id)
