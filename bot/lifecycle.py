"""Runs the service: starts its parts in order, keeps them running, stops them cleanly."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from bot import app
from bot.bots import Bots
from bot.clock import Clock
from bot.delivery.alarm import Alarm
from bot.errors import StoreGoneError
from bot.health.nightly import NightlyBackup
from bot.health.readiness import Readiness
from bot.health.troubles import Activity
from bot.i18n import ENGLISH, Sentence, speaking
from bot.patience import LAST_STATEMENT, ended
from bot.registry import Registry
from bot.rounds import Rounds
from bot.serving import FINISH_SECONDS
from bot.sharing import Sharing
from bot.store import escalations, secrets
from bot.web import health, metrics, push, server, telegram

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from aiohttp.web import RouteDef

    from bot.chat.application import ChatApplication
    from bot.config import Settings
    from bot.health.troubles import Troubles
    from bot.services import Shared
    from bot.store.database import Database

log = logging.getLogger(__name__)

RESTART_AFTER: Final = 5.0
"""Seconds until a part that failed for a reason nobody thought of is started again."""
LOOK_AT_FILE_EVERY: Final = 1.0
"""Seconds between looks at whether the database's file is still at its path."""
TELL_SECONDS: Final = 1.0
"""How long a service that has to end leaves for telling the admins why."""


@asynccontextmanager
async def service(
    settings: Settings, clock: Clock | None = None, *, stop: asyncio.Event | None = None
) -> AsyncIterator[Registry]:
    """A running service, by what it serves; leaving the context stops it within 10 s, the messages in flight finished.

    It sets `stop` itself when the database's file is gone, and then raises StoreGoneError when it is left.
    """
    clock = clock or Clock()
    async with (
        app.sharing(settings, clock, is_service=True) as shared,
        _tasks(shared.database, shared.troubles) as start,
    ):
        holding = shared.holding
        if holding is not None:  # before anything is written by settings that may be refused
            await holding.fit()
        intake = await app.intake_of_main(settings, shared)
        await _renew_secrets(shared.database, settings)
        if stop is not None:
            start(Activity.WATCH, partial(_watch_file, shared.database, shared.troubles, stop))
        if intake.poller is not None and not intake.is_paused and holding is None:
            shared.polls.add(intake.account_id, intake.poller)
        start(Activity.POLL, shared.polls.run)
        # While IndiaMART answers: Telegram's library takes longer to load than all the rest.
        bots = Bots(shared, await asyncio.to_thread(_chat))
        registry = Registry(shared, settings, bots)
        await registry.start(intake)
        if holding is not None:  # not before it can serve what others give it
            start(Activity.WATCH, holding.run)
            await holding.joined()
        await shared.instances.start()
        if holding is None:
            async with shared.database.transaction() as connection:
                await escalations.look_anew(connection)
        async with _web(registry, bots, settings), _running(bots):
            for activity, work in _work(registry, settings):
                start(activity, work)
            if holding is not None:
                sharing = Sharing(shared, holding, registry, bots)
                start(Activity.WATCH, sharing.run)
                start(Activity.PUSH, sharing.take_pushes)
                start(Activity.UPDATE, sharing.take_updates)
            try:
                yield registry
            finally:
                leaving = [] if holding is None else [holding.leave()]
                await asyncio.gather(*leaving, shared.outbox.stop(FINISH_SECONDS))
        await shared.instances.end()
        shared.database.confirm()


@asynccontextmanager
async def _running(bots: Bots) -> AsyncIterator[None]:
    with speaking(ENGLISH):
        await bots.start()
    try:
        yield
    finally:
        await bots.stop()


def _work(registry: Registry, settings: Settings) -> Iterator[tuple[Activity, Callable[[], Awaitable[None]]]]:
    """What goes on until the end, for all accounts."""
    shared = registry.main.shared
    backups = NightlyBackup(
        shared.database,
        shared.clock,
        settings,
        faults=lambda: registry.main.intake.faults,
        troubles=shared.troubles,
    )
    yield Activity.SEND, shared.outbox.run
    yield Activity.PUSH, shared.refusals.run
    yield Activity.WRITE, shared.watchdog.write
    yield Activity.WATCH, shared.watchdog.watch
    yield Activity.WATCH, Alarm(shared.troubles, shared.clock, registry.audiences).run
    yield Activity.WATCH, registry.follow
    yield Activity.BACKUP, backups.run
    rounds = Rounds(shared, registry.accounts, registry.has_main)
    for one in rounds.all():
        yield one.activity, partial(rounds.run, one)


def _chat() -> type[ChatApplication]:
    from bot.chat import command_table  # noqa: F401, PLC0415 - what a chat cannot do without
    from bot.chat.application import ChatApplication  # noqa: PLC0415

    return ChatApplication


async def _renew_secrets(database: Database, settings: Settings) -> None:
    """A key of SECRET_KEY that was put before the others is used for what they had encrypted."""
    async with database.transaction() as connection:
        if lost := await secrets.renew(connection, settings.secret_key):
            log.warning("no key of SECRET_KEY decrypts %d keys and tokens in the database: see leadbell check", lost)


@asynccontextmanager
async def _web(registry: Registry, bots: Bots, settings: Settings) -> AsyncIterator[None]:
    shared = registry.main.shared
    if settings.http_listen is None:
        yield
        return
    async with server.serve(settings.http_listen, _routes(registry, bots, shared), shared.troubles) as address:
        log.info("listening on %s", address)
        yield


def _routes(registry: Registry, bots: Bots, shared: Shared) -> list[RouteDef]:
    readiness = Readiness(
        database=shared.database,
        clock=shared.clock,
        troubles=shared.troubles,
        watchdog=shared.watchdog,
        accounts=lambda: [parts.at_work for parts in registry.at_work],
        broken=lambda: registry.broken,
    )
    return [
        *health.routes(readiness),
        *metrics.routes(shared.metrics, shared.database, shared.clock, lambda: list(registry.accounts)),
        *push.routes(registry.addresses, shared.refusals),
        *telegram.routes(bots.webhooks, shared.metrics.webhook),
    ]


async def _watch_file(database: Database, troubles: Troubles, stop: asyncio.Event) -> None:
    """A supervisor that starts the service again is of more use than one that writes where nobody will look."""
    while not database.is_gone():  # noqa: ASYNC110 - no event tells of it
        await asyncio.sleep(LOOK_AT_FILE_EVERY)
    log.critical("the database file %s was deleted or replaced; the service ends", database.path.name)
    troubles.failed(Activity.WRITE, StoreGoneError("", Sentence("the file was deleted or replaced")))
    await asyncio.sleep(TELL_SECONDS)
    stop.set()


@contextmanager
def _noticing(troubles: Troubles) -> Iterator[None]:
    """What no part of the service waited for, and the event loop alone learns of, is a mistake as any other."""
    loop = asyncio.get_running_loop()

    def notice(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        loop.default_exception_handler(context)
        error = context.get("exception")
        if isinstance(error, Exception) and not isinstance(error, OSError):  # connections break off
            troubles.failed(Activity.OTHER, error)

    before = loop.get_exception_handler()
    loop.set_exception_handler(notice)
    try:
        yield
    finally:
        loop.set_exception_handler(before)


@asynccontextmanager
async def _tasks(
    database: Database, troubles: Troubles
) -> AsyncIterator[Callable[[Activity, Callable[[], Awaitable[None]]], None]]:
    """Yields what starts a part that runs until the end."""
    tasks: list[asyncio.Task[None]] = []

    def start(part: Activity, work: Callable[[], Awaitable[None]]) -> None:
        # What it logs is English, whatever the machine's language; people are spoken to in theirs.
        with speaking(ENGLISH):
            tasks.append(asyncio.create_task(_supervised(part, work, troubles), name=part.value))

    try:
        with _noticing(troubles):
            yield start
    finally:
        await ended(tasks, None if database.is_file else LAST_STATEMENT)


async def _supervised(part: Activity, work: Callable[[], Awaitable[None]], troubles: Troubles) -> None:
    """One part's mistake never stops the others, nor itself for long."""
    while True:
        try:
            await work()
        except Exception as error:
            log.exception("%s failed and is started again in %d s", part, RESTART_AFTER)
            troubles.failed(part, error)
            await asyncio.sleep(RESTART_AFTER)
        else:
            return
