"""How updates come, asked for or brought, through every trouble: Telegram down, a revoked token, a second instance."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from telegram import Update
from telegram.error import Conflict, TelegramError

from bot.chat.transport import ElsewhereError
from bot.chat.updates_health import ForeignWebhookError, RetryDelays, UpdatesHealth
from bot.chat.webhook_book import WebhookBook, bot_id, webhook_host
from bot.health.troubles import Activity, Cause

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from telegram.ext import Application

    from bot.chat.handling import BoundedUpdateProcessor
    from bot.services import Shared

    App = Application[Any, Any, Any, Any, Any, Any]

log = logging.getLogger(__name__)

ALLOWED: Final = (Update.MESSAGE, Update.CALLBACK_QUERY, Update.INLINE_QUERY, Update.CHAT_MEMBER, Update.MY_CHAT_MEMBER)
"""Telegram sends `chat_member` only where it is named."""
REMEMBERED: Final = 1_000
"""Updates that are known again if Telegram brings them a second time: ten times as many as one answer has."""

LOOK_AGAIN: Final = 0.2
"""Seconds between looks for more while something is handled: longer, and one slow answer would hold up the others."""


class UpdateSource:
    """Connects to Telegram, and then looks after how updates come, again and again. `run()` never ends by itself."""

    def __init__(self, application: App, delays: RetryDelays, shared: Shared) -> None:
        self._application = application
        self._bot = application.bot
        self._delays = delays
        self._troubles = shared.troubles
        own_id, is_shared = bot_id(application.bot.token), shared.holding is not None
        self._health = UpdatesHealth(delays, shared.troubles, own_id, may_meet_others=is_shared)
        self._book = WebhookBook(shared, self._bot)

    async def run(self, connected: Callable[[], Awaitable[None]]) -> None:
        """Connect, call `connected` (again if it fails), then go on until cancelled."""
        await self._until_done(self._application.initialize)
        await self._until_done(connected)
        while True:
            await self._until_done(self._look)
            await self._rest()

    async def _look(self) -> None:
        raise NotImplementedError

    async def _rest(self) -> None: ...

    async def confirm(self) -> None:
        """The last step of a clean stop. May raise anything."""

    async def take_away(self, *, is_handed_over: bool) -> None:
        """No account speaks through this bot any more; or at least none does in this process."""
        self._health.ended()
        if not is_handed_over:
            await self._book.take_away()

    async def _until_done(self, action: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await action()
            except ElsewhereError:
                wait = self._delays.first_retry
            except TelegramError as error:
                wait = self._health.failed(error)
            except Exception as error:
                log.exception("Fetching updates failed in a way nobody thought of")
                wait = self._health.failed(error)
            else:
                self._health.succeeded()
                return
            await asyncio.sleep(wait)


class UpdatePoller(UpdateSource):
    """Asks for updates, and feeds them to the application's queue."""

    def __init__(
        self, application: App, delays: RetryDelays, shared: Shared, *, handling: BoundedUpdateProcessor
    ) -> None:
        super().__init__(application, delays, shared)
        self._handling = handling
        self._offset: int | None = None
        self._recent: dict[int, None] = {}  # ids of updates that were taken, the oldest first

    async def confirm(self) -> None:
        """Tell Telegram which updates need not be sent again. What comes before one that was cut off was handled."""
        first = self._handling.unfinished.first
        offset = self._offset if first is None else first
        if offset is not None:
            await self._bot.get_updates(offset=offset, limit=1, timeout=0, allowed_updates=ALLOWED)

    async def _look(self) -> None:
        await self._handling.unfinished.settle(LOOK_AGAIN)
        held = self._handling.unfinished.first_held
        try:
            # While one is handled Telegram has something to show, and answers at once.
            updates = await self._bot.get_updates(
                offset=self._offset if held is None else held,
                timeout=round(self._delays.poll) if held is None else 0,
                allowed_updates=ALLOWED,
            )
        except Conflict as error:
            if "webhook" not in error.message.lower():
                raise
            address = (await self._bot.get_webhook_info()).url
            if not await self._book.is_ours(address):
                # Not ours to remove: something else may live on it.
                raise ForeignWebhookError(webhook_host(address)) from None
            await self._book.take_away()  # TELEGRAM_WEBHOOK_URL was set before, and is not any more
            return
        except TelegramError:
            raise
        except Exception as error:  # noqa: BLE001 - one update the library cannot read must not stop all that follow
            log.error("Telegram sent an update that cannot be read (%s)", type(error).__name__)  # noqa: TRY400 - it would quote the update
            self._troubles.count(Activity.UPDATES, Cause.TELEGRAM)
            updates = await self._one_by_one()
        for update in updates:
            self._take(update)
        # One that was brought once more may stand behind a newer one.
        self._offset = max((one.update_id + 1 for one in updates), default=self._offset)

    def _take(self, update: Update) -> None:
        """Once, however often it comes."""
        if update.update_id not in self._recent:
            self._handling.expect(update)
            self._application.update_queue.put_nowait(update)
        self._recent[update.update_id] = None
        if len(self._recent) > REMEMBERED:
            del self._recent[next(iter(self._recent))]

    async def _one_by_one(self) -> tuple[Update, ...]:
        """What waits, without what cannot be read, which would be met again and again behind one that is held."""
        self._handling.unfinished.forget()
        asked = {"allowed_updates": list(ALLOWED)} | ({} if self._offset is None else {"offset": self._offset})
        # In lower case, which is the same to Telegram: the library warns of a raw call it has a method for.
        rows: list[Any] = await self._bot.do_api_request("getupdates", api_kwargs=asked)
        readable, before = list[Update](), self._offset
        for row in rows:
            with suppress(Exception):
                readable.append(Update.de_json(row, self._bot))
            number = row.get("update_id") if isinstance(row, dict) else None
            if isinstance(number, int):
                self._offset = number + 1
        if self._offset == before:
            raise ValueError("no update has a number")
        return tuple(readable)
