"""`Database` on a PostgreSQL server: several connections, each for one transaction at a time."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakSet

import psycopg

from bot.errors import StoreBusyError
from bot.i18n import Sentence, _
from bot.store.database import Database, once, write_until
from bot.store.postgres.connection import PostgresConnection, connect, name_of, refuse_pooler
from bot.store.postgres.failures import translate
from bot.store.postgres.schema import migrate

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from psycopg import AsyncConnection

    from bot.store.connections import Connection, OnStatement

WRITERS: Final = 8
READERS: Final = 8
"""Connections to the server: those that wait for a lock must leave others free to read."""
KEPT: Final = 2
"""Of the writers, for whoever cannot wait long, as for a press: however many polls are being stored."""

WRITE: Final = "BEGIN ISOLATION LEVEL READ COMMITTED"
"""A server that was set to be read only, because its disk is nearly full, has its reasons."""
LOCK_LIMIT: Final = "; SET LOCAL lock_timeout = {:d}"
"""Others write at the same time: it is at a row that a transaction waits for them, after it has begun."""
READ: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

OURS: Final = """
    SELECT quote_ident(relname) FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' ORDER BY relname
"""


class PostgresDatabase(Database):
    """Transactions of one process run side by side: what reads and then writes takes a row's lock first
    (`accounts.lock`), or leaves it to a constraint.
    """

    def __init__(self, url: str, *, on_statement: OnStatement | None = None) -> None:
        super().__init__(on_statement)
        self.name = name_of(url)
        self._url = url
        self._connections = _Connections(url, self._on_statement)
        self._writers = asyncio.Semaphore(WRITERS)
        self._patient = asyncio.Semaphore(WRITERS - KEPT)
        self._readers = asyncio.Semaphore(READERS)
        self._began: dict[object, float] = {}

    async def _open(self) -> None:
        with self._translated():
            opened = await connect(self._url)
            try:
                await refuse_pooler(opened, self._url, self.name)
                await migrate(opened, self.name)
            except BaseException:
                await opened.close()
                raise
        await self._connections.open(opened)

    async def _close(self) -> None:
        await self._connections.close()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """What stands in the way (another's lock, the server away) is waited for some seconds, then StoreBusyError."""
        until = write_until()
        with once(self._writing), self._translated():
            async with self._room(until), self._connections.taken(WRITE + _limit(until)) as connection:
                with self._noted():
                    yield connection

    @asynccontextmanager
    async def _room(self, until: float) -> AsyncIterator[None]:
        """After `until`, by the loop's clock, nobody is waited for."""
        if until == float("inf"):
            async with self._patient, self._writers:
                yield
            return
        try:
            async with asyncio.timeout_at(until):
                await self._writers.acquire()
        except TimeoutError:
            why = Sentence("other writing takes long")
            raise StoreBusyError(_("Other writing to the database takes long."), why) from None
        try:
            yield
        finally:
            self._writers.release()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Connection]:
        with once(self._reading), self._translated():
            async with self._readers, self._connections.taken(READ) as connection:
                yield connection

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Connection]:
        with self._translated():
            driver = await connect(self._url)
            try:
                yield PostgresConnection(driver, self._on_statement)
            finally:
                await driver.close()

    async def write_anew(self) -> None:
        """The server may use the room of what was deleted for other rows. It overwrites nothing at once: only
        `VACUUM FULL`, for which everybody has to wait, writes tables anew (docs/postgres.md).
        """
        with self._translated():
            driver = await connect(self._url)
            try:
                await driver.execute("SET statement_timeout = 0")
                for (table,) in await (await driver.execute(OURS)).fetchall():
                    await driver.execute(f"VACUUM {table}".encode())
            finally:
                await driver.close()

    @property
    def held_for(self) -> float:
        return asyncio.get_running_loop().time() - min(self._began.values()) if self._began else 0.0

    @contextmanager
    def _noted(self) -> Iterator[None]:
        key = object()
        self._began[key] = asyncio.get_running_loop().time()
        try:
            yield
        finally:
            del self._began[key]

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            raise translate(error, self.name) from error


class _Connections:
    """Made when they are needed. One that broke is not given out again: whoever asks meets the server as it is now."""

    def __init__(self, url: str, on_statement: OnStatement) -> None:
        self._url = url
        self._on_statement = on_statement
        self._free: list[AsyncConnection[Any]] = []
        self._made: WeakSet[AsyncConnection[Any]] = WeakSet()
        self._is_open = False

    async def open(self, first: AsyncConnection[Any]) -> None:
        self._is_open = True
        self._made.add(first)
        await self._give_back(first)

    @asynccontextmanager
    async def taken(self, begin: str) -> AsyncIterator[PostgresConnection]:
        """In a transaction, which is committed at the end, or rolled back."""
        if not self._is_open:
            raise RuntimeError("the database is not open")
        driver = self._free.pop() if self._free else await self._another()
        connection = PostgresConnection(driver, self._on_statement, begin=f"{begin}; ", anew=self._anew)
        try:
            yield connection
            if connection.has_begun:
                await connection.driver.execute("COMMIT")
        except BaseException:
            if connection.has_begun:
                await asyncio.shield(_rolled_back(connection.driver))
            raise
        finally:
            await self._give_back(connection.driver)

    async def _anew(self) -> AsyncConnection[Any]:
        """Where one broke while nobody used it, so most likely did the others."""
        await self._close_free()
        return await self._another()

    async def _another(self) -> AsyncConnection[Any]:
        driver = await connect(self._url)
        self._made.add(driver)
        return driver

    async def _give_back(self, driver: AsyncConnection[Any]) -> None:
        if not self._is_open:
            await driver.close()
        elif not driver.closed:
            self._free.append(driver)

    async def close(self) -> None:
        """Those that are out too: of a statement that is given up, the driver would wait ten seconds for a server that
        hangs.
        """
        self._is_open = False
        await self._close_free()
        for driver in list(self._made):
            await driver.close()

    async def _close_free(self) -> None:
        while self._free:
            await self._free.pop().close()


def _limit(until: float) -> str:
    """What is locked at a row is waited for until then; 0 milliseconds would be for ever."""
    if until == float("inf"):
        return ""
    return LOCK_LIMIT.format(max(1, int((until - asyncio.get_running_loop().time()) * 1000)))


async def _rolled_back(driver: AsyncConnection[Any]) -> None:
    """May not raise over the real error."""
    with suppress(psycopg.Error):
        await driver.execute("ROLLBACK")
        return
    await driver.close()
