"""Rows whose columns are those of an export, as leads: what was cleaned and read once is taken as it stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from bot.domain import phones
from bot.domain.lead import Kind, Lead
from bot.files import columns, dates
from bot.i18n import Sentence
from bot.indiamart import column_names, json_bodies
from bot.indiamart.answer import Unreadable
from bot.indiamart.parse import phone as numbers
from bot.indiamart.parse import texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from zoneinfo import ZoneInfo

_TELLING: Final = frozenset(columns.OWN_NAMES.get(name) for name in column_names.TELLING)
"""A row with none of these is no lead, as with IndiaMART's."""
_INTEGER: Final = re.compile(r"-?\d{1,18}(?:\.0+)?", re.ASCII)
_E164: Final = re.compile(r"\+\d{5,20}", re.ASCII)


def reader(names: Iterable[object], zone: ZoneInfo) -> Callable[[Mapping[Any, Any]], Lead | Unreadable]:
    """Reads rows that have these columns; times without an offset are of that zone. What it returns never raises."""
    known = [(name, field) for name in names if (field := columns.own_field(name)) is not None]
    return lambda row: _read(row, known, zone)


def _read(row: Mapping[Any, Any], known: Sequence[tuple[object, str]], zone: ZoneInfo) -> Lead | Unreadable:
    values: dict[str, str] = {}
    raw: object = None
    for name, field in known:
        value = row[name]
        if value is None:  # half of them
            continue
        if field == columns.RAW:
            raw = value
        elif field not in values and (text := _text(field, value)):
            values[field] = text
    kept = json_bodies.dump(raw if isinstance(raw, dict) and raw else row)
    if _TELLING.isdisjoint(values):
        return Unreadable(kept, Sentence("a row says neither who nor when nor what"))
    if (written := values.get("enquired_at")) and dates.moment(written, zone) is None:
        return Unreadable(kept, Sentence("“Enquired at” is no day that can be read; write it as 2026-11-20 10:15"))
    return _lead(values, kept, zone)


def values(texts: Mapping[str, str]) -> dict[str, Any]:
    """What fields that have no name of IndiaMART's make of a sheet's texts; nothing where they say nothing."""
    found = {name: _integer(text) if name in columns.NUMBERS else _text(name, text) for name, text in texts.items()}
    return {name: value for name, value in found.items() if value}


def _text(field: str, value: Any) -> str:
    text = texts.written(value)
    if field == "message":
        lines = (
            " ".join(texts.safe(line).split()) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        )
        return texts.collapsed("\n".join(lines))
    return texts.collapsed_line(texts.safe(text))


def _lead(values: Mapping[str, str], raw: str, zone: ZoneInfo) -> Lead:
    country = _country(values.get("country", ""))
    plain: dict[str, Any] = {name: values.get(name) for name in columns.FIELDS}
    plain.update({name: _phone(values.get(name), country) for name in ("mobile", "mobile_alt", "phone", "phone_alt")})
    plain.update({name: _integer(values.get(name)) for name in ("order_value_min", "order_value_max", "call_seconds")})
    return Lead(
        **plain
        | {
            "kind": _kind(values),
            "enquired_at": dates.moment(values.get("enquired_at", ""), zone),
            "country": country,
            "receiver_mobile": _phone(values.get("receiver_mobile"), phones.HOME),
            "raw": raw,
        }
    )


def _kind(values: Mapping[str, str]) -> str:
    if kind := values.get("kind"):
        return kind.upper()
    return Kind.CALL if values.keys() & {"call_seconds", "receiver_mobile"} else Kind.ENQUIRY


def _country(text: str) -> str | None:
    return text.upper() if len(text) == 2 and text.isascii() and text.isalpha() else None


def _phone(text: str | None, country: str | None) -> str | None:
    if text is not None and _E164.fullmatch(text):
        return text  # read once; a second reading may take another zero away
    found = numbers.split(text, country) if text else []
    return found[0] if len(found) == 1 else text if found else None


def _integer(text: str | None) -> int | None:
    cleaned = (text or "").replace(",", "").replace(" ", "")
    return int(cleaned.partition(".")[0]) if _INTEGER.fullmatch(cleaned) else None
