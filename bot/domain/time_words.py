"""Times as people type them, read word by word. Which moment is meant is the business of `typed_times`."""

from __future__ import annotations

import re
from calendar import monthrange
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Final

from bot.domain import durations, time_of_day
from bot.domain import time_vocabulary as vocabulary
from bot.domain.plain_text import plain
from bot.domain.words.all import PARTS, WEEKDAYS, spelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.domain.time_of_day import TypedClock

    Take = Callable[[re.Match[str], "TypedTime"], "TypedTime | None"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedDay:
    """A day, told in one of four ways: so many days from now, a weekday (Monday is 0), a date, a month's last day."""

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


def read(typed: str) -> TypedTime | None:
    """What the words say; None where they tell of no time, or of two. What is to be done may stand before the time:
    "call on friday at 4".
    """
    words = " ".join(spelled(typed).split())
    found = _read(words) if _piece(words) else _read_behind(words)
    return None if found is None else replace(found, rest=_as_typed(found.rest, typed))


def _as_typed(rest: str, typed: str) -> str:
    """With the dots below that reading leaves out."""
    written = {spelled(word): word for word in plain(typed).split()}
    return " ".join(written.get(word, word) for word in rest.split())


def _read_behind(words: str) -> TypedTime | None:
    """A time behind a few words without one, as far as it is surely a time: "send 5 m cable" tells of none."""
    for gap in islice(re.finditer(" ", words), vocabulary.MOST_BEFORE):
        before, left = words[: gap.start()], words[gap.end() :]
        if vocabulary.DIGIT.search(before):
            return None
        if _piece(left):
            found = _read(left)
            is_sure = found is not None and _is_sure(left[: len(left) - len(found.rest)], found)
            before = vocabulary.REMIND.sub("", before)
            return replace(found, rest=f"{before} {found.rest}".strip()) if found is not None and is_sure else None
    return None


def _is_sure(said: str, found: TypedTime) -> bool:
    """Of a time between other words."""
    if found.after is not None:
        return not found.rest and bool(vocabulary.LENGTH.search(said))
    if found.day is not None and (found.day.offset is not None or found.day.weekday is not None):
        return True
    return bool(vocabulary.NAMED.search(said)) or (not found.rest and bool(vocabulary.AT.match(said)))


def _read(left: str) -> TypedTime | None:
    reading = TypedTime()
    while piece := _piece(left):
        match, take = piece
        known = take(match, reading)
        if known is None:
            return None
        left, reading = left[match.end() :].lstrip(), known
    if reading == TypedTime() or vocabulary.DANGLING.match(left):
        return None
    settled = _settled(reading)
    return None if settled is None else replace(settled, rest=left.lstrip(" ,:;.-–"))


def _piece(left: str) -> tuple[re.Match[str], Take] | None:
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
    return replace(reading, day=day) if reading.day is None and reading.after is None else None


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


def _settled(reading: TypedTime) -> TypedTime | None:
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
    (
        _compiled(
            rf"(?:(?P<quarter>{'|'.join(vocabulary.QUARTERS)})\s*)?"
            r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s*(?P<half>[ap]\.?m\.?)?"
            rf"(?:\s*(?:{vocabulary.HOUR}|hrs?))?"
        ),
        _take_clock,
    ),
    (
        _compiled(
            rf"(?:(?P<quarter>{'|'.join(vocabulary.QUARTERS)})\s*)?(?P<hour>{vocabulary.WORDS})(?P<minute>)(?P<half>)"
            rf"\s*(?:{vocabulary.HOUR})"
        ),
        _take_clock,
    ),
    # Half past an hour, as the last word, is one also without saying so; "two" may be "give".
    (
        _compiled(
            rf"(?:(?P<quarter>{'|'.join(vocabulary.QUARTERS)})\s*(?=(?:{vocabulary.WORDS})$)|(?=(?:{vocabulary.HALVES})$))"
            rf"(?P<hour>{vocabulary.WORDS})(?P<minute>)(?P<half>)$"
        ),
        _take_clock,
    ),
]
