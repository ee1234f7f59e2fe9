"""A world for services: a real database between the two ends of the process that the test plays."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot import __version__, app
from bot.config import Settings
from bot.domain.ids import ChatId, ChatPlace
from bot.domain.lead import Lead, Origin, Window
from bot.health.readiness import Readiness
from bot.store import accounts, coverage
from bot.store.sqlite import SqliteDatabase
from tests import databases
from tests.services.played import (
    HandClock,
    RecordingChat,
    ScriptedIndiaMart,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
    from pathlib import Path

    from bot.delivery.chats import Chats
    from bot.delivery.composer import Composer
    from bot.delivery.pacing import Pacer
    from bot.delivery.parking import Parking
    from bot.delivery.sender import Sender
    from bot.delivery.worker import OutboxWorker
    from bot.domain.ids import AccountId
    from bot.health.faults import Faults
    from bot.health.troubles import Troubles
    from bot.indiamart.answer import Answer
    from bot.intake.ingest import Ingest
    from bot.intake.poller import LeadPoller
    from bot.services import AccountParts, Pulling, Services
    from bot.store.database import Database
    from bot.team.cards import Cards


GROUP = ChatPlace(ChatId(-1001), 12)


ADMIN = 77


@dataclass
class World:
    """A service between IndiaMART and the chat, as `bot.app` builds it."""

    parts: AccountParts
    clock: HandClock
    indiamart: ScriptedIndiaMart
    chat: RecordingChat

    @property
    def database(self) -> Database:
        return self.parts.shared.database

    @property
    def account_id(self) -> AccountId:
        return self.parts.intake.account_id

    @property
    def services(self) -> Services:
        return self.parts.services

    @property
    def chats(self) -> Chats:
        return self.services.chats

    @property
    def cards(self) -> Cards:
        return self.services.cards

    @property
    def sender(self) -> Sender:
        return self.services.sender

    @property
    def delivery(self) -> OutboxWorker:
        return self.services.delivery

    @property
    def pacer(self) -> Pacer:
        return self.parts.outbound.pacer

    @property
    def composer(self) -> Composer:
        return self.parts.outbound.composer

    @property
    def parking(self) -> Parking:
        return self.parts.outbound.parking

    @property
    def readiness(self) -> Readiness:
        shared = self.parts.shared
        return Readiness(
            shared.database, shared.clock, shared.troubles, shared.watchdog, accounts=lambda: [self.parts.at_work]
        )

    @property
    def troubles(self) -> Troubles:
        return self.parts.shared.troubles

    @property
    def faults(self) -> Faults:
        return self.parts.intake.faults

    @property
    def ingest(self) -> Ingest:
        return self.parts.intake.ingest

    @property
    def pulling(self) -> Pulling:
        assert self.parts.intake.pulling is not None
        return self.parts.intake.pulling

    @property
    def poller(self) -> LeadPoller:
        return self.pulling.poller

    async def again(self, *, version: str = __version__, **changed: str) -> World:
        """As after a restart, with these settings changed."""
        return await assemble(self.database, self.clock, version=version, **changed)

    async def poll(self) -> Answer | None:
        """Let the time pass until the next call is due, and make it."""
        self.clock.pass_(seconds=await self.poller.due_in())
        return await self.poller.step()

    async def post_all(self, seconds: float = 7200.0) -> None:
        """Deliver until nothing waits, or for so long; wants fast time where anything has to be waited for."""
        pause = 0.02
        async with self.delivering():
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    while await self.rows("SELECT 1 FROM outbox"):
                        await asyncio.sleep(pause)
                        pause = min(pause * 1.5, 10)

    @asynccontextmanager
    async def delivering(self) -> AsyncIterator[None]:
        try:
            async with running(self.deliver()):
                yield
        finally:
            # A test that then writes into the file by another connection would wait for a lock of its own loop.
            await asyncio.gather(*self.database._behind)

    async def deliver(self) -> None:
        """Until cancelled."""
        self.parts.shared.outbox.add(self.account_id, self.delivery)
        await self.parts.shared.outbox.run()

    def polling(self) -> AbstractAsyncContextManager[object]:
        self.parts.shared.polls.add(self.account_id, self.poller)
        return running(self.parts.shared.polls.run())

    async def cover(self, *, hours: float = 1.0) -> None:
        """As if everything up to now had been fetched."""
        async with self.database.transaction() as connection:
            await accounts.want_from(connection, self.account_id, self.clock.now() - timedelta(hours=hours))
            window = Window(self.clock.now() - timedelta(hours=hours), self.clock.now())
            await coverage.add(connection, self.account_id, window)
            await accounts.reread(connection, self.account_id, self.clock.now())

    async def account(self) -> accounts.Account:
        async with self.database.reading() as connection:
            return await accounts.get(connection, self.account_id)

    async def spans(self) -> list[Window]:
        async with self.database.reading() as connection:
            return await coverage.spans(connection, self.account_id)

    async def bring(self, *rows: Lead) -> None:
        """Leads arrive, as by a poll."""
        async with self.database.transaction() as connection:
            await self.ingest.fresh(connection, rows, origin=Origin.PULL)
        self.delivery.wake()

    async def by_hand(self, statement: str, *rows: Mapping[str, Any]) -> None:
        """As no program of ours would: nothing is held to any reference."""
        if isinstance(self.database, SqliteDatabase):
            # The loop goes on while the file is another's.
            await asyncio.to_thread(_by_hand, self.database.path, statement, rows or ({},))
            return
        async with self.database.transaction() as connection:
            await connection.execute("SET LOCAL session_replication_role = replica")
            await connection.execute_many(statement, rows or ({},))

    async def rows(self, statement: str) -> list[tuple[Any, ...]]:
        async with self.database.reading() as connection:
            return databases.in_order(statement, [tuple(row) for row in await connection.fetch_all(statement)])


def _by_hand(path: Path, statement: str, rows: Sequence[Mapping[str, Any]]) -> None:
    with closing(sqlite3.connect(path, timeout=30)) as connection, connection:
        connection.executemany(statement, rows)


@asynccontextmanager
async def running(work: Coroutine[Any, Any, None]) -> AsyncIterator[asyncio.Task[None]]:
    """Beside what is done meanwhile, and cancelled after it."""
    task = asyncio.create_task(work)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def settings(**changed: str) -> Settings:
    values = {
        "TELEGRAM_BOT_TOKEN": "7100000001:AAEinvented-for-tests-0123456789abcdef",
        "TELEGRAM_CHAT_ID": f"{GROUP.chat_id}:{GROUP.thread_id}",
        "TELEGRAM_ADMINS": str(ADMIN),
        "INDIAMART_KEY": "a-key-of-nobody",
    }
    return Settings.from_values(values | changed)


async def assemble(database: Database, clock: HandClock, *, version: str = __version__, **changed: str) -> World:
    """As at a start of the process, but for both its ends and the clock."""
    chosen, shared = settings(**changed), app.share(database, clock, version=version)
    indiamart, chat = ScriptedIndiaMart(clock), RecordingChat(clock=clock)
    intake = await app.intake(chosen, shared, None if chosen.indiamart_key is None else indiamart)
    return World(await app.build(intake, chat), clock, indiamart, chat)
