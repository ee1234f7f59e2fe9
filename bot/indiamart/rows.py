"""Rows, in v1's names or v2's, as leads. The one place where a wire name becomes a lead's field."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from bot import phones
from bot.i18n import _
from bot.indiamart import bodies, columns, durations, messages, places, times, wire
from bot.indiamart.answer import Unreadable
from bot.models import Kind, Lead

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bot.indiamart.columns import Column, Columns

_PLACEHOLDERS: Final = frozenset({"buyer", "indiamart buyer"})
_LONGEST_ID: Final = 100
_LONGEST_KIND: Final = 40
_FEWEST_DIGITS: Final = 5
"""`+91-` and its like are no numbers."""


def read(row: object) -> Lead | Unreadable:
    """Never raises. What no field takes stays in `raw`."""
    return read_all([row])[0]


def read_all(rows: Sequence[object]) -> list[Lead | Unreadable]:
    """As `read`, each in its place, for hundreds at once: those with the same columns are read together."""
    alike: dict[tuple[object, ...] | None, list[int]] = {}
    for number, row in enumerate(rows):
        alike.setdefault(tuple(row) if isinstance(row, dict) else None, []).append(number)
    found: dict[int, Lead | Unreadable] = {}
    for names, numbers in alike.items():
        same: list[Any] = [rows[number] for number in numbers]
        found.update(zip(numbers, map(_no_row, same) if names is None else _read(names, same), strict=True))
    return list(map(found.__getitem__, range(len(rows))))


def _no_row(value: object) -> Unreadable:
    return Unreadable(bodies.dump(value), _("a row is not an object"))


def is_lead(row: object) -> bool:
    """Whether `read` makes a lead of it."""
    if not isinstance(row, dict):
        return False
    number = row.get("UNIQUE_QUERY_ID")
    if isinstance(number, str) and number.isdecimal():  # nearly always
        return True
    return any(columns.clean(field, [row[name]])[0] is not None for name, field in _telling(tuple(row)))


@lru_cache(maxsize=64)
def _telling(names: tuple[object, ...]) -> list[tuple[object, str]]:
    return [(name, field) for name in names if (field := wire.field(name)) in wire.TELLING and field is not None]


def _read(names: Sequence[object], rows: Sequence[Mapping[Any, Any]]) -> Iterator[Lead | Unreadable]:
    values = columns.read(names, rows)
    leads = _leads(values, list(map(bodies.dump, rows)))
    if None not in values["UNIQUE_QUERY_ID"]:
        return leads
    says_anything = map(any, zip(*(values[name] for name in wire.TELLING), strict=True))
    unreadable = _("a row says neither who nor when nor what")
    return (
        lead if is_lead else Unreadable(lead.raw, unreadable)
        for lead, is_lead in zip(leads, says_anything, strict=True)
    )


def _leads(values: Columns, raws: Sequence[str]) -> Iterator[Lead]:
    kinds = list(map(_kind, values["QUERY_TYPE"], values["CALL_DURATION"], values["RECEIVER_MOBILE"]))
    countries = list(map(_country, values["SENDER_COUNTRY_ISO"]))
    found: dict[str, Sequence[Any]] = {
        "kind": kinds,
        "query_id": [text and text[:_LONGEST_ID] for text in values["UNIQUE_QUERY_ID"]],
        "enquired_at": list(map(times.of_row, *(values[name] for name in times.COLUMNS), kinds)),
        "name": list(map(_name, values["SENDER_NAME"])),
        "company": values["SENDER_COMPANY"],
        "mobile": _phones(values["SENDER_MOBILE"], countries),
        "mobile_alt": _phones(values["SENDER_MOBILE_ALT"], countries),
        "phone": _phones(values["SENDER_PHONE"], countries),
        "phone_alt": _phones(values["SENDER_PHONE_ALT"], countries),
        "email": values["SENDER_EMAIL"],
        "email_alt": values["SENDER_EMAIL_ALT"],
        "country": countries,
        "product": values["QUERY_PRODUCT_NAME"],
        "category": values["QUERY_MCAT_NAME"],
        "subject": values["SUBJECT"],
        "call_seconds": [text and durations.read(text) for text in values["CALL_DURATION"]],
        "receiver_mobile": _phones(values["RECEIVER_MOBILE"], [phones.HOME] * len(raws)),
        "raw": raws,
    }
    found |= _parts(places.Whereabouts._fields, map(places.read, *(values[name] for name in places.COLUMNS)))
    found |= _parts(messages.Message._fields, map(messages.read, values["QUERY_MESSAGE"]))
    found["message"] = found.pop("text")
    return map(Lead._make, zip(*(found[name] for name in Lead._fields), strict=True))


def _parts(names: Sequence[str], read: Iterable[tuple[Any, ...]]) -> dict[str, Sequence[Any]]:
    """The fields of what was read from each row, as columns."""
    return dict(zip(names, zip(*read, strict=True), strict=True))


def _kind(given: str | None, duration: str | None, receiver: str | None) -> str:
    """A row without a kind is a call if a call lasted or a number rang, else an enquiry: somebody has to answer it.

    Codes nobody knows yet pass.
    """
    if given:
        return given[:_LONGEST_KIND].upper()
    return Kind.CALL if duration or receiver else Kind.ENQUIRY


def _name(name: str | None) -> str | None:
    return None if name is None or name.casefold() in _PLACEHOLDERS else name


def _country(code: str | None) -> str | None:
    return code.upper() if code and len(code) == 2 and code.isascii() and code.isalpha() else None


def _phones(texts: Column, countries: Column) -> Column:
    return [text and _phone(text, country) for text, country in zip(texts, countries, strict=True)]


def _phone(text: str, country: str | None) -> str | None:
    number = phones.normalize(text, country)
    return number if number is not None and phones.has_digits(number, _FEWEST_DIGITS) else None
