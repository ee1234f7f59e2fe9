"""Rows of a JSON file as leads. IndiaMART's own go to its reader as they are; any others by their names."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from bot.files import columns, dates, export_rows, freeform_rows, mapping, rows
from bot.files.problems import PassedOver, RowProblem
from bot.files.rows import FoundRow, RowLocation, TableColumns, quoted
from bot.i18n import _
from bot.indiamart import column_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from bot.files.mapping import Column
    from bot.files.rows import RowUnit


class _Shape(NamedTuple):
    """Objects with the same names, in the same order."""

    columns: Sequence[Column]
    convert: Callable[[Mapping[str, Any]], Any]


class JsonRecords:
    def __init__(
        self,
        records: Iterator[tuple[int, object]],
        zone: ZoneInfo,
        chosen: Mapping[str, str],
        *,
        unit: RowUnit,
        again: Callable[[], Iterator[tuple[int, object]]],
    ) -> None:
        self._records = records
        self._zone = zone
        self._chosen = chosen
        self._unit = unit
        self._again = again
        self._shapes: dict[tuple[object, ...], _Shape] = {}
        self._unread = rows.UnreadCells()
        self._order = cache(self._order_of)

    def found(self) -> Iterator[FoundRow]:
        for number, value in self._records:
            found = FoundRow(RowLocation(self._unit, number), self._convert(value))
            self._unread.note(found)
            yield found

    def understood(self) -> Sequence[TableColumns]:
        found: dict[str, Column] = {}
        for shape in self._shapes.values():
            for column in shape.columns:
                found.setdefault(column.title, column)
        return [TableColumns(None, None, list(found.values()))] if found else []

    def unread_columns(self) -> Sequence[str]:
        found = {column.title for one in self.understood() for column in one.columns if column.field is None}
        return [*(quoted(title) for title in sorted(found - {columns.RAW})), *self._unread.told()]

    def unread_sheets(self) -> Sequence[str]:
        return []

    def _convert(self, value: object) -> Any:
        if not isinstance(value, dict):
            return value if isinstance(value, RowProblem | PassedOver) else RowProblem(_("a row is not an object"))
        names = tuple(value)
        shape = self._shapes.get(names)
        if shape is None:
            shape = self._shape(names)
            if len(self._shapes) < _MOST_SHAPES:
                self._shapes[names] = shape
        return shape.convert(value)

    def _shape(self, names: tuple[object, ...]) -> _Shape:
        titles = [str(name) for name in names]
        found = mapping.columns_of(titles, self._chosen)
        if not self._chosen and columns.is_export(titles):
            return _Shape(found, export_rows.reader(names, self._zone))
        if not self._chosen and all(column_names.field(column.title) or column.field is None for column in found):
            return _Shape(found, lambda row: row)
        reader = freeform_rows.FreeformReader(found, self._zone, lambda column: self._order(titles[column]))
        return _Shape(found, lambda row: _told(reader.read(list(row.values()))))

    def _order_of(self, title: str) -> dates.DateOrder:
        return rows.order_of(value.get(title) for _number, value in self._again() if isinstance(value, dict))


_MOST_SHAPES: Final = 256


def _told(found: Any) -> Any:
    """There are no titles nor totals between objects: one that says nothing is named."""
    return RowProblem(_("a row says neither who nor when nor what")) if isinstance(found, PassedOver) else found
