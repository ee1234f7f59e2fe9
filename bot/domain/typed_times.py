"""Times as people type them, "fri 4pm" or "kal 10 baje": read, or asked back. In the account's zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import date
    from zoneinfo import ZoneInfo

    from bot.domain.time_of_day import TypedClock
    from bot.domain.time_pieces import TypedDay, TypedTime

MORNING: Final = time(10)
"""A day without a time of day means this; so does "tomorrow"."""
FARTHEST: Final = timedelta(days=366)
JUST_GONE: Final = timedelta(days=7)
"""A date without a year that was so recently is a slip; one before that means next year's."""
_DAY: Final = timedelta(days=1)
_HALF: Final = timedelta(hours=12)


class TimeProblem(StrEnum):
    """Why a time cannot be taken as it was typed."""

    UNCLEAR = "unclear"
    PAST = "past"
    FAR = "far"
    """More than a year away."""


@dataclass(frozen=True, slots=True)
class Moment:
    at: datetime
    """Aware UTC, whole minutes unless a length of time was typed."""
    text: str = ""
    """What was typed after the time, as in "fri 4pm send the drawing"."""


class Preset(StrEnum):
    HOUR = "1h"
    THREE_HOURS = "3h"
    TOMORROW = "1d"


def preset(wanted: Preset, now: datetime, zone: ZoneInfo) -> datetime:
    if wanted is Preset.TOMORROW:
        return _at(now.astimezone(zone).date() + _DAY, MORNING, zone)
    return now.astimezone(UTC) + timedelta(hours=1 if wanted is Preset.HOUR else 3)


def parse(typed: str, now: datetime, zone: ZoneInfo) -> Moment | TimeProblem:
    """The moment that was meant, always after `now`, or what to ask."""
    from bot.domain import time_words  # noqa: PLC0415 - the patterns of all languages take a tenth of a second

    reading = time_words.read(typed)
    if reading is None:
        return TimeProblem.UNCLEAR
    try:
        found = _moment(reading, now.astimezone(UTC), zone)
    except (OverflowError, ValueError):
        return TimeProblem.UNCLEAR
    if isinstance(found, TimeProblem):
        return found
    if found <= now:
        return TimeProblem.PAST
    return TimeProblem.FAR if found - now > FARTHEST else Moment(found, reading.rest)


def _moment(reading: TypedTime, now: datetime, zone: ZoneInfo) -> datetime | TimeProblem:
    if reading.after is not None:
        return now + reading.after
    if reading.day is not None and reading.day.offset != 0:
        return _on(reading.day, MORNING if reading.clock is None else reading.clock.at, now, zone)
    if reading.clock is None:
        return TimeProblem.UNCLEAR  # "today", but when?
    return (_next if reading.day is None else _today)(reading.clock, now, zone)


def _next(clock: TypedClock, now: datetime, zone: ZoneInfo) -> datetime | TimeProblem:
    """A time of day alone: the next time that clocks show it."""
    today = now.astimezone(zone).date()
    coming = (_at(today + ahead * _DAY, clock.at, zone) for ahead in range(3))
    return next((at for at in coming if at > now), TimeProblem.UNCLEAR)


def _on(day: TypedDay, at: time, now: datetime, zone: ZoneInfo) -> datetime | TimeProblem:
    today = now.astimezone(zone).date()
    if day.offset is not None:
        return _at(today + day.offset * _DAY, at, zone)
    if day.weekday is not None and not day.day:
        ahead = (day.weekday - today.weekday()) % 7
        if day.is_next_week:
            # Of next week, which begins on Monday.
            ahead = 7 - today.weekday() + day.weekday
        found = _at(today + ahead * _DAY, at, zone)
        return found if found > now else _at(today + (ahead + 7) * _DAY, at, zone)
    return _dated(day, at, now, zone)


def _today(clock: TypedClock, now: datetime, zone: ZoneInfo) -> datetime:
    """Said in the afternoon, "aaj 9 baje" means tonight."""
    at = _at(now.astimezone(zone).date(), clock.at, zone)
    return at + _HALF if at <= now < at + _HALF and clock.is_either else at


def _dated(day: TypedDay, at: time, now: datetime, zone: ZoneInfo) -> datetime | TimeProblem:
    today = now.astimezone(zone).date()
    found = [_at(one, at, zone) for one in day.dates(today)]
    later = [one for one in found if one > now]
    is_slip = day.month is not None and any(timedelta(0) <= now - one < JUST_GONE for one in found)
    if not later or is_slip:
        return TimeProblem.PAST if found else TimeProblem.UNCLEAR
    coming = min(later)
    is_other = day.weekday is not None and coming.astimezone(zone).weekday() != day.weekday
    return TimeProblem.UNCLEAR if is_other else coming


def _at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)
