"""Looks for which chats of which accounts something waits in the outbox. An account that is idle has no task."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from bot.clock import rest
from bot.errors import StoreError
from bot.health.troubles import Activity, Troubles
from bot.log import LogOnce
from bot.store import outbox

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.delivery.worker import OutboxWorker
    from bot.domain.ids import AccountId, ChatId
    from bot.store.database import Database

log = logging.getLogger(__name__)

LOOK_AGAIN: Final = 30.0
"""Seconds between looks at what another process may have queued."""
STORE_RETRY: Final = 5.0


class OutboxDispatcher:
    """Workers may be added and removed at any time; they are told what waits while `run()` runs."""

    def __init__(self, database: Database, troubles: Troubles) -> None:
        self._database = database
        self._troubles = troubles
        self._workers: dict[AccountId, OutboxWorker] = {}
        self._queued: set[AccountId] = set()
        """Accounts that something was queued for since the last look."""
        self._news = asyncio.Event()
        self._trouble = LogOnce(log)

    def add(self, account_id: AccountId, worker: OutboxWorker) -> None:
        self._workers[account_id] = worker
        self.wake(account_id)

    def remove(self, account_id: AccountId) -> None:
        """Whoever removes it stops the worker."""
        self._workers.pop(account_id, None)

    def wake(self, account_id: AccountId) -> None:
        """Something was queued for it."""
        self._queued.add(account_id)
        self._news.set()

    async def run(self) -> None:
        """Until cancelled; then what is under way is cancelled too."""
        loop = asyncio.get_running_loop()
        all_at = loop.time()
        try:
            while True:
                self._news.clear()
                is_for_all, queued = loop.time() >= all_at, frozenset(self._queued)
                self._queued.clear()
                is_done = await self._look(None if is_for_all else queued)
                if is_for_all or not is_done:
                    all_at = loop.time() + (LOOK_AGAIN if is_done else STORE_RETRY)
                await rest(self._news, all_at - loop.time())
        finally:
            await asyncio.gather(*(worker.cancel() for worker in self._workers.values()))

    async def stop(self, seconds: float) -> None:
        """Finish the messages in flight and what presses caused, for so long at most."""
        await asyncio.gather(*(worker.stop(seconds) for worker in self._workers.values()))

    async def _look(self, accounts: Iterable[AccountId] | None) -> bool:
        """At these accounts, or at all. False where the database could not be read."""
        try:
            async with self._database.reading() as connection:
                waiting = await outbox.waiting_chats(connection, accounts)
        except StoreError as error:
            self._trouble.say(str(error))
            self._troubles.failed(Activity.SEND, error)
            return False
        self._trouble.over()
        self._deliver(waiting)
        if accounts is None:
            for worker in self._workers.values():
                worker.tidy()
        return True

    def _deliver(self, waiting: Iterable[tuple[AccountId, ChatId | None]]) -> None:
        for account_id, chat_id in waiting:
            if (worker := self._workers.get(account_id)) is not None:
                worker.deliver(chat_id)
