"""The `audit` table: who was shown which buyer's number, in what way and when."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from bot.clock import from_epoch, to_epoch
from bot.domain.ids import LeadId, LeadNumber, UserId
from bot.store.connections import listed
from bot.store.spelling import storable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bot.domain.ids import AccountId
    from bot.store.connections import Row
    from bot.store.database import Connection


class Seen(StrEnum):
    """In what way."""

    CARD = "card"
    """On the card in the group: the team saw it."""
    REMINDER = "reminder"
    """In a reminder in the group: likewise."""
    CLAIM = "claim"
    """In the answer to Claim, or to a status that claims."""
    NUMBER = "number"
    """By the button whose answer only the presser sees."""
    PRIVATE = "private"
    """On a card in their private chat."""
    LOOKUP = "lookup"
    CONTACT = "contact"
    INLINE = "inline"
    EXPORT = "export"
    BACKUP = "backup"
    BUYER = "buyer"
    BREACH = "breach"
    """In the list of those whom a breach concerns."""


HIGHEST: Final = 2**63 - 1
"""No lead's position is as high."""
NOBODY: Final = UserId(0)
"""No single person: the team, or the command line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    at: datetime
    seen: Seen
    number: LeadNumber | None
    """The lead's; None: of all leads of a span."""
    user_id: UserId
    """`NOBODY` for the team and the command line."""
    name: str | None
    username: str | None
    machine: str
    """The command line's: the user of the machine."""


NOTE: Final = """
    INSERT INTO audit (account_id, at, act, lead_id, user_id)
    SELECT account_id, :now, :act, lead_id, :user_id FROM all_leads
    WHERE lead_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:lead_ids)) AND +account_id = :account_id
    ON CONFLICT DO NOTHING
"""

NOTE_MANY: Final = """
    INSERT INTO audit (account_id, at, act, lead_id, user_id)
    SELECT account_id, CAST(json_extract(value, '$[0]') AS BIGINT), json_extract(value, '$[1]'), lead_id,
        CAST(json_extract(value, '$[3]') AS BIGINT)
    FROM json_each(:sightings) JOIN all_leads ON lead_id = CAST(json_extract(value, '$[2]') AS BIGINT)
    WHERE +account_id = :account_id
    ON CONFLICT DO NOTHING
"""

_NEWEST: Final = """
    coalesce((SELECT max(number) FROM all_leads WHERE all_leads.account_id = accounts.account_id), 0)
"""
_NEWEST_SEAL: Final = "coalesce((SELECT max(seal_id) FROM seals WHERE seals.account_id = accounts.account_id), 0)"

NOTE_SPAN: Final = f"""
    INSERT INTO audit (account_id, at, act, low, high, machine, last_number, last_seal)
    SELECT account_id, :now, :act, :low, :high, :machine, {_NEWEST}, {_NEWEST_SEAL} FROM accounts
    WHERE account_id = :account_id
    RETURNING last_number
"""  # noqa: S608 - constants of this module

NOTE_BACKUP: Final = f"""
    INSERT INTO audit (account_id, at, act, low, high, machine, last_number, last_seal)
    SELECT account_id, :now, 'backup', 0, :high, :machine, {_NEWEST}, {_NEWEST_SEAL} FROM accounts
    RETURNING audit_id
"""  # noqa: S608 - constants of this module

END_BACKUP: Final = f"""
    UPDATE audit SET last_number = (SELECT {_NEWEST} FROM accounts WHERE accounts.account_id = audit.account_id)
    WHERE audit_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:audit_ids))
"""  # noqa: S608 - constants of this module

NOTE_LEADS_AT_MACHINE: Final = """
    INSERT INTO audit (account_id, at, act, lead_id, machine)
    SELECT account_id, :now, :act, lead_id, :machine FROM all_leads
    WHERE lead_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:lead_ids)) AND +account_id = :account_id
    ORDER BY lead_id
    ON CONFLICT DO NOTHING
"""

_FIND: Final = """
    SELECT audit.*, people.name AS name, people.username AS username, seen.number AS number FROM audit
    LEFT JOIN all_leads AS seen ON seen.lead_id = audit.lead_id AND seen.account_id = audit.account_id
    LEFT JOIN people ON people.account_id = audit.account_id AND people.user_id = audit.user_id
    WHERE audit.account_id = :account_id AND audit.at >= :since
"""

# What an export or a backup took along; of before last_number was noted, as far as the clocks tell.
TAKEN: Final = """
    seen.account_id = audit.account_id AND seen.position >= audit.low AND seen.position < audit.high
        AND CASE WHEN audit.last_number IS NULL THEN seen.stored_at <= audit.at
            ELSE seen.number <= audit.last_number END
"""

OF_LEAD: Final = f"""
    {_FIND} AND audit.lead_id = :lead_id
    UNION ALL
    {_FIND} AND audit.lead_id IS NULL AND EXISTS (
        SELECT 1 FROM leads AS seen WHERE seen.lead_id = :lead_id AND seen.account_id = :account_id AND {TAKEN})
    ORDER BY at DESC, audit_id DESC LIMIT :limit
"""  # noqa: S608 - constants of this module

OF_PEOPLE: Final = f"""
    {_FIND} AND audit.user_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:user_ids))
    ORDER BY audit.at DESC, audit.audit_id DESC LIMIT :limit
"""  # noqa: S608 - constants of this module

OF_MACHINE: Final = f"""
    {_FIND} AND audit.machine = :machine AND audit.machine <> ''
    ORDER BY audit.at DESC, audit.audit_id DESC LIMIT :limit
"""

MACHINES: Final = """
    SELECT DISTINCT machine FROM audit WHERE account_id = :account_id AND machine <> '' ORDER BY machine
"""

ALL: Final = f"""
    {_FIND} ORDER BY audit.at DESC, audit.audit_id DESC LIMIT :limit
"""


# A card that stands in the group is seen by whoever is in there, whenever it was posted. What was seen of a buyer stays
# seen, also where they were sealed since.
IN_SIGHT: Final = f"""
    SELECT seen.lead_id, 'card' AS act FROM all_leads AS seen JOIN cards ON cards.lead_id = seen.lead_id
        LEFT JOIN seals ON seals.seal_id = seen.seal_id
    WHERE seen.account_id = :account_id AND (seen.seal_id IS NULL OR seals.sealed_at >= :since)
    UNION SELECT lead_id, act FROM audit WHERE account_id = :account_id AND at >= :since AND lead_id IS NOT NULL
    UNION SELECT seen.lead_id, audit.act FROM audit JOIN all_leads AS seen ON {TAKEN}
        LEFT JOIN seals ON seals.seal_id = seen.seal_id
    WHERE audit.account_id = :account_id AND audit.at >= :since AND audit.lead_id IS NULL
        AND (seen.seal_id IS NULL OR CASE
            WHEN audit.last_seal IS NULL THEN seals.sealed_at >= audit.at ELSE seals.seal_id > audit.last_seal END)
    ORDER BY 1
"""  # noqa: S608 - constants of this module


async def note(
    connection: Connection,
    account_id: AccountId,
    seen: Seen,
    lead_ids: Iterable[LeadId],
    user_id: UserId = NOBODY,
    *,
    now: datetime,
) -> None:
    """One person, or the team, is shown the numbers of these leads; one statement, however many they are."""
    parameters = {"account_id": account_id, "act": seen, "lead_ids": listed(lead_ids), "user_id": user_id}
    await connection.execute(NOTE, parameters | {"now": to_epoch(now)})


async def note_many(
    connection: Connection, account_id: AccountId, sightings: Iterable[tuple[datetime, Seen, LeadId, UserId]]
) -> None:
    """What several people were shown."""
    rows = sorted((to_epoch(at), seen, lead_id, user_id) for at, seen, lead_id, user_id in sightings)
    await connection.execute(NOTE_MANY, {"account_id": account_id, "sightings": listed(rows)})


async def note_span(
    connection: Connection, account_id: AccountId, seen: Seen, *, low: int, high: int, machine: str, now: datetime
) -> LeadNumber:
    """Somebody at the machine takes all leads from position `low` up to before `high`, and none that is newer than the
    one that is returned.
    """
    parameters = {"account_id": account_id, "act": seen, "low": low, "high": high, "machine": storable(machine)}
    row = await connection.fetch_one(NOTE_SPAN, parameters | {"now": to_epoch(now)})
    return LeadNumber(0 if row is None else row["last_number"])


async def note_backup(connection: Connection, *, machine: str, now: datetime) -> list[int]:
    """Somebody at the machine takes everything of all accounts, as it is now; the numbers of the notes."""
    parameters = {"now": to_epoch(now), "high": HIGHEST, "machine": storable(machine)}
    return [row["audit_id"] for row in await connection.fetch_all(NOTE_BACKUP, parameters)]


async def end_backup(connection: Connection, audit_ids: Iterable[int]) -> None:
    """It is made: what came between its note and the moment that it shows may be in it as well."""
    await connection.execute(END_BACKUP, {"audit_ids": listed(audit_ids)})


async def note_at_machine(
    connection: Connection,
    account_id: AccountId,
    seen: Seen,
    lead_ids: Iterable[LeadId],
    *,
    machine: str,
    now: datetime,
) -> None:
    """Somebody at the machine is shown these leads."""
    parameters = {"account_id": account_id, "act": seen, "lead_ids": listed(lead_ids), "machine": storable(machine)}
    await connection.execute(NOTE_LEADS_AT_MACHINE, parameters | {"now": to_epoch(now)})


async def of_lead(
    connection: Connection, account_id: AccountId, lead_id: int, *, since: datetime, limit: int
) -> list[Sighting]:
    """Who was shown this lead's number, the latest first; exports and backups that it was in included."""
    return await _found(connection, OF_LEAD, account_id, since, limit, lead_id=lead_id)


async def of_people(
    connection: Connection, account_id: AccountId, user_ids: Sequence[int], *, since: datetime, limit: int
) -> list[Sighting]:
    return await _found(connection, OF_PEOPLE, account_id, since, limit, user_ids=listed(user_ids))


async def of_machine(
    connection: Connection, account_id: AccountId, machine: str, *, since: datetime, limit: int
) -> list[Sighting]:
    """By the name of the machine's user; without one nothing, as what people were shown in the chat has none."""
    return await _found(connection, OF_MACHINE, account_id, since, limit, machine=machine)


async def machines(connection: Connection, account_id: AccountId) -> list[str]:
    """Whom something was noted of at the machine."""
    return [row["machine"] for row in await connection.fetch_all(MACHINES, {"account_id": account_id})]


async def in_sight(connection: Connection, account_id: AccountId, *, since: datetime) -> dict[LeadId, set[Seen]]:
    """Leads whose buyers' data was there to be seen from then on, and how; those that were sealed since among them."""
    found: dict[LeadId, set[Seen]] = {}
    for row in await connection.fetch_all(IN_SIGHT, {"account_id": account_id, "since": to_epoch(since)}):
        found.setdefault(LeadId(row["lead_id"]), set()).add(Seen(row["act"]))
    return found


async def all_(connection: Connection, account_id: AccountId, *, since: datetime, limit: int) -> list[Sighting]:
    return await _found(connection, ALL, account_id, since, limit)


async def _found(
    connection: Connection, statement: str, account_id: AccountId, since: datetime, limit: int, **sought: Any
) -> list[Sighting]:
    parameters = {"account_id": account_id, "since": to_epoch(since), "limit": limit, **sought}
    return [_sighting(row) for row in await connection.fetch_all(statement, parameters)]


def _sighting(row: Row) -> Sighting:
    return Sighting(
        at=from_epoch(row["at"]),
        seen=Seen(row["act"]),
        number=None if row["number"] is None else LeadNumber(row["number"]),
        user_id=UserId(row["user_id"]),
        name=row["name"],
        username=row["username"],
        machine=row["machine"],
    )
