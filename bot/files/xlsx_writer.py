"""XLSX as people want it: dates that sort, phones as text, a heading that stays in sight. Loads `openpyxl`."""

from __future__ import annotations

import io
import os
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

from bot.files import cells, columns, targets, writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from bot.domain.card import Note
    from bot.domain.lead import StoredLead

_WIDTHS: Final = {"lead": 8, "kind": 6, "country": 8, "pincode": 9, "message": 60, "latest_note": 40, "address": 40}
_WIDTH: Final = 18
_DATE: Final = "yyyy-mm-dd hh:mm:ss"


class _File(io.FileIO):
    """Packing a million rows takes minutes; stopped, it ends at the next block."""

    def __init__(self, path: Path, is_stopped: Callable[[], bool]) -> None:
        super().__init__(path, "w")
        self._is_stopped = is_stopped
        self._was_stopped = False

    def write(self, data: Any, /) -> int:
        if self._is_stopped() and not self._was_stopped:
            self._was_stopped = True  # what the archive writes of itself when it is closed may pass
            raise InterruptedError
        return super().write(data)


class _PutAway(WorksheetWriter):
    """The sheet until it is packed. Of itself openpyxl puts it into the temporary folder, where a killed run leaves all
    buyers for good, and which may be small, or not there.
    """

    def cleanup(self) -> None:
        """Of a file that openpyxl does not know of."""
        os.remove(str(self.out))  # noqa: PTH107 - a path of openpyxl's


class Workbook:
    def __init__(self, path: Path, zone: ZoneInfo) -> None:
        self._path = path
        self._zone = zone
        self._book = openpyxl.Workbook(write_only=True)
        self._sheet: Any = self._book.create_sheet("Leads")
        self._rows = 1
        self._layout()
        beside = path.with_name(path.name + targets.SHEET)
        self._sheet._writer = _PutAway(self._sheet, str(beside))  # noqa: SLF001 - there is no other way to it
        self._sheet._writer.write_top()  # noqa: SLF001 - as the sheet itself begins
        self._head()

    def write(self, leads: Iterable[tuple[StoredLead, Note | None]]) -> None:
        for stored, note in leads:
            self._rows += 1
            writing.check_size(self._path, self._rows - 1)
            self._sheet.append([self._cell(value) for value in writing.values(stored, note)])

    def finish(self, is_stopped: Callable[[], bool]) -> None:
        self._sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns.COLUMNS))}{self._rows}"
        with _File(self._path, is_stopped) as file, ZipFile(file, "w", ZIP_DEFLATED) as archive:
            ExcelWriter(self._book, archive).save()

    def close(self) -> None:
        """Remove what was put away, also when nothing was saved."""
        with suppress(Exception):  # it was saved, or its disk is full
            self._sheet.close()
        with suppress(Exception):
            self._sheet._writer.cleanup()  # noqa: SLF001 - there is no other way to it

    def _layout(self) -> None:
        self._sheet.freeze_panes = "A2"
        for number, name in enumerate(columns.COLUMNS, start=1):
            self._sheet.column_dimensions[get_column_letter(number)].width = _WIDTHS.get(name, _WIDTH)

    def _head(self) -> None:
        titles = [WriteOnlyCell(self._sheet, columns.title(name)) for name in columns.COLUMNS]
        for cell in titles:
            cell.font = Font(bold=True)
        self._sheet.append(titles)

    def _cell(self, value: Any) -> Any:
        if isinstance(value, datetime):
            return self._moment(value)
        return self._text(value) if isinstance(value, str) else value

    def _moment(self, moment: datetime) -> Any:
        if not writing.is_plain(moment, self._zone):
            return writing.local_text(moment, self._zone)
        cell = WriteOnlyCell(self._sheet, moment.astimezone(self._zone).replace(tzinfo=None))
        cell.number_format = _DATE
        return cell

    def _text(self, text: str) -> Any:
        fitting = cells.fitting(cells.marked(text))
        if cells.guarded(fitting) == fitting and fitting[:1] != "#":
            return fitting
        # Of itself openpyxl makes a formula of `=` and an error of `#N/A`; and with the mark on it Excel leaves the
        # text alone even when somebody clicks into the cell.
        cell = WriteOnlyCell(self._sheet, fitting)
        cell.data_type = "s"
        cell.quotePrefix = True
        return cell
