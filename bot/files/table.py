"""The heading of a table, wherever it stands: below titles, on two lines, merged over several columns."""

from __future__ import annotations

import re
from itertools import islice, zip_longest
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, TypeAlias

from bot.files import cells, columns, headings, mapping
from bot.files.mapping import MappedBy
from bot.files.problems import RowProblem
from bot.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.files.mapping import Column

Cells: TypeAlias = "Sequence[Any]"

LOOKED_AT: Final = 40
"""Rows, from the top, among which a heading is looked for."""
_DATA: Final = re.compile(r"\d{5}|@|\d[\d\s()+-]{7}\d")
_EXAMPLES: Final = "Name, Mobile, Product, City, Date"


class Grid(Protocol):
    """One sheet, or a whole CSV."""

    @property
    def name(self) -> str | None:
        """The sheet's; None where the file is the table."""

    @property
    def cells_can_move(self) -> bool:
        """Whether a cell too many may have moved all of them, as an unquoted comma does."""

    def rows(self) -> Iterator[tuple[int, Cells | RowProblem]]:
        """(number, cells) of what is not blank, each time from the start."""


class Table(NamedTuple):
    grid: Grid
    last: int
    """The number of the heading's last row."""
    first: int
    """The number of its first."""
    columns: Sequence[Column]
    words: frozenset[tuple[int, str]]
    """What stands in which of the heading's cells, folded."""
    is_export: bool

    @property
    def titles(self) -> list[str]:
        return [column.title for column in self.columns]


def find(grid: Grid, chosen: Mapping[str, str]) -> Table | None:
    """None where no row reads like a heading of leads."""
    top = _top(grid)
    for at in range(len(top)):
        # The first that reads so, or what it becomes with the line below it, which may also be the better one alone.
        tries = [_read(grid, top, *one, chosen) for one in ((at, 1), (at, 2), (at + 1, 1))]
        scores = [0 if table is None else _score(table) for table in tries]
        if scores[1] == scores[0] and _goes_on(top, at):
            scores[1] += 1
        if scores[0] or scores[1] > scores[2]:
            return tries[scores.index(max(scores))]
    return None


def _top(grid: Grid) -> list[tuple[int, Cells]]:
    sound = ((number, row) for number, row in grid.rows() if not isinstance(row, RowProblem))
    return list(islice(sound, LOOKED_AT))


def _read(
    grid: Grid, top: Sequence[tuple[int, Cells]], at: int, height: int, chosen: Mapping[str, str]
) -> Table | None:
    lines = [[cells.text(cell).strip() for cell in row] for _number, row in top[at : at + height]]
    if (
        len(lines) < height
        or not all(map(_may_be_heading, lines))
        or top[at + height - 1][0] != top[at][0] + height - 1
    ):
        return None
    titles = lines[0] if height == 1 else _joined(lines[0], lines[1], chosen)
    below = [row for _number, row in top[at + height :]]
    meant = mapping.columns_of(titles, chosen)
    may_be_number = _has_no_phone(meant)
    found = [_told_by_data(one, below, may_be_number=may_be_number) for one in meant]
    (first, _row), (last, _cells) = top[at], top[at + height - 1]
    is_export = not chosen and columns.is_export(filter(None, titles))
    words = frozenset((number, headings.folded(cell)) for line in lines for number, cell in enumerate(line) if cell)
    return Table(grid, first=first, last=last, columns=found, words=words, is_export=is_export)


def _has_no_phone(found: Sequence[Column]) -> bool:
    """Beside at most one `Number`."""
    words = [headings.folded(one.title) for one in found]
    is_free = not any(one.field in headings.PHONES for one in found) and headings.CONTACTS.isdisjoint(words)
    return is_free and sum(word in headings.NUMBERS for word in words) < 2


def _told_by_data(column: Column, below: Sequence[Cells], *, may_be_number: bool) -> Column:
    """`Contact` is a number or a name, as what stands below it is; `Number` a phone's only if all below it are."""
    if column.field is not None:
        return column
    word = headings.folded(column.title)
    is_number = word in headings.NUMBERS and may_be_number
    if not (word in headings.CONTACTS or is_number):
        return column
    said = [cells.text(row[column.number]) for row in below if len(row) > column.number and row[column.number]]
    numbers = sum(map(cells.is_phone, said))
    if is_number and not 0 < numbers == len(said):
        return column
    return column._replace(field="mobile" if numbers * 2 >= len(said) else "name", how=MappedBy.LIKELY)


def again(table: Table, number: int, row: Cells, chosen: Mapping[str, str]) -> Table | None:
    """The table from here on, where the heading stands once more with its columns in other places."""
    titles = [cells.text(cell).strip() for cell in row]
    words = frozenset((at, headings.folded(title)) for at, title in enumerate(titles) if title)
    if len(words) < _FEWEST_AGAIN or words <= table.words or not _may_be_heading(titles):
        return None
    known = sum(mapping.is_known(title, chosen) for title in titles if title)
    if known < _FEWEST_AGAIN or known * 2 < len(words):
        return None
    found = mapping.columns_of(titles, chosen)
    return table._replace(first=number, last=number, columns=found, words=words) if mapping.known(found) else None


_FEWEST_AGAIN: Final = 3
"""Names of columns in a row by which it is another heading, and nobody's data."""


def _may_be_heading(line: Sequence[str]) -> bool:
    return any(line) and not any(_DATA.search(title) for title in line)


def _score(table: Table) -> int:
    """How many fields it names. One alone may be anybody's word, unless IndiaMART or --map says it, or all that stand
    beside it are headings too.
    """
    found = mapping.known(table.columns)
    titled = [column for column in table.columns if column.title]
    is_certain = any(column.field and column.how in {MappedBy.GIVEN, MappedBy.INDIAMART} for column in titled)
    others = sum(column.field is None and not mapping.is_other(column.title) for column in titled)
    return found if found > 1 or is_certain or not others else 0


def _goes_on(top: Sequence[tuple[int, Cells]], at: int) -> bool:
    """Whether a second line makes each name that it stands below whole: `Mobile`, and `No.` below it."""
    if len(top) < at + 2:
        return False
    upper, lower = ([cells.text(cell).strip() for cell in row] for _number, row in top[at : at + 2])
    pairs = [f"{above} {below}" for above, below in zip(upper, lower, strict=False) if above and below]
    if not any(map(headings.folded, lower)):
        return False
    return bool(pairs) and all(headings.exact(pair) or mapping.is_other(pair) for pair in pairs)


def _joined(upper: Sequence[str], lower: Sequence[str], chosen: Mapping[str, str]) -> list[str]:
    """A heading on two lines: what stands below `Contact` may be `Mobile`, or the `No.` that makes it whole."""
    return [_one_of(above, below, chosen) for above, below in zip_longest(upper, lower, fillvalue="")]


def _one_of(above: str, below: str, chosen: Mapping[str, str]) -> str:
    """A guess is made of what stands above alone: below it may be data."""
    both = f"{above} {below}".strip()
    for title in (both, below, above):
        if title and mapping.is_known(title, chosen):
            return title
    return above if mapping.field_of(above, chosen)[0] is not None else both


def not_understood(titles: Sequence[str]) -> str:
    """What to say of a table without a heading. Its first row may be somebody's data, so it is not repeated."""
    sentence = _(
        "no row of it reads like a heading. One must name the columns, as people do ({people}), as an export or "
        'IndiaMART does (UNIQUE_QUERY_ID, SENDER_NAME, SENDER_MOBILE); or name them with --map "Your heading=mobile".'
    ).format(people=_EXAMPLES)
    near = next(filter(None, map(headings.likely, titles)), None)
    return sentence if near is None else f"{sentence} " + _("Did you mean “{name}”?").format(name=columns.title(near))
