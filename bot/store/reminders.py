"""The `reminders` table: who wants to be reminded of which lead, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.clock import from_epoch, to_epoch
from bot.domain.ids import AccountId, LeadId, UserId
from bot.store import standing
from bot.store.spelling import storable

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from bot.store.connections import Row
    from bot.store.database import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    reminder_id: int
    lead_id: LeadId
    user_id: UserId
    person_name: str | None
    """None for somebody the bot never saw act."""
    text: str
    due_at: datetime


ADD: Final = f"""
    INSERT INTO reminders (account_id, lead_id, user_id, text, made_at, due_at)
    SELECT :account_id, lead_id, :user_id, :text, :now, :due_at FROM leads
    WHERE lead_id = :lead_id AND account_id = :account_id
        AND {standing.MAY_BE_CALLED}
    RETURNING reminder_id
"""  # noqa: S608 - constants of this package

ADD_POSTGRES: Final = ADD.replace("RETURNING", "FOR KEY SHARE RETURNING")
"""A lead that is being sealed is waited for, and then not there."""

ALIKE: Final = """
    SELECT reminder_id FROM reminders
    WHERE account_id = :account_id AND user_id = :user_id AND lead_id = :lead_id AND text = :text
        AND due_at BETWEEN :earliest AND :latest AND fired_at IS NULL AND cancelled_at IS NULL
    ORDER BY due_at LIMIT 1
"""

GET: Final = """
    SELECT reminders.*, people.name AS person_name FROM reminders
    LEFT JOIN people ON people.account_id = reminders.account_id AND people.user_id = reminders.user_id
    WHERE reminders.reminder_id = :reminder_id AND reminders.account_id = :account_id
"""

OF_PERSON: Final = """
    SELECT reminders.*, people.name AS person_name FROM reminders
    LEFT JOIN people ON people.account_id = reminders.account_id AND people.user_id = reminders.user_id
    WHERE reminders.account_id = :account_id AND reminders.user_id = :user_id
        AND reminders.fired_at IS NULL AND reminders.cancelled_at IS NULL
    ORDER BY reminders.due_at, reminders.reminder_id LIMIT :limit
"""

CANCEL: Final = """
    UPDATE reminders SET cancelled_at = :now
    WHERE reminder_id = :reminder_id AND account_id = :account_id AND user_id = :user_id
        AND fired_at IS NULL AND cancelled_at IS NULL
    RETURNING reminder_id
"""

DUE: Final = """
    SELECT account_id FROM reminders
    WHERE due_at <= :now AND fired_at IS NULL AND cancelled_at IS NULL
"""

FIRE: Final = """
    UPDATE reminders SET fired_at = :now
    WHERE account_id = :account_id AND due_at <= :now AND fired_at IS NULL AND cancelled_at IS NULL
    RETURNING reminder_id, lead_id, due_at
"""


async def add(
    connection: Connection,
    account_id: AccountId,
    lead_id: int,
    *,
    user_id: UserId,
    text: str,
    due_at: datetime,
    now: datetime,
) -> int | None:
    """The reminder's number; None for a lead that is not here, or whose buyer asked to be left alone."""
    parameters = {"account_id": account_id, "lead_id": lead_id, "user_id": user_id, "text": storable(text)}
    statement = ADD_POSTGRES if connection.is_postgres else ADD
    row = await connection.fetch_one(statement, parameters | {"due_at": to_epoch(due_at), "now": to_epoch(now)})
    return None if row is None else int(row["reminder_id"])


async def alike(
    connection: Connection,
    account_id: AccountId,
    lead_id: int,
    *,
    user_id: UserId,
    text: str,
    due_at: datetime,
    within: timedelta,
) -> int | None:
    """One that waits already, of the same person and words, for nearly the same moment."""
    parameters = {"account_id": account_id, "lead_id": lead_id, "user_id": user_id, "text": storable(text)}
    span = {"earliest": to_epoch(due_at - within), "latest": to_epoch(due_at + within)}
    row = await connection.fetch_one(ALIKE, parameters | span)
    return None if row is None else int(row["reminder_id"])


async def get(connection: Connection, account_id: AccountId, reminder_id: int) -> Reminder | None:
    row = await connection.fetch_one(GET, {"account_id": account_id, "reminder_id": reminder_id})
    return None if row is None else _reminder(row)


async def of_person(connection: Connection, account_id: AccountId, user_id: UserId, limit: int) -> list[Reminder]:
    """Those that still wait, the next first."""
    return [
        _reminder(row)
        for row in await connection.fetch_all(OF_PERSON, {"account_id": account_id, "user_id": user_id, "limit": limit})
    ]


async def cancel(
    connection: Connection, account_id: AccountId, reminder_id: int, user_id: UserId, now: datetime
) -> bool:
    """False where there is nothing of theirs to cancel any more."""
    parameters = {"account_id": account_id, "reminder_id": reminder_id, "user_id": user_id, "now": to_epoch(now)}
    return await connection.fetch_one(CANCEL, parameters) is not None


async def due_accounts(connection: Connection, now: datetime) -> set[AccountId]:
    """In which somebody is to be reminded by now."""
    return {AccountId(row["account_id"]) for row in await connection.fetch_all(DUE, {"now": to_epoch(now)})}


async def fire(connection: Connection, account_id: AccountId, now: datetime) -> list[tuple[int, LeadId]]:
    """Mark what is due as fired; the numbers and their leads, longest due first. Of two who do so at the same time each
    row is one's: the other waits for it, and finds it fired.
    """
    fired = [
        (row["due_at"], row["reminder_id"], LeadId(row["lead_id"]))
        for row in await connection.fetch_all(FIRE, {"account_id": account_id, "now": to_epoch(now)})
    ]
    return [(reminder_id, lead_id) for _due_at, reminder_id, lead_id in sorted(fired)]


def _reminder(row: Row) -> Reminder:
    return Reminder(
        reminder_id=row["reminder_id"],
        lead_id=LeadId(row["lead_id"]),
        user_id=UserId(row["user_id"]),
        person_name=row["person_name"],
        text=row["text"],
        due_at=from_epoch(row["due_at"]),
    )
