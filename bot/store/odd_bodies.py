"""Rows and pushed bodies that are no leads, what was searched for, and what routes look for: those that tell of some
buyers. Of a body with rows of others too, only theirs are told, or taken out: `body_parts`.

All of an account's are looked through, a few at a time and in a thread, so that nobody waits meanwhile: as far as it
goes before the transaction that takes them out, which then only looks at what came in between.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from bot.domain import decoding
from bot.domain.unpacking import UnpackedTooLargeError, unpacked
from bot.store import leads
from bot.store.body_parts import parted
from bot.store.connections import listed
from bot.store.traces import Traces

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.ids import AccountId, LeadId
    from bot.domain.lead import StoredLead
    from bot.store.connections import Row
    from bot.store.database import Connection, Database

AT_ONCE: Final = 50
"""Bodies in memory at a time."""
BODIES: Final = ("unreadable", "pushes")
VIEWS: Final = "views"
ROUTES: Final = "routes"
LOOKED_THROUGH: Final = {"unreadable": "raw", "pushes": "body", VIEWS: "query", ROUTES: "query"}
"""By table: the column in which it may say anything."""

# A number may be given out again, a digest is that of the content as it came. A view's number is made of the content
# itself. A route has one text for ever, and is looked at otherwise once it is deleted.
SEARCHES: Final = "SELECT view_id, NULL FROM views WHERE account_id = :account_id"
NUMBERS: Final = {
    ROUTES: """
    SELECT route_id, CASE WHEN rank IS NULL THEN 'deleted' END FROM routes
    WHERE account_id = :account_id AND query <> ''
    """,
    "unreadable": "SELECT unreadable_id, digest FROM unreadable WHERE account_id = :account_id",
    "pushes": "SELECT push_id, digest FROM pushes WHERE account_id = :account_id",
}
_KEYS: Final = (("unreadable", "unreadable_id"), ("pushes", "push_id"), (VIEWS, "view_id"), (ROUTES, "route_id"))
THESE: Final = {
    table: f"""
    SELECT * FROM {table}
    WHERE {key} IN (SELECT CAST(value AS BIGINT) FROM json_each(:numbers)) AND +account_id = :account_id ORDER BY {key}
    """  # noqa: S608 - names of ours
    for table, key in _KEYS
}
_REMOVE: Final = {
    # By its digest it is known when IndiaMART sends it once more: then it is not kept again.
    "unreadable": "UPDATE unreadable SET raw = '' WHERE unreadable_id {those}",
    # What was handed on may hold other buyers' leads that are nowhere else; those of a sealed one are left out when it
    # is taken in.
    "pushes": """
    UPDATE pushes SET body = :nothing, reason = coalesce(reason, 'no lead in it')
    WHERE push_id {those} AND coalesce(reason, '') <> 'handed on'
    """,
    VIEWS: "DELETE FROM views WHERE view_id {those}",
    # Leads went by it, and one that stands keeps its place until an admin deletes it: without words it finds nothing.
    ROUTES: "UPDATE routes SET query = '' WHERE route_id {those}",
}
_THOSE: Final = "IN (SELECT CAST(value AS BIGINT) FROM json_each(:numbers)) AND +account_id = :account_id"
REMOVE: Final = {table: statement.replace("{those}", _THOSE) for table, statement in _REMOVE.items()}
LEAVE: Final = {
    "unreadable": "UPDATE unreadable SET raw = :rest WHERE unreadable_id = :number AND account_id = :account_id",
    "pushes": """
    UPDATE pushes SET body = :rest, content_type = '' WHERE push_id = :number AND account_id = :account_id
    """,
}
"""What else is in it."""
KEEP: Final = """
    INSERT INTO sealed_rows (seal_id, body)
    SELECT seal_id, value FROM json_each(:bodies) JOIN seals ON seal_id = :seal_id AND account_id = :account_id
"""


class BodyKey(NamedTuple):
    number: int
    digest: str | None


@dataclass(slots=True, repr=False)
class LookedThrough:
    """What was looked at so far, and what of it tells of the buyers."""

    traces: Traces
    _seen: dict[str, set[BodyKey]] = field(default_factory=lambda: defaultdict(set))
    _told: dict[str, set[BodyKey]] = field(default_factory=lambda: defaultdict(set))

    @property
    def bodies(self) -> int:
        """How many rows and pushed bodies tell of them."""
        return sum(len(self._told[table]) for table in BODIES)

    def __repr__(self) -> str:
        """Without a word of theirs: leads and how much tells of them."""
        told = {table: len(found) for table, found in self._told.items()}
        return f"LookedThrough({sorted(self.traces.lead_ids)}, {told})"

    async def unseen(self, connection: Connection, account_id: AccountId, table: str) -> list[list[BodyKey]]:
        """In portions."""
        statement = SEARCHES if table == VIEWS else NUMBERS[table]
        there = sorted(BodyKey(*row) for row in await connection.fetch_all(statement, {"account_id": account_id}))
        self._told[table].intersection_update(there)
        new = [one for one in there if one not in self._seen[table]]
        return [new[start : start + AT_ONCE] for start in range(0, len(new), AT_ONCE)]

    async def look(self, connection: Connection, account_id: AccountId, table: str, portion: Sequence[BodyKey]) -> None:
        rows = await _these(connection, account_id, table, portion)
        telling = set(await asyncio.to_thread(_telling, self.traces, table, rows))
        self._seen[table].update(portion)
        self._told[table].update(one for one in portion if one.number in telling)

    def taken_out(self, table: str) -> None:
        """For the next portion of the same leads there is nothing left of it."""
        self._told[table].clear()

    async def finish(self, connection: Connection, account_id: AccountId, table: str) -> list[BodyKey]:
        """Which tell of them, now that all have been looked at."""
        for portion in await self.unseen(connection, account_id, table):
            await self.look(connection, account_id, table, portion)
        return sorted(self._told[table], key=lambda one: one.number)


async def look_through(
    database: Database, account_id: AccountId, lead_ids: Sequence[LeadId], contacts: Sequence[str] = ()
) -> LookedThrough:
    """For what tells of the buyers of these leads, or of whoever has these numbers (E.164) and e-mail addresses;
    beforehand, in no transaction.
    """
    found: list[StoredLead] = []
    for start in range(0, len(lead_ids), AT_ONCE):
        async with database.reading() as connection:
            found += await leads.many(connection, account_id, lead_ids[start : start + AT_ONCE])
    looked = LookedThrough(await asyncio.to_thread(Traces, found, contacts))
    for table in LOOKED_THROUGH:
        async with database.reading() as connection:
            portions = await looked.unseen(connection, account_id, table)
        for portion in portions:
            async with database.reading() as connection:
                await looked.look(connection, account_id, table, portion)
    return looked


async def _these(connection: Connection, account_id: AccountId, table: str, found: Sequence[BodyKey]) -> Sequence[Row]:
    numbers = listed(one.number for one in found)
    return await connection.fetch_all(THESE[table], {"account_id": account_id, "numbers": numbers})


async def telling(
    connection: Connection, account_id: AccountId, looked: LookedThrough
) -> dict[str, list[dict[str, Any]]]:
    """By table, the rows, bodies and routes that tell of the buyers; of a body only what tells of them."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table in (*BODIES, ROUTES):
        rows = await _these(connection, account_id, table, await looked.finish(connection, account_id, table))
        found[table] = [_written(row) for row in rows]
        if table in BODIES:
            bodies = await asyncio.to_thread(_parted, looked.traces, table, rows)
            found[table] = [one.theirs for one in bodies]
    return found


async def take_out(connection: Connection, account_id: AccountId, looked: LookedThrough, seal_id: int | None) -> None:
    """Out of the tables, and into `sealed_rows` but for what was searched for; without a seal's number nowhere."""
    for table in LOOKED_THROUGH:
        found = await looked.finish(connection, account_id, table)
        if found and table in BODIES:
            await _take_out_bodies(connection, account_id, looked, table, found, seal_id)
        elif found:
            numbers = listed(one.number for one in found)
            await connection.execute(REMOVE[table], {"account_id": account_id, "numbers": numbers})


async def _take_out_bodies(
    connection: Connection,
    account_id: AccountId,
    looked: LookedThrough,
    table: str,
    found: Sequence[BodyKey],
    seal_id: int | None,
) -> None:
    rows = await _these(connection, account_id, table, found)
    bodies = await asyncio.to_thread(_parted, looked.traces, table, rows)
    if seal_id is not None:
        texts = [json.dumps({"table": table, "row": one.theirs}) for one in bodies]
        await connection.execute(KEEP, {"account_id": account_id, "seal_id": seal_id, "bodies": listed(texts)})
    whole = listed(one.number for one in bodies if one.rest is None)
    await connection.execute(REMOVE[table], {"account_id": account_id, "numbers": whole, "nothing": b""})
    left = [
        {"account_id": account_id, "number": one.number, "rest": one.rest} for one in bodies if one.rest is not None
    ]
    await connection.execute_many(LEAVE[table], left)
    looked.taken_out(table)


def _telling(traces: Traces, table: str, rows: Sequence[Row]) -> list[int]:
    """Their numbers. In a thread."""
    return [row[0] for row in rows if _tells(traces, table, row)]


def _tells(traces: Traces, table: str, row: Row) -> bool:
    if table == VIEWS:
        return traces.are_sought(row["query"])
    if table == ROUTES:
        return (traces.are_sought if row["rank"] is None else traces.are_routed)(row["query"])
    return traces.are_in(_text(table, row))


def _text(table: str, row: Row) -> str:
    """Of a row or a body, as it is read."""
    if table == "unreadable":
        return str(row["raw"])
    body = bytes(row["body"])
    with suppress(UnpackedTooLargeError):  # it was taken in before there was a limit
        body = unpacked(body)
    return decoding.text_of(body, decoding.charset(row["content_type"]))


class _PartedRow(NamedTuple):
    number: int
    theirs: dict[str, Any]
    """The row, with nothing in its text but what tells of the buyers."""
    rest: str | bytes | None
    """Of its text; None where nothing is left."""


def _parted(traces: Traces, table: str, rows: Sequence[Row]) -> list[_PartedRow]:
    """In a thread; without those from which another wish has taken it meanwhile."""
    return [one for one in (_parted_row(traces, table, row) for row in rows) if one.theirs[LOOKED_THROUGH[table]]]


def _parted_row(traces: Traces, table: str, row: Row) -> _PartedRow:
    parts = parted(_text(table, row), traces.are_in)
    rest: str | bytes = parts.rest if table == "unreadable" else parts.rest.encode(errors="replace")
    return _PartedRow(row[0], _written(row) | {LOOKED_THROUGH[table]: parts.theirs}, rest or None)


def _written(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in row.keys()}  # noqa: SIM118 - a row goes through its values
