"""A buyer's number as it may be shown where others read along: recognisable, not callable."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from bot import phones

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.models import Card, Lead

SHOWN_IN_FRONT: Final = 5
"""At most: a country code and three digits."""
SHOWN_AT_THE_END: Final = 2
LEAST_HIDDEN: Final = 5
LEAST_DIGITS: Final = LEAST_HIDDEN + SHOWN_AT_THE_END
"""Shorter runs of digits are no phone numbers; a PIN code has six."""
DOT: Final = "•"
_NUMBERS: Final = ("mobile", "mobile_alt", "phone", "phone_alt", "receiver_mobile")
_KEPT: Final = frozenset({"kind", "query_id", "country", "raw", *_NUMBERS})
# Between the digits of one number: blanks, brackets, dashes of every length, and characters nobody sees.
_GAP: Final = r"[\s().\-\u2010-\u2015_/\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]{0,3}"
_RUN: Final = re.compile(rf"\+?\(?\d(?:{_GAP}\d)+")
_ANY_GAP: Final = r"\D{0,3}"
"""In numbers we know. Elsewhere a comma separates figures."""
_NATIONAL: Final = 10
"""Digits of an Indian number without the country's code, which people leave out."""


def number(text: str) -> str:
    """`+91 900•• •••31`."""
    shown = phones.show(text)
    places = [index for index, character in enumerate(shown) if character.isdecimal()]
    in_front = max(min(len(places) - LEAST_DIGITS, SHOWN_IN_FRONT), 0)
    hidden = set(places[in_front:-SHOWN_AT_THE_END])
    return "".join(DOT if index in hidden else character for index, character in enumerate(shown))


def words(text: str, known: Iterable[str] = ()) -> str:
    """A text in which somebody may have written a number; the `known` ones are found however they are written."""
    for spelling in filter(None, map(_spelling, known)):
        text = re.sub(spelling, lambda run: number(run[0]), text)
    return _RUN.sub(lambda run: number(run[0]) if _could_be_phone(run[0]) else run[0], text)


def _spelling(known: str) -> str:
    """A pattern for the number; empty for what is too short to be one."""
    digits = phones.digits(known)[-_NATIONAL:]
    return _ANY_GAP.join(digits) if len(digits) >= LEAST_DIGITS else ""


def card(shown: Card) -> Card:
    earlier, known = shown.earlier, shown.stored.lead.phones
    if earlier is not None and earlier.product:
        earlier = replace(earlier, product=words(earlier.product, known))
    note = None if shown.note is None else replace(shown.note, text=words(shown.note.text, known))
    reason = None if shown.lost_reason is None else words(shown.lost_reason, known)
    stored = shown.stored._replace(lead=lead(shown.stored.lead))
    return replace(shown, stored=stored, earlier=earlier, note=note, lost_reason=reason)


def lead(shown: Lead) -> Lead:
    masked: dict[str, Any] = {}
    for name, value in zip(shown._fields, shown, strict=True):
        if isinstance(value, str) and name not in _KEPT:
            masked[name] = words(value, shown.phones)
        elif isinstance(value, str) and name in _NUMBERS:
            masked[name] = number(value)
    return shown._replace(**masked)


def _could_be_phone(run: str) -> bool:
    return sum(character.isdecimal() for character in run) >= LEAST_DIGITS
