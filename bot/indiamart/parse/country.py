"""Countries as rows name them: two letters by v1 and v2, words in `SENDER_COUNTRY` (reported by clients)."""

from __future__ import annotations

import re
from typing import Final

UNKNOWN: Final = "ZZ"
"""Some country whose name is not in the table: its numbers are not India's."""

_NAMES: Final = {
    "IN": "india|bharat|ind",
    "AE": "uae|united arab emirates|dubai|abu dhabi|sharjah",
    "AF": "afghanistan",
    "AO": "angola",
    "AU": "australia",
    "BD": "bangladesh",
    "BH": "bahrain",
    "BR": "brazil",
    "BT": "bhutan",
    "CA": "canada",
    "CD": "democratic republic of the congo|congo",
    "CI": "ivory coast|cote divoire",
    "CM": "cameroon",
    "CN": "china",
    "DE": "germany",
    "DZ": "algeria",
    "EG": "egypt",
    "ES": "spain",
    "ET": "ethiopia",
    "FJ": "fiji",
    "FR": "france",
    "GB": "uk|united kingdom|great britain|england|scotland|wales",
    "GH": "ghana",
    "HK": "hong kong",
    "ID": "indonesia",
    "IE": "ireland",
    "IL": "israel",
    "IQ": "iraq",
    "IR": "iran",
    "IT": "italy",
    "JO": "jordan",
    "JP": "japan",
    "KE": "kenya",
    "KH": "cambodia",
    "KR": "south korea|korea",
    "KW": "kuwait",
    "LB": "lebanon",
    "LK": "sri lanka",
    "LY": "libya",
    "MA": "morocco",
    "MM": "myanmar|burma",
    "MU": "mauritius",
    "MV": "maldives",
    "MW": "malawi",
    "MX": "mexico",
    "MY": "malaysia",
    "MZ": "mozambique",
    "NA": "namibia",  # but the letters alone are what people write who have nothing to write
    "NG": "nigeria",
    "NL": "netherlands|holland",
    "NP": "nepal",
    "NZ": "new zealand",
    "OM": "oman",
    "PH": "philippines",
    "PK": "pakistan",
    "PL": "poland",
    "QA": "qatar",
    "RU": "russia|russian federation",
    "RW": "rwanda",
    "SA": "saudi arabia|ksa|saudi",
    "SD": "sudan",
    "SG": "singapore",
    "SN": "senegal",
    "TH": "thailand",
    "TR": "turkey|turkiye",
    "TW": "taiwan",
    "TZ": "tanzania",
    "UG": "uganda",
    "US": "usa|united states|united states of america|america",
    "UZ": "uzbekistan",
    "VN": "vietnam|viet nam",
    "YE": "yemen",
    "ZA": "south africa|rsa",
    "ZM": "zambia",
    "ZW": "zimbabwe",
}
_ISO: Final = {name: code for code, names in _NAMES.items() for name in names.split("|")}
_NOT_LETTERS: Final = re.compile(r"[\W\d_]+")


def read(text: str | None) -> str | None:
    """ISO 3166 alpha-2; `UNKNOWN` for a name that is not in the table, None for nothing and for what is no name."""
    name = _NOT_LETTERS.sub(" ", text or "").strip().casefold()
    if name in _ISO:
        return _ISO[name]
    if len(name) == 2 and name.isascii():
        return None if name == "na" else name.upper()
    return UNKNOWN if len(name) > 3 else None
