"""How much those get who may not: one sentence a minute, then silence. Nothing here waits, and memory has an end."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from bot.domain import budgets

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.clock import Clock


class RefusalChannel(StrEnum):
    """Each has its own minute: who reads an alert has not read a message yet."""

    MESSAGE = "message"
    ALERT = "alert"
    TROUBLE = "trouble"


class Strangers:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._said: dict[tuple[RefusalChannel, int], float] = {}
        """When, the oldest first."""
        self._asked: deque[float] = deque()
        """When Telegram was asked about somebody it did not know as a member."""
        self._present: Counter[int] = Counter()
        """How much of each is handled or waits for it."""
        self._own: WeakValueDictionary[int, asyncio.Semaphore] = WeakValueDictionary()
        self._places = asyncio.Semaphore(budgets.STRANGERS_AT_ONCE)

    @property
    def is_full(self) -> bool:
        """Whether as many of theirs are handled as are at once."""
        return self._places.locked()

    @property
    def remembered(self) -> int:
        """How many refusals are kept in mind."""
        return len(self._said)

    def waiting(self, who: int) -> int:
        """How much of theirs is handled or waits for it."""
        return self._present[who]

    def may_hear(self, said: RefusalChannel, who: int) -> bool:
        """Whether this person, or chat that speaks, is told so now."""
        self.tidy()
        if (said, who) in self._said or len(self._said) >= budgets.REFUSALS:
            return False
        self._said[said, who] = self._clock.monotonic()
        return True

    def tidy(self) -> None:
        """Forget who heard it long enough ago to hear it again."""
        long_ago = self._clock.monotonic() - budgets.REFUSAL_SECONDS
        while self._said and self._said[oldest := next(iter(self._said))] <= long_ago:
            del self._said[oldest]

    def is_let_in(self, who: int) -> None:
        """Somebody who may is no stranger any more; should that end, they are told so at once."""
        for said in RefusalChannel:
            self._said.pop((said, who), None)

    def may_ask(self) -> bool:
        """Whether Telegram may be asked once more about somebody nobody knows; counts it."""
        now = self._clock.monotonic()
        while self._asked and now - self._asked[0] >= budgets.REFUSAL_SECONDS:
            self._asked.popleft()
        if len(self._asked) >= budgets.STRANGERS_ASKED:
            return False
        self._asked.append(now)
        return True

    def was_member(self) -> None:
        """It was no stranger, whom Telegram was asked about."""
        if self._asked:
            self._asked.pop()

    @asynccontextmanager
    async def place(self, who: int) -> AsyncIterator[bool]:
        """While something of theirs is handled: it waits until few enough others are, of theirs and of all strangers'.

        False where so much waits already that this is passed over.
        """
        if self._present[who] >= budgets.STRANGERS_WAITING_OWN or len(self._present) >= budgets.STRANGERS_WAITING:
            yield False
            return
        own = self._own.setdefault(who, asyncio.Semaphore(budgets.STRANGERS_OWN))
        self._present[who] += 1
        try:
            async with own, self._places:
                yield True
        finally:
            self._present[who] -= 1
            if not self._present[who]:
                del self._present[who]
