"""What IndiaMART pushes: raw bytes as leads. Envelopes, nested ones, arrays and bare records; never raises."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bot.indiamart import bodies, rows, wire
from bot.indiamart.answer import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.models import Lead

_DEEPEST: Final = 6
_WRAPPERS: Final = ("RESPONSE", "BODY")
_LARGEST: Final = 4 * 1024 * 1024
"""Bytes that a packed body may grow to."""
_GZIP_OR_ZLIB: Final = 47


@dataclass(frozen=True, slots=True)
class Pushed:
    """Both empty: there was no lead in it, not even a broken one."""

    leads: tuple[Lead, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()


def read(body: bytes) -> Pushed:
    content = bodies.parse(_unpacked(body))
    if not isinstance(content, dict | list):
        content = _json_in(content)
    found = rows.read_all(list(_rows(content, _DEEPEST)))
    return Pushed(
        tuple(one for one in found if not isinstance(one, Unreadable)),
        tuple(one for one in found if isinstance(one, Unreadable)),
    )


def _unpacked(body: bytes) -> bytes:
    """A compressed body as it was before; any other as it is."""
    unpacker = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        content = unpacker.decompress(body, _LARGEST)
    except zlib.error:
        return body
    return content if unpacker.eof else body


def _rows(content: Any, depth: int) -> Iterator[object]:
    if depth == 0:
        return
    if isinstance(content, list):
        for item in content:
            yield from _rows(item, depth - 1) if isinstance(item, dict | list) else (item,)
    elif isinstance(content, dict):
        wrapped = _wrapped(content)
        if wrapped is None:
            yield content
        else:
            yield from _rows(_json_in(wrapped[0]), depth - 1)


def _wrapped(content: dict[str, Any]) -> tuple[object] | None:
    """What an envelope holds; None for a record, which is its own content."""
    if wire.is_row(content):
        return None
    envelope = {wire.folded(name): value for name, value in content.items()}
    return next(((envelope[name],) for name in _WRAPPERS if name in envelope), None)


def _json_in(value: object) -> object:
    """An envelope may travel as text inside another (documentation variants)."""
    if not isinstance(value, str):
        return value
    content = bodies.parse_text(value.strip())
    return content if isinstance(content, dict | list) else None
