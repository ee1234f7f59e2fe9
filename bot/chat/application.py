"""The running bot: python-telegram-bot put together, kept alive, and stopped without losing an answer."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Coroutine
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, Protocol

from telegram import Update
from telegram.error import NetworkError, TelegramError
from telegram.ext import Application, ApplicationBuilder, BaseUpdateProcessor

from bot.chat.errors import translate
from bot.chat.forgetful import ForgetfulApplication
from bot.chat.jobs import Job, keep_punctual, schedule
from bot.chat.menu_expiry import UNFOLDED
from bot.chat.messenger import TelegramMessenger
from bot.chat.polling import RetryDelays, UpdatePoller
from bot.chat.replies import hand_over
from bot.chat.transport import AiohttpRequest
from bot.chat.views import answers
from bot.delivery.outgoing import Outgoing
from bot.domain.ids import ChatId, UserId
from bot.domain.priority import Priority
from bot.errors import CrowdedError, DeliveryError, StoreError
from bot.health.troubles import Activity, cause_of
from bot.i18n import _
from bot.team.strangers import RefusalChannel

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Iterable

    from telegram import Message
    from telegram.ext import CallbackContext, ExtBot

    from bot.chat.views import Views
    from bot.clock import Clock
    from bot.config import Settings
    from bot.services import Services
    from bot.team.access import Access

    App = Application[Any, Any, Any, Any, Any, Any]

log = logging.getLogger(__name__)

AT_ONCE: Final = 256
"""Updates handled at the same time. No handler waits for its chat's turn, but some ask Telegram or IndiaMART."""
MOST_TAKEN: Final = 100_000
"""Updates that are handled or wait for a place."""
FINISH_SECONDS: Final = 2.0
"""How long a stop waits for handlers."""
LAST_SECONDS: Final = 0.3
"""How long each further step of a stop may take; the whole stays under 3 s."""


class Handlers(Protocol):
    """What answers people; the module `bot.chat.command_table`."""

    def register(self, application: App, services: Services) -> None: ...

    async def set_menus(self, bot: ExtBot[Any], services: Services) -> None: ...


def _handlers() -> Handlers:
    from bot.chat import command_table  # noqa: PLC0415 - not needed where handlers are handed in

    return command_table


class BoundedUpdateProcessor(BaseUpdateProcessor):
    """Updates side by side, and a way to give up those that do not end."""

    __slots__ = ("_gives_up", "_places", "_tasks", "access")

    def __init__(self) -> None:
        super().__init__(MOST_TAKEN)
        self._places = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._gives_up = False
        self.access: Access | None = None
        """Who is known. All others have places of their own."""

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        user = update.effective_user if isinstance(update, Update) else None
        if self.access is None or user is None or self.access.is_known(UserId(user.id)):
            async with self._places:
                await self._handle(coroutine)
            return
        async with self.access.strangers.place(user.id) as has_place:
            if has_place:
                await self._handle(coroutine)
            elif isinstance(coroutine, Coroutine):
                coroutine.close()

    async def _handle(self, coroutine: Awaitable[Any]) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - the library makes one for each update
        self._tasks.add(task)
        if self._gives_up:
            task.cancel()
        try:
            await coroutine
        except asyncio.CancelledError:
            if not self._gives_up:
                raise
            task.uncancel()
        finally:
            self._tasks.discard(task)

    def give_up(self) -> None:
        self._gives_up = True
        for task in self._tasks:
            task.cancel()


class ChatApplication:
    """The Telegram side of Leadbell. `messenger` works at once, also before and after `running`."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        *,
        delays: RetryDelays | None = None,
        views: Views | None = None,
        handlers: Handlers | None = None,
    ) -> None:
        self._delays = delays or RetryDelays()
        self._handlers = handlers or _handlers()
        self._username = ""
        self._handling = BoundedUpdateProcessor()
        self._timekeeper: asyncio.Task[None] | None = None
        way = settings.telegram_way
        self._requests = (AiohttpRequest(way), AiohttpRequest(way, connections=2))
        self.application = self._build(settings)
        unfolded = self.application.bot_data.setdefault(UNFOLDED, {})
        self.messenger = TelegramMessenger(self.application.bot, views or self._new_views(settings, clock), unfolded)

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

    def _new_views(self, settings: Settings, clock: Clock) -> Views:
        from bot.chat.views import Views  # noqa: PLC0415 - not needed where views are handed in

        return Views(settings.timezone, lambda: self._username, clock.now, settings.sight)

    @asynccontextmanager
    async def running(self, services: Services, jobs: Iterable[Job] = ()) -> AsyncIterator[None]:
        """Handles updates and runs the jobs; leaving stops cleanly within 3 s. Telegram need not be there."""
        self._handling.access = services.access
        self._handlers.register(self.application, services)
        self.application.add_error_handler(_ErrorHandler(services))
        queue = self.application.job_queue
        if queue is not None:
            for job in jobs:
                schedule(queue, job)
            # At once, not with the application: that starts only when Telegram was reached.
            await queue.start()
            self._timekeeper = asyncio.create_task(keep_punctual(queue, services.clock), name="timekeeper")
        poller = UpdatePoller(self.application, self._delays, services.troubles)
        task = asyncio.create_task(poller.run(lambda: self._connected(services)), name="updates")
        try:
            yield
        finally:
            await self._stop(task, poller, services)

    async def _connected(self, services: Services) -> None:
        self._username = self.application.bot.username
        if not self.application.running:
            await self.application.start()
        log.info("Connected to Telegram as @%s", self._username)
        try:
            await self._handlers.set_menus(self.application.bot, services)
        except TelegramError as error:
            log.warning("The command menu could not be set: %s", error.message)
        except Exception as error:
            log.exception("The command menu could not be set")
            services.troubles.failed(Activity.OTHER, error)

    async def _stop(self, task: asyncio.Task[None], poller: UpdatePoller, services: Services) -> None:
        task.cancel()
        await asyncio.wait({task})
        if self._timekeeper is not None:
            self._timekeeper.cancel()
        queue = self.application.job_queue
        if queue is not None and queue.scheduler.running:
            await queue.stop(wait=False)
        if self.application.running:
            await self._finish()
            # What the last handlers handed over.
            await services.sender.stop(LAST_SECONDS)
            with suppress(Exception):  # what is not confirmed comes again at the next start
                async with asyncio.timeout(LAST_SECONDS):
                    await poller.confirm()
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


class _ErrorHandler:
    """A handler failed: the log learns where, the person that it did."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def __call__(self, update: object, context: CallbackContext[Any, Any, Any, Any]) -> None:
        error = context.error
        if error is None:
            return
        level = logging.WARNING if isinstance(error, NetworkError) else logging.ERROR
        # Not the error's text: it may quote what somebody wrote.
        failure = translate(error) if isinstance(error, TelegramError) else error
        if isinstance(failure, DeliveryError):
            self._services.troubles.count(Activity.UPDATE, cause_of(failure))
        else:
            self._services.troubles.failed(Activity.UPDATE, error)
        log.log(level, "An answer failed: %s at %s", type(error).__name__, _where(error))
        if isinstance(update, Update):
            with suppress(TelegramError, CrowdedError):
                await self._tell(update, error)

    async def _tell(self, update: Update, error: Exception) -> None:
        words = _("Something went wrong here. Please try again in a moment.")
        if isinstance(error, StoreError):
            words = answers.not_stored(error)
        if update.callback_query is not None:
            await update.callback_query.answer(words, show_alert=True)
        elif update.message is not None and self._may_answer(update.message):
            self._say(update.message, words)

    def _say(self, asked: Message, words: str) -> None:
        async def make(_chat_id: ChatId) -> None:
            try:
                await asked.reply_text(words)
            except TelegramError as error:
                raise translate(error) from None

        hand_over(ChatId(asked.chat_id), Outgoing(call=make, turn=Priority.ANSWER), self._services)

    def _may_answer(self, message: Message) -> bool:
        """A chat that is not configured gets nothing, and who is not known one sentence a minute."""
        access, chat_id, user = self._services.access, ChatId(message.chat_id), message.from_user
        is_known = user is not None and access.is_known(UserId(user.id))
        is_served = chat_id > 0 or access.is_home(chat_id)
        return is_served and (
            is_known or access.strangers.may_hear(RefusalChannel.TROUBLE, user.id if user else chat_id)
        )


def _where(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "/bot/" in frame.filename.replace("\\", "/")] or list(frames)
    return " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(own[-3:])) or "an unknown place"
