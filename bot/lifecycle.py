"""Runs the service: starts its parts in order, keeps them running, stops them cleanly."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from bot import app
from bot.clock import Clock, to_epoch
from bot.domain.notice import NoticeCode
from bot.errors import StoreGoneError
from bot.health.troubles import Activity
from bot.rounds import Rounds
from bot.store import accounts, escalations, secrets
from bot.web import health, metrics, push, server

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from aiohttp.web import RouteDef

    from bot.chat.application import ChatApplication
    from bot.config import Settings
    from bot.health.troubles import Troubles
    from bot.services import AccountParts
    from bot.store.database import Database

log = logging.getLogger(__name__)

RESTART_AFTER: Final = 5.0
"""Seconds until a part that failed for a reason nobody thought of is started again."""
FINISH_SECONDS: Final = 4.0
"""How long a clean stop waits for the messages in flight; the whole stop stays under 10 s."""
LOOK_AT_FILE_EVERY: Final = 1.0
"""Seconds between looks at whether the database's file is still at its path."""
TELL_SECONDS: Final = 1.0
"""How long a service that has to end leaves for telling the admins why."""


@asynccontextmanager
async def service(
    settings: Settings, clock: Clock | None = None, *, stop: asyncio.Event | None = None
) -> AsyncIterator[AccountParts]:
    """A running service; leaving the context stops it within 10 s, with the messages in flight finished.

    It sets `stop` itself when the database's file is gone, and then raises StoreGoneError when it is left.
    """
    clock = clock or Clock()
    async with app.opened(settings, clock) as intake, _tasks(intake.shared.troubles) as start:
        shared = intake.shared
        await _renew_secrets(shared.database, settings)
        if stop is not None:
            start(Activity.WATCH, partial(_watch_file, shared.database, shared.troubles, stop))
        if intake.poller is not None:
            shared.polls.add(intake.account_id, intake.poller)
        start(Activity.POLL, shared.polls.run)
        # While IndiaMART answers: Telegram's library takes longer to load than all the rest.
        chat = (await asyncio.to_thread(_chat))(settings, shared)
        account = await app.build(intake, chat.messenger(settings))
        services = account.services
        if account.inbox is not None:
            await account.inbox.resume()
        await _greet(account)
        await account.outbound.parking.release()
        await shared.instances.start()
        async with shared.database.transaction() as connection:
            await escalations.look_anew(connection)
        chat.attach(services)
        async with _web(account), chat.running():
            shared.outbox.add(account.intake.account_id, services.delivery)
            start(Activity.SEND, shared.outbox.run)
            start(Activity.PUSH, shared.refusals.run)
            start(Activity.WRITE, shared.watchdog.write)
            start(Activity.WATCH, shared.watchdog.watch)
            start(Activity.WATCH, account.alarm.run)
            start(Activity.BACKUP, account.nightly.run)
            rounds = Rounds(shared, {account.intake.account_id: account})
            for one in rounds.all():
                start(one.activity, partial(rounds.run, one))
            try:
                yield account
            finally:
                await shared.outbox.stop(FINISH_SECONDS)
        await shared.instances.end()
        shared.database.confirm()


def _chat() -> type[ChatApplication]:
    from bot.chat import command_table  # noqa: F401, PLC0415 - what a chat cannot do without
    from bot.chat.application import ChatApplication  # noqa: PLC0415

    return ChatApplication


async def _renew_secrets(database: Database, settings: Settings) -> None:
    """A key of SECRET_KEY that was put before the others is used for what they had encrypted."""
    async with database.transaction() as connection:
        if lost := await secrets.renew(connection, settings.secret_key):
            log.warning("no key of SECRET_KEY decrypts %d keys and tokens in the database: see leadbell check", lost)


async def _greet(account: AccountParts) -> None:
    """At the very first start the group hears that Leadbell is connected, and when it polls."""
    services = account.services
    facts: dict[str, str | int] = {"api": "push"}
    if services.poller is not None:
        next_poll = to_epoch(await services.poller.next_at())
        facts = {"api": services.settings.indiamart_api, "next_poll": next_poll}
    async with account.shared.database.transaction() as connection:
        if await accounts.connect(connection, services.account_id, services.clock.now()):
            await account.intake.faults.announce(connection, NoticeCode.CONNECTED, facts)


@asynccontextmanager
async def _web(account: AccountParts) -> AsyncIterator[None]:
    listen = account.services.settings.http_listen
    if listen is None:
        yield
        return
    async with server.serve(listen, _routes(account), account.services.troubles) as address:
        log.info("listening on %s", address)
        yield


def _routes(account: AccountParts) -> list[RouteDef]:
    found = health.routes(account.readiness)
    found += metrics.routes(account.shared.metrics, account.services.report, account.services.clock)
    token = account.services.settings.push_token
    if account.inbox is not None and token is not None:
        found += push.routes(
            account.inbox, account.shared.refusals, account.intake.account_id, token.get_secret_value()
        )
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
