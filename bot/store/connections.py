"""Connections to the database file: the seam that the store's functions work on, and a transaction on one of them.

PostgreSQL stands behind the same four methods: `postgres/connection.py`.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias, overload

import aiosqlite

from bot.store.failures import is_busy, is_interrupted

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    Parameters: TypeAlias = Mapping[str, Any]

OnStatement: TypeAlias = "Callable[[str], None]"
"""Is called with every statement before it is executed. One that is executed for many rows counts once."""

WITHOUT_FILES: Final = "PRAGMA temp_store = MEMORY"
"""For what SQLite would put into temporary files, a large statement's way back above all: a machine may have no folder
where it can write them, and then nothing large could be stored.
"""
FOREIGN_KEYS: Final = "PRAGMA foreign_keys = ON"
OVERWRITTEN: Final = "PRAGMA secure_delete = ON"
"""What is deleted is overwritten with zeros, so that erased buyers lie in no free page. It has to be so all the time:
the index leaves copies of words behind whenever it merges.
"""
NAP: Final = 0.1
"""Seconds that SQLite itself waits for a lock at a time: its thread hears of no cancellation meanwhile."""
STEPS: Final = 100_000
"""Of SQLite's virtual machine: a few milliseconds on the event loop."""
INTERRUPTED_EVERY: Final = 0.05
"""Seconds."""
NONE: Final[Parameters] = {}


def unheard(_statement: str) -> None:
    """Nobody listens."""


def listed(values: Iterable[object]) -> str:
    """Many values as one parameter, which the statement unfolds with `json_each(:name)`: PostgreSQL has a function of
    that name, whose `value` is text. `SELECT CAST(value AS BIGINT) FROM json_each(:ids)` runs on both.
    """
    return json.dumps(list(values))


class Row(Protocol):
    """By name and by place; iterating gives the values."""

    @overload
    def __getitem__(self, key: int | str, /) -> Any: ...

    @overload
    def __getitem__(self, key: slice, /) -> tuple[Any, ...]: ...

    def __iter__(self) -> Iterator[Any]: ...

    def __len__(self) -> int: ...

    def keys(self) -> list[str]: ...


class Connection(Protocol):
    """What the store's functions are handed. Parameters are named (`:name`), rows are read by name."""

    @property
    def is_postgres(self) -> bool:
        """For the few places where one text cannot serve both engines."""

    async def fetch_all(self, statement: str, parameters: Parameters = NONE) -> list[Row]: ...

    async def fetch_one(self, statement: str, parameters: Parameters = NONE) -> Row | None:
        """The first row; None where there is none."""

    async def execute(self, statement: str, parameters: Parameters = NONE) -> None: ...

    async def execute_many(self, statement: str, rows: Iterable[Parameters]) -> None:
        """Once for each of the rows."""


class SqliteConnection:
    """Over aiosqlite. Each statement is one trip to the connection's thread, rows included: a cancellation leaves no
    cursor half read, on which no later transaction could commit.
    """

    is_postgres: Final = False

    def __init__(self, connection: aiosqlite.Connection, on_statement: OnStatement) -> None:
        self.driver = connection
        self._on_statement = on_statement

    async def fetch_all(self, statement: str, parameters: Parameters = NONE) -> list[Row]:
        self._on_statement(statement)
        return list(await self.driver.execute_fetchall(statement, parameters))

    async def fetch_one(self, statement: str, parameters: Parameters = NONE) -> Row | None:
        return next(iter(await self.fetch_all(statement, parameters)), None)

    async def execute(self, statement: str, parameters: Parameters = NONE) -> None:
        await self.fetch_all(statement, parameters)

    async def execute_many(self, statement: str, rows: Iterable[Parameters]) -> None:
        self._on_statement(statement)
        await self.driver.executemany(statement, rows)


class LoopReader:
    """Reads on the event loop what takes SQLite few steps, and in a thread what takes more: docs/decisions/007."""

    is_postgres: Final = False

    def __init__(self, source: str, patience: float, on_statement: OnStatement) -> None:
        # One task at a time has it, and so one thread.
        self.driver = sqlite3.connect(source, uri=True, isolation_level=None, check_same_thread=False, timeout=0)
        self.driver.row_factory = sqlite3.Row
        self.driver.execute("PRAGMA query_only = ON")
        self.driver.execute(WITHOUT_FILES)
        self.driver.execute(FOREIGN_KEYS)
        self._patience = patience
        self._on_statement = on_statement

    async def fetch_all(self, statement: str, parameters: Parameters = NONE) -> list[Row]:
        self._on_statement(statement)
        try:
            return self._read(statement, parameters, STEPS)
        except sqlite3.OperationalError as error:
            if not is_interrupted(error) and not is_busy(error):
                raise
        return await self._read_in_thread(statement, parameters)

    async def fetch_one(self, statement: str, parameters: Parameters = NONE) -> Row | None:
        return next(iter(await self.fetch_all(statement, parameters)), None)

    async def execute(self, statement: str, parameters: Parameters = NONE) -> None:
        await self.fetch_all(statement, parameters)

    async def execute_many(self, statement: str, rows: Iterable[Parameters]) -> None:
        for row in rows:
            await self.fetch_all(statement, row)

    def _read(self, statement: str, parameters: Parameters, steps: int) -> list[Row]:
        """Raises OperationalError after so many steps; 0 is no limit."""
        self.driver.set_progress_handler(_interrupt, steps)
        return self.driver.execute(statement, parameters).fetchall()

    async def _read_in_thread(self, statement: str, parameters: Parameters) -> list[Row]:
        """In the same transaction: what was interrupted was only this statement."""
        self.driver.execute(f"PRAGMA busy_timeout = {self._patience * 1000:.0f}")
        task = asyncio.ensure_future(asyncio.to_thread(self._read, statement, parameters, 0))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            await self._interrupted(task)
            raise
        finally:
            self.driver.execute("PRAGMA busy_timeout = 0")

    async def _interrupted(self, task: asyncio.Future[list[Row]]) -> None:
        """Whoever gets the connection next must not meet this thread in it. SQLite forgets an interruption that comes
        before the statement has begun, as it does where threads are scarce: it is said until it is heard.
        """
        while not task.done():
            self.driver.interrupt()
            with suppress(asyncio.CancelledError):  # once more
                await asyncio.wait({task}, timeout=INTERRUPTED_EVERY)

    def close(self) -> None:
        self.driver.close()


def _interrupt() -> int:
    return 1


@asynccontextmanager
async def connected(
    database: Path | str, patience: float, *pragmas: str, on_statement: OnStatement = unheard, **how: Any
) -> AsyncIterator[SqliteConnection]:
    """A connection with a thread of its own, which would keep the process from exiting if it were not closed."""
    # No implicit BEGIN: the transactions are ours.
    async with aiosqlite.connect(database, isolation_level=None, **how) as opened:
        opened.row_factory = sqlite3.Row
        busy = f"PRAGMA busy_timeout = {min(patience, NAP) * 1000:.0f}"
        for pragma in (busy, WITHOUT_FILES, FOREIGN_KEYS, OVERWRITTEN, *pragmas):
            await opened.execute_fetchall(pragma)
        yield SqliteConnection(opened, on_statement)


@asynccontextmanager
async def unit(connection: Connection, begin: Callable[[Connection], Any]) -> AsyncIterator[Connection]:
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
    # There may be none: SQLite rolls back by itself (disk full, I/O error), or BEGIN never came there.
    with suppress(sqlite3.Error):
        await connection.execute("ROLLBACK")
