"""Both ends of the process, IndiaMART and the chat, and its clock, as a test plays them."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.clock import Clock
from bot.delivery.messenger import Callout, DueReminder, Listing, Membership
from bot.domain.card import Card
from bot.domain.ids import ChatId, ChatPlace, MessageId, UserId
from bot.domain.lead import Kind, Lead, StoredLead, Window
from bot.domain.notice import Notice
from bot.domain.photo import Photo
from bot.errors import DeliveryError, DeliveryTrouble
from bot.i18n import ENGLISH
from bot.indiamart.answer import Answer, Outcome

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from bot.domain.chart import ChartKind
    from bot.domain.sight import Sight
    from bot.lookup.charts import ChartFacts
    from bot.lookup.digest import DigestReport


NOON = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)


class HandClock(Clock):
    """Time that stands still until the test moves it."""

    def __init__(self) -> None:
        self.wall = NOON
        self.mono = 1000.0
        self.slept = 0.0

    def now(self) -> datetime:
        return self.wall

    def monotonic(self) -> float:
        return self.mono

    def passed(self) -> float:
        return self.monotonic() + self.slept

    def sleep(self, **span: float) -> None:
        """The machine sleeps: its monotonic clock and all timers stand still meanwhile."""
        step = timedelta(**span)
        self.wall += step
        self.slept += step.total_seconds()

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
    standings_in: dict[ChatId, Membership | Exception] = field(default_factory=dict)
    """Of everybody in these chats, whatever `standings` says."""
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

    async def standing(self, chat_id: ChatId, user_id: UserId) -> Membership:
        self.asked.append(user_id)
        answer = self.standings_in.get(chat_id, self.standings.get(user_id, Membership.UNKNOWN))
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def is_discussion(self, _chat_id: ChatId) -> bool:
        return False

    @property
    def cards(self) -> list[Card]:
        return [one.what for one in self.posted if isinstance(one.what, Card)]

    @property
    def notices(self) -> list[Notice]:
        return [one.what for one in self.posted if isinstance(one.what, Notice)]

    @property
    def listings(self) -> list[Listing]:
        return [one.what for one in self.posted if isinstance(one.what, Listing)]


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
