"""The pieces that a typed time has, a day, a time of day, a length, one behind the other. Which words between others
are a time is the business of `time_words`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Final

from bot.domain import durations, time_of_day
from bot.domain import time_vocabulary as vocabulary
from bot.domain.time_of_day import TypedClock
from bot.domain.words.all import PARTS, WEEKDAYS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Take = Callable[[re.Match[str], "TypedTime"], "TypedTime | None"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedDay:
    """A day, told in one of four ways: so many days from now, a weekday (Monday is 0), a date, a month's last day.
    A date may name its weekday too.
    """

    offset: int | None = None
    weekday: int | None = None
    is_next_week: bool = False
    day: int = 0
    month: int | None = None
    year: int | None = None
    is_month_end: bool = False
    """The last day of `month`, or of any."""

    def dates(self, today: date) -> Iterator[date]:
        """Which dates it may mean, where it is a date; none for 31 Feb."""
        years = range(today.year - 1, today.year + 9) if self.year is None else (self.year,)
        months = range(1, 13) if self.month is None else (self.month,)
        for year in years:
            for month in months:
                with suppress(ValueError):
                    yield date(year, month, monthrange(year, month)[1] if self.is_month_end else self.day)


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedTime:
    after: timedelta | None = None
    """So long from now."""
    day: TypedDay | None = None
    clock: TypedClock | None = None
    part: str | None = None
    """A part of the day."""
    rest: str = ""


def take(left: str) -> tuple[TypedTime, str] | None:
    """All that stands at the front, and what is left; None where it says two things at once."""
    reading = TypedTime()
    while found := piece(left):
        match, meant = found
        known = meant(match, reading)
        if known is None:
            return None
        left, reading = left[match.end() :].lstrip(), known
    return reading, left


def piece(left: str) -> tuple[re.Match[str], Take] | None:
    """What comes next that tells of time."""
    matches = ((pattern.match(left), take) for pattern, take in _PIECES)
    return next(((match, take) for match, take in matches if match is not None), None)


def _take_after(match: re.Match[str], reading: TypedTime) -> TypedTime | None:
    if reading != TypedTime():
        return None
    amounts = [
        (time_of_day.number(number), durations.meaning(vocabulary.UNITS, unit))
        for number, unit in vocabulary.SPLIT.findall(match["amounts"])
    ]
    after = sum((number * unit for number, unit in amounts), timedelta())
    is_whole_days = all(unit >= timedelta(days=1) for _number, unit in amounts) and after.seconds == 0
    # "in 2 days 4pm" names a day, "in 2 days" a length of time.
    return TypedTime(after=after, day=TypedDay(offset=after.days) if is_whole_days else None)


def _day(reading: TypedTime, day: TypedDay) -> TypedTime | None:
    known = day if reading.day is None else _same_day(reading.day, day)
    return None if known is None or reading.after is not None else replace(reading, day=known)


def _same_day(one: TypedDay, other: TypedDay) -> TypedDay | None:
    """A date and its weekday, Fri 9 Jan: whether it is a Friday is seen when the year is known."""
    dated, named = (one, other) if one.day else (other, one)
    is_pair = (
        dated.day and dated.weekday is None and named.weekday is not None and not (named.day or named.is_next_week)
    )
    return replace(dated, weekday=named.weekday) if is_pair else None


def _take_day(day: TypedDay, part: str | None = None) -> Take:
    """A day, and maybe the part of it that the word for it names too."""

    def take(_match: re.Match[str], reading: TypedTime) -> TypedTime | None:
        known = _day(reading, day)
        return known if known is None or part is None else replace(known, part=part)

    return take


def _take_weekday(weekday: int) -> Take:
    return lambda match, reading: _day(reading, TypedDay(weekday=weekday, is_next_week=match["next"] is not None))


def _take_date(match: re.Match[str], reading: TypedTime) -> TypedTime | None:
    """Without a day, a month's last one."""
    given = match.groupdict()
    day, named, year = given.get("day"), given.get("month"), given.get("year")
    month = None if named is None else _month(named)
    if day is None:
        return _day(reading, TypedDay(is_month_end=True, month=month))
    # 25/12/26 means this century's.
    century_year = None if year is None else 2000 + int(year) % 100
    return _day(reading, TypedDay(day=int(day), month=month, year=century_year))


def _month(text: str) -> int:
    if text.isdecimal():
        return int(text)
    return next(n for n, name in enumerate(vocabulary.MONTHS, 1) if re.fullmatch(name, text, re.IGNORECASE))


def _take_part(part: str) -> Take:
    return lambda _match, reading: replace(reading, part=part) if reading.part is None else None


def _take_clock(match: re.Match[str], reading: TypedTime) -> TypedTime | None:
    clock = None if reading.clock is not None else time_of_day.read(match)
    return None if clock is None else replace(reading, clock=clock)


def _take_24_hours(match: re.Match[str], reading: TypedTime) -> TypedTime | None:
    clock = TypedClock(time(int(match["hour"]), int(match["minute"])))
    return replace(reading, clock=clock) if reading.clock is None else None


def settled(reading: TypedTime) -> TypedTime | None:
    """The time of day made definite; the morning where it may still be either."""
    clock = reading.clock
    if reading.part is not None:
        clock = time_of_day.in_part(clock, reading.part)
        if clock is None:
            return None
    elif clock is not None:
        clock = time_of_day.guessed(clock)
    if clock is None:
        return reading
    # "in 2 hours, 4 pm" says two things; "in 2 days, 4 pm" says one.
    is_double = reading.after is not None and reading.day is None
    return None if is_double else replace(reading, clock=clock, after=None)


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"{vocabulary.FILLER}{pattern}{vocabulary.END}", re.IGNORECASE)


_PIECES: Final[list[tuple[re.Pattern[str], Take]]] = [
    # "1630 hrs" is no length of 68 days.
    (_compiled(vocabulary.CLOCK_OF_24_HOURS), _take_24_hours),
    (
        _compiled(
            rf"(?:(?:{vocabulary.WITHIN})\s+)?(?P<amounts>{vocabulary.AMOUNT}(?:\s*(?:and\s+)?{vocabulary.AMOUNT})*)"
            rf"(?:\s*(?:{vocabulary.LATER}))?"
        ),
        _take_after,
    ),
    (_compiled(rf"(?:{vocabulary.MONTH_END}){vocabulary.TRAILING}"), _take_date),
    (_compiled(rf"(?:end\s+of\s+(?P<month>{vocabulary.MONTH}))"), _take_date),
    (_compiled(rf"(?P<month>{vocabulary.MONTH})(?:\s+ke)?\s+end{vocabulary.TRAILING}"), _take_date),
    # Friday's evening: most work on Saturday, and some do not.
    (_compiled(rf"(?:{vocabulary.WEEK_END}){vocabulary.TRAILING}"), _take_day(TypedDay(weekday=4), "end of day")),
    (_compiled(r"week\s?end"), _take_day(TypedDay(weekday=5))),
    *(
        (_compiled(rf"(?:{words}){vocabulary.TRAILING}"), _take_day(TypedDay(offset=offset)))
        for offset, words in vocabulary.OFFSETS.items()
    ),
    (_compiled(r"tonight"), _take_day(TypedDay(offset=0), "night")),
    (_compiled(rf"(?:{vocabulary.NEXT_WEEK})"), _take_day(TypedDay(weekday=0, is_next_week=True))),
    *(
        (_compiled(rf"(?:(?P<next>{vocabulary.COMING})\s+)?(?:{words}){vocabulary.TRAILING}"), _take_weekday(number))
        for number, words in enumerate(WEEKDAYS)
    ),
    (_compiled(r"(?P<year>20\d{2})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"), _take_date),
    (_compiled(r"(?P<day>\d{1,2})([/.-])(?P<month>\d{1,2})\2(?P<year>20\d{2}|[2-9]\d)"), _take_date),
    (_compiled(r"(?P<day>\d{1,2})/(?P<month>\d{1,2})"), _take_date),
    (
        _compiled(
            rf"(?:the\s+)?(?P<day>\d{{1,2}}){vocabulary.SUFFIX}?\s*(?:of\s+)?(?P<month>{vocabulary.MONTH}){vocabulary.YEAR}{vocabulary.TRAILING}"
        ),
        _take_date,
    ),
    (
        _compiled(
            rf"(?P<month>{vocabulary.MONTH})\s*(?P<day>\d{{1,2}}){vocabulary.SUFFIX}?{vocabulary.YEAR}{vocabulary.TRAILING}"
        ),
        _take_date,
    ),
    (_compiled(rf"(?:the\s+)?(?P<day>\d{{1,2}}){vocabulary.SUFFIX}{vocabulary.TRAILING}"), _take_date),
    *(
        (_compiled(rf"(?:in\s+the\s+)?(?:{words}){vocabulary.TRAILING}"), _take_part(part))
        for part, words in PARTS.items()
    ),
    (_compiled(vocabulary.CLOCK), _take_clock),
    (_compiled(vocabulary.CLOCK_IN_WORDS), _take_clock),
    # Half past an hour, as the last word, is one also without saying so; "two" may be "give".
    (
        _compiled(
            rf"(?:(?P<quarter>{'|'.join(vocabulary.QUARTERS)})\s*(?=(?:{vocabulary.WORDS})$)|(?=(?:{vocabulary.HALVES})$))"
            rf"(?P<hour>{vocabulary.WORDS})(?P<minute>)(?P<half>)$"
        ),
        _take_clock,
    ),
]
