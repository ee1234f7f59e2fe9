"""Money in rupees, as IndiaMART's forms and people write it: `Rs. 1,60,000 - 3,12,000`, `1 to 2 Lakh`, `75k`."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from typing import Final, TypeAlias

from bot.domain.words.all import MONEY, either, meant, spelled

UNIT: Final = either(MONEY.values())
_LARGEST: Final = 10**13
"""Ten lakh crore: beyond it somebody leant on a key."""
_SMALLEST_START: Final = 100
"""`50 - 1 Lakh` does not say 50 of what; `50,000 - 1 Lakh` does."""

_GROUPED: Final = r"(?:\d{{1,3}}(?:,\d{{2,3}}){{0,6}},\d{{3}}|\d{{1,21}})"
"""`1,50,000` and `150,000`; in `1,5` the comma is a decimal point, as other countries have it."""
_AMOUNT: Final = (
    rf"(?:(?:rs|inr|₹)\.?\s*)?(?P<number{{n}}>{_GROUPED}(?:\.\d{{{{1,4}}}})?)\s*"
    rf"(?P<unit{{n}}>{UNIT})?\.?\s*(?:inr|rs\.?|rupees|/-|₹)?"
)
_PAISE: Final = re.compile(r"\d*(?:\.(?:0|\d\d))?", re.ASCII)
"""Of `1.5` and `50.000`, without a unit, nobody knows how much is meant."""
_ONE: Final = _AMOUNT.format(n=1)
_OTHER: Final = _AMOUNT.format(n=2)
_RANGE: Final = rf"(?:between\s+)?{_ONE}\s*(?:-|–|—|to|and)\s*{_OTHER}"
_AT_LEAST: Final = (
    rf"(?:(?:more|greater) than|above|over|at ?least|minimum|>)\s*{_ONE}"
    rf"|{_OTHER}\s*(?:\+|(?:and|&|or) (?:above|more))"
)
_AT_MOST: Final = (
    rf"(?:up ?to|less than|below|under|within|at ?most|maximum|<)\s*{_ONE}"
    rf"|{_OTHER}\s*(?:and|&|or) (?:below|less)"
)


Span: TypeAlias = tuple[int | None, int | None]
"""Least and most. Equal where one figure was given; `More than 5 Lakh` has no most, `Upto 10,000` no least."""


@lru_cache(maxsize=1024)  # the brackets that IndiaMART's form offers are few
def rupees(text: str) -> Span | None:
    """Whole rupees; None where it is not wholly understood, another currency included."""
    cleaned = " ".join(spelled(text).lower().split())[:200].strip(" .,")
    if match := _compiled(_RANGE).fullmatch(cleaned):
        return _range(match)
    for form, is_least, is_most in ((_ONE, True, True), (_AT_LEAST, True, False), (_AT_MOST, False, True)):
        if match := _compiled(form).fullmatch(cleaned):
            figure = _figure(match)
            return None if figure is None else (figure if is_least else None, figure if is_most else None)
    return None


@cache
def _compiled(form: str) -> re.Pattern[str]:
    """When the first is needed: all languages' words take their time, and a start needs none."""
    return re.compile(form, re.ASCII)


def _range(match: re.Match[str]) -> Span | None:
    least, most = _rupees(match["number1"], match["unit1"]), _rupees(match["number2"], match["unit2"])
    if match["unit1"] is None and match["unit2"] is not None:
        least = _start(match, most)
    if least is None or most is None or least > most:
        return None
    return least, most


def _start(match: re.Match[str], most: int | None) -> int | None:
    """`1 to 2 Lakh` means lakhs on both sides, `50,000 - 1 Lakh` does not."""
    shared, plain = _rupees(match["number1"], match["unit2"]), _rupees(match["number1"], None)
    if shared is not None and most is not None and shared <= most:
        return shared
    return plain if plain is not None and plain >= _SMALLEST_START else None


def _figure(match: re.Match[str]) -> int | None:
    found = match.groupdict()
    return _rupees(found["number1"] or found["number2"], found.get("unit1") or found.get("unit2"))


def _rupees(number: str, unit: str | None) -> int | None:
    plain, size = number.replace(",", ""), meant(MONEY, unit) if unit else None
    if size is None and not _PAISE.fullmatch(plain):
        return None
    exact = Decimal(plain) * (size or 1)
    return int(exact.to_integral_value(ROUND_HALF_UP)) if exact <= _LARGEST else None
