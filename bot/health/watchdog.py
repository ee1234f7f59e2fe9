"""Feels every second whether the service is alive: the event loop turns, the database takes a few bytes, there is room.

What it finds goes into `Troubles`; who is told is not its business.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
from typing import TYPE_CHECKING, Final

from bot.errors import StoreError, StoreFullError
from bot.health.troubles import Activity, Troubles
from bot.i18n import Sentence, grouped
from bot.log import LogOnce
from bot.store.database import written_within

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.store.database import Database

log = logging.getLogger(__name__)

LOOK_EVERY: Final = 0.5
"""Seconds between two looks at the event loop: how much later the next one comes is how long it was held."""
REMEMBERED: Final = 10.0
"""Seconds for which a loop that was held up counts."""
WRITE_EVERY: Final = 1.0
"""Seconds between two tries whether the database can be written."""
BEATS_OF_WRITES: Final = 4
"""One in so many really writes to the disk; the others find another program's lock. Not one after a failure."""
WRITTEN_WITHIN: Final = 1.0
LEAST_ROOM: Final = 16 * 1024 * 1024
"""Bytes: SQLite's log of what was written last alone takes a quarter of it before it is folded into the database."""


class Watchdog:
    """`beat` writes something small that lasts. `watch()` and `write()` run until cancelled."""

    def __init__(self, database: Database, troubles: Troubles, beat: Callable[[], Awaitable[object]]) -> None:
        self._database = database
        self._troubles = troubles
        self._beat = beat
        self._held: list[tuple[float, float]] = []
        self._written_at: float | None = None
        self._said = LogOnce(log)

    @property
    def loop_was_held(self) -> float:
        """The longest that nothing else could happen, of late; seconds."""
        now = asyncio.get_running_loop().time()
        return max((seconds for at, seconds in self._held if now - at < REMEMBERED), default=0.0)

    @property
    def unwritten_for(self) -> float:
        """Seconds since something was last written that lasts."""
        return 0.0 if self._written_at is None else asyncio.get_running_loop().time() - self._written_at

    async def watch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + LOOK_EVERY
            await asyncio.sleep(LOOK_EVERY)
            now = loop.time()
            self._held = [(at, seconds) for at, seconds in self._held if now - at < REMEMBERED]
            self._held.append((now, now - due))
            self._troubles.settle()

    async def write(self) -> None:
        self._written_at = asyncio.get_running_loop().time()
        number = 0
        while True:
            await asyncio.sleep(WRITE_EVERY)
            is_mending = any(one.is_whole for one in self._troubles.current)
            number = (number + 1) % BEATS_OF_WRITES
            await self._try(is_real=number == 0 or is_mending)

    async def _try(self, *, is_real: bool) -> None:
        try:
            with written_within(WRITTEN_WITHIN):
                if is_real:
                    await self._beat()
                    self._written_at = asyncio.get_running_loop().time()
                else:
                    async with self._database.transaction():
                        pass
            self._find_room()
        except StoreError as error:
            self._said.say(str(error))
            self._troubles.failed(Activity.WRITE, error)
            return
        self._said.over()
        self._troubles.worked(Activity.WRITE)
        if is_real:
            self._troubles.written()

    def _find_room(self) -> None:
        if not self._database.is_file:
            return
        try:
            free = shutil.disk_usage(self._database.path.absolute().parent).free
        except OSError:
            return  # whoever writes there will say what is wrong
        if free < LEAST_ROOM:
            left = Sentence("{free} MB are free", free=grouped(free // 1024**2))
            raise StoreFullError(f"{self._database.path} has hardly any room left on its disk", left)
