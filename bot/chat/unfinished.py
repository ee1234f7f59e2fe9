"""Updates that were taken and are not handled yet. What Telegram is told to forget stays behind them."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

HELD_FOR: Final = 10.0
"""Seconds an update may keep Telegram from forgetting it: as long as most of what we ask others takes at most."""
MOST_HELD: Final = 50
"""How far behind the newest one may be: Telegram shows no more than a hundred, the oldest first."""


class UnfinishedUpdates:
    """By their ids."""

    def __init__(self) -> None:
        self._taken: dict[int, float] = {}
        """When, by the event loop's clock."""
        self._newest = 0
        self._one_done = asyncio.Event()

    def add(self, update_id: int) -> None:
        self._taken[update_id] = asyncio.get_running_loop().time()
        self._newest = max(self._newest, update_id)

    def done(self, update_id: int) -> None:
        if self._taken.pop(update_id, None) is not None:
            self._one_done.set()

    def forget(self) -> None:
        """Telegram is told to go on behind all of them."""
        self._taken.clear()

    @property
    def first(self) -> int | None:
        return min(self._taken, default=None)

    @property
    def first_held(self) -> int | None:
        """Of those that are waited for: neither too long, nor while too many come behind."""
        now = asyncio.get_running_loop().time()
        held = (one for one, at in self._taken.items() if now - at < HELD_FOR and self._newest - one <= MOST_HELD)
        return min(held, default=None)

    async def settle(self, seconds: float) -> None:
        """Until none is waited for, but no longer than this."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self.first_held is not None:
                    self._one_done.clear()
                    await self._one_done.wait()
