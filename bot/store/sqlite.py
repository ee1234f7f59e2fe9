"""SQLite behind the seam: one locked writer, and read-only connections."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Final

from bot.errors import StoreBusyError, StoreGoneError, StoreRefusedError
from bot.i18n import Sentence, _
from bot.store import locks, readable, restore, soundness
from bot.store.connections import NAP, LoopReader, connected, unit
from bot.store.database import Database, once, write_until
from bot.store.failures import is_busy, translate
from bot.store.migrate import PATIENCE, migrate

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.store.connections import Connection, OnStatement, Row

READERS: Final = 3
"""Connections that only read: a long look-up leaves others for the short ones."""
WRITERS_CACHE: Final = "PRAGMA cache_size = -16384"
"""16 MB: what thousands of leads change is then written once, at the commit."""

IN_MEMORY: Final = 256 * 1024 * 1024
"""Bytes of a file that is written anew in memory."""


class SqliteDatabase(Database):
    """A file. An aiosqlite connection left open would keep the process from exiting.

    `transaction()` serialises writers; readers go on meanwhile (WAL).
    """

    is_file = True

    def __init__(self, path: Path, *, patience: float = PATIENCE, on_statement: OnStatement | None = None) -> None:
        """Seconds of `patience` is how long SQLite waits for another process's lock."""
        super().__init__(on_statement)
        self._path = path
        self.name = str(path)
        self._patience = patience
        self._file: tuple[int, int] | None = None
        self._lock = asyncio.Lock()
        self._locked_at: float | None = None
        self._stack = AsyncExitStack()
        self._writer: Connection | None = None
        self._readers: asyncio.LifoQueue[Connection] | None = None
        """Those that nobody reads with."""

    @property
    def path(self) -> Path:
        return self._path

    async def _open(self) -> None:
        await asyncio.to_thread(_prepare, self.path, self._patience)
        self._file = locks.identity(self.path)
        async with AsyncExitStack() as stack, self._translated():
            stack.enter_context(locks.opened(self.path))
            pragmas = ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", WRITERS_CACHE)
            opened = connected(self.path, self._patience, *pragmas, on_statement=self._on_statement)
            writer = await stack.enter_async_context(opened)
            readers: asyncio.LifoQueue[Connection] = asyncio.LifoQueue()
            source = f"{self.path.absolute().as_uri()}?mode=ro"
            for _number in range(READERS):
                reader = LoopReader(source, self._patience, self._on_statement)
                stack.callback(reader.close)
                readers.put_nowait(reader)
            self._writer, self._readers, self._stack = writer, readers, stack.pop_all()

    async def _close(self) -> None:
        async with self._lock:
            self._writer, self._readers = None, None
            await self._stack.aclose()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """Raises StoreGoneError where the file is no longer at its path, where SQLite would go on writing into it."""
        with once(self._writing):
            async with (
                self._alone(),
                self._translated(),
                unit(self._opened(), self._begin_writing) as connection,
            ):
                yield connection
        self.confirm()

    async def write_anew(self) -> None:
        """The whole file, without what lies in free pages and in the gaps of others; and an empty log.

        Readers go on meanwhile; who writes waits, a second for some hundred megabytes. Raises StoreBusyError where
        another program still reads what is to go.
        """
        async with self._alone(), self._translated():
            size = self.path.stat().st_size
            async with connected(self.path, self._patience) as connection:
                # What is large goes through a temporary file, which SQLite deletes.
                await connection.execute(f"PRAGMA temp_store = {'MEMORY' if size < IN_MEMORY else 'FILE'}")
                await self._patiently(connection, "VACUUM")
                await self._empty_log(connection)
        self.confirm()

    async def _empty_log(self, connection: Connection) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + self._patience
        while True:
            row = await connection.fetch_one("PRAGMA wal_checkpoint(TRUNCATE)")
            if row is not None and not row["busy"]:
                return
            if loop.time() >= until:
                raise StoreBusyError(f"{self.path} is being read", Sentence("another program reads"))
            await asyncio.sleep(NAP)

    def confirm(self) -> None:
        """Raise StoreGoneError where the file is no longer at its path."""
        if self.is_gone():
            raise StoreGoneError(
                _(
                    "The database file {path} was deleted or replaced while Leadbell was using it. What was written "
                    "since is lost, so Leadbell stops. Put the file back (a backup, with nothing else beside it), and "
                    "start again."
                ).format(path=self.path)
            )

    def is_gone(self) -> bool:
        """Whether the file at the path is another than the one that was opened, or none."""
        return self._file is not None and locks.identity(self.path) != self._file

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Connection]:
        with once(self._reading):
            free = self._readers
            if free is None:
                raise RuntimeError("the database is not open")
            reader = await free.get()
            try:
                async with self._translated(), unit(reader, _begin_reading) as connection:
                    yield connection
            finally:
                free.put_nowait(reader)

    def _opened(self) -> Connection:
        if self._writer is None:
            raise RuntimeError("the database is not open")
        return self._writer

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        """No other transaction of this process runs meanwhile."""
        until = write_until()
        try:
            async with asyncio.timeout_at(None if until == float("inf") else until):
                await self._lock.acquire()
        except TimeoutError:
            raise StoreBusyError(
                f"other writing to {self.path} takes long", Sentence("other writing takes long")
            ) from None
        self._locked_at = asyncio.get_running_loop().time()
        try:
            yield
        finally:
            self._locked_at = None
            self._lock.release()

    @property
    def held_for(self) -> float:
        return 0.0 if self._locked_at is None else asyncio.get_running_loop().time() - self._locked_at

    async def _begin_writing(self, connection: Connection) -> None:
        await self._patiently(connection, "BEGIN IMMEDIATE")

    async def _patiently(self, connection: Connection, statement: str) -> Row | None:
        """Waits for another process's lock here, where a cancellation arrives: no stop is held up by it."""
        loop = asyncio.get_running_loop()
        until = min(loop.time() + self._patience, write_until())
        while True:
            try:
                return await connection.fetch_one(statement)
            except sqlite3.Error as error:
                if not is_busy(error) or loop.time() >= until:
                    raise

    @asynccontextmanager
    async def _translated(self) -> AsyncIterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise translate(error, self.path) from error


async def _begin_reading(connection: Connection) -> None:
    await connection.execute("BEGIN")


def _prepare(path: Path, patience: float) -> None:
    """What has to be right with the file before it is used. Blocking."""
    readable.confirm(path)
    if path.is_dir():  # SQLite would say that the disk has a fault
        raise StoreRefusedError(_("{path} is a folder. Give the name of a file in it.").format(path=path))
    restore.finish(path)
    if soundness.is_to_be_checked(path):
        soundness.check(path)
    migrate(path, patience)
