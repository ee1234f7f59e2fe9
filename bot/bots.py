"""The bots of a process: an application for each token, for as long as an account speaks through it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.web.telegram import WebhookAddresses

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.chat.application import ChatApplication
    from bot.config import Settings
    from bot.config.values import Secret
    from bot.domain.ids import AccountId
    from bot.services import Services, Shared


@dataclass(slots=True, eq=False)
class _Bot:
    application: ChatApplication
    accounts: set[AccountId] = field(default_factory=set)
    running: AsyncExitStack | None = None


class Bots:
    """Accounts are attached before `run()` begins, or while it runs: no update is fetched that nobody is there for."""

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
            if self._is_running:
                await self._start(bot)

    async def detach(self, account_id: AccountId, settings: Settings) -> None:
        """A bot that nobody speaks through any more is stopped."""
        token = settings.telegram_bot_token
        async with self._changing[token]:
            bot = self._bots.get(token)
            if bot is None:
                return
            bot.application.detach(account_id)
            bot.accounts.discard(account_id)
            if not bot.accounts:
                if bot.running is not None:
                    await bot.running.aclose()
                if bot.application.webhook is not None:
                    self.webhooks.remove(bot.application.webhook.bot_id)
                del self._bots[token]

    async def start(self) -> None:
        self._is_running = True
        for bot in list(self._bots.values()):
            await self._start(bot)

    async def stop(self) -> None:
        self._is_running = False
        await asyncio.gather(*(bot.running.aclose() for bot in self._bots.values() if bot.running is not None))

    def _bot(self, settings: Settings) -> _Bot:
        token = settings.telegram_bot_token
        if token not in self._bots:
            bot = self._bots[token] = _Bot(self._make(settings, self._shared))
            if (webhook := bot.application.webhook) is not None:
                self.webhooks.put(webhook.bot_id, webhook.secret, webhook.take)
        return self._bots[token]

    @staticmethod
    async def _start(bot: _Bot) -> None:
        if bot.running is None:
            bot.running = AsyncExitStack()
            await bot.running.enter_async_context(bot.application.running())
