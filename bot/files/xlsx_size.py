"""How large the parts of an XLSX become, each measured as it will be read: a sheet row by row, anything else at once.
Which part is what, the workbook, its relations and the manifest say; its name says nothing.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final, Self

from bot.files import cells
from bot.files.unpacked_size import MOST_HELD, MOST_TEXTS, XML, Part, SheetSize, of_parts, too_large

if TYPE_CHECKING:
    import zipfile
    from pathlib import Path

MOST_IN_ROW: Final = 16_384 * 8
"""Elements of a row: a spreadsheet has 16,384 columns, and a cell a value and a few marks."""
MOST_IN_ROW_BYTES: Final = 32 * 1024 * 1024

_MANIFEST: Final = "[Content_Types].xml"
_WORKBOOK: Final = "xl/workbook.xml"
_FIXED: Final = frozenset(
    {_MANIFEST, _WORKBOOK, "xl/styles.xml", "xl/theme/theme1.xml", "docProps/core.xml", "docProps/custom.xml"}
)
"""Parts that are read by these names, whatever their type."""
_WORKSHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


def of_xlsx(path: Path) -> dict[str, SheetSize]:
    """Of each sheet, by the name of its part. Raises UnfitError for what is too large to be read, and for no XLSX."""
    return of_parts(path, _parts)


def _parts(archive: zipfile.ZipFile) -> dict[str, Part]:
    """All that may be read."""
    names = archive.namelist()
    types = _Types.of(archive, _MANIFEST)
    sheets, whole = types.worksheets(), types.others() | _FIXED | {name for name in names if name.endswith(".rels")}
    for book in types.workbooks():
        as_sheets, as_others = _targets(archive, book)
        sheets |= as_sheets
        whole |= as_others
    read = {name for name in names if name.endswith(XML)} | whole | sheets
    return {name: _part(is_sheet=name in sheets, is_whole=name in whole) for name in names if name in read}


def _part(*, is_sheet: bool, is_whole: bool) -> Part:
    if not is_sheet:
        return Part()
    return _SheetAndMore() if is_whole else _Sheet()


def _targets(archive: zipfile.ZipFile, book: str) -> tuple[set[str], set[str]]:
    """A workbook's sheets, and all other parts that it names."""
    folder, name = posixpath.split(book)
    ids = _Book.of(archive, book).ids
    sheets: set[str] = set()
    others: set[str] = set()
    for relation, target, kind in _Relations.of(archive, posixpath.join(folder, "_rels", f"{name}.rels")).found:
        part = target[1:] if target[:1] == "/" else posixpath.normpath(posixpath.join(folder, target))
        (sheets if relation in ids and "chartsheet" not in kind else others).add(part)
    return sheets, others


class _Index(Part):
    """A part that says what others are; empty where it is not there."""

    @classmethod
    def of(cls, archive: zipfile.ZipFile, name: str) -> Self:
        found = cls()
        if name in archive.namelist():
            with archive.open(name) as file:
                found.read(file)
        return found


class _Types(_Index):
    """The manifest."""

    def __init__(self) -> None:
        super().__init__()
        self._kinds: dict[str, set[str]] = {}

    def begin(self, name: str, marks: dict[str, str]) -> None:
        super().begin(name, marks)
        if name == "Override":
            self._kinds.setdefault(marks.get("PartName", "")[1:], set()).add(marks.get("ContentType", ""))

    def workbooks(self) -> set[str]:
        return {_WORKBOOK} | {name for name, kinds in self._kinds.items() if any("main+xml" in one for one in kinds)}

    def worksheets(self) -> set[str]:
        return {name for name, kinds in self._kinds.items() if _WORKSHEET in kinds}

    def others(self) -> set[str]:
        """A picture may be an XML too, but is not read."""
        return {name for name, kinds in self._kinds.items() if any(map(_is_read, kinds - {_WORKSHEET}))}


def _is_read(kind: str) -> bool:
    return kind.endswith("xml") and not kind.startswith("image/")


class _Book(_Index):
    """The workbook's own part."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        """Of the relations that are sheets."""

    def begin(self, name: str, marks: dict[str, str]) -> None:
        super().begin(name, marks)
        if name == "sheet":
            self.ids |= {value for mark, value in marks.items() if mark.rpartition(":")[2] == "id"}


class _Relations(_Index):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str]] = []
        """(id, target, kind)."""

    def begin(self, name: str, marks: dict[str, str]) -> None:
        super().begin(name, marks)
        if name == "Relationship":
            self.found.append((marks.get("Id", ""), marks.get("Target", ""), marks.get("Type", "")))


class _Sheet(Part):
    def __init__(self) -> None:
        super().__init__()
        self._at_begin = 0
        self._row = 0
        self._column = -1
        self._is_formula = False
        self._has_value = False

    def begin(self, name: str, marks: dict[str, str]) -> None:
        self.elements += 1
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
            self.elements, self._at_begin = 0, self.bytes

    def look(self) -> None:
        if self.elements > MOST_IN_ROW or self.bytes - self._at_begin > MOST_IN_ROW_BYTES:
            raise too_large()

    def _begin_row(self, number: str | None) -> None:
        self._row = int(number) if number and number.isdecimal() else self._row + 1
        self._column = -1
        self.size.rows = max(self.size.rows, min(self._row, cells.LAST_ROW))

    def _text(self, text: str) -> None:
        self._has_value = self._has_value or bool(text.strip())


class _SheetAndMore(_Sheet):
    """One that is named as something else too, and so may be read in both ways."""

    def __init__(self) -> None:
        super().__init__()
        self._all = 0

    def begin(self, name: str, marks: dict[str, str]) -> None:
        super().begin(name, marks)
        self._all += 1

    def look(self) -> None:
        super().look()
        if self._all > MOST_TEXTS or self.bytes > MOST_HELD:
            raise too_large()


_REFERENCE: Final = re.compile(r"([A-Za-z]{1,3})\d+")


def _column(reference: str | None, otherwise: int) -> int:
    match = _REFERENCE.fullmatch(reference or "")
    if match is None:
        return otherwise
    number = 0
    for letter in match[1].upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
