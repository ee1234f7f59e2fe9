"""Where a buyer is: address, city and state tidied, and the PIN code found wherever it was put."""

from __future__ import annotations

import re
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
