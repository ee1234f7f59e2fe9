"""Working hours and holidays: reading them, and asking which hours a day has."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import Final

from bot.config.values import Refused, items, quoted
from bot.i18n import _

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY: Final = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
_CLOCK: Final = r"\d{1,2}(?:[:.]\d{2})?\s*(?:[ap]m)?"
_RANGE: Final = re.compile(rf"({_DAY}(?:\s*-\s*{_DAY})?|daily)?\s*({_CLOCK}\s*-\s*{_CLOCK})?", re.ASCII)
_TIME: Final = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*([ap]m)?", re.ASCII)
_DATE_FORMATS: Final = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y")


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


def working_hours(text: str) -> WorkingHours:
    """`Mon-Fri 09:30-19:00, Sat 10:00-14:00`; a part without days means those of the part before."""
    days: frozenset[int] = frozenset(range(7))
    waiting: frozenset[int] = frozenset()
    shifts = []
    for part in items(text.lower().replace(" to ", "-")):
        match = _RANGE.fullmatch(part)
        if match is None:
            raise Refused(_("{text} is not days and hours.").format(text=quoted(part)))
        waiting |= _days(match[1]) if match[1] else frozenset()
        if match[2]:
            days, waiting = waiting or days, frozenset()
            shifts.append(Shift(days, *_span(match[2])))
    if waiting or not shifts:
        raise Refused(_("hours are missing after the days."))
    return WorkingHours(tuple(shifts))


def _days(text: str) -> frozenset[int]:
    if text == "daily":
        return frozenset(range(7))
    first, __, last = (part.strip() for part in text.partition("-"))
    start, end = _DAYS.index(first[:3]), _DAYS.index((last or first)[:3])
    return frozenset((start + step) % 7 for step in range((end - start) % 7 + 1))


def _span(text: str) -> tuple[time, time]:
    opens, closes = (_time(part.strip()) for part in text.split("-"))
    if opens >= closes:
        raise Refused(
            _("{text} closes before it opens. Write hours past midnight as two parts.").format(text=quoted(text))
        )
    return opens, closes


def _time(text: str) -> time:
    match = _TIME.fullmatch(text)
    hour, minute, half = (int(match[1]), int(match[2] or 0), match[3]) if match else (99, 0, None)
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    elif half:
        hour = 99
    if (hour, minute) == (24, 0):
        return time.max
    if hour > 23 or minute > 59:
        raise Refused(_("{text} is not a time of day.").format(text=quoted(text)))
    return time(hour, minute)


def holidays(text: str) -> Holidays:
    """Dates, and `IN` for India's national holidays."""
    parts = items(text)
    dates = tuple(sorted({_date(part) for part in parts if part.upper() != "IN"}))
    return Holidays(dates, any(part.upper() == "IN" for part in parts))


def _date(text: str) -> date:
    for form in _DATE_FORMATS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a date has no zone
        except ValueError:
            continue
    raise Refused(_("{text} is not a date.").format(text=quoted(text)))
