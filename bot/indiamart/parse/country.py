"""Countries as rows name them: two letters by v1 and v2, words in `SENDER_COUNTRY` (reported by clients)."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

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


def read(text: str | None) -> str | None:
    """ISO 3166 alpha-2; `UNKNOWN` for a name that nobody knows, None for nothing and for what is no name."""
    name = _folded(text or "")
    if name in _CODES:
        return _CODES[name]
    if len(name) == 2 and name.isascii():
        return None if name == "na" else name.upper()  # Namibia's letters are what people write who have nothing to say
    return _by_english_name().get(name, UNKNOWN) if len(name) > 3 else None


def _folded(text: str) -> str:
    return _NOT_LETTERS.sub(" ", text).strip().casefold()


@cache
def _by_english_name() -> dict[str, str]:
    from babel import Locale  # noqa: PLC0415 - the names of all countries are seldom asked for

    territories = Locale("en").territories
    return {_folded(name): code for code, name in territories.items() if len(code) == 2 and code.isalpha()}
