"""Working hours and holidays, and arithmetic in working time: what is left of a day, of a week-end, of a holiday.

Typed hours are read by `config.hours`.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

NEVER: Final = datetime.max.replace(tzinfo=UTC)
_DAY: Final = timedelta(days=1)
_REMEMBERED: Final = 4096
_LONGEST_BREAK: Final = 15
"""Days."""

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Shift:
    """Opening hours on some weekdays; Monday is 0. `closes` is `time.max` for midnight."""

    days: frozenset[int]
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class WorkingHours:
    shifts: tuple[Shift, ...]

    def on(self, weekday: int) -> tuple[tuple[time, time], ...]:
        """The hours of a weekday (Monday is 0), in order, none overlapping."""
        spans: list[tuple[time, time]] = []
        for opens, closes in sorted((s.opens, s.closes) for s in self.shifts if weekday in s.days):
            if spans and opens <= spans[-1][1]:
                spans[-1] = (spans[-1][0], max(spans[-1][1], closes))
            else:
                spans.append((opens, closes))
        return tuple(spans)


@dataclass(frozen=True, slots=True)
class Holidays:
    dates: tuple[date, ...] = ()
    national: bool = False
    """India's national holidays, every year."""

    def __contains__(self, day: date) -> bool:
        return day in self.dates or (self.national and day in _national(day.year))


@lru_cache(maxsize=16)
def _national(year: int) -> frozenset[date]:
    """As far as they are known: those that follow the moon are known for some years ahead only."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library warns of years in which it knows only those of a fixed date
        from holidays import country_holidays  # noqa: PLC0415 - 4 MB that most do without

        return frozenset(country_holidays("IN", years=year))


class WorkingTime:
    """Working hours and holidays in a zone. What it is given and gives back is aware; it answers in UTC."""

    def __init__(self, hours: WorkingHours, holidays: Holidays, zone: ZoneInfo) -> None:
        self._hours = hours
        self._holidays = holidays
        self._zone = zone
        self._on = lru_cache(_REMEMBERED)(self._spans)

    def with_hours(self, hours: WorkingHours) -> WorkingTime:
        """Of somebody who works at other hours, in the same zone and with the same holidays."""
        return WorkingTime(hours, self._holidays, self._zone)

    def is_open(self, at: datetime) -> bool:
        """Closing time itself is closed."""
        return any(start <= at < end for start, end in self._from(at, 3))

    def is_workday(self, day: date) -> bool:
        return bool(self._on(day))

    def is_holiday(self, day: date) -> bool:
        """Other than by the week's hours."""
        return day in self._holidays

    def last_close(self, before: datetime) -> datetime | None:
        """When the shop last closed, at that moment or earlier; None where that is longer ago than two weeks."""
        day = before.astimezone(self._zone).date()
        for earlier in range(_LONGEST_BREAK):
            closings = [closes for _opens, closes in self._on(day - earlier * _DAY) if closes <= before]
            if closings:
                return max(closings)
        return None

    def share(self, weekday: int, hour: int) -> float:
        """Which part of this hour of an ordinary such day is worked."""
        begins, minutes = hour * 60, 0
        for opens, closes in self._hours.on(weekday):
            start, end = (one.hour * 60 + one.minute for one in (opens, closes))
            minutes += max(min(24 * 60 if closes == time.max else end, begins + 60) - max(start, begins), 0)
        return minutes / 60

    def add(self, start: datetime, span: timedelta) -> datetime:
        """The first moment at which so much working time has passed since `start`; NEVER if it does not come."""
        left, reached = span, start.astimezone(UTC)
        if left <= timedelta(0):
            return reached
        for opens, closes in self._from(reached):
            begins = max(opens, reached)
            if closes - begins >= left:
                return begins + left
            left -= max(closes - begins, timedelta(0))
            reached = max(reached, closes)
        return NEVER

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much working time lies between them."""
        passed, reached = timedelta(0), start.astimezone(UTC)
        for opens, closes in self._from(reached):
            if opens >= end:
                break
            passed += max(min(closes, end) - max(opens, reached), timedelta(0))
            reached = max(reached, closes)
        return passed

    def _from(self, at: datetime, days: int | None = None) -> Iterator[Span]:
        """The spans of so many days, or of all until the calendar ends. They begin with the day before `at`: a zone
        that skips a day at the date line pushes hours into the next one.
        """
        day = at.astimezone(self._zone).date()
        for later in islice(_days(day - _DAY if day > date.min else day), days):
            yield from self._on(later)

    def _spans(self, day: date) -> tuple[Span, ...]:
        if day in self._holidays:
            return ()
        spans = ((self._at(day, opens), self._at(day, closes)) for opens, closes in self._hours.on(day.weekday()))
        # Where the clock is put forward over opening or closing time, nothing may be left.
        return tuple((opens, closes) for opens, closes in spans if opens < closes)

    def _at(self, day: date, clock: time) -> datetime:
        if clock == time.max:
            day, clock = day + _DAY, time.min
        return datetime.combine(day, clock, self._zone).astimezone(UTC)


def _days(day: date) -> Iterator[date]:
    """The day and those after it; the calendar's last days are left out, because their midnight has no date."""
    while day < date.max - 2 * _DAY:
        yield day
        day += _DAY
