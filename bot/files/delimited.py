"""CSV, whatever stands between its cells: a heading, then a record for each lead."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

from bot.files import cells, columns, lines
from bot.files.lines import UnclosedError
from bot.files.wrong import UnfitError, Wrong
from bot.i18n import _

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence
    from typing import IO

_DELIMITERS: Final = (",", ";", "\t")
_SEP: Final = "sep="
"""Excel's own way of saying what stands between cells, in a line before the heading."""


def records(file: IO[bytes]) -> Generator[tuple[int, object], None, None]:
    """(number of its first line, cells by heading), or `Wrong` for a record that is none."""
    csv.field_size_limit(lines.LONGEST)  # the module's own limit is less than a long message
    with lines.opened(file) as text:
        found = lines.Lines(text)
        yield from _named(_records(found, csv.reader(found, delimiter=_delimiter(found))))


def _named(records: Iterable[tuple[int, list[str] | Wrong]]) -> Iterator[tuple[int, object]]:
    """The first record is the heading."""
    names: Sequence[str] | None = None
    for number, record in records:
        if isinstance(record, Wrong):
            yield number, record
        elif names is None:
            names = heading(record)
        else:
            yield number, row(names, record)
    if names is None:
        raise UnfitError(_("it has no heading and no rows."))


def heading(record: Sequence[object]) -> list[str]:
    """The columns' names, each once: what stands twice gets a blank behind it, which its meaning does not mind."""
    if not any(map(columns.is_known, record)):
        raise UnfitError(columns.unknown(record))
    names: list[str] = []
    for cell in record:
        name = "" if cell is None else cells.bare(str(cell))
        while name in names:
            name += " "
        names.append(name)
    return names


def row(names: Sequence[str], record: Sequence[str]) -> object:
    """Cells that are missing at the end are empty; one too many means that all of them may have moved."""
    if len(record) > len(names) and any(map(str.strip, record[len(names) :])):
        return Wrong(_("it has more cells than the heading; is a quotation mark missing?"))
    return {
        name: cells.bare(cell) if cell[:1] == "'" else cell for name, cell in zip(names, record, strict=False) if cell
    }


def _records(found: lines.Lines, reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str] | Wrong]]:
    while True:
        number = found.begin()
        try:
            record = next(reader)
        except StopIteration:
            return
        except UnclosedError:
            found.retry()
            yield number, Wrong(_("a quotation mark is opened and never closed"))
        except csv.Error:
            yield number, Wrong(_("it cannot be read as CSV"))
        else:
            if any(map(str.strip, record)):
                yield number, record


def _delimiter(found: lines.Lines) -> str:
    """What makes the most known names of the heading."""
    first = found.first()
    given = first.strip()
    if given[: len(_SEP)].lower() == _SEP and len(given) <= len(_SEP) + 1:
        next(found)
        return given[len(_SEP) :] or "\t"
    return max(_DELIMITERS, key=lambda one: _fit(first, one))


def _fit(line: str, delimiter: str) -> tuple[int, int]:
    names = next(csv.reader([line], delimiter=delimiter), [])
    return sum(map(columns.is_known, names)), len(names)
