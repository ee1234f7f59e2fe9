"""Large bodies row by row: as one JSON value 20 MB would take ten times as much memory, and hold the event loop up,
since Python's JSON reader lets no other thread run meanwhile.

Only the two usual shapes are cut: an array of flat objects, and an envelope with such an array as its RESPONSE.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, cast

from bot.indiamart import bodies
from bot.indiamart.parse.decoding import LENIENT

if TYPE_CHECKING:
    from collections.abc import Iterator

_STRING: Final = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_BLANKS: Final = rb"[ \t\r\n]*+"
_PARTS: Final = {b"b": _BLANKS, b"s": _STRING}
_HEAD: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?%(b)b(?:\{(?:%(b)b%(s)b%(b)b:%(b)b(?:%(s)b|[^\"{}\[\],]++)%(b)b,)*?"
    rb"%(b)b\"RESPONSE\"%(b)b:%(b)b)?\[" % _PARTS,
    re.IGNORECASE | re.DOTALL,
)
"""Everything up to the rows."""
_ROW: Final = re.compile(rb"%(b)b(\{(?:[^\"{}\[\]]++|%(s)b)*+\})%(b)b([,\]])" % _PARTS, re.DOTALL)
"""An object that holds no other, and what follows it."""


class Rows(list[Any]):
    """The rows of a body, read each time they are asked for, and not kept. Its own items are places in the body."""

    def __init__(self, body: bytes | bytearray, places: list[tuple[int, int]]) -> None:
        super().__init__(places)
        self._body = body

    def __iter__(self) -> Iterator[Any]:
        return map(self._read, super().__iter__())

    def __getitem__(self, index: Any) -> Any:
        found = super().__getitem__(index)
        return list(map(self._read, found)) if isinstance(index, slice) else self._read(found)

    def _read(self, place: tuple[int, int]) -> object:
        return bodies.parse_text(self._body[slice(*place)].decode("utf-8", LENIENT))


def parse(body: bytes | bytearray, *, block: int | None = None) -> object:
    """As `bodies.parse`, but the rows of a usual shape are read only when they are needed; or at once, about so many
    bytes after the other.
    """
    head = _HEAD.match(body)
    if head is None or not json.detect_encoding(body[:4]).startswith("utf-8"):
        return bodies.parse(body)
    found = _unread(body, head.end()) if block is None else _in_blocks(body, head.end(), block)
    return bodies.parse(body) if found is None else found


def _unread(body: bytes | bytearray, start: int) -> object:
    places, end, is_closed = _places(body, start)
    rows = Rows(body, places)
    return _filled(bytes(body[:start]) + bytes(body[end:]), rows) if is_closed else None


def _in_blocks(body: bytes | bytearray, start: int, block: int) -> object:
    """Cut where a row seems to end. If that was inside a text, neither part is JSON."""
    rows: list[Any] = []
    at = start
    while (cut := body.find(b"},", at + block)) >= 0:
        found = bodies.parse_flat(b"[%b]" % bytes(body[at : cut + 1]))
        if not isinstance(found, list):
            return None
        rows += found
        at = cut + 2
    text = f"[{body[at:].decode('utf-8', LENIENT)}"
    try:
        last, end = bodies.parse_at(text, 0)
    except (ValueError, RecursionError):
        return None
    if not isinstance(last, list) or (rows and not last):
        return None
    return _filled(bytes(body[:start]) + b"]" + text[end:].encode(errors="replace"), rows + last)


def _places(body: bytes | bytearray, at: int) -> tuple[list[tuple[int, int]], int, bool]:
    """Where the rows stand, where they end, and whether their array ends there too."""
    places: list[tuple[int, int]] = []
    while found := _ROW.match(body, at):
        places.append(found.span(1))
        if found[2] == b"]":
            return places, found.start(2), True
        at = found.end()
    return places, at, False


def _filled(frame: bytes, rows: list[Any]) -> object:
    """The body without its rows, with them; None if they are not where they were thought to be, or no objects."""
    rest = bodies.parse(frame)
    if not all(isinstance(row, dict) for row in rows):
        return None
    if rest == []:
        return rows
    if not isinstance(rest, dict):
        return None
    envelope = cast("dict[str, Any]", rest)
    names = [name for name, value in envelope.items() if name.upper() == "RESPONSE" and value == []]
    return envelope | {names[0]: rows} if len(names) == 1 else None
