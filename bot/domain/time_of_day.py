"""A time of day as people type it, "4.30 pm" or "saadhe 10 baje": read, and guessed where it may be either."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING, Final

from bot.domain import durations
from bot.domain import time_vocabulary as vocabulary

if TYPE_CHECKING:
    import re


@dataclass(frozen=True, slots=True)
class TypedClock:
    at: time
    is_either: bool = False
    """It was not said whether morning or evening is meant; `at` is the morning."""


_HALF_DAY: Final = 12
_FIRST_OF_EVENING: Final = 6
_FIRST_OF_MORNING: Final = 8
"""A bare 8 to 11 is before noon, a bare 1 to 7 after it: nobody calls buyers at 5 in the morning."""


def read(match: re.Match[str]) -> TypedClock | None:
    """Of what `time_words` found; None for what is no time of day."""
    minute = int(match["minute"] or 0)
    quarter = durations.meaning(vocabulary.QUARTERS, match["quarter"]) if match["quarter"] else 0
    minutes = int(number(match["hour"]) * 60) + minute + quarter
    if not 0 <= minutes < 24 * 60 or minute > 59 or match[0] == "0":
        return None
    at = time(minutes // 60, minutes % 60)
    is_twelve_hours = 1 <= at.hour <= _HALF_DAY
    if match["half"]:
        return _halved(at, match["half"].lower().replace(".", "")) if is_twelve_hours else None
    return TypedClock(at, is_either=is_twelve_hours and not match["hour"].startswith("0"))


def _halved(at: time, half: str) -> TypedClock:
    return TypedClock(at.replace(hour=at.hour % _HALF_DAY + (_HALF_DAY if half == "pm" else 0)))


def number(text: str) -> float:
    return float(text) if text[0].isdigit() else durations.meaning(vocabulary.NUMBERS, text)


def guessed(clock: TypedClock) -> TypedClock:
    if not clock.is_either or clock.at.hour == _HALF_DAY:
        return TypedClock(clock.at)
    if clock.at.hour >= _FIRST_OF_MORNING:
        return clock
    return _halved(clock.at, "pm")


def in_part(clock: TypedClock | None, part: str) -> TypedClock | None:
    """None where the night's small hours are meant: of which day, nobody could say. None where the two say different
    things: eleven is no hour of the afternoon, and twelve none of the evening.
    """
    if part == "midnight":
        return None
    if clock is None:
        return TypedClock(time(vocabulary.BY_ITSELF[part]))
    if not clock.is_either:
        return clock
    is_twelve = clock.at.hour == _HALF_DAY
    if part in vocabulary.BEFORE_NOON:
        return None if is_twelve else TypedClock(clock.at)
    return None if _is_outside(clock.at.hour, part) else _halved(clock.at, "pm")


def _is_outside(hour: int, part: str) -> bool:
    if part == "night":
        return hour == _HALF_DAY or hour < _FIRST_OF_EVENING
    if part in {"evening", "end of day"}:
        return hour == _HALF_DAY
    return _FIRST_OF_MORNING <= hour < _HALF_DAY
