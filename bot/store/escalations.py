"""The `escalations` and `callouts` tables: since when nobody has had a lead, and who was told of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bot.clock import from_epoch, to_epoch
from bot.domain.buyleads import alive_since
from bot.domain.ids import AccountId, LeadId
from bot.domain.lead import MISSED_CALL_SECONDS
from bot.store import missed_calls, standing
from bot.store.changes import undoable_since
from bot.store.connections import listed
from bot.store.positions import position

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from bot.store.database import Connection


class EscalationStep(StrEnum):
    """Who is told, in the order in which they are."""

    GROUP = "group"
    ADMINS = "admins"
    MISSED = "missed"
    """The group, of calls that nobody has returned. It has a clock of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnclaimedLead:
    """A lead that nobody has claimed, or a missed call that nobody has returned."""

    lead_id: LeadId
    clock_at: datetime
    told: frozenset[EscalationStep] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCallout:
    """A callout: how many leads it names, and how many of them are still as they were called out."""

    step: EscalationStep
    total: int
    unclaimed: int
    """Nobody has claimed them; of missed calls, nobody has returned them."""


# Only what came in live: not what was imported, nor old leads of a run, nor mere views of the catalogue. Of a buyer who
# is not to be called it is as settled as what they asked before: whoever lifts that brings it back.
START: Final = """
    INSERT INTO escalations (lead_id, account_id, clock_at, look_at, missed_clock, settled_at)
    SELECT lead_id, account_id, :now, :now, CASE WHEN kind = 'P' AND call_seconds < :missed THEN :now END,
        (SELECT at FROM do_not_call WHERE do_not_call.buyer_id = leads.buyer_id) FROM leads
    WHERE lead_id = :lead_id AND account_id = :account_id
        AND batch IS NULL AND origin <> 'import' AND kind <> 'BIZ'
    ON CONFLICT (lead_id) DO NOTHING
"""

RESTART: Final = """
    UPDATE escalations SET
        clock_at = :now, look_at = :now, settled_at = NULL, group_callout = NULL, admins_callout = NULL,
        missed_clock = (SELECT CASE WHEN kind = 'P' AND call_seconds < :missed THEN :now END
            FROM leads WHERE leads.lead_id = escalations.lead_id)
    WHERE lead_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:lead_ids)) AND +account_id = :account_id
        AND NOT EXISTS (SELECT 1 FROM leads JOIN do_not_call ON do_not_call.buyer_id = leads.buyer_id
        WHERE leads.lead_id = escalations.lead_id) RETURNING lead_id
"""

_IS_OPEN: Final = "(settled_at IS NULL OR missed_clock IS NOT NULL)"

DUE: Final = f"SELECT account_id FROM escalations WHERE {_IS_OPEN} AND look_at <= :now"  # noqa: S608 - words of ours

OPEN: Final = f"""
    SELECT lead_id, look_at FROM escalations WHERE account_id = :account_id AND {_IS_OPEN} AND look_at <= :until
"""  # noqa: S608 - likewise

LOOK_ANEW: Final = f"UPDATE escalations SET look_at = clock_at WHERE {_IS_OPEN}"  # noqa: S608 - likewise
LOOK_ANEW_AT: Final = f"{LOOK_ANEW} AND account_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:accounts))"  # noqa: S608 - likewise

# Whose clock was restarted meanwhile is looked at all the same.
LOOK_AT: Final = """
    UPDATE escalations SET look_at = :at
    WHERE lead_id = :lead_id AND account_id = :account_id AND look_at = :noted
"""

HAS_CLAIMED: Final = f"""
    SELECT 1 FROM escalations JOIN leads ON leads.lead_id = escalations.lead_id
    WHERE escalations.account_id = :account_id AND escalations.settled_at IS NULL AND escalations.look_at <= :until
        AND NOT ({standing.UNCLAIMED})
    UNION ALL
    SELECT 1 FROM escalations JOIN leads ON leads.lead_id = escalations.lead_id
    WHERE escalations.account_id = :account_id AND escalations.missed_clock IS NOT NULL
        AND escalations.look_at <= :until AND {standing.CALLED} AND {standing.FOR_GOOD}
    LIMIT 1
"""  # noqa: S608 - likewise

CLAIMED: Final = f"""
    SELECT leads.lead_id FROM escalations JOIN leads ON leads.lead_id = escalations.lead_id
    WHERE escalations.account_id = :account_id AND escalations.settled_at IS NULL AND escalations.look_at <= :until
        AND NOT ({standing.UNCLAIMED})
    ORDER BY leads.lead_id
"""  # noqa: S608 - likewise

CLAIMED_POSTGRES: Final = f"{CLAIMED} FOR NO KEY UPDATE OF leads"
"""Whoever is letting one go is waited for, and has then restarted its clock: an UPDATE that asked for the lead itself
would wait for its own row, and go by the lead as it was before.
"""

SETTLE: Final = """
    UPDATE escalations SET settled_at = :now
    WHERE lead_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:lead_ids)) AND +account_id = :account_id
        AND settled_at IS NULL
"""

WAITING: Final = f"""
    SELECT escalations.* FROM escalations JOIN leads ON leads.lead_id = escalations.lead_id
    WHERE escalations.account_id = :account_id AND escalations.settled_at IS NULL AND escalations.look_at <= :until
        AND {standing.UNCLAIMED}
        AND {standing.MAY_BE_CALLED}
    ORDER BY escalations.clock_at, escalations.lead_id
"""  # noqa: S608 - likewise

# A missed call first, then BuyLeads that have not ended, then whoever has waited longest.
CALL_OUT: Final = f"""
    INSERT INTO callout_leads (callout_id, place, lead_id)
    SELECT :callout_id, row_number() OVER (
        ORDER BY (leads.kind = 'P' AND leads.call_seconds < :missed) DESC,
            (leads.kind = 'B' AND leads.position >= :alive) DESC, escalations.clock_at, leads.position
    ), leads.lead_id
    FROM leads JOIN escalations ON escalations.lead_id = leads.lead_id
    WHERE +leads.account_id = :account_id AND leads.lead_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:lead_ids))
        AND ({standing.UNCLAIMED} OR :step = 'missed' AND leads.status = 'claimed')
"""  # noqa: S608 - likewise

MAKE: Final = """
    INSERT INTO callouts (account_id, step, made_at) VALUES (:account_id, :step, :now) RETURNING callout_id
"""

TOLD: Final = """
    UPDATE escalations SET
        group_callout = CASE WHEN :step <> 'admins' THEN :callout_id ELSE group_callout END,
        admins_callout = CASE WHEN :step = 'admins' THEN :callout_id ELSE admins_callout END,
        missed_clock = CASE WHEN :step = 'missed' THEN NULL ELSE missed_clock END,
        settled_at = CASE WHEN :is_last = 1 THEN :now ELSE settled_at END
    WHERE lead_id IN (SELECT lead_id FROM callout_leads WHERE callout_id = :callout_id) AND +account_id = :account_id
"""

GET: Final = f"""
    SELECT callouts.step, count(leads.lead_id) AS total,
        count(CASE WHEN {standing.UNCLAIMED}
            OR callouts.step = 'missed' AND leads.status = 'claimed' THEN 1 END) AS unclaimed
    FROM callouts
    LEFT JOIN callout_leads ON callout_leads.callout_id = callouts.callout_id
    LEFT JOIN leads ON leads.lead_id = callout_leads.lead_id AND leads.account_id = callouts.account_id
    WHERE callouts.callout_id = :callout_id AND callouts.account_id = :account_id
    GROUP BY callouts.callout_id, callouts.step
"""  # noqa: S608 - likewise

LEADS: Final = """
    SELECT callout_leads.lead_id FROM callout_leads JOIN leads ON leads.lead_id = callout_leads.lead_id
    WHERE callout_leads.callout_id = :callout_id AND leads.account_id = :account_id
    ORDER BY callout_leads.place LIMIT :limit OFFSET :offset
"""

STOP: Final = """
    UPDATE escalations SET settled_at = coalesce(settled_at, :now), missed_clock = NULL
    WHERE account_id = :account_id AND (settled_at IS NULL OR missed_clock IS NOT NULL)
"""


async def start(connection: Connection, account_id: AccountId, lead_id: LeadId, now: datetime) -> None:
    """The lead's card was posted live: from now on somebody should claim it. A card posted anew changes nothing."""
    parameters = {"account_id": account_id, "lead_id": lead_id, "now": to_epoch(now)}
    await connection.execute(START, parameters | {"missed": MISSED_CALL_SECONDS})


async def restart(connection: Connection, account_id: AccountId, lead_ids: Iterable[LeadId], now: datetime) -> bool:
    """Whoever had them let go; `now` may be earlier, where nobody did anything with them. False: none came in live."""
    these = {"account_id": account_id, "lead_ids": listed(lead_ids), "now": to_epoch(now)}
    return bool(await connection.fetch_all(RESTART, these | {"missed": MISSED_CALL_SECONDS}))


async def stop(connection: Connection, account_id: AccountId, now: datetime) -> None:
    """Escalation is off: what came before it is switched on again is never called out."""
    await connection.execute(STOP, {"account_id": account_id, "now": to_epoch(now)})


async def due_accounts(connection: Connection, now: datetime) -> set[AccountId]:
    """In which somebody may have to be told of something by now."""
    return {AccountId(row["account_id"]) for row in await connection.fetch_all(DUE, {"now": to_epoch(now)})}


async def look_anew(connection: Connection, account_ids: Iterable[AccountId] | None = None) -> None:
    """When leads are to be called out is not known any more, here or in all accounts: spans and hours may differ."""
    if account_ids is None:
        await connection.execute(LOOK_ANEW)
    else:
        await connection.execute(LOOK_ANEW_AT, {"accounts": listed(account_ids)})


async def look_at(connection: Connection, account_id: AccountId, moments: Mapping[LeadId, tuple[int, int]]) -> None:
    """When each of these leads is to be looked at next, and when it was to be so far; seconds since 1970."""
    rows = [
        {"account_id": account_id, "lead_id": lead_id, "at": at, "noted": noted}
        for lead_id, (at, noted) in moments.items()
    ]
    await connection.execute_many(LOOK_AT, rows)


async def looked_at(connection: Connection, account_id: AccountId, until: datetime) -> dict[LeadId, int]:
    """Which leads are to be looked at until then, and since when; those of the functions below are among them."""
    rows = await connection.fetch_all(OPEN, _until(account_id, until))
    return {LeadId(row["lead_id"]): row["look_at"] for row in rows}


async def waiting(connection: Connection, account_id: AccountId, until: datetime) -> list[UnclaimedLead]:
    """Unclaimed leads that somebody may have to be told of until then, the longest waiting first."""
    columns = {EscalationStep.GROUP: "group_callout", EscalationStep.ADMINS: "admins_callout"}
    return [
        UnclaimedLead(
            lead_id=LeadId(row["lead_id"]),
            clock_at=from_epoch(row["clock_at"]),
            told=frozenset(step for step, column in columns.items() if row[column] is not None),
        )
        for row in await connection.fetch_all(WAITING, _until(account_id, until))
    ]


async def has_claimed(connection: Connection, account_id: AccountId, until: datetime, now: datetime) -> bool:
    """Whether something is to be looked at that somebody has claimed, or called back."""
    parameters = _until(account_id, until) | {"undoable": undoable_since(now)}
    return await connection.fetch_one(HAS_CLAIMED, parameters) is not None


async def settle_claimed(connection: Connection, account_id: AccountId, until: datetime, now: datetime) -> None:
    """What was claimed need not be looked at again, nor a missed call that was returned."""
    statement = CLAIMED_POSTGRES if connection.is_postgres else CLAIMED
    claimed = [row["lead_id"] for row in await connection.fetch_all(statement, _until(account_id, until))]
    these = {"account_id": account_id, "lead_ids": listed(claimed), "now": to_epoch(now)}
    await connection.execute(SETTLE, these)
    await missed_calls.settle(connection, account_id, until, now)


def _until(account_id: AccountId, until: datetime) -> dict[str, int]:
    return {"account_id": account_id, "until": to_epoch(until)}


async def call_out(
    connection: Connection,
    account_id: AccountId,
    step: EscalationStep,
    lead_ids: Sequence[LeadId],
    *,
    is_last: bool,
    now: datetime,
) -> int:
    """Note that these are called out together, those of them that still are to be. The callout's number.

    After the last step a lead is not looked at again.
    """
    row = await connection.fetch_one(MAKE, {"account_id": account_id, "step": step, "now": to_epoch(now)})
    if row is None:
        raise AssertionError("an insert returns its row")
    callout_id = int(row["callout_id"])
    parameters = {"account_id": account_id, "callout_id": callout_id, "step": step, "now": to_epoch(now)}
    order = {"missed": MISSED_CALL_SECONDS, "alive": position(alive_since(now))}
    await connection.execute(CALL_OUT, parameters | order | {"lead_ids": json.dumps(list(lead_ids))})
    await connection.execute(TOLD, parameters | {"is_last": int(is_last)})
    return callout_id


async def called(connection: Connection, account_id: AccountId, callout_id: int) -> StoredCallout | None:
    parameters = {"account_id": account_id, "callout_id": callout_id}
    row = await connection.fetch_one(GET, parameters)
    if row is None:
        return None
    return StoredCallout(
        step=EscalationStep(row["step"]),
        total=row["total"],
        unclaimed=row["unclaimed"],
    )


async def leads_of(
    connection: Connection, account_id: AccountId, callout_id: int, *, offset: int, limit: int
) -> list[LeadId]:
    """Some of the leads that a callout names, in its order."""
    parameters = {"account_id": account_id, "callout_id": callout_id, "offset": offset, "limit": limit}
    return [LeadId(row["lead_id"]) for row in await connection.fetch_all(LEADS, parameters)]
