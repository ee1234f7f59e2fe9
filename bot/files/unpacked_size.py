"""How large a packed sheet becomes, seen before it is read: a small file can unpack to more than a machine holds.

One pass over each part, in which nothing is kept but counts, and where a formula stands without its value.
"""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from bot.files.problems import UnfitError, damaged
from bot.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from typing import IO

_CHUNK: Final = 64 * 1024
MOST_TEXTS: Final = 2_000_000
"""Elements of a part that is held in memory whole: the texts that cells share, styles, the list of sheets."""
MOST_HELD: Final = 96 * 1024 * 1024
"""Bytes of such a part."""
MOST_CELLS: Final = 4_000_000
"""Cells of an ODS from its first to its last, which is read in one block."""
MOST_UNPACKED: Final = 2 * 1024 * 1024 * 1024
"""Bytes of all parts."""

XML: Final = (".xml", ".rels")
"""What the names of parts mostly end with that hold no picture."""


@dataclass(slots=True)
class SheetSize:
    rows: int = 0
    formulas: dict[int, list[int]] = field(default_factory=dict)
    """Row (from 1) → columns (from 0) whose formula has no stored value."""


def check_ods(path: Path) -> None:
    """Raises UnfitError for what is too large to be read, and for no ODS."""
    of_parts(path, _ods_parts)


def _ods_parts(archive: zipfile.ZipFile) -> dict[str, Part]:
    return {name: _Ods() if name == "content.xml" else Part() for name in archive.namelist() if name.endswith(XML)}


def of_parts(path: Path, parts: Callable[[zipfile.ZipFile], Mapping[str, Part]]) -> dict[str, SheetSize]:
    """Of those that have to be looked at. Whatever is wrong with the archive or a part of it is an UnfitError, too."""
    sizes: dict[str, SheetSize] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(info.file_size for info in archive.infolist()) > MOST_UNPACKED:
                raise too_large()
            for name, part in parts(archive).items():
                with archive.open(name) as file:
                    sizes[name] = part.read(file)
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, NotImplementedError, RuntimeError, EOFError) as error:
        raise damaged() from error
    return sizes


def too_large() -> UnfitError:
    return UnfitError(_("it unpacks to more than can be read. Save the sheet as .csv, and import that."))


class Part:
    """One that is held in memory whole. Names of elements come without their prefixes."""

    def __init__(self) -> None:
        self.size = SheetSize()
        self.bytes = self.elements = 0

    def read(self, file: IO[bytes]) -> SheetSize:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = lambda name, marks: self.begin(name.rpartition(":")[2], marks)
        parser.EndElementHandler = lambda name: self.end(name.rpartition(":")[2])
        parser.StartDoctypeDeclHandler = self._refuse  # no spreadsheet writes one; bombs do
        self.parser = parser
        while chunk := file.read(_CHUNK):
            self.bytes += len(chunk)
            parser.Parse(chunk)
            self.look()
        parser.Parse(b"", True)
        self.look()
        return self.size

    def begin(self, _name: str, _marks: dict[str, str]) -> None:
        self.elements += 1

    def end(self, name: str) -> None:
        pass

    def look(self) -> None:
        """After each chunk."""
        if self.elements > MOST_TEXTS or self.bytes > MOST_HELD:
            raise too_large()

    def _refuse(self, *_declared: object) -> None:
        raise too_large()


class _Ods(Part):
    """Counts what repeated cells and rows become: a block from the first cell to the last that holds anything."""

    def __init__(self) -> None:
        super().__init__()
        self._total = 0
        self._rows = self._width = 0
        """Of the table so far, up to the last that hold anything."""
        self._row = self._column = 0
        self._repeated = 1
        self._is_filled = False

    def begin(self, name: str, marks: dict[str, str]) -> None:
        self.elements += 1
        if name == "table":
            self._rows = self._width = self._row = 0
        elif name == "table-row":
            self._column, self._is_filled = 0, False
            self._repeated = _count(marks.get("table:number-rows-repeated"))
        elif name in {"table-cell", "covered-table-cell"}:
            self._cell(marks)

    def _cell(self, marks: dict[str, str]) -> None:
        self._column += _count(marks.get("table:number-columns-repeated"))
        if any(mark.startswith(("office:", "calcext:value", "table:formula")) for mark in marks):
            self._width = max(self._width, self._column)
            self._is_filled = True

    def end(self, name: str) -> None:
        if name == "table-row":
            self._row += self._repeated
            self._rows = self._row if self._is_filled else self._rows
        elif name == "table":
            self._total += self._rows * self._width
            self._rows = self._width = 0

    def look(self) -> None:
        if self._total + self._rows * self._width > MOST_CELLS or self.elements > MOST_CELLS * 3:
            raise too_large()


def _count(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 1
