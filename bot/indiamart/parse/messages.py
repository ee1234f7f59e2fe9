"""A buyer's message: cleaned, and the pairs that IndiaMART's form added to it read out."""

from __future__ import annotations

from typing import Final, NamedTuple

from bot.domain import money
from bot.indiamart.parse import texts

_LONGEST_VALUE: Final = 60
"""A longer "value" is the buyer's own prose."""

_PAIRS: Final = {
    f"{before}{name}": name
    for before in ("", "probable ", "approximate ", "approx ", "approx. ", "estimated ")
    for name in ("quantity unit", "quantity", "order value", "requirement type", "currency")
}


class BuyerMessage(NamedTuple):
    """What the buyer wrote, without the pairs that were read into the other fields."""

    text: str | None = None
    quantity: str | None = None
    order_value_min: int | None = None
    order_value_max: int | None = None
    requirement: str | None = None


_NOTHING: Final = BuyerMessage()


def read(text: str | None) -> BuyerMessage:
    """Of a message's paragraphs. A pair that was not wholly understood stays in the text, and so does a second one
    of its name.
    """
    if not text:
        return _NOTHING
    lines = text.split("\n")
    pairs = _pairs(lines)
    if not pairs:
        return BuyerMessage(text=text)
    used: list[str] = []
    quantity = _quantity(pairs, used)
    least, most = _order_value(pairs, used) or (None, None)
    requirement = _short(pairs, "requirement type")
    if requirement:
        used.append("requirement type")
    gone = {pairs[name][0] for name in used}
    left = "\n".join([line for number, line in enumerate(lines) if number not in gone])
    return BuyerMessage(texts.collapsed(left) or None, quantity, least, most, requirement)


def _pairs(lines: list[str]) -> dict[str, tuple[int, str]]:
    """Line number and value of each name's first pair."""
    found: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(lines):
        if ":" in line:
            before, _colon, value = line.partition(":")
            if (name := _PAIRS.get(before.strip().lower())) and name not in found:
                found[name] = (number, value.strip())
    return found


def _short(pairs: dict[str, tuple[int, str]], name: str) -> str | None:
    value = pairs.get(name, (0, ""))[1]
    return value if 0 < len(value) <= _LONGEST_VALUE else None


def _quantity(pairs: dict[str, tuple[int, str]], used: list[str]) -> str | None:
    """`500` and `piece` from two pairs in v2, `500 piece` from one in v1."""
    quantity, unit = _short(pairs, "quantity"), _short(pairs, "quantity unit")
    if quantity is None or not (quantity.isdecimal() or any(map(str.isdecimal, quantity))):
        return None
    used.append("quantity")
    if unit is None:
        return quantity
    used.append("quantity unit")
    return quantity if quantity.lower().endswith(unit.lower()) else f"{quantity} {unit}"


def _order_value(pairs: dict[str, tuple[int, str]], used: list[str]) -> money.Span | None:
    currency = pairs.get("currency", (0, "INR"))[1]
    if "INR" not in currency.upper():
        return None
    found = money.rupees(pairs.get("order value", (0, ""))[1])
    if found is not None:
        used.append("order value")
    return found
