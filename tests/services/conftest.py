"""A world for services: a real database, and the two ends of the process (IndiaMART, the chat) played by the test."""

from __future__ import annotations

import asyncio
import selectors
import sqlite3
import sys
from collections import deque
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot import __version__, app
from bot.clock import Clock
from bot.config import Settings
from bot.delivery.messenger import Callout, DueReminder, Listing, Membership
from bot.domain.card import Card
from bot.domain.ids import ChatId, ChatPlace, MessageId, UserId
from bot.domain.lead import Kind, Lead, Origin, StoredLead, Window
from bot.domain.notice import Notice
from bot.domain.photo import Photo
from bot.errors import DeliveryError, DeliveryTrouble
from bot.health.readiness import Readiness
from bot.i18n import ENGLISH
from bot.indiamart.answer import Answer, Outcome
from bot.store import accounts, coverage
from bot.store.sqlite import SqliteDatabase
from tests import databases

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
    from pathlib import Path

    from bot.delivery.chats import Chats
    from bot.delivery.composer import Composer
    from bot.delivery.pacing import Pacer
    from bot.delivery.parking import Parking
    from bot.delivery.sender import Sender
    from bot.delivery.worker import OutboxWorker
    from bot.domain.chart import ChartKind
    from bot.domain.ids import AccountId
    from bot.domain.sight import Sight
    from bot.health.faults import Faults
    from bot.health.troubles import Troubles
    from bot.intake.ingest import Ingest
    from bot.intake.poller import LeadPoller
    from bot.lookup.charts import ChartFacts
    from bot.lookup.digest import DigestReport
    from bot.services import AccountParts, Pulling, Services
    from bot.store.database import Database
    from bot.team.cards import Cards

NOON = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
GROUP = ChatPlace(ChatId(-1001), 12)
ADMIN = 77


class HandClock(Clock):
    """Time that stands still until the test moves it."""

    def __init__(self) -> None:
        self.wall = NOON
        self.mono = 1000.0

    def now(self) -> datetime:
        return self.wall

    def monotonic(self) -> float:
        return self.mono

    def pass_(self, **span: float) -> None:
        step = timedelta(**span)
        self.wall += step
        self.mono += step.total_seconds()

    def jump(self, **span: float) -> None:
        """The wall clock is set; no time passes."""
        self.wall += timedelta(**span)


class ScriptedIndiaMart:
    """Answers what the test queued, else that there is nothing; keeps the windows it was asked for."""

    floor = timedelta(minutes=5)
    longest_window = timedelta(days=7)

    def __init__(self, clock: HandClock) -> None:
        self.clock = clock
        self.answers: deque[Answer] = deque()
        self.windows: list[Window] = []
        self.called_at: list[float] = []
        self.respond: Callable[[Window], Answer] = lambda _window: Answer(outcome=Outcome.NOTHING)

    async def fetch(self, window: Window) -> Answer:
        self.windows.append(window)
        self.called_at.append(self.clock.monotonic())
        self.clock.pass_(seconds=1)
        if self.answers:
            return self.answers.popleft()
        return self.respond(window)

    async def sample(self, now: datetime) -> Answer:
        return await self.fetch(Window(now - timedelta(days=1), now))


@dataclass
class Posted:
    place: ChatPlace
    what: Card | Listing | Notice | StoredLead | DueReminder | Callout | Photo | DigestReport
    is_plain: bool = False
    at: float = 0.0


@dataclass
class RecordingChat:
    """A messenger that keeps what it was given, and fails as the test scripted."""

    posted: list[Posted] = field(default_factory=list)
    edited: list[tuple[MessageId, Posted]] = field(default_factory=list)
    editing: Callable[[], Awaitable[None]] | None = None
    """Happens while an edit is on its way."""
    failures: deque[Exception] = field(default_factory=deque)
    refused: int = 0
    refuse: Callable[[ChatPlace, Any, bool], Exception | None] = lambda _place, _what, _plain: None
    standings: dict[UserId, Membership | Exception] = field(default_factory=dict)
    asked: list[UserId] = field(default_factory=list)
    clock: Clock = field(default_factory=Clock)
    drawn: list[ChartFacts] = field(default_factory=list)
    sights: list[Sight | None] = field(default_factory=list)
    """Of the cards."""

    async def _post(self, place: ChatPlace, what: Any, *, plain: bool) -> MessageId:
        if self.failures:
            self.refused += 1
            raise self.failures.popleft()
        refusal = self.refuse(place, what, plain)
        if refusal is not None:
            self.refused += 1
            raise refusal
        self.posted.append(Posted(place, what, plain, self.clock.monotonic()))
        return MessageId(len(self.posted))

    async def post_card(
        self, place: ChatPlace, card: Card, *, to: Sight | None = None, plain: bool = False
    ) -> MessageId:
        self.sights.append(to)
        return await self._post(place, card, plain=plain)

    async def edit_card(
        self, place: ChatPlace, message_id: MessageId, card: Card, *, to: Sight | None = None, plain: bool = False
    ) -> None:
        self.sights.append(to)
        if self.editing is not None:
            await self.editing()
        await self._post(place, card, plain=plain)
        self.edited.append((message_id, self.posted.pop()))

    async def post_listing(self, place: ChatPlace, listing: Listing, *, plain: bool = False) -> MessageId:
        return await self._post(place, listing, plain=plain)

    async def post_notice(self, place: ChatPlace, notice: Notice, *, plain: bool = False) -> MessageId:
        return await self._post(place, notice, plain=plain)

    async def post_pointer(
        self, place: ChatPlace, _message_id: MessageId, stored: StoredLead, *, plain: bool = False
    ) -> MessageId:
        return await self._post(place, stored, plain=plain)

    async def post_reminder(
        self, place: ChatPlace, _message_id: MessageId | None, reminding: DueReminder, *, plain: bool = False
    ) -> MessageId:
        return await self._post(place, reminding, plain=plain)

    async def post_callout(
        self, place: ChatPlace, _message_id: MessageId | None, callout: Callout, *, plain: bool = False
    ) -> MessageId:
        return await self._post(place, callout, plain=plain)

    async def language(self, _chat_id: ChatId | None) -> str:
        return ENGLISH

    async def draw(self, facts: ChartFacts, wanted: Sequence[ChartKind]) -> list[Photo]:
        self.drawn.append(facts)
        return [Photo(kind.value) for kind in wanted]

    async def post_photo(self, place: ChatPlace, photo: Photo, *, plain: bool = False) -> MessageId:
        return await self._post(place, photo, plain=plain)

    async def post_digest(self, place: ChatPlace, report: DigestReport, *, plain: bool = False) -> MessageId:
        return await self._post(place, report, plain=plain)

    async def standing(self, _chat_id: ChatId, user_id: UserId) -> Membership:
        self.asked.append(user_id)
        answer = self.standings.get(user_id, Membership.UNKNOWN)
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def cards(self) -> list[Card]:
        return [one.what for one in self.posted if isinstance(one.what, Card)]

    @property
    def notices(self) -> list[Notice]:
        return [one.what for one in self.posted if isinstance(one.what, Notice)]

    @property
    def listings(self) -> list[Listing]:
        return [one.what for one in self.posted if isinstance(one.what, Listing)]


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


def lead(query_id: str, **fields: Any) -> Lead:
    values = {
        "kind": Kind.ENQUIRY,
        "query_id": query_id,
        "enquired_at": NOON - timedelta(minutes=3),
        "name": "Asha Testwala",
        "mobile": f"+9190000{int(query_id):05}",
        "product": "LED Clock",
    }
    return Lead(**{**values, **fields})


def leads_answer(*rows: Lead, announced: int | None = None) -> Answer:
    return Answer(outcome=Outcome.LEADS, leads=rows, announced=announced)


def failed(outcome: Outcome, **fields: Any) -> Answer:
    return Answer(outcome=outcome, **fields)


def trouble(kind: DeliveryTrouble) -> DeliveryError:
    return DeliveryError(kind, "as scripted")


def flood(seconds: float) -> DeliveryError:
    return DeliveryError(DeliveryTrouble.FLOOD, "Too Many Requests", retry_after=seconds)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


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


@pytest.fixture
async def world(tmp_path: Path, clock: HandClock) -> AsyncIterator[World]:
    async with databases.opened(tmp_path / "leads.db") as database:
        yield await assemble(database, clock)


class _Skipping(selectors.DefaultSelector):
    """Where the loop would only wait for a timer, the time until then is skipped."""

    LOOK = 0.012
    skipped = 0.0

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[asyncio.Future[Any]] = set()
        """What SQLite's threads have not answered yet: until then time does not skip, however busy the machine is.
        PostgreSQL's answers come over sockets, which the loop looks at beside its own.
        """

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or timeout <= 0:
            return super().select(timeout)
        if self.asked or len(self.get_map()) > 1:
            return super().select(min(timeout, self.LOOK))
        ready = super().select(0)
        if not ready:
            self.skipped += timeout
        return ready


class _FastLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._skipping = _Skipping()
        super().__init__(self._skipping)

    def create_future(self) -> asyncio.Future[Any]:
        future = super().create_future()
        return self._awaited(future) if "aiosqlite" in sys._getframe(1).f_code.co_filename else future

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *arguments: Any) -> asyncio.Future[Any]:  # type: ignore[override]  # with fewer types
        return self._awaited(super().run_in_executor(executor, func, *arguments))

    def _awaited(self, future: asyncio.Future[Any]) -> asyncio.Future[Any]:
        """Time does not pass while a thread works at it."""
        self._skipping.asked.add(future)
        future.add_done_callback(self._skipping.asked.discard)
        return future

    def time(self) -> float:
        return super().time() + self._skipping.skipped


class LoopClock(HandClock):
    """Time as the running loop has it; hours pass in milliseconds."""

    def __init__(self) -> None:
        super().__init__()
        self._began = asyncio.get_running_loop().time()

    def now(self) -> datetime:
        return self.wall + timedelta(seconds=self._passed())

    def monotonic(self) -> float:
        return self.mono + self._passed()

    def _passed(self) -> float:
        return asyncio.get_running_loop().time() - self._began


async def without_syncs(database: Database) -> None:
    """No power fails here."""
    if isinstance(database, SqliteDatabase) and database._writer is not None:
        await database._writer.execute("PRAGMA synchronous = OFF")


def in_fast_time(scenario: Callable[[World], Coroutine[Any, Any, None]]) -> Callable[[Path], None]:
    """A test in which waiting costs nothing. It is given a world whose clock is the loop's."""

    async def play(path: Path) -> None:
        async with databases.opened(path / "leads.db") as database:
            await without_syncs(database)
            await scenario(await assemble(database, LoopClock()))

    return in_loop(play, scenario)


def in_loop(play: Callable[[Path], Coroutine[Any, Any, None]], scenario: Callable[..., Any]) -> Callable[[Path], None]:
    """A test by the scenario's name, in a loop that skips what would only be waited for."""

    def test(tmp_path: Path) -> None:
        with asyncio.Runner(loop_factory=_FastLoop) as runner:
            runner.run(play(tmp_path))

    test.__name__, test.__qualname__, test.__module__ = scenario.__name__, scenario.__qualname__, scenario.__module__
    return test
