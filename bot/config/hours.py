"""Working hours, holidays and the times of digests, as people type them."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Final

from bot.config.values import OFF, BadValueError, items, quoted
from bot.domain import spans
from bot.domain.digest_times import DigestAudience, DigestTime
from bot.domain.hour_words import DAY, DAYS, in_english
from bot.domain.working_time import Holidays, Shift, WorkingHours
from bot.i18n import _

_DAYS: Final = tuple(day.lower() for day in DAYS)
_CLOCK: Final = r"\d{1,2}(?:[:.]\d{2})?\s*(?:[ap]m)?"
_RANGE: Final = re.compile(rf"({DAY}(?:\s*-\s*{DAY})?|daily)?\s*({_CLOCK}\s*-\s*{_CLOCK})?", re.ASCII)
_DIGEST: Final = re.compile(rf"({DAY}\s+)?({_CLOCK})(?:\s+(?:for\s+)?(group|admins?))?", re.ASCII)
_TIME: Final = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*([ap]m)?", re.ASCII)
_EITHER: Final = re.compile(r"[1-7](?:[:.]\d{2})?", re.ASCII)
"""An hour of the morning or of the afternoon: nobody says which. From 8 on shops open in the morning."""
_DAWN: Final = time(8)


def working_hours(text: str) -> WorkingHours:
    """`Mon-Fri 09:30-19:00, Sat 10:00-14:00`; a part without days means those of the part before."""
    days: frozenset[int] = frozenset(range(7))
    waiting: frozenset[int] = frozenset()
    shifts: list[Shift] = []
    for part in items(in_english(text).lower()):
        match = _RANGE.fullmatch(part)
        if match is None:
            raise BadValueError(_("{text} is not days and hours.").format(text=quoted(part)))
        waiting |= _days(match[1]) if match[1] else frozenset()
        if match[2]:
            days, waiting = waiting or days, frozenset()
            shifts.append(_shift(days, match[2], shifts))
    if waiting or not shifts:
        raise BadValueError(_("hours are missing after the days."))
    return WorkingHours(tuple(shifts))


def _days(text: str) -> frozenset[int]:
    if text == "daily":
        return frozenset(range(7))
    first, __, last = (part.strip() for part in text.partition("-"))
    start, end = _DAYS.index(first[:3]), _DAYS.index((last or first)[:3])
    return frozenset((start + step) % 7 for step in range((end - start) % 7 + 1))


def _shift(days: frozenset[int], text: str, before: list[Shift]) -> Shift:
    """`10-1pm, 2-6` would begin at two in the night: that is asked back, as is what begins while the shop is open."""
    opens, closes = _span(text)
    is_either = _EITHER.fullmatch(text.split("-", maxsplit=1)[0].strip()) and not text.endswith("m")
    is_open = any(opens < one.closes for one in before if one.days & days)
    if is_either and (is_open or closes < _DAWN):
        raise BadValueError(
            _("{text} may be in the morning or in the afternoon. Write for example 14:00-18:00 or 2pm-6pm.").format(
                text=quoted(text)
            )
        )
    return Shift(days, opens, closes)


def _span(text: str) -> tuple[time, time]:
    """`2-6pm` is all of it in the afternoon, `10-6pm` is not."""
    first, last = (part.strip() for part in text.split("-"))
    opens, closes = _time(first), _time(last)
    if last.endswith("pm") and _EITHER.fullmatch(first) and _time(f"{first}pm") < closes:
        opens = _time(f"{first}pm")
    if opens >= closes:
        raise BadValueError(
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
        raise BadValueError(_("{text} is not a time of day.").format(text=quoted(text)))
    return time(hour, minute)


def digest_times(text: str) -> tuple[DigestTime, ...]:
    """`09:15, 19:00, Mon 09:30`; `19:00 admins` is for them alone; nothing for `off`."""
    if text.strip().lower() in OFF | {"never"}:
        return ()
    found = [_digest_time(part) for part in items(in_english(text).lower())]
    if not found:
        raise BadValueError(_("a time is missing; to have no digest, write off."))
    return tuple(dict.fromkeys(found))


def _digest_time(part: str) -> DigestTime:
    match = _DIGEST.fullmatch(part)
    if match is None:
        raise BadValueError(
            _("{text} is no time of a digest: a time of day, with a day before it for the week's.").format(
                text=quoted(part)
            )
        )
    clock = _time(match[2].strip())
    if clock == time.max:
        raise BadValueError(_("{text} is not a time of day.").format(text=quoted(part)))
    weekday = _DAYS.index(match[1][:3]) if match[1] else None
    if match[3] is None:
        return DigestTime(clock, weekday)
    return DigestTime(clock, weekday, (DigestAudience.GROUP if match[3] == "group" else DigestAudience.ADMINS,))


def holidays(text: str) -> Holidays:
    """Dates, and `IN` for India's national holidays."""
    parts = items(text)
    dates = tuple(sorted({_date(part) for part in parts if part.upper() != "IN"}))
    return Holidays(dates, any(part.upper() == "IN" for part in parts))


def _date(text: str) -> date:
    found = spans.day(text)
    if found is None:
        raise BadValueError(_("{text} is not a date.").format(text=quoted(text)))
    return found
