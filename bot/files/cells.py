"""Cells that no spreadsheet runs as a formula, and how import undoes what that takes; and cells as texts.

A text whose first visible character is one of `=` `+` `-` `@`, and one that begins with a tab or a line end, is a
formula to some spreadsheet that opens a CSV. Export puts an apostrophe before it, as one would by hand; import takes
one away. A text that begins so already, `'=`, gets one more, so that what comes back is always what went out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from bot.indiamart.parse import texts

LONGEST: Final = 32_767
"""Characters that Excel keeps in a cell."""
LAST_ROW: Final = 1_048_576
"""Of a sheet, the heading included."""
_CUT: Final = "…"
_FEWEST_DIGITS: Final = 7

# Controls, blanks, and what Unicode says has no shape of its own: spreadsheets drop them before they look.
_INVISIBLE: Final = (
    r"[\x00-\x20\x7f-\xa0\xad\u034f\u061c\u06dd\u070f\u0600-\u0605\u0890\u0891\u08e2\u115f\u1160\u1680\u17b4\u17b5"
    r"\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    r"\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# Each in all its forms: full width, small, raised, lowered, and the minus sign.
_SIGNS: Final = r"[=+\-@＝＋－＠﹦﹢﹣﹫⁼⁺⁻₌₊₋−]"
_STARTS: Final = rf"(?:[\t\r\n]|{_INVISIBLE}*{_SIGNS})"
_FORMULA: Final = re.compile(rf"'*{_STARTS}")
_GUARDED: Final = re.compile(rf"'+{_STARTS}")
# What XML cannot hold; openpyxl refuses it with an error.
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def guarded(text: str) -> str:
    """For CSV, where a cell's text is all that says what it is."""
    return f"'{text}" if _FORMULA.match(text) else text


def marked(text: str) -> str:
    """For XLSX, where a text is stored as one: only what import would take an apostrophe from gets another."""
    return f"'{text}" if _GUARDED.match(text) else text


def bare(text: str) -> str:
    """What `guarded` or `marked` was given."""
    return text[1:] if text[:1] == "'" and _GUARDED.match(text) else text


def stored(cell: object) -> object:
    """A sheet's cell as it was written: a whole number where a spreadsheet counts in fractions."""
    if isinstance(cell, str):
        return bare(cell)
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def fitting(text: str) -> str:
    """What an XLSX cell takes: nothing that XML cannot hold, and not endless."""
    kept = _NOT_XML.sub("", text)
    return kept if len(kept) <= LONGEST else kept[: LONGEST - 1] + _CUT


@dataclass(frozen=True, slots=True)
class MissingValue:
    """A formula's cell without the value that a spreadsheet would have stored beside it."""

    text: str = ""
    """As it stands in a CSV, where it may be somebody's words."""


NO_VALUE: Final = MissingValue()

_AS_TEXT: Final = re.compile(r'="([^"]*)"')
# `=A1`, `=SUM(`, `=9000+1`: a text that begins otherwise may be anybody's words.
_TYPED_FORMULA: Final = re.compile(r"=\s*(?:[A-Za-z][A-Za-z0-9.]*\(|\$?[A-Za-z]{1,3}\$?\d+\b|[\d.+*/() -]+$)")
_ERRORS: Final = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"})


def typed(text: str) -> str | MissingValue:
    """A cell of a CSV: `="0421"` is how sheets are made to keep a zero; any other formula has lost its value."""
    if text[:1] == "=":
        if match := _AS_TEXT.fullmatch(text):
            return match[1]
        return MissingValue(text) if _TYPED_FORMULA.match(text) else text
    return bare(text)


def text(value: object) -> str:
    """A cell as a person would write it; empty for nothing, and for what a formula failed with."""
    if isinstance(value, str):
        return "" if value.strip() in _ERRORS else value
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, date | time | timedelta):
        return str(value)
    return value.text if isinstance(value, MissingValue) else texts.written(value)


def is_phone(text: str) -> bool:
    """Whether it has as many digits as a phone number."""
    return sum(map(str.isdigit, text)) >= _FEWEST_DIGITS


def is_number(value: object) -> bool:
    """A count or a sum, also where a text says it."""
    if isinstance(value, str):
        return bool(value.strip()) and not value.strip(" .,₹%-+()0123456789").removeprefix("Rs").strip(" .")
    return isinstance(value, int | float | MissingValue)
