"""Work that comes round again, on the library's JobQueue. What is due lives in the database; a job only looks."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from bot.errors import StoreError
from bot.log import Once

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from telegram.ext import CallbackContext, JobQueue

log = logging.getLogger(__name__)

# The queue's own default drops a job that is a second late.
PUNCTUALITY: Final = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}


@dataclass(frozen=True, slots=True)
class Job:
    name: str
    every: float
    """Seconds."""
    work: Callable[[], Awaitable[object]]
    trouble: Once = field(default_factory=lambda: Once(log), compare=False, repr=False)

    async def __call__(self, _context: CallbackContext[Any, Any, Any, Any]) -> None:
        """One look. A mistake in it is logged, and the next look comes all the same."""
        try:
            await self.work()
        except StoreError as error:
            self.trouble.say(str(error))
        except Exception:
            log.exception("the job %s failed; it runs again in %g s", self.name, self.every)
        else:
            self.trouble.over()


def schedule(queue: JobQueue[Any], job: Job) -> None:
    queue.run_repeating(job, interval=job.every, name=job.name, job_kwargs=PUNCTUALITY)
