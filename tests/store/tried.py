"""The store's seam on a connection of the test's own, in a transaction that is given up: on both engines."""

from __future__ import annotations

import re
import sqlite3
from contextlib import asynccontextmanager, closing, contextmanager
from typing import TYPE_CHECKING, Any

from bot.store.database import Database
from tests import databases
from tests.store.own_rows import Kept, kept_by

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from bot.store.connections import Connection


def in_no_order(statement: str, rows: list[Any]) -> list[Any]:
    """Backwards, where the statement does not say which of its rows comes first: any order is an answer to it."""
    outermost, inner = statement, 1
    while inner:
        outermost, inner = re.subn(r"\([^()]*\)", "", outermost)
    return rows if "ORDER BY" in outermost.upper() else rows[::-1]


class InFile:
    is_postgres = False
    is_backwards = False
    """Rows whose order was not asked for come the other way round."""

    def __init__(self, driver: sqlite3.Connection) -> None:
        self.driver = driver
        self.driver.row_factory = sqlite3.Row
        self.driver.execute("PRAGMA foreign_keys = ON")
        self.driver.execute("BEGIN")
        self.kept = kept_by(driver)

    async def fetch_all(self, statement: str, parameters: Any = ()) -> list[Any]:
        rows = self._asked(statement, parameters or {})
        return in_no_order(statement, rows) if self.is_backwards else rows

    def _asked(self, statement: str, parameters: Any) -> list[Any]:
        return self.driver.execute(statement, parameters).fetchall()

    async def fetch_one(self, statement: str, parameters: Any = ()) -> Any:
        return next(iter(await self.fetch_all(statement, parameters)), None)

    async def execute(self, statement: str, parameters: Any = ()) -> None:
        await self.fetch_all(statement, parameters)

    async def execute_many(self, statement: str, rows: Any) -> None:
        self.driver.executemany(statement, rows)

    def has_changed(self) -> bool:
        return bool(self.driver.total_changes)

    def take_back(self) -> None:
        """The statement that failed is undone by itself."""


class OnServer(InFile):
    is_postgres = True

    def __init__(self, driver: Any) -> None:
        self.driver = driver
        self.driver.execute("BEGIN; SAVEPOINT called")
        self.kept = Kept(self._asked, is_postgres=True)

    def _asked(self, statement: str, parameters: Any) -> list[Any]:
        from bot.store.postgres.connection import translated  # noqa: PLC0415 - an extra's

        cursor = self.driver.execute(translated(statement), parameters)
        return cursor.fetchall() if cursor.description else []

    async def execute_many(self, statement: str, rows: Any) -> None:
        for row in rows:
            self._asked(statement, row)

    def has_changed(self) -> bool:
        return self.driver.execute("SELECT pg_current_xact_id_if_assigned()").fetchone()[0] is not None

    def take_back(self) -> None:
        self.driver.execute("ROLLBACK TO SAVEPOINT called")


@contextmanager
def tried(path: Path) -> Iterator[InFile]:
    if not databases.is_postgres():
        with closing(sqlite3.connect(path, isolation_level=None)) as driver:
            yield InFile(driver)
        return
    driver = databases.hand(path)
    try:
        yield OnServer(driver)
    finally:
        driver.execute("ROLLBACK")


class AsDatabase(Database):
    """For what makes transactions by itself: all are parts of this one."""

    def __init__(self, connection: InFile) -> None:
        super().__init__()
        self._connection = connection

    async def _open(self) -> None: ...

    async def _close(self) -> None: ...

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        yield self._connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Connection]:
        yield self._connection

    async def write_anew(self) -> None: ...

    @property
    def held_for(self) -> float:
        return 0.0
