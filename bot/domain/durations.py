"""Lengths of time as people type them: `15m`, `12 hours`, `1h30m`, `3mo`. One grammar, wherever one is typed.

What IndiaMART writes of calls is `bot.indiamart.parse.times`' business.
"""

from __future__ import annotations

import re
from datetime import timedelta
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Final, TypeVar

from bot.domain.words.all import IN_WORD, LANGUAGES, spelled
from bot.i18n import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.words.table import Unit

Value = TypeVar("Value")

_LENGTHS: Final[Mapping[Unit, timedelta]] = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "month": timedelta(days=30),
    "year": timedelta(days=365),
}
UNITS: Final[Mapping[str, timedelta]] = {
    spelled(pattern): _LENGTHS[unit] for words in LANGUAGES for unit, pattern in words.units.items()
}
"""By the pattern of a unit's spellings, in whatever case. `m` is never a month, whose length is always 30 days."""
UNIT_END: Final = rf"(?!(?=\D)[{IN_WORD}])"
"""Digits may follow: 1h30m."""
LONGEST: Final = 100 * timedelta(days=365)

_NUMBER: Final = r"\d{1,9}(?:\.\d{1,9})?"
_UNIT: Final = rf"(?:{'|'.join(UNITS)}){UNIT_END}"
_PART: Final = re.compile(rf"({_NUMBER})\s*({_UNIT})", re.IGNORECASE)
_BETWEEN: Final = re.compile(r"\s*(?:and\s+)?", re.IGNORECASE)


class DurationProblem(StrEnum):
    """Why a text is no length of time."""

    NO_UNIT = "no_unit"
    UNKNOWN = "unknown"
    TOO_LONG = "too_long"
    NOTHING = "nothing"
    """A length of nothing, where there has to be one."""


def read(text: str) -> timedelta | DurationProblem:
    """The larger units first, each once; the one bare number that needs no unit is `0`."""
    cleaned = spelled(text).strip()
    if cleaned.isdecimal():
        return DurationProblem.NO_UNIT if cleaned.strip("0") else timedelta()
    parts = [(float(number), meaning(UNITS, unit)) for number, unit in _parts(cleaned)]
    if not parts or any(before <= after for (_n, before), (_m, after) in pairwise(parts)):
        return DurationProblem.UNKNOWN
    seconds = sum(number * unit.total_seconds() for number, unit in parts)
    return DurationProblem.TOO_LONG if seconds > LONGEST.total_seconds() else timedelta(seconds=seconds)


def _parts(text: str) -> list[tuple[str, str]]:
    """Each number with its unit; none where anything else stands there."""
    found: list[tuple[str, str]] = []
    end = next_at = 0
    while part := _PART.match(text, next_at):
        found.append((part[1], part[2]))
        end = part.end()
        between = _BETWEEN.match(text, end)
        next_at = end if between is None else between.end()
    return found if end == len(text) else []


def read_positive(text: str) -> timedelta | DurationProblem:
    """As `read`, where a length of nothing makes no sense."""
    return read(text) or DurationProblem.NOTHING


def refusal(why: DurationProblem, shown: str) -> str:
    """A sentence for whoever typed it, with what would do. `shown` is what was typed, as it may be repeated."""
    said = {
        DurationProblem.NO_UNIT: _("{text} has no unit."),
        DurationProblem.UNKNOWN: _("{text} is not a length of time."),
        DurationProblem.TOO_LONG: _("{text} is too long."),
        DurationProblem.NOTHING: _("{text} is no time at all."),
    }[why]
    return f"{said.format(text=shown)} {good_ones()}"


def good_ones() -> str:
    return _("Write for example {examples}.").format(
        examples=_("30m (minutes), 12h (hours), 7d (days), 2w (weeks), 3mo (months) or 1y (years)")
    )


def meaning(table: Mapping[str, Value], text: str) -> Value:
    """What the table says of the first of its patterns that is this text."""
    return next(value for spelled, value in table.items() if re.fullmatch(spelled, text, re.IGNORECASE))
