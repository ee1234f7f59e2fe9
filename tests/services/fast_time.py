"""Tests in which waiting costs nothing: where a loop would only wait for a timer, that time is skipped."""

from __future__ import annotations

import asyncio
import selectors
import sys
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.store.sqlite import SqliteDatabase
from tests import databases
from tests.services.played import HandClock
from tests.services.world import World, assemble

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

    from bot.store.database import Database


class _Skipping(selectors.DefaultSelector):
    """Where the loop would only wait for a timer, the time until then is skipped."""

    LOOK = 0.012
    skipped = 0.0

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[asyncio.Future[Any]] = set()
        """What SQLite's threads have not answered yet: until then time does not skip, however busy the machine is.
        PostgreSQL's answers come over sockets, which the loop looks at beside its own.
        """

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or timeout <= 0:
            return super().select(timeout)
        if self.asked or len(self.get_map()) > 1:
            return super().select(min(timeout, self.LOOK))
        ready = super().select(0)
        if not ready:
            self.skipped += timeout
        return ready


class _FastLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._skipping = _Skipping()
        super().__init__(self._skipping)

    def create_future(self) -> asyncio.Future[Any]:
        future = super().create_future()
        return self._awaited(future) if "aiosqlite" in sys._getframe(1).f_code.co_filename else future

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *arguments: Any) -> asyncio.Future[Any]:  # type: ignore[override]  # with fewer types
        return self._awaited(super().run_in_executor(executor, func, *arguments))

    async def shutdown_default_executor(self, *_limit: float | None) -> None:
        """Without the limit that Python has since 3.12: here it would have passed at once."""
        await super().shutdown_default_executor()

    def _awaited(self, future: asyncio.Future[Any]) -> asyncio.Future[Any]:
        """Time does not pass while a thread works at it."""
        self._skipping.asked.add(future)
        future.add_done_callback(self._skipping.asked.discard)
        return future

    def time(self) -> float:
        return super().time() + self._skipping.skipped


class LoopClock(HandClock):
    """Time as the running loop has it; hours pass in milliseconds."""

    def __init__(self) -> None:
        super().__init__()
        self._began = asyncio.get_running_loop().time()

    def now(self) -> datetime:
        return self.wall + timedelta(seconds=self._passed())

    def monotonic(self) -> float:
        return self.mono + self._passed()

    def _passed(self) -> float:
        return asyncio.get_running_loop().time() - self._began


async def without_syncs(database: Database) -> None:
    """No power fails here."""
    if isinstance(database, SqliteDatabase) and database._writer is not None:
        await database._writer.execute("PRAGMA synchronous = OFF")


def in_fast_time(scenario: Callable[[World], Coroutine[Any, Any, None]]) -> Callable[[Path], None]:
    """A test in which waiting costs nothing. It is given a world whose clock is the loop's."""

    async def play(path: Path) -> None:
        async with databases.opened(path / "leads.db") as database:
            await without_syncs(database)
            await scenario(await assemble(database, LoopClock()))

    return in_loop(play, scenario)


def in_loop(play: Callable[[Path], Coroutine[Any, Any, None]], scenario: Callable[..., Any]) -> Callable[[Path], None]:
    """A test by the scenario's name, in a loop that skips what would only be waited for."""

    def test(tmp_path: Path) -> None:
        with asyncio.Runner(loop_factory=_FastLoop) as runner:
            runner.run(play(tmp_path))

    test.__name__, test.__qualname__, test.__module__ = scenario.__name__, scenario.__qualname__, scenario.__module__
    return test
