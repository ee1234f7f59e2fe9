"""Days and times as people write them in sheets: 20.11.2026, 20th Nov 2026, 20-11-2026 10.15 AM, a serial number.

`03/04/2026` is the third of April, as India writes it, unless its column shows that months come first.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Final

from bot.clock import IST
from bot.indiamart.parse import times

if TYPE_CHECKING:
    from datetime import tzinfo


class DateOrder(Enum):
    """Which of two numbers is the day."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


_MONTHS: Final = (
    "jan january जनवरी जन जानेवारी",
    "feb february फरवरी फ़रवरी फर फेब्रुवारी",
    "mar march मार्च",
    "apr april अप्रैल एप्रिल",
    "may मई मे",
    "jun june जून",
    "jul july जुलाई जुलै",
    "aug august अगस्त ऑगस्ट",
    "sep sept september सितंबर सितम्बर सप्टेंबर",
    "oct october अक्टूबर अक्तूबर ऑक्टोबर",
    "nov november नवंबर नवम्बर नोव्हेंबर",
    "dec december दिसंबर दिसम्बर डिसेंबर",
)
_MONTH_NUMBERS: Final = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}

_WEEKDAY: Final = re.compile(
    r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b[,.]?|(?:सोम|मंगल|बुध|गुरु|शुक्र|शनि|रवि)वार"
)
_ORDINAL: Final = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b")
_FRACTION: Final = re.compile(r"(?<=:\d\d:\d\d)[.,]\d{1,9}")
_GLUED: Final = re.compile(r"(?<=\d{4})(?=\d{2}:\d{2})")
_SHIFT: Final = r"[+-]\d\d:?\d\d"
_ZONE: Final = re.compile(
    rf"(?:(?:(?<=[\d\sm])|\b)(?P<zone>z|utc|gmt|ist|india standard time)\s*(?P<shift>{_SHIFT})?"
    rf"|(?<=:\d\d)\s?(?P<bare>{_SHIFT}))(?:\s*\([a-z ]+\))?$"
)
_HALF: Final = r"(?P<half>[ap])\.?\s?m?\b\.?"
_CLOCK: Final = re.compile(
    rf"(?:\bat\s+|[t,@]\s*|\s|^|-\s*)(?P<hour>\d{{1,2}})(?:[:.](?P<minute>\d{{2}})(?:[:.](?P<second>\d{{2}}))?"
    rf"(?:\s*{_HALF})?|\s*(?P<only>[ap])\.?\s?m\b\.?)\s*(?:hrs?|hours|बजे)?\.?(?=\s|,|$)"
)
_SERIAL: Final = re.compile(r"[2-7]\d{4}(?:\.\d+)?")
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})(?:t?(\d{2})(\d{2})(\d{2})?)?")
_EPOCH: Final = re.compile(r"(?:1\d{9}|[2-3]\d{9})(\d{3})?(?:\.0+)?")

_SEPARATOR: Final = r"[-/.\s,_]+"
_YEAR: Final = r"(?P<year>\d{4}|['’]?\d{2})"
_NUMBERS: Final = re.compile(
    rf"(?P<first>\d{{1,2}})\s*[-/.\s]\s*(?P<second>\d{{1,2}})\s*[-/.\s]\s*{_YEAR}(?=$|[\s,t@])"
)
_YEAR_FIRST: Final = re.compile(r"(?P<year>\d{4})\s*[-/.\s]\s*(?P<month>\d{1,2})\s*[-/.\s]\s*(?P<day>\d{1,2})")
_WORD: Final = r"(?P<month>[^\W\d_]+[^\s\d.,/_-]*)\.?"
_NAMED: Final = tuple(
    re.compile(form)
    for form in (
        rf"(?P<day>\d{{1,2}})(?:{_SEPARATOR})?(?:of\s+)?{_WORD}(?:{_SEPARATOR})?{_YEAR}",
        rf"{_WORD}(?:{_SEPARATOR})?(?P<day>\d{{1,2}}){_SEPARATOR}{_YEAR}",
        rf"(?P<year>\d{{4}}){_SEPARATOR}{_WORD}{_SEPARATOR}(?P<day>\d{{1,2}})",
    )
)

_SERIAL_ZERO: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - sheets have no zones
_LONGEST: Final = 80


def order(text: str) -> DateOrder | None:
    """What a value proves about its column: 20/11/2026 that days come first; 03/04/2026 nothing."""
    match = _NUMBERS.match(_cleaned(text))
    if match is None:
        return None
    first, second = int(match["first"]), int(match["second"])
    if 12 < first <= 31 and 1 <= second <= 12:
        return DateOrder.DAY_FIRST
    return DateOrder.MONTH_FIRST if 12 < second <= 31 and 1 <= first <= 12 else None


def needs_order(text: str) -> bool:
    """Whether it is read differently where months come first."""
    match = _NUMBERS.match(_cleaned(text))
    return match is not None and order(text) is not DateOrder.DAY_FIRST


def moment(value: object, zone: tzinfo, order: DateOrder = DateOrder.DAY_FIRST) -> datetime | None:
    """Aware UTC; a time without a zone is of this one, a bare day its midnight. None for what is no day."""
    if isinstance(value, datetime):
        return times.in_reach(value if value.tzinfo else value.replace(tzinfo=zone))
    if isinstance(value, date):
        return times.in_reach(datetime(value.year, value.month, value.day, tzinfo=zone))
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and (iso := _iso(value)) is not None:
        return moment(iso, zone)
    text = _cleaned(format(value, "f") if isinstance(value, float) else str(value))
    return _of_number(text, zone) or _of_text(text, zone, order)


def time_of_day(value: object) -> timedelta | None:
    """Since midnight, from a cell of its own: `10:15`, `10.15 AM`, a time, or a fraction of a day."""
    if isinstance(value, datetime):
        value = value.time()
    if isinstance(value, time):
        return timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
    if isinstance(value, timedelta):
        return value if timedelta(0) <= value < timedelta(days=1) else None
    text = _cleaned(str(value))
    if re.fullmatch(r"0?\.\d+|0(?:\.0+)?", text):
        return timedelta(seconds=round(float(text) * 86_400))
    try:
        text, _zone_of_it = _without_zone(times.beginning(text), UTC)
    except ValueError:
        return None
    match = _CLOCK.fullmatch(text.strip())
    return None if match is None else _clock(match)


def with_time(moment: datetime, since_midnight: timedelta, zone: tzinfo) -> datetime:
    """The day of `moment` with another time."""
    local = moment.astimezone(zone)
    return (
        (local.replace(hour=0, minute=0, second=0, tzinfo=None) + since_midnight).replace(tzinfo=zone).astimezone(UTC)
    )


def is_month_or_day(text: str) -> bool:
    """`November 2026`, `Nov-26`, `20.11.2026`: what stands over the rows of a month or a day."""
    cleaned = _cleaned(text)
    words = re.split(r"[-/.\s,'’]+", cleaned)
    if len(words) == 2 and words[0] in _MONTH_NUMBERS:
        return words[1].isdigit() and len(words[1]) in {2, 4}
    return cleaned in _MONTH_NUMBERS or (not cleaned.isdigit() and moment(cleaned, UTC) is not None)


def _iso(text: str) -> datetime | None:
    """As an export writes it."""
    if text[4:5] != "-":
        return None
    try:
        found = datetime.fromisoformat(times.beginning(text.strip()))
    except ValueError:
        return None
    return found if times.is_offset(found.utcoffset() or timedelta(0)) else None


def _cleaned(text: str) -> str:
    found = unicodedata.normalize("NFKC", text[:_LONGEST]).strip().casefold()
    return " ".join("".join(str(unicodedata.decimal(one, one)) for one in found).split())


def _of_number(text: str, zone: tzinfo) -> datetime | None:
    if _SERIAL.fullmatch(text):
        local = _SERIAL_ZERO + timedelta(seconds=round(float(text) * 86_400))
        return times.in_reach(local.replace(tzinfo=zone))
    if match := _EPOCH.fullmatch(text):
        return times.in_reach(datetime.fromtimestamp(int(text.partition(".")[0]) / (1000 if match[1] else 1), UTC))
    if match := _COMPACT.fullmatch(text.partition(".")[0] if text.replace(".", "").isdigit() else text):
        return _built([int(part or 0) for part in match.groups()], zone)
    return None


def _of_text(text: str, zone: tzinfo, order: DateOrder) -> datetime | None:
    text = _ORDINAL.sub("", _WEEKDAY.sub(" ", text)).strip(" ,-")
    text = _GLUED.sub(" ", _FRACTION.sub("", text))
    try:
        text, zone = _without_zone(times.beginning(text), zone)
    except ValueError:
        return None
    clock = _CLOCK.search(text)
    day = _day(text, order)
    since: timedelta | None = timedelta(0)
    if day is None and clock is not None:
        since = _clock(clock)
        day = _day(f"{text[: clock.start()]} {text[clock.end() :]}", order)
    if day is None or since is None:
        return None
    return times.in_reach((day + since).replace(tzinfo=zone))


def _without_zone(text: str, zone: tzinfo) -> tuple[str, tzinfo]:
    """A zone stands at the end, or before the year as Java writes it. Raises ValueError for one that is none."""
    text, found = re.subn(r"\bist\b(?=\s+\d{4}$)", " ", text)
    if found:
        return " ".join(text.split()), IST
    match = _ZONE.search(text)
    if match is None:
        return text, zone
    return text[: match.start()].rstrip(" ,"), _zone(match)


def _zone(match: re.Match[str]) -> tzinfo:
    if shift := match["shift"] or match["bare"]:
        return times.offset(shift)
    return UTC if match["zone"] in {"z", "utc", "gmt"} else IST


def _clock(match: re.Match[str]) -> timedelta | None:
    hour, minute, second = int(match["hour"]), int(match["minute"] or 0), int(match["second"] or 0)
    half = match["half"] or match["only"]
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    return timedelta(hours=hour, minutes=minute, seconds=second)


def _day(text: str, order: DateOrder) -> datetime | None:
    """Its midnight, without a zone."""
    text = text.strip(" ,.-@t")
    if match := _YEAR_FIRST.fullmatch(text):
        return _date(match["year"], int(match["month"]), int(match["day"]))
    if match := _NUMBERS.fullmatch(text):
        day, month = int(match["first"]), int(match["second"])
        return _date(match["year"], *((month, day) if order is DateOrder.DAY_FIRST else (day, month)))
    for form in _NAMED:
        if (match := form.fullmatch(text)) and (number := _MONTH_NUMBERS.get(match["month"].rstrip("."))):
            return _date(match["year"], number, int(match["day"]))
    return None


def _date(year: str, month: int, day: int) -> datetime | None:
    number = int(year.lstrip("'’"))
    try:
        return datetime(number + (2000 if number < 100 else 0), month, day)  # noqa: DTZ001 - the zone comes later
    except ValueError:
        return None


def _built(parts: list[int], zone: tzinfo) -> datetime | None:
    try:
        return times.in_reach(datetime(*parts, tzinfo=zone))  # type: ignore[arg-type, misc]
    except ValueError:
        return None
