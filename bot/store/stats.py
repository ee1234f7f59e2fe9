"""Counting and timing leads of a span of positions. Read-only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.clock import from_epoch
from bot.domain.ids import LeadId, UserId
from bot.store.changes import Change, change

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.ids import AccountId
    from bot.store.database import Connection


@dataclass(frozen=True, slots=True)
class PostedLead:
    """A lead that came in live, and when its card first stood in the group."""

    lead_id: LeadId
    enquired_at: datetime | None
    posted_at: datetime


PRODUCTS: Final = """
    SELECT min(product) AS named, count(*) AS number FROM all_leads AS leads
    WHERE account_id = :account_id AND position >= :low AND position < :high AND product <> ''
    GROUP BY lower(product) ORDER BY number DESC, named LIMIT :limit
"""

CITIES: Final = """
    SELECT min(city) AS named, count(*) AS number FROM all_leads AS leads
    WHERE account_id = :account_id AND position >= :low AND position < :high AND city <> ''
    GROUP BY lower(city) ORDER BY number DESC, named LIMIT :limit
"""

WON: Final = """
    SELECT owner_id, count(*) AS number, coalesce(sum(won_value), 0) AS value FROM all_leads AS leads
    WHERE account_id = :account_id AND position >= :low AND position < :high
        AND status = 'won' AND owner_id IS NOT NULL
    GROUP BY owner_id
"""

POSTED: Final = """
    SELECT leads.lead_id, leads.enquired_at, cards.posted_at
    FROM all_leads AS leads JOIN cards ON cards.lead_id = leads.lead_id
    WHERE leads.account_id = :account_id AND leads.position >= :low AND leads.position < :high
        AND leads.batch IS NULL AND leads.origin <> 'import'
"""

CHANGES: Final = """
    SELECT changes.* FROM all_leads AS leads JOIN changes ON changes.lead_id = leads.lead_id
    WHERE leads.account_id = :account_id AND leads.position >= :low AND leads.position < :high
    ORDER BY changes.change_id
"""


async def products(
    connection: Connection, account_id: AccountId, *, low: int, high: int, limit: int
) -> list[tuple[str, int]]:
    """The most asked for first."""
    return await _top(connection, PRODUCTS, account_id, low=low, high=high, limit=limit)


async def cities(
    connection: Connection, account_id: AccountId, *, low: int, high: int, limit: int
) -> list[tuple[str, int]]:
    return await _top(connection, CITIES, account_id, low=low, high=high, limit=limit)


async def _top(connection: Connection, statement: str, account_id: AccountId, **bounds: int) -> list[tuple[str, int]]:
    return [
        (row["named"], row["number"])
        for row in await connection.fetch_all(statement, {"account_id": account_id, **bounds})
    ]


async def won(connection: Connection, account_id: AccountId, *, low: int, high: int) -> dict[UserId, tuple[int, int]]:
    """How many each owner won, and for how much."""
    return {
        UserId(row["owner_id"]): (row["number"], row["value"])
        for row in await connection.fetch_all(WON, {"account_id": account_id, "low": low, "high": high})
    }


async def posted(connection: Connection, account_id: AccountId, *, low: int, high: int) -> list[PostedLead]:
    return [
        PostedLead(
            LeadId(row["lead_id"]),
            None if row["enquired_at"] is None else from_epoch(row["enquired_at"]),
            from_epoch(row["posted_at"]),
        )
        for row in await connection.fetch_all(POSTED, {"account_id": account_id, "low": low, "high": high})
    ]


async def changes_of(connection: Connection, account_id: AccountId, *, low: int, high: int) -> list[Change]:
    """What was done to these leads, in the order in which it was."""
    return [
        change(row) for row in await connection.fetch_all(CHANGES, {"account_id": account_id, "low": low, "high": high})
    ]
