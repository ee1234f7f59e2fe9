"""Where a buyer is: address, city and state tidied, and the PIN code found wherever it was put."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.indiamart import texts

if TYPE_CHECKING:
    from collections.abc import Mapping

_PIN: Final = r"(?<!\w)([1-9]\d{2}) ?(\d{3})(?!\w)"
_ANYWHERE: Final = re.compile(_PIN, re.ASCII)
_AT_END: Final = re.compile(rf"{_PIN}[\s.,)]*$", re.ASCII)
_ZEROS: Final = re.compile(r"[0\s.-]*")
_AROUND: Final = " ,.-–:()[]"


class Whereabouts(NamedTuple):
    address: str | None = None
    city: str | None = None
    state: str | None = None
    pincode: str | None = None


def read(values: Mapping[str, str]) -> Whereabouts:
    """Of a row's clean values. City and state lose a PIN code that stands in them; the address keeps its own."""
    address = _address(values.get("SENDER_ADDRESS", ""))
    city, city_pin = _without_pin(values.get("SENDER_CITY", ""))
    state, state_pin = _without_pin(values.get("SENDER_STATE", ""))
    pincode = _pincode(values.get("SENDER_PINCODE", "")) or city_pin or state_pin or _pin_at_end(address)
    return Whereabouts(address, city, state, pincode)


def _address(text: str) -> str | None:
    """`Plot 12/3, , Khagaria, Bihar, ` without its empty parts."""
    parts = map(texts.collapsed_line, text.replace("\n", ",").split(","))
    return ", ".join(filter(None, parts)) or None


def _without_pin(line: str) -> tuple[str | None, str | None]:
    match = _ANYWHERE.search(line)
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
