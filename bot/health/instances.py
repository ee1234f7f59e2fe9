"""Notices a second Leadbell on the same database: it would post every notice twice and share the call budget."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.errors import StoreError
from bot.store import runs

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.store.database import Database

log = logging.getLogger(__name__)

END_SECONDS: Final = 0.5
FORGOTTEN: Final = timedelta(days=1)
"""A run that was killed leaves its row; after this it is cleared away."""


class Instances:
    """`start()` once, `beat()` now and then, `end()` at a clean stop."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._run_id = 0
        self._is_told = False
        self._beats: dict[int, float] | None = None
        """Of the others, at the last look. Only what changes between looks counts: a clock may be set back."""

    async def start(self) -> None:
        async with self._database.transaction() as connection:
            self._run_id = await runs.start(connection, self._clock.now().timestamp())

    async def beat(self) -> int:
        """Warn once if others are at work too; how many have said so since the last look."""
        now = self._clock.now()
        async with self._database.transaction() as connection:
            beats = await runs.beat(
                connection,
                self._run_id,
                now=now.timestamp(),
                forget_before=(now - FORGOTTEN).timestamp(),
            )
        before = beats if self._beats is None else self._beats
        others = len(beats.items() - before.items())
        self._beats = beats
        if others and not self._is_told:
            log.warning("another Leadbell runs on the same database: stop one of them, or give it its own DATABASE_URL")
            self._is_told = True
        return others

    async def end(self) -> None:
        """What cannot be written any more is forgotten later; it keeps nobody from stopping."""
        with suppress(StoreError, TimeoutError):
            async with asyncio.timeout(END_SECONDS), self._database.transaction() as connection:
                await runs.end(connection, self._run_id)
