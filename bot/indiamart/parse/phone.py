"""The four phone fields of a row: one value may hold several numbers, and none of them is lost or made up."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from bot import phones

if TYPE_CHECKING:
    from collections.abc import Sequence

FEWEST_DIGITS: Final = 5
"""`+91-` and its like are no numbers."""
FEWEST_OF_MASKED: Final = 2
"""`98XXXXXX17` is shown as it was written."""
LONGEST_TAIL: Final = 8
"""Digits of a second number that leaves out what it has in common with the first: `0421-2220017/18`."""
_BETWEEN: Final = re.compile(r"\s*(?:[/,;|&\\\n\r]|\bor\b|\band\b|(?<=\d)\s*(?=\+\d))+\s*", re.IGNORECASE)
_APART: Final = re.compile(r"[\s()\[\]-]+")


class Phones(NamedTuple):
    """E.164 where a number could be read, else the text as it was written; by the names of a lead's fields."""

    mobile: str | None = None
    mobile_alt: str | None = None
    phone: str | None = None
    phone_alt: str | None = None


def fields(values: Sequence[str | None], country: str | None = None) -> Phones:
    """Of SENDER_MOBILE, SENDER_MOBILE_ALT, SENDER_PHONE and SENDER_PHONE_ALT, in this order.

    A value with several numbers gives its first to its own field (the mobile's the first that can be one); the others
    go into the fields that are empty, the alternate mobile before the landlines.
    """
    found = [split(value, country) if value else [] for value in values]
    if len(found[0]) > 1:
        found[0].sort(key=lambda number: not phones.can_be_mobile(number))
    slots: list[str | None] = [own[0] if own else None for own in found]
    others = dict.fromkeys(number for own in found for number in own[1:] if number not in slots)
    for number in others:
        free = next((place for place, one in enumerate(slots) if one is None), None)
        if free is None:
            slots[-1] = f"{slots[-1]} / {number}"
        else:
            slots[free] = number
    return Phones(*slots)


def split(value: str, country: str | None = None) -> list[str]:
    """The numbers in one value, in their order; a text that holds none that is whole, as it was written."""
    text = phones.tidied(value.replace("\n", " ; "))
    number = phones.normalize(text, country) if _BETWEEN.search(text) is None or _is_figure(text) else None
    if number is not None and phones.is_e164(number):
        return [number]
    if number is None and (phones.is_rounded(text) or phones.is_filler(text)):
        return []
    found = _several(text, country)
    return found if any(map(phones.is_e164, found)) else _as_written(text, country)


def one(value: str | None, country: str | None = None) -> str | None:
    """A field for one number only: the first of the value."""
    return next(iter(split(value, country)), None) if value else None


def _is_figure(text: str) -> bool:
    """`9,000,001,116`: the commas are a spreadsheet's."""
    whole = phones.whole(text)
    return whole is not None and "," in text and phones.whole(text.partition(",")[0]) is None


def _several(text: str, country: str | None) -> list[str]:
    pieces = [piece for piece in _BETWEEN.split(text) if piece]
    found: list[str] = []
    before = ""
    for piece in pieces:
        written = piece if _numbers(piece, country) else _with_head(before, piece) or piece
        numbers = _numbers(written, country)
        if not numbers and phones.has_digits(written, FEWEST_DIGITS) and not phones.is_filler(written):
            numbers = [written]
        before = written if numbers else before
        found += [number for number in numbers if number not in found]
    return found


def _numbers(piece: str, country: str | None) -> list[str]:
    """The whole numbers of a piece without separators: one, or several with nothing but blanks between."""
    number = phones.whole(piece, country)
    if number is not None and _is_complete(number):
        return [number]
    found = [phones.whole(token, country) for token in _APART.split(piece) if token]
    complete = [one for one in found if one is not None and _is_complete(one)]
    return complete if len(complete) == len(found) else []


def _is_complete(number: str) -> bool:
    """An Indian number has ten digits behind its code; shorter ones are a part of what stands beside them."""
    return not number.startswith("+91") or len(number) >= len("+919000000031")


def _with_head(before: str, tail: str) -> str | None:
    """The second number of `0421-2220017/18`, written out; None where the text is no such tail."""
    if not (tail.isascii() and tail.isdecimal() and len(tail) <= LONGEST_TAIL) or not before:
        return None
    places = [place for place, character in enumerate(before) if character.isdecimal()]
    if len(places) <= len(tail):
        return None
    return before[: places[-len(tail)]] + tail


def _as_written(text: str, country: str | None) -> list[str]:
    """No whole number stands in it. Together the parts may still be one (`0421/2220017`)."""
    joined = phones.whole(_BETWEEN.sub("-", text), country)
    if joined is not None and (_is_complete(joined) or _BETWEEN.search(text) is None):
        return [joined]
    least = FEWEST_OF_MASKED if phones.is_masked(text) else FEWEST_DIGITS
    return [text] if phones.has_digits(text, least) else []
