"""Buyers' phone numbers: read, compare, show. Built on `phonenumbers`; nothing here knows leads."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

HOME: Final = "IN"
_USUAL: Final = re.compile(r"(\+91-?)?([6-9][0-9]{9})")
"""Indian mobiles as IndiaMART writes nearly all: what `phonenumbers` makes of them is known without asking it."""
_NOT_DIGITS: Final = re.compile(r"\D+", re.ASCII)


def normalize(text: str | None, country: str | None = None) -> str | None:
    """E.164 of a number as IndiaMART or a person writes it; the stripped text itself where it cannot be read.

    Takes `+91-9000000021`, `+919000000001`, bare `9000000023`, `0120-0000001`, `+27-600000001`.
    None for nothing and for texts without a digit.
    """
    if text and (usual := _USUAL.fullmatch(text)) and (usual[1] or country in {None, HOME}):
        return f"+91{usual[2]}"
    cleaned = " ".join((text or "").split())
    if not any(character.isdecimal() for character in cleaned):
        return None
    number = _parse(cleaned[:64], country)
    return cleaned if number is None else _written(number, "E164")


def has_digits(text: str, least: int) -> bool:
    """Whether so many digits, of whatever script, stand in it."""
    return (text[1:].isdecimal() and len(text) > least) or sum(map(str.isdecimal, text)) >= least


@lru_cache(maxsize=4096)
def show(number: str) -> str:
    """`+91 90000 00031`: what phones make tappable. A text that could not be read stays as it is."""
    parsed = _parse(number) if number.startswith("+") else None
    return number if parsed is None else _written(parsed, "INTERNATIONAL")


def digits(number: str) -> str:
    """Only the digits, as `wa.me` and the search index want them."""
    if number[1:].isdecimal() and number.isascii() and number[0] == "+":  # E.164, as nearly all are
        return number[1:]
    return _NOT_DIGITS.sub("", number)


@lru_cache(maxsize=4096)
def can_be_mobile(number: str) -> bool:
    """Whether WhatsApp may be behind it: false for landlines and for what could not be read."""
    from phonenumbers import PhoneNumberType, number_type  # noqa: PLC0415 - see _parse

    parsed = _parse(number) if number.startswith("+") else None
    mobiles = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
    return parsed is not None and number_type(parsed) in mobiles


@lru_cache(maxsize=4096)
def _parse(text: str, country: str | None = None) -> PhoneNumber | None:
    import phonenumbers  # noqa: PLC0415 - the plans of all countries are needed when the first number comes

    region = country if country in phonenumbers.SUPPORTED_REGIONS else HOME
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None


def _written(number: PhoneNumber, form: str) -> str:
    from phonenumbers import PhoneNumberFormat, format_number  # noqa: PLC0415 - as above

    return str(format_number(number, getattr(PhoneNumberFormat, form)))
