"""An account's way to a database that several processes share: nothing is written once another has its bot."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.store.database import Database

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
    from contextlib import AbstractAsyncContextManager
    from typing import Any

    from bot.store.connections import Connection


class FencedDatabase(Database):
    """`check` is every transaction's first statement, and raises NotHeldError."""

    def __init__(self, database: Database, check: Callable[[Connection], Awaitable[None]]) -> None:
        super().__init__()
        self.name = database.name
        self._database = database
        self._check = check

    async def _open(self) -> None:
        """It is open."""

    async def _close(self) -> None:
        """Whoever opened it closes it."""

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        async with self._database.transaction() as connection:
            await self._check(connection)
            yield connection

    def reading(self) -> AbstractAsyncContextManager[Connection]:
        return self._database.reading()

    async def write_anew(self) -> None:
        await self._database.write_anew()

    @property
    def held_for(self) -> float:
        return self._database.held_for

    def behind(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        return self._database.behind(work)
