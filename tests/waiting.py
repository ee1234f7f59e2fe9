"""Waiting for what has no event of its own: a row, a file, a page, a line in a log."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.chat.application import ChatApplication
    from bot.delivery.sender import Sender
    from bot.sandbox.botapi import World

TURNS = 20
"""Of the event loop: between the steps of an update there are a few in which nothing seems to wait."""


async def until(condition: Callable[[], object], seconds: float = 30.0) -> None:
    """Until it is true; it may be a coroutine function. `seconds` only ends what hangs."""
    async with asyncio.timeout(seconds):
        while True:
            found = condition()
            if await found if isinstance(found, Awaitable) else found:
                return
            await asyncio.sleep(0.01)


async def handled(world: World, chat: ChatApplication, sender: Sender) -> None:
    """Until the bot has taken and handled everything that people did, and has said what it had to say."""
    application, calm = chat.application, 0
    async with asyncio.timeout(30):
        while calm < TURNS:
            is_taken = not world.updates.waiting and application.update_queue.empty()
            is_done = application.update_processor.current_concurrent_updates == 0 and sender.is_idle
            calm = calm + 1 if is_taken and is_done else 0
            await asyncio.sleep(0 if calm else 0.01)
