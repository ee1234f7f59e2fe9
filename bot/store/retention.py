"""How long what only grows is kept, in one place; and the statements that prune it, by index, a few rows at a time.

Leads, buyers, cards, changes, notes, people and whose leads they chose to see are the product itself and stay. The
outbox, faults and runs empty themselves, and send times go as soon as pacing needs them no more (`store/chats.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.clock import from_epoch, to_epoch

if TYPE_CHECKING:
    from datetime import datetime

    from bot.store.database import Connection


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """What is kept for how long. `prune` deletes `:limit` rows that are older than `:before`, and returns them."""

    what: str
    span: timedelta
    prune: str
    at_once: int = 250
    """Rows to a transaction: some milliseconds."""


UNREADABLE: Final = """
    DELETE FROM unreadable WHERE unreadable_id IN (
        SELECT unreadable_id FROM unreadable WHERE seen_at >= :since AND seen_at < :before
        ORDER BY seen_at LIMIT :limit)
    RETURNING 1
"""

PUSHES: Final = """
    DELETE FROM pushes WHERE push_id IN (
        SELECT push_id FROM pushes WHERE reason IS NOT NULL AND received_at >= :since AND received_at < :before
        ORDER BY received_at LIMIT :limit)
    RETURNING 1
"""

PARKED: Final = """
    DELETE FROM parked WHERE parked_id IN (
        SELECT parked_id FROM parked WHERE parked_at >= :since AND parked_at < :before
        ORDER BY parked_at LIMIT :limit)
    RETURNING 1
"""

VIEWS: Final = """
    DELETE FROM views WHERE view_id IN (
        SELECT view_id FROM views WHERE created_at >= :since AND created_at < :before
        ORDER BY created_at LIMIT :limit)
        AND created_at < :before
    RETURNING 1
"""

REMINDERS: Final = """
    DELETE FROM reminders WHERE reminder_id IN (
        SELECT reminder_id FROM reminders
        WHERE coalesce(fired_at, cancelled_at) >= :since AND coalesce(fired_at, cancelled_at) < :before
        ORDER BY coalesce(fired_at, cancelled_at) LIMIT :limit)
        AND coalesce(fired_at, cancelled_at) < :before
    RETURNING 1
"""

ESCALATIONS: Final = """
    DELETE FROM escalations WHERE lead_id IN (
        SELECT lead_id FROM escalations
        WHERE settled_at IS NOT NULL AND settled_at >= :since AND settled_at < :before
        ORDER BY settled_at LIMIT :limit)
        AND settled_at < :before
    RETURNING 1
"""

# The callouts that no escalation names any more, their leads first.
CALLOUT_LEADS: Final = """
    DELETE FROM callout_leads WHERE (callout_id, place) IN (
        SELECT callout_leads.callout_id, callout_leads.place
        FROM callouts JOIN callout_leads ON callout_leads.callout_id = callouts.callout_id
        WHERE callouts.made_at >= :since AND callouts.made_at < :before
            AND NOT EXISTS (SELECT 1 FROM escalations WHERE group_callout = callouts.callout_id)
            AND NOT EXISTS (SELECT 1 FROM escalations WHERE admins_callout = callouts.callout_id)
        LIMIT :limit)
    RETURNING 1
"""

CALLOUTS: Final = """
    DELETE FROM callouts WHERE callout_id IN (
        SELECT callout_id FROM callouts
        WHERE made_at >= :since AND made_at < :before
            AND NOT EXISTS (SELECT 1 FROM escalations WHERE group_callout = callouts.callout_id)
            AND NOT EXISTS (SELECT 1 FROM escalations WHERE admins_callout = callouts.callout_id)
            AND NOT EXISTS (SELECT 1 FROM callout_leads WHERE callout_leads.callout_id = callouts.callout_id)
        ORDER BY made_at LIMIT :limit)
    RETURNING 1
"""

AUDIT: Final = """
    DELETE FROM audit WHERE audit_id IN (
        SELECT audit_id FROM audit WHERE at >= :since AND at < :before ORDER BY at LIMIT :limit)
    RETURNING 1
"""

BROUGHT: Final = """
    DELETE FROM brought_updates WHERE (bot_id, update_id) IN (
        SELECT bot_id, update_id FROM brought_updates
        WHERE brought_at >= :since AND brought_at < :before ORDER BY brought_at LIMIT :limit)
    RETURNING 1
"""

# Not since when they are looked for.
DIGESTS: Final = """
    DELETE FROM digests WHERE (account_id, audience, kind, wall) IN (
        SELECT account_id, audience, kind, wall FROM digests
        WHERE made_at >= :since AND made_at < :before AND wall <> '' ORDER BY made_at LIMIT :limit)
    RETURNING 1
"""

MONTH: Final = timedelta(days=30)

RETENTION: Final = (
    RetentionRule("rows of IndiaMART that could not be read", 12 * MONTH, UNREADABLE, at_once=50),
    RetentionRule("pushed bodies without a lead in them", 12 * MONTH, PUSHES, at_once=10),
    RetentionRule("messages that could not be built", 6 * MONTH, PARKED),
    RetentionRule("what a list shows, since it was last asked for", 3 * MONTH, VIEWS),
    RetentionRule("reminders, since they fired or were cancelled", 6 * MONTH, REMINDERS),
    RetentionRule("escalations, since they ended", 6 * MONTH, ESCALATIONS),
    RetentionRule("which leads a callout named", 6 * MONTH, CALLOUT_LEADS),
    RetentionRule("callouts", 6 * MONTH, CALLOUTS),
    RetentionRule("what Telegram brought for a bot that nobody serves", timedelta(days=2), BROUGHT),
    RetentionRule("which digests were made", 6 * MONTH, DIGESTS),
    RetentionRule("who was shown which number", timedelta(days=400), AUDIT),
)
"""In an order in which nothing goes before what refers to it."""

NOTE_PASSED: Final = """
    INSERT INTO passed (passed_id, until) VALUES (1, :until)
    ON CONFLICT (passed_id) DO UPDATE SET until = excluded.until
"""

KNOWN_TIMES: Final = """
    SELECT (SELECT until FROM passed) AS passed, min(connected_at) AS born, max(last_answer_at) AS heard FROM accounts
"""


@dataclass(frozen=True, slots=True)
class KnownTimes:
    passed: datetime | None
    """Up to when time has surely passed; None where nobody has noted it yet."""
    born: datetime | None
    """When the first account was connected."""
    heard: datetime | None
    """When IndiaMART last answered, by the clock of then."""


async def prune(connection: Connection, kept: RetentionRule, *, since: datetime, passed: datetime) -> bool:
    """Delete some of what was stored since `since` and is older than it is kept; True if there may be more. Who else
    prunes at the same time finds that it is gone.
    """
    parameters = {"since": to_epoch(since), "before": to_epoch(passed - kept.span), "limit": kept.at_once}
    return len(await connection.fetch_all(kept.prune, parameters)) == kept.at_once


async def known_times(connection: Connection) -> KnownTimes:
    row = await connection.fetch_one(KNOWN_TIMES)
    if row is None:
        return KnownTimes(None, None, None)
    return KnownTimes(*(None if second is None else from_epoch(second) for second in row))


async def note_passed(connection: Connection, until: datetime) -> None:
    await connection.execute(NOTE_PASSED, {"until": to_epoch(until)})
