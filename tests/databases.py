"""Databases for tests that are about something else than how one is made: the work of each migration is saved.

On PostgreSQL (`pytest --engine postgres`) a path stands for a database on the run's server, given back after the test.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import asynccontextmanager, closing, contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from bot.store import engines
from bot.store.fenced import FencedDatabase
from bot.store.migrate import migrate

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping

    from bot.store.connections import Connection
    from bot.store.database import Database

SERVER: Final = "TESTS_OF_LEADBELL_SERVER"
"""The environment's word for where the run's PostgreSQL is; not set where the tests run on SQLite. With LEADBELL_ in
front every command would say that it is no setting.
"""
TEMPLATE: Final = "leadbell"

_NUMBERS: Final = count(1)
_FREE: Final[list[str]] = []
_USED: Final[dict[Path, str]] = {}
_HANDS: Final[dict[str, Any]] = {}
"""Connections."""

TABLES: Final = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
SCHEMA: Final = """
    SELECT (SELECT sum(CAST(oid AS BIGINT)) FROM pg_class WHERE relnamespace = 'public'::regnamespace),
        (SELECT sum(CAST(oid AS BIGINT)) FROM pg_proc WHERE pronamespace = 'public'::regnamespace),
        (SELECT sum(CAST(oid AS BIGINT)) FROM pg_constraint), (SELECT sum(CAST(oid AS BIGINT)) FROM pg_trigger),
        (SELECT count(*) FROM pg_attribute WHERE NOT attisdropped), (SELECT sum(version) FROM schema_version)
"""
"""A copy has the very numbers of its template, and what is made anew has others."""
BEGIN_ANEW: Final = """
    SELECT setval(oid, 1, false) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'S'
"""
LET: Final = "RETURN COALESCE(NEW, OLD)"
SEEDS: Final = 'INSERT INTO account_revision ("only", revision) VALUES (1, 1)'


def is_postgres() -> bool:
    return SERVER in os.environ


def new(path: Path) -> Path:
    """An empty database stands at the path, where none does yet."""
    if not is_postgres() and not path.exists():
        path.touch(mode=0o600)
        path.write_bytes(_empty())
    return path


def new_url(path: Path) -> str:
    """DATABASE_URL of an empty database there."""
    return url(new(path))


def url(path: Path) -> str:
    """DATABASE_URL of the database that the path stands for; it may not be there yet."""
    if not is_postgres():
        return f"sqlite:///{path.as_posix()}"
    return _url(_USED.get(path) or _USED.setdefault(path, _FREE.pop() if _FREE else _made()))


def opened(path: Path, on_statement: Callable[[str], None] | None = None) -> Database:
    """Opens with `async with`."""
    return engines.database(url(new(path)), on_statement=on_statement)


def by_hand(path: Path, statement: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """As another program would, which knows of no references. Blocking."""
    if not is_postgres():
        with closing(sqlite3.connect(path, timeout=30)) as connection, connection:
            return in_order(statement, connection.execute(statement, parameters or {}).fetchall())
    from bot.store.postgres.connection import translated  # noqa: PLC0415 - an extra's

    return in_order(statement, _asked(_USED[path], translated(statement), parameters or {}))


def in_order(statement: str, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rows. A test that says nothing of their order is green by chance: PostgreSQL has none of its own."""
    assert all(row == rows[0] for row in rows) or "ORDER BY" in statement.upper(), (
        f"{statement}: which row comes first?"
    )
    return rows


def _asked(name: str, statement: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
    import psycopg  # noqa: PLC0415 - an extra's

    hand = _hand(name)
    try:
        cursor = hand.execute(statement, parameters)
    except psycopg.OperationalError:
        if not hand.closed:  # else a test has cut off everybody
            raise
        return _asked(name, statement, parameters)
    found: list[tuple[Any, ...]] = cursor.fetchall() if cursor.description else []
    return found


def hand(path: Path) -> Any:
    """A connection to the server, kept as well, whose rows are as the store's. Blocking."""
    from bot.store.postgres import connection  # noqa: PLC0415 - an extra's

    key = f"{_USED[path]} as the store"
    if key not in _HANDS or _HANDS[key].closed:
        opened = _HANDS[key] = _connected(_USED[path])
        connection.adapt(opened)
        opened.row_factory = connection.by_name
    return _HANDS[key]


def values(path: Path) -> list[bytes]:
    """Everything that stands in any row, on PostgreSQL."""
    rows = [row for table in sorted(_tables()) for row in by_hand(path, f"SELECT * FROM {table} ORDER BY 1")]
    return [one if isinstance(one, bytes) else str(one).encode() for row in rows for one in row]


def _hand(name: str) -> Any:
    """Kept for the next time: to connect costs more than most of what is asked."""
    if name not in _HANDS or _HANDS[name].closed:
        _HANDS[name] = _connected(name)
        _HANDS[name].execute("SET session_replication_role = replica; SET lock_timeout = '30s'")
    return _HANDS[name]


def take_hands_off() -> None:
    while _HANDS:
        _HANDS.popitem()[1].close()


@asynccontextmanager
async def locked(path: Path) -> AsyncIterator[None]:
    """By another program, as soon as nobody of the service writes."""
    if not is_postgres():
        with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)) as other:
            await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
            yield
        return
    with _connected(_USED[path]) as other:
        while not _has_all(other):  # noqa: ASYNC110 - it is for another program
            await asyncio.sleep(0.01)
        yield
        other.execute("ROLLBACK")


def _has_all(other: Any) -> bool:
    """Without waiting for one while it keeps another: that would be a deadlock."""
    import psycopg  # noqa: PLC0415 - an extra's

    try:
        other.execute(f"BEGIN; LOCK TABLE {', '.join(sorted(_tables()))} IN EXCLUSIVE MODE NOWAIT")
    except psycopg.errors.LockNotAvailable:
        other.execute("ROLLBACK")
        return False
    return True


class Hanging(FencedDatabase):
    """As on a server that stands still: what is read hangs, and what is cancelled then does not end either."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, _unchecked)
        self.goes_on = asyncio.Event()
        self.asked = 0

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Connection]:
        self.asked += 1
        try:
            await self.goes_on.wait()
        except asyncio.CancelledError:
            await self.goes_on.wait()
            raise
        async with super().reading() as connection:
            yield connection


async def _unchecked(_connection: Connection) -> None: ...


@asynccontextmanager
async def full(database: Database) -> AsyncIterator[None]:
    """As a full disk, or one that turned read-only."""
    if not is_postgres():
        async with database.transaction() as connection:
            await connection.execute("PRAGMA query_only = ON")
        yield
        await connection.execute("PRAGMA query_only = OFF")  # no transaction begins before
        return
    async with refusing(database, *sorted(_tables()), on="INSERT OR UPDATE OR DELETE", sqlstate="53100"):
        yield


@asynccontextmanager
async def refusing(database: Database, *tables: str, **how: str) -> AsyncIterator[None]:
    await refuse(database, *tables, **how)
    try:
        yield
    finally:
        await take_again(database, *tables)


async def refuse(database: Database, *tables: str, when: str = "", on: str = "INSERT", sqlstate: str = "P0001") -> None:
    """These tables take no rows, for a reason of their own: none, or those `when`. On a server all from one moment on:
    while some took them and others did not, a trouble would be seen to end.
    """
    rows = f"FOR EACH ROW WHEN (NEW.{when})" if when else ""
    then = "EXECUTE FUNCTION refuse()" if is_postgres() else "BEGIN SELECT RAISE(ABORT, 'no'); END"
    if is_postgres():
        await _answer(database, LET)
    for table in tables:
        await _altered(database, f"CREATE TRIGGER refuses_{table} BEFORE {on} ON {table} {rows} {then}")
    if is_postgres():
        await _answer(database, f"RAISE EXCEPTION 'no' USING ERRCODE = '{sqlstate}'")


async def take_again(database: Database, *tables: str) -> None:
    if is_postgres():
        await _answer(database, LET)
    for table in tables:
        await _altered(database, f"DROP TRIGGER refuses_{table} {f'ON {table}' if is_postgres() else ''}")
    if is_postgres():
        await _altered(database, "DROP FUNCTION refuse()")


async def _answer(database: Database, statement: str) -> None:
    """What the triggers that refuse do from now on."""
    body = f"CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN {statement}; END$$"
    await _altered(database, body)


async def _altered(database: Database, statement: str) -> None:
    """In a transaction of its own: who keeps one table and waits for the next stands in the writers' way."""
    async with database.transaction() as connection:
        await connection.execute(statement)


@cache
def _empty() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder, "new.db")
        migrate(path)
        return path.read_bytes()


def used() -> set[Path]:
    return set(_USED)


def give_back(kept: set[Path]) -> None:
    """After a test: what it used is emptied for the next one."""
    for path in _USED.keys() - kept:
        name = _USED.pop(path)
        if _emptied(name):
            _FREE.append(name)
        else:
            if name in _HANDS:
                _HANDS.pop(name).close()
            with _connected("postgres") as server:
                server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _emptied(name: str) -> bool:
    """False where the test changed the schema itself: nobody else may have that database."""
    if _asked(name, SCHEMA) != _schema():
        return False
    deletes = [f"DELETE FROM {table}" for table in _tables() - {"schema_version"}]
    _asked(name, "; ".join(["SET LOCAL lock_timeout = '5s'", *deletes, BEGIN_ANEW, SEEDS]))
    return True


@cache
def _schema() -> Any:
    with _connected(TEMPLATE) as connection:
        return connection.execute(SCHEMA).fetchall()


@cache
def _tables() -> set[str]:
    with _connected(TEMPLATE) as connection:
        return {row[0] for row in connection.execute(TABLES)}


def _made() -> str:
    name = f"leadbell_{os.getpid()}_{next(_NUMBERS)}"
    with _connected("postgres") as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY file_copy")
    return name


@contextmanager
def empty() -> Iterator[tuple[str, Callable[[str], Any]]]:
    """On PostgreSQL: the address of a database with nothing in it, and what executes a statement there."""
    name = f"leadbell_{os.getpid()}_{next(_NUMBERS)}"
    with _connected("postgres") as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE template0 STRATEGY file_copy")

        def execute(statement: str) -> Any:
            with _connected(name) as connection:
                cursor = connection.execute(statement)
                return cursor.fetchall() if cursor.description else None

        try:
            yield _url(name), execute
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def make_template() -> None:
    """What every test's database is a copy of."""
    with _connected("postgres") as connection:
        connection.execute(f"CREATE DATABASE {TEMPLATE}")
    asyncio.run(_migrated(TEMPLATE))


async def _migrated(name: str) -> None:
    async with engines.database(_url(name)):
        pass


def _url(name: str) -> str:
    from tests import postgres  # noqa: PLC0415 - an extra's

    return postgres.url(os.environ[SERVER], name)


def _connected(name: str) -> Any:
    import psycopg  # noqa: PLC0415 - an extra's

    return psycopg.connect(_url(name), autocommit=True, cursor_factory=psycopg.ClientCursor)
