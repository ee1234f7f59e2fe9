"""IndiaMART's spellings of time: read into aware UTC, written in IST. The machine's zone and locale play no part."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING, Final

from bot.clock import IST
from bot.domain.lead import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.domain.lead import Window


_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH_NUMBERS: Final = {name.lower(): number for number, name in enumerate(_MONTHS, 1)}
YEARS: Final = range(1990, 2101)

_CLOCK: Final = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?\s*(?P<half>[AaPp]\.?[Mm]\.?)?"
_FORMS: Final = tuple(
    re.compile(form, re.ASCII)
    for form in (
        # 2024-01-03 18:14:37; an offset stands only in files that people bring
        rf"(?P<year>\d{{4}})[-/](?P<month>\d{{1,2}})[-/](?P<day>\d{{1,2}})(?:[T\s]+{_CLOCK}\s*(?P<zone>Z|[+-]\d\d:?\d\d)?)?",
        # 29-Jun-2022 07:30:20 PM, 11-10-2018 18:03, 13-Mar-20, 13 Mar 2020
        rf"(?P<day>\d{{1,2}})[-/\s](?P<month>\d{{1,2}}|[A-Za-z]{{3,9}})[-/\s](?P<year>\d{{4}}|\d{{2}})(?:\s*{_CLOCK})?",
        # 20181011180356
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})",
    )
)


_NAMED_ZONE: Final = re.compile(r"(?<=[0-9mM.])\s*\(?IST\)?$")
"""Behind a time of day; it says what is taken anyway."""


def parse(text: str) -> datetime | None:
    """Aware UTC from any known spelling, IST unless it says otherwise; a bare date is its midnight."""
    cleaned = text.strip()
    if len(cleaned) == len("2024-01-03 18:14:37") and cleaned[10] == " ":  # v2's own form: most of what is ever read
        with suppress(ValueError):
            return in_reach(datetime.fromisoformat(cleaned + "+05:30"))
    cleaned = beginning(_NAMED_ZONE.sub("", cleaned))
    for form in _FORMS:
        if match := form.fullmatch(cleaned):
            return _moment(match.groupdict())
    return None


_SLOT: Final = re.compile(r"(?<![:\d])(?<!\d[Tt])(\d{1,2}:\d\d)\s*[-–—]\s*(?P<until>\d{1,2}:?\d\d)$")
"""`10:15-11:30`. Behind seconds, or a `T`, it is an offset: who writes those is a program."""


def beginning(text: str) -> str:
    """A text without the end of the slot that it names: people write `10:15-11:30` for when they may be called."""
    match = _SLOT.search(text)
    if match is None or int(match["until"].replace(":", "")) > 2400 or int(match["until"][-2:]) > 59:
        return text
    return text[: match.end(1)]


COLUMNS: Final = ("QUERY_TIME", "LOG_TIME", "DATE_RE", "DATE_R")
"""Where a row says when, by v2's names."""


def of_row(values: Sequence[str | None], kind: str) -> datetime | None:
    """When a row's enquiry was made, from the best of its `COLUMNS`.

    LOG_TIME of a call has zeros for its time of day (observed), so there, as in the last two, the day is all that is
    known.
    """
    query_time, log_time, date_re, date_r = values
    if query_time and (moment := parse(query_time)) is not None:
        return moment
    if kind == Kind.CALL and log_time and log_time.endswith("000000"):
        log_time = None
    texts = (log_time, date_re, date_r)
    return next((moment for text in texts if text and (moment := parse(text)) is not None), None)


def show_numeric(moment: datetime) -> str:
    """`06-09-2018 16:30:00`, as v1 wants it."""
    return f"{moment.astimezone(IST):%d-%m-%Y %H:%M:%S}"


def show_days(window: Window) -> tuple[str, str]:
    """`25-MAR-2018` and `26-MAR-2018`: the days of a window, as v1 wants them (official, 2018 document).

    The second is the day after the last one: whether a date as an end means its midnight or all of it is not said.
    """
    end = window.end.astimezone(IST)
    last = end if end.time() == time.min else end + timedelta(days=1)
    return _show_day(window.start.astimezone(IST)), _show_day(last)


def _show_day(local: datetime) -> str:
    return f"{local.day:02d}-{_MONTHS[local.month - 1].upper()}-{local.year:04d}"


def show(moment: datetime) -> str:
    """`05-Jan-202600:00:00`: no blank between date and time is the safest form for v2 (observed)."""
    local = moment.astimezone(IST)
    return f"{local.day:02d}-{_MONTHS[local.month - 1]}-{local.year:04d}{local:%H:%M:%S}"


def _moment(parts: Mapping[str, str | None]) -> datetime | None:
    year, minute, second = (int(parts.get(name) or 0) for name in ("year", "minute", "second"))
    year += 2000 if year < 100 else 0
    try:
        local = datetime(
            year,
            _month(parts["month"] or ""),
            int(parts["day"] or 0),
            _hour(parts),
            minute,
            second,
            tzinfo=_zone(parts),
        )
    except ValueError:
        return None
    return in_reach(local)


def in_reach(local: datetime) -> datetime | None:
    """Aware UTC, whole seconds; None for a year that no lead has."""
    return local.astimezone(UTC).replace(microsecond=0) if local.year in YEARS else None


def _month(text: str) -> int:
    """0, which no date has, for what is no month."""
    return int(text) if text.isdecimal() else _MONTH_NUMBERS.get(text[:3].lower(), 0)


def _hour(parts: Mapping[str, str | None]) -> int:
    hour = int(parts.get("hour") or 0)
    half = (parts.get("half") or "").lower()
    if half.startswith("p") and hour < 12:
        return hour + 12
    return 0 if half.startswith("a") and hour == 12 else hour


def _zone(parts: Mapping[str, str | None]) -> timezone:
    text = parts.get("zone")
    if text is None:
        return IST
    return UTC if text == "Z" else offset(text)


def offset(text: str) -> timezone:
    """`+05:30` or `-0800`. Raises ValueError for what no place on earth has."""
    shift = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    shift = -shift if text.startswith("-") else shift
    if int(text[-2:]) > 59 or not is_offset(shift):
        raise ValueError(text)
    return timezone(shift)


def is_offset(shift: timedelta) -> bool:
    """Whether clocks anywhere stand so far from UTC."""
    return timedelta(hours=-12) <= shift <= timedelta(hours=14)


_LONGEST: Final = 7 * 24 * 3600
_BARE: Final = re.compile(r"(\d{1,9})(?:\.\d+)?", re.ASCII)
_CLOCK_LENGTH: Final = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2})", re.ASCII)
_WORDS: Final = re.compile(
    r"(?:(\d{1,6}) ?h(?:(?:ou)?rs?)?[ ,]*)?(?:(\d{1,6}) ?m(?:in(?:ute)?s?)?[ ,]*)?(?:(\d{1,9}) ?s(?:ec(?:ond)?s?)?)?",
    re.ASCII,
)


def call_seconds(text: str) -> int | None:
    """Seconds; None for nothing and for what is no duration."""
    if not text:
        return None
    cleaned = " ".join(text.lower().split()).rstrip(".")
    if not any(character.isdecimal() for character in cleaned):
        return None
    if match := _BARE.fullmatch(cleaned):
        return _sensible(int(match[1]))
    if match := _CLOCK_LENGTH.fullmatch(cleaned) or _WORDS.fullmatch(cleaned):
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return _sensible(hours * 3600 + minutes * 60 + seconds)
    return None


def _sensible(seconds: int) -> int | None:
    return seconds if seconds <= _LONGEST else None
