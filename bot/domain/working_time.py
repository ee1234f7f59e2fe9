"""Arithmetic in working time: what is left of a day, of a week-end, of a holiday. Reading the settings is config's."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from bot.domain.working_hours import Holidays, WorkingHours

NEVER: Final = datetime.max.replace(tzinfo=UTC)
_DAY: Final = timedelta(days=1)
_REMEMBERED: Final = 4096

Span = tuple[datetime, datetime]


class WorkingTime:
    """Working hours and holidays in a zone. What it is given and gives back is aware; it answers in UTC."""

    def __init__(self, hours: WorkingHours, holidays: Holidays, zone: ZoneInfo) -> None:
        self._hours = hours
        self._holidays = holidays
        self._zone = zone
        self._on = lru_cache(_REMEMBERED)(self._spans)

    def is_open(self, at: datetime) -> bool:
        """Closing time itself is closed."""
        return any(start <= at < end for start, end in self._around(at))

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

    def _around(self, at: datetime) -> Iterator[Span]:
        day = at.astimezone(self._zone).date()
        # A zone that skips a day at the date line pushes hours into the next one.
        for near in _days(day - _DAY if day > date.min else day, 3):
            yield from self._on(near)

    def _from(self, at: datetime) -> Iterator[Span]:
        """The spans of the day of `at` and of all days after it, until the calendar ends."""
        day = at.astimezone(self._zone).date()
        for later in _days(day - _DAY if day > date.min else day):
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


def _days(first: date, number: int | None = None) -> Iterator[date]:
    """The day and those after it; the calendar's last days are left out, because their midnight has no date."""
    day = first
    while number != 0 and day < date.max - 2 * _DAY:
        yield day
        day += _DAY
        number = None if number is None else number - 1
