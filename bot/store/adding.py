"""Leads into the database, with their words, phones and buyers. Known ones are passed over."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.clock import to_epoch
from bot.domain.ids import AccountId, LeadId, LeadNumber
from bot.domain.lead import Lead, Origin
from bot.store import accounts, buyers, lead_words, seals
from bot.store.connections import listed
from bot.store.lead_words import WordsOfLead
from bot.store.positions import placed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bot.domain.ids import BuyerId
    from bot.store.connections import Row
    from bot.store.database import Connection
    from bot.store.prepared_leads import PreparedLead

COLUMNS: Final = (
    *("lead_id", "account_id", "number", "identity", "position", "stored_at", "origin", "batch", "buyer_id"),
    *Lead._fields,
)


def _insert(table: str, columns: Sequence[str]) -> str:
    values = ", ".join(f":{name}" for name in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({values})"  # noqa: S608 - the names are this project's own


ADD: Final = _insert("all_leads", COLUMNS)

ADD_PHONES: Final = """
    INSERT INTO lead_phones (account_id, reversed, position)
    SELECT :account_id, json_extract(value, '$[0]'), CAST(json_extract(value, '$[1]') AS BIGINT)
    FROM json_each(:phones) WHERE true
    ON CONFLICT DO NOTHING
"""

KNOWN: Final = """
    SELECT identity FROM all_leads
    WHERE account_id = :account_id AND identity IN (SELECT value FROM json_each(:identities))
"""

# SQLite's own counter, which AUTOINCREMENT keeps: the last one may be gone.
LAST_ID: Final = "SELECT seq AS last FROM sqlite_sequence WHERE name = 'all_leads'"
NEXT_IDS_POSTGRES: Final = """
    SELECT nextval(pg_get_serial_sequence('all_leads', 'lead_id')) AS id FROM generate_series(1, :many)
"""

NUMBERS: Final = """
    UPDATE accounts SET last_number = last_number + :many WHERE account_id = :account_id
    RETURNING last_number - :many AS last
"""


class NewLead(NamedTuple):
    """A lead that was not known before."""

    lead_id: LeadId
    lead: Lead


class _Numbered(NamedTuple):
    position: int
    lead_id: LeadId
    number: LeadNumber
    entry: PreparedLead
    buyer_id: BuyerId


async def add(
    connection: Connection,
    account_id: AccountId,
    found: Sequence[PreparedLead],
    *,
    origin: Origin,
    now: datetime,
    batch: int | None = None,
) -> list[NewLead]:
    """Store what is new, oldest enquiry first, with its words, phones and buyer. Known leads are passed over.

    Others who add to the same account wait: what is known, and the last number, are read under the account's lock.
    """
    await accounts.lock(connection, account_id)
    fresh = await _unknown(connection, account_id, found)
    if not fresh:
        return []
    numbered = await _numbered(connection, account_id, fresh, to_epoch(now))
    common = {"account_id": account_id, "stored_at": to_epoch(now), "origin": origin.value, "batch": batch}
    in_order = sorted(numbered)
    await connection.execute_many(ADD, [_row(one, common) for one in in_order])
    phones = listed((phone, one.position) for one in in_order for phone in one.entry.phones)
    await connection.execute(ADD_PHONES, {"account_id": account_id, "phones": phones})
    await lead_words.add(connection, account_id, [WordsOfLead(one.position, one.number, one.entry) for one in in_order])
    return [NewLead(one.lead_id, one.entry.lead) for one in numbered]


def _row(one: _Numbered, common: Mapping[str, object]) -> dict[str, object]:
    return {
        **common,
        **one.entry.columns,
        "lead_id": one.lead_id,
        "number": one.number,
        "identity": one.entry.identity,
        "position": one.position,
        "buyer_id": one.buyer_id,
    }


async def _numbered(
    connection: Connection, account_id: AccountId, fresh: Sequence[PreparedLead], stored_at: int
) -> list[_Numbered]:
    """In the given order, behind the last that were given out."""
    lead_ids = await _lead_ids(connection, len(fresh))
    last = _last(await connection.fetch_one(NUMBERS, {"account_id": account_id, "many": len(fresh)}))
    owners = await buyers.assign(connection, account_id, [one.lead for one in fresh], stored_at)
    return [
        _Numbered(
            placed(one.columns["enquired_at"], stored_at, lead_id), LeadId(lead_id), LeadNumber(number), one, owner
        )
        for number, lead_id, one, owner in zip(count(last + 1), lead_ids, fresh, owners, strict=False)
    ]


async def _lead_ids(connection: Connection, many: int) -> Sequence[int]:
    """In rising order, never given out before."""
    if connection.is_postgres:
        return sorted(row["id"] for row in await connection.fetch_all(NEXT_IDS_POSTGRES, {"many": many}))
    last = _last(await connection.fetch_one(LAST_ID))
    return range(last + 1, last + 1 + many)


def _last(row: Row | None) -> int:
    return 0 if row is None else int(row["last"])


async def _unknown(connection: Connection, account_id: AccountId, found: Sequence[PreparedLead]) -> list[PreparedLead]:
    """New leads, each once, the oldest first; those without a time last, as they came."""
    by_identity: dict[str, PreparedLead] = {}
    for one in found:
        by_identity.setdefault(one.identity, one)
    parameters = {"account_id": account_id, "identities": listed(by_identity)}
    for row in await connection.fetch_all(KNOWN, parameters):
        by_identity.pop(row["identity"], None)
    unsealed = await seals.unsealed(connection, account_id, list(by_identity.values()))
    return sorted(unsealed, key=_by_time)


def _by_time(one: PreparedLead) -> tuple[bool, int]:
    enquired_at = one.columns["enquired_at"]
    return enquired_at is None, enquired_at or 0
