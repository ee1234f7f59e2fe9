"""What comes round again in a bot's chats, on the library's JobQueue: menus that fold, questions nobody answers. What
is due is kept in memory; a job only looks. What is due by the database is a round of `bot.rounds`.

When to look is a matter of elapsed time: a wall clock that jumps, by seconds or by decades, makes no look late, and
brings none of those that would have been due in between.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from apscheduler.triggers.base import BaseTrigger  # type: ignore[import-untyped]

from bot.errors import StoreError
from bot.log import LogOnce

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from telegram.ext import CallbackContext, JobQueue

    from bot.clock import Clock
    from bot.health.troubles import Activity, Troubles

log = logging.getLogger(__name__)

# The queue's own default drops a job that is a second late.
PUNCTUALITY: Final = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
CLOCK_LOOKS_EVERY: Final = 1.0
"""Seconds between two looks at whether the wall clock was moved."""
MOVED: Final = 0.5
"""Seconds that the wall clock may go wrong between two looks before it counts as moved."""


@dataclass(frozen=True, slots=True)
class Job:
    name: Activity
    every: float
    """Seconds."""
    work: Callable[[], Awaitable[object]]
    troubles: Troubles = field(compare=False, repr=False)
    trouble: LogOnce = field(default_factory=lambda: LogOnce(log), compare=False, repr=False)

    async def __call__(self, _context: CallbackContext[Any, Any, Any, Any]) -> None:
        """One look. A mistake in it is logged, and the next look comes all the same."""
        try:
            await self.work()
        except StoreError as error:
            self.trouble.say(str(error))
            self.troubles.failed(self.name, error)
        except Exception as error:
            log.exception("the job %s failed; it runs again in %g s", self.name, self.every)
            self.troubles.failed(self.name, error)
        else:
            self.troubles.worked(self.name)
            self.trouble.over()


class DelayTrigger(BaseTrigger):  # type: ignore[misc]  # the library has no types
    """So long after now, never after the last time.

    The library's own interval counts each tick that a clock set ahead has passed over: 40 days of them hold the event
    loop for 6 seconds, and those since 1970 for good.
    """

    __slots__ = ("_interval",)

    def __init__(self, seconds: float) -> None:
        self._interval = timedelta(seconds=seconds)

    def get_next_fire_time(self, _previous: datetime | None, now: datetime) -> datetime:
        return now + self._interval


def schedule(queue: JobQueue[Any], job: Job) -> None:
    queue.run_custom(job, {"trigger": DelayTrigger(job.every), **PUNCTUALITY}, name=job.name)


async def keep_punctual(queue: JobQueue[Any], clock: Clock) -> None:
    """Until cancelled: whenever the wall clock was moved, let every job look at once.

    The library waits for a time of day. One that was set back comes round again hours later.
    """
    ahead = _ahead(clock)
    while True:
        await asyncio.sleep(CLOCK_LOOKS_EVERY)
        before, ahead = ahead, _ahead(clock)
        if abs(ahead - before) > MOVED:
            log.warning("the machine's clock was moved by %+.0f s", ahead - before)
            for one in queue.scheduler.get_jobs():
                one.modify(next_run_time=datetime.now(queue.scheduler.timezone))


def _ahead(clock: Clock) -> float:
    """Seconds of wall time since 1970 that did not pass since the monotonic clock's zero."""
    return clock.machine().timestamp() - clock.monotonic()
