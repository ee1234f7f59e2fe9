"""The pace of each chat: how many writing calls it takes in any sliding span, and whose they may be.

Nothing waits in here: the sender asks when a call may go out, waits by itself, and counts what it sends.
"""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from bot.domain.priority import Priority
from bot.store import chats
from bot.store.write_behind import WriteBehind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.clock import Clock
    from bot.domain.ids import AccountId, ChatId
    from bot.errors import StoreError
    from bot.store.database import Connection, Database

log = logging.getLogger(__name__)

PRIVATE_SPACING: Final = 1.0
"""Seconds between two messages into one private chat (Telegram's own advice)."""
GROUP_TO_PRIVATE: Final = 3.0
"""A private chat takes a message each second, a group one in three (20 in 60)."""
A_SECOND: Final = 30.0
"""What Telegram takes of one bot, for all its accounts and chats together."""
PRIVATE_A_SECOND: Final = 15.0
"""All private chats together: groups need some of it."""
BEHIND: Final = 10
"""Calls that may go out at once after a pause."""
ONE_LEFT_OF: Final = 10
"""Presses leave one call of so many to what comes next, also while nothing else waits: a new lead's card, usually."""
LOOKUPS_ONE_OF: Final = 5
"""While cards wait look-ups get one call of so many of the half that both share: two hundred leads are then there
within two minutes although everybody looks for them.
"""
KEPT_FOR_LOOKUPS_OF: Final = 10
"""Of their common half one call of so many is kept for look-ups: who asks right after a burst is answered."""
LONGEST_MARGIN: Final = 1.0
"""Seconds added to a span, because calls travel unequally long: what left in time may arrive too close together."""


class Share(IntEnum):
    """Whose a call is. Half of a span is kept for presses; of the other half look-ups leave most to what waits."""

    PRESSES = 0
    LOOKUPS = 1
    REST = 2


def share_of(turn: int) -> Share:
    if turn <= Priority.PRESS:
        return Share.PRESSES
    return Share.LOOKUPS if turn <= Priority.ANSWER else Share.REST


@dataclass(slots=True)
class _ChatPace:
    """One chat. Times are monotonic seconds."""

    calls: int
    span: float
    sent: deque[tuple[float, Share]] = field(default_factory=deque)
    held_until: float = float("-inf")

    def opens_in(self, now: float, share: Share, *, is_contended: bool = False) -> float:
        """Seconds until the next call of this share may go out; 0 = now."""
        self._forget(now)
        limits = [(Share.PRESSES, Share.REST, self.calls), self._limit(share, is_contended=is_contended)]
        if share is not Share.PRESSES:
            limits.append((Share.LOOKUPS, Share.REST, self._others()))
        full = (self._full(now, first, last, most) for first, last, most in limits)
        return max(self.held_until - now, 0.0, *full)

    def spare_in(self, now: float) -> float:
        """Seconds until a call would leave half of all calls, and half of those that others share, to what comes."""
        halves = ((Share.PRESSES, self.calls // 2), (Share.LOOKUPS, self._others() // 2))
        full = [self._full(now, first, Share.REST, max(most, 1)) for first, most in halves]
        return max(self.opens_in(now, Share.REST), *full)

    def is_quiet(self, now: float) -> bool:
        """Whether nothing depends on its being remembered."""
        self._forget(now)
        return not self.sent and self.held_until <= now

    def _forget(self, now: float) -> None:
        while self.sent and self.sent[0][0] <= now - self.span:
            self.sent.popleft()

    def _others(self) -> int:
        return max(self.calls - self.calls // 2, 1)

    def _limit(self, share: Share, *, is_contended: bool) -> tuple[Share, Share, int]:
        """(shares from … to, how many calls of theirs in a span). Contended: somebody of a later share waits."""
        if share is Share.PRESSES:
            return share, share, max(self.calls // 2 if is_contended else self.calls - self.calls // ONE_LEFT_OF, 1)
        others = self._others()
        if share is Share.REST:
            return share, share, max(others - others // KEPT_FOR_LOOKUPS_OF, 1)
        return share, share, max(others // LOOKUPS_ONE_OF, 1) if is_contended else others

    def _full(self, now: float, first: Share, last: Share, most: int) -> float:
        times = [at for at, share in self.sent if first <= share <= last]
        return times[-most] + self.span - now if len(times) >= most else 0.0


@dataclass(slots=True)
class _Line:
    """Places one after the other. Each chat has one at most, and takes the next at the end of the line: so all take
    turns, however much one of them has to say.
    """

    a_second: float
    last_at: float = float("-inf")

    def next(self, now: float, spacing: float) -> float:
        apart = spacing / self.a_second
        self.last_at = max(self.last_at, now - BEHIND * apart) + apart
        return self.last_at


class BotPace:
    """The calls that one bot makes, for all the accounts that speak through it. Times are monotonic seconds.

    `spacing` is between two messages into one private chat: who says that their Bot API server takes more has less.
    """

    def __init__(self) -> None:
        self._all = _Line(A_SECOND)
        self._private = _Line(PRIVATE_A_SECOND)

    def reserve(self, chat_id: ChatId, now: float, spacing: float) -> float:
        """Take a place. When it is."""
        at = self._all.next(now, spacing)
        return at if chat_id < 0 else max(at, self._private.next(now, spacing))

    def press_in(self, now: float, spacing: float) -> None:
        """What a press caused waits for nobody; the others move up behind it."""
        self._all.next(now, spacing)


class Pacer:
    """Send times are kept in the database, so that a restart does not flood a group either."""

    def __init__(
        self,
        database: Database,
        account_id: AccountId,
        clock: Clock,
        *,
        calls: int,
        span: float,
        bot: BotPace | None = None,
    ) -> None:
        """`bot` is shared by all accounts of one bot."""
        self._database = database
        self._account_id = account_id
        self._clock = clock
        self._paces: dict[ChatId, _ChatPace] = {}
        self._sends = WriteBehind(database, self._keep, _lost)
        self._holds = WriteBehind(database, self._keep_holds, _lost)
        self.change(calls=calls, span=span, bot=bot or BotPace())

    def change(self, *, calls: int, span: float, bot: BotPace) -> None:
        """So many calls in a span, and through this bot, from now on."""
        self._bot = bot
        self._calls = calls
        self._span = span
        # Who raises the group's rate has a Bot API server that takes more, in private chats too.
        self._private_spacing = min(PRIVATE_SPACING, span / calls / GROUP_TO_PRIVATE)
        for chat_id, pace in self._paces.items():
            pace.calls, pace.span = self._rate(chat_id)

    def take_over(
        self, sends: Iterable[tuple[ChatId, float]], holds: Iterable[tuple[ChatId, float, float]] = ()
    ) -> None:
        """What an earlier run sent and when, as if none of it had been for presses: their half stays free; and where
        Telegram asked it to wait, since when and until when.

        A send "in the future" (the clock was set back) counts as just now; nothing is held longer than was asked for.
        """
        wall, now = self._clock.now().timestamp(), self._clock.monotonic()
        for chat_id, sent_at in sends:
            age = max(wall - sent_at, 0.0)
            if age <= self._span:
                self._pace_of(chat_id).sent.append((now - age, Share.REST))
        for chat_id, since, until in holds:
            if until > wall:
                pace = self._pace_of(chat_id)
                pace.held_until = max(pace.held_until, now + min(until - wall, until - since))

    @property
    def remembered(self) -> frozenset[ChatId]:
        """Chats whose next call depends on what was sent there, or on how long they are held."""
        return frozenset(self._paces)

    def opens_in(self, chat_id: ChatId, turn: int = Priority.ANSWER, *, is_contended: bool = False) -> float:
        """Seconds until a message of this kind may go into this chat; 0 = now.

        `is_contended` where something of a later share waits for the same chat.
        """
        pace = self._paces.get(chat_id)
        if pace is None:
            return 0.0
        return pace.opens_in(self._clock.monotonic(), share_of(turn), is_contended=is_contended)

    def spare_in(self, chat_id: ChatId) -> float:
        """Seconds until this chat takes a call without which it would do as well; 0 = now."""
        pace = self._paces.get(chat_id)
        return 0.0 if pace is None else pace.spare_in(self._clock.monotonic())

    def count(self, chat_id: ChatId, turn: int) -> None:
        """One call goes out now."""
        if turn <= Priority.PRESS:
            self._bot.press_in(self._clock.monotonic(), self._private_spacing)
        self._pace_of(chat_id).sent.append((self._clock.monotonic(), share_of(turn)))
        # For the next run. Nobody waits for the disk: those who send meanwhile are written down together.
        self._sends.add((chat_id, self._clock.now().timestamp()))

    def reserve(self, chat_id: ChatId, now: float) -> float:
        """Take a place among all the calls that the bot makes. When it is (monotonic seconds)."""
        return self._bot.reserve(chat_id, now, self._private_spacing)

    def hold(self, chat_id: ChatId, seconds: float) -> None:
        """Telegram asked for no call into this chat for so long."""
        pace = self._pace_of(chat_id)
        pace.held_until = max(pace.held_until, self._clock.monotonic() + seconds)
        wall = self._clock.now().timestamp()
        self._holds.add((chat_id, wall, wall + seconds))

    def tidy(self) -> None:
        """Forget the chats that have been quiet for longer than their span."""
        now = self._clock.monotonic()
        self._paces = {chat_id: pace for chat_id, pace in self._paces.items() if not pace.is_quiet(now)}

    async def written(self) -> None:
        """Until what was sent last is written down, too."""
        await self._sends.written()
        await self._holds.written()

    async def _keep(self, connection: Connection, sent: Sequence[tuple[ChatId, float]]) -> None:
        await chats.sent(connection, self._account_id, sent, self._clock.now().timestamp() - self._span)

    async def _keep_holds(self, connection: Connection, holds: Sequence[tuple[ChatId, float, float]]) -> None:
        await chats.held(connection, self._account_id, holds)

    def unused(self, chat_id: ChatId, turn: int) -> None:
        """A call that was counted was not made: there was nothing that could be sent."""
        sent, share = self._pace_of(chat_id).sent, share_of(turn)
        place = next((index for index in reversed(range(len(sent))) if sent[index][1] is share), None)
        if place is not None:
            del sent[place]

    def _pace_of(self, chat_id: ChatId) -> _ChatPace:
        return self._paces.setdefault(chat_id, _ChatPace(*self._rate(chat_id)))

    def _rate(self, chat_id: ChatId) -> tuple[int, float]:
        calls, span = (self._calls, self._span) if chat_id < 0 else (1, self._private_spacing)
        return calls, span + min(span / 50, LONGEST_MARGIN)


def _lost(error: StoreError) -> None:
    """A disk that is full stops no answer."""
    log.warning("the time of a message could not be kept: %s", error)
