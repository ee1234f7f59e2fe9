"""The bots of a process: an application for each token, for as long as an account speaks through it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

import orjson

from bot.chat.webhook_book import secret_of
from bot.errors import StoreError
from bot.patience import within
from bot.store import brought_updates
from bot.store.brought_updates import BroughtUpdate
from bot.web.telegram import WebhookAddresses

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.chat.application import ChatApplication
    from bot.chat.webhook import WebhookSource
    from bot.config import Settings
    from bot.config.values import Secret
    from bot.domain.ids import AccountId
    from bot.services import Services, Shared

KEPT_WITHIN: Final = 3.0
"""Seconds; then Telegram is told to bring it again, perhaps to a process that reaches the database."""


@dataclass(slots=True, eq=False)
class _Bot:
    application: ChatApplication
    accounts: set[AccountId] = field(default_factory=set)
    running: AsyncExitStack | None = None


class Bots:
    """Accounts are attached before `start()`, or after it: no update is fetched that nobody is there for."""

    def __init__(self, shared: Shared, make: Callable[[Settings, Shared], ChatApplication]) -> None:
        self._shared = shared
        self._make = make
        self._bots: dict[Secret, _Bot] = {}
        self._is_running = False
        self._changing: defaultdict[Secret, asyncio.Lock] = defaultdict(asyncio.Lock)
        """One bot that takes its time to end holds up no other, but a new one with its own token."""
        self.webhooks = WebhookAddresses()

    def of(self, settings: Settings) -> ChatApplication:
        """Its messengers work at once."""
        return self._bot(settings).application

    async def attach(self, services: Services) -> None:
        """The account's updates are handled from now on; in the place of what served it before."""
        async with self._changing[services.settings.telegram_bot_token]:
            bot = self._bot(services.settings)
            bot.application.attach(services)
            bot.accounts.add(services.account_id)
            if (webhook := bot.application.webhook) is not None:
                self.webhooks.put(webhook.bot_id, webhook.secret, partial(self._take, webhook))
            if self._is_running:
                await self._start(bot)

    async def detach(self, account_id: AccountId, settings: Settings, *, is_handed_over: bool = False) -> None:
        """A bot that nobody speaks through any more is stopped; or at least nobody does in this process."""
        token = settings.telegram_bot_token
        async with self._changing[token]:
            bot = self._bots.get(token)
            if bot is None:
                return
            bot.application.detach(account_id)
            bot.accounts.discard(account_id)
            if not bot.accounts:
                bot.application.is_handed_over = is_handed_over
                if bot.running is not None:
                    await bot.running.aclose()
                if bot.application.webhook is not None:
                    self.webhooks.remove(bot.application.webhook.bot_id)
                del self._bots[token]

    async def start(self) -> None:
        self._is_running = True
        for bot in list(self._bots.values()):
            if bot.accounts:
                await self._start(bot)

    async def stop(self) -> None:
        self._is_running = False
        await asyncio.gather(*(bot.running.aclose() for bot in self._bots.values() if bot.running is not None))

    def hand_on(self, settings: Settings) -> None:
        """Another process has this bot: what Telegram brings here is kept for that one."""
        if settings.telegram_webhook_url is not None and (bot_id := settings.bot_id) is not None:
            secret = secret_of(settings.telegram_bot_token.get_secret_value())
            self.webhooks.put(bot_id, secret, partial(self._keep, bot_id))

    async def take_brought(self) -> None:
        """What was brought to other processes, for the bots that are here."""
        here = {
            webhook.bot_id: webhook
            for bot in self._bots.values()
            if (webhook := bot.application.webhook) is not None
            and bot.running is not None
            and self._has(webhook.bot_id)
        }
        if not here:
            return
        async with self._shared.database.reading() as connection:
            waiting = await brought_updates.waiting(connection, here)
        if not waiting:
            return
        are_taken = await asyncio.gather(*(self._is_handled(here[one.bot_id], one.body.encode()) for one in waiting))
        done = [one for one, is_taken in zip(waiting, are_taken, strict=True) if is_taken]
        if not done:
            return
        async with self._shared.database.transaction() as connection:
            if (holding := self._shared.holding) is not None:
                await holding.check(connection, {one.bot_id for one in done})
            await brought_updates.taken(connection, done)

    async def _take(self, webhook: WebhookSource, body: bytes) -> bool:
        """Of several processes, who is not sure to have the bot keeps what comes for whoever has it, and who is does so
        with what takes long: this process may be cut off before it is done.
        """
        if self._shared.holding is None:
            return await webhook.take(body)
        return await self._is_handled(webhook, body) or await self._keep(webhook.bot_id, body)

    async def _is_handled(self, webhook: WebhookSource, body: bytes) -> bool:
        """By this process, to the end. What failed because another has the bot by now is for that one."""
        return self._has(webhook.bot_id) and await webhook.take(body, is_whole=True) and self._has(webhook.bot_id)

    def _has(self, bot_id: int) -> bool:
        return self._shared.holding is None or self._shared.holding.surely_has(bot_id)

    async def _keep(self, bot_id: int, body: bytes) -> bool:
        try:
            found = orjson.loads(body)
            one = BroughtUpdate(bot_id, int(found["update_id"]), body.decode())
        except (ValueError, KeyError, TypeError):
            return True  # nobody can read it
        try:
            await within(KEPT_WITHIN, self._kept(one))
        except (StoreError, TimeoutError):
            return False
        return True

    async def _kept(self, one: BroughtUpdate) -> None:
        async with self._shared.database.transaction() as connection:
            await brought_updates.keep(connection, one, self._shared.clock.now())

    def _bot(self, settings: Settings) -> _Bot:
        token = settings.telegram_bot_token
        if token not in self._bots:
            self._bots[token] = _Bot(self._make(settings, self._shared))
        return self._bots[token]

    @staticmethod
    async def _start(bot: _Bot) -> None:
        if bot.running is None:
            bot.running = AsyncExitStack()
            await bot.running.enter_async_context(bot.application.running())
