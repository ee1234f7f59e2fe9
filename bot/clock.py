"""The one source of time. Everything else is handed a `Clock`, or the `now` that was read from it."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

IST: Final = timezone(timedelta(hours=5, minutes=30), "IST")
"""IndiaMART's zone. A fixed offset: India keeps no daylight saving, and a machine may have no zone database."""


class Clock:
    """Wall time for what is stored and shown, monotonic time for what is waited for."""

    def now(self) -> datetime:
        """Aware UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never jump; meaningful only within one run."""
        return time.monotonic()


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
