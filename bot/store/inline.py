"""A read-only connection that answers at once, on the event loop's own thread.

What SQLite has in memory it reads in tens of microseconds; the trip to another thread and back costs ten times as much,
and a look-up makes a dozen. A disk that is slow is another matter, and so every answer is timed: see `Readers`.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from bot.store.connections import opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.store.connections import OnStatement, Result


class InlineReader:
    """As much of aiosqlite's connection as reading needs. Nothing here ever waits."""

    def __init__(self, source: str, on_statement: OnStatement) -> None:
        # A lock is not waited for here: whoever meets one takes a thread.
        self._connection = opened(source, on_statement, uri=True, timeout=0)
        self._connection.execute("PRAGMA query_only = ON")
        self._slowest = 0.0

    async def begin(self) -> None:
        """Raises `sqlite3.Error` where the view cannot be had at once."""
        self._slowest = 0.0
        try:
            self._connection.execute("BEGIN")
            self._connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
        except sqlite3.Error:
            self._connection.close()
            raise

    async def end(self) -> float:
        """The slowest statement since `begin`, seconds."""
        with suppress(sqlite3.Error):
            self._connection.rollback()  # nothing was written
        return self._slowest

    async def execute(self, statement: str, parameters: Any = (), /) -> sqlite3.Cursor:
        return self._connection.execute(statement, parameters)

    async def executemany(self, statement: str, rows: Iterable[Any], /) -> sqlite3.Cursor:
        return self._connection.executemany(statement, rows)

    async def execute_fetchall(self, statement: str, parameters: Any = (), /) -> list[sqlite3.Row]:
        begun = time.perf_counter()
        try:
            return self._connection.execute(statement, parameters).fetchall()
        finally:
            self._slowest = max(self._slowest, time.perf_counter() - begun)

    async def run(self, work: Callable[[sqlite3.Connection], Result], /) -> Result:
        return work(self._connection)

    async def rollback(self) -> None:
        self._connection.rollback()

    def close(self) -> None:
        self._connection.close()
