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
_USUAL: Final = re.compile(r"(\+91-?)?([6-9][0-9]{9})")
"""Indian mobiles as IndiaMART writes nearly all: what `phonenumbers` makes of them is known without asking it."""
_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_NOT_DIGITS: Final = re.compile(r"\D+", re.ASCII)
_INDIAN_MOBILE: Final = re.compile(r"((?:0|91)*)([6-9][0-9]{9})")
"""With whatever stands before it, several times over: `+91-91-…`, `0091…`, `91-0-…`."""
_CODE_AGAIN: Final = re.compile(r"(?:(?:\+|00|0)?91[\s.-]+)+(?=(?:\+|00|0)?91[\s.-])")
_FLOAT: Final = re.compile(r"\+?([0-9]{5,15})\.0*")
_THOUSANDS: Final = re.compile(r"\+?[0-9]{1,3}(?:,[0-9]{2,3}){2,}(?:\.0*)?")
_SCIENTIFIC: Final = re.compile(r"\+?([1-9])(?:\.([0-9]*))?E\+?([0-9]{1,2})", re.IGNORECASE)
_EXACT_DIGITS: Final = 9
"""Digits of a mantissa from which on only zeros were left out; a spreadsheet that rounds keeps six at most."""
_MASKED: Final = re.compile(
    r"\d[\s.()-]*[x*#•●∙·_?]{2,}|[x*#•●∙·_?]{2,}[\s.()-]*\d|\d[x*•●∙](?=\d|$)|(?<![^\W\d_])[x*•●∙]\d", re.IGNORECASE
)
_EXTENSION: Final = re.compile(r"(.*\d)[\s,]+(?:ext?n?\.?|x)\s*\d{1,5}|(.*\d)\s*extn?\.?\s*\d{1,5}", re.IGNORECASE)
_RUN: Final = re.compile(r"\+?\(?\d[\d\s().-]*\d")
"""What may be one number."""


def normalize(text: str | None, country: str | None = None) -> str | None:
    """E.164 of a number as IndiaMART or a person writes it; the stripped text itself where it cannot be read.

    Takes `+91-9000000021`, `+919000000001`, bare `9000000023`, `0120-0000001`, `+27-600000001`, digits of any script,
    what a spreadsheet made of a number (`9.19000001108E+11`), and a note behind it (`9000001011 (WhatsApp)`).
    None for nothing, for texts without a digit, for zeros only and for what a spreadsheet rounded.
    """
    if text and (usual := _USUAL.fullmatch(text)) and (usual[1] or country in {None, HOME}):
        return f"+91{usual[2]}"
    cleaned = tidied(text or "")
    if not any(character.isdecimal() for character in cleaned) or is_filler(cleaned) or is_rounded(cleaned):
        return None
    return whole(cleaned, country) or cleaned


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
    """`+91-0000000000`, `0`, `1234567890`: digits that stand where nobody gave a number."""
    plain = _NOT_DIGITS.sub("", text)
    return not plain.removeprefix("91").strip("0") or plain.removeprefix("91") == "1234567890"


def is_rounded(text: str) -> bool:
    """`9.19E+11`: a spreadsheet has thrown digits away, and what is left is nobody's number."""
    found = _SCIENTIFIC.fullmatch(text.strip())
    if found is None:
        return False
    written = len(found[1] + (found[2] or ""))
    return written < _EXACT_DIGITS and written < int(found[3]) + 1


def whole(text: str, country: str | None = None) -> str | None:
    """E.164 of the one whole number that stands in a tidied text; None where there is none, or a masked one."""
    text = unspread(text)
    if len(text) > LONGEST:
        return None
    if any(character.isalpha() for character in text) or _MASKED.search(text):
        return _annotated(text, country)
    return _single(text, country)


def unspread(text: str) -> str:
    """What a spreadsheet took for a figure: `919000001110.0`, `9,000,001,116`, `9.19000001108E+11`."""
    if found := _FLOAT.fullmatch(text):
        return found[1]
    if _THOUSANDS.fullmatch(text):
        return _NOT_DIGITS.sub("", text.partition(".")[0])
    if (found := _SCIENTIFIC.fullmatch(text)) and not is_rounded(text):
        digits_written, places = found[1] + (found[2] or ""), int(found[3]) + 1
        return digits_written[:places].ljust(places, "0")
    return text


def _annotated(text: str, country: str | None) -> str | None:
    """With words around it: a number has to be whole and of a kind that exists, or it is taken for a part of one."""
    if found := _EXTENSION.fullmatch(text):
        text = found[1] or found[2]
    if _MASKED.search(text):
        return None
    runs = (run[0].strip(" -.") for run in _RUN.finditer(text))
    return next((number for run in runs if (number := _single(run, country, surely=True))), None)


def _single(text: str, country: str | None, *, surely: bool = False) -> str | None:
    """A text without letters as one number. `surely`: not only long enough, but one that can have been given out."""
    text = _CODE_AGAIN.sub("", text)
    found = _INDIAN_MOBILE.fullmatch(_NOT_DIGITS.sub("", text))
    is_ours = country in {None, HOME} or (found is not None and "91" in found[1])
    if found and is_ours and (found[1] or "+" not in text) and not (found[1] == "0" and text.startswith("+")):
        return f"+91{found[2]}"
    number = _parse(text, country)
    if number is None or (surely and not _exists(number)):
        return None
    return _written(number, "E164")


def is_e164(text: str) -> bool:
    """Whether it is a number that was read, not a text that could not be."""
    return _E164.fullmatch(text) is not None


def is_masked(text: str) -> bool:
    """`98XXXXXX17`: digits that somebody has hidden."""
    return _MASKED.search(text) is not None


def has_digits(text: str, least: int) -> bool:
    """Whether so many digits, of whatever script, stand in it."""
    return (text[1:].isdecimal() and len(text) > least) or sum(map(str.isdecimal, text)) >= least


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


def _exists(number: PhoneNumber) -> bool:
    import phonenumbers  # noqa: PLC0415 - see _parse

    return phonenumbers.is_valid_number(number)


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
