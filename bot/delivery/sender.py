"""One sender per chat: what waits for a chat goes out in order of urgency and at its pace. Nobody else waits.

Handlers, jobs and the error handler hand over what they want said (`say`) and go on. The outbox's worker takes its
turns (`turn`) in the same queue. Why it is so: docs/decisions/001-one-sender-per-chat.md.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from bot.clock import rest
from bot.delivery.lane import DROPPED_AFTER, LONGEST_LOOK, MOST_IN_ALL, ChatLane, QueuedCall
from bot.domain.ids import ChatId
from bot.domain.priority import Priority
from bot.errors import DeliveryError, DeliveryTrouble
from bot.health.troubles import Activity, Troubles, cause_of
from bot.i18n import in_brackets

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from bot.clock import Clock
    from bot.delivery.outgoing import Outgoing
    from bot.delivery.pacing import Pacer

log = logging.getLogger(__name__)

TRIES: Final = 3
"""How often a call is made that Telegram or the network fails: it may have arrived each time."""
FIRST_RETRY: Final = 1.0
"""Seconds; the next is twice as long."""
TIDY_EVERY: Final = 20.0


class Sender:
    """`say()` never waits. `stop()` lets what is in flight and what presses caused finish."""

    def __init__(self, pacer: Pacer, clock: Clock, troubles: Troubles) -> None:
        self.pacer = pacer
        self._troubles = troubles
        self.on_moved: Callable[[ChatId, ChatId], Awaitable[object]] | None = None
        """Told that a group has another id now."""
        self.on_said: Callable[[ChatId], object] = lambda _chat_id: None
        """Told that this chat takes what the bot says."""
        self._clock = clock
        self._order = itertools.count()
        self._lanes: dict[ChatId, ChatLane] = {}
        self._lookups: dict[int, tuple[ChatLane, QueuedCall]] = {}  # in all chats, by order: the oldest first
        self._backed_up: set[ChatId] = set()
        """Chats for which the outbox holds what no press caused, also while its worker is busy sending."""
        self._moving: set[asyncio.Task[None]] = set()
        self._is_stopping = False
        self._tidied_at = clock.monotonic()

    @property
    def is_idle(self) -> bool:
        return not self._lanes and not self._moving

    @property
    def lookups_waiting(self) -> int:
        """In all chats together."""
        return len(self._lookups)

    def waiting(self, chat_id: ChatId) -> int:
        """How much waits for this chat, what is on its way included."""
        lane = self._lanes.get(chat_id)
        return 0 if lane is None else len(lane.waiting) + len(lane.in_flight)

    def say(self, chat_id: ChatId, outgoing: Outgoing) -> bool:
        """Hand over what is to be said. False where so much of what presses caused waits that no more is taken."""
        return self._take(chat_id, outgoing, self._clock.monotonic())

    def forget(self, chat_id: ChatId, key: object) -> None:
        """What was to be said under this key is not worth a call any more."""
        lane = self._lanes.get(chat_id)
        if lane is not None and (entry := lane.keyed.get(key)) is not None:
            self._drop(lane, entry)

    async def turn(self, chat_id: ChatId, turn: int) -> None:
        """Wait for the turn of one writing call that the caller makes, and count it. For the outbox's worker alone."""
        ticket: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        entry = QueuedCall(order=next(self._order), turn=turn, asked_at=self._clock.monotonic(), ticket=ticket)
        lane = self._lane(chat_id)
        lane.add(entry)
        self._wake(lane)
        try:
            await ticket
        except asyncio.CancelledError:
            if ticket.done() and not ticket.cancelled():
                self.pacer.unused(chat_id, turn)
            self._drop(lane, entry)
            raise

    def expect(self, chat_id: ChatId, *, others_wait: bool) -> None:
        """Whether the outbox holds more for this chat that no press caused: its share is left free meanwhile."""
        (self._backed_up.add if others_wait else self._backed_up.discard)(chat_id)

    def tidy(self) -> None:
        """Leave no trace of chats that have been quiet, and look again at what waits; to be called now and then."""
        now = self._clock.monotonic()
        if now - self._tidied_at >= TIDY_EVERY:
            self._tidied_at = now
            self.pacer.tidy()
            for lane in self._lanes.values():
                lane.news.set()

    async def stop(self, seconds: float) -> None:
        """Finish what is in flight and what presses caused, for so long; look-ups are dropped. May be called again."""
        self._is_stopping = True
        for lane in list(self._lanes.values()):
            for entry in list(lane.waiting.values()):
                is_late = entry.turn > Priority.PRESS or self.pacer.opens_in(lane.chat_id, entry.turn) >= seconds
                if entry.outgoing is not None and is_late:
                    self._drop(lane, entry)
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while (tasks := self._tasks()) and loop.time() < until:
            await asyncio.wait(tasks, timeout=until - loop.time(), return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)

    def _tasks(self) -> set[asyncio.Task[None]]:
        """What is still to be waited for; not the outbox's turns, which are its worker's to end."""
        tasks = set(self._moving)
        for lane in self._lanes.values():
            tasks |= lane.in_flight
            if lane.task is not None and any(entry.outgoing is not None for entry in lane.waiting.values()):
                tasks.add(lane.task)
        return tasks

    def _take(self, chat_id: ChatId, outgoing: Outgoing, asked_at: float) -> bool:
        is_lookup = outgoing.turn == Priority.ANSWER
        if is_lookup and self._is_stopping:
            return True
        lane = self._lane(chat_id)
        before = lane.keyed.get(outgoing.key) if outgoing.key is not None else None
        if before is not None:
            before.give_way(outgoing)
        elif outgoing.turn <= Priority.PRESS and lane.is_full:
            return False
        else:
            entry = QueuedCall(order=next(self._order), turn=outgoing.turn, asked_at=asked_at, outgoing=outgoing)
            self._queue(lane, entry)
            if is_lookup:
                for one in list(lane.crowded_out(entry)):
                    self._drop(lane, one)
                while len(self._lookups) > MOST_IN_ALL:
                    self._drop(*next(iter(self._lookups.values())))
        self._wake(lane)
        return True

    def _queue(self, lane: ChatLane, entry: QueuedCall) -> None:
        lane.add(entry)
        if entry.is_lookup:
            self._lookups[entry.order] = (lane, entry)

    def _drop(self, lane: ChatLane, entry: QueuedCall) -> None:
        lane.remove(entry)
        self._lookups.pop(entry.order, None)
        lane.news.set()
        self._close_if_done(lane)

    def _lane(self, chat_id: ChatId) -> ChatLane:
        return self._lanes.setdefault(chat_id, ChatLane(chat_id))

    def _close_if_done(self, lane: ChatLane) -> None:
        if lane.is_done and self._lanes.get(lane.chat_id) is lane:
            del self._lanes[lane.chat_id]

    def _wake(self, lane: ChatLane) -> None:
        """Let out at once what may go; whatever may not is waited for by the lane's own task."""
        lane.news.set()
        if lane.task is None:
            self._let_out(lane)
            if lane.waiting:
                lane.task = asyncio.create_task(self._let_out_in_turn(lane), name=f"sender {lane.chat_id}")
            self._close_if_done(lane)

    async def _let_out_in_turn(self, lane: ChatLane) -> None:
        try:
            while lane.waiting:
                lane.news.clear()
                delay = self._let_out(lane)
                if lane.waiting:
                    await rest(lane.news, min(delay, LONGEST_LOOK))
        finally:
            lane.task = None
            self._close_if_done(lane)

    def _let_out(self, lane: ChatLane) -> float:
        """Send what may go now. Seconds until the next look."""
        while lane.waiting:
            now = self._clock.monotonic()
            delay = self._review(lane, now)
            entry, opens_in = lane.first(now, self.pacer, others_wait=lane.chat_id in self._backed_up)
            if entry is None:
                return min(delay, opens_in)
            if entry.turn > Priority.PRESS:
                if lane.reserved_at is None:
                    lane.reserved_at = self.pacer.reserve(lane.chat_id, now)
                if lane.reserved_at > now:
                    return min(delay, lane.reserved_at - now)
                lane.reserved_at = None
            self._send(lane, entry)
        return LONGEST_LOOK

    def _review(self, lane: ChatLane, now: float) -> float:
        """Drop look-ups that nobody waits for, say in private what comes too late here. Seconds to the next look."""
        found = lane.review(now, self.pacer)
        for entry in found.overdue:
            log.info("a look-up was not answered within %d s and is dropped", DROPPED_AFTER)
            self._drop(lane, entry)
        for entry in found.too_late_here:
            entry.may_move = False
            self._start(self._take_to_private(lane, entry), self._moving, entry)
        return found.delay

    async def _take_to_private(self, lane: ChatLane, entry: QueuedCall) -> None:
        if entry.outgoing is None or entry.outgoing.privately is None or entry.asker is None:
            return
        instead = await entry.outgoing.privately()
        if instead is not None and entry.order in lane.waiting:
            self._drop(lane, entry)
            self._take(ChatId(entry.asker), instead, entry.asked_at)

    def _send(self, lane: ChatLane, entry: QueuedCall) -> None:
        lane.remove(entry)
        self._lookups.pop(entry.order, None)
        if entry.ticket is not None and entry.ticket.done():
            return
        self.pacer.count(lane.chat_id, entry.turn)
        if entry.ticket is not None:
            entry.ticket.set_result(None)
        elif entry.outgoing is not None:
            lane.begin(entry)
            self._start(self._make(lane, entry, entry.outgoing), lane.in_flight, entry)

    def _start(self, work: Coroutine[Any, Any, None], tasks: set[asyncio.Task[None]], entry: QueuedCall) -> None:
        task = asyncio.create_task(work, context=entry.said_as.copy())
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    async def _make(self, lane: ChatLane, entry: QueuedCall, outgoing: Outgoing) -> None:
        try:
            await outgoing.call(lane.chat_id)
        except DeliveryError as error:
            await self._failed(lane, entry, outgoing, error)
        except Exception as error:
            log.exception("something could not be said")
            self._troubles.failed(Activity.ANSWER, error)
        else:
            self.on_said(lane.chat_id)
        finally:
            lane.end(entry)
            task = asyncio.current_task()
            if task is not None:
                lane.in_flight.discard(task)
            self._wake(lane)

    async def _failed(self, lane: ChatLane, entry: QueuedCall, outgoing: Outgoing, error: DeliveryError) -> None:
        if error.trouble is DeliveryTrouble.FLOOD:
            self.pacer.hold(lane.chat_id, error.retry_after or 1.0)
            self._again(lane, entry)
        elif error.trouble is DeliveryTrouble.MOVED and error.moved_to is not None:
            if self.on_moved is not None:
                await self.on_moved(lane.chat_id, ChatId(error.moved_to))
            self._take(ChatId(error.moved_to), outgoing, entry.asked_at)
        elif error.trouble is DeliveryTrouble.TEMPORARY and entry.tries + 1 < TRIES:
            entry.tries += 1
            entry.not_before = self._clock.monotonic() + FIRST_RETRY * 2 ** (entry.tries - 1)
            self._again(lane, entry)
        elif error.trouble is DeliveryTrouble.MESSAGE and outgoing.plain is not None:
            log.error("an answer is refused as it is%s; sent as plain text", in_brackets(error.description))
            entry.outgoing = replace(outgoing, call=outgoing.plain, plain=None)
            self._again(lane, entry)
        else:
            await self._given_up(outgoing, error)

    def _again(self, lane: ChatLane, entry: QueuedCall) -> None:
        """It keeps its place, unless something newer has taken it, or it is no longer worth it."""
        if (self._is_stopping and entry.turn > Priority.PRESS) or (entry.key is not None and entry.key in lane.keyed):
            return
        self._queue(lane, entry)

    async def _given_up(self, outgoing: Outgoing, error: DeliveryError) -> None:
        if error.trouble is not DeliveryTrouble.MISSING:
            self._troubles.count(Activity.ANSWER, cause_of(error))
            log.warning("something could not be said: %s", error)
        if outgoing.on_failed is not None:
            with suppress(DeliveryError):
                await outgoing.on_failed(error)
