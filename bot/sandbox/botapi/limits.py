"""Flood control: how many writing calls Telegram takes before it says 429."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bot.sandbox.botapi import refusal

if TYPE_CHECKING:
    from bot.clock import Clock


@dataclass(frozen=True, slots=True)
class FloodRate:
    """At most `calls` in any `seconds`."""

    calls: int
    seconds: float


UNLIMITED: Final = FloodRate(1_000_000, 1)


@dataclass(frozen=True, slots=True)
class Limits:
    """Telegram's published figures. `penalty` seconds are added by each call made while refused."""

    group: FloodRate = FloodRate(20, 60)
    private: FloodRate = FloodRate(1, 1)
    overall: FloodRate = FloodRate(30, 1)
    penalty: float = 0


NO_LIMITS: Final = Limits(UNLIMITED, UNLIMITED, UNLIMITED)


@dataclass(frozen=True, slots=True)
class Violation:
    """A call refused for flooding; `at` is monotonic seconds."""

    chat_id: int
    at: float
    retry_after: int
    was_warned: bool
    """Whether the chat had been told to wait and the wait was not over."""


@dataclass(slots=True)
class _Window:
    rate: FloodRate
    times: deque[float] = field(default_factory=deque)

    def wait(self, now: float) -> float:
        """Seconds until one more call fits."""
        while self.times and self.times[0] <= now - self.rate.seconds:
            self.times.popleft()
        return self.times[0] + self.rate.seconds - now if len(self.times) >= self.rate.calls else 0


class FloodControl:
    def __init__(self, limits: Limits, clock: Clock) -> None:
        self.limits = limits
        self.violations: list[Violation] = []
        self._clock = clock
        self._overall = _Window(limits.overall)
        self._chats: defaultdict[int, _Window] = defaultdict(lambda: _Window(limits.group))
        self._banned_until: dict[int, float] = {}

    def spend(self, chat_id: int) -> None:
        """Counts one writing call to the chat, or refuses it with 429."""
        now = self._clock.monotonic()
        window = self._window(chat_id)
        ban = self._banned_until.get(chat_id, float("-inf")) - now
        wait = max(window.wait(now), self._overall.wait(now))
        if wait > 0 or (ban > 0 and self.limits.penalty):
            raise self._refuse(chat_id, now, wait, ban)
        window.times.append(now)
        self._overall.times.append(now)

    def _window(self, chat_id: int) -> _Window:
        if chat_id > 0 and chat_id not in self._chats:
            self._chats[chat_id] = _Window(self.limits.private)
        return self._chats[chat_id]

    def _refuse(self, chat_id: int, now: float, wait: float, ban: float) -> refusal.RefusedError:
        longest = max(wait, ban + self.limits.penalty if ban > 0 and self.limits.penalty else 0)
        self._banned_until[chat_id] = now + longest
        retry_after = max(1, math.ceil(longest))
        self.violations.append(Violation(chat_id, now, retry_after, was_warned=ban > 0))
        return refusal.flood(retry_after)
