"""Deletes what is older than it is kept, a little at a time. What is kept for how long stands in `store/retention.py`.

A machine's clock may be wrong, and then nothing may go too early. Ages are therefore not counted up to what the clock
says, but up to the moment that has surely passed: noted in the database, it moves on with the time for which the
service runs (a monotonic clock), and up to IndiaMART's own time as soon as IndiaMART has told it. So a clock that is
ahead prunes nothing early. One that is behind, or a service that was off and hears no time from IndiaMART, only keeps
things longer. While people are being told that the clock is wrong, nothing is pruned at all.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.clock import from_epoch
from bot.domain.notice import Fault
from bot.store import faults, retention

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.clock import Clock
    from bot.store.database import Connection, Database
    from bot.store.retention import KnownTimes, RetentionRule

APART: Final = 0.05
"""Seconds between two steps, in which others write."""
BEFORE_BIRTH: Final = timedelta(days=30)
"""What was stored so long before the database was connected was stored under a wrong clock: its age is unknown."""


class Pruning:
    """`told_time` gives IndiaMART's time as of now, as far as this run has heard it."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        told_time: Callable[[], datetime | None],
    ) -> None:
        self._database = database
        self._clock = clock
        self._told_time = told_time
        self._looked_at: float | None = None
        """Monotonic seconds."""

    async def look(self, *, is_alone: bool = True) -> tuple[datetime, datetime] | None:
        """Prune what is due by now. Up to when time has surely passed, and since when times are believed; None while
        nothing is to go.

        Of several processes on one database one prunes, and counts the time that passes; the others are told.
        """
        async with self._database.transaction() as connection:
            known = await retention.known_times(connection)
            passed = await self._passed(connection, known) if is_alone else self._told(known)
            is_wrong = await faults.is_open(connection, Fault.CLOCK_WRONG)
        if is_wrong:
            return None
        since = _since(known.born, passed)
        if is_alone:
            for kept in retention.RETENTION:
                await self._prune(kept, since, passed)
        return passed, since

    def _told(self, known: KnownTimes) -> datetime:
        self._looked_at = None
        return min(known.passed or known.heard or self._clock.now(), self._clock.now())

    async def _prune(self, kept: RetentionRule, since: datetime, passed: datetime) -> None:
        has_more = True
        while has_more:
            async with self._database.transaction() as connection:
                has_more = await retention.prune(connection, kept, since=since, passed=passed)
            if has_more:
                await asyncio.sleep(APART)

    async def _passed(self, connection: Connection, known: KnownTimes) -> datetime:
        """Up to when time has surely passed; noted for the next look and the next run."""
        mono, told = self._clock.monotonic(), self._told_time()
        # Whole seconds are kept in the database: what is left of one is counted at the next look.
        ran = 0 if self._looked_at is None else int(mono - self._looked_at)
        self._looked_at = mono if self._looked_at is None else self._looked_at + ran
        before = known.passed or known.heard or self._clock.now()
        passed = told or before + timedelta(seconds=ran)
        await retention.note_passed(connection, passed)
        # A clock that was set back stamps rows with what it says.
        return min(passed, self._clock.now())


def _since(born: datetime | None, passed: datetime) -> datetime:
    """From when on a row's time can be believed."""
    return from_epoch(0) if born is None or born > passed else max(born - BEFORE_BIRTH, from_epoch(0))
