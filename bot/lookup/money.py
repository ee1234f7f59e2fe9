"""What IndiaMART costs and what it brings, and how much of its week's BuyLeads is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from bot.clock import IST

_YEAR: Final = timedelta(days=365)
_SUNDAY: Final = 6


@dataclass(frozen=True, slots=True)
class Money:
    """Rupees."""

    fee: int
    """The span's part of a year's fee."""
    value: int
    """What was won in it."""

    def each(self, number: int) -> int | None:
        """The fee for each of so many."""
        return None if not number else round(self.fee / number)


@dataclass(frozen=True, slots=True)
class BuyLeads:
    """Of IndiaMART's present week."""

    allotted: int
    used: int

    @property
    def left(self) -> int:
        return max(self.allotted - self.used, 0)


def of(fee_per_year: int | None, length: timedelta, value: int) -> Money | None:
    return None if fee_per_year is None else Money(round(fee_per_year * (length / _YEAR)), value)


def week_of(now: datetime) -> datetime:
    """When IndiaMART's week began: BuyLeads are allotted on Sunday and lapse on Saturday night, in India."""
    today = now.astimezone(IST).date()
    return datetime.combine(today - timedelta(days=(today.weekday() - _SUNDAY) % 7), time(), IST)
