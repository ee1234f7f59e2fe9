"""The `digests` table: which were made, each once; and what a digest asks about single buyers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.clock import from_epoch, to_epoch
from bot.store import standing
from bot.store.connections import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bot.domain.digest_times import DigestSlot
    from bot.domain.ids import AccountId, LeadId
    from bot.store.database import Connection

# A clock that was ahead, and was put right, keeps no digest back.
FIRST_LOOK: Final = """
    INSERT INTO digests (account_id, audience, kind, wall, made_at) VALUES (:account_id, '', :times, '', :now)
    ON CONFLICT (account_id, audience, kind, wall) DO UPDATE SET
        made_at = CASE WHEN excluded.made_at < digests.made_at THEN excluded.made_at ELSE digests.made_at END
    RETURNING made_at
"""

FORGET_OTHERS: Final = "DELETE FROM digests WHERE account_id = :account_id AND wall = '' AND kind <> :times"

TAKE: Final = """
    INSERT INTO digests (account_id, audience, kind, wall, made_at)
    VALUES (:account_id, :audience, :kind, :wall, :now)
    ON CONFLICT (account_id, audience, kind, wall) DO NOTHING RETURNING wall
"""

# Within :long of the enquiry, and before it: the buyer's other leads, mere catalogue views left out.
BUYERS: Final = """
    SELECT this.lead_id,
        count(CASE WHEN other.position >= this.position - :long AND other.position < this.position THEN 1 END)
            AS lately,
        count(CASE WHEN other.position < this.position - :long THEN 1 END) AS before
    FROM leads AS this JOIN leads AS other ON other.buyer_id = this.buyer_id AND other.kind <> 'BIZ'
    WHERE this.lead_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:lead_ids)) AND +this.account_id = :account_id
    GROUP BY this.lead_id
"""

# Nobody has called their buyers yet, claimed or not.
WAITING: Final = f"""
    SELECT position FROM leads
    WHERE account_id = :account_id AND position >= :since AND kind <> 'BIZ'
        AND {standing.NOT_CALLED} AND {standing.MAY_BE_CALLED}
    ORDER BY position DESC LIMIT :limit
"""  # noqa: S608 - constants of this package

VALUES: Final = """
    SELECT coalesce(order_value_max, order_value_min) AS value FROM leads
    WHERE account_id = :account_id AND position >= :since
        AND (order_value_max IS NOT NULL OR order_value_min IS NOT NULL)
    ORDER BY position DESC LIMIT :limit
"""


async def first_look(connection: Connection, account_id: AccountId, times: str, now: datetime) -> datetime:
    """Since when digests are looked for at these times; noted, if this is the first look at them. Without any, whoever
    switches them on again has a first look again.
    """
    await connection.execute(FORGET_OTHERS, {"account_id": account_id, "times": times})
    if not times:
        return now
    row = await connection.fetch_one(FIRST_LOOK, {"account_id": account_id, "times": times, "now": to_epoch(now)})
    return now if row is None else from_epoch(row["made_at"])


async def take(
    connection: Connection, account_id: AccountId, slots: Iterable[DigestSlot], now: datetime
) -> list[DigestSlot]:
    """Note that these are made; those that were not yet, which are the caller's to make, and of nobody else who asks at
    the same time: the key lets one row be.
    """
    found = []
    for slot in slots:  # a handful
        parameters = {"account_id": account_id, "audience": slot.audience, "kind": slot.kind, "wall": slot.wall}
        if await connection.fetch_one(TAKE, parameters | {"now": to_epoch(now)}) is not None:
            found.append(slot)
    return found


async def waiting(connection: Connection, account_id: AccountId, *, since: int, limit: int) -> list[int]:
    """Positions of leads whose buyers nobody has called yet, from position `since` on, the newest first."""
    parameters = {"account_id": account_id, "since": since, "limit": limit}
    return [row["position"] for row in await connection.fetch_all(WAITING, parameters)]


async def buyers(
    connection: Connection, account_id: AccountId, lead_ids: Sequence[LeadId], *, within: int
) -> dict[int, tuple[int, int]]:
    """How many leads each lead's buyer sent shortly before it, and how many earlier; `within` is in seconds."""
    parameters = {"account_id": account_id, "lead_ids": listed(lead_ids), "long": within << 30}
    rows = await connection.fetch_all(BUYERS, parameters)
    return {row["lead_id"]: (row["lately"], row["before"]) for row in rows}


async def values(connection: Connection, account_id: AccountId, *, since: int, limit: int) -> list[int]:
    """What the leads from position `since` on are worth, of those that say so."""
    parameters = {"account_id": account_id, "since": since, "limit": limit}
    return [row["value"] for row in await connection.fetch_all(VALUES, parameters)]
