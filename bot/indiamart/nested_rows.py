"""Rows wherever they stand in a JSON value: wrapped in objects, one array too many, or as JSON texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot.indiamart import column_names, json_bodies

if TYPE_CHECKING:
    from collections.abc import Sequence

DEEPEST: Final = 12
"""Objects and arrays around a row, one in another."""
_LAYERS: Final = 6
"""JSON as a text in JSON."""
ENVELOPE: Final = frozenset({"CODE", "STATUS", "MESSAGE", "TOTAL_RECORDS"})


def is_in_place(item: object) -> bool:
    """Whether it is a row by itself, readable or not."""
    return column_names.is_row(item) or isinstance(item, json_bodies.BrokenRow)


def flat(items: Sequence[object]) -> Sequence[object]:
    """With the rows that an item holds in its place."""
    if all(map(is_in_place, items)):  # nearly always
        return items
    return [row for item in items for row in (not is_in_place(item) and rows_in([item])) or [item]]


def rows_in(value: object) -> list[object]:
    """As `find`, but empty where there is no row."""
    found = find(value)
    return found if any(map(column_names.is_row, found)) else []


def find(content: object, depth: int = DEEPEST, *, is_mended: bool = False) -> list[object]:
    """The rows in it, and whatever stands in a row's place. `is_mended` as in `opened`."""
    content = opened(content, is_mended=is_mended)
    if depth == 0:
        return []
    if isinstance(content, list):
        return [row for item in content for row in _of_item(item, depth - 1, is_mended=is_mended)]
    return _of_object(content, depth, is_mended=is_mended) if isinstance(content, dict) and content else []


def _of_object(content: dict[str, Any], depth: int, *, is_mended: bool) -> list[object]:
    """A row, or what holds rows: where both could be, what has more of a row's names."""
    if content.keys() == set(map(str, range(len(content)))):  # a form's way to write an array
        return find(list(content.values()), depth, is_mended=is_mended)
    inside, known = _inside(content, depth - 1, is_mended=is_mended), _known(content)
    if any(column_names.is_row(row) and _known(row) >= known for row in inside):
        return inside
    if known or not inside:
        is_envelope = any(column_names.folded(name) in column_names.WRAPPERS | ENVELOPE for name in content)
        return [content] if known or not is_envelope else []
    return inside


def _of_item(item: object, depth: int, *, is_mended: bool) -> list[object]:
    content = opened(item, is_mended=is_mended)
    return find(content, depth, is_mended=is_mended) if isinstance(content, dict | list) else [item]


def _inside(content: dict[str, Any], depth: int, *, is_mended: bool) -> list[object]:
    """What an envelope holds: mostly in one of the usual names, else wherever a row is found."""
    wrapped: list[object] = []
    elsewhere: list[object] = []
    for name, value in content.items():
        rows = find(value, depth, is_mended=is_mended)
        if column_names.folded(name) in column_names.WRAPPERS:
            wrapped += rows
        else:
            elsewhere += filter(column_names.is_row, rows)
    return wrapped if any(map(column_names.is_row, wrapped)) or not elsewhere else elsewhere


def _known(row: object) -> int:
    """How many of its names are those of a row."""
    return sum(column_names.field(name) is not None for name in row) if isinstance(row, dict) else 0


def opened(value: object, *, is_mended: bool) -> object:
    """An envelope may travel as text inside another (documentation variants), and that once more.

    `is_mended`: whether a text that is no JSON may be mended, because it comes only once.
    """
    for _layer in range(_LAYERS):
        if not isinstance(value, str) or value.strip()[:1] not in {"{", "[", '"'}:
            break
        content = json_bodies.parse_text(value.strip())
        if is_mended and isinstance(content, json_bodies.BrokenBody):
            content = json_bodies.mended(value.strip()) or content
        if isinstance(content, json_bodies.BrokenBody):
            break
        value = content
    return value
