"""What a typed time means, said on Wednesday, 7 January 2026, at three in the afternoon."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain import typed_times
from bot.domain.typed_times import TimeProblem

ZONE = ZoneInfo("Asia/Kolkata")
NOW = datetime(2026, 1, 7, 15, 0, tzinfo=ZONE)


def read(typed: str, now: datetime = NOW) -> str:
    """`Fri 9 Jan 16:00`, or the question."""
    found = typed_times.parse(typed, now, ZONE)
    if isinstance(found, TimeProblem):
        return found.value
    return f"{found.at.astimezone(ZONE):%a %-d %b %H:%M}"
