"""What waits for one chat, and what of it goes next."""

from __future__ import annotations

import asyncio
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.delivery.pacing import Share, share_of
from bot.domain.priority import Priority

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from bot.delivery.outgoing import Outgoing
    from bot.delivery.pacing import Pacer
    from bot.domain.ids import ChatId, UserId

AT_ONCE: Final = 16
"""Calls under way into one chat; Telegram may take its time with each."""
MOST_PRESSED: Final = 300
"""What presses caused is never dropped: with so much of it waiting in a chat a further press is refused instead."""
NEVER: Final = float("inf")

PRIVATELY_AFTER: Final = 10.0
"""Seconds within which a look-up is answered where it was asked; else in private."""
DROPPED_AFTER: Final = 60.0
"""Seconds after which nobody waits for the answer to a look-up any more."""
MOST_OF_ONE: Final = 10
"""Look-ups of one person waiting in one chat; the oldest gives way to a newer one."""
MOST_OF_CHAT: Final = 100
"""Look-ups waiting in one chat, likewise."""
MOST_IN_ALL: Final = 2_000
"""Look-ups waiting in all chats together, likewise."""
LONGEST_LOOK: Final = 60.0
"""Seconds; what waits is looked at again at least this often."""


@dataclass(slots=True, eq=False, kw_only=True)
class QueuedCall:
    """A call that waits, or the turn (`ticket`) of one that the outbox makes. Times are monotonic seconds."""

    order: int
    turn: int
    asked_at: float
    outgoing: Outgoing | None = None
    said_as: Context = field(default_factory=copy_context)
    """In which language it was handed over. What follows from it later is said in that, whatever woke the lane."""
    ticket: asyncio.Future[None] | None = None
    tries: int = 0
    not_before: float = -NEVER
    may_move: bool = field(init=False)
    """Whether it was not yet asked if this can be said in private instead."""

    def __post_init__(self) -> None:
        self.may_move = self.outgoing is not None and self.outgoing.privately is not None

    def give_way(self, newer: Outgoing) -> None:
        """That takes this one's place."""
        self.outgoing, self.turn, self.said_as = newer, min(self.turn, newer.turn), copy_context()

    @property
    def is_lookup(self) -> bool:
        return self.outgoing is not None and self.turn == Priority.ANSWER

    @property
    def asker(self) -> UserId | None:
        return None if self.outgoing is None else self.outgoing.asker

    @property
    def key(self) -> Hashable | None:
        return None if self.outgoing is None else self.outgoing.key


class LookupReview(NamedTuple):
    overdue: list[QueuedCall]
    """Nobody waits for them any more."""
    too_late_here: list[QueuedCall]
    """To be said in private."""
    delay: float
    """Seconds until there is something to do again."""


@dataclass(slots=True, eq=False)
class ChatLane:
    """There is one while something waits or is on its way."""

    chat_id: ChatId
    waiting: dict[int, QueuedCall] = field(default_factory=dict)
    """By order."""
    keyed: dict[Hashable, QueuedCall] = field(default_factory=dict)
    """Those that wait and have a key."""
    busy: set[Hashable] = field(default_factory=set)
    """Keys of what is on its way: two changes of one message do not overtake each other."""
    in_flight: set[asyncio.Task[None]] = field(default_factory=set)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None
    reserved_at: float | None = None
    """Its place among the calls of its bot."""

    @property
    def is_done(self) -> bool:
        return not self.waiting and not self.in_flight and self.task is None

    @property
    def is_full(self) -> bool:
        """Of what presses caused."""
        pressed = (entry.outgoing is not None and entry.turn <= Priority.PRESS for entry in self.waiting.values())
        return sum(pressed) >= MOST_PRESSED

    def add(self, entry: QueuedCall) -> None:
        self.waiting[entry.order] = entry
        if entry.key is not None:
            self.keyed[entry.key] = entry

    def remove(self, entry: QueuedCall) -> None:
        self.waiting.pop(entry.order, None)
        if entry.key is not None and self.keyed.get(entry.key) is entry:
            del self.keyed[entry.key]

    def begin(self, entry: QueuedCall) -> None:
        if entry.key is not None:
            self.busy.add(entry.key)

    def end(self, entry: QueuedCall) -> None:
        if entry.key is not None:
            self.busy.discard(entry.key)

    def crowded_out(self, newest: QueuedCall) -> Iterator[QueuedCall]:
        """Where too many look-ups wait the oldest give way: of that person, of the chat."""
        lookups = self._lookups()
        own = [one for one in lookups if one.asker is not None and one.asker == newest.asker]
        for some, most in ((own, MOST_OF_ONE), (lookups, MOST_OF_CHAT)):
            if len(some) > most:
                yield min(some, key=lambda one: one.order)

    def review(self, now: float, pacer: Pacer) -> LookupReview:
        """Which look-ups have waited too long, as things stand."""
        overdue, too_late_here, delay = list[QueuedCall](), list[QueuedCall](), LONGEST_LOOK
        lookups = self._lookups()
        opens_in = pacer.opens_in(self.chat_id, Priority.ANSWER) if lookups else 0.0
        for entry in lookups:
            age = now - entry.asked_at
            if age >= DROPPED_AFTER:
                overdue.append(entry)
            elif entry.may_move and age + opens_in >= PRIVATELY_AFTER:
                too_late_here.append(entry)
            else:
                delay = min(delay, (PRIVATELY_AFTER if entry.may_move else DROPPED_AFTER) - age)
        return LookupReview(overdue, too_late_here, delay)

    def _lookups(self) -> list[QueuedCall]:
        return [entry for entry in self.waiting.values() if entry.is_lookup]

    def first(self, now: float, pacer: Pacer, *, others_wait: bool = False) -> tuple[QueuedCall | None, float]:
        """What may go out now; without it, the seconds until something may. Others: those that the outbox holds."""
        ready = [entry for entry in self.waiting.values() if entry.key is None or entry.key not in self.busy]
        delay = min((entry.not_before - now for entry in ready if entry.not_before > now), default=NEVER)
        ready = [entry for entry in ready if entry.not_before <= now]
        for share in self._open_shares():
            mine = [entry for entry in ready if share_of(entry.turn) is share]
            if not mine:
                continue
            is_contended = others_wait or any(share_of(entry.turn) > share for entry in ready)
            opens_in = pacer.opens_in(self.chat_id, mine[0].turn, is_contended=is_contended)
            if opens_in <= 0:
                return min(mine, key=lambda entry: (entry.turn, entry.order)), 0.0
            delay = min(delay, opens_in)
        return None, delay

    def _open_shares(self) -> tuple[Share, ...]:
        """Calls that Telegram is slow to answer hold up no press."""
        return (Share.PRESSES,) if len(self.in_flight) >= AT_ONCE else tuple(Share)
