"""Where a buyer is: country, address, city and state tidied, and the PIN code found wherever it was put."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.indiamart.parse import texts

if TYPE_CHECKING:
    from collections.abc import Iterable

_PIN: Final = r"(?<!\w)([1-9]\d{2}) ?(\d{3})(?!\w)"
_ANYWHERE: Final = re.compile(_PIN, re.ASCII)
_AT_END: Final = re.compile(rf"{_PIN}[\s.,)]*$", re.ASCII)
_ZEROS: Final = re.compile(r"[0\s.-]*")
_AROUND: Final = " ,.-–:()[]"


class BuyerAddress(NamedTuple):
    address: str | None = None
    city: str | None = None
    state: str | None = None
    pincode: str | None = None


COLUMNS: Final = ("SENDER_ADDRESS", "SENDER_CITY", "SENDER_STATE", "SENDER_PINCODE")
"""Where a row says where, by v2's names."""


def read(address: str | None, city: str | None, state: str | None, pincode: str | None) -> BuyerAddress:
    """Of a row's clean values. City and state lose a PIN code that stands in them; the address keeps its own."""
    tidied = address and _address(address)
    city, city_pin = _without_pin(city or "")
    state, state_pin = _without_pin(state or "")
    found = pincode and _pincode(pincode)
    return BuyerAddress(tidied, city, state, found or city_pin or state_pin or _pin_at_end(tidied))


def _address(text: str) -> str | None:
    """`Plot 12/3, , Khagaria, Bihar, ` without its empty parts."""
    parts: Iterable[str] = filter(None, map(str.strip, text.replace("\n", ",").split(",")))
    if len(text) > texts.LONGEST_LINE:
        parts = (part[: texts.LONGEST_LINE].rstrip() for part in parts)
    return ", ".join(parts) or None


def _without_pin(line: str) -> tuple[str | None, str | None]:
    match = None if line.isalpha() else _ANYWHERE.search(line)
    if match is None:
        return line or None, None
    before, after = line[: match.start()].rstrip(_AROUND), line[match.end() :].lstrip(_AROUND)
    return " ".join(part for part in (before, after) if part) or None, match[1] + match[2]


def _pincode(line: str) -> str | None:
    """Six digits joined; a foreign code as it is."""
    if len(line) == 6 and line.isdecimal() and line.isascii() and line[0] != "0":
        return line  # nearly always
    if _ZEROS.fullmatch(line):
        return None
    match = _ANYWHERE.fullmatch(line)
    return line if match is None else match[1] + match[2]


def _pin_at_end(address: str | None) -> str | None:
    match = _AT_END.search(address or "")
    return None if match is None else match[1] + match[2]


UNKNOWN: Final = "ZZ"
"""Some country whose name nobody knows: its numbers are not India's."""

_NAMES: Final = {
    "IN": "india|bharat|ind",
    "AE": "uae|dubai|abu dhabi|sharjah",
    "CD": "democratic republic of the congo|congo",
    "CI": "ivory coast|cote divoire",
    "GB": "uk|great britain|england|scotland|wales",
    "HK": "hong kong",
    "KR": "korea",
    "MM": "myanmar|burma",
    "NL": "holland",
    "RU": "russian federation",
    "SA": "ksa|saudi",
    "TR": "turkey|turkiye",
    "US": "usa|united states of america|america",
    "VN": "viet nam",
    "ZA": "rsa",
}
"""What people write beside the names that Unicode has."""
_CODES: Final = {name: code for code, names in _NAMES.items() for name in names.split("|")}
_NOT_LETTERS: Final = re.compile(r"[\W\d_]+")


def country(text: str | None) -> str | None:
    """ISO 3166 alpha-2, from two letters (v1 and v2) or words (`SENDER_COUNTRY`, reported by clients); `UNKNOWN` for
    a name that nobody knows, None for nothing and for what is no name.
    """
    name = _folded(text or "")
    if name in _CODES:
        return _CODES[name]
    if len(name) == 2 and name.isascii():
        return None if name == "na" else name.upper()  # Namibia's letters are what people write who have nothing to say
    return _by_english_name().get(name, UNKNOWN) if len(name) > 3 else None


def code_of_country(typed: str) -> str | None:
    """As `country`, for what somebody types who means one: Namibia's letters, and none that no country has."""
    name = _folded(typed)
    code = "NA" if name == "na" else country(typed)
    return code if code != UNKNOWN and code in _by_english_name().values() else None


def country_names() -> list[str]:
    """In English."""
    return sorted(name for name in (*_by_english_name(), *_CODES) if len(name) > 2)


def _folded(text: str) -> str:
    return _NOT_LETTERS.sub(" ", text).strip().casefold()


@cache
def _by_english_name() -> dict[str, str]:
    from babel import Locale  # noqa: PLC0415 - the names of all countries are seldom asked for

    territories = Locale("en").territories
    return {_folded(name): code for code, name in territories.items() if len(code) == 2 and code.isalpha()}
