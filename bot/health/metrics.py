"""Numbers about a run: counted here, shown by `bot.web.metrics`. No names, no numbers of buyers."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from bot.domain.lead import Kind
from bot.health.troubles import Troubles

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.domain.lead import Lead, Route, StoredLead

BOUNDS: Final = (1.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0, 86400.0)
"""Seconds; upper bounds of a histogram's buckets."""
OTHER: Final = "other"
"""Kinds nobody knows yet: what IndiaMART makes up must not become endless labels."""


@dataclass(slots=True)
class Histogram:
    """Seconds, counted in buckets."""

    buckets: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    total: float = 0.0

    def observe(self, seconds: float) -> None:
        self.buckets[bisect_left(BOUNDS, seconds)] += 1
        self.total += seconds


@dataclass(slots=True)
class Attempts:
    """How posting to one address goes. Times are monotonic seconds."""

    moved_at: float = float("-inf")
    """When it was last tried, or last succeeded."""
    failing_since: float | None = None
    """None as long as the last message went out."""


@dataclass(slots=True)
class Metrics:
    troubles: Troubles = field(default_factory=Troubles)
    """What failed, by cause."""
    polls: Counter[str] = field(default_factory=Counter)
    """By outcome."""
    leads: Counter[tuple[str, str]] = field(default_factory=Counter)
    """New leads by (kind, route)."""
    pushes: Counter[str] = field(default_factory=Counter)
    """Calls of the push listener by result; `bot.intake.push_results` has them all."""
    sends: Counter[str] = field(default_factory=Counter)
    """Writing calls of the outbox by result: "ok", or whose trouble it was."""
    stages: defaultdict[str, Histogram] = field(default_factory=lambda: defaultdict(Histogram))
    """From enquiry to post: "indiamart" until we had it, "leadbell" until we sent it, "telegram" until it stood."""
    attempts: defaultdict[int | None, Attempts] = field(default_factory=lambda: defaultdict(Attempts))
    """By the outbox's address; None is the account's chat."""

    def trying(self, address: int | None, now: float) -> None:
        self.attempts[address].moved_at = now

    def sent(self, address: int | None, now: float) -> None:
        self.sends["ok"] += 1
        self.attempts[address] = Attempts(now)

    def refused(self, address: int | None, trouble: str, now: float, *, is_failure: bool) -> None:
        """Telegram did not take it; asking us to wait is no failure."""
        self.sends[trouble] += 1
        attempts = self.attempts[address]
        if is_failure and attempts.failing_since is None:
            attempts.failing_since = now

    def posted(self, stored: StoredLead, begun_at: datetime, seconds: float) -> None:
        """A new lead's card stands in the group: whose part of the way took how long."""
        enquired_at = stored.lead.enquired_at
        if enquired_at is not None:
            self._observe("indiamart", (stored.stored_at - enquired_at).total_seconds())
        self._observe("leadbell", (begun_at - stored.stored_at).total_seconds())
        self._observe("telegram", seconds)

    def _observe(self, stage: str, seconds: float) -> None:
        self.stages[stage].observe(max(seconds, 0.0))


def labelled(leads: Iterable[Lead], route: Route) -> Counter[tuple[str, str]]:
    """How many by (kind, route)."""
    found: Counter[tuple[str, str]] = Counter()
    for kind, number in Counter(map(attrgetter("kind"), leads)).items():
        found[kind if kind in Kind.KNOWN else OTHER, route.value] += number
    return found
