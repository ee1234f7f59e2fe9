"""What came of a poll, for whoever waits to hear it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.indiamart.answer import Outcome


@dataclass(frozen=True, slots=True)
class PollSummary:
    """One poll that is over."""

    outcome: Outcome | None = None
    """None where IndiaMART could not be asked, or its answer not be kept."""
    new: int = 0
    """Leads."""
    is_complete: bool = False
    is_backlog: bool = False
    """Older leads were asked for, not the newest."""


@dataclass(frozen=True, slots=True)
class FetchReport:
    """What became of a request to poll now. `next_at` is when the next poll is due if it could not start."""

    started: bool
    next_at: datetime | None = None
    polled: asyncio.Future[PollSummary] | None = None
    """Done when the poll is over, whoever caused it. All who wait have the same one: who cancels it hears no more, and
    nor do the others.
    """


class PollWaiter:
    """The result of the poll that comes, or is under way."""

    def __init__(self) -> None:
        self._future: asyncio.Future[PollSummary] | None = None

    def future(self) -> asyncio.Future[PollSummary]:
        if self._future is None or self._future.done():
            self._future = asyncio.get_running_loop().create_future()
        return self._future

    def tell(self, polled: PollSummary) -> None:
        """Nobody may be waiting."""
        waited, self._future = self._future, None
        if waited is not None and not waited.done():
            waited.set_result(polled)
