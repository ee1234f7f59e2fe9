"""The database file: one locked writer, a few read-only connections, and the `transaction()` seam.

Which rows exist is the other modules' business; how the file is brought up to date is `migrate`'s.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, Self
from weakref import WeakSet

import aiosqlite

from bot.errors import StoreError
from bot.store.failures import is_busy, translate
from bot.store.migrate import PATIENCE, migrate

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
    from pathlib import Path

Connection = aiosqlite.Connection

READERS: Final = 3
WRITERS_CACHE: Final = "PRAGMA cache_size = -16384"
"""16 MB: what thousands of leads change is then written once, at the commit."""
NAP: Final = 0.25
"""Seconds that SQLite itself waits for a lock at a time: its thread hears of no cancellation meanwhile."""


class _Sqlite(sqlite3.Connection):
    """Closes its cursors before it rolls back.

    One that a cancellation left half read lives on in the traceback, and no later transaction could commit.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._cursors: WeakSet[sqlite3.Cursor] = WeakSet()

    def execute(self, *arguments: Any) -> sqlite3.Cursor:
        cursor = super().execute(*arguments)
        self._cursors.add(cursor)
        return cursor

    def rollback(self) -> None:
        for cursor in list(self._cursors):
            cursor.close()
        super().rollback()


class Database:
    """Open it with `async with`: an aiosqlite connection left open would keep the process from exiting.

    `transaction()` is the unit of work and serialises writers; `reading()` never waits behind one (WAL).
    Both raise `StoreError` for whatever the file or the disk does. Neither nests in itself.
    """

    def __init__(self, path: Path, *, patience: float = PATIENCE) -> None:
        """Seconds of `patience` is how long SQLite waits for another process's lock."""
        self.path = path
        self._patience = patience
        self._lock = asyncio.Lock()
        self._stack = AsyncExitStack()
        self._readers: asyncio.Queue[Connection] = asyncio.Queue()
        self._opening = 0  # readers, those that are being opened included
        self._writer: Connection | None = None
        self._behind: set[asyncio.Task[None]] = set()
        self._writing: set[asyncio.Task[Any] | None] = set()
        self._reading: set[asyncio.Task[Any] | None] = set()

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(migrate, self.path, self._patience)
        async with AsyncExitStack() as stack, self._translated():
            writer = await stack.enter_async_context(_connect(self.path))
            await self._prepare(writer, "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", WRITERS_CACHE)
            await self._open_reader(stack)
            self._opening = 1
            self._writer, self._stack = writer, stack.pop_all()
        return self

    async def __aexit__(self, *_exception: object) -> None:
        if self._behind:
            await asyncio.wait(self._behind)
        async with self._lock:
            self._writer, self._readers, self._opening = None, asyncio.Queue(), 0
            await self._stack.aclose()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """All of it or nothing, also when the task is cancelled at any await in it."""
        with _once(self._writing):
            async with self._lock, self._translated(), _unit(self._opened(), self._begin_writing) as connection:
                yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Connection]:
        """A consistent view of what is committed: every statement in it sees the same moment."""
        with _once(self._reading):
            self._opened()
            readers = self._readers
            if readers.empty() and self._opening < READERS:
                self._opening += 1
                self.behind(self._open_further_reader())
            reader = await readers.get()
            try:
                async with self._translated(), _unit(reader, _begin_reading) as connection:
                    yield connection
            finally:
                readers.put_nowait(reader)

    async def _open_further_reader(self) -> None:
        """Nobody has one to spare. A bot at rest has but one, and no threads for others."""
        try:
            await self._open_reader(self._stack)
        except StoreError:  # the first one serves
            self._opening -= 1

    async def _open_reader(self, stack: AsyncExitStack) -> None:
        async with self._translated():
            source = f"{self.path.absolute().as_uri()}?mode=ro"
            reader = await stack.enter_async_context(_connect(source, uri=True))
            await self._prepare(reader, "PRAGMA query_only = ON")
            self._readers.put_nowait(reader)

    def behind(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Does what nobody waits for; the database stays open until it is done."""
        task = asyncio.create_task(work)
        self._behind.add(task)
        task.add_done_callback(self._behind.discard)
        return task

    def _opened(self) -> Connection:
        if self._writer is None:
            raise RuntimeError("the database is not open")
        return self._writer

    async def _begin_writing(self, connection: Connection) -> None:
        """Waits for another process's lock here, where a cancellation arrives: no stop is held up by it."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._patience
        while True:
            try:
                await connection.execute("BEGIN IMMEDIATE")
            except sqlite3.Error as error:
                if not is_busy(error) or loop.time() >= until:
                    raise
            else:
                return

    @asynccontextmanager
    async def _translated(self) -> AsyncIterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise translate(error, self.path) from error

    async def _prepare(self, connection: Connection, *pragmas: str) -> None:
        connection.row_factory = sqlite3.Row
        for pragma in (
            f"PRAGMA busy_timeout = {min(self._patience, NAP) * 1000:.0f}",
            "PRAGMA foreign_keys = OFF",
            *pragmas,
        ):
            await connection.execute(pragma)


def _connect(database: Path | str, **options: Any) -> Connection:
    # No implicit BEGIN: the transactions are ours.
    return aiosqlite.connect(database, isolation_level=None, factory=_Sqlite, **options)


async def _begin_reading(connection: Connection) -> None:
    await connection.execute("BEGIN")


@asynccontextmanager
async def _unit(connection: Connection, begin: Callable[[Connection], Awaitable[object]]) -> AsyncIterator[Connection]:
    # BEGIN and COMMIT stand inside the try: a cancellation may arrive while either is on its way to SQLite's thread,
    # and then the rollback has to follow it there.
    try:
        await begin(connection)
        yield connection
        await connection.execute("COMMIT")
    except BaseException:
        await asyncio.shield(_roll_back(connection))
        raise


@contextmanager
def _once(inside: set[asyncio.Task[Any] | None]) -> Iterator[None]:
    """A task that asks for what it holds would wait for itself for ever."""
    task = asyncio.current_task()
    if task in inside:
        raise RuntimeError("transactions do not nest")
    inside.add(task)
    try:
        yield
    finally:
        inside.discard(task)


async def _roll_back(connection: Connection) -> None:
    """Undo what is open; nothing to undo is fine. Runs shielded and may not raise over the real error."""
    # SQLite may have rolled back by itself (disk full, I/O error).
    with suppress(sqlite3.Error):
        await connection.rollback()
