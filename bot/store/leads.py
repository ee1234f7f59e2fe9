"""The `leads` table, read by number and by period. Leads come into it by `adding`; words and phones are `search`'s."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from bot.clock import from_epoch
from bot.domain.ids import AccountId, BuyerId, LeadId, LeadNumber, UserId
from bot.domain.lead import Lead, Origin, SealCause, Status, StoredLead
from bot.store.positions import ID_MASK, lead_id_of
from bot.store.prepared_leads import LARGEST
from bot.store.spelling import storable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.store.connections import Row
    from bot.store.database import Connection

# By value: to ask the enumeration takes three times as long.
_ORIGINS: Final = {one.value: one for one in Origin}
_STATUSES: Final = {one.value: one for one in Status}
_ENQUIRED_AT: Final = Lead._fields.index("enquired_at")

_OTHERS: Final = (
    "lead_id",
    "account_id",
    "number",
    "origin",
    "stored_at",
    "buyer_id",
    "status",
    "owner_id",
    "claimed_at",
    "won_value",
    "lost_reason",
)
LEAD_COLUMNS: Final = ", ".join(
    [
        *(f"leads.{name}" for name in (*Lead._fields, *_OTHERS)),
        "EXISTS (SELECT 1 FROM do_not_call WHERE do_not_call.buyer_id = leads.buyer_id)",
    ]
)
"""What `stored` reads, the owner's name behind it: by place, as each of forty names would be looked for."""

ACCOUNT_OF: Final = "SELECT account_id FROM all_leads WHERE lead_id = :lead_id"

GET: Final = f"""
    SELECT {LEAD_COLUMNS}, people.name AS owner_name FROM leads
    LEFT JOIN people ON people.account_id = leads.account_id AND people.user_id = leads.owner_id
    WHERE leads.lead_id = :lead_id AND leads.account_id = :account_id
"""  # noqa: S608 - the names are this project's own

# The plus keeps SQLite from walking through the account's whole index instead of taking the few rows by number.
GET_MANY: Final = f"""
    SELECT {LEAD_COLUMNS}, people.name AS owner_name FROM leads
    LEFT JOIN people ON people.account_id = leads.account_id AND people.user_id = leads.owner_id
    WHERE leads.lead_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:lead_ids)) AND +leads.account_id = :account_id
"""  # noqa: S608 - the names are this project's own

ID_OF: Final = "SELECT lead_id FROM leads WHERE account_id = :account_id AND number = :number"

SEALED: Final = """
    SELECT all_leads.lead_id, all_leads.number, all_leads.kind, all_leads.enquired_at, all_leads.stored_at,
        all_leads.origin, seals.cause
    FROM all_leads JOIN seals ON seals.seal_id = all_leads.seal_id
    WHERE all_leads.lead_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:lead_ids))
        AND +all_leads.account_id = :account_id
    ORDER BY all_leads.lead_id
"""

HAS_KIND: Final = "SELECT 1 AS found FROM leads WHERE account_id = :account_id AND kind = :kind LIMIT 1"

NEWEST_FIRST: Final = """
    SELECT lead_id FROM leads
    WHERE lead_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:lead_ids))
        AND +account_id = :account_id ORDER BY position DESC
"""

OLDER: Final = """
    SELECT position FROM leads WHERE account_id = :account_id AND position >= :low AND position < :high
    ORDER BY position DESC LIMIT :limit
"""

NEWER: Final = """
    SELECT position FROM leads WHERE account_id = :account_id AND position >= :low AND position < :high
    ORDER BY position LIMIT :limit
"""

BATCH_OLDER: Final = """
    SELECT position FROM leads
    WHERE account_id = :account_id AND batch = :batch AND position >= :low AND position < :high
    ORDER BY position DESC LIMIT :limit
"""

BATCH_NEWER: Final = """
    SELECT position FROM leads
    WHERE account_id = :account_id AND batch = :batch AND position >= :low AND position < :high
    ORDER BY position LIMIT :limit
"""

COUNTS: Final = """
    SELECT kind, status, count(*) AS number FROM all_leads AS leads
    WHERE account_id = :account_id AND position >= :low AND position < :high
    GROUP BY kind, status ORDER BY kind, status
"""

OTHERS: Final = """
    SELECT leads.position FROM leads AS this JOIN leads ON leads.buyer_id = this.buyer_id
    WHERE this.lead_id = :lead_id AND this.account_id = :account_id AND leads.lead_id <> this.lead_id
    ORDER BY leads.position DESC LIMIT :limit
"""

NUMBER_IN_BATCH: Final = """
    SELECT count(*) AS number FROM leads WHERE account_id = :account_id AND batch = :batch
"""

FIRST: Final = "SELECT min(position) AS position FROM all_leads WHERE account_id = :account_id"

NUMBER: Final = "SELECT count(*) AS number FROM all_leads WHERE account_id = :account_id"


async def has_kind(connection: Connection, account_id: AccountId, kind: str) -> bool:
    """Whether any lead is of this kind; for kinds we do not know."""
    return await connection.fetch_one(HAS_KIND, {"account_id": account_id, "kind": storable(kind)}) is not None


async def newest_first(connection: Connection, account_id: AccountId, lead_ids: Sequence[LeadId]) -> list[LeadId]:
    """Those of them that there are, the newest enquiry first."""
    parameters = {"account_id": account_id, "lead_ids": json.dumps(list(lead_ids))}
    return [LeadId(row["lead_id"]) for row in await connection.fetch_all(NEWEST_FIRST, parameters)]


async def account_of(connection: Connection, lead_id: int) -> AccountId | None:
    """Whose lead it is: the one question that is asked of all accounts' leads. Says nothing else of it."""
    if not 0 < lead_id <= LARGEST:
        return None
    row = await connection.fetch_one(ACCOUNT_OF, {"lead_id": lead_id})
    return None if row is None else AccountId(row["account_id"])


async def get(connection: Connection, account_id: AccountId, lead_id: int) -> StoredLead | None:
    if not 0 < lead_id <= ID_MASK:
        return None
    row = await connection.fetch_one(GET, {"account_id": account_id, "lead_id": lead_id})
    return None if row is None else stored(row)


async def id_of(connection: Connection, account_id: AccountId, number: int) -> LeadId | None:
    """The account's lead with this number, as people type it."""
    if number > LARGEST:
        return None
    row = await connection.fetch_one(ID_OF, {"account_id": account_id, "number": number})
    return None if row is None else LeadId(row["lead_id"])


async def at(connection: Connection, account_id: AccountId, places: Sequence[int]) -> list[StoredLead]:
    """The leads at these positions, in the order asked."""
    return await many(connection, account_id, [lead_id_of(place) for place in places])


async def many(connection: Connection, account_id: AccountId, lead_ids: Sequence[LeadId]) -> list[StoredLead]:
    """In the order asked."""
    parameters = {"account_id": account_id, "lead_ids": json.dumps(lead_ids)}
    found = {row["lead_id"]: stored(row) for row in await connection.fetch_all(GET_MANY, parameters)}
    return [found[lead_id] for lead_id in lead_ids if lead_id in found]


async def sealed(connection: Connection, account_id: AccountId, lead_ids: Sequence[LeadId]) -> list[StoredLead]:
    """What is left of those that were sealed; see `store/sealing.py`."""
    parameters = {"account_id": account_id, "lead_ids": json.dumps(lead_ids)}
    return [
        StoredLead(
            lead_id=LeadId(row["lead_id"]),
            account_id=account_id,
            number=LeadNumber(row["number"]),
            lead=Lead(kind=row["kind"], enquired_at=_moment(row["enquired_at"])),
            origin=_ORIGINS[row["origin"]],
            stored_at=from_epoch(row["stored_at"]),
            sealed_for=SealCause(row["cause"]),
        )
        for row in await connection.fetch_all(SEALED, parameters)
    ]


async def older(
    connection: Connection, account_id: AccountId, *, low: int, high: int, limit: int, batch: int | None = None
) -> list[int]:
    """Positions from just below `high` down to `low`, newest first."""
    statement = OLDER if batch is None else BATCH_OLDER
    return await _places(connection, statement, account_id, low=low, high=high, limit=limit, batch=batch)


async def newer(
    connection: Connection, account_id: AccountId, *, low: int, high: int, limit: int, batch: int | None = None
) -> list[int]:
    """Positions from `low` up to just below `high`, newest first; those nearest to `low` where the limit cuts."""
    statement = NEWER if batch is None else BATCH_NEWER
    return (await _places(connection, statement, account_id, low=low, high=high, limit=limit, batch=batch))[::-1]


async def _places(connection: Connection, statement: str, account_id: AccountId, **bounds: int | None) -> list[int]:
    return [row["position"] for row in await connection.fetch_all(statement, {"account_id": account_id, **bounds})]


async def newest(connection: Connection, account_id: AccountId) -> StoredLead | None:
    """By the time of the enquiry."""
    places = await older(connection, account_id, low=0, high=LARGEST, limit=1)
    return next(iter(await at(connection, account_id, places)), None)


async def counts(
    connection: Connection, account_id: AccountId, *, low: int, high: int
) -> list[tuple[str, Status, int]]:
    """(kind, status, how many) between two positions."""
    return [
        (row["kind"], Status(row["status"]), row["number"])
        for row in await connection.fetch_all(COUNTS, {"account_id": account_id, "low": low, "high": high})
    ]


async def first_position(connection: Connection, account_id: AccountId) -> int | None:
    """Of the oldest enquiry."""
    row = await connection.fetch_one(FIRST, {"account_id": account_id})
    return None if row is None else row["position"]


async def number(connection: Connection, account_id: AccountId) -> int:
    """How many leads are stored."""
    return _int(await connection.fetch_one(NUMBER, {"account_id": account_id}), "number")


async def number_in_batch(connection: Connection, account_id: AccountId, batch: int) -> int:
    return _int(await connection.fetch_one(NUMBER_IN_BATCH, {"account_id": account_id, "batch": batch}), "number")


async def others_of_buyer(
    connection: Connection, account_id: AccountId, lead_id: LeadId, limit: int
) -> list[StoredLead]:
    """The buyer's other leads, the newest first."""
    parameters = {"account_id": account_id, "lead_id": lead_id, "limit": limit}
    return await at(connection, account_id, [row["position"] for row in await connection.fetch_all(OTHERS, parameters)])


def stored(row: Row) -> StoredLead:
    """A row that begins with `LEAD_COLUMNS` and the owner's name."""
    fields, others = list(row[: len(Lead._fields)]), row[len(Lead._fields) : len(Lead._fields) + len(_OTHERS) + 2]
    lead_id, account_id, number, origin, stored_at, buyer_id, status, *rest = others
    owner_id, claimed_at, won_value, lost, is_left_alone, owner = rest
    fields[_ENQUIRED_AT] = _moment(fields[_ENQUIRED_AT])
    return StoredLead(
        lead_id=LeadId(lead_id),
        account_id=AccountId(account_id),
        number=LeadNumber(number),
        lead=Lead._make(fields),
        origin=_ORIGINS[origin],
        stored_at=from_epoch(stored_at),
        buyer_id=None if buyer_id is None else BuyerId(buyer_id),
        status=_STATUSES[status],
        owner_id=None if owner_id is None else UserId(owner_id),
        owner_name=owner,
        claimed_at=_moment(claimed_at),
        won_value=won_value,
        lost_reason=lost,
        is_left_alone=bool(is_left_alone),
    )


def _moment(second: int | None) -> datetime | None:
    return None if second is None else from_epoch(second)


def _int(row: Row | None, name: str) -> int:
    return 0 if row is None else int(row[name])
