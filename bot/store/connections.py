"""Connections to the database file, and a transaction on one of them."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias, TypeVar
from weakref import WeakSet

import aiosqlite

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
    from pathlib import Path

Result = TypeVar("Result")

OnStatement: TypeAlias = "Callable[[str], None]"
"""Is called with every statement before it is executed, in whichever thread does so. One that is executed for many rows
counts once.
"""

WITHOUT_FILES: Final = "PRAGMA temp_store = MEMORY"
"""For what SQLite would put into temporary files, a large statement's way back above all: a machine may have no folder
where it can write them, and then nothing large could be stored.
"""
NAP: Final = 0.1
"""Seconds that SQLite itself waits for a lock at a time: its thread hears of no cancellation meanwhile."""


def unheard(_statement: str) -> None:
    """Nobody listens."""


class Connection(Protocol):
    """What the store's functions are handed: aiosqlite's connection, or one that reads without a thread."""

    def execute(self, sql: str, parameters: Any = ..., /) -> Awaitable[Any]: ...
    def executemany(self, sql: str, parameters: Iterable[Any], /) -> Awaitable[Any]: ...
    def execute_fetchall(self, sql: str, parameters: Any = ..., /) -> Awaitable[Iterable[sqlite3.Row]]: ...
    def run(self, work: Callable[[sqlite3.Connection], Result], /) -> Awaitable[Result]: ...
    def rollback(self) -> Awaitable[None]: ...


class _Threaded(aiosqlite.Connection):
    """Does several things in one trip to its thread: each trip waits for two threads to wake."""

    async def run(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        found: Result = await self._execute(work, self._conn)  # type: ignore[no-untyped-call]
        return found


class _Sqlite(sqlite3.Connection):
    """Closes its cursors before it rolls back, and tells of every statement.

    A cursor that a cancellation left half read lives on in the traceback, and no later transaction could commit.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._cursors: WeakSet[sqlite3.Cursor] = WeakSet()
        self.on_statement: OnStatement = unheard

    def execute(self, *arguments: Any) -> sqlite3.Cursor:
        self.on_statement(arguments[0])
        cursor = super().execute(*arguments)
        self._cursors.add(cursor)
        return cursor

    def executemany(self, *arguments: Any) -> sqlite3.Cursor:
        self.on_statement(arguments[0])
        return super().executemany(*arguments)

    def rollback(self) -> None:
        for cursor in list(self._cursors):
            cursor.close()
        super().rollback()


def opened(database: Path | str, on_statement: OnStatement, **how: Any) -> sqlite3.Connection:
    """Without a thread. No implicit BEGIN: the transactions are ours."""
    connection = sqlite3.connect(str(database), isolation_level=None, factory=_Sqlite, **how)
    connection.execute(WITHOUT_FILES)
    connection.row_factory = sqlite3.Row
    connection.on_statement = on_statement
    return connection


@asynccontextmanager
async def connected(
    database: Path | str, patience: float, *pragmas: str, on_statement: OnStatement = unheard, **how: Any
) -> AsyncIterator[Connection]:
    """A connection with a thread of its own, which would keep the process from exiting if it were not closed."""
    connection = _Threaded(partial(opened, database, on_statement, **how), iter_chunk_size=64)
    async with connection:
        busy = f"PRAGMA busy_timeout = {min(patience, NAP) * 1000:.0f}"
        for pragma in (busy, "PRAGMA foreign_keys = ON", *pragmas):
            await connection.execute(pragma)
        yield connection


@asynccontextmanager
async def unit(connection: Connection, begin: Callable[[Connection], Awaitable[object]]) -> AsyncIterator[Connection]:
    """A transaction: all of it or nothing."""
    # BEGIN and COMMIT stand inside the try: a cancellation may arrive while either is on its way to SQLite's thread,
    # and then the rollback has to follow it there.
    try:
        await begin(connection)
        yield connection
        await connection.execute("COMMIT")
    except BaseException:
        await asyncio.shield(_roll_back(connection))
        raise


async def _roll_back(connection: Connection) -> None:
    """Undo what is open; nothing to undo is fine. Runs shielded and may not raise over the real error."""
    # SQLite may have rolled back by itself (disk full, I/O error).
    with suppress(sqlite3.Error):
        await connection.rollback()
