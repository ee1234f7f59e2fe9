"""IndiaMART's clock, as far as its answers tell it: leads are asked for by it, whatever this machine's clock says."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.clock import SKEW
from bot.indiamart.answer import Outcome

if TYPE_CHECKING:
    from datetime import datetime

    from bot.clock import Clock
    from bot.indiamart.answer import Answer

STUMBLING: Final = frozenset({Outcome.TRUNCATED, Outcome.HUNG, Outcome.MALFORMED})
NOT_ITS_WORDS: Final = STUMBLING | {Outcome.THEIR_FAULT, Outcome.TOO_LARGE}
"""What may come from a gateway or a router on the way, whose clock says nothing about IndiaMART's."""


class IndiaMartTime:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.skew = timedelta(0)
        """IndiaMART's clock minus ours, where that is more than clocks differ by."""
        self._told: tuple[datetime, float] | None = None  # IndiaMART's time, and when it was heard (monotonic)

    def hear(self, server_time: datetime) -> None:
        self._told = server_time, self._clock.monotonic()
        skew = server_time - self._clock.machine()
        self.skew = skew if abs(skew) > SKEW else timedelta(0)

    def now(self) -> datetime:
        """As far as we know it, in whole seconds."""
        return (self._clock.machine() + self.skew).replace(microsecond=0)

    def told(self) -> datetime | None:
        """As of now, by what it said itself; None where this run has not heard it."""
        if self._told is None:
            return None
        server_time, heard_at = self._told
        return server_time + timedelta(seconds=self._clock.monotonic() - heard_at)


def witness(answer: Answer) -> datetime | None:
    """IndiaMART's time, if it was IndiaMART that answered."""
    return None if answer.outcome in NOT_ITS_WORDS else answer.server_time
