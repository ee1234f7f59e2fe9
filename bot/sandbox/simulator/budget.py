"""How often a key may be used."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from bot.sandbox.simulator.pull_request import ApiVersion, Result

FLOORS: Final = {ApiVersion.V1: timedelta(minutes=15), ApiVersion.V2: timedelta(minutes=5)}
BURST: Final = 5
"""More v2 calls than this within a fifth of the floor (one minute) block the key for three floors (15 minutes)."""


@dataclass(slots=True)
class CallLimit:
    """One key's calls. Times are the clock's monotonic seconds.

    The floor counts from the last call that was let through, measured where it arrives. A floor of zero is no limit.
    The burst rule keeps its proportions when the floor is shortened.
    """

    floor: timedelta
    has_burst_rule: bool
    _passed_at: float | None = None
    _blocked_until: float = float("-inf")
    _recent: deque[float] = field(default_factory=deque)

    def spend(self, at: float) -> Result | None:
        """Count a call; the refusal it deserves, or None."""
        if not self.floor:
            return None
        if at < self._blocked_until or self._is_burst(at):
            return Result.BLOCKED
        if self._passed_at is not None and at - self._passed_at < self.floor.total_seconds():
            return Result.TOO_SOON
        self._passed_at = at
        return None

    def block(self, at: float) -> None:
        self._blocked_until = at + 3 * self.floor.total_seconds()
        self._recent.clear()

    def _is_burst(self, at: float) -> bool:
        span = self.floor.total_seconds() / 5
        self._recent.append(at)
        while at - self._recent[0] >= span:
            self._recent.popleft()
        if not self.has_burst_rule or len(self._recent) <= BURST:
            return False
        self.block(at)
        return True
