"""Working hours and holidays: which hours a day has. Typed ones are read by `config.hours`."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, time


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
