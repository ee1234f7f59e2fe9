"""XLS and ODS, by python-calamine, which is loaded only here. A sheet is held in one block from its first cell to its
last: of an XLS that is bounded by the format, of an ODS it is counted before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.files import cells, unpacked_size
from bot.files.problems import RowProblem, UnfitError
from bot.files.xlsx_reader import damaged
from bot.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


class OldBook:
    def __init__(self, path: Path, *, is_packed: bool) -> None:
        import python_calamine  # noqa: PLC0415 - only here

        if is_packed:
            unpacked_size.check_ods(path)
        try:
            self._book = python_calamine.load_workbook(path)
        except python_calamine.PasswordError as error:
            raise UnfitError(_("it is protected by a password. Save it without one.")) from error
        except python_calamine.CalamineError as error:
            raise (damaged() if is_packed else _closed()) from error
        self.sheets = [OldSheet(self._book, name) for name in self._book.sheet_names]

    @property
    def size(self) -> int | None:
        return None

    @property
    def done(self) -> int:
        return sum(sheet.done for sheet in self.sheets)

    def close(self) -> None:
        self._book.close()


class OldSheet:
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
                yield number, [None] * left + [_cell(cell) for cell in row]


def _cell(cell: object) -> object:
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return cells.bare(cell) if isinstance(cell, str) and cell[:1] == "'" else cell


def _closed() -> UnfitError:
    return UnfitError(_("it is protected by a password, or damaged. Save it in a spreadsheet as .xlsx without one."))
