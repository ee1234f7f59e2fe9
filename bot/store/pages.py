"""A SQLite file read page by page, past whatever is damaged: SQLite itself gives up at the first page that is.

What is here follows https://www.sqlite.org/fileformat2.html, and looks at each page and each row by itself. Which table
a row belongs to is `salvage`'s business.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from bot.config.addresses import beside

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

    Value = int | float | str | bytes | None

MAGIC: Final = b"SQLite format 3\0"
USUAL_PAGE: Final = 4096
_SIZES: Final = frozenset({512, 1024, 2048, 4096, 8192, 16384, 32768, 65536})
_INTEGERS: Final = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
_WAL_MODE: Final = 2
_WAL_HEAD: Final = 32
_FRAME_HEAD: Final = 24


class PageKind(IntEnum):
    INDEX_INTERIOR = 2
    TABLE_INTERIOR = 5
    INDEX_LEAF = 10
    TABLE_LEAF = 13


class UnreadableError(Exception):
    """What stands there cannot be what SQLite wrote."""


@dataclass(frozen=True, slots=True)
class Row:
    rowid: int | None
    """None in indexes, and in tables without one, which are kept as indexes."""
    values: tuple[Value, ...]


class Pages:
    """Numbered from 1. What the log beside the file says of a page counts, up to the last commit that is whole."""

    def __init__(self, file: BinaryIO, log: bytes = b"") -> None:
        self._file = file
        head = file.read(100)
        self.is_head_readable = head.startswith(MAGIC)
        self.size = _page_size(head) or (_log_page_size(log) if log else 0) or USUAL_PAGE
        self._usable = self.size - (head[20] if self.is_head_readable else 0)
        # A database that is in no WAL mode has no log: what lies beside it is another's.
        self._log = log = b"" if self.is_head_readable and head[18] != _WAL_MODE else log
        self._in_log = _committed(log, self.size)
        length = file.seek(0, 2)
        self.count = max([length // self.size, *self._in_log])

    def page(self, number: int) -> bytes:
        if not 1 <= number <= self.count:
            raise UnreadableError
        at = self._in_log.get(number)
        if at is not None:
            return self._log[at : at + self.size]
        self._file.seek((number - 1) * self.size)
        content = self._file.read(self.size)
        if len(content) < self.size:
            raise UnreadableError
        return content

    def kind(self, number: int) -> PageKind | None:
        """None where it holds no rows, or nothing readable."""
        try:
            return PageKind(self.page(number)[_start(number)])
        except (UnreadableError, ValueError):
            return None

    def children(self, number: int) -> list[int]:
        """The pages below this one. Raises UnreadableError where one of them cannot be."""
        page, start = self.page(number), _start(number)
        if page[start] not in (PageKind.TABLE_INTERIOR, PageKind.INDEX_INTERIOR):
            return []
        below = [int.from_bytes(page[at : at + 4], "big") for at in self._cells(page, start)]
        below.append(int.from_bytes(page[start + 8 : start + 12], "big"))
        if not all(1 <= one <= self.count for one in below):
            raise UnreadableError
        return below

    def rows(self, number: int) -> Iterator[Row | None]:
        """None for a row that cannot be read."""
        page, start = self.page(number), _start(number)
        kind = page[start]
        if kind == PageKind.TABLE_INTERIOR:
            return
        for at in self._cells(page, start):
            try:
                yield self._row(page, at, kind)
            except (UnreadableError, IndexError, UnicodeDecodeError, struct.error):
                yield None

    def free(self) -> set[int]:
        """Pages that SQLite keeps for later: what stands there was deleted."""
        found: set[int] = set()
        try:
            trunk = int.from_bytes(self.page(1)[32:36], "big") if self.is_head_readable else 0
            while trunk and trunk not in found:
                found.add(trunk)
                page = self.page(trunk)
                many = min(int.from_bytes(page[4:8], "big"), self.size // 4 - 2)
                found.update(struct.unpack_from(f">{many}I", page, 8))
                trunk = int.from_bytes(page[:4], "big")
        except UnreadableError:
            pass  # the rest of the chain is unknown
        return found

    def _cells(self, page: bytes, start: int) -> list[int]:
        many = int.from_bytes(page[start + 3 : start + 5], "big")
        first = start + (12 if page[start] in (PageKind.TABLE_INTERIOR, PageKind.INDEX_INTERIOR) else 8)
        if first + 2 * many > self._usable:
            return []
        return [at for at in struct.unpack_from(f">{many}H", page, first) if first + 2 * many <= at < self._usable]

    def _row(self, page: bytes, at: int, kind: int) -> Row:
        rowid = None
        if kind == PageKind.INDEX_INTERIOR:
            at += 4
        length, at = _varint(page, at)
        if kind == PageKind.TABLE_LEAF:
            rowid, at = _varint(page, at)
            rowid -= (rowid >> 63) << 64
        return Row(rowid, _record(self._payload(page, at, length, kind)))

    def _payload(self, page: bytes, at: int, length: int, kind: int) -> bytes:
        usable = self._usable
        most = usable - 35 if kind == PageKind.TABLE_LEAF else (usable - 12) * 64 // 255 - 23
        if length <= most:
            return _whole(page[at : min(at + length, usable)], length)
        least = (usable - 12) * 32 // 255 - 23
        here = least + (length - least) % (usable - 4)
        here = here if here <= most else least
        if length > self.count * usable:
            raise UnreadableError
        parts = [_whole(page[at : at + here], here)]
        following = int.from_bytes(_whole(page[at + here : at + here + 4], 4), "big")
        left = length - here
        while left > 0:
            content = self.page(following)
            following = int.from_bytes(content[:4], "big")
            parts.append(content[4 : 4 + min(left, usable - 4)])
            left -= usable - 4
        if following:
            raise UnreadableError
        return b"".join(parts)


def _start(number: int) -> int:
    """The first page begins with the file's own head."""
    return 100 if number == 1 else 0


def _whole(content: bytes, length: int) -> bytes:
    if len(content) != length:
        raise UnreadableError
    return content


def _varint(content: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place in range(8):
        byte = content[at + place]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + place + 1
    return value << 8 | content[at + 8], at + 9


def _record(payload: bytes) -> tuple[Value, ...]:
    head, at = _varint(payload, 0)
    if head > len(payload):
        raise UnreadableError
    body = head
    values: list[Value] = []
    while at < head:
        serial, at = _varint(payload, at)
        value, body = _value(payload, body, serial)
        values.append(value)
    if at != head or body != len(payload):
        raise UnreadableError
    return tuple(values)


def _value(payload: bytes, at: int, serial: int) -> tuple[Value, int]:
    if serial >= 12:
        end = at + (serial - 12) // 2
        content = _whole(payload[at:end], end - at)
        return (content.decode() if serial % 2 else content), end
    if serial in _INTEGERS:
        end = at + _INTEGERS[serial]
        return int.from_bytes(_whole(payload[at:end], end - at), "big", signed=True), end
    if serial == 7:
        return struct.unpack_from(">d", payload, at)[0], at + 8
    if serial in (0, 8, 9):
        return (None if serial == 0 else serial - 8), at
    raise UnreadableError


def _page_size(head: bytes) -> int:
    """0 where it is not known."""
    size = int.from_bytes(head[16:18], "big") if head.startswith(MAGIC) else 0
    size = 65536 if size == 1 else size
    return size if size in _SIZES else 0


def _log_page_size(log: bytes) -> int:
    size = int.from_bytes(log[8:12], "big")
    return size if size in _SIZES else 0


def _committed(log: bytes, size: int) -> dict[int, int]:
    """Where in the log the newest content of a page stands."""
    if len(log) < _WAL_HEAD or _log_page_size(log) != size:
        return {}
    order = ">" if log[3] & 1 else "<"
    sums = _sum(log[:24], order, (0, 0))
    if sums != struct.unpack(">II", log[24:32]):
        return {}
    found: dict[int, int] = {}
    pending: dict[int, int] = {}
    for at in range(_WAL_HEAD, len(log) - _FRAME_HEAD - size + 1, _FRAME_HEAD + size):
        head = log[at : at + _FRAME_HEAD]
        content = log[at + _FRAME_HEAD : at + _FRAME_HEAD + size]
        sums = _sum(content, order, _sum(head[:8], order, sums))
        if head[8:16] != log[16:24] or sums != struct.unpack(">II", head[16:]):
            break  # from here on it is what was written before, or not to the end
        pending[int.from_bytes(head[:4], "big")] = at + _FRAME_HEAD
        if head[4:8] != b"\0\0\0\0":
            found |= pending
            pending = {}
    return found


def _sum(content: bytes, order: str, before: tuple[int, int]) -> tuple[int, int]:
    one, two = before
    words = struct.unpack(f"{order}{len(content) // 4}I", content)
    for first, second in zip(words[::2], words[1::2], strict=True):
        one = one + first + two & 0xFFFFFFFF
        two = two + second + one & 0xFFFFFFFF
    return one, two


def read_log(path: Path) -> bytes:
    """The whole of it: SQLite keeps it at some megabytes."""
    log = beside(path, "-wal")
    return log.read_bytes() if log.exists() else b""
