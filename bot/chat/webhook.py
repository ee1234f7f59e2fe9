"""Updates that Telegram brings to our web address (TELEGRAM_WEBHOOK_URL) in place of being asked for them.

An update is acknowledged when it has been handled, so that what a crash cuts off comes again. Two do not wait for that:
one that takes longer than `HANDLED_WITHIN`, so that it holds up nobody, and what somebody sends who is not known as a
member. Those are as with polling, where an update is confirmed while it is being handled.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Final

import orjson
from telegram import Update

from bot.chat.polling import ALLOWED, REMEMBERED, UpdateSource
from bot.chat.updates_health import ForeignWebhookError, UndeliveredError
from bot.chat.webhook_book import address_below, bot_id, secret_of, webhook_host
from bot.domain.ids import UserId
from bot.health.troubles import Activity, Cause

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from telegram import WebhookInfo

    from bot.chat.handling import BoundedUpdateProcessor
    from bot.chat.polling import App
    from bot.chat.served_accounts import ServedAccounts
    from bot.chat.updates_health import RetryDelays
    from bot.services import Shared

log = logging.getLogger(__name__)

CONNECTIONS: Final = 20
"""At once, from Telegram for one bot. Each is answered within `HANDLED_WITHIN`, and mostly within milliseconds."""
HANDLED_WITHIN: Final = 1.0
"""Seconds."""


class WebhookSource(UpdateSource):
    def __init__(
        self,
        application: App,
        delays: RetryDelays,
        shared: Shared,
        *,
        base: str,
        handling: BoundedUpdateProcessor,
        accounts: ServedAccounts,
    ) -> None:
        super().__init__(application, delays, shared)
        token = application.bot.token
        self.bot_id, self.secret = bot_id(token), secret_of(token)
        self._address = address_below(base, token)
        self._handling = handling
        self._accounts = accounts
        self._is_open = False
        self._is_set = False
        self._taken = 0
        """Since the last look."""
        self._recent: dict[int, asyncio.Task[Any]] = {}
        """By the update's id, the oldest first."""

    async def run(self, connected: Callable[[], Awaitable[None]]) -> None:
        async def opened() -> None:
            await connected()
            self._is_open = True

        try:
            await super().run(opened)
        finally:
            self._is_open = False

    async def _rest(self) -> None:
        await asyncio.sleep(self._delays.look)

    async def _look(self) -> None:
        """Set it, and set it again if Telegram has lost it; say what keeps Telegram from reaching it."""
        info = await self._bot.get_webhook_info()
        if info.url and info.url != self._address and not await self._book.is_ours(info.url):
            self._is_set = False
            raise ForeignWebhookError(webhook_host(info.url))
        if info.url != self._address or not self._is_set:
            await self._set()
        elif self._is_stuck(info):
            raise UndeliveredError(info.last_error_message or "")
        self._taken = 0

    async def _set(self) -> None:
        await self._book.note(self._address)
        await self._bot.set_webhook(
            self._address, max_connections=CONNECTIONS, allowed_updates=ALLOWED, secret_token=self.secret
        )
        await self._book.settle(self._address)
        self._is_set = True
        log.info("Telegram brings updates to %s", webhook_host(self._address))

    def _is_stuck(self, info: WebhookInfo) -> bool:
        """The last error stays there, however well it goes since."""
        return bool(info.last_error_message) and info.pending_update_count > 0 and not self._taken

    async def take(self, body: bytes, *, is_whole: bool = False) -> bool:
        """False: not now; Telegram brings it again. `is_whole`: also where it takes longer than `HANDLED_WITHIN`, and
        whoever asks again then learns whether it has been handled by now.
        """
        if not self._is_open:
            return False
        update = self._read(body)
        if update is None:
            return True
        self._taken += 1
        task = self._recent.get(update.update_id)
        if task is None:
            task = self._handle(update)
        user = update.effective_user
        if user is not None and self._accounts.is_known(UserId(user.id)):
            await asyncio.wait({task}, timeout=HANDLED_WITHIN)
            return (not is_whole and self._is_open) or (task.done() and not self._handling.has_given_up)
        return True

    def _read(self, body: bytes) -> Update | None:
        try:
            return Update.de_json(orjson.loads(body), self._bot)
        except Exception as error:  # noqa: BLE001 - one update the library cannot read must not stop all that follow
            log.error("Telegram sent an update that cannot be read (%s)", type(error).__name__)  # noqa: TRY400 - it would quote the update
            self._troubles.count(Activity.UPDATES, Cause.TELEGRAM)
            return None

    def _handle(self, update: Update) -> asyncio.Task[Any]:
        """As the application does with what it fetches."""
        work = self._handling.process_update(update, self._application.process_update(update))
        task = self._recent[update.update_id] = self._application.create_task(work, name="update")
        if len(self._recent) > REMEMBERED:
            del self._recent[next(iter(self._recent))]
        return task
