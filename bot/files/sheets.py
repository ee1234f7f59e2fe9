"""XLSX, read row by row. `openpyxl` is loaded only here and where one is written."""

from __future__ import annotations

import warnings
import zipfile
from typing import TYPE_CHECKING, Any, Final

from bot.files import cells, delimited
from bot.files.wrong import UnfitError, Wrong
from bot.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0"
"""How an .xls begins, and an .xlsx that a password protects."""


class Book:
    """An open file. Rows come from the first sheet whose heading has a name that is known."""

    def __init__(self, path: Path) -> None:
        import openpyxl  # noqa: PLC0415 - heavy, and only here

        # It warns of styles and extensions that it does not keep; we read values only.
        warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
        _check(path)
        try:
            self._book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            self._sheet, self._first, self._names = self._table()
        except (UnfitError, OSError):
            raise
        except Exception as error:
            raise _damaged() from error
        self.done = 0
        """Rows read."""

    @property
    def size(self) -> int | None:
        """Rows, as the file itself says; it may say nothing, or something wrong."""
        return self._size

    def records(self) -> Iterator[tuple[int, object]]:
        """(row number, cells by heading)."""
        rows = self._sheet.iter_rows(min_row=self._first + 1, values_only=True)
        number = self._first
        while True:
            try:
                row = next(rows, None)
            except Exception as error:
                raise _damaged() from error
            if row is None:
                return
            number += 1
            self.done = number
            if any(cell not in {None, ""} for cell in row):
                yield number, _row(self._names, row)

    def close(self) -> None:
        self._book.close()

    def _table(self) -> tuple[Any, int, Sequence[str]]:
        problem: UnfitError | None = None
        sheets: Any = self._book.worksheets
        for sheet in sheets:
            self._size: int | None = sheet.max_row
            sheet.reset_dimensions()  # what the file says of its own size is often wrong
            for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
                if any(cell is not None for cell in row):
                    try:
                        return sheet, number, delimited.heading(row)
                    except UnfitError as error:
                        problem = problem or error
                    break
        raise problem or UnfitError(_("it has no rows."))


def _row(names: Sequence[str], row: Sequence[object]) -> object:
    if any(cell not in {None, ""} for cell in row[len(names) :]):
        return Wrong(_("it has more cells than the heading"))
    return {
        name: cells.bare(cell) if isinstance(cell, str) and cell[:1] == "'" else cell
        for name, cell in zip(names, row, strict=False)
        if cell is not None
    }


def _check(path: Path) -> None:
    with path.open("rb") as file:
        begins = file.read(4)
    if begins == _OLD_OFFICE:
        raise UnfitError(
            _("it is protected by a password, or an old .xls inside. Save it in Excel as .xlsx without one.")
        )
    if not zipfile.is_zipfile(path):
        raise _damaged()


def _damaged() -> UnfitError:
    return UnfitError(_("it is damaged, or no XLSX. Open it in Excel, save it anew as .xlsx, and try again."))
