"""How large a packed sheet becomes, seen before it is read: a small file can unpack to more than a machine holds.

One pass over each part, in which nothing is kept but counts, and where a formula stands without its value.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from bot.files import cells
from bot.files.problems import UnfitError, damaged
from bot.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import IO

_CHUNK: Final = 64 * 1024
MOST_IN_ROW: Final = 16_384 * 8
"""Elements of a row: a spreadsheet has 16,384 columns, and a cell a value and a few marks."""
MOST_TEXTS: Final = 2_000_000
"""Elements of a part that is held in memory whole: the texts that cells share, styles, the list of sheets."""
MOST_HELD: Final = 96 * 1024 * 1024
"""Bytes of such a part."""
MOST_IN_ROW_BYTES: Final = 32 * 1024 * 1024
MOST_CELLS: Final = 4_000_000
"""Cells of an ODS from its first to its last, which is read in one block."""
MOST_UNPACKED: Final = 2 * 1024 * 1024 * 1024
"""Bytes of all parts."""


@dataclass(slots=True)
class SheetSize:
    rows: int = 0
    formulas: dict[int, list[int]] = field(default_factory=dict)
    """Row (from 1) → columns (from 0) whose formula has no stored value."""


def of_xlsx(path: Path) -> dict[str, SheetSize]:
    """Of each sheet, by the name of its part. Raises UnfitError for what is too large to be read, and for no XLSX."""
    return _sizes(path, lambda name: _Sheet() if "/worksheets/" in name else _Part())


def check_ods(path: Path) -> None:
    """Raises UnfitError as above."""
    _sizes(path, lambda name: _Ods() if name == "content.xml" else _Part())


def _sizes(path: Path, kind: Callable[[str], _Part]) -> dict[str, SheetSize]:
    """Whatever is wrong with the archive or a part of it is an UnfitError."""
    sizes: dict[str, SheetSize] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(info.file_size for info in archive.infolist()) > MOST_UNPACKED:
                raise too_large()
            for name in archive.namelist():
                if name.endswith((".xml", ".rels")):
                    with archive.open(name) as file:
                        sizes[name] = kind(name).read(file)
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, NotImplementedError, RuntimeError, EOFError) as error:
        raise damaged() from error
    return sizes


def too_large() -> UnfitError:
    return UnfitError(_("it unpacks to more than can be read. Save the sheet as .csv, and import that."))


class _Part:
    """One that is held in memory whole. Names of elements come without their prefixes."""

    def __init__(self) -> None:
        self.size = SheetSize()
        self._bytes = self._elements = 0

    def read(self, file: IO[bytes]) -> SheetSize:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = lambda name, marks: self.begin(name.rpartition(":")[2], marks)
        parser.EndElementHandler = lambda name: self.end(name.rpartition(":")[2])
        parser.StartDoctypeDeclHandler = self._refuse  # no spreadsheet writes one; bombs do
        self.parser = parser
        while chunk := file.read(_CHUNK):
            self._bytes += len(chunk)
            parser.Parse(chunk)
            self.look()
        parser.Parse(b"", True)
        self.look()
        return self.size

    def begin(self, _name: str, _marks: dict[str, str]) -> None:
        self._elements += 1

    def end(self, name: str) -> None:
        pass

    def look(self) -> None:
        """After each chunk."""
        if self._elements > MOST_TEXTS or self._bytes > MOST_HELD:
            raise too_large()

    def _refuse(self, *_declared: object) -> None:
        raise too_large()


class _Sheet(_Part):
    def __init__(self) -> None:
        super().__init__()
        self._at_begin = 0
        self._row = 0
        self._column = -1
        self._is_formula = False
        self._has_value = False

    def begin(self, name: str, marks: dict[str, str]) -> None:
        self._elements += 1
        if name == "c":
            self._column = _column(marks.get("r"), self._column + 1)
        elif name == "f":
            self._is_formula, self._has_value = True, False
            self.parser.CharacterDataHandler = self._text
        elif name == "v" and self._is_formula:
            self._has_value = False
        elif name == "row":
            self._begin_row(marks.get("r"))

    def end(self, name: str) -> None:
        if self._is_formula and name == "f":
            self._has_value = False  # what was seen so far was the formula
        elif self._is_formula and name == "c":
            self.parser.CharacterDataHandler = None
            self._is_formula = False
            if not self._has_value:
                self.size.formulas.setdefault(self._row, []).append(self._column)
        elif name == "row":
            self._elements, self._at_begin = 0, self._bytes

    def look(self) -> None:
        if self._elements > MOST_IN_ROW or self._bytes - self._at_begin > MOST_IN_ROW_BYTES:
            raise too_large()

    def _begin_row(self, number: str | None) -> None:
        self._row = int(number) if number and number.isdecimal() else self._row + 1
        self._column = -1
        self.size.rows = max(self.size.rows, min(self._row, cells.LAST_ROW))

    def _text(self, text: str) -> None:
        self._has_value = self._has_value or bool(text.strip())


class _Ods(_Part):
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
        self._elements += 1
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
        if self._total + self._rows * self._width > MOST_CELLS or self._elements > MOST_CELLS * 3:
            raise too_large()


def _count(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 1


_REFERENCE: Final = re.compile(r"([A-Za-z]{1,3})\d+")


def _column(reference: str | None, otherwise: int) -> int:
    match = _REFERENCE.fullmatch(reference or "")
    if match is None:
        return otherwise
    number = 0
    for letter in match[1].upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
