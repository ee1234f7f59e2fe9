"""Leads into the database, with their words, phones and buyers. Known ones are passed over."""

from __future__ import annotations

import json
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from bot.clock import to_epoch
from bot.models import AccountId, Lead, LeadId, Route
from bot.store import bulk, buyers, entries, fetch
from bot.store.positions import placed

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.store.database import Connection
    from bot.store.entries import Entry

AT_ONCE: Final = 1_500
"""Leads that are best added at once. A statement with several rows makes FTS5 write down before it what it has
gathered; where that is little, indexing takes half as long again.
"""

ADD: Final = f"""
    INSERT INTO leads (lead_id, account_id, identity, position, stored_at, route, batch, buyer_id,
        {", ".join(Lead._fields)})
"""

ADD_WORDS: Final = f"INSERT INTO lead_search (rowid, {', '.join(entries.INDEXED)})"

ADD_PHONES: Final = """
    INSERT INTO lead_phones (account_id, reversed, position)
    SELECT :account_id, json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(:phones) WHERE true
    ON CONFLICT DO NOTHING
"""

KNOWN: Final = """
    SELECT identity FROM leads
    WHERE account_id = :account_id AND identity IN (SELECT value FROM json_each(:identities))
"""

LAST_ID: Final = "SELECT coalesce(max(lead_id), 0) AS last FROM leads"


class Added(NamedTuple):
    """A lead that was not known before."""

    lead_id: LeadId
    lead: Lead


async def add(
    connection: Connection,
    account_id: AccountId,
    found: Sequence[Entry],
    *,
    route: Route,
    now: datetime,
    batch: int | None = None,
    meanwhile: Callable[[], None] | None = None,
) -> list[Added]:
    """Store what is new, oldest enquiry first, with its words, phones and buyer. Known leads are passed over.

    `meanwhile` is called when little is left to do but wait for SQLite.
    """
    prepare = partial(_prepare, account_id, found, route=route, stored_at=to_epoch(now), batch=batch)
    rows = await connection.run(prepare)
    if meanwhile is not None:
        meanwhile()
    if rows.added:
        await connection.run(partial(_write, rows))
    return list(rows.added)


class _Rows(NamedTuple):
    """Of each table, what is still to be inserted."""

    account_id: AccountId
    leads: Sequence[Sequence[Any]] = ()
    phones: Sequence[Sequence[Any]] = ()
    words: Sequence[Sequence[Any]] = ()
    added: Sequence[Added] = ()


def _prepare(
    account_id: AccountId,
    found: Sequence[Entry],
    connection: sqlite3.Connection,
    *,
    route: Route,
    stored_at: int,
    batch: int | None,
) -> _Rows:
    """Tells the new ones from the known, and finds their buyers."""
    fresh = _unknown(connection, account_id, found)
    if not fresh:
        return _Rows(account_id)
    last = connection.execute(LAST_ID).fetchone()["last"]
    owners = buyers.assign(connection, account_id, [one.lead for one in fresh], stored_at)
    numbered = [
        (placed(one.enquired_at, stored_at, lead_id), lead_id, one, owner)
        for lead_id, (one, owner) in enumerate(zip(fresh, owners, strict=True), start=last + 1)
    ]
    # FTS5 writes a segment for every rowid that is lower than the one before it.
    numbered.sort(key=itemgetter(0))
    way = route.value
    return _Rows(
        account_id,
        leads=[
            (lead_id, account_id, one.identity, place, stored_at, way, batch, owner, *one.columns)
            for place, lead_id, one, owner in numbered
        ],
        phones=[(phone, place) for place, _lead_id, one, _owner in numbered for phone in one.phones],
        words=[(place, *one.words) for place, _lead_id, one, _owner in numbered],
        added=[Added(LeadId(lead_id), one.lead) for lead_id, one in enumerate(fresh, start=last + 1)],
    )


def _write(rows: _Rows, connection: sqlite3.Connection) -> None:
    bulk.insert(ADD, rows.leads, connection, block=AT_ONCE // 2)  # with all columns there is no room for more
    connection.execute(ADD_PHONES, {"account_id": rows.account_id, "phones": fetch.listed(rows.phones)})
    bulk.insert(ADD_WORDS, rows.words, connection, block=AT_ONCE)


def _unknown(connection: sqlite3.Connection, account_id: AccountId, found: Sequence[Entry]) -> list[Entry]:
    """New leads, each once, the oldest first; those without a time last, as they came."""
    by_identity: dict[str, Entry] = {}
    for one in found:
        by_identity.setdefault(one.identity, one)
    parameters = {"account_id": account_id, "identities": json.dumps(list(by_identity))}
    for row in connection.execute(KNOWN, parameters):
        by_identity.pop(row["identity"], None)
    return sorted(by_identity.values(), key=lambda one: (one.enquired_at is None, one.enquired_at))
