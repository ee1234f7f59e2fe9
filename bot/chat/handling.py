"""How the library handles updates here: side by side, within bounds, and without a memory of who wrote or pressed."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from telegram import Update
from telegram.ext import Application, BaseUpdateProcessor

from bot.chat.unfinished import UnfinishedUpdates
from bot.domain.ids import UserId

if TYPE_CHECKING:
    from collections.abc import Awaitable, Generator

    from telegram import User

    from bot.chat.served_accounts import ServedAccounts

AT_ONCE: Final = 256
"""Updates handled at the same time. No handler waits for its chat's turn, but some ask Telegram or IndiaMART."""
MOST_TAKEN: Final = 100_000
"""Updates that are handled or wait for a place."""


class ForgetfulApplication(Application[Any, Any, Any, Any, Any, Any]):
    """For its persistence, which we have none of, the original notes the ids of each update's chat and person, and
    keeps them as long as it runs: strangers by the thousand would never be forgotten.
    """

    __slots__ = ()

    def create_task(
        self,
        coroutine: Generator[asyncio.Future[object], None, Any] | Awaitable[Any],
        update: object | None = None,  # noqa: ARG002 - what would be noted
        *,
        name: str | None = None,
    ) -> asyncio.Task[Any]:
        return super().create_task(coroutine, name=name)

    async def process_update(self, update: object) -> None:
        """The first handler that is for it has it."""
        try:
            for handler in chain.from_iterable(self.handlers.values()):
                check = handler.check_update(update)
                if check is not None and check is not False:
                    context = self.context_types.context.from_update(update, self)
                    await handler.handle_update(update, self, check, context)
                    return
        except Exception as error:  # noqa: BLE001 - whatever it is, the error handler has it
            await self.process_error(update=update, error=error)


class BoundedUpdateProcessor(BaseUpdateProcessor):
    """Updates side by side, and a way to give up those that do not end."""

    __slots__ = ("_accounts", "_gives_up", "_places", "_tasks", "unfinished")

    def __init__(self, accounts: ServedAccounts) -> None:
        super().__init__(MOST_TAKEN)
        self._places = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._gives_up = False
        self._accounts = accounts
        """Who is known there. All others have places of their own."""
        self.unfinished = UnfinishedUpdates()

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - the library makes one for each update
        self._tasks.add(task)
        try:
            if not self._gives_up:
                await self._handle(update, coroutine)
                if isinstance(update, Update):
                    self.unfinished.done(update.update_id)
        except asyncio.CancelledError:
            if not self._gives_up:
                raise
            task.uncancel()
        finally:
            self._tasks.discard(task)
            if isinstance(coroutine, Coroutine):
                coroutine.close()  # where it was passed over, or given up while it waited for its place

    async def _handle(self, update: object, coroutine: Awaitable[Any]) -> None:
        user = update.effective_user if isinstance(update, Update) else None
        if user is None or self._is_known(user):
            async with self._places:
                await coroutine
            return
        async with self._accounts.strangers.place(user.id) as has_place:
            if has_place:
                await coroutine

    def expect(self, update: Update) -> None:
        """It is about to be handled, and Telegram keeps it until then; what a stranger writes need not come again."""
        user = update.effective_user
        if user is None or self._is_known(user):
            self.unfinished.add(update.update_id)

    def _is_known(self, user: User) -> bool:
        return self._accounts.is_known(UserId(user.id))

    @property
    def has_given_up(self) -> bool:
        return self._gives_up

    def give_up(self) -> None:
        """What is handled, and what waits for a place; what comes from now on is passed over."""
        self._gives_up = True
        for task in self._tasks:
            task.cancel()
