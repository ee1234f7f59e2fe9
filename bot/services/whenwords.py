"""The words in which people type times, English, Hindi in Latin letters, and some in Devanagari. Which moment is meant
is `when`'s business.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Final

from bot.domain import durations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Take = Callable[[re.Match[str], "Reading"], "Reading | None"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day, told in one of three ways: so many days from now, a weekday (Monday is 0), a date."""

    offset: int | None = None
    weekday: int | None = None
    is_next_week: bool = False
    day: int = 0
    month: int | None = None
    year: int | None = None

    def dates(self, today: date) -> Iterator[date]:
        """Which dates it may mean, where it is a date; none for 31 Feb."""
        years = range(today.year - 1, today.year + 9) if self.year is None else (self.year,)
        months = range(1, 13) if self.month is None else (self.month,)
        for year in years:
            for month in months:
                with suppress(ValueError):
                    yield date(year, month, self.day)


@dataclass(frozen=True, slots=True)
class Clock:
    at: time
    is_either: bool = False
    """It was not said whether morning or evening is meant; `at` is the morning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    after: timedelta | None = None
    """So long from now."""
    day: Day | None = None
    clock: Clock | None = None
    part: str | None = None
    """A part of the day."""
    rest: str = ""


_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS: Final = (
    r"mon(?:day)?|som(?:v|w)aa?r|सोमवार",
    r"tue(?:s(?:day)?)?|mangal(?:(?:v|w)aa?r)?|मंगलवार",
    r"wed(?:nesday)?|budh(?:(?:v|w)aa?r)?|बुधवार",
    r"thu(?:r(?:s(?:day)?)?)?|guru(?:v|w)aa?r|brihaspati(?:v|w)aa?r|गुरुवार",
    r"fri(?:day)?|shukra?(?:(?:v|w)aa?r)?|शुक्रवार",
    r"sat(?:urday)?|shani(?:(?:v|w)aa?r)?|शनिवार",
    r"sun(?:day)?|ra(?:v|w)i(?:v|w)aa?r|it(?:v|w)aa?r|रविवार",
)
_OFFSETS: Final = {
    r"today|aaj|aj|आज": 0,
    r"(?:the\s+)?day\s+after\s+tomorrow|par(?:a|)son?|परसों": 2,
    r"tom+or+ow|tmrw?|tom|kal|कल": 1,
}
_PARTS: Final = {
    "morning": r"morning|subah|sub[ae]h|savere|सुबह",
    "noon": r"noon|midday",
    "afternoon": r"afternoon|dop(?:a|e)har|दोपहर",
    "evening": r"evening|eve|shaa?m|शाम",
    "night": r"night|raat|rat|रात",
}
_BY_ITSELF: Final = {"morning": 10, "noon": 12, "afternoon": 15, "evening": 18, "night": 20}
_NUMBERS: Final = {
    "ek": 1, "one": 1, "an": 1, "a": 1, "do": 2, "two": 2, "teen": 3, "three": 3, "chaa?r": 4, "four": 4,
    "paa?nch": 5, "five": 5, "chh?e": 6, "six": 6, "saat": 7, "seven": 7, "aath": 8, "eight": 8, "nau": 9, "nine": 9,
    "das": 10, "ten": 10, "gyarah": 11, "eleven": 11, "baa?rah": 12, "twelve": 12,
    "half an": 0.5, "half": 0.5, "aadh[ae]": 0.5, "dedh": 1.5, "dhai": 2.5,
}  # fmt: skip
_UNITS: Final = {
    **durations.UNITS,
    r"minat|मिनट": timedelta(minutes=1),
    r"ghan?t[ae]|घंटे|घंटा": timedelta(hours=1),
    r"din|दिन": timedelta(days=1),
    r"haft[ae]|hapt[ae]|हफ्ते": timedelta(weeks=1),
    r"mahin[ae]|महीने|महीना": timedelta(days=30),
    r"saal|साल": timedelta(days=365),
}
"""Those of every length of time, and how they are said here."""
_QUARTERS: Final = {r"saa?dh?e": 30, r"sa(?:v|w)a": 15, r"paune": -15}

_END: Final = r"(?![\w:/])"
_FILLER: Final = r"(?:(?:remind(?:\s+me)?|please|on|at|by|around|this|coming|ko|ke|par|pe|,)(?:\s+|(?<=,)))*"
_DIGITS: Final = r"\d{1,4}(?:\.\d)?"
_WORDS: Final = "|".join(_NUMBERS)
_UNIT: Final = "|".join(_UNITS)
_UNIT_END: Final = r"(?![^\W\d_])"
"""Digits may follow: 1h30m."""
_AMOUNT: Final = rf"(?:{_DIGITS}\s*|(?:{_WORDS})\s+)(?:{_UNIT}){_UNIT_END}"
_SUFFIX: Final = r"(?:st|nd|rd|th|\s*tarikh|\s*tareekh)"
_MONTH: Final = rf"(?:{'|'.join(_MONTHS)})[a-z]{{0,6}}\.?"
_YEAR: Final = r"(?:,?\s*(?P<year>20\d{2}))?"
_SPLIT: Final = re.compile(rf"({_DIGITS}(?=\s*(?:{_UNIT}))|\b(?:{_WORDS})(?=\s))\s*({_UNIT}){_UNIT_END}", re.IGNORECASE)
_DANGLING: Final = re.compile(r"[-–/:.,]?\s*\d|(?:or|to|and|ya|aur|se|tak|[ap]\.?m)\b|[-–/:.]$", re.IGNORECASE)
"""More of a time follows that was not understood."""

_HALF_DAY: Final = 12
_FIRST_OF_EVENING: Final = 6
_FIRST_OF_MORNING: Final = 8
"""A bare 8 to 11 is before noon, a bare 1 to 7 after it: nobody calls buyers at 5 in the morning."""


def read(typed: str) -> Reading | None:
    """What the first words say; None where they are no time, or two."""
    left, reading = " ".join(typed.split()), Reading()
    while piece := _piece(left):
        match, take = piece
        known = take(match, reading)
        if known is None:
            return None
        left, reading = left[match.end() :].lstrip(), known
    if reading == Reading() or _DANGLING.match(left):
        return None
    settled = _settled(reading)
    return None if settled is None else replace(settled, rest=left.lstrip(" ,:;.-–"))


def _piece(left: str) -> tuple[re.Match[str], Take] | None:
    """What comes next that tells of time."""
    matches = ((pattern.match(left), take) for pattern, take in _PIECES)
    return next(((match, take) for match, take in matches if match is not None), None)


def _take_after(match: re.Match[str], reading: Reading) -> Reading | None:
    if reading != Reading():
        return None
    amounts = [(_number(number), _unit(unit)) for number, unit in _SPLIT.findall(match["amounts"])]
    after = sum((number * unit for number, unit in amounts), timedelta())
    is_whole_days = all(unit >= timedelta(days=1) for _number, unit in amounts) and after.seconds == 0
    # "in 2 days 4pm" names a day, "in 2 days" a length of time.
    return Reading(after=after, day=Day(offset=after.days) if is_whole_days else None)


def _number(text: str) -> float:
    if text[0].isdigit():
        return float(text)
    return next(value for word, value in _NUMBERS.items() if re.fullmatch(word, text, re.IGNORECASE))


def _unit(text: str) -> timedelta:
    return next(value for word, value in _UNITS.items() if re.fullmatch(word, text, re.IGNORECASE))


def _day(reading: Reading, day: Day) -> Reading | None:
    return replace(reading, day=day) if reading.day is None and reading.after is None else None


def _take_offset(offset: int) -> Take:
    return lambda _match, reading: _day(reading, Day(offset=offset))


def _take_tonight(_match: re.Match[str], reading: Reading) -> Reading | None:
    known = _day(reading, Day(offset=0))
    return None if known is None else replace(known, part="night")


def _take_weekday(weekday: int) -> Take:
    return lambda match, reading: _day(reading, Day(weekday=weekday, is_next_week=match["next"] is not None))


def _take_next_week(_match: re.Match[str], reading: Reading) -> Reading | None:
    return _day(reading, Day(weekday=0, is_next_week=True))


def _take_date(match: re.Match[str], reading: Reading) -> Reading | None:
    given = match.groupdict()
    named = given.get("month")
    month = None if named is None else int(named) if named.isdecimal() else _MONTHS.index(named[:3].lower()) + 1
    # 25/12/26 means this century's.
    year = None if given.get("year") is None else 2000 + int(given["year"]) % 100
    return _day(reading, Day(day=int(given["day"]), month=month, year=year))


def _take_part(part: str) -> Take:
    return lambda _match, reading: replace(reading, part=part) if reading.part is None else None


def _take_clock(match: re.Match[str], reading: Reading) -> Reading | None:
    clock = None if reading.clock is not None else _clock(match)
    return None if clock is None else replace(reading, clock=clock)


def _clock(match: re.Match[str]) -> Clock | None:
    minute = int(match["minute"] or 0)
    minutes = int(_number(match["hour"]) * 60) + minute + _quarter(match["quarter"])
    if not 0 <= minutes < 24 * 60 or minute > 59 or match[0] == "0":
        return None
    at = time(minutes // 60, minutes % 60)
    is_twelve_hours = 1 <= at.hour <= _HALF_DAY
    if match["half"]:
        return _halved(at, match["half"].lower().replace(".", "")) if is_twelve_hours else None
    return Clock(at, is_either=is_twelve_hours and not match["hour"].startswith("0"))


def _quarter(word: str | None) -> int:
    """Minutes."""
    known = (value for name, value in _QUARTERS.items() if word and re.fullmatch(name, word, re.IGNORECASE))
    return next(known, 0)


def _halved(at: time, half: str) -> Clock:
    return Clock(at.replace(hour=at.hour % _HALF_DAY + (_HALF_DAY if half == "pm" else 0)))


def _settled(reading: Reading) -> Reading | None:
    """The time of day made definite; the morning where it may still be either."""
    clock = reading.clock
    if reading.part is not None:
        clock = _in_part(clock, reading.part)
        if clock is None:
            return None
    elif clock is not None:
        clock = _guessed(clock)
    if clock is None:
        return reading
    # "in 2 hours, 4 pm" says two things; "in 2 days, 4 pm" says one.
    is_double = reading.after is not None and reading.day is None
    return None if is_double else replace(reading, clock=clock, after=None)


def _guessed(clock: Clock) -> Clock:
    if not clock.is_either or clock.at.hour == _HALF_DAY:
        return Clock(clock.at)
    if clock.at.hour >= _FIRST_OF_MORNING:
        return clock
    return _halved(clock.at, "pm")


def _in_part(clock: Clock | None, part: str) -> Clock | None:
    """None where the night's small hours are meant: of which day, nobody could say."""
    if clock is None:
        return Clock(time(_BY_ITSELF[part]))
    if not clock.is_either:
        return clock
    is_twelve = clock.at.hour == _HALF_DAY
    if part == "morning":
        return None if is_twelve else Clock(clock.at)
    is_small = is_twelve or clock.at.hour < _FIRST_OF_EVENING
    return None if part == "night" and is_small else _halved(clock.at, "pm")


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"{_FILLER}{pattern}{_END}", re.IGNORECASE)


_PIECES: Final[list[tuple[re.Pattern[str], Take]]] = [
    (
        _compiled(
            rf"(?:in\s+|after\s+)?(?P<amounts>{_AMOUNT}(?:\s*(?:and\s+)?{_AMOUNT})*)(?:\s+(?:later|baad|mein|me))?"
        ),
        _take_after,
    ),
    *((_compiled(rf"(?:{words})"), _take_offset(offset)) for words, offset in _OFFSETS.items()),
    (_compiled(r"tonight"), _take_tonight),
    (_compiled(r"(?:next\s+week|agl[ei]\s+haft[ae])"), _take_next_week),
    *(
        (_compiled(rf"(?:(?P<next>next|agl[ei])\s+)?(?:{words})"), _take_weekday(number))
        for number, words in enumerate(_WEEKDAYS)
    ),
    (_compiled(r"(?P<year>20\d{2})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"), _take_date),
    (_compiled(r"(?P<day>\d{1,2})([/.-])(?P<month>\d{1,2})\2(?P<year>20\d{2}|[2-9]\d)"), _take_date),
    (_compiled(r"(?P<day>\d{1,2})/(?P<month>\d{1,2})"), _take_date),
    (_compiled(rf"(?:the\s+)?(?P<day>\d{{1,2}}){_SUFFIX}?\s*(?:of\s+)?(?P<month>{_MONTH}){_YEAR}"), _take_date),
    (_compiled(rf"(?P<month>{_MONTH})\s*(?P<day>\d{{1,2}}){_SUFFIX}?{_YEAR}"), _take_date),
    (_compiled(rf"(?:the\s+)?(?P<day>\d{{1,2}}){_SUFFIX}"), _take_date),
    *((_compiled(rf"(?:in\s+the\s+)?(?:{words})"), _take_part(part)) for part, words in _PARTS.items()),
    (
        _compiled(
            rf"(?:(?P<quarter>{'|'.join(_QUARTERS)})\s+)?"
            r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s*(?P<half>[ap]\.?m\.?)?"
            r"(?:\s*(?:baje|bje|बजे|o'?clock|hrs?))?"
        ),
        _take_clock,
    ),
    (
        _compiled(
            rf"(?:(?P<quarter>{'|'.join(_QUARTERS)})\s+)?(?P<hour>{'|'.join(_NUMBERS)})(?P<minute>)(?P<half>)"
            r"\s+(?:baje|bje|बजे|o'?clock)"
        ),
        _take_clock,
    ),
]
