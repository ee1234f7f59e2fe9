"""Spreadsheets, sheet by sheet and row by row: XLSX by openpyxl, XLS and ODS by python-calamine. Each is loaded only
where it is needed.

python-calamine reads XLSX several times as fast, but holds a sheet as one block from its first cell to its last: one
cell far to the right of thirty thousand rows takes 15 GB and ends the process (0.9.1, measured). Of an XLS the format
bounds that block, of an ODS it is counted before.
"""

from __future__ import annotations

import warnings
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from bot.files import cells, unpacked_size, xlsx_size
from bot.files.problems import RowProblem, UnfitError, damaged
from bot.files.unpacked_size import SheetSize
from bot.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0"
"""How an .xls begins, and an .xlsx that a password protects."""
_PACKED: Final = b"PK"
_ODS: Final = b"application/vnd.oasis.opendocument.spreadsheet"
BEGINNINGS: Final = (_OLD_OFFICE, _PACKED)


class Workbook:
    def __init__(self, book: Any, sheets: Sequence[_RowSheet] | Sequence[_BlockSheet], size: int | None = None) -> None:
        self.sheets = sheets
        self.size = size
        """Rows of all sheets, where that is known before they are read."""
        self.close = book.close

    @property
    def done(self) -> int:
        return sum(sheet.done for sheet in self.sheets)


def opened(path: Path, head: bytes) -> Workbook:
    """By what its first bytes say it is, whatever its name says."""
    if head.startswith(_OLD_OFFICE):
        return _block_book(
            path,
            UnfitError(_("it is protected by a password, or damaged. Save it in a spreadsheet as .xlsx without one.")),
        )
    if _ODS in head:
        unpacked_size.check_ods(path)
        return _block_book(path, damaged())
    return _row_book(path)


def _row_book(path: Path) -> Workbook:
    import openpyxl  # noqa: PLC0415 - heavy, and only here

    # It warns of styles and extensions that it does not keep; we read values only.
    warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
    sizes = xlsx_size.of_xlsx(path)
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
        sheets = [_RowSheet(one, sizes) for one in book.worksheets]
    except OSError:
        raise
    except Exception as error:
        raise damaged() from error
    return Workbook(book, sheets, sum(sheet.size for sheet in sheets))


class _RowSheet:
    """One as a `Grid`."""

    cells_can_move = False

    def __init__(self, sheet: Any, sizes: dict[str, SheetSize]) -> None:
        self._sheet = sheet
        # Nothing else says which part a sheet is.
        found = sizes.get(sheet._worksheet_path) or SheetSize()  # noqa: SLF001
        self._formulas = found.formulas
        self.name: str = sheet.title
        self.size = found.rows
        self.done = 0

    def rows(self) -> Iterator[tuple[int, Sequence[object] | RowProblem]]:
        self._sheet.reset_dimensions()  # what the file says of its own size is often wrong
        try:
            for number, row in enumerate(islice(self._sheet.iter_rows(values_only=True), cells.LAST_ROW), start=1):
                self.done = max(self.done, min(number, self.size))
                known = _with_lost(row, self._formulas[number]) if number in self._formulas else row
                if any(cell is not None and cell != "" for cell in known):
                    yield number, [*map(cells.stored, known)]
        except Exception as error:
            raise damaged() from error


def _with_lost(row: Sequence[object], lost: Sequence[int]) -> Sequence[object]:
    found = [*row, *[None] * (max(lost) + 1 - len(row))]
    for number in lost:
        found[number] = cells.NO_VALUE
    return found


def _block_book(path: Path, refusal: UnfitError) -> Workbook:
    import python_calamine  # noqa: PLC0415 - only here

    try:
        book = python_calamine.load_workbook(path)
    except python_calamine.PasswordError as error:
        raise UnfitError(_("it is protected by a password. Save it without one.")) from error
    except python_calamine.CalamineError as error:
        raise refusal from error
    return Workbook(book, [_BlockSheet(book, name) for name in book.sheet_names])


class _BlockSheet:
    """One as a `Grid`."""

    cells_can_move = False

    def __init__(self, book: Any, name: str) -> None:
        self._book = book
        self.name = name
        self.done = 0

    def rows(self) -> Iterator[tuple[int, Sequence[object] | RowProblem]]:
        import python_calamine  # noqa: PLC0415 - as above

        try:
            sheet = self._book.get_sheet_by_name(self.name)
        except python_calamine.CalamineError as error:
            raise damaged() from error
        start, left = sheet.start or (0, 0)
        for number, row in enumerate(sheet.iter_rows(), start=start + 1):
            self.done = max(self.done, number)
            if any(cell != "" for cell in row):
                yield number, [None] * left + [*map(cells.stored, row)]
