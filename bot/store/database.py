"""The `transaction()` seam. SQLite stands behind it in `sqlite.py`, PostgreSQL in `postgres/database.py`.

Which rows exist is the other modules' business; how a database is brought up to date is `migrate`'s.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final, Self

from bot.patience import LAST_STATEMENT, ended
from bot.store import erasing
from bot.store.connections import Connection, unheard

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator
    from contextlib import AbstractAsyncContextManager, AbstractContextManager
    from pathlib import Path

    from bot.store.connections import OnStatement

__all__ = ["Connection", "Database"]

NOTED_WITHIN: Final = 0.3
"""Seconds within which the writing of a note about who looked begins: no look-up waits longer for it."""
CLOSED_WITHIN: Final = 2.0
"""Seconds that closing leaves for what nobody waits for."""

_FOR_EVER: Final = float("inf")
_WRITE_UNTIL: Final = ContextVar[tuple[float, asyncio.Task[Any] | None]]("write_until", default=(_FOR_EVER, None))
"""Until when, and in which task."""


def write_until() -> float:
    """Until then, by the event loop's clock, a transaction has to begin here. What a task starts that is held to a time
    is not: nobody waits for that, and it would be lost.
    """
    until, task = _WRITE_UNTIL.get()
    return until if task is not None and task is asyncio.current_task() else _FOR_EVER


@contextmanager
def written_within(seconds: float) -> Iterator[None]:
    """A transaction in here that cannot begin in time raises `StoreBusyError`, and nothing of it is done. Several share
    the time.
    """
    until = min(write_until(), asyncio.get_running_loop().time() + seconds)
    token = _WRITE_UNTIL.set((until, asyncio.current_task()))
    try:
        yield
    finally:
        _WRITE_UNTIL.reset(token)


def written_soon() -> AbstractContextManager[None]:
    """As `written_within`, for a note that nobody is to wait for."""
    return written_within(NOTED_WITHIN)


class Database(ABC):
    """Open it with `async with`. `transaction()` is the unit of work; `reading()` never waits behind one. Both raise
    `StoreError` for whatever the engine does, and neither nests in itself.
    """

    name: str
    """For people: which database it is."""
    is_file: bool = False

    def __init__(self, on_statement: OnStatement | None = None) -> None:
        """`on_statement` hears of every statement, from whichever thread executes it: for tests that count them."""
        self._on_statement = on_statement or unheard
        self._behind: set[asyncio.Task[None]] = set()
        self._writing: set[asyncio.Task[Any] | None] = set()
        self._reading: set[asyncio.Task[Any] | None] = set()

    async def __aenter__(self) -> Self:
        await self._open()
        try:
            await erasing.reseal(self)
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(self, *_exception: object) -> None:
        if self._behind:
            _done, waiting = await asyncio.wait(self._behind, timeout=CLOSED_WITHIN)
            await ended(waiting, None if self.is_file else LAST_STATEMENT)
        await self._close()

    @property
    def path(self) -> Path:
        """The file, where it is one."""
        raise RuntimeError("the database is no file")

    @abstractmethod
    async def _open(self) -> None: ...

    @abstractmethod
    async def _close(self) -> None: ...

    @abstractmethod
    def transaction(self) -> AbstractAsyncContextManager[Connection]:
        """All of it or nothing, also when the task is cancelled at any await in it."""

    @abstractmethod
    def reading(self) -> AbstractAsyncContextManager[Connection]:
        """A consistent view of what is committed: every statement in it sees the same moment."""

    def session(self) -> AbstractAsyncContextManager[Connection]:
        """A connection of its own, outside of transactions: what it locks is let go when it ends."""
        raise RuntimeError("the database is no server")

    @abstractmethod
    async def write_anew(self) -> None:
        """Without what was deleted, as far as the engine can."""

    @property
    @abstractmethod
    def held_for(self) -> float:
        """Seconds for which one transaction has been at work, or has waited for another program's."""

    def is_gone(self) -> bool:
        """Whether what is written now would be lost."""
        return False

    def confirm(self) -> None:  # noqa: B027 - a server's database goes only with the server
        """Raise StoreGoneError where it is gone."""

    def behind(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Does what nobody waits for; the database stays open until it is done."""
        task = asyncio.create_task(work)
        self._behind.add(task)
        task.add_done_callback(self._behind.discard)
        return task


@contextmanager
def once(inside: set[asyncio.Task[Any] | None]) -> Iterator[None]:
    """A task that asks for what it holds would wait for itself for ever."""
    task = asyncio.current_task()
    if task in inside:
        raise RuntimeError("transactions do not nest")
    inside.add(task)
    try:
        yield
    finally:
        inside.discard(task)
