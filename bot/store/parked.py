"""The `parked` table: messages taken out of the outbox because they cannot be said as anything, with the reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bot.clock import from_epoch, to_epoch
from bot.domain.ids import LeadNumber
from bot.store import accounts
from bot.store.connections import listed

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.ids import AccountId, LeadId
    from bot.store.database import Connection


class ParkReason(StrEnum):
    """Why a message cannot be said. These words stand in the database and in the metrics: they stay as they are."""

    UNKNOWN_KIND = "unknown_kind"
    """Of a later version, or of no version."""
    UNKNOWN_TURN = "unknown_turn"
    BAD_ADDRESS = "bad_address"
    """The chat's id is no number, or 0."""
    BAD_COLUMN = "bad_column"
    """A time or a number that is none."""
    BAD_BODY = "bad_body"
    """Its facts are no JSON object."""
    BAD_FACTS = "bad_facts"
    """A fact is missing, of another type, or unknown."""
    LEAD_MISSING = "lead_missing"
    """None of the leads it is about is in this account."""
    NOT_BUILT = "not_built"
    """The program fails while it puts the message together, with markup and without."""
    REFUSED = "refused"
    """Telegram takes it neither with markup nor as plain text."""


@dataclass(frozen=True, slots=True)
class ParkedSummary:
    """What is parked now."""

    by_reason: tuple[tuple[str, int], ...] = ()
    """The most frequent first."""
    lead_numbers: tuple[LeadNumber, ...] = ()
    """Some of the leads that the messages are about, the latest first."""

    @property
    def number(self) -> int:
        return sum(number for _reason, number in self.by_reason)


PARK: Final = """
    INSERT INTO parked (account_id, chat_id, thread_id, turn, what, lead_id, body, queued_at, late,
        reason, version, parked_at, told_at)
    SELECT account_id, chat_id, thread_id, turn, what, lead_id, body, queued_at, late, :reason, :version, :now, :told_at
    FROM outbox WHERE outbox_id = :outbox_id AND account_id = :account_id
    ON CONFLICT (lead_id, what) WHERE lead_id IS NOT NULL DO UPDATE SET
        reason = excluded.reason, version = excluded.version, parked_at = excluded.parked_at, body = excluded.body
"""

UNPARK: Final = "DELETE FROM parked WHERE lead_id = :lead_id AND what = :what AND account_id = :account_id"

LEAVE: Final = "DELETE FROM outbox WHERE outbox_id = :outbox_id AND account_id = :account_id"

BY_REASON: Final = """
    SELECT reason, count(*) AS number FROM parked WHERE account_id = :account_id
    GROUP BY reason ORDER BY number DESC, reason
"""

LEADS: Final = """
    SELECT leads.number FROM parked JOIN leads ON leads.lead_id = parked.lead_id
    WHERE parked.account_id = :account_id AND leads.account_id = :account_id
    ORDER BY parked.parked_id DESC LIMIT :limit
"""

LAST_TOLD: Final = "SELECT max(told_at) AS told_at FROM parked WHERE account_id = :account_id AND told_at IS NOT NULL"

UNTOLD: Final = """
    SELECT reason, count(*) AS number FROM parked WHERE account_id = :account_id AND told_at IS NULL
    GROUP BY reason ORDER BY reason
"""

TELL: Final = """
    UPDATE parked SET told_at = :now WHERE account_id = :account_id AND told_at IS NULL RETURNING reason
"""

OF_OTHERS: Final = "SELECT parked_id FROM parked WHERE account_id = :account_id AND version <> :version"

# A card that stands in the group meanwhile is not posted twice, and what Leadbell itself had to say is soon old news.
RELEASE: Final = """
    INSERT INTO outbox (account_id, chat_id, thread_id, turn, what, lead_id, body, queued_at, due_at, late)
    SELECT account_id, chat_id, thread_id, turn, what, lead_id, body, queued_at, :now, late FROM parked
    WHERE parked_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:parked_ids)) AND +account_id = :account_id
        AND (lead_id IS NULL OR EXISTS (
            SELECT 1 FROM leads WHERE leads.lead_id = parked.lead_id AND leads.account_id = :account_id))
        AND NOT (what = 'card' AND EXISTS (SELECT 1 FROM cards WHERE cards.lead_id = parked.lead_id))
        AND NOT (what = 'notice' AND queued_at < :news_since)
    ORDER BY parked_id
    ON CONFLICT DO NOTHING
"""

RELEASED: Final = """
    DELETE FROM parked
    WHERE parked_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:parked_ids)) AND +account_id = :account_id
"""


async def park(
    connection: Connection,
    account_id: AccountId,
    outbox_id: int,
    reason: ParkReason,
    *,
    version: str,
    now: datetime,
    is_told: bool = False,
) -> None:
    """Take the row out of the outbox as it stands. `is_told` is for one that nobody need be told of."""
    second, own = to_epoch(now), {"account_id": account_id, "outbox_id": outbox_id}
    why = {"reason": reason, "version": version, "now": second, "told_at": second if is_told else None}
    await connection.execute(PARK, own | why)
    await connection.execute(LEAVE, own)


async def unpark(connection: Connection, account_id: AccountId, lead_id: LeadId, what: str) -> None:
    """It could be said after all, in a message that was queued later."""
    await connection.execute(UNPARK, {"account_id": account_id, "lead_id": lead_id, "what": what})


async def summary(connection: Connection, account_id: AccountId, leads: int = 5) -> ParkedSummary:
    """What is parked, with the numbers of so many leads."""
    counted = await connection.fetch_all(BY_REASON, {"account_id": account_id})
    if not counted:
        return ParkedSummary()
    named = await connection.fetch_all(LEADS, {"account_id": account_id, "limit": leads})
    return ParkedSummary(
        tuple((row["reason"], row["number"]) for row in counted),
        tuple(dict.fromkeys(LeadNumber(row["number"]) for row in named)),
    )


async def last_told(connection: Connection, account_id: AccountId) -> datetime | None:
    """When the admins were last told of some."""
    row = await connection.fetch_one(LAST_TOLD, {"account_id": account_id})
    return None if row is None or row["told_at"] is None else from_epoch(row["told_at"])


async def untold(connection: Connection, account_id: AccountId) -> dict[str, int]:
    """How many the admins do not know of, by reason."""
    rows = await connection.fetch_all(UNTOLD, {"account_id": account_id})
    return {row["reason"]: row["number"] for row in rows}


async def tell(connection: Connection, account_id: AccountId, now: datetime) -> dict[str, int]:
    """All that is parked is told now: how many the admins did not know of, by reason. Each to one caller."""
    rows = await connection.fetch_all(TELL, {"account_id": account_id, "now": to_epoch(now)})
    return dict(sorted(Counter(row["reason"] for row in rows).items()))


async def release(
    connection: Connection, account_id: AccountId, *, version: str, now: datetime, news_since: datetime
) -> int:
    """Back into the outbox with what another version of the program parked. How many left the table. Under the
    account's lock, and what is parked meanwhile stays.
    """
    await accounts.lock(connection, account_id)
    rows = await connection.fetch_all(OF_OTHERS, {"account_id": account_id, "version": version})
    these = {"account_id": account_id, "parked_ids": listed(row["parked_id"] for row in rows)}
    await connection.execute(RELEASE, these | {"now": to_epoch(now), "news_since": to_epoch(news_since)})
    await connection.execute(RELEASED, these)
    return len(rows)
