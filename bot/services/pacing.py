"""Paces writing calls per chat: at most N in any sliding span, those who wait for an answer first."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import logging
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bot.clock import rest
from bot.errors import StoreError
from bot.services.messenger import Turn
from bot.store import chats

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.models import ChatId
    from bot.store.database import Database

log = logging.getLogger(__name__)

PRIVATE_SPACING: Final = 1.0
"""Seconds between two messages into one private chat (Telegram's own advice)."""
GROUP_TO_PRIVATE: Final = 3.0
"""A private chat takes a message each second, a group one in three (20 in 60)."""
WRITING_APART: Final = 0.05
"""Seconds between two writings of send times: a hundred answers a second are twenty flushes of the disk."""
ONE_KEPT_OF: Final = 6
"""One call of so many is kept for answers: who asks something while leads pour in is not made to wait a minute."""
LONGEST_MARGIN: Final = 1.0
"""Seconds added to a span, because calls travel unequally long: what left in time may arrive too close together."""


@dataclass(slots=True)
class _Lane:
    """One chat. Times are monotonic seconds."""

    calls: int
    span: float
    sent: deque[float] = field(default_factory=deque)
    held_until: float = float("-inf")
    waiting: list[tuple[Turn, int, asyncio.Future[None]]] = field(default_factory=list)
    usher: asyncio.Task[None] | None = None
    came: asyncio.Event = field(default_factory=asyncio.Event)
    """Somebody joined those who wait."""

    def opens_in(self, now: float, turn: Turn = Turn.ANSWER) -> float:
        """Seconds until the next call of this kind may go out; 0 = now."""
        while self.sent and self.sent[0] <= now - self.span:
            self.sent.popleft()
        calls = self.calls if turn is Turn.ANSWER else self.calls - self.calls // ONE_KEPT_OF
        full = self.sent[-calls] + self.span - now if len(self.sent) >= calls else 0.0
        return max(full, self.held_until - now, 0.0)


class Pacer:
    """Send times are kept in the database, so that a restart does not flood a group either."""

    def __init__(self, database: Database, clock: Clock, *, calls: int, span: float) -> None:
        self._database = database
        self._clock = clock
        self._calls = calls
        self._span = span
        # Who raises the group's rate has a Bot API server that takes more, in private chats too.
        self._private_spacing = min(PRIVATE_SPACING, span / calls / GROUP_TO_PRIVATE)
        self._order = itertools.count()
        self._lanes: dict[ChatId, _Lane] = {}
        self._unwritten: list[tuple[ChatId, float]] = []
        self._scribe: asyncio.Task[None] | None = None

    async def load(self) -> None:
        """Take over what an earlier run sent. A send "in the future" (the clock was set back) counts as just now."""
        wall, now = self._clock.now().timestamp(), self._clock.monotonic()
        async with self._database.reading() as connection:
            for chat_id, sent_at in await chats.sends(connection, wall - self._span):
                age = max(wall - sent_at, 0.0)
                self._lane(chat_id).sent.append(now - age)

    async def slot(self, chat_id: ChatId, turn: Turn) -> None:
        """Wait for the turn of one writing call, and count it."""
        lane = self._lane(chat_id)
        if not lane.waiting and lane.opens_in(self._clock.monotonic(), turn) <= 0:
            lane.sent.append(self._clock.monotonic())
            self._note(chat_id)
            return
        ticket: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(lane.waiting, (turn, next(self._order), ticket))
        if lane.usher is None or lane.usher.done():
            lane.usher = asyncio.create_task(self._usher(lane), name=f"pacer {chat_id}")
        lane.came.set()
        try:
            await ticket
        finally:
            ticket.cancel()  # whoever no longer waits takes no slot
        self._note(chat_id)

    def _note(self, chat_id: ChatId) -> None:
        """For the next run. Nobody waits for the disk: those who send meanwhile are written down together."""
        self._unwritten.append((chat_id, self._clock.now().timestamp()))
        if self._scribe is None or self._scribe.done():
            self._scribe = self._database.behind(self._write_down())

    async def _write_down(self) -> None:
        while self._unwritten:
            sent, self._unwritten = self._unwritten, []
            try:
                async with self._database.transaction() as connection:
                    await chats.sent(connection, sent, self._clock.now().timestamp() - self._span)
            except StoreError as error:  # a disk that is full stops no answer
                log.warning("the time of a message could not be kept: %s", error)
            await asyncio.sleep(WRITING_APART)

    async def written(self) -> None:
        """Until what was sent last is written down, too."""
        if self._scribe is not None:
            await asyncio.wait({self._scribe})

    def unused(self, chat_id: ChatId) -> None:
        """The last slot's call was not made: there was nothing that could be sent."""
        lane = self._lane(chat_id)
        if lane.sent:
            lane.sent.pop()

    def hold(self, chat_id: ChatId, seconds: float) -> None:
        """Telegram asked for no call into this chat for so long."""
        lane = self._lane(chat_id)
        lane.held_until = max(lane.held_until, self._clock.monotonic() + seconds)

    def opens_in(self, chat_id: ChatId, turn: Turn = Turn.ANSWER) -> float:
        """Seconds until a message of this kind may go into this chat; 0 = now."""
        return self._lane(chat_id).opens_in(self._clock.monotonic(), turn)

    def _lane(self, chat_id: ChatId) -> _Lane:
        lane = self._lanes.get(chat_id)
        if lane is None:
            is_group = chat_id < 0
            calls, span = (self._calls, self._span) if is_group else (1, self._private_spacing)
            lane = _Lane(calls, span + min(span / 50, LONGEST_MARGIN))
            self._lanes[chat_id] = lane
        return lane

    async def _usher(self, lane: _Lane) -> None:
        """Let those who wait through, one at a time, the most urgent first at the moment a slot opens."""
        while lane.waiting:
            lane.came.clear()
            delay = lane.opens_in(self._clock.monotonic(), lane.waiting[0][0])
            if delay > 0:
                await rest(lane.came, delay)
                continue
            _turn, _order, ticket = heapq.heappop(lane.waiting)
            if not ticket.done():
                lane.sent.append(self._clock.monotonic())
                ticket.set_result(None)
