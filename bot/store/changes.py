"""The `changes` table, and the columns of `leads` it tells of: who has a lead, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from bot.clock import from_epoch, to_epoch
from bot.domain.ids import LeadId, LeadNumber, UserId
from bot.domain.lead import Status
from bot.store.connections import listed
from bot.store.positions import ID_MASK
from bot.store.spelling import storable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from bot.domain.ids import AccountId
    from bot.store.connections import Row
    from bot.store.database import Connection


class ChangeKind(StrEnum):
    CLAIM = "claim"
    RELEASE = "release"
    REASSIGN = "reassign"
    GIVE = "give"
    """By a route, when the lead came."""
    RETURN = "return"
    """Whoever was given it did nothing with it."""
    STATUS = "status"
    UNDO = "undo"
    DO_NOT_CALL = "do_not_call"
    CALL_AGAIN = "call_again"
    """The buyer may be called after all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadState:
    """All of a lead that people change."""

    owner_id: UserId | None = None
    claimed_at: datetime | None = None
    status: Status = Status.NEW
    won_value: int | None = None
    """Rupees."""
    lost_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What somebody did to a lead."""

    change_id: int
    lead_id: LeadId
    at: datetime
    user_id: UserId
    act: ChangeKind
    before: LeadState
    after: LeadState
    undoes: int | None = None
    """The change that this one took back."""


UNDO_WITHIN: Final = timedelta(seconds=60)

# Compare and set: whoever saw another state than the present one changes nothing.
SET: Final = """
    UPDATE all_leads SET owner_id = :owner_after, claimed_at = :claimed_after, status = :status_after,
        won_value = :value_after, lost_reason = :reason_after
    WHERE lead_id = :lead_id AND account_id = :account_id AND seal_id IS NULL
        AND status = :status_before
        AND (owner_id = :owner_before OR owner_id IS NULL AND :owner_before IS NULL)
        AND (claimed_at = :claimed_before OR claimed_at IS NULL AND :claimed_before IS NULL)
        AND (won_value = :value_before OR won_value IS NULL AND :value_before IS NULL)
        AND (lost_reason = :reason_before OR lost_reason IS NULL AND :reason_before IS NULL)
    RETURNING lead_id
"""

ADD: Final = """
    INSERT INTO changes (account_id, lead_id, at, user_id, act, undoes,
        owner_before, owner_after, claimed_before, claimed_after, status_before, status_after,
        value_before, value_after, reason_before, reason_after)
    VALUES (:account_id, :lead_id, :at, :user_id, :act, :undoes,
        :owner_before, :owner_after, :claimed_before, :claimed_after, :status_before, :status_after,
        :value_before, :value_after, :reason_before, :reason_after)
    RETURNING change_id
"""

# As `ADD`, of a lead that is the account's.
NOTE: Final = """
    INSERT INTO changes (account_id, lead_id, at, user_id, act,
        owner_after, claimed_after, status_before, status_after)
    SELECT account_id, lead_id, :at, :user_id, :act, :owner_after, :claimed_after, :status_before, :status_after
    FROM all_leads WHERE lead_id = :lead_id AND account_id = :account_id
"""

GIVE: Final = """
    UPDATE all_leads SET owner_id = :owner_after, claimed_at = :claimed_after, status = :status_after
    WHERE lead_id = :lead_id AND account_id = :account_id AND owner_id IS NULL
"""

OF_LEAD: Final = """
    SELECT * FROM changes WHERE lead_id = :lead_id AND account_id = :account_id ORDER BY change_id DESC LIMIT :limit
"""

LAST_OF: Final = """
    SELECT changes.* FROM leads
    JOIN changes ON changes.change_id = (SELECT max(change_id) FROM changes WHERE changes.lead_id = leads.lead_id)
    WHERE leads.lead_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:lead_ids)) AND +leads.account_id = :account_id
"""

STATE: Final = """
    SELECT number, owner_id, claimed_at, status, won_value, lost_reason FROM leads
    WHERE lead_id = :lead_id AND account_id = :account_id
"""

STATE_POSTGRES: Final = f"{STATE} FOR NO KEY UPDATE"


async def state(connection: Connection, account_id: AccountId, lead_id: int) -> tuple[LeadNumber, LeadState] | None:
    """The lead's number, and how it is now; None for one that is not here. For whoever is about to change it: its row
    stays locked, so that the second of two sees what the first has done.
    """
    if not 0 < lead_id <= ID_MASK:
        return None
    statement = STATE_POSTGRES if connection.is_postgres else STATE
    row = await connection.fetch_one(statement, {"account_id": account_id, "lead_id": lead_id})
    if row is None:
        return None
    now = _state(row["owner_id"], row["claimed_at"], row["status"], row["won_value"], row["lost_reason"])
    return LeadNumber(row["number"]), now


async def make(  # noqa: PLR0913 - a change is that much
    connection: Connection,
    account_id: AccountId,
    lead_id: LeadId,
    *,
    act: ChangeKind,
    user_id: UserId,
    before: LeadState,
    after: LeadState,
    now: datetime,
    undoes: int | None = None,
) -> int | None:
    """Change the lead from `before` to `after`, and note who did. The change's number; None if `before` is past."""
    parameters = _sides(before, after) | {"account_id": account_id, "lead_id": lead_id}
    if await connection.fetch_one(SET, parameters) is None:
        return None
    who = {"at": to_epoch(now), "user_id": user_id, "act": act, "undoes": undoes}
    row = await connection.fetch_one(ADD, parameters | who)
    return None if row is None else int(row["change_id"])


async def give(
    connection: Connection, account_id: AccountId, given: Mapping[LeadId, UserId], *, by: UserId, now: datetime
) -> None:
    """Leads that have just been stored, and so are nobody's, are claimed for these people, as many as they are."""
    after = LeadState(claimed_at=from_epoch(to_epoch(now)), status=Status.CLAIMED)
    common = _sides(LeadState(), after) | {"account_id": account_id, "at": to_epoch(now), "act": ChangeKind.GIVE}
    rows = [common | {"lead_id": lead_id, "owner_after": user_id, "user_id": by} for lead_id, user_id in given.items()]
    await connection.execute_many(GIVE, rows)
    await connection.execute_many(NOTE, rows)


async def of_lead(connection: Connection, account_id: AccountId, lead_id: LeadId, limit: int) -> list[Change]:
    """The newest, in the order in which they happened."""
    return [
        change(row)
        for row in await connection.fetch_all(OF_LEAD, {"account_id": account_id, "lead_id": lead_id, "limit": limit})
    ][::-1]


async def last_of(connection: Connection, account_id: AccountId, lead_ids: Iterable[LeadId]) -> dict[LeadId, Change]:
    """The newest of each lead that was ever changed."""
    parameters = {"account_id": account_id, "lead_ids": listed(lead_ids)}
    return {LeadId(row["lead_id"]): change(row) for row in await connection.fetch_all(LAST_OF, parameters)}


def change(row: Row) -> Change:
    before, after = (
        _state(*(row[f"{name}_{side}"] for name in ("owner", "claimed", "status", "value", "reason")))
        for side in ("before", "after")
    )
    return Change(
        change_id=row["change_id"],
        lead_id=LeadId(row["lead_id"]),
        at=from_epoch(row["at"]),
        user_id=UserId(row["user_id"]),
        act=ChangeKind(row["act"]),
        before=before,
        after=after,
        undoes=row["undoes"],
    )


def _state(owner: int | None, claimed: int | None, status: str, value: int | None, reason: str | None) -> LeadState:
    return LeadState(
        owner_id=None if owner is None else UserId(owner),
        claimed_at=None if claimed is None else from_epoch(claimed),
        status=Status(status),
        won_value=value,
        lost_reason=reason,
    )


def _sides(before: LeadState, after: LeadState) -> dict[str, Any]:
    return {
        f"{name}_{side}": value
        for side, one in (("before", before), ("after", after))
        for name, value in (
            ("owner", one.owner_id),
            ("claimed", None if one.claimed_at is None else to_epoch(one.claimed_at)),
            ("status", one.status),
            ("value", one.won_value),
            ("reason", None if one.lost_reason is None else storable(one.lost_reason)),
        )
    }


def is_undoable(change: Change, now: datetime) -> bool:
    return change.act is not ChangeKind.UNDO and is_young(change.at, now)


def is_young(at: datetime, now: datetime) -> bool:
    """Enough to be taken back. A clock that was set back gives nobody more time than they had."""
    return abs(now - at) <= UNDO_WITHIN


def undoable_since(now: datetime) -> int:
    """Since when changes are young enough; seconds since 1970. What a change set off is not for good before."""
    return to_epoch(now - UNDO_WITHIN)
