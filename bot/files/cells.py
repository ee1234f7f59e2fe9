"""Cells that no spreadsheet runs as a formula, and how import undoes what that takes.

A text that begins with one of `=` `+` `-` `@`, a tab or a line end is a formula to a spreadsheet that opens a CSV.
Export puts an apostrophe before it, as one would by hand; import takes one away. A text that begins so already, `'=`,
gets one more, so that what comes back is always what went out.
"""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 32_767
"""Characters that Excel keeps in a cell."""
_CUT: Final = "…"

_STARTS: Final = r"[=+\-@\t\r\n＝＋－＠]"
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
    return text[1:] if _GUARDED.match(text) else text


def fitting(text: str) -> str:
    """What an XLSX cell takes: nothing that XML cannot hold, and not endless."""
    kept = _NOT_XML.sub("", text)
    return kept if len(kept) <= LONGEST else kept[: LONGEST - 1] + _CUT
