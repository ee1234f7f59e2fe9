"""A span of time as somebody types it on the command line: `2026-01-31`, or `30d` for so long ago."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from bot.errors import LeadbellError
from bot.i18n import _

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_AGO: Final = re.compile(r"(\d{1,5})\s*([hdwy])", re.ASCII | re.IGNORECASE)
_UNITS: Final = {
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
    "y": timedelta(days=365),
}
_DATE: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_INDIAN_DATE: Final = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", re.ASCII)
_SHOWN: Final = 40


def since(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """From this moment on: a day begins at the account's midnight."""
    return _read("--since", text, now, zone)


def until(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """Up to just before this moment: a day is included to its end."""
    return _read("--until", text, now, zone, days=1)


def _read(option: str, text: str, now: datetime, zone: ZoneInfo, *, days: int = 0) -> datetime:
    cleaned = text.strip()
    try:
        if match := _AGO.fullmatch(cleaned):
            return now - int(match[1]) * _UNITS[match[2].lower()]
        if (day := _day(cleaned)) is not None:
            return datetime.combine(day + timedelta(days=days), time(), zone).astimezone(UTC)
    except (ValueError, OverflowError):
        pass  # the 31st of February
    raise LeadbellError(
        _("{option}: “{text}” is no day. Write one such as 2026-01-31, or how long ago, such as 30d or 12h.").format(
            option=option, text=cleaned[:_SHOWN]
        )
    )


def _day(text: str) -> date | None:
    if match := _DATE.fullmatch(text):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := _INDIAN_DATE.fullmatch(text):
        return date(int(match[3]), int(match[2]), int(match[1]))
    return None
