"""Tables of cells as leads: each row goes the way of its table, an export's, or that of what people write."""

from __future__ import annotations

from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from bot.domain.lead import Lead
from bot.files import cells, dates, export_rows, freeform_rows, headings, mapping, table
from bot.files.freeform_rows import PreparedRow
from bot.files.problems import PassedOver, RowProblem, UnfitError
from bot.i18n import _, shown
from bot.indiamart import json_bodies, rows
from bot.indiamart.answer import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from bot.files.mapping import Column
    from bot.files.table import Cells, Grid, Table


class RowUnit(Enum):
    """What a row's number counts: lines of a text, rows of a sheet or an array."""

    LINE = "line"
    ROW = "row"


class LeadRow(NamedTuple):
    """A lead, and what no field of it takes."""

    lead: Lead
    note: str | None = None
    names_kind: bool = True
    """Whether the file says of which kind it is; without that, its number alone tells whether it is known."""


class RowLocation(NamedTuple):
    """Where a row stands."""

    unit: RowUnit
    number: int
    sheet: str | None = None
    """None where the file has no sheets, or one."""

    def __str__(self) -> str:
        words = _("line {number}") if self.unit is RowUnit.LINE else _("row {number}")
        place = words.format(number=self.number)
        return place if self.sheet is None else f"{quoted(self.sheet)} {place}"


class BadRow(NamedTuple):
    place: RowLocation
    reason: str


class FoundRow(NamedTuple):
    place: RowLocation
    what: Any
    """`PreparedRow`, a lead, `RowProblem`, `PassedOver`; or a row of IndiaMART's as it is."""
    is_alone: bool = False
    """Whether it is one text in a row of several columns."""


class TableColumns(NamedTuple):
    """What became of a table's columns."""

    name: str | None
    heading: int | None
    columns: Sequence[Column]


class Records(Protocol):
    """A file's content. What is not read is known at the end."""

    def found(self) -> Iterator[FoundRow]: ...
    def understood(self) -> Sequence[TableColumns]: ...
    def unread_columns(self) -> Sequence[str]: ...
    def unread_sheets(self) -> Sequence[str]: ...


def read(found: Sequence[FoundRow]) -> tuple[list[LeadRow], list[BadRow]]:
    """In the order of the file, without what is passed over."""
    good: list[LeadRow] = []
    bad: list[BadRow] = []
    for one in found:
        what = one.what
        row = what.row if isinstance(what, PreparedRow) else what
        lead = row if isinstance(row, Lead | Unreadable | RowProblem | PassedOver) else rows.read(row)
        if isinstance(lead, Lead):
            good.append(_row(lead, what))
        elif not isinstance(lead, PassedOver):
            bad.append(BadRow(one.place, shown(lead.reason)))
    return good, bad


def _row(lead: Lead, what: Any) -> LeadRow:
    if isinstance(what, PreparedRow):
        rest = export_rows.values(what.rest)
        return LeadRow(lead._replace(raw=json_bodies.dump(what.raw), **rest), what.note, what.names_kind)
    return LeadRow(lead, None, isinstance(what, Lead) or _names_kind(what))


def _names_kind(row: Mapping[str, Any]) -> bool:
    return any(row.get(name) for name in ("QUERY_TYPE", "QTYPE", "CALL_DURATION", "ENQ_CALL_DURATION"))


class UnreadCells:
    """Where the first cell of a column stands that means nothing here, in each sheet."""

    def __init__(self) -> None:
        self._told: dict[tuple[str | None, str, str], str] = {}

    def note(self, found: FoundRow) -> None:
        for column, reason in found.what.unread if isinstance(found.what, PreparedRow) else ():
            key = (found.place.sheet, column.title, reason)
            if key not in self._told:
                self._told[key] = _(reason).format(column=quoted(column.title), place=found.place)

    def told(self) -> Sequence[str]:
        return list(self._told.values())


class Tables:
    """The tables of a workbook, or the one of a CSV. Raises UnfitError where none of them has a heading of leads."""

    def __init__(self, grids: Sequence[Grid], zone: ZoneInfo, chosen: Mapping[str, str], *, unit: RowUnit) -> None:
        self._zone = zone
        self._chosen = chosen
        self._unit = unit
        self._tables: list[Table] = []
        self._unread: list[str] = []
        self._extra: dict[str, None] = {}
        self._spoilt: dict[tuple[str | None, int], str] = {}
        """By sheet and column: where the first cell stands that has lost its value, in a lead that was taken."""
        self._no_words = UnreadCells()
        self._is_one = len(grids) == 1
        for grid in grids:
            if (found := table.find(grid, chosen)) is not None:
                self._tables.append(found)
            elif any(True for _row in grid.rows()):
                self._unread.append(grid.name or "")
        if not self._tables:
            raise UnfitError(_refusal(grids))
        self._check()

    def _check(self) -> None:
        """What --map names has to be there, or a slip of the keyboard would leave a column out."""
        titles = [column.title for one in self._tables for column in one.columns if column.title]
        missing = self._chosen.keys() - set(map(headings.folded, titles))
        if missing:
            words = _("--map names “{name}”, but the columns are {titles}.")
            raise UnfitError(words.format(name=min(missing), titles=", ".join(map(quoted, dict.fromkeys(titles)))))

    def found(self) -> Iterator[FoundRow]:
        for one in tuple(self._tables):
            yield from _with_titles(self._of(one))

    def understood(self) -> Sequence[TableColumns]:
        return [TableColumns(one.grid.name, one.last, one.columns) for one in self._tables]

    def unread_columns(self) -> Sequence[str]:
        titled = (
            quoted(column.title)
            for one in self._tables
            for column in one.columns
            if column.field is None and column.title
        )
        return list(dict.fromkeys([*titled, *self._extra, *self._spoilt.values(), *self._no_words.told()]))

    def unread_sheets(self) -> Sequence[str]:
        return [quoted(name) for name in self._unread]

    def _of(self, one: Table) -> Iterator[FoundRow]:
        convert = self._converter(one)
        start, end = one.first, one.last
        for number, row in one.grid.rows():
            place = self._place(one, number)
            if isinstance(row, RowProblem):
                yield FoundRow(place, row)
            elif number < start:
                yield FoundRow(place, PassedOver(_("a title")))
            elif number > end:
                if (moved := table.again(one, number, row, self._chosen)) is not None:
                    one = moved
                    self._tables.append(one)
                    convert = self._converter(one)
                    yield FoundRow(place, PassedOver(freeform_rows.HEADING_AGAIN))
                    continue
                self._note_extra(one, row)
                found = convert(place, row)
                if not isinstance(found.what, RowProblem | PassedOver):
                    self._note_spoilt(one, place, row)
                self._no_words.note(found)
                yield found

    def _place(self, one: Table, number: int) -> RowLocation:
        return RowLocation(self._unit, number, None if self._is_one else one.grid.name)

    def _note_extra(self, one: Table, row: Cells) -> None:
        """Columns without a heading in which something stands."""
        for number, cell in enumerate(row):
            if cell is None or cell == "":
                continue
            if number >= len(one.columns) or not one.columns[number].title:
                self._extra.setdefault(_("{letter} (no heading)").format(letter=mapping.letter(number)))

    def _note_spoilt(self, one: Table, place: RowLocation, row: Cells) -> None:
        """Columns that are read, but for a cell without its value."""
        for column, cell in zip(one.columns, row, strict=False):
            if column.field is not None and isinstance(cell, cells.MissingValue) and not cell.text:
                words = _("{column} in {place} (a formula without a stored value)")
                said = words.format(column=quoted(column.title), place=place)
                self._spoilt.setdefault((one.grid.name, column.number), said)

    def _converter(self, one: Table) -> Callable[[RowLocation, Cells], FoundRow]:
        if one.is_export:
            read_export = export_rows.reader(one.titles, self._zone)
            return lambda place, row: FoundRow(place, _of_export(row, one, read_export))
        reader = freeform_rows.FreeformReader(
            one.columns, self._zone, cache(lambda column: _order(one, column)),
            heading=one.words, cells_can_move=one.grid.cells_can_move,
        )  # fmt: skip
        return lambda place, row: FoundRow(place, reader.read(row), is_alone=reader.is_alone(row))


def _of_export(row: Cells, one: Table, read_export: Callable[[Mapping[str, str]], Any]) -> Any:
    if any(
        isinstance(cell, cells.MissingValue) and column.field not in headings.DISPENSABLE and column.field is not None
        for column, cell in zip(one.columns, row, strict=False)
    ):
        return RowProblem(_("a formula without a stored value; open the file in a spreadsheet and save it"))
    padded = [*row, *[None] * (len(one.titles) - len(row))]
    said = [cell if isinstance(cell, str) else cells.text(cell) for cell in padded]  # an export's `#N/A` is a buyer's
    return read_export(dict(zip(one.titles, said, strict=False)))


_MOST_TITLES: Final = 5
"""Lines that stand over a repeated heading."""


def _with_titles(found: Iterator[FoundRow]) -> Iterator[FoundRow]:
    """A text that stands alone is a title if what follows it is the heading once more."""
    waiting: list[FoundRow] = []
    for one in found:
        if one.is_alone and not isinstance(one.what, PassedOver):
            waiting.append(one)
            if len(waiting) > _MOST_TITLES:
                yield waiting.pop(0)
            continue
        is_heading = isinstance(one.what, PassedOver) and one.what.reason == freeform_rows.HEADING_AGAIN
        for held in waiting:
            yield held._replace(what=PassedOver(_("a title"))) if is_heading else held
        waiting.clear()
        yield one
    yield from waiting


def _order(one: Table, column: int) -> dates.DateOrder:
    below = (row for number, row in one.grid.rows() if number > one.last and not isinstance(row, RowProblem))
    return order_of(row[column] for row in below if len(row) > column)


def order_of(values: Iterable[object]) -> dates.DateOrder:
    """Days come first, as India writes, unless a value of the column shows that months do and none that days do."""
    found = dates.DateOrder.DAY_FIRST
    for value in values:
        proof = dates.order(value) if isinstance(value, str) else None
        if proof is dates.DateOrder.DAY_FIRST:
            return proof
        found = proof or found
    return found


def quoted(name: str) -> str:
    return _("‘{name}’").format(name=name)


def _refusal(grids: Sequence[Grid]) -> str:
    for grid in grids:
        for _number, row in grid.rows():
            if not isinstance(row, RowProblem):
                return table.not_understood([cells.text(cell) for cell in row])
    return _("it has no heading and no rows.")
