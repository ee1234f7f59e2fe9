"""Eight weeks of a team's trade in a minute, so that statistics, digests and charts have something to tell.

Nothing is written into the database: the clock that the servers and the service share is wound on from one event to the
next, leads arrive at the simulated seller and are fetched, and the demo's people press and type on their cards.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import random
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Final, TypeVar

from bot.clock import IST
from bot.domain.ids import ChatId, MessageId
from bot.domain.lead import Kind
from bot.i18n import _
from bot.sandbox.botapi.town import WoundClock

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.sandbox.botapi import Chat, HumanUser, Message, World
    from bot.sandbox.simulator.lead_record import LeadRecord
    from bot.sandbox.simulator.seller import Seller
    from bot.services import AccountParts

    Event = Callable[[], Awaitable[None]]

T = TypeVar("T")

DAYS: Final = 56
A_DAY: Final = (3, 6)
"""Leads of a working day, least and most."""
ON_SUNDAY: Final = (1, 2)
OPENS: Final = time(9, 30)
CLOSES: Final = time(19)
SUNDAY: Final = 6
GAP: Final = timedelta(seconds=65)
"""Between two events: so many calls as one makes have their turn at once."""
PATIENCE: Final = 10.0
"""Real seconds until it goes on without what it waits for."""
NAPS: Final = 40
"""In which it is waited for."""
_KINDS: Final = (Kind.ENQUIRY, Kind.BUYLEAD, Kind.CALL, Kind.WHATSAPP, Kind.CATALOGUE_VIEW)
_WEIGHTS: Final = (45, 25, 15, 10, 5)
_REASONS: Final = ("price too high", "bought elsewhere", "didn't pick up", "only asked the price")
_VALUES: Final = ("18,000", "45,000", "80k", "1.2 lakh", "2.4 lakh")


class HurriedClock(WoundClock):
    """The time of day is wound on as well: the one clock of the servers and of the service."""

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=self.ahead)


@dataclass(slots=True, eq=False)
class _Habit:
    """How one of the team works."""

    person: HumanUser
    share: float
    """Of the leads."""
    minutes: float
    """Until a claim, mostly."""
    wins: float
    """Of those whom they quoted."""


@dataclass(slots=True, eq=False)
class EightWeeks:
    world: World
    clock: WoundClock
    seller: Seller
    draw: Callable[[datetime, str], LeadRecord]
    """A lead of that moment and kind."""
    group: Chat
    seed: int = 8
    days: int = DAYS
    _serving: Callable[[], AccountParts] | None = None
    _events: list[tuple[datetime, int, Event]] = field(default_factory=list)
    _order: itertools.count[int] = field(default_factory=itertools.count)
    _is_running: bool = False

    def join(self, serving: Callable[[], AccountParts]) -> None:
        """What serves the account now, which is another after a change of its settings: it fetches what arrives, and is
        told when the clock was wound on.
        """
        self._serving = serving

    @property
    def service(self) -> AccountParts | None:
        return None if self._serving is None else self._serving()

    async def play(self, _chat: object = None, _on: object = None) -> None:
        """Once at a time."""
        if self._is_running or self.service is None:
            return
        self._is_running = True
        try:
            await self._play(random.Random(self.seed))
        finally:
            self._is_running = False
            self._events.clear()

    async def _play(self, chance: random.Random) -> None:
        start = self.clock.now()
        habits = self._habits()
        for at in _arrivals(start, self.days, chance):
            self._at(at, lambda at=at: self._arrive(at, habits, chance))  # type: ignore[misc]
        end = start + timedelta(days=self.days)
        while self._events and self._events[0][0] < end:
            at, _order, event = heapq.heappop(self._events)
            await self._wind(max(at, self.clock.now() + GAP))
            # Somebody else may have been quicker, or a button is gone: so is trade.
            with suppress(LookupError, TimeoutError):
                await event()
        await self._wind(max(end, self.clock.now()))
        habits[0].person.says(self.group, f"/stats {self.days}d")

    def _habits(self) -> list[_Habit]:
        team = [one for one in self.world.people.values() if self.group.has(one)]
        shares, minutes, wins = (0.45, 0.35, 0.2), (2.0, 6.0, 25.0), (0.5, 0.35, 0.2)
        return [_Habit(*one) for one in zip(team, shares, minutes, wins, strict=False)]

    def _at(self, when: datetime, event: Event) -> None:
        heapq.heappush(self._events, (when, next(self._order), event))

    async def _wind(self, to: datetime) -> None:
        self.clock.ahead += max((to - self.clock.now()).total_seconds(), 0)
        if self.service is not None:
            self.service.services.delivery.wake()
            self.service.services.sender.tidy()
        await asyncio.sleep(0)

    async def _arrive(self, at: datetime, habits: list[_Habit], chance: random.Random) -> None:
        """It was enquired a little before, as IndiaMART lets go of it."""
        kind = chance.choices(_KINDS, _WEIGHTS)[0]
        record = self.seller.add(self.draw(at - timedelta(minutes=chance.uniform(1, 9)), kind))
        known = len(self.group.messages)
        await self._fetch()
        card = await self._until(lambda: self._card(record, known))
        await self._recorded(card)
        if kind == Kind.CATALOGUE_VIEW or chance.random() < 0.08:
            return
        habit = chance.choices(habits, [one.share for one in habits])[0]
        took = timedelta(minutes=habit.minutes * chance.lognormvariate(0, 0.9))
        self._at(_worked(at, took), lambda: self._claim(card, habit, chance))

    async def _recorded(self, card: Message) -> None:
        """The service knows that it stands there: until then no time passes."""
        if self.service is None:
            return
        work, there = self.service.services.work, (ChatId(self.group.id), MessageId(card.message_id))
        async with asyncio.timeout(PATIENCE):
            while await work.lead_of_card(*there) is None:  # noqa: ASYNC110 - no event tells of it
                await asyncio.sleep(0.01)

    async def _fetch(self) -> None:
        poller = None if self.service is None else self.service.services.poller
        if poller is not None:
            report = await poller.fetch_now()
            if report.polled is not None:
                await asyncio.wait({report.polled}, timeout=PATIENCE)

    def _card(self, record: LeadRecord, known: int) -> Message | None:
        """Its last line names what IndiaMART calls it."""
        mark = f"{record.kind}\u00a0{record.query_id}".replace("\u00a0", " ")
        found = (one for one in self.group.messages[known:] if one.text.replace("\u00a0", " ").endswith(mark))
        return next(found, None)

    async def _until(self, condition: Callable[[], T | None]) -> T:
        """What it returns once it is true. What was put off a little has its turn a little later."""
        for _nap in range(NAPS):
            with suppress(TimeoutError):
                found = await self.world.wait_for(condition, PATIENCE / NAPS)
                if found is not None:
                    return found
            await self._wind(self.clock.now() + GAP / 8)
        raise TimeoutError

    async def _claim(self, card: Message, habit: _Habit, chance: random.Random) -> None:
        await habit.person.presses(card, "✋", seconds=PATIENCE)
        if chance.random() < 0.9:
            later = timedelta(minutes=chance.uniform(3, 60))
            self._at(_worked(self.clock.now(), later), lambda: self._contact(card, habit, chance))

    async def _contact(self, card: Message, habit: _Habit, chance: random.Random) -> None:
        await self._press(card, habit, "🗣")
        if chance.random() < 0.6:
            later = timedelta(hours=chance.uniform(1, 30))
            self._at(_worked(self.clock.now(), later), lambda: self._quote(card, habit, chance))

    async def _quote(self, card: Message, habit: _Habit, chance: random.Random) -> None:
        await self._press(card, habit, "📄")
        if chance.random() < 0.8:
            end = self._win if chance.random() < habit.wins else self._lose
            later = timedelta(hours=chance.uniform(4, 60))
            self._at(_worked(self.clock.now(), later), lambda: end(card, habit, chance))

    async def _win(self, card: Message, habit: _Habit, chance: random.Random) -> None:
        await self._press(card, habit, "🏆")
        await self._press(card, habit, "💰")
        known = card.message_id
        asked = await self._until(lambda: self._question(known))
        habit.person.says(self.group, chance.choice(_VALUES), reply_to=asked)
        await self._until(lambda: "₹" in card.text.rsplit("🏆", 1)[-1] or None)

    def _question(self, after: int) -> Message | None:
        found = (one for one in reversed(self.group.by_bot) if one.message_id > after and one.text.startswith("🏆"))
        return next((one for one in found if not one.is_deleted), None)

    async def _lose(self, card: Message, habit: _Habit, chance: random.Random) -> None:
        await self._press(card, habit, "💔")
        await self._press(card, habit, _(chance.choice(_REASONS)))

    async def _press(self, card: Message, habit: _Habit, button: str) -> None:
        """By the sign before its words, which is the same in each language."""
        await self._until(lambda: _says(card, button) or None)
        await habit.person.presses(card, button, seconds=PATIENCE)


def _says(card: Message, button: str) -> bool:
    return any(button in label.replace("\u00a0", " ") for row in card.buttons for label in row)


def _arrivals(start: datetime, days: int, chance: random.Random) -> list[datetime]:
    """Most by day, some in the evening and at night."""
    found = []
    first = start.astimezone(IST).date()
    for day in (first + timedelta(days=n) for n in range(days + 1)):
        for _lead in range(chance.randint(*(ON_SUNDAY if day.weekday() == SUNDAY else A_DAY))):
            hour = min(max(chance.gauss(13.5, 4), 0), 23.9)
            found.append(datetime.combine(day, time(), IST) + timedelta(hours=hour))
    return [at.astimezone(UTC) for at in found if at > start]


def _worked(at: datetime, took: timedelta) -> datetime:
    """So much later, in working hours: what comes at night waits for the morning."""
    local = at.astimezone(IST)
    if local.time() >= CLOSES:
        local = datetime.combine(local.date() + timedelta(days=1), OPENS, IST)
    elif local.time() < OPENS:
        local = datetime.combine(local.date(), OPENS, IST)
    if local.weekday() == SUNDAY:
        local = datetime.combine(local.date() + timedelta(days=1), OPENS, IST)
    done = local + took
    left = datetime.combine(local.date(), CLOSES, IST) - local
    return done.astimezone(UTC) if took <= left else _worked(datetime.combine(local.date(), CLOSES, IST), took - left)
