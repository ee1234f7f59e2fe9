"""CSV, whatever stands between its cells, as rows of cells."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, Final

from bot.files import cells, mapping, text_lines
from bot.files.problems import RowProblem
from bot.files.text_lines import UnclosedError
from bot.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

_DELIMITERS: Final = (",", ";", "\t", "|")
_SEP: Final = "sep="
"""Excel's own way of saying what stands between cells, in a line before the heading."""
_LOOKED_AT: Final = 40
"""Lines by which the delimiter is told: a heading may stand below titles."""


class CsvGrid:
    """A file as a `Grid`. Numbers are those of a record's first line."""

    name: str | None = None
    cells_can_move = True

    def __init__(self, path: Path, chosen: Mapping[str, str]) -> None:
        csv.field_size_limit(text_lines.LONGEST)  # the module's own limit is less than a long message
        self._path = path
        self.done = 0
        """Bytes read, of the pass that is furthest."""
        with path.open("rb") as file, text_lines.opened(file) as text:
            top = [line for line in (text.readline(text_lines.LONGEST) for _line in range(_LOOKED_AT)) if line.strip()]
        self._delimiter = _delimiter(top, chosen)
        self._is_said = bool(top) and _said(top[0]) is not None

    def rows(self) -> Iterator[tuple[int, Sequence[object] | RowProblem]]:
        with self._path.open("rb") as file, text_lines.opened(file) as text:
            found = text_lines.Lines(text)
            records = _records(found, csv.reader(found, delimiter=self._delimiter), _whole(self._delimiter))
            if self._is_said:
                next(records, None)
            for number, record in records:
                self.done = max(self.done, file.tell())
                yield number, record if isinstance(record, RowProblem) else [*map(cells.typed, record)]


def _whole(delimiter: str) -> re.Pattern[str]:
    """A record in which every mark that closes a cell stands at its end."""
    quoted, bare = r'"[^"]*+(?:""[^"]*+)*+" *+', r'(?:[^"{0}\r\n][^{0}\r\n]*+)?'.format(re.escape(delimiter))
    cell = f"(?:{quoted}|{bare})"
    return re.compile(rf"{cell}(?:{re.escape(delimiter)}{cell})*+[\r\n]*")


def _records(
    found: text_lines.Lines, reader: Iterator[list[str]], whole: re.Pattern[str]
) -> Iterator[tuple[int, list[str] | RowProblem]]:
    while True:
        number = found.begin()
        try:
            record = next(reader)
            # `"2 inch` closes at the next row's `"3 inch`, and what stood between them was a lead.
            if (text := found.several()) and whole.fullmatch(text) is None:
                raise UnclosedError  # noqa: TRY301 - the same, only found out later
        except StopIteration:
            return
        except UnclosedError:
            found.retry()
            yield number, RowProblem(_("a quotation mark is opened and never closed"))
        except csv.Error:
            yield number, RowProblem(_("it cannot be read as CSV"))
        else:
            if any(map(str.strip, record)):
                yield number, record


def _said(line: str) -> str | None:
    given = line.strip("\ufeff\r\n ")
    if given[: len(_SEP)].lower() == _SEP and len(given) <= len(_SEP) + 1:
        return given[len(_SEP) :] or "\t"
    return None


def _delimiter(top: Sequence[str], chosen: Mapping[str, str]) -> str:
    """What makes the most known names of any line; else the most cells of all."""
    if top and (given := _said(top[0])) is not None:
        return given
    return max(_DELIMITERS, key=lambda one: _fit(top, one, chosen))


def _fit(top: Sequence[str], delimiter: str, chosen: Mapping[str, str]) -> tuple[int, int]:
    records = [next(csv.reader([line], delimiter=delimiter), []) for line in top]
    known = max((mapping.known(mapping.columns_of(record, chosen)) for record in records), default=0)
    return known, sum(map(len, records))
