"""Times and spans as people here say them. A number and its unit are never parted at the end of a line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from babel.dates import format_date, get_day_names

from bot.i18n import _, locale

if TYPE_CHECKING:
    from datetime import date
    from zoneinfo import ZoneInfo

_RECENT: Final = timedelta(days=330)
"""Within so much a day and a month name one date."""

_WEEK: Final = 7
"""Days; a weekday's name is one day of the six before and the six to come."""

_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR
_NOON: Final = 12


@dataclass(frozen=True, slots=True)
class Now:
    """When something is written, and in which zone it is read: that decides what is today."""

    at: datetime
    zone: ZoneInfo

    @property
    def today(self) -> date:
        return _local(self.at, self.zone).date()


def moment(at: datetime, now: Now) -> str:
    """`6:14 pm` today, `3 Jan, 6:14 pm` this year, `3 Jan 2024, 6:14 pm` in any other."""
    local, today = _local(at, now.zone), now.today
    time = _clock(local.hour, local.minute)
    return time if local.date() == today else f"{_date(local.date(), today)}, {time}"


def brief(at: datetime, now: Now) -> str:
    """As exact as a list needs it: `6:24 pm` today, `Wed 4 pm` within a week, `3 Oct` this year, `3 Oct 2024`."""
    local, today = _local(at, now.zone), now.today
    days = abs((local.date() - today).days)
    if days == 0:
        return _clock(local.hour, local.minute)
    if days < _WEEK:
        return f"{_weekday(local.date())}\u00a0{_round_clock(local.hour, local.minute)}"
    return _date(local.date(), today)


def appointment(at: datetime, now: Now) -> str:
    """With the weekday, so that a slip is seen: `Friday 4 Dec, 4:00 pm`."""
    local = _local(at, now.zone)
    day = f"{_weekday(local.date(), 'EEEE')} {_date(local.date(), now.today)}"
    return f"{day}, {_clock(local.hour, local.minute)}"


def weekday_and_day(at: datetime, now: Now) -> str:
    """`Mon 30 Nov`."""
    date = _local(at, now.zone).date()
    return f"{_weekday(date)} {short_day(date)}".replace(" ", "\u00a0")


def weekday(at: datetime, now: Now) -> str:
    """`Monday`."""
    return _weekday(_local(at, now.zone).date(), "EEEE")


def clock(at: datetime, zone: ZoneInfo) -> str:
    """`6:14 pm`."""
    local = _local(at, zone)
    return _clock(local.hour, local.minute)


def day(at: datetime, zone: ZoneInfo) -> str:
    """`3 Jan 2024`."""
    return _dated(_local(at, zone).date(), "d MMM y", locale())


def _date(date: date, today: date) -> str:
    return short_day(date) if date.year == today.year else _dated(date, "d MMM y", locale())


def short_day(date: date) -> str:
    """`5 Jan`."""
    return _dated(date, "d MMM", locale())


def month(date: date) -> str:
    """`Jan 2026`."""
    return _dated(date, "MMM y", locale())


def weekday_name(weekday: int) -> str:
    """`Mon`, of 0."""
    return str(get_day_names("abbreviated", locale=locale())[weekday])


def _weekday(date: date, form: str = "EEE") -> str:
    return _dated(date, form, locale())


# Every line of a list has a time, of few days.
@lru_cache(maxsize=4096)
def _dated(date: date, form: str, locale: str) -> str:
    return str(format_date(date, form, locale=locale)).replace(" ", "\u00a0")


def _clock(hour: int, minute: int) -> str:
    # Babel's spelling of the half changes with its version: "pm" until 2.18, "PM" since 2.19.
    half = _("am") if hour < _NOON else _("pm")
    return f"{(hour - 1) % _NOON + 1}:{minute:02d}\u00a0{half}"


def _round_clock(hour: int, minute: int) -> str:
    """`4 pm` for a whole hour."""
    return _clock(hour, minute).replace(":00", "")


def day_before(at: datetime, reference: datetime | None, zone: ZoneInfo) -> str:
    """`12 Dec`, with its year where that is not clear from the reference."""
    if reference is not None and abs(reference - at) < _RECENT:
        return short_day(_local(at, zone).date())
    return day(at, zone)


def clock_face(at: datetime, zone: ZoneInfo) -> str:
    """The emoji of the nearest half hour."""
    local = _local(at, zone)
    halves = (local.hour * 60 + local.minute + 15) // 30 % 24
    hour, is_half = (halves // 2 - 1) % 12, halves % 2
    return chr((0x1F55C if is_half else 0x1F550) + hour)


def _local(at: datetime, zone: ZoneInfo) -> datetime:
    """A time at the edge of the calendar stays as it is."""
    try:
        return at.astimezone(zone)
    except OverflowError:
        return at


def span(length: timedelta) -> str:
    """`45 s`, `12 min`, `3 h 5 min`, `2 d 4 h`: as exact as it matters."""
    seconds = max(0, int(length.total_seconds()))
    if seconds < _MINUTE:
        return _("{n}\u00a0s").format(n=seconds)
    if seconds < _HOUR:
        return _("{n}\u00a0min").format(n=seconds // _MINUTE)
    if seconds < _DAY:
        return _joined(_("{n}\u00a0h").format(n=seconds // _HOUR), _("{n}\u00a0min"), seconds % _HOUR // _MINUTE)
    return _joined(_("{n}\u00a0d").format(n=seconds // _DAY), _("{n}\u00a0h"), seconds % _DAY // _HOUR)


def worked(length: timedelta) -> str:
    """As `span`, of working time: a day of it has no fixed number of hours."""
    hours = int(length.total_seconds()) // _HOUR
    return span(length) if hours < _DAY // _HOUR else _("{n}\u00a0h").format(n=hours)


def call_length(seconds: int) -> str:
    """`1 min 45 s`."""
    if seconds < _MINUTE or seconds >= _HOUR:
        return span(timedelta(seconds=min(seconds, 10**9)))
    return _joined(_("{n}\u00a0min").format(n=seconds // _MINUTE), _("{n}\u00a0s"), seconds % _MINUTE)


def _joined(larger: str, smaller: str, n: int) -> str:
    return f"{larger}\u00a0{smaller.format(n=n)}" if n else larger
