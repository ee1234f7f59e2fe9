"""What tests of the time of day have in common."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from bot.clock import IST


def until_next(at: time, now: datetime) -> timedelta:
    """Until it is `at` in India: a test's clock is set on, and never back behind what the machine shows."""
    moment = datetime.combine(now.astimezone(IST), at, IST)
    return (moment if moment > now else moment + timedelta(days=1)) - now
