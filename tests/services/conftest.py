"""A world for services: a real database, and the two ends of the process (IndiaMART, the chat) played by the test."""

from __future__ import annotations

import asyncio
import selectors
import sys
from collections import deque
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.clock import Clock
from bot.delivery.chats import Chats
from bot.delivery.composer import Composer
from bot.delivery.messenger import Callout, DueReminder, Listing, Membership
from bot.delivery.pacing import Pacer
from bot.delivery.parking import Parking
from bot.delivery.sender import Sender
from bot.delivery.worker import OutboxWorker
from bot.domain.card import Card
from bot.domain.ids import ChatId, ChatPlace, MessageId, UserId
from bot.domain.lead import Kind, Lead, Origin, StoredLead, Window
from bot.domain.notice import Notice
from bot.errors import DeliveryError, DeliveryTrouble
from bot.health.faults import Faults
from bot.indiamart.answer import Answer, Outcome
from bot.intake.call_budget import CallBudget
from bot.intake.ingest import Ingest
from bot.intake.key_check import KeyCheck
from bot.intake.poll_result import PollRecorder
from bot.intake.poller import LeadPoller, PollSettings
from bot.store import accounts, coverage
from bot.store.database import Database
from bot.team.cards import Cards

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
    from pathlib import Path

    from bot.domain.ids import AccountId
    from bot.domain.sight import Sight

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
    what: Card | Listing | Notice | StoredLead | DueReminder | Callout
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
    """Everything between IndiaMART and the chat."""

    database: Database
    account_id: AccountId
    clock: HandClock
    indiamart: ScriptedIndiaMart
    chat: RecordingChat
    chats: Chats
    pacer: Pacer
    sender: Sender
    faults: Faults
    ingest: Ingest
    budget: CallBudget
    recorder: PollRecorder
    poller: LeadPoller
    composer: Composer
    delivery: OutboxWorker
    cards: Cards
    parking: Parking
    key_try: KeyCheck

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
        task = asyncio.create_task(self.delivery.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            # A test that then writes into the file by another connection would wait for a lock of its own loop.
            await asyncio.gather(*self.database._behind)

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

    async def rows(self, statement: str) -> list[tuple[Any, ...]]:
        async with self.database.reading() as connection:
            return [tuple(row) for row in await connection.fetch_all(statement)]


PACE = PollSettings(every=timedelta(minutes=5), overlap=timedelta(minutes=20), lookback=timedelta(hours=24))


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


async def assemble(database: Database, clock: HandClock, settings: PollSettings = PACE) -> World:
    """The services as the application composes them, as at a start of the process."""
    async with database.transaction() as connection:
        account_id = await accounts.open_account(connection)
    chats = Chats(database, account_id, clock, GROUP)
    await chats.load()
    pacer = Pacer(database, account_id, clock, calls=20, span=60.0)
    await pacer.load()
    indiamart, chat = ScriptedIndiaMart(clock), RecordingChat(clock=clock)
    faults = Faults(account_id, clock, [ADMIN])
    ingest = Ingest(account_id, clock, faults)
    budget = CallBudget(database, account_id, clock, indiamart.floor)
    recorder = PollRecorder(
        database,
        account_id,
        clock,
        budget=budget,
        ingest=ingest,
        faults=faults,
        longest_window=indiamart.longest_window,
        overlap=settings.overlap,
    )
    poller = LeadPoller(database, account_id, clock, indiamart, settings=settings, budget=budget, recorder=recorder)
    key_try = KeyCheck(
        database, account_id, clock, indiamart, settings=settings, budget=budget, recorder=recorder, ingest=ingest
    )
    composer = Composer(database, account_id, clock, chat, faults)
    parking, sender = Parking(database, account_id, clock, faults), Sender(pacer, clock)
    delivery = OutboxWorker(
        database, account_id, clock, composer, chats=chats, sender=sender, faults=faults, parking=parking
    )  # fmt: skip
    cards = Cards(database, account_id, clock, chats, delivery.wake)
    return World(
        database, account_id, clock, indiamart, chat, chats, pacer, sender, faults, ingest, budget, recorder, poller,
        composer, delivery, cards, parking, key_try,
    )  # fmt: skip


@pytest.fixture
async def world(tmp_path: Path, clock: HandClock) -> AsyncIterator[World]:
    async with Database(tmp_path / "leads.db") as database:
        yield await assemble(database, clock)


class _Skipping(selectors.DefaultSelector):
    """Where the loop would only wait for a timer, the time until then is skipped."""

    GRACE = 0.012
    skipped = 0.0

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[asyncio.Future[Any]] = set()
        """What SQLite's threads have not answered yet: until then time does not skip, however busy the machine is."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or timeout <= self.GRACE:
            return super().select(timeout)
        ready = super().select(self.GRACE)
        if not ready and not self.asked:
            self.skipped += timeout - self.GRACE
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


def in_fast_time(scenario: Callable[[World], Coroutine[Any, Any, None]]) -> Callable[[Path], None]:
    """A test in which waiting costs nothing. It is given a world whose clock is the loop's."""

    async def play(path: Path) -> None:
        async with Database(path / "leads.db") as database:
            assert database._writer is not None
            await database._writer.execute("PRAGMA synchronous = OFF")  # no power fails here
            await scenario(await assemble(database, LoopClock()))

    def test(tmp_path: Path) -> None:
        with asyncio.Runner(loop_factory=_FastLoop) as runner:
            runner.run(play(tmp_path))

    test.__name__, test.__qualname__, test.__module__ = scenario.__name__, scenario.__qualname__, scenario.__module__
    return test
