"""Waiting for something no longer than one can.

`asyncio.timeout` also waits for what it has cancelled to end. A statement that is cancelled while the database server
hangs takes ten seconds for that: it is left to end by itself here.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Coroutine

Result = TypeVar("Result")

LAST_STATEMENT: Final = 1.0
"""Seconds that a statement at a database server may take to end when everything stops."""

_GIVEN_UP: Final = set[asyncio.Task[Any]]()
"""Until they have ended: the event loop alone would forget them."""


async def within(
    seconds: float, work: Coroutine[Any, Any, Result], given_up: set[asyncio.Task[Any]] = _GIVEN_UP
) -> Result:
    """What the work comes to. Raises TimeoutError after so many seconds: it is cancelled then, and in `given_up`
    until it has ended.
    """
    task = asyncio.create_task(work)
    try:
        await asyncio.wait({task}, timeout=seconds)
        if task.done():
            return task.result()
    finally:
        if not task.done():
            given_up.add(task)
            task.add_done_callback(given_up.discard)
            task.add_done_callback(_ended)
            task.cancel()
    raise TimeoutError


async def ended(tasks: Collection[asyncio.Task[Any]], again_after: float | None = None) -> None:
    """Cancel them, and wait until they have ended. Of a statement the driver waits ten seconds for a server that hangs,
    but not if it is cancelled once more: that is done every so many seconds, as one may lead to the next.
    """
    hanging = set(tasks)
    while hanging:
        for task in hanging:
            task.cancel()
        _done, hanging = await asyncio.wait(hanging, timeout=again_after)
    await asyncio.gather(*tasks, return_exceptions=True)


class Patience:
    """For what is asked again and again: as long as one that was given up has not ended, no other is begun."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._given_up: set[asyncio.Task[Any]] = set()

    async def wait(self, work: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
        """As `within`; TimeoutError at once while another hangs."""
        if self._given_up:
            raise TimeoutError
        return await within(self._seconds, work(), self._given_up)


def _ended(task: asyncio.Task[Any]) -> None:
    if not task.cancelled():
        task.exception()  # nobody else asks for it
