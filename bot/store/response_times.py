"""The `response_times` table: whose part of a lead's way took how long. What time counts is not decided here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.clock import from_epoch, to_epoch

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from bot.domain.ids import AccountId, LeadId, UserId
    from bot.store.database import Connection


@dataclass(frozen=True, slots=True)
class Answered:
    """How far a lead has come."""

    posted_at: datetime | None = None
    """Of a lead that came in live."""
    is_claimed: bool = False
    is_contacted: bool = False


# Old and imported leads are not timed, and a card that is posted again was posted before.
POSTED: Final = """
    INSERT INTO response_times (lead_id, account_id, posted_at, indiamart_seconds, leadbell_seconds, telegram_seconds)
    SELECT lead_id, account_id, :posted_at, :indiamart, :leadbell, :telegram FROM all_leads
    WHERE lead_id = :lead_id AND account_id = :account_id AND batch IS NULL AND origin <> 'import'
    ON CONFLICT (lead_id) DO UPDATE
    SET posted_at = excluded.posted_at, indiamart_seconds = excluded.indiamart_seconds,
        leadbell_seconds = excluded.leadbell_seconds, telegram_seconds = excluded.telegram_seconds
    WHERE response_times.posted_at IS NULL
"""

GET: Final = """
    SELECT posted_at, claim_id, contact_id FROM response_times WHERE lead_id = :lead_id AND account_id = :account_id
"""

CLAIMED: Final = """
    INSERT INTO response_times (lead_id, account_id, claim_id, claimed_by, claim_seconds)
    SELECT lead_id, account_id, :change_id, :user_id, :seconds FROM all_leads
    WHERE lead_id = :lead_id AND account_id = :account_id
    ON CONFLICT (lead_id) DO UPDATE
    SET claim_id = excluded.claim_id, claimed_by = excluded.claimed_by, claim_seconds = excluded.claim_seconds
"""

CONTACTED: Final = """
    INSERT INTO response_times (lead_id, account_id, contact_id, contacted_by, contact_seconds)
    SELECT lead_id, account_id, :change_id, :user_id, :seconds FROM all_leads
    WHERE lead_id = :lead_id AND account_id = :account_id
    ON CONFLICT (lead_id) DO UPDATE
    SET contact_id = excluded.contact_id, contacted_by = excluded.contacted_by,
        contact_seconds = excluded.contact_seconds
"""

CLAIM_UNDONE: Final = """
    UPDATE response_times SET claim_id = NULL, claimed_by = NULL, claim_seconds = NULL
    WHERE lead_id = :lead_id AND account_id = :account_id AND claim_id = :change_id
"""

CONTACT_UNDONE: Final = """
    UPDATE response_times SET contact_id = NULL, contacted_by = NULL, contact_seconds = NULL
    WHERE lead_id = :lead_id AND account_id = :account_id AND contact_id = :change_id
"""


async def posted(
    connection: Connection,
    account_id: AccountId,
    lead_id: LeadId,
    posted_at: datetime,
    *,
    indiamart: timedelta | None,
    leadbell: timedelta,
    telegram: timedelta,
) -> None:
    """A new lead's card stands in the chat."""
    parts = {"indiamart": indiamart, "leadbell": leadbell, "telegram": telegram}
    await connection.execute(
        POSTED,
        {"account_id": account_id, "lead_id": lead_id, "posted_at": to_epoch(posted_at)}
        | {name: _seconds(part) for name, part in parts.items()},
    )


async def get(connection: Connection, account_id: AccountId, lead_id: LeadId) -> Answered:
    row = await connection.fetch_one(GET, {"account_id": account_id, "lead_id": lead_id})
    if row is None:
        return Answered()
    posted_at = None if row["posted_at"] is None else from_epoch(row["posted_at"])
    return Answered(posted_at, row["claim_id"] is not None, row["contact_id"] is not None)


async def claimed(
    connection: Connection,
    account_id: AccountId,
    lead_id: LeadId,
    change_id: int,
    user_id: UserId,
    took: timedelta | None,
) -> None:
    await _note(connection, CLAIMED, account_id, lead_id, change_id, user_id, took)


async def contacted(
    connection: Connection,
    account_id: AccountId,
    lead_id: LeadId,
    change_id: int,
    user_id: UserId,
    took: timedelta | None,
) -> None:
    await _note(connection, CONTACTED, account_id, lead_id, change_id, user_id, took)


async def _note(
    connection: Connection,
    statement: str,
    account_id: AccountId,
    lead_id: LeadId,
    change_id: int,
    user_id: UserId,
    took: timedelta | None,
) -> None:
    parameters = {"account_id": account_id, "lead_id": lead_id, "change_id": change_id, "user_id": user_id}
    await connection.execute(statement, parameters | {"seconds": _seconds(took)})


async def undone(connection: Connection, account_id: AccountId, lead_id: LeadId, change_id: int) -> None:
    """This change of the lead never was."""
    for statement in (CLAIM_UNDONE, CONTACT_UNDONE):
        await connection.execute(statement, {"account_id": account_id, "lead_id": lead_id, "change_id": change_id})


def _seconds(span: timedelta | None) -> int | None:
    """Clocks differ: nothing takes less than no time."""
    return None if span is None else max(round(span.total_seconds()), 0)
