"""Missed calls that somebody is to return, of the `escalations` table: `missed_clock` runs until somebody has, or was
told.

A status that is set says that somebody did. It may be undone for a minute: until then the clock is kept.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.clock import from_epoch, to_epoch
from bot.domain.ids import AccountId, LeadId
from bot.store import standing
from bot.store.changes import UNDO_WITHIN, undoable_since
from bot.store.connections import listed

if TYPE_CHECKING:
    from datetime import datetime

    from bot.store.database import Connection

# Whoever claims one has its time anew to call back.
UNRETURNED: Final = f"""
    SELECT escalations.lead_id, CASE WHEN leads.claimed_at > escalations.missed_clock THEN leads.claimed_at
        ELSE escalations.missed_clock END AS clock_at
    FROM escalations JOIN leads ON leads.lead_id = escalations.lead_id
    WHERE escalations.account_id = :account_id AND escalations.missed_clock IS NOT NULL
        AND escalations.look_at <= :until AND {standing.NOT_CALLED}
        AND {standing.MAY_BE_CALLED}
    ORDER BY clock_at, escalations.lead_id
"""  # noqa: S608 - constants of this module

RETURNED: Final = f"""
    SELECT escalations.lead_id, (SELECT max(at) FROM changes WHERE changes.lead_id = leads.lead_id) AS changed_at
    FROM escalations JOIN leads ON leads.lead_id = escalations.lead_id
    WHERE escalations.account_id = :account_id AND escalations.missed_clock IS NOT NULL
        AND escalations.look_at <= :until AND {standing.CALLED}
"""  # noqa: S608 - likewise

FOR_GOOD: Final = f"""
    SELECT leads.lead_id FROM escalations JOIN leads ON leads.lead_id = escalations.lead_id
    WHERE escalations.account_id = :account_id AND escalations.missed_clock IS NOT NULL
        AND escalations.look_at <= :until AND {standing.CALLED} AND {standing.FOR_GOOD}
    ORDER BY leads.lead_id
"""  # noqa: S608 - likewise

FOR_GOOD_POSTGRES: Final = f"{FOR_GOOD} FOR NO KEY UPDATE OF leads"
"""As `escalations.CLAIMED_POSTGRES`."""

SETTLE: Final = """
    UPDATE escalations SET missed_clock = NULL
    WHERE lead_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:lead_ids)) AND +account_id = :account_id
"""


async def unreturned(connection: Connection, account_id: AccountId, until: datetime) -> dict[LeadId, datetime]:
    """Calls to be called out until then, and since when each waits, the longest waiting first: claimed or not."""
    rows = await connection.fetch_all(UNRETURNED, {"account_id": account_id, "until": to_epoch(until)})
    return {LeadId(row["lead_id"]): from_epoch(row["clock_at"]) for row in rows}


async def returned(connection: Connection, account_id: AccountId, until: datetime) -> dict[LeadId, datetime]:
    """Calls that somebody has returned, and from when on nobody can undo that."""
    rows = await connection.fetch_all(RETURNED, {"account_id": account_id, "until": to_epoch(until)})
    over = UNDO_WITHIN + timedelta(seconds=1)
    return {LeadId(row["lead_id"]): from_epoch(row["changed_at"] or 0) + over for row in rows}


async def settle(connection: Connection, account_id: AccountId, until: datetime, now: datetime) -> None:
    """What was returned for good need not be looked at again."""
    parameters = {"account_id": account_id, "until": to_epoch(until), "undoable": undoable_since(now)}
    statement = FOR_GOOD_POSTGRES if connection.is_postgres else FOR_GOOD
    found = [row["lead_id"] for row in await connection.fetch_all(statement, parameters)]
    await connection.execute(SETTLE, {"account_id": account_id, "lead_ids": listed(found)})
