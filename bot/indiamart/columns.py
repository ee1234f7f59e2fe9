"""Rows with the same columns, read column by column: what is true of a whole column (no HTML in it, nothing in it at
all) is seen once, not again for each of thousands of rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from bot.indiamart import texts, wire

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Column: TypeAlias = "Sequence[str | None]"
"""A value of each row; None where it says nothing: `""`, blanks, null and absent mean the same."""

_OF_LINES: Final = frozenset({"QUERY_MESSAGE", "SENDER_ADDRESS"})
"""These may have several lines, and HTML in them."""


class Columns(dict[str, Column]):
    """Clean texts by v2's names. A column that no row has is one of nothing."""

    def __init__(self, rows: int) -> None:
        super().__init__()
        self._nothing = [None] * rows

    def __missing__(self, _name: str) -> Column:
        return self._nothing


def read(names: Sequence[object], rows: Sequence[Mapping[Any, Any]]) -> Columns:
    """Of rows that all have these columns. Where two mean the same, the first one that says anything counts."""
    found = Columns(len(rows))
    for name, values in zip(names, zip(*(row.values() for row in rows), strict=True), strict=True):
        if (field := wire.field(name)) is not None:
            column = clean(field, values)
            found[field] = _either(found[field], column) if field in found else column
    return found


def clean(field: str, values: Sequence[object]) -> Column:
    """A column's values."""
    if field in _OF_LINES and not texts.are_lines(values):
        return [texts.paragraphs(texts.written(value)) or None for value in values]
    return texts.lines(values)


def _either(first: Column, second: Column) -> Column:
    return [one or other for one, other in zip(first, second, strict=True)]
