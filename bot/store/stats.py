"""Counting and timing leads of a span of positions. Read-only; a few statements, however many leads there are.

What became of leads is read from an index alone, sealed leads included: of them only counts are left.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from bot.clock import to_epoch
from bot.domain.ids import UserId
from bot.domain.lead import LostReason, Status
from bot.store import standing
from bot.store.positions import position

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.domain.ids import AccountId
    from bot.store.connections import Row
    from bot.store.database import Connection

ANYBODY: Final = 0
QUICK: Final = 300
"""Seconds: who calls a buyer within five minutes reaches most of them."""
AGES: Final = (3600, 24 * 3600, 3 * 24 * 3600, 7 * 24 * 3600)
"""Seconds: by these ages what waits is told apart."""
OTHER: Final = "other"
"""Reasons that somebody typed; they may tell of the buyer."""
QUARTER: Final = 900
"""Seconds: every zone's hours begin with one of these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """The leads that are looked at."""

    account_id: AccountId
    low: int
    high: int
    """Positions; the first belongs to it."""
    kind: str = ""
    owner_id: int = ANYBODY
    """Everybody's, and nobody's, unless one is named."""

    @property
    def parameters(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.__slots__}


class Step(StrEnum):
    """Of a lead's way: whose part took how long."""

    INDIAMART = "indiamart"
    LEADBELL = "leadbell"
    TELEGRAM = "telegram"
    CLAIM = "claim"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class Outcome:
    """So many leads alike."""

    kind: str
    status: Status
    owner_id: UserId | None
    reason: str
    """Why they were lost: a LostReason, `other` or nothing."""
    number: int
    value: int
    """Rupees that were won."""


@dataclass(frozen=True, slots=True)
class Timed:
    """How long a step took, in seconds."""

    step: Step
    user_id: UserId
    """0: whoever."""
    number: int
    median: float
    slowest: int
    """One in ten took this long or longer."""
    quick: int
    """How many took less than five minutes."""


@dataclass(frozen=True, slots=True)
class Trade:
    """What was asked for, or from where."""

    name: str
    leads: int
    contacted: int
    won: int
    value: int


_STRETCH: Final = """
    leads.account_id = :account_id AND leads.position >= :low AND leads.position < :high
    AND (:kind = '' OR leads.kind = :kind)
"""
_OWNED: Final = f"{_STRETCH} AND (:owner_id = 0 OR leads.owner_id = :owner_id)"
_REASONS: Final = ", ".join(f"'{one.value}'" for one in LostReason)

# A few statements hold others: all of them are this module's own words.
OUTCOMES: Final = f"""
    SELECT kind, status, owner_id,
        CASE WHEN status <> 'lost' OR lost_reason IS NULL THEN ''
            WHEN lost_reason IN ({_REASONS}) THEN lost_reason ELSE '{OTHER}' END AS reason,
        count(*) AS number, CAST(coalesce(sum(won_value), 0) AS BIGINT) AS value
    FROM all_leads AS leads WHERE {_OWNED} GROUP BY kind, status, owner_id, reason
    ORDER BY kind, status, owner_id, reason
"""  # noqa: S608

# How often each step took how many seconds: sorting every lead's would take several times as long.
TIMES: Final = f"""
    WITH found AS MATERIALIZED (
        SELECT times.* FROM all_leads AS leads JOIN response_times AS times ON times.lead_id = leads.lead_id
        WHERE {_STRETCH}
    )
    SELECT 'indiamart' AS step, 0 AS user_id, indiamart_seconds AS seconds, count(*) AS number FROM found
        WHERE indiamart_seconds IS NOT NULL GROUP BY indiamart_seconds
    UNION ALL SELECT 'leadbell', 0, leadbell_seconds, count(*) FROM found
        WHERE leadbell_seconds IS NOT NULL GROUP BY leadbell_seconds
    UNION ALL SELECT 'telegram', 0, telegram_seconds, count(*) FROM found
        WHERE telegram_seconds IS NOT NULL GROUP BY telegram_seconds
    UNION ALL SELECT 'claim', claimed_by, claim_seconds, count(*) FROM found
        WHERE claim_seconds IS NOT NULL AND (:owner_id = 0 OR claimed_by = :owner_id)
        GROUP BY claimed_by, claim_seconds
    UNION ALL SELECT 'contact', contacted_by, contact_seconds, count(*) FROM found
        WHERE contact_seconds IS NOT NULL AND (:owner_id = 0 OR contacted_by = :owner_id)
        GROUP BY contacted_by, contact_seconds
"""  # noqa: S608

DOINGS: Final = f"""
    SELECT 'claim' AS step, times.claimed_by AS user_id, count(*) AS number
    FROM all_leads AS leads JOIN response_times AS times ON times.lead_id = leads.lead_id
    WHERE {_STRETCH} AND times.claimed_by IS NOT NULL GROUP BY times.claimed_by
    UNION ALL
    SELECT 'contact', times.contacted_by, count(*)
    FROM all_leads AS leads JOIN response_times AS times ON times.lead_id = leads.lead_id
    WHERE {_STRETCH} AND times.contacted_by IS NOT NULL GROUP BY times.contacted_by
"""  # noqa: S608

_TRADES: Final = f"""
    SELECT min({{name}}) AS named, count(*) AS number,
        sum(CASE WHEN status IN ('contacted', 'quoted', 'won', 'lost') THEN 1 ELSE 0 END) AS contacted,
        sum(CASE WHEN status = 'won' THEN 1 ELSE 0 END) AS won, CAST(coalesce(sum(won_value), 0) AS BIGINT) AS value
    FROM all_leads AS leads WHERE {_OWNED} AND {{name}} <> ''
    GROUP BY lower({{name}}) ORDER BY number DESC, named LIMIT :limit
"""  # noqa: S608
PRODUCTS: Final = _TRADES.format(name="product")
CITIES: Final = _TRADES.format(name="city")

_AGE: Final = (
    f"CASE {' '.join(f'WHEN :now - {{at}} < {age} THEN {nth}' for nth, age in enumerate(AGES))} ELSE {len(AGES)} END"
)

TO_CALL: Final = f"""
    SELECT owner_id, {_AGE.format(at="claimed_at")} AS age, count(*) AS number FROM all_leads AS leads
    WHERE account_id = :account_id AND seal_id IS NULL AND {standing.TO_CALL} AND (:kind = '' OR kind = :kind)
        AND (:owner_id = 0 OR owner_id = :owner_id)
    GROUP BY owner_id, age
"""  # noqa: S608

OPEN: Final = f"""
    SELECT {_AGE.format(at="(position >> 30)")} AS age, count(*) AS number FROM all_leads AS leads
    WHERE account_id = :account_id AND position >= 0 AND {standing.OPEN} AND seal_id IS NULL GROUP BY age
"""  # noqa: S608

QUARTERS: Final = f"""
    SELECT (leads.position >> 30) / {QUARTER} AS quarter, kind, count(*) AS number FROM all_leads AS leads
    WHERE {_STRETCH} GROUP BY quarter, kind
"""  # noqa: S608


async def outcomes(connection: Connection, stretch: Stretch) -> list[Outcome]:
    return [
        Outcome(
            row["kind"],
            Status(row["status"]),
            None if row["owner_id"] is None else UserId(row["owner_id"]),
            row["reason"],
            row["number"],
            row["value"],
        )
        for row in await connection.fetch_all(OUTCOMES, stretch.parameters)
    ]


async def times(connection: Connection, stretch: Stretch) -> dict[tuple[Step, UserId], Timed]:
    """Of leads that came in live. By the first claim and the first contact, as far as they were not undone."""
    rows = await connection.fetch_all(TIMES, stretch.parameters)
    # A handful of people's are many seconds.
    return await asyncio.to_thread(_timed, rows)


def _timed(rows: list[Row]) -> dict[tuple[Step, UserId], Timed]:
    found: dict[tuple[Step, UserId], Counter[int]] = defaultdict(Counter)
    for step, user_id, seconds, number in rows:
        # Each person's, and everybody's together.
        for whose in {user_id, ANYBODY}:
            found[Step(step), UserId(whose)][seconds] += number
    return {whose: _spread(*whose, counted) for whose, counted in found.items()}


def _spread(step: Step, user_id: UserId, counted: Counter[int]) -> Timed:
    ordered, number = sorted(counted.items()), counted.total()
    ends = list(accumulate(n for _seconds, n in ordered))

    def at(place: int) -> int:
        """Of all in order; the first is 0."""
        return ordered[bisect_right(ends, place)][0]

    median = (at((number - 1) // 2) + at(number // 2)) / 2
    quick = sum(n for seconds, n in ordered if seconds < QUICK)
    return Timed(step, user_id, number, median, at(number * 9 // 10), quick)


async def doings(connection: Connection, stretch: Stretch) -> Counter[tuple[Step, UserId]]:
    """How many leads each person claimed themselves first, and was the first to speak to the buyer of."""
    rows = await connection.fetch_all(DOINGS, stretch.parameters)
    return Counter({(Step(row["step"]), UserId(row["user_id"])): row["number"] for row in rows})


async def products(connection: Connection, stretch: Stretch, limit: int) -> list[Trade]:
    """The most asked for first."""
    return await _trades(connection, PRODUCTS, stretch, limit)


async def cities(connection: Connection, stretch: Stretch, limit: int) -> list[Trade]:
    return await _trades(connection, CITIES, stretch, limit)


async def _trades(connection: Connection, statement: str, stretch: Stretch, limit: int) -> list[Trade]:
    return [
        Trade(row["named"], row["number"], row["contacted"], row["won"], row["value"])
        for row in await connection.fetch_all(statement, stretch.parameters | {"limit": limit})
    ]


async def to_call(connection: Connection, stretch: Stretch, now: int) -> dict[UserId, tuple[int, ...]]:
    """Claimed, and never contacted: by owner, how many of each age since the claim."""
    rows = await connection.fetch_all(TO_CALL, stretch.parameters | {"now": now})
    return {
        UserId(owner_id): _by_age((row["age"], row["number"]) for row in rows if row["owner_id"] == owner_id)
        for owner_id in dict.fromkeys(row["owner_id"] for row in rows)
    }


async def open_leads(connection: Connection, account_id: AccountId, now: datetime) -> tuple[int, ...]:
    """How many of each age since the enquiry."""
    recent = position(now - standing.RECENT)
    rows = await connection.fetch_all(OPEN, {"account_id": account_id, "now": to_epoch(now), "recent": recent})
    return _by_age((row["age"], row["number"]) for row in rows)


def _by_age(rows: Iterable[tuple[int, int]]) -> tuple[int, ...]:
    found = dict(rows)
    return tuple(found.get(age, 0) for age in range(len(AGES) + 1))


async def quarters(connection: Connection, stretch: Stretch) -> list[tuple[int, str, int]]:
    """How many leads of each kind were enquired in each quarter of an hour since 1970: days and hours are a zone's."""
    rows = await connection.fetch_all(QUARTERS, stretch.parameters)
    return [(row["quarter"], row["kind"], row["number"]) for row in rows]
