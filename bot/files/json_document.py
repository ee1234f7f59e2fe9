"""JSON of any size, record by record: a document that is an array of rows or an object with one in it, whatever its
name, or JSON Lines, a record on every line.

`ijson` does not read what files of leads have: line ends inside texts, NaN, several documents behind each other.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import orjson

from bot.domain import decoding
from bot.files import text_lines
from bot.files.json_nesting import DEEPEST, OWN, Nesting
from bot.files.problems import RowProblem, UnfitError
from bot.i18n import _
from bot.indiamart import column_names, json_bodies

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping
    from io import TextIOWrapper
    from typing import IO

_CHUNK: Final = 256 * 1024
"""Characters read at once."""
_LONGEST: Final = 32 * 1024 * 1024
"""Characters of one value."""
_BLANKS: Final = " \t\r\n\ufeff\0"
_NEAR_END: Final = 16
"""An error so close to where the text ends so far may be that end's."""
_WHOLE: Final = 1024 * 1024
"""Characters up to which an object may be a lead that has objects of its own; a longer one is an envelope of rows."""


def records(file: IO[bytes], chosen: Mapping[str, str]) -> Generator[tuple[int, object], None, None]:
    """(which row it is, value). Raises UnfitError where the document breaks: nothing behind it can be trusted."""
    with text_lines.opened(file) as text:
        source = _Source(text)
        for number, value in enumerate(_documents(source, Nesting(chosen)), start=1):
            source.row = number + 1
            yield number, value


class _Source:
    """The part of the text that is in memory, and the place in it."""

    def __init__(self, file: TextIOWrapper) -> None:
        self._file = file
        self._text = ""
        self._at = 0
        self.row = 1
        """For the sentence about where it breaks."""

    def peek(self) -> str:
        """The next character that says something; empty at the end."""
        while True:
            while self._at < len(self._text):
                if (character := self._text[self._at]) not in _BLANKS:
                    return character
                self._at += 1
            if not self._more():
                return ""

    def take(self, wanted: str) -> bool:
        """Pass over this character if it is the next."""
        is_next = self.peek() == wanted
        self._at += is_next
        return is_next

    def expect(self, wanted: str) -> None:
        if not self.take(wanted):
            raise self.broken()

    def value(self) -> Any:
        """The next value."""
        self.peek()
        while True:
            try:
                value, end = json_bodies.parse_at(self._text, self._at)
            except json.JSONDecodeError as error:
                if not self._may_be_cut(error) or not self._more():
                    raise self.broken() from None
            except RecursionError:
                raise self.broken() from None
            else:
                # A number may go on in the next chunk.
                if end < len(self._text) or isinstance(value, dict | list | str) or not self._more():
                    self._at = end
                    return value

    def short_object(self) -> object:
        """The next value, if all of it is here or comes soon; None for one that has to be read in pieces."""
        while True:
            try:
                value, self._at = json_bodies.parse_at(self._text, self._at)
            except json.JSONDecodeError as error:
                if len(self._text) - self._at > _WHOLE or not self._may_be_cut(error) or not self._more():
                    return None
            except RecursionError:
                return None
            else:
                return value

    def broken(self) -> UnfitError:
        return UnfitError(
            _("from row {row} on it is not JSON, or the file was cut off there. What came before it is kept.").format(
                row=self.row
            )
        )

    def _may_be_cut(self, error: json.JSONDecodeError) -> bool:
        if len(self._text) - self._at > _LONGEST:
            return False
        return error.pos >= len(self._text) - _NEAR_END or error.msg.startswith("Unterminated string")

    def _more(self) -> bool:
        # Twice as much each time, so that a long value is not tried again and again.
        chunk = self._file.read(max(_CHUNK, len(self._text) - self._at))
        self._text = self._text[self._at :] + chunk
        self._at = 0
        return bool(chunk)


def _documents(source: _Source, nesting: Nesting) -> Iterator[object]:
    """One document, or several behind each other, as in files that are JSON Lines by another name."""
    while character := source.peek():
        if character == "{" and (value := source.short_object()) is not None:
            yield from nesting.rows_in(value)
        else:
            yield from _rows(source, DEEPEST)
        source.take(",")


def _rows(source: _Source, depth: int) -> Iterator[object]:
    if source.take("["):
        yield from _items(source)
    elif depth and source.take("{"):
        yield from _members(source, depth - 1)
    else:
        raise source.broken()


def _items(source: _Source) -> Iterator[object]:
    if source.take("]"):
        return
    while True:
        yield source.value()
        if not source.take(","):
            source.expect("]")
            return


def _array(source: _Source, title: str) -> Generator[object, None, list[Any] | None]:
    """Its rows one by one, and None; or, where it holds no objects, the array itself as a value of its owner."""
    source.expect("[")
    if source.peek() == "{" or title in column_names.WRAPPERS:
        yield from _items(source)
        return None
    return list(_items(source))


def _members(source: _Source, depth: int) -> Iterator[object]:
    """Of an object: the rows that are wrapped in it, or itself."""
    own: dict[str, Any] = {}
    is_wrapper = False
    while not source.take("}"):
        name = source.value()
        source.expect(":")
        begins, title = source.peek(), str(name).upper()
        if title in column_names.WRAPPERS and begins == "{":
            is_wrapper = True
            yield from _rows(source, depth)
        elif title not in OWN and begins == "[":
            found = yield from _array(source, title)
            is_wrapper = is_wrapper or found is None
            own |= {} if found is None else {str(name): found}
        else:
            own[str(name)] = source.value()
        if not source.take(",") and source.peek() != "}":
            raise source.broken()
    if not is_wrapper:
        yield own


def line_records(file: IO[bytes], chosen: Mapping[str, str]) -> Generator[tuple[int, object], None, None]:
    """(line number, value), or `RowProblem` for a line that holds none. A line may be an answer with rows."""
    nesting = Nesting(chosen)
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
        yield from ((number, row) for row in nesting.rows_in(value))


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
