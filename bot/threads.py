"""Work in a thread that has ended when whoever waits for it goes on, also if they were cancelled."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine


async def whole(work: Coroutine[Any, Any, None], on_cancel: Callable[[], None] = lambda: None) -> None:
    """To its end, also when this task is cancelled meanwhile."""
    task = asyncio.create_task(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        on_cancel()
        await asyncio.wait([task])
        task.exception()
        raise


async def in_thread(work: Callable[..., None], *arguments: Any, on_cancel: Callable[[], None] = lambda: None) -> None:
    """The files that the thread works on are ours to remove: it has ended before this returns."""
    await whole(asyncio.to_thread(work, *arguments), on_cancel)
