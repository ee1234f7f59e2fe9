"""The running bot: python-telegram-bot put together, kept alive, and stopped without losing an answer."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol

from telegram.error import TelegramError
from telegram.ext import Application, ApplicationBuilder

from bot.chat.bot_api import BotApi
from bot.chat.context import LeadbellContext
from bot.chat.failed_answers import FailedAnswers
from bot.chat.handling import BoundedUpdateProcessor, ForgetfulApplication
from bot.chat.jobs import keep_punctual
from bot.chat.menu_expiry import MenuExpiry
from bot.chat.messenger import TelegramMessenger
from bot.chat.polling import UpdatePoller, UpdateSource
from bot.chat.questions import OpenQuestions
from bot.chat.served_accounts import ServedAccounts
from bot.chat.transport import AiohttpRequest
from bot.chat.updates_health import RetryDelays
from bot.chat.views import Views
from bot.chat.webhook import WebhookSource
from bot.errors import StoreError
from bot.health.troubles import Activity, Troubles
from bot.store import holds

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from telegram.ext import ExtBot

    from bot.chat.command import Command
    from bot.chat.languages import Languages
    from bot.chat.menu_expiry import Unfolded
    from bot.config import Settings
    from bot.domain.ids import AccountId
    from bot.services import Services, Shared

    App = Application[Any, Any, Any, Any, Any, Any]

log = logging.getLogger(__name__)

FINISH_SECONDS: Final = 2.0
"""How long a stop waits for handlers."""
LAST_SECONDS: Final = 0.3
"""How long each further step of a stop may take; the whole stays under 3 s, or 5 s where the bot's webhook goes with
its last account.
"""


class Handlers(Protocol):
    """What answers people; the module `bot.chat.command_table`."""

    COMMANDS: tuple[Command, ...]

    def register(self, application: App, accounts: ServedAccounts, troubles: Troubles) -> None: ...

    async def set_menus(self, bot: ExtBot[Any]) -> None: ...

    async def set_account_menus(self, bot: ExtBot[Any], services: Services, languages: Languages) -> None: ...


def _handlers() -> Handlers:
    from bot.chat import command_table  # noqa: PLC0415 - not needed where handlers are handed in

    return command_table


class ChatApplication:
    """One bot, for all accounts that speak through it. A messenger works at once, also before and after `running`."""

    def __init__(
        self,
        settings: Settings,
        shared: Shared,
        *,
        delays: RetryDelays | None = None,
        handlers: Handlers | None = None,
    ) -> None:
        """`settings` are any of its accounts': the token, and the way to Telegram, are the same for all."""
        self._shared = shared
        self._delays = delays or RetryDelays()
        self._handlers = handlers or _handlers()
        self._username = ""
        self.is_handed_over = False
        """Another process goes on with it: what Telegram knows of us stays when it stops here."""
        self.accounts = ServedAccounts(shared, lambda: self.application)
        self._handling = BoundedUpdateProcessor(self.accounts)
        self._timekeeper: asyncio.Task[None] | None = None
        self._menus: set[asyncio.Task[None]] = set()
        way = settings.telegram_way
        holding, bot_id = shared.holding, settings.bot_id or 0
        admit = None if holding is None else partial(holding.confirm, bot_id)
        self._requests = (AiohttpRequest(way, admit=admit), AiohttpRequest(way, connections=2, admit=admit))
        self.application = self._build(settings)
        self._api = BotApi(self.application.bot)
        self._unfolded: Unfolded = {}
        self.webhook = self._webhook(settings.telegram_webhook_url)
        """What Telegram brings goes in there; None where it is asked."""

    def _build(self, settings: Settings) -> App:
        address = settings.telegram_api_url.rstrip("/")
        calls, updates = self._requests
        application: App = (
            ApplicationBuilder()
            .application_class(ForgetfulApplication)
            .token(settings.telegram_bot_token.get_secret_value())
            .base_url(f"{address}/bot")
            .base_file_url(f"{address}/file/bot")
            .request(calls)
            .get_updates_request(updates)
            .concurrent_updates(self._handling)
            .updater(None)
            .build()
        )
        return application

    def _webhook(self, base: str | None) -> WebhookSource | None:
        if base is None:
            return None
        return WebhookSource(
            self.application, self._delays, self._shared, base=base, handling=self._handling, accounts=self.accounts
        )

    def messenger(self, settings: Settings) -> TelegramMessenger:
        """Of one account: what it says is in its words, times and numbers."""
        return TelegramMessenger(
            self.application.bot,
            self._views(settings),
            self._unfolded,
            language=lambda chat_id: self.accounts.languages.of_chat(chat_id, settings.bot_language),
        )

    def _views(self, settings: Settings) -> Views:
        return Views(settings.timezone, lambda: self._username, self._shared.clock.now, settings.sight)

    def attach(self, services: Services) -> None:
        """From now on this account's updates are handled; in the place of what served the same account before."""
        before = self.accounts.detach(services.account_id)
        services.access.seen.of_same_bot = self.accounts.ids
        self.accounts.attach(
            LeadbellContext(
                bot=self.application.bot,
                api=self._api,
                services=services,
                accounts=self.accounts,
                views=self._views(services.settings),
                commands=self._handlers.COMMANDS,
                menus=before.menus if before else MenuExpiry(services.clock, self._unfolded),
                questions=before.questions if before else OpenQuestions(services.clock),
            )
        )
        if self._username:
            self._begin_menus([services])

    def detach(self, account_id: AccountId) -> None:
        """What comes for it from now on is nobody's. What is being handled ends by itself."""
        gone = self.accounts.detach(account_id)
        if gone is not None:
            gone.menus.close_all()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Handles updates and runs the jobs; leaving stops cleanly within 5 s. Telegram need not be there."""
        troubles = self._shared.troubles
        self._handlers.register(self.application, self.accounts, troubles)
        self.application.add_error_handler(FailedAnswers(self.accounts, troubles))
        queue = self.application.job_queue
        if queue is not None:
            # At once, not with the application: that starts only when Telegram was reached.
            await queue.start()
            self._timekeeper = asyncio.create_task(keep_punctual(queue, self._shared.clock), name="timekeeper")
        source = self.webhook or UpdatePoller(self.application, self._delays, self._shared, handling=self._handling)
        task = asyncio.create_task(source.run(self._connected), name="updates")
        try:
            yield
        finally:
            await self._stop(task, source)

    async def _connected(self) -> None:
        self._username = self.application.bot.username
        if not self.application.running:
            await self.application.start()
        log.info("Connected to Telegram as @%s", self._username)
        with suppress(StoreError):  # it is for `leadbell status`
            async with self._shared.database.transaction() as connection:
                await holds.name(connection, self.application.bot.id, self._username)
        self._begin_menus([context.services for context in self.accounts], is_new=True)

    def _begin_menus(self, accounts: Iterable[Services], *, is_new: bool = False) -> None:
        """Two calls for each language, which no press has to wait for."""
        task = asyncio.create_task(self._set_menus(accounts, is_new=is_new), name="menus")
        self._menus.add(task)
        task.add_done_callback(self._menus.discard)

    async def _set_menus(self, accounts: Iterable[Services], *, is_new: bool = False) -> None:
        """`is_new`: the bot's own, too, which are the same for all accounts."""
        bot = self.application.bot
        try:
            if is_new:
                await self._handlers.set_menus(bot)
            for services in accounts:
                await self._handlers.set_account_menus(bot, services, self.accounts.languages)
        except TelegramError as error:
            log.warning("The command menu could not be set: %s", error.message)
        except Exception as error:
            log.exception("The command menu could not be set")
            self._shared.troubles.failed(Activity.OTHER, error)

    async def _stop(self, task: asyncio.Task[None], source: UpdateSource) -> None:
        task.cancel()
        await asyncio.wait({task})
        for one in (self._timekeeper, *self._menus):
            if one is not None:
                one.cancel()
        queue = self.application.job_queue
        if queue is not None and queue.scheduler.running:
            await queue.stop(wait=False)
        if self.application.running:
            await self._finish()
            # What the last handlers handed over.
            await asyncio.gather(*(context.services.sender.stop(LAST_SECONDS) for context in self.accounts))
            with suppress(Exception):  # what is not confirmed comes again at the next start
                async with asyncio.timeout(LAST_SECONDS):
                    await source.confirm()
        with suppress(Exception):  # else it is removed when this bot is asked again
            if next(iter(self.accounts), None) is None:
                async with asyncio.timeout(FINISH_SECONDS):
                    await source.take_away(is_handed_over=self.is_handed_over)
        with suppress(Exception):
            await self.application.shutdown()
        for request in self._requests:
            await request.shutdown()

    async def _finish(self) -> None:
        """Let handlers and jobs end; what does not end in time is given up."""
        stopping = asyncio.create_task(self.application.stop(), name="stop")
        if (await asyncio.wait({stopping}, timeout=FINISH_SECONDS))[1]:
            log.warning("Some answers were not finished before the stop")
            self._handling.give_up()
        if (await asyncio.wait({stopping}, timeout=LAST_SECONDS))[1]:
            stopping.cancel()
            if self.application.job_queue is not None:
                await self.application.job_queue.stop(wait=False)
