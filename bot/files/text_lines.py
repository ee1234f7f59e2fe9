"""Bytes as lines of text, whatever encoding a spreadsheet saved them in, and never more of them than memory bears."""

from __future__ import annotations

import json
from collections import deque
from contextlib import contextmanager
from functools import partial
from io import TextIOWrapper
from typing import IO, TYPE_CHECKING, Final

from bot.domain import decoding

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST: Final = 4 * 1024 * 1024
"""Characters of a line, and of a record of several lines; a lead has some thousand."""

_BOM: Final = b"\xef\xbb\xbf"


def encoding(file: IO[bytes]) -> str:
    """By the byte order mark, or by where the first characters' zero bytes are; else UTF-8."""
    head = file.read(4)
    file.seek(0)
    return json.detect_encoding(head)


@contextmanager
def opened(file: IO[bytes]) -> Iterator[TextIOWrapper]:
    """Line ends stay as they are: those inside quotation marks belong to the text. The file itself stays open."""
    name = encoding(file)
    text = TextIOWrapper(
        file, encoding=name, errors=decoding.LENIENT if name.startswith("utf-8") else "replace", newline=""
    )
    try:
        yield text
    finally:
        text.detach()


def raw(file: IO[bytes]) -> Iterator[bytes | str]:
    """Lines for a JSON parser that takes bytes, without decoding where they are UTF-8."""
    if not encoding(file).startswith("utf-8"):
        with opened(file) as text:
            yield from iter(partial(text.readline, LONGEST), "")
        return
    if file.read(len(_BOM)) != _BOM:
        file.seek(0)
    yield from iter(partial(file.readline, LONGEST), b"")


class UnclosedError(Exception):
    """A record goes on and on: a quotation mark was opened and never closed."""


class Lines:
    """Lines for `csv.reader`, counted; those of a record that never ends can be read again one by one."""

    def __init__(self, text: TextIOWrapper) -> None:
        self._text = text
        self._again: deque[str] = deque()
        self._record: list[str] = []
        self._size = 0
        self.number = 0
        """Of the line read last; the first is 1."""

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._text.readline(LONGEST)
        if not line:
            # Asked for another line in the middle of a record: only an open quotation mark does that.
            raise UnclosedError if self._record else StopIteration
        self._record.append(line)
        self._size += len(line)
        self.number += 1
        if self._size > LONGEST:
            raise UnclosedError
        return line

    def begin(self) -> int:
        """A new record begins; the number of its first line."""
        self._record.clear()
        self._size = 0
        return self.number + 1

    def several(self) -> str:
        """The record's text, if it has more than one line."""
        return "".join(self._record) if len(self._record) > 1 else ""

    def retry(self) -> None:
        """Read the record's lines again, all but the first."""
        lines = self._record[1:]
        self._again.extendleft(reversed(lines))
        self.number -= len(lines)
