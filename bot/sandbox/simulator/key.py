"""A key: what it is worth, and why it is refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.sandbox.simulator.pull_request import Result

if TYPE_CHECKING:
    from datetime import datetime

    from bot.sandbox.simulator.budget import CallLimit

LIFE_UNUSED: Final = timedelta(days=7)
"""A v2 key that nobody uses for so long expires (observed)."""


@dataclass(slots=True)
class Key:
    text: str = field(repr=False)
    budget: CallLimit
    used_at: datetime
    life_unused: timedelta | None = None
    is_expired: bool = False

    def fits(self, text: str) -> bool:
        return self.text == text

    def use(self, now: datetime, monotonic: float) -> Result | None:
        """Count a call; the refusal it deserves, or None."""
        if self.life_unused is not None and now - self.used_at > self.life_unused:
            self.is_expired = True
        if self.is_expired:
            return Result.EXPIRED
        self.used_at = now
        return self.budget.spend(monotonic)
