"""Looks at what is due come on time by elapsed time, whatever the machine's clock does meanwhile."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from telegram.ext import Application, JobQueue

from bot.chat.jobs import Job, keep_punctual, schedule
from bot.clock import Clock
from bot.errors import StoreFullError
from bot.health.troubles import Activity, Cause, Troubles

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytestmark = pytest.mark.english  # nothing is said

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
EVERY = 0.2


@dataclass
class Looks:
    """When a job looked, in monotonic seconds."""

    times: list[float] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)

    async def look(self) -> None:
        self.times.append(time.monotonic())
        self.came.set()

    async def more(self, count: int) -> None:
        """Until it has looked so many times more; pytest's own timeout is what fails here."""
        for _look in range(count):
            self.came.clear()
            await self.came.wait()


@asynccontextmanager
async def ticking() -> AsyncIterator[Looks]:
    queue: JobQueue[Any] = JobQueue()
    application = Application.builder().token("1:sandbox-token").job_queue(queue).updater(None).build()
    looks = Looks()
    await queue.start()
    schedule(queue, Job(Activity.WATCH, EVERY, looks.look, Troubles(Clock())))
    timekeeper = asyncio.create_task(keep_punctual(queue, Clock()))
    try:
        yield looks
    finally:
        timekeeper.cancel()
        await queue.stop(wait=False)
        await application.shutdown()


JUMPS = [
    timedelta(hours=-2),
    timedelta(days=1),
    timedelta(days=40),
    timedelta(days=20_000),
    datetime(1970, 1, 2, tzinfo=UTC) - NOW,
]


@pytest.mark.parametrize("jump", JUMPS, ids=str)
async def test_a_clock_that_is_moved_makes_no_look_late_and_brings_none_for_the_time_between(jump: timedelta) -> None:
    with time_machine.travel(NOW) as traveller:
        async with ticking() as looks:
            await looks.more(2)
            before = len(looks.times)
            traveller.move_to(NOW + jump)
            await looks.more(3)
            began, passed = looks.times[before - 1], looks.times[before:]
            # Each look comes after the one before, not a flood of them; all within what a loaded machine needs.
            assert len(passed) <= (passed[-1] - began) / EVERY + 2


async def test_there_and_back_again(caplog: pytest.LogCaptureFixture) -> None:
    with time_machine.travel(datetime(1970, 1, 1, 0, 5, tzinfo=UTC)) as traveller:
        async with ticking() as looks:
            await looks.more(1)
            for moment in (NOW, datetime(1970, 1, 1, tzinfo=UTC), NOW):
                traveller.move_to(moment)
                await looks.more(2)
    assert "the machine's clock was moved" in caplog.text


async def test_a_look_that_fails_is_counted_until_one_works() -> None:
    troubles, errors = Troubles(Clock()), [StoreFullError("", "database or disk is full"), ZeroDivisionError()]

    async def look() -> None:
        if errors:
            raise errors.pop(0)

    job = Job(Activity.REMINDERS, EVERY, look, troubles)
    context: Any = None
    await job(context)
    await job(context)
    assert [(one.work, one.cause) for one in troubles.current] == [
        (Activity.REMINDERS, Cause.DISK),
        (Activity.REMINDERS, Cause.OURS),
    ]
    await job(context)
    assert [(one.cause, one.has_worked) for one in troubles.current] == [(Cause.OURS, True)]
