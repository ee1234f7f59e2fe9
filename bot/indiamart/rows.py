"""One row, in v1's names or v2's, as a lead. The one place where a wire name becomes a field."""

from __future__ import annotations

import re
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from bot import phones
from bot.i18n import _
from bot.indiamart import bodies, durations, messages, places, texts, times
from bot.indiamart.answer import Unreadable
from bot.models import Kind, Lead

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

RENAMES: Final = {
    "QUERY_ID": "UNIQUE_QUERY_ID",
    "QTYPE": "QUERY_TYPE",
    "DATE_TIME_RE": "QUERY_TIME",
    "SENDERNAME": "SENDER_NAME",
    "MOB": "SENDER_MOBILE",
    "SENDEREMAIL": "SENDER_EMAIL",
    "SENDERMAIL": "SENDER_EMAIL",  # the 2018 document's misprint
    "GLUSR_USR_COMPANYNAME": "SENDER_COMPANY",
    "ENQ_ADDRESS": "SENDER_ADDRESS",
    "ENQ_CITY": "SENDER_CITY",
    "ENQ_STATE": "SENDER_STATE",
    "COUNTRY_ISO": "SENDER_COUNTRY_ISO",
    "PRODUCT_NAME": "QUERY_PRODUCT_NAME",
    "ENQ_MESSAGE": "QUERY_MESSAGE",
    "ENQ_CALL_DURATION": "CALL_DURATION",
    "ENQ_RECEIVER_MOB": "RECEIVER_MOBILE",
    "MOBILE_ALT": "SENDER_MOBILE_ALT",
    "EMAIL_ALT": "SENDER_EMAIL_ALT",
    "PHONE": "SENDER_PHONE",
    "PHONE_ALT": "SENDER_PHONE_ALT",
}
"""v1's names to v2's."""

_TELLING: Final = frozenset(
    {
        "UNIQUE_QUERY_ID",
        "QUERY_TIME",
        "SENDER_NAME",
        "SENDER_COMPANY",
        "SENDER_MOBILE",
        "SENDER_MOBILE_ALT",
        "SENDER_PHONE",
        "SENDER_PHONE_ALT",
        "SENDER_EMAIL",
        "SENDER_EMAIL_ALT",
        "QUERY_PRODUCT_NAME",
        "QUERY_MESSAGE",
    }
)
"""A row with none of these is no lead."""

NAMES: Final = (
    _TELLING
    | frozenset(RENAMES)
    | frozenset(RENAMES.values())
    | {"SENDER_PINCODE", "SUBJECT", "QUERY_MCAT_NAME", "LOG_TIME", "DATE_RE", "DATE_R"}
)
"""Every name that is read, v1's and v2's."""

_OF_LINES: Final = frozenset({"QUERY_MESSAGE", "SENDER_ADDRESS"})
"""These may have several lines, and HTML in them."""
_PLACEHOLDERS: Final = frozenset({"buyer", "indiamart buyer"})
_LONGEST_ID: Final = 100
_LONGEST_KIND: Final = 40
_FEWEST_DIGITS: Final = 5
"""`+91-` and its like are no numbers."""


@lru_cache(maxsize=1024)  # the same few names in every row
def folded(name: object) -> str:
    """A column's name in IndiaMART's spelling, whatever case and blanks it came with."""
    return re.sub(r"[\s-]+", "_", str(name).strip("\ufeff \t\r\n").upper())


@lru_cache(maxsize=1024)
def field(name: object) -> str | None:
    """v2's name for a column, however it is spelled; None for one that is not read."""
    wire = folded(name)
    return RENAMES.get(wire, wire) if wire in NAMES else None


def is_row(value: object) -> bool:
    """Whether it looks like a row at all, readable or not: an object with at least one name that rows have."""
    return isinstance(value, dict) and any(field(name) is not None for name in value)


def read(row: object) -> Lead | Unreadable:
    """Never raises. What no field takes stays in `raw`."""
    raw = bodies.dump(row)
    if not isinstance(row, dict):
        return Unreadable(raw, _("a row is not an object"))
    values = _values(row)
    if not values.keys() & _TELLING:
        return Unreadable(raw, _("a row says neither who nor when nor what"))
    return _lead(values, raw)


def _values(row: Mapping[object, object]) -> dict[str, str]:
    """The row's clean texts by v2's names, without empty ones: `""`, blanks, null and absent mean the same."""
    shape = _shape(tuple(row))
    if shape is None:
        return _values_one_by_one(row)
    lines = texts.lines(shape.lines(row))
    values = {name: line for name, line in zip(shape.names, lines, strict=True) if line}
    for name, wire in shape.paragraphs:
        if text := texts.paragraphs(texts.written(row[name])):
            values[wire] = text
    return values


class _Shape(NamedTuple):
    """What the rows of an answer have in common: thousands of them have the same columns in the same order."""

    names: tuple[str, ...]
    """v2's, of the values that are one line each."""
    lines: Callable[[Mapping[object, object]], tuple[object, ...]]
    """Takes those values from a row."""
    paragraphs: tuple[tuple[object, str], ...]
    """The other columns that are read, and v2's names for them."""


@lru_cache(maxsize=64)
def _shape(columns: tuple[object, ...]) -> _Shape | None:
    """None for columns to be looked at one by one: two have the same meaning, or there are too few."""
    known = [(column, wire) for column in columns if (wire := field(column)) is not None]
    lines = [pair for pair in known if pair[1] not in _OF_LINES]
    if len(lines) < 2 or len(known) > len({wire for _column, wire in known}):
        return None
    return _Shape(
        tuple(wire for _column, wire in lines),
        itemgetter(*(column for column, _wire in lines)),
        tuple(pair for pair in known if pair[1] in _OF_LINES),
    )


def _values_one_by_one(row: Mapping[object, object]) -> dict[str, str]:
    """The first column of a meaning that says anything counts."""
    values: dict[str, str] = {}
    for name, value in row.items():
        wire = field(name)
        if wire is None or wire in values:
            continue
        text = texts.written(value)
        if clean := texts.paragraphs(text) if wire in _OF_LINES else texts.line(text):
            values[wire] = clean
    return values


def _lead(values: Mapping[str, str], raw: str) -> Lead:
    kind = _kind(values)
    country = _country(values)
    whereabouts = places.read(values)
    message = messages.read(values.get("QUERY_MESSAGE", ""))
    return Lead(
        kind=kind,
        query_id=values.get("UNIQUE_QUERY_ID", "")[:_LONGEST_ID] or None,
        enquired_at=times.of_row(values, is_call=kind == Kind.CALL),
        name=_name(values),
        company=values.get("SENDER_COMPANY"),
        mobile=_phone(values, "SENDER_MOBILE", country),
        mobile_alt=_phone(values, "SENDER_MOBILE_ALT", country),
        phone=_phone(values, "SENDER_PHONE", country),
        phone_alt=_phone(values, "SENDER_PHONE_ALT", country),
        email=values.get("SENDER_EMAIL"),
        email_alt=values.get("SENDER_EMAIL_ALT"),
        address=whereabouts.address,
        city=whereabouts.city,
        state=whereabouts.state,
        pincode=whereabouts.pincode,
        country=country,
        product=values.get("QUERY_PRODUCT_NAME"),
        category=values.get("QUERY_MCAT_NAME"),
        subject=values.get("SUBJECT"),
        message=message.text,
        quantity=message.quantity,
        order_value_min=message.order_value_min,
        order_value_max=message.order_value_max,
        requirement=message.requirement,
        call_seconds=durations.read(values.get("CALL_DURATION", "")),
        receiver_mobile=_phone(values, "RECEIVER_MOBILE", phones.HOME),
        raw=raw,
    )


def _kind(values: Mapping[str, str]) -> str:
    """A row without a kind is a call if a call lasted or a number rang, else an enquiry: somebody has to answer it.

    Codes nobody knows yet pass.
    """
    given = values.get("QUERY_TYPE", "")[:_LONGEST_KIND]
    if not given:
        return Kind.CALL if {"CALL_DURATION", "RECEIVER_MOBILE"} & values.keys() else Kind.ENQUIRY
    return given.upper()


def _name(values: Mapping[str, str]) -> str | None:
    name = values.get("SENDER_NAME")
    return None if name is None or name.casefold() in _PLACEHOLDERS else name


def _country(values: Mapping[str, str]) -> str | None:
    code = values.get("SENDER_COUNTRY_ISO", "")
    return code.upper() if len(code) == 2 and code.isascii() and code.isalpha() else None


def _phone(values: Mapping[str, str], name: str, country: str | None) -> str | None:
    text = values.get(name)
    number = None if text is None else phones.normalize(text, country)
    return number if number is not None and phones.has_digits(number, _FEWEST_DIGITS) else None
