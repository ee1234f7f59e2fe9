"""Several processes on one database: which bots this one takes and lets go, and what others took in for them.

Every process works out the same shares by the same rule from what stands in the database, and does its own part of it:
docs/decisions/029.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from bot.domain.shares import shares
from bot.errors import NotHeldError, StoreError
from bot.health.troubles import Activity
from bot.log import LogOnce
from bot.store import pushes

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.bots import Bots
    from bot.health.holding import Holding
    from bot.registry import Registry
    from bot.services import Shared

log = logging.getLogger(__name__)

LOOK_EVERY: Final = 0.5
"""Seconds between looks at who is there and has what."""
TAKE_IN_EVERY: Final = 0.3
"""Seconds between looks at what other processes took in for the bots of this one."""


class Sharing:
    """`run()`, `take_pushes()` and `take_updates()` until cancelled: no lead waits for an update."""

    def __init__(self, shared: Shared, holding: Holding, registry: Registry, bots: Bots) -> None:
        self._shared = shared
        self._holding = holding
        self._registry = registry
        self._bots = bots
        self._moving: dict[int, asyncio.Task[None]] = {}
        """Bots whose accounts begin or end here."""
        self._trouble = LogOnce(log)

    async def run(self) -> None:
        try:
            while True:
                try:
                    await self.look()
                    self._trouble.over()
                except StoreError as error:
                    self._trouble.say(str(error))
                    self._shared.troubles.failed(Activity.WATCH, error)
                await asyncio.sleep(LOOK_EVERY)
        finally:
            for task in self._moving.values():
                task.cancel()
            await asyncio.gather(*self._moving.values(), return_exceptions=True)

    async def look(self) -> None:
        """Take what is this process's share and free, begin to let go what is more than that."""
        holding, me = self._holding, self._holding.run_id
        found = await holding.survey()
        lost = self._registry.serving.changed_hands() - self._moving.keys()
        for bot_id in lost:
            self._move(bot_id, is_leaving=False)
        if me not in found.processes:
            return
        weights = self._registry.serving.weights()
        share = {bot for bot, process in shares(found.processes, weights, found.holders).items() if process == me}
        left = {bot for bot, row in found.bots.items() if row.run_id == me} - holding.bots.keys() - share
        if left:
            await holding.let_go(left)
        for bot_id in holding.bots.keys() - share - self._moving.keys():
            self._move(bot_id, is_leaving=True)
        for bot_id in await holding.take(share - holding.bots.keys() - self._moving.keys(), found):
            log.info("the bot %d is this process's from now on", bot_id)
            self._move(bot_id, is_leaving=False)

    def _move(self, bot_id: int, *, is_leaving: bool) -> None:
        work = self._leave(bot_id) if is_leaving else self._registry.follow_bots({bot_id})
        task = self._moving[bot_id] = asyncio.create_task(work, name=f"bot {bot_id}")
        task.add_done_callback(lambda _task: self._moving.pop(bot_id, None))

    async def _leave(self, bot_id: int) -> None:
        try:
            async with self._registry.leaving(bot_id):
                await self._holding.let_go([bot_id])
        except StoreError as error:
            log.warning("the bot %d is not let go yet: %s", bot_id, error)
        else:
            log.info("the bot %d is another process's from now on", bot_id)

    async def take_updates(self) -> None:
        await self._take_in(Activity.UPDATE, self._bots.take_brought)

    async def take_pushes(self) -> None:
        await self._take_in(Activity.PUSH, self._take_pushes)

    async def _take_in(self, activity: Activity, work: Callable[[], Awaitable[None]]) -> None:
        trouble = LogOnce(log)
        while True:
            try:
                await work()
                trouble.over()
            except NotHeldError:
                pass  # it is for the other process to take in
            except StoreError as error:
                trouble.say(str(error))
                self._shared.troubles.failed(activity, error)
            await asyncio.sleep(TAKE_IN_EVERY)

    async def _take_pushes(self) -> None:
        async with self._shared.database.reading() as connection:
            waiting = await pushes.accounts_waiting(connection)
        for account_id in waiting:
            parts = self._registry.accounts.get(account_id)
            if parts is not None and parts.inbox is not None:
                await parts.inbox.resume(are_handed_on=True)
