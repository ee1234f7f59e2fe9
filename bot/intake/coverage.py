"""Which window to ask for next: pure arithmetic on what is covered and how far back leads are wanted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.lead import Window

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.store.accounts import Account

OLDEST: Final = timedelta(days=365) - timedelta(hours=1)
"""IndiaMART gives 365 days; an hour less, so that the answer is never refused while it is on its way."""

SHORTEST: Final = timedelta(seconds=1)
"""Chunks of history that hold too much are not halved below this: IndiaMART's times have seconds, and nothing finer."""
SHORTEST_MINUTE: Final = timedelta(seconds=60)
"""Nor other windows below this: what the newest one leaves out is a chunk of history, and comes as one."""


@dataclass(frozen=True, slots=True)
class PollSettings:
    """How often to poll, and how far each window reaches back."""

    every: timedelta
    overlap: timedelta
    lookback: timedelta

    def with_beginning(self, account: Account, now: datetime) -> Account:
        """As the first poll has it, where no answer has fixed yet how far back leads are wanted."""
        beginning = now - self.lookback
        return replace(account, wanted_from=account.wanted_from or beginning, live_from=account.live_from or beginning)


@dataclass(frozen=True, slots=True)
class PollTask:
    """One call about to be made."""

    window: Window
    is_backlog: bool = False
    """A chunk of a gap or of history, not the fresh end."""
    is_reread: bool = False
    reach_back: timedelta | None = None
    """Before the first good answer: how far back leads are wanted, by IndiaMART's clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What is covered, and what is wanted. `spans` are sorted, and neither overlap nor touch."""

    spans: Sequence[Window]
    wanted_from: datetime
    live_from: datetime | None = None
    """Where the account's own time begins; the very first window reaches no further back, even if history is wanted."""
    longest: timedelta
    """Of a chunk of history."""
    longest_fresh: timedelta | None = None
    """Of the newest window; None where that may be as long as a chunk."""
    ready_from: datetime | None = None
    """Until what is older is ready, too: IndiaMART refuses every window that begins before this."""
    overlap: timedelta

    def fresh(self, now: datetime, *, since: datetime | None = None) -> Window:
        """The newest window: from a little before the fresh end to now, or from `since` if that is earlier."""
        covered = [span for span in self.spans if span.start < now]
        if covered:
            # A span that ends in the future was written under a wrong clock: no more of it counts than up to now. What
            # is not covered before it is asked for as a chunk, and may be too much for one answer.
            start = max(min(covered[-1].end, now) - self.overlap, covered[-1].start)
        else:
            start = max(self._wanted(now), self.live_from or self.wanted_from)
        start = max(start, now - (self.longest_fresh or self.longest))
        if self.ready_from is not None and self.ready_from < now:
            start = max(start, self.ready_from)
        if since is not None:
            start = min(start, since)
        return Window(min(start, now - timedelta(seconds=1)), now)

    def gaps(self, now: datetime) -> list[Window]:
        """What is wanted, older than the fresh end, and not covered; oldest first."""
        if not self.spans:
            return []
        found: list[Window] = []
        reached = self._wanted(now)
        for span in self.spans:
            if span.start > reached:
                found.append(Window(reached, min(span.start, now)))
            reached = max(reached, span.end)
        return [gap for gap in found if gap.start < gap.end]

    def backlog(self, now: datetime, is_deferred: Callable[[Window], bool]) -> Window | None:
        """The oldest uncovered chunk that is not put off."""
        for gap in self.gaps(now):
            start = gap.start
            while start < gap.end:
                chunk = Window(start, min(self._chunk_end(start, now), gap.end, self._cut(gap, start)))
                if not is_deferred(chunk):
                    return self._with_overlap(chunk)
                start = chunk.end
        return None

    def backlog_length(self, now: datetime) -> timedelta:
        """How much history is still to be fetched."""
        return sum((gap.length for gap in self.gaps(now)), timedelta())

    def _with_overlap(self, chunk: Window) -> Window:
        """Start a little earlier where that was covered before: leads can show up late."""
        if any(span.end == chunk.start for span in self.spans):
            earlier = max(chunk.start - self.overlap, chunk.end - self.longest)
            return Window(min(earlier, chunk.start), chunk.end)
        return chunk

    def _cut(self, gap: Window, start: datetime) -> datetime:
        """Where a chunk ends at the latest, so that what is ready need not wait for what is not."""
        return self.ready_from if self.ready_from is not None and start < self.ready_from else gap.end

    def _chunk_end(self, start: datetime, now: datetime) -> datetime:
        """The far end of IndiaMART's year moves on with the clock; a chunk that begins there ends where it would have
        ended anyway, because a chunk that fails is known by its end when it is put off and halved.
        """
        cut_off = start - self.wanted_from if start == now - OLDEST else timedelta(0)
        return start + self.longest - cut_off % self.longest

    def _wanted(self, now: datetime) -> datetime:
        return max(self.wanted_from, now - OLDEST)


def halved(window: Window, shortest: timedelta) -> timedelta:
    """The longest window to try after this one was too much for IndiaMART; whole seconds."""
    half = timedelta(seconds=int(window.length.total_seconds()) // 2)
    return max(half, shortest)
