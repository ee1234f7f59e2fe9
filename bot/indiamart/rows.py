"""One row, in v1's names or v2's, as a lead. The one place where a wire name becomes a field."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot import phones
from bot.i18n import _
from bot.indiamart import bodies, durations, messages, places, texts, times
from bot.indiamart.answer import Unreadable
from bot.models import Kind, Lead

if TYPE_CHECKING:
    from collections.abc import Mapping

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

_PLACEHOLDERS: Final = frozenset({"buyer", "indiamart buyer"})
_COUNTRY: Final = re.compile(r"[A-Z]{2}", re.ASCII)
_LONGEST_ID: Final = 100
_LONGEST_KIND: Final = 40
_FEWEST_DIGITS: Final = 5
"""`+91-` and its like are no numbers."""


def folded(name: object) -> str:
    """A column's name in IndiaMART's spelling, whatever case and blanks it came with."""
    return re.sub(r"[\s-]+", "_", str(name).strip("\ufeff \t\r\n").upper())


def is_row(value: object) -> bool:
    """Whether it looks like a row at all, readable or not: an object with at least one name that rows have."""
    return isinstance(value, dict) and any(folded(name) in NAMES for name in value)


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
    """The row's texts by v2's names, without empty ones: `""`, blanks, null and absent mean the same."""
    values: dict[str, str] = {}
    for name, value in row.items():
        wire = folded(name)
        text = texts.written(value) if wire in NAMES else ""
        if texts.line(text) is not None:
            values.setdefault(RENAMES.get(wire, wire), text)
    return values


def _lead(values: Mapping[str, str], raw: str) -> Lead:
    kind = _kind(values)
    country = _country(values)
    whereabouts = places.read(values)
    message = messages.read(values.get("QUERY_MESSAGE", ""))
    return Lead(
        kind=kind,
        query_id=(_line(values, "UNIQUE_QUERY_ID") or "")[:_LONGEST_ID] or None,
        enquired_at=times.of_row(values, is_call=kind == Kind.CALL),
        name=_name(values),
        company=_line(values, "SENDER_COMPANY"),
        mobile=_phone(values, "SENDER_MOBILE", country),
        mobile_alt=_phone(values, "SENDER_MOBILE_ALT", country),
        phone=_phone(values, "SENDER_PHONE", country),
        phone_alt=_phone(values, "SENDER_PHONE_ALT", country),
        email=_line(values, "SENDER_EMAIL"),
        email_alt=_line(values, "SENDER_EMAIL_ALT"),
        address=whereabouts.address,
        city=whereabouts.city,
        state=whereabouts.state,
        pincode=whereabouts.pincode,
        country=country,
        product=_line(values, "QUERY_PRODUCT_NAME"),
        category=_line(values, "QUERY_MCAT_NAME"),
        subject=_line(values, "SUBJECT"),
        message=message.text,
        quantity=message.quantity,
        order_value_min=message.order_value_min,
        order_value_max=message.order_value_max,
        requirement=message.requirement,
        call_seconds=durations.read(values.get("CALL_DURATION", "")),
        receiver_mobile=_phone(values, "RECEIVER_MOBILE", phones.HOME),
        raw=raw,
    )


def _line(values: Mapping[str, str], name: str) -> str | None:
    return texts.line(values.get(name, ""))


def _kind(values: Mapping[str, str]) -> str:
    """A row without a kind is a call if a call lasted or a number rang, else an enquiry: somebody has to answer it.

    Codes nobody knows yet pass.
    """
    given = (_line(values, "QUERY_TYPE") or "")[:_LONGEST_KIND]
    if not given:
        return Kind.CALL if {"CALL_DURATION", "RECEIVER_MOBILE"} & values.keys() else Kind.ENQUIRY
    return given.upper()


def _name(values: Mapping[str, str]) -> str | None:
    name = _line(values, "SENDER_NAME")
    return None if name is None or name.casefold() in _PLACEHOLDERS else name


def _country(values: Mapping[str, str]) -> str | None:
    code = (_line(values, "SENDER_COUNTRY_ISO") or "").upper()
    return code if _COUNTRY.fullmatch(code) else None


def _phone(values: Mapping[str, str], name: str, country: str | None) -> str | None:
    number = phones.normalize(_line(values, name), country)
    return number if sum(character.isdecimal() for character in number or "") >= _FEWEST_DIGITS else None
