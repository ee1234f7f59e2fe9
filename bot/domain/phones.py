"""Buyers' phone numbers: read, compare, show. Built on `phonenumbers`; nothing here knows leads.

Only digits that were written make a number: `phonenumbers` would read letters as a keypad does (`+91-999XXXXXXX` as
+91 99999 99999), and would dial a stranger.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

HOME: Final = "IN"
HOME_CODE: Final = "+91"
LONGEST: Final = 64
"""Characters that are looked at; no number is that long."""
_HOME_DIGITS: Final = 10
_USUAL: Final = re.compile(r"(\+91-?)?([6-9][0-9]{9})")
"""Indian mobiles as IndiaMART writes nearly all: what `phonenumbers` makes of them is known without asking it."""
_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_NOT_DIGITS: Final = re.compile(r"\D+", re.ASCII)
_NO_NUMBER: Final = re.compile(r"[^\d\s+().\-]")
_PREFIXES: Final = re.compile(r"(?:0{0,2}91|0)*")
"""Trunk zeros and India's code, however often they were put before a number: `+91-91-…`, `0091…`, `91-0-…`."""
_CODE_AND_EIGHT: Final = re.compile(r".*(?:\+|00)\D*91(?:\D*\d){8}\D*|\D*(?:0\D*)*91\D+(?:\d\D*){8}")
"""India's code and eight digits: two were lost, or a landline's STD code. Without plus or zeros only where it stands
apart: `9122345678` is a mobile.
"""
_DOUBLED: Final = re.compile(r"(?:\+|00)([1-9]\d{0,2})[\s.\-]+(?:\+|00)?(?=\1)")
_FLOAT: Final = re.compile(r"\+?([0-9]{5,15})\.0*")
_THOUSANDS: Final = re.compile(r"\+?[0-9]{1,3}(?:,[0-9]{2,3}){2,}(?:\.0*)?")
_SCIENTIFIC: Final = re.compile(r"\+?([1-9])(?:\.([0-9]*))?E\+?([0-9]{1,2})", re.IGNORECASE)
_EXACT_DIGITS: Final = 9
"""Digits of a mantissa from which on only zeros were left out; a spreadsheet that rounds keeps six at most."""
_MOST_DIGITS: Final = 15
"""Of a number (E.164), and of a spreadsheet's figures."""
_COUNTED: Final = ("1234567890", "0123456789")


def normalize(text: str | None, country: str | None = None) -> str | None:
    """E.164 of a text that is one number; the tidied text itself where it is none.

    None for nothing, for texts without a digit, for fillers and for what a spreadsheet rounded. Values with several
    numbers or with words in them are read by `indiamart.parse.phone`.
    """
    if text and (usual := _USUAL.fullmatch(text)) and (usual[1] or country in {None, HOME}) and not _is_dull(usual[2]):
        return f"{HOME_CODE}{usual[2]}"
    cleaned = tidied(text or "")
    if not any(character.isdecimal() for character in cleaned) or is_filler(cleaned) or is_rounded(cleaned):
        return None
    return whole(unspread(cleaned), country) or cleaned


def tidied(text: str) -> str:
    """One line with ASCII digits, without characters that nobody sees."""
    if not text.isascii():
        text = "".join(map(_ascii_digit, text))
    return " ".join(text.split())


def _ascii_digit(character: str) -> str:
    if character.isdecimal():
        return str(int(character))
    return "" if unicodedata.category(character) == "Cf" else character


def is_filler(text: str) -> bool:
    """`+91-0000000000`, `0`, `1111111111`, `1234567890`: digits that stand where nobody gave a number."""
    plain = _NOT_DIGITS.sub("", text)
    own = plain.removeprefix("91")
    return not own.strip("0") or own in _COUNTED or (len(own) >= _HOME_DIGITS and _is_dull(own) and own[0] < "6")


def _is_dull(own: str) -> bool:
    """`9999999999` may be somebody's, but mostly it says that there is no number: it is shown, and is nobody's."""
    return own == own[0] * len(own)


def is_rounded(text: str) -> bool:
    """`9.19E+11`: a spreadsheet has thrown digits away, and what is left is nobody's number."""
    found = _SCIENTIFIC.fullmatch(text.strip())
    if found is None:
        return False
    written = len(found[1] + (found[2] or ""))
    return written < _EXACT_DIGITS and written < int(found[3]) + 1


def unspread(text: str) -> str:
    """What a spreadsheet took for a figure: `919000001110.0`, `9,000,001,116`, `9.19000001108E+11`."""
    if found := _FLOAT.fullmatch(text):
        return found[1]
    if _THOUSANDS.fullmatch(text):
        return _NOT_DIGITS.sub("", text.partition(".")[0])
    if (found := _SCIENTIFIC.fullmatch(text)) and not is_rounded(text):
        digits_written, places = found[1] + (found[2] or ""), int(found[3]) + 1
        return digits_written[:places].ljust(places, "0") if places <= _MOST_DIGITS else text
    return text


def whole(text: str, country: str | None = None) -> str | None:
    """E.164 of a tidied text that is one whole number and nothing else: ten digits in India, an STD code included.

    No digit of it was not there in that order, but for the code of the buyer's country.
    """
    text = text.strip()
    if len(text) > LONGEST or _NO_NUMBER.search(text):
        return None
    plain = digits(text)
    if _lacks_digits(text, plain, country):
        return None
    found = _of_home(text, plain, country) or _of_abroad(_DOUBLED.sub("+", text), country)
    if found is None and text.startswith("+") and _USUAL.fullmatch(plain):
        found = _of_home(plain, plain, country)  # `+9000001011`, and no other country has such a number
    if found is None or is_filler(found) or not is_e164(found) or _is_dull(found.removeprefix(HOME_CODE)):
        return None
    return found if _stands_in(found[1:], plain) or _stands_in(found[1:], _code(country) + plain) else None


def _lacks_digits(text: str, plain: str, country: str | None) -> bool:
    """Whether ten digits are there only if India's code is taken for the first two of them."""
    is_ours = country in {None, HOME} or text.lstrip("( ").startswith(("+", "00"))
    is_led = _PREFIXES.fullmatch(plain[:-_HOME_DIGITS]) is not None
    return is_ours and is_led and _CODE_AND_EIGHT.fullmatch(text) is not None


def _of_home(text: str, plain: str, country: str | None) -> str | None:
    """An Indian number, with whatever stands before its ten digits."""
    prefix, own = plain[:-_HOME_DIGITS], plain[-_HOME_DIGITS:]
    if len(own) < _HOME_DIGITS or own[0] == "0" or _is_dull(own) or not _PREFIXES.fullmatch(prefix):
        return None
    is_plus = text.lstrip("( ").startswith("+")
    has_code = HOME_CODE[1:] in prefix and (is_plus or prefix.startswith("00"))
    return f"{HOME_CODE}{own}" if has_code or (country in {None, HOME} and not is_plus) else None


def _of_abroad(text: str, country: str | None) -> str | None:
    """As `phonenumbers` reads it; of India only what is in its plan (`1800…`), of others what can be one."""
    number = _parse(text, country)
    if number is None or number.number_of_leading_zeros not in {None, 1}:
        return None
    import phonenumbers  # noqa: PLC0415 - see _parse

    is_ours = f"+{number.country_code}" == HOME_CODE
    return _written(number, "E164") if not is_ours or phonenumbers.is_valid_number(number) else None


def _stands_in(own: str, plain: str) -> bool:
    """Some countries' numbers get a digit more when they are called from abroad, which then was made up."""
    rest = iter(plain)
    return all(digit in rest for digit in own)


def is_e164(text: str) -> bool:
    """Whether it is a number that was read, not a text that could not be."""
    return _E164.fullmatch(text) is not None


@lru_cache(maxsize=4096)
def show(number: str) -> str:
    """`+91 90000 00031`: what phones make tappable. A text that could not be read stays as it is."""
    parsed = _parse(number) if is_e164(number) else None
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

    parsed = _parse(number) if is_e164(number) else None
    mobiles = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
    return parsed is not None and number_type(parsed) in mobiles


@lru_cache(maxsize=4096)
def _parse(text: str, country: str | None = None) -> PhoneNumber | None:
    import phonenumbers  # noqa: PLC0415 - the plans of all countries are needed when the first number comes

    try:
        number = phonenumbers.parse(text, _region(country))
    except phonenumbers.NumberParseException:
        return None
    is_possible = phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE
    return number if is_possible else None


def _region(country: str | None) -> str:
    import phonenumbers  # noqa: PLC0415 - see _parse

    if country is None or country in phonenumbers.SUPPORTED_REGIONS:
        return country or HOME
    return "ZZ"  # without a country's code nobody knows whose number it is


@lru_cache(maxsize=256)
def _code(country: str | None) -> str:
    import phonenumbers  # noqa: PLC0415 - see _parse

    return str(phonenumbers.country_code_for_region(_region(country)))


def _written(number: PhoneNumber, form: str) -> str:
    from phonenumbers import PhoneNumberFormat, format_number  # noqa: PLC0415 - as above

    return str(format_number(number, getattr(PhoneNumberFormat, form)))
