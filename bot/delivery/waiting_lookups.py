"""Look-ups that wait for a chat's turn: how many may, for how long, and when they are answered in private instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from bot.delivery.lane import ChatLane, QueuedCall
from bot.domain.priority import Priority

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.delivery.pacing import Pacer

PRIVATELY_AFTER: Final = 10.0
"""Seconds within which a look-up is answered where it was asked; else in private."""
DROPPED_AFTER: Final = 60.0
"""Seconds after which nobody waits for the answer to a look-up any more."""
MOST_OF_ONE: Final = 10
"""Look-ups of one person waiting in one chat; the oldest gives way to a newer one."""
MOST_LOOKUPS: Final = 100
"""Look-ups waiting in one chat."""
MOST_IN_ALL: Final = 2_000
"""Look-ups waiting in all chats together."""
LONGEST_LOOK: Final = 60.0
"""Seconds; what waits is looked at again at least this often."""


class WaitingLookups(dict[int, tuple[ChatLane, QueuedCall]]):
    """All that wait in all chats, by order: the oldest first."""

    def too_many(self, lane: ChatLane, newest: QueuedCall) -> Iterator[tuple[ChatLane, QueuedCall]]:
        """Where too many wait the oldest give way: of that person, of the chat, of all. Each is dropped at once."""
        lookups = [one for one in lane.waiting.values() if one.is_lookup]
        own = [one for one in lookups if one.asker is not None and one.asker == newest.asker]
        for some, most in ((own, MOST_OF_ONE), (lookups, MOST_LOOKUPS)):
            if len(some) > most:
                yield lane, min(some, key=lambda one: one.order)
        while len(self) > MOST_IN_ALL:
            yield self[next(iter(self))]


class Review(NamedTuple):
    """Of one chat."""

    overdue: list[QueuedCall]
    """Nobody waits for them any more."""
    too_late_here: list[QueuedCall]
    """To be said in private."""
    delay: float
    """Seconds until there is something to do again."""


def review(lane: ChatLane, now: float, pacer: Pacer) -> Review:
    lookups = [entry for entry in lane.waiting.values() if entry.is_lookup]
    found = Review([], [], LONGEST_LOOK)
    if not lookups:
        return found
    opens_in = pacer.opens_in(lane.chat_id, Priority.ANSWER)
    ends = []
    for entry in lookups:
        age = now - entry.asked_at
        if age >= DROPPED_AFTER:
            found.overdue.append(entry)
        elif entry.may_move and age + opens_in >= PRIVATELY_AFTER:
            found.too_late_here.append(entry)
        else:
            ends.append((PRIVATELY_AFTER if entry.may_move else DROPPED_AFTER) - age)
    return found._replace(delay=min(ends, default=LONGEST_LOOK))
