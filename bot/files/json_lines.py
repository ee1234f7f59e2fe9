"""JSON Lines: a record on every line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import orjson

from bot.files import json_document, text_lines
from bot.files.problems import RowProblem
from bot.i18n import _
from bot.indiamart import json_bodies
from bot.indiamart.parse import decoding

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from typing import IO

_DEEPEST: Final = 6


def records(file: IO[bytes]) -> Generator[tuple[int, object], None, None]:
    """(line number, value), or `RowProblem` for a line that holds none. A line may be an answer with rows."""
    for number, line in enumerate(_whole(text_lines.raw(file)), start=1):
        if line is None:
            yield number, RowProblem(_("the line is too long"))
            continue
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError:
            if not line.strip():
                continue
            value = _patiently(line)
        yield from ((number, row) for row in _rows(value, _DEEPEST))


def _whole(pieces: Iterator[bytes | str]) -> Iterator[bytes | str | None]:
    """None for a line longer than is read at once, all its pieces together."""
    for line in pieces:
        if len(line) < text_lines.LONGEST:
            yield line
        else:
            yield None
            next((rest for rest in pieces if len(rest) < text_lines.LONGEST), None)


def _patiently(line: bytes | str) -> object:
    """What the fast parser refuses: bytes that are no UTF-8, halves of surrogate pairs, raw line ends, NaN."""
    text = line if isinstance(line, str) else decoding.text_of(line)
    value = json_bodies.parse_text(text.strip("\ufeff\0 \t\r\n"))
    return RowProblem(_("it is not JSON")) if isinstance(value, json_bodies.BrokenBody) else value


def _rows(value: object, depth: int) -> Iterator[object]:
    """Those that are wrapped in it, as in `documents`, or itself."""
    held = (
        [one for name, one in value.items() if _holds_rows(str(name).upper(), one)] if isinstance(value, dict) else []
    )
    if not held or not depth:
        yield value
    for one in held:
        for row in one if isinstance(one, list) else [one]:
            yield from _rows(row, depth - 1)


def _holds_rows(title: str, value: object) -> bool:
    if title in json_document.WRAPPERS and isinstance(value, list | dict):
        return True
    return title not in json_document.OWN and isinstance(value, list) and bool(value) and isinstance(value[0], dict)
