"""Runs the service: starts its parts in order, keeps them running, stops them cleanly."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from bot import assembly
from bot.clock import Clock, to_epoch
from bot.domain.notice import NoticeCode
from bot.errors import StoreGoneError
from bot.health.troubles import Activity
from bot.store import accounts, secrets
from bot.web import health, metrics, push, server

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from aiohttp.web import RouteDef

    from bot.assembly import Parts
    from bot.chat.application import ChatApplication
    from bot.chat.jobs import Job
    from bot.config import Settings
    from bot.health.troubles import Troubles
    from bot.services import Services
    from bot.store.database import Database

log = logging.getLogger(__name__)

RESTART_AFTER: Final = 5.0
"""Seconds until a part that failed for a reason nobody thought of is started again."""
FINISH_SECONDS: Final = 4.0
"""How long a clean stop waits for the messages in flight; the whole stop stays under 10 s."""
REMIND_EVERY: Final = 5.0
ESCALATE_EVERY: Final = 15.0
"""Seconds between looks at what has come due."""
LOOK_AT_FILE_EVERY: Final = 1.0
"""Seconds between looks at whether the database's file is still at its path."""
TELL_SECONDS: Final = 1.0
"""How long a service that has to end leaves for telling the admins why."""
MASK_EVERY: Final = 15.0
"""Seconds between looks at cards that show a number which the group is not to see any more."""
PRUNE_EVERY: Final = 600.0
"""Seconds between looks at what is older than it is kept."""
WATCH_EVERY: Final = 30.0
"""Seconds between looks at what may have lasted long enough to be told."""


@asynccontextmanager
async def service(
    settings: Settings, clock: Clock | None = None, *, stop: asyncio.Event | None = None
) -> AsyncIterator[Services]:
    """A running service; leaving the context stops it within 10 s, with the messages in flight finished.

    It sets `stop` itself when the database's file is gone, and then raises StoreGoneError when it is left.
    """
    clock = clock or Clock()
    async with assembly.intake(settings, clock) as intake, _tasks(intake.metrics.troubles) as start:
        await _renew_secrets(intake.database, settings)
        if stop is not None:
            start(Activity.WATCH, partial(_watch_file, intake.database, intake.metrics.troubles, stop))
        if intake.poller is not None:
            start(Activity.POLL, intake.poller.run)
        # While IndiaMART answers: Telegram's library takes longer to load than all the rest.
        chat = (await asyncio.to_thread(_chat))(settings, intake.clock)
        parts = await assembly.parts(settings, intake, chat.messenger)
        services = parts.services
        if parts.inbox is not None:
            await parts.inbox.resume()
        await _greet(parts)
        await parts.parking.release()
        await parts.instances.start()
        await services.escalation.start()
        await services.reminders.fire()  # what came due while nothing ran
        async with _web(parts), chat.running(services, _jobs(parts)):
            start(Activity.SEND, services.delivery.run)
            start(Activity.PUSH, parts.refusals.run)
            start(Activity.WRITE, parts.watchdog.write)
            start(Activity.WATCH, parts.watchdog.watch)
            start(Activity.WATCH, parts.alarm.run)
            start(Activity.BACKUP, parts.nightly.run)
            try:
                yield services
            finally:
                await services.delivery.stop(FINISH_SECONDS)
        await parts.instances.end()
        intake.database.confirm()


def _chat() -> type[ChatApplication]:
    from bot.chat import command_table  # noqa: F401, PLC0415 - what a chat cannot do without
    from bot.chat.application import ChatApplication  # noqa: PLC0415

    return ChatApplication


def _jobs(parts: Parts) -> list[Job]:
    from bot.chat.jobs import Job  # noqa: PLC0415 - as above

    services, troubles = parts.services, parts.services.troubles
    mask = Job(Activity.MASK, MASK_EVERY, services.cards.mask, troubles)
    return [
        Job(Activity.WATCH, WATCH_EVERY, lambda: _watch(parts), troubles),
        Job(Activity.REMINDERS, REMIND_EVERY, parts.services.reminders.fire, troubles),
        Job(Activity.ESCALATION, ESCALATE_EVERY, parts.services.escalation.look, troubles),
        Job(Activity.PRUNE, PRUNE_EVERY, parts.pruning.look, troubles),
        *([] if services.audit.rule.is_open else [mask]),
    ]


async def _renew_secrets(database: Database, settings: Settings) -> None:
    """A key of SECRET_KEY that was put before the others is used for what they had encrypted."""
    async with database.transaction() as connection:
        if lost := await secrets.renew(connection, settings.secret_key):
            log.warning("no key of SECRET_KEY decrypts %d keys and tokens in the database: see leadbell check", lost)


async def _greet(parts: Parts) -> None:
    """At the very first start the group hears that Leadbell is connected, and when it polls."""
    services = parts.services
    facts: dict[str, str | int] = {"api": "push"}
    if services.poller is not None:
        next_poll = to_epoch(await services.poller.next_at())
        facts = {"api": services.settings.indiamart_api, "next_poll": next_poll}
    async with parts.intake.database.transaction() as connection:
        if await accounts.connect(connection, services.account_id, services.clock.now()):
            await parts.intake.faults.announce(connection, NoticeCode.CONNECTED, facts)


@asynccontextmanager
async def _web(parts: Parts) -> AsyncIterator[None]:
    listen = parts.services.settings.http_listen
    if listen is None:
        yield
        return
    async with server.serve(listen, _routes(parts), parts.services.troubles) as address:
        log.info("listening on %s", address)
        yield


def _routes(parts: Parts) -> list[RouteDef]:
    found = health.routes(parts.readiness)
    found += metrics.routes(parts.intake.metrics, parts.services.report, parts.services.clock)
    token = parts.services.settings.push_token
    if parts.inbox is not None and token is not None:
        found += push.routes(parts.inbox, parts.refusals, token.get_secret_value())
    return found


async def _watch_file(database: Database, troubles: Troubles, stop: asyncio.Event) -> None:
    """A supervisor that starts the service again is of more use than one that writes where nobody will look."""
    while not database.is_gone():  # noqa: ASYNC110 - no event tells of it
        await asyncio.sleep(LOOK_AT_FILE_EVERY)
    log.critical("the database file %s was deleted or replaced; the service ends", database.path.name)
    troubles.failed(Activity.WRITE, StoreGoneError("", "the file was deleted or replaced"))
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
async def _tasks(troubles: Troubles) -> AsyncIterator[Callable[[Activity, Callable[[], Awaitable[None]]], None]]:
    """Yields what starts a part that runs until the end."""
    tasks: list[asyncio.Task[None]] = []

    def start(part: Activity, work: Callable[[], Awaitable[None]]) -> None:
        tasks.append(asyncio.create_task(_supervised(part, work, troubles), name=part.value))

    try:
        with _noticing(troubles):
            yield start
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


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


async def _watch(parts: Parts) -> None:
    """Tells faults that have lasted long enough, also while no call is made."""
    parts.services.access.tidy()
    async with parts.intake.database.transaction() as connection:
        await parts.intake.faults.tell_lasting(connection)
    await parts.parking.tell()
    parts.services.delivery.wake()
