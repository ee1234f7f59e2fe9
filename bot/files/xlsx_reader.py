"""XLSX, sheet by sheet and row by row. `openpyxl` is loaded only here and where one is written.

python-calamine reads it several times as fast, but holds a sheet as one block from its first cell to its last: one
cell far to the right of thirty thousand rows takes 15 GB and ends the process (0.9.1, measured). So it reads only what
cannot be so large: see `oldsheets`.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Final

from bot.files import cells, unpacked_size
from bot.files.problems import RowProblem, UnfitError
from bot.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from bot.files.unpacked_size import Sizes

LAST_ROW: Final = 1_048_576
"""The last one that a spreadsheet has."""


class Book:
    def __init__(self, path: Path) -> None:
        import openpyxl  # noqa: PLC0415 - heavy, and only here

        # It warns of styles and extensions that it does not keep; we read values only.
        warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
        sizes = unpacked_size.of_xlsx(path)
        try:
            self._book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            self.sheets = [Sheet(one, sizes) for one in self._book.worksheets]
        except (UnfitError, OSError):
            raise
        except Exception as error:
            raise damaged() from error

    @property
    def size(self) -> int:
        """Rows of all sheets."""
        return sum(sheet.size for sheet in self.sheets)

    @property
    def done(self) -> int:
        return sum(sheet.done for sheet in self.sheets)

    def close(self) -> None:
        self._book.close()


class Sheet:
    """One as a `Grid`."""

    cells_can_move = False

    def __init__(self, sheet: Any, sizes: Sizes) -> None:
        self._sheet = sheet
        part = sheet._worksheet_path  # noqa: SLF001 - nothing else says which part a sheet is
        self._formulas = sizes.formulas(part)
        self.name: str = sheet.title
        self.size = sizes.rows(part)
        self.done = 0

    def rows(self) -> Iterator[tuple[int, Sequence[object] | RowProblem]]:
        self._sheet.reset_dimensions()  # what the file says of its own size is often wrong
        found = self._sheet.iter_rows(values_only=True)
        number = 0
        while True:
            try:
                row = next(found, None)
            except Exception as error:
                raise damaged() from error
            if row is None or number >= LAST_ROW:
                return
            number += 1
            self.done = max(self.done, min(number, self.size))
            if (lost := self._formulas.get(number)) is not None:
                row = _with_lost(row, lost)
            if any(cell is not None and cell != "" for cell in row):
                yield number, [cells.bare(cell) if isinstance(cell, str) and cell[:1] == "'" else cell for cell in row]


def _with_lost(row: Sequence[object], lost: Sequence[int]) -> Sequence[object]:
    found = [*row, *[None] * (max(lost) + 1 - len(row))]
    for number in lost:
        found[number] = cells.NO_VALUE
    return found


def damaged() -> UnfitError:
    return UnfitError(_("it is damaged, or no sheet. Open it in a spreadsheet, save it anew as .xlsx, and try again."))
