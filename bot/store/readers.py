"""Read-only connections. Reading happens on the event loop as long as that is quick, otherwise in threads."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Final

from bot.store.connections import connected, unit
from bot.store.inline import InlineReader

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.store.connections import Connection, OnStatement

THREADS: Final = 3
INLINE: Final = 8
"""At most; what reads rarely lets anybody else in, and so nearly always one is enough."""
SLOW: Final = 0.02
"""Seconds that a statement may hold the event loop up. One that takes longer may be the machine's bad moment, a second
one is the disk's: then threads read.
"""
CALM: Final = 30.0
"""Seconds until a slow statement is forgotten, and the event loop trusted with reading again."""


class Readers:
    """Open for as long as the database is. Threads are started when the first reading needs one."""

    def __init__(self, path: Path, patience: float, on_statement: OnStatement) -> None:
        self._on_statement = on_statement
        self._source = f"{path.absolute().as_uri()}?mode=ro"
        self._patience = patience
        self._inline: list[InlineReader] = []
        self._inline_opened = 0
        # By the event loop's clock: when a statement was slow, and until when threads read.
        self._slow_at = self._threads_until = float("-inf")
        self._threads: asyncio.Queue[Connection] = asyncio.Queue()
        self._threads_opened = 0
        self._opening = asyncio.Lock()
        self._stack = AsyncExitStack()

    async def close(self) -> None:
        """Nobody reads any more."""
        for reader in self._inline:
            reader.close()
        self._inline.clear()
        await self._stack.aclose()

    @asynccontextmanager
    async def taken(self, *, is_long: bool) -> AsyncIterator[Connection]:
        """One with a consistent view of what is committed."""
        inline = None if is_long else await self._begin_inline()
        if inline is None:
            reader = await self._thread()
            try:
                async with unit(reader, _begin) as connection:
                    yield connection
            finally:
                self._threads.put_nowait(reader)
            return
        try:
            yield inline
        finally:
            await self._end_inline(inline)

    async def _begin_inline(self) -> InlineReader | None:
        """None where a thread has to read."""
        if asyncio.get_running_loop().time() < self._threads_until:
            return None
        if not self._inline and self._inline_opened >= INLINE:
            return None
        self._inline_opened += not self._inline
        try:
            reader = self._inline.pop() if self._inline else InlineReader(self._source, self._on_statement)
            await reader.begin()
        except sqlite3.Error:
            # Locked or damaged: a thread waits for it, or says so.
            self._inline_opened -= 1
            return None
        return reader

    async def _end_inline(self, reader: InlineReader) -> None:
        if await reader.end() > SLOW:
            now = asyncio.get_running_loop().time()
            if now - self._slow_at < CALM:
                self._threads_until = now + CALM
            self._slow_at = now
        self._inline.append(reader)

    async def _thread(self) -> Connection:
        if self._threads.empty() and self._threads_opened < THREADS:
            # Shielded, because a connection that is half open when its opener is cancelled has a thread for ever.
            await asyncio.shield(asyncio.ensure_future(self._start_thread()))
        return await self._threads.get()

    async def _start_thread(self) -> None:
        async with self._opening:
            if self._threads_opened >= THREADS:
                return
            opened = connected(
                self._source, self._patience, "PRAGMA query_only = ON", on_statement=self._on_statement, uri=True
            )
            reader = await self._stack.enter_async_context(opened)
            self._threads_opened += 1
            self._threads.put_nowait(reader)


async def _begin(connection: Connection) -> None:
    await connection.execute("BEGIN")
