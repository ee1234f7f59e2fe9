"""Large bodies row by row: as one JSON value, and as leads, 20 MB would take ten times as much memory.

Only the two usual shapes are cut: an array of flat objects, and an envelope with such an array as its RESPONSE.
"""

from __future__ import annotations

import json
import pickle
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, cast, overload

from bot.indiamart import bodies
from bot.models import Lead

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

    def _read(self, place: tuple[int, int]) -> object:
        return bodies.parse_text(self._body[slice(*place)].decode("utf-8", "replace"))


class Packed(Sequence[Lead]):
    """Leads, oldest enquiry first, in a quarter of the memory: each is unpacked when it is asked for."""

    def __init__(self) -> None:
        self._bytes = bytearray()  # one block, which the system gets back whole
        self._places: list[tuple[float, int, int]] = []

    def append(self, lead: Lead) -> None:
        at = float("inf") if lead.enquired_at is None else lead.enquired_at.timestamp()
        start = len(self._bytes)
        self._bytes += pickle.dumps(tuple(lead), pickle.HIGHEST_PROTOCOL)
        self._places.append((at, start, len(self._bytes)))

    def sort(self) -> None:
        self._places.sort()

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, index: int) -> Lead: ...
    @overload
    def __getitem__(self, index: slice) -> list[Lead]: ...
    def __getitem__(self, index: int | slice) -> Lead | list[Lead]:
        if isinstance(index, slice):
            return [self._lead(start, stop) for _at, start, stop in self._places[index]]
        return self._lead(*self._places[index][1:])

    def _lead(self, start: int, stop: int) -> Lead:
        values = pickle.loads(self._bytes[start:stop])  # noqa: S301 - our own bytes, which never leave the process
        return Lead._make(values)


def parse(body: bytes | bytearray) -> object:
    """As `bodies.parse`, but the rows of a usual shape are read only when they are needed."""
    head = _HEAD.match(body)
    if head is None or not json.detect_encoding(body[:4]).startswith("utf-8"):
        return bodies.parse(body)
    places, end, is_closed = _places(body, head.end())
    rest = bodies.parse(bytes(body[: head.end()]) + bytes(body[end:]))
    if isinstance(rest, bodies.Broken):
        return rest
    rows = Rows(body, places)
    content = _filled(rest, rows)
    is_sound = is_closed and content is not None and all(isinstance(row, dict) for row in rows)
    return content if is_sound else bodies.parse(body)


def _places(body: bytes | bytearray, at: int) -> tuple[list[tuple[int, int]], int, bool]:
    """Where the rows stand, where they end, and whether their array ends there too."""
    places: list[tuple[int, int]] = []
    while found := _ROW.match(body, at):
        places.append(found.span(1))
        if found[2] == b"]":
            return places, found.start(2), True
        at = found.end()
    return places, at, False


def _filled(rest: object, rows: Rows) -> object:
    """The body without its rows, with them; None if they are not where they were thought to be."""
    if rest == []:
        return rows
    if not isinstance(rest, dict):
        return None
    envelope = cast("dict[str, Any]", rest)
    names = [name for name, value in envelope.items() if name.upper() == "RESPONSE" and value == []]
    return envelope | {names[0]: rows} if len(names) == 1 else None
