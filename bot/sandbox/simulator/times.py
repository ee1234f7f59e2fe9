"""IndiaMART's spellings of time, all in IST. Strict: what the live service refused is refused here."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from bot.clock import IST

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH_NUMBERS: Final = {name.upper(): number for number, name in enumerate(MONTHS, 1)}

_DATE: Final = r"(?P<day>\d{2})-(?P<month>[A-Za-z]{3})-(?P<year>\d{4})"
_TIME: Final = r"(?P<hour>\d{2}):(?P<minute>\d{2}):(?P<second>\d{2})"
_DATE_ONLY: Final = re.compile(_DATE, re.ASCII)
_JOINED: Final = re.compile(_DATE + _TIME, re.ASCII)
_TIMESTAMP: Final = re.compile(r"(?P<day>\d{2})-(?P<month>\d{2})-(?P<year>\d{4}) " + _TIME, re.ASCII)

V1_FORMS: Final = (_DATE_ONLY, _TIMESTAMP)
"""`25-MAR-2018` and `06-09-2018 16:30:00` (official, 2018 document)."""
V2_FORMS: Final = (_JOINED, _TIMESTAMP, _DATE_ONLY)
"""`25-Jan-202216:30:00`, `25-01-2022 16:30:00` and `25-Jan-2022` (observed)."""


def read(text: str, forms: tuple[re.Pattern[str], ...]) -> datetime | None:
    """Aware UTC; a bare date is its midnight. None for every other spelling and for days that do not exist."""
    for form in forms:
        if match := form.fullmatch(text):
            return _moment(match.groupdict("0"))
    return None


def is_day(text: str) -> bool:
    """Whether it is the date form, without a time of day."""
    return _DATE_ONLY.fullmatch(text) is not None


def _moment(parts: dict[str, str]) -> datetime | None:
    name = parts["month"].upper()
    month = int(name) if name.isdigit() else _MONTH_NUMBERS.get(name, 0)
    hour, minute, second = (int(parts.get(part, "0")) for part in ("hour", "minute", "second"))
    try:
        local = datetime(int(parts["year"]), month, int(parts["day"]), hour, minute, second, tzinfo=IST)
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def midnight(moment: datetime) -> datetime:
    """When its day began; aware UTC."""
    return moment.astimezone(IST).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def day(moment: datetime) -> str:
    """`29 Jun 2022`."""
    local = moment.astimezone(IST)
    return f"{local.day:02d} {MONTHS[local.month - 1]} {local.year}"


def short_day(moment: datetime) -> str:
    """`29-Jun-22`."""
    local = moment.astimezone(IST)
    return f"{local.day:02d}-{MONTHS[local.month - 1]}-{local.year % 100:02d}"


def twelve_hours(moment: datetime) -> str:
    """`29-Jun-2022 07:30:20 PM`."""
    local = moment.astimezone(IST)
    half = "AM" if local.hour < 12 else "PM"
    hour = local.hour % 12 or 12
    return f"{day(moment).replace(' ', '-')} {hour:02d}:{local.minute:02d}:{local.second:02d} {half}"


def iso(moment: datetime) -> str:
    """`2024-01-03 18:14:37`."""
    return f"{moment.astimezone(IST):%Y-%m-%d %H:%M:%S}"


def numeric(moment: datetime) -> str:
    """`05-01-2026 10:00:00`."""
    return f"{moment.astimezone(IST):%d-%m-%Y %H:%M:%S}"


def run_together(moment: datetime, *, is_call: bool) -> str:
    """LOG_TIME, `20181011180356`; a call's time of day is always zeros (observed)."""
    local = moment.astimezone(IST)
    return f"{local:%Y%m%d}000000" if is_call else f"{local:%Y%m%d%H%M%S}"
