"""The one source of time. Everything else is handed a `Clock`, or the `now` that was read from it; only waiting may go
by the event loop's.
"""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

IST: Final = timezone(timedelta(hours=5, minutes=30), "IST")
"""IndiaMART's zone. A fixed offset: India keeps no daylight saving, and a machine may have no zone database."""
SKEW: Final = timedelta(minutes=2)
"""By so much a clock may differ from IndiaMART's time without being called wrong."""


class Clock:
    """Wall time for what is stored and shown, monotonic time for what is waited for."""

    def now(self) -> datetime:
        """Aware UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never jump; meaningful only within one run."""
        return time.monotonic()

    def passed(self) -> float:
        """As `monotonic`, with the time for which the machine slept, where the system tells."""
        return self.monotonic() + _slept()

    def machine(self) -> datetime:
        """What the machine's clock says, right or wrong."""
        return self.now()


def _slept() -> float:
    """Seconds; what counts are differences."""
    if not hasattr(time, "CLOCK_BOOTTIME"):
        return 0.0
    # Whoever has to wait between the two finds less; of three times one mostly has not.
    return max(time.clock_gettime(time.CLOCK_BOOTTIME) - time.clock_gettime(time.CLOCK_MONOTONIC) for _time in range(3))


class TrustedClock(Clock):
    """The machine's clock, unless it is known to be wrong: then IndiaMART's time and what has passed since it was told.

    What is stored, due and shown goes by this one, so that a clock that jumps moves nothing.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._told: tuple[datetime, float] | None = None

    def hear(self, told: datetime) -> None:
        """IndiaMART's time, as of now."""
        self._told = told, self._clock.passed()

    def told(self) -> datetime | None:
        """IndiaMART's own time as of now; None where this run has not heard it."""
        if self._told is None:
            return None
        told, at = self._told
        return told + timedelta(seconds=self._clock.passed() - at)

    def skew(self) -> timedelta:
        """By how much the machine is behind IndiaMART's time, where that is more than clocks differ by."""
        told = self.told()
        skew = timedelta(0) if told is None else told - self.machine()
        return skew if abs(skew) > SKEW else timedelta(0)

    def now(self) -> datetime:
        return self.machine() + self.skew()

    def monotonic(self) -> float:
        return self._clock.monotonic()

    def passed(self) -> float:
        return self._clock.passed()

    def machine(self) -> datetime:
        return self._clock.machine()


async def rest(event: asyncio.Event, seconds: float) -> None:
    """Until the event, but no longer than so."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return


def to_epoch(moment: datetime) -> int:
    """Whole seconds since 1970, as every time is stored."""
    return int(moment.timestamp())


def from_epoch(seconds: float) -> datetime:
    """Aware UTC from what `to_epoch` made."""
    return datetime.fromtimestamp(seconds, UTC)


async def first_of(futures: Iterable[asyncio.Future[None]], event: asyncio.Event, seconds: float | None) -> None:
    """Until one of them, or the event, or for so long."""
    news = asyncio.ensure_future(event.wait())
    try:
        either: list[asyncio.Future[Any]] = [*futures, news]
        await asyncio.wait(either, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        news.cancel()
