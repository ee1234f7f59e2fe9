"""A whole database into an empty one of the other kind, row by row, and whether it came over whole.

All of it is one transaction on either side: nobody else changes what is read, and what is interrupted leaves nothing.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Any, Final

from bot.clock import from_epoch
from bot.domain.ids import AccountId
from bot.domain.lead import Lead
from bot.errors import StoreError
from bot.i18n import _, grouped
from bot.store import lead_words, prepared_leads
from bot.store.lead_words import WordsOfLead
from bot.store.postgres import sessions

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from bot.store.connections import Connection, Row

AT_ONCE: Final = 500
"""Rows that are read, written and compared at a time."""
OF_A_RUN: Final = frozenset({"runs", "holds"})
"""What running processes note of themselves."""
SEARCH: Final = "lead_search"
"""The words of leads, which each engine keeps in its own way: made anew."""

TABLES: Final = f"""
    SELECT name, sql LIKE '%AUTOINCREMENT%' AS is_counted FROM sqlite_master
    WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '{SEARCH}%' ORDER BY name
"""  # noqa: S608 - a name of this module
COLUMNS: Final = "SELECT name, type, pk FROM pragma_table_info(:name) ORDER BY cid"
PARENTS: Final = 'SELECT DISTINCT "table" AS name FROM pragma_foreign_key_list(:name)'
# The server's side lies idle for as long as the file's takes: for a shop's words that is minutes.
KEEP_OUT: Final = "SET LOCAL idle_in_transaction_session_timeout = 0; LOCK TABLE accounts IN EXCLUSIVE MODE"
HOLDS: Final = "SELECT EXISTS (SELECT 1 FROM accounts) OR EXISTS (SELECT 1 FROM all_leads) AS is_full"
LAST_GIVEN: Final = "SELECT seq AS last FROM sqlite_sequence WHERE name = :name"
FORGET_LAST: Final = "DELETE FROM sqlite_sequence WHERE name = :name"
SET_LAST: Final = "INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"
LAST_GIVEN_POSTGRES: Final = """
    SELECT pg_sequence_last_value(CAST(pg_get_serial_sequence(:name, :key) AS REGCLASS)) AS last
"""
SET_LAST_POSTGRES: Final = "SELECT setval(CAST(pg_get_serial_sequence(:name, :key) AS REGCLASS), :last)"
ACCOUNTS: Final = "SELECT account_id FROM accounts ORDER BY account_id"
LEADS: Final = f"""
    SELECT position, number, {", ".join(Lead._fields)} FROM leads
    WHERE account_id = :account_id AND position > :after ORDER BY position LIMIT :limit
"""  # noqa: S608 - the fields of our own class


@dataclass(frozen=True, slots=True)
class CopiedTable:
    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    parents: frozenset[str]
    is_numbered: bool
    """Its key is a number that the database gives out."""
    is_counted: bool
    """SQLite gives out none of them twice."""

    def page(self, *, is_first: bool) -> str:
        names, order = ", ".join(map(_quoted, self.columns)), ", ".join(map(_quoted, self.key or self.columns))
        after = "" if is_first else f"WHERE ({order}) > ({', '.join(f':{name}' for name in self.key)})"
        limit = f"LIMIT {AT_ONCE}" if self.key else ""  # without a key there are few: the sends of a minute
        return f"SELECT {names} FROM {self.name} {after} ORDER BY {order} {limit}"  # noqa: S608 - the schema's names

    def addition(self) -> str:
        places = ", ".join(f":{name}" for name in self.columns)
        return f"INSERT INTO {self.name} ({', '.join(map(_quoted, self.columns))}) VALUES ({places})"  # noqa: S608 - as above


@dataclass(slots=True)
class Tally:
    """How many rows, and a digest of them in the order of their keys."""

    rows: int = 0
    _digest: Any = field(default_factory=hashlib.sha256)

    def add(self, rows: Sequence[Row]) -> None:
        self.rows += len(rows)
        for row in rows:
            self._digest.update(repr(tuple(row)).encode(errors="surrogatepass"))

    @property
    def digest(self) -> str:
        return str(self._digest.hexdigest())


async def is_in_use(connection: Connection) -> bool:
    """Whether a service runs on this database, where it is on PostgreSQL."""
    return connection.is_postgres and bool(await sessions.there(connection))


async def is_full(connection: Connection) -> bool:
    row = await connection.fetch_one(HOLDS)
    return row is None or bool(row["is_full"])


async def tables(sqlite: Connection) -> list[CopiedTable]:
    """Those that are copied, none before those that it refers to. SQLite's side knows; PostgreSQL's has the same."""
    found = {}
    for row in await sqlite.fetch_all(TABLES):
        if row["name"] not in OF_A_RUN:
            found[row["name"]] = await _table(sqlite, row["name"], is_counted=bool(row["is_counted"]))
    order = TopologicalSorter({name: table.parents & found.keys() - {name} for name, table in found.items()})
    return [found[name] for name in order.static_order()]


async def _table(sqlite: Connection, name: str, *, is_counted: bool) -> CopiedTable:
    columns = await sqlite.fetch_all(COLUMNS, {"name": name})
    key = tuple(row["name"] for row in sorted(columns, key=lambda row: int(row["pk"])) if row["pk"])
    types = {row["name"]: row["type"] for row in columns}
    return CopiedTable(
        name=name,
        columns=tuple(row["name"] for row in columns),
        key=key,
        parents=frozenset(row["name"] for row in await sqlite.fetch_all(PARENTS, {"name": name})),
        is_numbered=len(key) == 1 and types[key[0]] == "INTEGER",
        is_counted=is_counted,
    )


async def steps(source: Connection, found: Sequence[CopiedTable]) -> int:
    """What `copy` has told its `step` in the end."""
    counts = {}
    for name in [*(table.name for table in found), "leads"]:
        row = await source.fetch_one(f"SELECT count(*) AS number FROM {name}")  # noqa: S608 - the schema's names
        counts[name] = 0 if row is None else int(row["number"])
    return 2 * sum(counts.values()) - counts["leads"]


async def copy(
    source: Connection, target: Connection, found: Sequence[CopiedTable], step: Callable[[int], None]
) -> int:
    """How many rows. `step` is told of each row when it is written and compared, and of each lead's words.

    Raises StoreError where what stands in the target is not what stood in the source.
    """
    for one in (source, target):
        if one.is_postgres:
            await one.execute(KEEP_OUT)
    for table in reversed(found):  # what an empty database begins with
        await target.execute(f"DELETE FROM {table.name}")  # noqa: S608 - the schema's names
    tallies = {table.name: await _rows(source, target, table, step) for table in found}
    await _words(target, step)
    for table in found:
        written = Tally()
        async for rows in _pages(target, table):
            written.add(rows)
            step(len(rows))
        read = tallies[table.name]
        if (written.rows, written.digest) != (read.rows, read.digest):
            raise StoreError(
                _("The table {table} did not come over whole: {read} rows were read, {written} are there.").format(
                    table=table.name, read=grouped(read.rows), written=grouped(written.rows)
                )
            )
    return sum(tally.rows for tally in tallies.values())


async def _rows(source: Connection, target: Connection, table: CopiedTable, step: Callable[[int], None]) -> Tally:
    tally, addition = Tally(), table.addition()
    async for rows in _pages(source, table):
        tally.add(rows)
        await target.execute_many(addition, [dict(zip(table.columns, row, strict=True)) for row in rows])
        step(len(rows))
    if table.is_numbered:
        await _go_on_counting(source, target, table)
    return tally


async def _pages(connection: Connection, table: CopiedTable) -> AsyncIterator[list[Row]]:
    rows = await connection.fetch_all(table.page(is_first=True))
    while rows:
        yield rows
        if not table.key:
            return
        rows = await connection.fetch_all(table.page(is_first=False), {name: rows[-1][name] for name in table.key})


async def _go_on_counting(source: Connection, target: Connection, table: CopiedTable) -> None:
    """From the highest number that was ever given out: buttons outlive what they name."""
    [key] = table.key
    named = {"name": table.name, "key": key}
    highest = f"SELECT max({_quoted(key)}) AS last FROM {table.name}"  # noqa: S608 - the schema's names
    given = LAST_GIVEN_POSTGRES if source.is_postgres else LAST_GIVEN
    rows = [await source.fetch_one(highest), await source.fetch_one(given, named)]
    last = max(int((row and row["last"]) or 0) for row in rows)
    if not last:
        return
    if target.is_postgres:
        await target.execute(SET_LAST_POSTGRES, named | {"last": last})
    elif table.is_counted:
        await target.execute(FORGET_LAST, named)
        await target.execute(SET_LAST, named | {"last": last})


async def _words(target: Connection, step: Callable[[int], None]) -> None:
    """By which leads are found."""
    for row in await target.fetch_all(ACCOUNTS):
        account_id, after = AccountId(row["account_id"]), -1
        page = {"account_id": account_id, "limit": AT_ONCE}
        while leads := await target.fetch_all(LEADS, page | {"after": after}):
            await lead_words.add(target, account_id, [_words_of(lead) for lead in leads])
            after = leads[-1]["position"]
            step(len(leads))


def _words_of(row: Row) -> WordsOfLead:
    position, number, *fields = row
    read = dict(zip(Lead._fields, fields, strict=True))
    if read["enquired_at"] is not None:
        read["enquired_at"] = from_epoch(read["enquired_at"])
    return WordsOfLead(position, number, prepared_leads.of(Lead(**read)))


def _quoted(name: str) -> str:
    return f'"{name}"'
