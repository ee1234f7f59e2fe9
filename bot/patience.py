"""Waiting for something no longer than one can."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

Result = TypeVar("Result")

_ENDING: Final = set[asyncio.Task[Any]]()
"""What was given up, until it has ended: the event loop alone would forget it."""


async def within(seconds: float, work: Coroutine[Any, Any, Result]) -> Result:
    """What the work comes to. Raises TimeoutError after so many seconds: it is cancelled then, and nobody waits for its
    end. `asyncio.timeout` does, and a statement that is cancelled while the server hangs takes ten seconds to end.
    """
    task = asyncio.create_task(work)
    _ENDING.add(task)
    task.add_done_callback(_ended)
    try:
        await asyncio.wait({task}, timeout=seconds)
        if task.done():
            return task.result()
    finally:
        task.cancel()
    raise TimeoutError


def _ended(task: asyncio.Task[Any]) -> None:
    _ENDING.discard(task)
    if not task.cancelled():
        task.exception()  # nobody else may ask for it
