"""A body that is no JSON as a whole, row by row: one broken row must not hold all the others.

Rows begin with `{` and a name that rows have. Each is read by itself; one that cannot be is kept as it came. Nothing is
mended: what a broken row was to say is not guessed.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bot.domain import budgets
from bot.indiamart import column_names, json_bodies

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROWS: Final = re.compile(r"""(?:["']?\bRESPONSE["']?\s*:\s*|^\s*)\[(?!\s*\])""", re.IGNORECASE)
"""What stands before the first row; an empty answer may stand before that."""
_START: Final = re.compile(r"""\{\s*(?:["']([^"'\\{}:]{1,60})["']\s*:|\}\s*(?=[,\]]))""")
_BETWEEN: Final = re.compile(r"[\s,\0]*")
_NEXT: Final = re.compile(r"[\s,\0]*(?:[\]{]|\Z)|\s*,\s*(?:\[\s*\]|null\b|-?\d|\"[^\"\\]*\"\s*[,\]])")
"""What may follow a whole row: the next one, even if that is no object."""
_TAIL: Final = re.compile(
    r"""\]\s*(?:,\s*"[^"\\]{1,40}"\s*:\s*(?:"(?:[^"\\]|\\.){0,1000}"|[^\s",\[\]{}]{1,40})\s*){0,20},?\s*\}?[\s\0]*\Z"""
)
"""The rows' end and what an envelope has behind it."""
_LONGEST_HEAD: Final = 100_000
"""Characters; to look through 20 MB holds up everybody else for a second."""
_LONGEST_TAIL: Final = 2_000
_SIZES: Final = (4_000, 256_000)
"""Characters of a row that are tried first: a copy of all that follows, for each of a million, is too much."""
_FARTHEST: Final = 100_000
"""Characters behind what seems to be the next row, and may be a part of this one."""
_NESTED: Final = 500_000
"""What it costs to find out that a value is nested too deeply, in characters."""
_NUMBER: Final = r"""["']?{name}["']?\s*:\s*["']?(\d{{1,9}})"""
_BLANK: Final = r"[_\s-]?"
_TOTAL: Final = re.compile(_NUMBER.format(name=f"TOTAL{_BLANK}COUNT"), re.IGNORECASE)
_FRAME: Final = {
    name: re.compile(_NUMBER.format(name=name.replace("_", _BLANK)), re.IGNORECASE)
    for name in ("CODE", "TOTAL_RECORDS")
}


@dataclass(frozen=True, slots=True)
class Salvaged:
    """A body of which at least the beginning of its rows was found."""

    content: list[Any] | dict[str, Any]
    """As JSON would have given it, with a `bodies.BrokenRow` in the place of each row that is none."""
    is_whole: bool
    """Whether the rows' end was there; else the last one, which was cut off, is left out."""
    broken: int

    @property
    def total(self) -> int | None:
        """What the broken rows of a v1 answer say about how many there are."""
        rows = self.content if isinstance(self.content, list) else []
        found = (_TOTAL.search(row.raw) for row in rows if isinstance(row, json_bodies.BrokenRow))
        return max((int(match[1]) for match in found if match), default=None)


def read(text: str) -> Salvaged | None:
    """None where nothing looks like rows. Never raises."""
    head = _ROWS.search(text, 0, _LONGEST_HEAD)
    if head is None:
        return None
    rows, end = _rows(text, head.end())
    if not rows:
        return None
    broken = sum(isinstance(row, json_bodies.BrokenRow) for row in rows)
    is_bare = head[0].lstrip().startswith("[")
    content = rows if is_bare else _frame(text[: head.end()], "]}" if end is None else text[end:]) | {"RESPONSE": rows}
    return Salvaged(content, is_whole=end is not None, broken=broken)


def _rows(text: str, at: int) -> tuple[list[Any], int | None]:
    """The rows from there on, and where their array ends; None if it was cut off."""
    tail = _TAIL.search(text, max(at, len(text) - _LONGEST_TAIL))
    end = None if tail is None else tail.start()
    stop = len(text) if end is None else end
    rows: list[Any] = []
    starts = _starts(text, at, stop)
    following = next(starts, stop)
    at = _skipped(text, at, stop)
    spent = 0
    while at < stop:
        while following <= at < stop:
            following = next(starts, stop)
        whole, cost = _whole(text, at, following)
        spent += cost
        if spent > budgets.SALVAGED_CHARACTERS:
            rows.append(json_bodies.BrokenRow(text[at:stop]))
            break
        if whole is None:
            if following == stop and end is None:
                break  # the end of the body tells nothing about the end of the row
            whole = json_bodies.BrokenRow(text[at:following].rstrip(" \t\r\n,\0")), following
        rows.append(whole[0])
        at = _skipped(text, whole[1], stop)
    return rows, end


def _skipped(text: str, at: int, stop: int) -> int:
    match = _BETWEEN.match(text, at, stop)
    return at if match is None else match.end()


def _whole(text: str, at: int, following: int) -> tuple[tuple[Any, int] | None, int]:
    """The value that begins there, and where it ends; None if it is no JSON, or goes on behind its own end.

    And how many characters were looked at in vain. It ends before the next row seems to begin, or not far behind that:
    whoever begins a million rows and ends none would have each of them read to the end of all.
    """
    spent = 0
    near = (at + size for size in _SIZES if at + size < following)
    for limit in (*near, following, following + _FARTHEST):
        part = text[at:limit]
        try:
            row, length = json_bodies.parse_at(part, 0)
        except json.JSONDecodeError:
            spent += len(part)
        except RecursionError:
            return None, spent + _NESTED
        else:
            return ((row, at + length), spent) if _NEXT.match(text, at + length) else (None, spent + len(part))
    return None, spent


def _starts(text: str, at: int, stop: int) -> Iterator[int]:
    """Where rows seem to begin: behind a row's end or a comma. An object that is a row's value stands behind a colon;
    one in a text has no such name, or a backslash before it.
    """
    first: str | None = None
    for match in _START.finditer(text, at, stop):
        first = first or match[1]
        before = text[max(at, match.start() - 20) : match.start()].rstrip()
        if match[1] is None:  # `{}`, which may well stand in a text
            is_row = before.endswith(",") and before[:-1].rstrip().endswith("}")
        else:
            is_row = match[1] == first or column_names.field(match[1]) is not None
        if is_row and (not before or before[-1] in ",}[]"):
            yield match.start()


def _frame(head: str, tail: str) -> dict[str, Any]:
    """The envelope without its rows; if that is broken too, the figures that can be seen in it."""
    envelope = json_bodies.parse_text(head + tail)
    if isinstance(envelope, dict):
        return {name: value for name, value in envelope.items() if column_names.folded(name) != "RESPONSE"}
    around = head + tail
    return {name: match[1] for name, figure in _FRAME.items() if (match := figure.search(around))}
