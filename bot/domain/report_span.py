"""What a report is about, and what it is compared with: a span of time in the account's zone, and the one before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from datetime import date
    from zoneinfo import ZoneInfo

A_DAY: Final = timedelta(days=1)
A_WEEK: Final = 7 * A_DAY


class SpanName(StrEnum):
    TODAY = "today"
    YESTERDAY = "yesterday"
    MONTH = "month"
    """This calendar month so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSpan:
    """`since` belongs to it, `until` does not. What is not over yet is compared with as much of the one before."""

    since: datetime
    until: datetime
    earlier_since: datetime
    earlier_until: datetime
    name: SpanName | timedelta
    """The name, or the length, by which it was asked for."""
    day_ends: datetime | None = None
    """Of what ends now: leads dated ahead of our clock are counted until the day is over, as they are listed."""

    @classmethod
    def today(cls, now: datetime, zone: ZoneInfo) -> Self:
        return cls._days(_today(now, zone), 1, now, zone, SpanName.TODAY)

    @classmethod
    def yesterday(cls, now: datetime, zone: ZoneInfo) -> Self:
        today = _today(now, zone)
        return cls(
            since=_midnight(today - A_DAY, zone),
            until=_midnight(today, zone),
            earlier_since=_midnight(today - 2 * A_DAY, zone),
            earlier_until=_midnight(today - A_DAY, zone),
            name=SpanName.YESTERDAY,
        )

    @classmethod
    def month(cls, now: datetime, zone: ZoneInfo) -> Self:
        """Compared with as many days of the month before; of a short one, with all of it."""
        first = _today(now, zone).replace(day=1)
        since, earlier = _midnight(first, zone), (first - A_DAY).replace(day=1)
        return cls(
            since=since,
            until=now,
            earlier_since=_midnight(earlier, zone),
            earlier_until=min(_midnight(earlier, zone) + (now - since), since),
            name=SpanName.MONTH,
            day_ends=_day_ends(now, zone),
        )

    @classmethod
    def of(cls, length: timedelta, now: datetime, zone: ZoneInfo) -> Self:
        """So long until now. Two whole days or more begin at a midnight, and include today."""
        if length < 2 * A_DAY or length % A_DAY:
            return cls(
                since=now - length,
                until=now,
                earlier_since=now - 2 * length,
                earlier_until=now - length,
                name=length,
                day_ends=_day_ends(now, zone),
            )
        days = length // A_DAY
        return cls._days(_today(now, zone) - (days - 1) * A_DAY, days, now, zone, length)

    @classmethod
    def _days(cls, first: date, days: int, now: datetime, zone: ZoneInfo, name: SpanName | timedelta) -> Self:
        """From a day's midnight until now."""
        return cls(
            since=_midnight(first, zone),
            until=now,
            earlier_since=_midnight(first - days * A_DAY, zone),
            # By the clock on the wall, also where it was put forward or back meanwhile.
            earlier_until=(now.astimezone(zone) - days * A_DAY),
            name=name,
            day_ends=_day_ends(now, zone),
        )

    @property
    def length(self) -> timedelta:
        return self.until - self.since


def _today(now: datetime, zone: ZoneInfo) -> date:
    return now.astimezone(zone).date()


def _day_ends(now: datetime, zone: ZoneInfo) -> datetime:
    return _midnight(_today(now, zone) + A_DAY, zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
