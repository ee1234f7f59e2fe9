"""Takes buyers out of the tables at once: everything that tells of them goes into `sealed_rows`, until it is erased.

What stays of a lead is what is counted: its number, kind, times, status, owner, and what was asked for in which city.
Written by what stays, so that a column which comes later is sealed with the others.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

from bot.clock import to_epoch
from bot.domain.ids import AccountId, BuyerId, LeadId
from bot.domain.lead import Lead, LostReason, SealCause
from bot.domain.priority import Priority
from bot.store import accounts, buyers, forgetting, leads, odd_bodies, private_cards, seals
from bot.store.connections import listed
from bot.store.odd_bodies import KEEP, LookedThrough
from bot.store.traces import Traces, harmless

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from bot.domain.lead import StoredLead
    from bot.store.database import Connection

STAY: Final = frozenset({"kind", "enquired_at", "call_seconds", "product", "city", "raw"})
"""Columns of a lead; of the raw row an empty one. Product and city only where they tell nothing of the buyer."""
AT_ONCE: Final = 100
"""Leads to a statement."""

LEADS_OF: Final = """
    SELECT lead_id FROM leads
    WHERE buyer_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:buyer_ids)) AND +account_id = :account_id
        AND (:until IS NULL OR coalesce(enquired_at, stored_at) <= :until)
    ORDER BY lead_id
"""

CONTACTS_OF: Final = """
    SELECT contact FROM buyer_contacts
    WHERE account_id = :account_id AND buyer_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:buyer_ids))
"""

THESE: Final = "lead_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:lead_ids)) AND +account_id = :account_id"

EXTENT: Final = """
    SELECT (SELECT count(*) FROM leads WHERE {these}) AS leads,
        (SELECT count(*) FROM cards WHERE {these}) AS cards,
        (SELECT count(*) FROM notes WHERE {these}) AS notes,
        (SELECT count(*) FROM reminders WHERE {these} AND fired_at IS NULL AND cancelled_at IS NULL) AS reminders,
        (SELECT count(*) FROM audit
            WHERE account_id = :account_id
                AND lead_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:lead_ids))) AS lookups
""".replace("{these}", THESE)

BEGIN: Final = """
    INSERT INTO seals (account_id, cause, sealed_at, is_urgent) VALUES (:account_id, :cause, :sealed_at, :is_urgent)
    RETURNING seal_id
"""
COUNT: Final = """
    UPDATE seals SET leads = leads + :number, is_swept = 0 WHERE seal_id = :seal_id AND account_id = :account_id
"""

_CLEARED: Final = ", ".join(f"{name} = NULL" for name in Lead._fields if name not in STAY)
_REASONS: Final = ", ".join(f"'{one.value}'" for one in LostReason)


def _whole(statement: str) -> str:
    for name, text in (("these", THESE), ("reasons", _REASONS), ("cleared", _CLEARED), ("own_seal", seals.OWN_SEAL)):
        statement = statement.replace(f"{{{name}}}", text)
    return statement


ROWS: Final = {
    "leads": _whole("SELECT * FROM all_leads WHERE {these}"),
    "notes": _whole("SELECT note_id, lead_id, text FROM notes WHERE {these} AND text <> ''"),
    "reminders": _whole("SELECT reminder_id, lead_id, text FROM reminders WHERE {these} AND text <> ''"),
    "changes": _whole("""
        SELECT change_id, lead_id, reason_before, reason_after FROM changes
        WHERE {these} AND (reason_before IS NOT NULL OR reason_after IS NOT NULL)
    """),
}
"""What is taken out. Authors and times of notes stay where they are."""
LEADS_POSTGRES: Final = f"{ROWS['leads']} FOR UPDATE"
"""Whoever writes something about one of them meanwhile waits, and then finds it no more."""

# One of the reasons that a button says tells nothing of the buyer. The cards in the chat, and one that is on its way
# there, are to say no more.
_TEMPLATES: Final = (
    "UPDATE notes SET text = '' WHERE {these}",
    """
    UPDATE reminders SET text = '', cancelled_at = CASE WHEN fired_at IS NULL
        THEN coalesce(cancelled_at, :now) ELSE cancelled_at END
    WHERE {these}
    """,
    """
    UPDATE changes SET reason_before = CASE WHEN reason_before IN ({reasons}) THEN reason_before END,
        reason_after = CASE WHEN reason_after IN ({reasons}) THEN reason_after END
    WHERE {these}
    """,
    "DELETE FROM outbox WHERE {these} AND what <> 'edit'",
    "DELETE FROM parked WHERE {these}",
    "UPDATE escalations SET settled_at = :now WHERE {these} AND settled_at IS NULL",
    "UPDATE push_log SET lead_id = NULL WHERE {these}",
    """
    INSERT INTO outbox (account_id, chat_id, thread_id, turn, what, lead_id, queued_at, due_at)
    SELECT account_id, (SELECT chat_id FROM lead_routes WHERE lead_routes.lead_id = cards.lead_id),
        (SELECT thread_id FROM lead_routes WHERE lead_routes.lead_id = cards.lead_id),
        :turn, 'edit', lead_id, :now, :now
    FROM cards WHERE {these} ORDER BY lead_id
    ON CONFLICT (lead_id, what) WHERE lead_id IS NOT NULL DO UPDATE SET
        revision = outbox.revision + 1,
        turn = CASE WHEN outbox.turn < excluded.turn THEN outbox.turn ELSE excluded.turn END,
        due_at = excluded.due_at
    """,
    """
    UPDATE all_leads SET {cleared}, raw = '{}', buyer_id = NULL,
        seal_id = {own_seal},
        identity = 'sealed:' || lead_id, lost_reason = CASE WHEN lost_reason IN ({reasons}) THEN lost_reason END
    WHERE {these}
    """,
)
STATEMENTS: Final = tuple(map(_whole, _TEMPLATES))

KEEP_HARMLESS: Final = """
    UPDATE all_leads SET product = json_extract(value, '$[1]'), city = json_extract(value, '$[2]')
    FROM json_each(:harmless)
    WHERE lead_id = CAST(json_extract(value, '$[0]') AS BIGINT) AND +account_id = :account_id
"""

FORGET_CONTACTS: Final = """
    DELETE FROM buyer_contacts WHERE account_id = :account_id AND contact IN (SELECT value FROM json_each(:contacts))
        AND buyer_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:buyer_ids))
"""


@dataclass(frozen=True, slots=True)
class SealExtent:
    """How much would be sealed."""

    leads: int = 0
    cards: int = 0
    notes: int = 0
    reminders: int = 0
    """Those that wait."""
    lookups: int = 0
    """Rows of the audit: who saw the number. They stay, and name no buyer."""


async def leads_of(
    connection: Connection, account_id: AccountId, buyer_ids: Sequence[BuyerId], until: datetime | None = None
) -> list[LeadId]:
    """All of theirs, or what they had enquired by then."""
    second = None if until is None else to_epoch(until)
    parameters = {"account_id": account_id, "buyer_ids": listed(buyer_ids), "until": second}
    return [LeadId(row["lead_id"]) for row in await connection.fetch_all(LEADS_OF, parameters)]


async def extent(connection: Connection, account_id: AccountId, lead_ids: Sequence[LeadId]) -> SealExtent:
    row = await connection.fetch_one(EXTENT, {"account_id": account_id, "lead_ids": listed(lead_ids)})
    return SealExtent() if row is None else SealExtent(*(row[one.name] for one in fields(SealExtent)))


async def seal_buyers(
    connection: Connection,
    account_id: AccountId,
    buyer_ids: Sequence[BuyerId],
    *,
    at: datetime,
    is_urgent: bool,
    until: datetime | None = None,
    looked: LookedThrough | None = None,
) -> int:
    """All of theirs, or what they had enquired until then; how many leads. Under the account's lock: leads of theirs
    that come at the same time were stored before, and are sealed, or come after, and find the marks. `looked`: as for
    `seal`.
    """
    await accounts.lock(connection, account_id)
    lead_ids = await leads_of(connection, account_id, buyer_ids, until)
    found = await leads.many(connection, account_id, lead_ids)
    known = await connection.fetch_all(CONTACTS_OF, {"account_id": account_id, "buyer_ids": listed(buyer_ids)})
    contacts = {row["contact"] for row in known}.union(*(seals.contacts(one.lead) for one in found))
    if is_urgent:
        await seals.hurry(connection, account_id, contacts)  # also what an earlier wish sealed
    seal_id = await _wish(connection, account_id, contacts, at=at, is_urgent=is_urgent)
    await seal(connection, account_id, seal_id, found, at=at, is_urgent=is_urgent, looked=looked)
    # Also of a buyer whom newer leads keep: whoever has the number now is a new one.
    await connection.execute(
        FORGET_CONTACTS, {"account_id": account_id, "contacts": listed(contacts), "buyer_ids": listed(buyer_ids)}
    )
    return len(found)


async def seal_contact(
    connection: Connection, account_id: AccountId, contact: str, *, at: datetime, is_urgent: bool, looked: LookedThrough
) -> None:
    """Of somebody who has no lead, what is no lead; `looked` for this number or e-mail address."""
    await accounts.lock(connection, account_id)
    seal_id = await _wish(connection, account_id, [seals.of_typed(contact)], at=at, is_urgent=is_urgent)
    await seal(connection, account_id, seal_id, [], at=at, is_urgent=is_urgent, looked=looked)


async def _wish(
    connection: Connection, account_id: AccountId, contacts: Iterable[str], *, at: datetime, is_urgent: bool
) -> int:
    """A new seal of whoever has these contacts; its number."""
    seal_id = await begin(connection, account_id, SealCause.WISH, at=at, is_urgent=is_urgent)
    await seals.mark(
        connection, account_id, contacts=contacts, identities=(), cause=SealCause.WISH, sealed_at=to_epoch(at),
        seal_id=seal_id, is_urgent=is_urgent,
    )  # fmt: skip
    return seal_id


async def begin(
    connection: Connection, account_id: AccountId, cause: SealCause, *, at: datetime, is_urgent: bool
) -> int:
    """The number of a new seal."""
    parameters = {"account_id": account_id, "cause": cause, "sealed_at": to_epoch(at), "is_urgent": int(is_urgent)}
    row = await connection.fetch_one(BEGIN, parameters)
    if row is None:
        raise AssertionError("an insert returns its row")
    return int(row["seal_id"])


async def seal(
    connection: Connection,
    account_id: AccountId,
    seal_id: int,
    found: Sequence[StoredLead],
    *,
    at: datetime,
    is_urgent: bool,
    cause: SealCause = SealCause.WISH,
    looked: LookedThrough | None = None,
) -> None:
    """These leads, in the caller's transaction. `looked`: what was looked through beforehand, which is much and keeps
    others from writing; for these leads at least, or it is of no use.
    """
    await accounts.lock(connection, account_id)
    if looked is None or not looked.traces.lead_ids.issuperset(one.lead_id for one in found):
        looked = LookedThrough(await asyncio.to_thread(Traces, found))
    await odd_bodies.take_out(connection, account_id, looked, None if is_urgent else seal_id)
    for start in range(0, len(found), AT_ONCE):
        portion = found[start : start + AT_ONCE]
        await _seal(connection, account_id, seal_id, portion, at=at, is_urgent=is_urgent, cause=cause)


async def _seal(
    connection: Connection,
    account_id: AccountId,
    seal_id: int,
    found: Sequence[StoredLead],
    *,
    at: datetime,
    is_urgent: bool,
    cause: SealCause,
) -> None:
    # Thousands that grew old may wait behind everything else.
    turn = Priority.PRESS if cause is SealCause.WISH else Priority.OLD
    these = {"account_id": account_id, "lead_ids": listed(one.lead_id for one in found)}
    rows = await connection.fetch_all(LEADS_POSTGRES if connection.is_postgres else ROWS["leads"], these)
    query_ids = {row["query_id"] for row in rows if row["query_id"]}
    await seals.mark(
        connection,
        account_id,
        contacts=(),
        identities=[row["identity"] for row in rows] + [seals.of_any_kind(one) for one in query_ids],
        cause=cause,
        sealed_at=to_epoch(at),
        seal_id=seal_id,
        is_urgent=is_urgent,
    )
    if not is_urgent:
        await _keep(connection, seal_id, these)
    await forgetting.forget(connection, account_id, found)
    await private_cards.redraw(connection, account_id, [one.lead_id for one in found], at, turn)
    for statement in STATEMENTS:
        await connection.execute(statement, these | {"seal_id": seal_id, "now": to_epoch(at), "turn": turn})
    kept = listed((one.lead_id, *harmless(one)) for one in found)
    await connection.execute(KEEP_HARMLESS, {"account_id": account_id, "harmless": kept})
    await connection.execute(COUNT, {"account_id": account_id, "seal_id": seal_id, "number": len(found)})
    buyer_ids = {one.buyer_id for one in found if one.buyer_id is not None}
    await buyers.forget_left_over(connection, account_id, sorted(buyer_ids))


async def _keep(connection: Connection, seal_id: int, these: Mapping[str, object]) -> None:
    bodies = [
        json.dumps({"table": table, "row": dict(row)})
        for table, statement in ROWS.items()
        for row in await connection.fetch_all(statement, these)
    ]
    await connection.execute(KEEP, {**these, "seal_id": seal_id, "bodies": listed(bodies)})
