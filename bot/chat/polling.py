"""How updates come, asked for or brought, through every trouble: Telegram down, a revoked token, a second instance."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from telegram import Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.chat.errors import seconds, translate
from bot.chat.transport import ElsewhereError
from bot.chat.webhook_book import WebhookBook, bot_id, webhook_host
from bot.health.troubles import Activity, Cause, Troubles
from bot.i18n import in_brackets

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


@dataclass(frozen=True, slots=True)
class RetryDelays:
    """Seconds."""

    poll: float = 25.0
    """How long Telegram holds a request for updates open."""
    first_retry: float = 1.0
    longest_retry: float = 60.0
    token_retry: float = 60.0
    conflict_retry: float = 10.0
    """At most: of two programs each has to meet the other before it may believe that it is alone."""
    look: float = 60.0
    """Between looks at whether Telegram still delivers to our webhook."""
    takeover: float = 40.0
    """For which processes of one database may meet while one takes the bot over from another."""
    calm: float = 30.0
    """Two instances take turns at being refused, so a conflict is over only after this long without one."""


class UpdatesTrouble(StrEnum):
    DOWN = "down"
    TOKEN = "token"  # noqa: S105 - a word, not a secret
    CONFLICT = "conflict"
    WEBHOOK = "webhook"
    UNDELIVERED = "undelivered"


class ForeignWebhookError(Conflict):
    """Another program's web address gets the updates. Its message is the host."""


class UndeliveredError(Conflict):
    """Telegram does not reach our web address. Its message is what Telegram says of that."""


_STARTED: Final = {
    UpdatesTrouble.DOWN: "Telegram cannot be reached%s; trying again by itself, and leads go on being fetched",
    UpdatesTrouble.TOKEN: "Telegram refuses the bot token%s: put @BotFather's into TELEGRAM_BOT_TOKEN, then restart",
    UpdatesTrouble.CONFLICT: (
        "Another program fetches this bot's updates%s: stop the other Leadbell, which posts every lead too, or use "
        "another bot"
    ),
    UpdatesTrouble.WEBHOOK: (
        "Telegram sends this bot's updates to another program's webhook%s: run leadbell check in a terminal, which "
        "asks before it removes that, or use another bot"
    ),
    UpdatesTrouble.UNDELIVERED: (
        "Telegram does not reach TELEGRAM_WEBHOOK_URL%s: what is written to the bot waits there, and leads go on being "
        "posted"
    ),
}
_ENDED: Final = {
    UpdatesTrouble.DOWN: "Telegram can be reached again",
    UpdatesTrouble.TOKEN: "Telegram takes the bot token again",
    UpdatesTrouble.CONFLICT: "No other program fetches this bot's updates any more",
    UpdatesTrouble.WEBHOOK: "No other program's webhook gets this bot's updates any more",
    UpdatesTrouble.UNDELIVERED: "Telegram reaches TELEGRAM_WEBHOOK_URL again",
}
_CAUSES: Final = {
    UpdatesTrouble.TOKEN: Cause.TOKEN,
    UpdatesTrouble.CONFLICT: Cause.BOT_SHARED,
    UpdatesTrouble.WEBHOOK: Cause.WEBHOOK,
    UpdatesTrouble.UNDELIVERED: Cause.UNDELIVERED,
}


class UpdatesHealth:
    """Says each trouble once when it starts and once when it ends. Times are the event loop's."""

    def __init__(self, delays: RetryDelays, troubles: Troubles, bot_id: int, *, may_meet_others: bool = False) -> None:
        """`may_meet_others`: what another process of ours asks may overlap with what this one does."""
        self._delays = delays
        self._may_meet_others = may_meet_others
        self._met_at: float | None = None
        self._troubles = troubles
        self._bot_id = bot_id
        self._ailment: UpdatesTrouble | None = None
        self._failures = 0
        self._failed_at = float("-inf")

    def failed(self, error: Exception) -> float:
        """How long to wait before the next try."""
        self._failures += 1
        self._failed_at = asyncio.get_running_loop().time()
        ailment = _ailment(error)
        if ailment is UpdatesTrouble.CONFLICT and self._may_meet_others:
            self._met_at = self._failed_at if self._met_at is None else self._met_at
            if self._failed_at - self._met_at < self._delays.takeover:
                return self._delays.first_retry
        known = translate(error) if isinstance(error, TelegramError) else error
        self._troubles.failed(Activity.UPDATES, known, _CAUSES.get(ailment), bot_id=self._bot_id)
        if self._is_news(ailment):
            self._tell(ailment, in_brackets(_cause(ailment, error)))
        return self._wait(ailment, error)

    def succeeded(self) -> None:
        since = asyncio.get_running_loop().time() - self._failed_at
        if since >= self._delays.calm:
            self._met_at = None
        if self._ailment is UpdatesTrouble.CONFLICT and since < self._delays.calm:
            return
        self._failures = 0
        self._troubles.worked(Activity.UPDATES, bot_id=self._bot_id)
        if self._ailment is not None:
            self._tell(None, "")

    def ended(self) -> None:
        """What ailed it is nobody's trouble any more."""
        self._troubles.worked(Activity.UPDATES, bot_id=self._bot_id)

    def _is_news(self, ailment: UpdatesTrouble) -> bool:
        if ailment is UpdatesTrouble.DOWN:
            # One broken connection is nothing to tell: long polls are cut off now and then. And while Telegram is
            # away nobody knows whether another trouble is over.
            return self._ailment is None and self._failures > 1
        return ailment is not self._ailment

    def _tell(self, ailment: UpdatesTrouble | None, cause: str) -> None:
        if self._ailment is not None:
            log.info(_ENDED[self._ailment])
        if ailment is not None:
            log.warning(_STARTED[ailment], cause)
        self._ailment = ailment

    def _wait(self, ailment: UpdatesTrouble, error: Exception) -> float:
        if isinstance(error, RetryAfter):
            return seconds(error)
        if ailment is UpdatesTrouble.TOKEN:
            return self._delays.token_retry
        doublings = min(self._failures - 1, 16)
        longest = self._delays.conflict_retry if ailment is UpdatesTrouble.CONFLICT else self._delays.longest_retry
        return min(self._delays.first_retry * 2.0**doublings, longest)


def _cause(ailment: UpdatesTrouble, error: Exception) -> str:
    """The library's own words for a refused token quote the token."""
    if isinstance(error, TelegramError) and ailment is not UpdatesTrouble.TOKEN:
        return error.message
    return type(error).__name__


def _ailment(error: Exception) -> UpdatesTrouble:
    if isinstance(error, InvalidToken):
        return UpdatesTrouble.TOKEN
    if isinstance(error, ForeignWebhookError):
        return UpdatesTrouble.WEBHOOK
    if isinstance(error, UndeliveredError):
        return UpdatesTrouble.UNDELIVERED
    return UpdatesTrouble.CONFLICT if isinstance(error, Conflict) else UpdatesTrouble.DOWN


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
