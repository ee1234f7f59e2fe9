"""What nobody waits for: written down behind, many things in one transaction. A power failure may take the last.

Other processes may write the same rows: whoever writes several goes by their keys, so that none waits for the other.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from bot.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from bot.store.database import Connection, Database

APART: Final = 0.05
"""Seconds between two transactions."""

Item = TypeVar("Item")


class WriteBehind(Generic[Item]):
    def __init__(
        self,
        database: Database,
        write: Callable[[Connection, Sequence[Item]], Awaitable[object]],
        on_lost: Callable[[StoreError], None],
    ) -> None:
        """`on_lost` hears why what was waiting could not be written; it is forgotten then."""
        self._database = database
        self._write = write
        self._on_lost = on_lost
        self._task: asyncio.Task[None] | None = None
        self._next_at = float("-inf")
        """By the event loop's clock: until then no transaction begins."""
        self.waiting: list[Item] = []
        """Not written yet, the oldest first."""

    def add(self, item: Item) -> None:
        self.waiting.append(item)
        if self._task is None or self._task.done():
            self._task = self._database.behind(self._run())

    async def written(self) -> None:
        """Until nothing waits any more."""
        if self._task is not None:
            await asyncio.wait({self._task})

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while self.waiting:
            # Not behind the last one: a database that is closed would wait for nothing.
            await asyncio.sleep(self._next_at - loop.time())
            items = tuple(self.waiting)
            try:
                async with self._database.transaction() as connection:
                    await self._write(connection, items)
            except StoreError as error:
                self._on_lost(error)
            del self.waiting[: len(items)]
            self._next_at = loop.time() + APART
