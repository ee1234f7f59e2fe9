"""Since when, or until when, as somebody types it: `2026-01-31`, or `30d` for so long ago."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from bot.domain import durations
from bot.domain.words.all import SPANS, meant, spelled
from bot.errors import LeadbellError
from bot.i18n import _

if TYPE_CHECKING:
    from datetime import tzinfo
    from zoneinfo import ZoneInfo

_DATE: Final = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})", re.ASCII)
_INDIAN_DATE: Final = re.compile(r"(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})[-/.](?P<year>\d{4})", re.ASCII)
_SHOWN: Final = 40
_LONG_AGO: Final = {"week": timedelta(days=7), "month": timedelta(days=30)}


def since(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """From this moment on: a day begins at the account's midnight."""
    return _read("--since", text, now, zone)


def until(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """Up to just before this moment: a day is included to its end."""
    return _read("--until", text, now, zone, days=1)


def _read(option: str, text: str, now: datetime, zone: ZoneInfo, *, days: int = 0) -> datetime:
    moment = read(text, now, zone, days=days)
    if moment is None:
        said = _("{option}: “{text}” is no day and no length of time. Write for example {examples}.")
        raise LeadbellError(said.format(option=option, text=text.strip()[:_SHOWN], examples=examples()))
    return moment


def examples() -> str:
    return _("2026-01-31, or how long ago: 12h, 7d, 2w, 3mo or 1y")


def read(text: str, now: datetime, zone: tzinfo, *, days: int = 0) -> datetime | None:
    """So long ago, the beginning of a day (or of a later one by so many `days`), or a moment as ISO 8601 has it.

    None for anything else. What names no zone is in `zone`.
    """
    cleaned = spelled(text).strip()
    if (named := meant(SPANS, cleaned)) is not None:
        return _named(named, now.astimezone(zone), days)
    ago = durations.read_positive(cleaned)
    if isinstance(ago, timedelta):
        return now - ago
    try:
        if (midnight := day(cleaned)) is not None:
            return datetime.combine(midnight + timedelta(days=days), time(), zone).astimezone(UTC)
        moment = datetime.fromisoformat(cleaned)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _named(span: str, now: datetime, days: int) -> datetime:
    """`today`, `yesterday`; a week or a month is so long ago."""
    if span in _LONG_AGO:
        return now.astimezone(UTC) - _LONG_AGO[span]
    first = now.date() - timedelta(days=span == "yesterday")
    return datetime.combine(first + timedelta(days=days), time(), now.tzinfo).astimezone(UTC)


def day(text: str) -> date | None:
    """`2026-01-31`, `31-01-2026`, `31/1/2026`; None for what is no day."""
    match = _DATE.fullmatch(text) or _INDIAN_DATE.fullmatch(text)
    try:
        return None if match is None else date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:  # the 31st of February
        return None
