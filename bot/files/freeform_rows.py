"""Rows of a sheet that people keep, as rows of IndiaMART's: what they wrote goes the same way as what it sends."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from bot.clock import IST
from bot.domain import phones
from bot.files import cells, columns, dates, headings, mapping, own_words
from bot.files.own_words import Unread
from bot.files.problems import PassedOver, RowProblem
from bot.i18n import N_, _
from bot.indiamart.parse import filler, places

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from bot.files.dates import DateOrder
    from bot.files.mapping import Column


class PreparedRow(NamedTuple):
    """A row that can be read as one of IndiaMART's."""

    row: dict[str, str]
    """By its names."""
    rest: dict[str, str]
    """What it has no name for, by ours."""
    note: str | None
    raw: dict[str, str]
    """As it stood in the file."""
    names_kind: bool
    unread: Sequence[Unread] = ()


_TOTAL: Final = re.compile(
    r"(?:grand|sub|over ?all|net|page|month(?:ly)?|final)? ?totals?"
    r"(?: (?:leads?|enquir\w+|inquir\w+|records?|rows?|count|customers?|buyers?|calls?|amount|no|for|of|in|\d).*)?"
    r"|.+ total|(?:total|count) ?\d+|no of (?:leads|enquiries) ?\d*|कुल(?: योग| लीड)?|योग"
)
_FOOTER: Final = re.compile(
    r"end of (?:report|list|file|data)|page \d+(?: of \d+)?|powered by .+"
    r"|(?:report )?(?:generated|printed|exported|downloaded) (?:on|by|at|from) .+"
)
HEADING_AGAIN: Final = N_("the heading once more")


class FreeformReader:
    """Of one table. `order` is asked when a day is met that may be read in two ways."""

    def __init__(
        self,
        found: Sequence[Column],
        zone: ZoneInfo,
        order: Callable[[int], DateOrder],
        *,
        heading: frozenset[tuple[int, str]] = frozenset(),
        cells_can_move: bool = False,
    ) -> None:
        self._columns = found
        self._zone = zone
        self._order = order
        self._cells_can_move = cells_can_move
        self._heading = {word for _number, word in heading}
        self._read = [column for column in found if column.field is not None]
        self._dates = [column for column in self._read if column.field == headings.DATE]

    def read(self, row: Sequence[Any]) -> PreparedRow | RowProblem | PassedOver:
        found = {column: row[column.number] for column in self._read if column.number < len(row)}
        said = {column: cells.text(cell).strip() for column, cell in found.items()}
        if (reason := self._no_lead(row)) is not None:
            return PassedOver(reason)
        if (problem := self._moved(row) or _formula(found) or _rounded(said)) is not None:
            return RowProblem(problem)
        if not any(said.values()):
            return PassedOver(_("nothing in the columns that are read"))
        return self._ready(row, found, said)

    def _no_lead(self, row: Sequence[Any]) -> str | None:
        filled = [cell for cell in row if not _is_blank(cell)]
        words = [headings.folded(cell) for cell in filled if isinstance(cell, str) and not cells.is_number(cell)]
        if words and len(words) == len(filled) and self._heading.issuperset(words):
            return HEADING_AGAIN
        if self._is_total(filled, words):
            return _("a total")
        if len(filled) == 1 and words and (dates.is_month_or_day(str(filled[0])) or _FOOTER.fullmatch(words[0])):
            return _("a title")
        return None

    @staticmethod
    def _is_total(filled: Sequence[Any], words: Sequence[str]) -> bool:
        """One label, and nothing beside it but counts and sums."""
        if len(words) != 1 or _TOTAL.fullmatch(words[0]) is None:
            return False
        return not any(isinstance(cell, str) and cells.is_phone(cell) for cell in filled)

    def is_alone(self, row: Sequence[Any]) -> bool:
        """Whether it may be a title over a heading that is repeated."""
        filled = [cell for cell in row if not _is_blank(cell)]
        return len(filled) == 1 and len(self._read) > 1 and isinstance(filled[0], str) and not cells.is_phone(filled[0])

    def _moved(self, row: Sequence[Any]) -> str | None:
        width = len(self._columns)
        if self._cells_can_move and len(row) > width and not _is_blank(row[width]) and not _is_blank(row[width - 1]):
            return _("it has more cells than the heading; is a quotation mark missing?")
        return None

    def _ready(
        self, row: Sequence[Any], found: Mapping[Column, Any], said: Mapping[Column, str]
    ) -> PreparedRow | RowProblem:
        unread = list(own_words.unread(said))
        values = _joined(
            {column: text for column, text in said.items() if column not in {one.column for one in unread}}
        )
        at = self._when(found, values)
        if isinstance(at, RowProblem):
            return at
        unread += [] if at else self._lost_times(found, said)
        values[headings.DATE] = at
        _complete(values)
        raw = {self._title(number): cells.text(cell) for number, cell in enumerate(row) if not _is_blank(cell)}
        note = values.pop(headings.NOTE, None) or None
        return PreparedRow(
            row={columns.WIRE_NAMES.get(name, name): text for name, text in values.items() if name not in _REST},
            rest={name: text for name, text in values.items() if name in _REST},
            note=note,
            raw=raw,
            names_kind=bool(values.get("kind") or values.get("call_seconds") or values.get("receiver_mobile")),
            unread=unread,
        )

    def _title(self, number: int) -> str:
        """Each once: what stands twice gets its column's letter."""
        title = self._columns[number].title if number < len(self._columns) else ""
        twice = sum(column.title == title for column in self._columns) > 1
        return f"{title} {mapping.letter(number)}".strip() if twice or not title else title

    def _when(self, found: Mapping[Column, Any], values: dict[str, str]) -> str | RowProblem:
        """IndiaMART's spelling of it; empty where the row says nothing of it."""
        clock = values.pop(headings.TIME, "")
        if not self._dates or filler.is_filler(values.get(headings.DATE, "")):
            return self._of_time_alone(clock)
        column = self._dates[0]
        zone = IST if column.how is mapping.MappedBy.INDIAMART else self._zone
        cell = found[column]
        text = cells.text(cell)
        order = self._order(column.number) if dates.needs_order(text) else dates.DateOrder.DAY_FIRST
        moment = dates.moment(text if isinstance(cell, str) else cell, zone, order)
        if moment is None:
            return RowProblem(_day_problem(column.title, text))
        if not filler.is_filler(clock):
            beside = next(one for one in found if one.field == headings.TIME)
            since = dates.time_of_day(found[beside])
            if since is None:
                return RowProblem(_("“{title}” is no time of day that can be read").format(title=beside.title))
            moment = dates.with_time(moment, since, zone)
        return f"{moment.astimezone(IST):%Y-%m-%d %H:%M:%S}"

    @staticmethod
    def _lost_times(found: Mapping[Column, Any], said: Mapping[Column, str]) -> list[Unread]:
        """Of a row without a day: its time goes nowhere."""
        return [
            Unread(column, own_words.NO_TIME if dates.time_of_day(cell) is None else own_words.NO_DAY)
            for column, cell in found.items()
            if column.field == headings.TIME and not filler.is_filler(said[column])
        ]

    def _of_time_alone(self, clock: str) -> str:
        """Some write day and time under `Time`."""
        moment = dates.moment(clock, self._zone) if clock else None
        return "" if moment is None else f"{moment.astimezone(IST):%Y-%m-%d %H:%M:%S}"


_REST: Final = frozenset(columns.FIELDS) - columns.WIRE_NAMES.keys()


def _is_blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _formula(found: Mapping[Column, Any]) -> str | None:
    """A reason where what it stands for cannot be done without."""
    for column, cell in found.items():
        if isinstance(cell, cells.MissingValue) and column.field not in headings.DISPENSABLE:
            words = _(
                "“{title}” is a formula without a stored value; open and save the file in a spreadsheet, and try again"
            )
            return words.format(title=column.title)
    return None


def _rounded(said: Mapping[Column, str]) -> str | None:
    for column, text in said.items():
        if column.field in headings.PHONES and phones.is_rounded(text):
            return _(
                "“{title}” was rounded by a spreadsheet and has lost its digits; show that column as a number without "
                "decimals, save, and import again"
            ).format(title=column.title)
    return None


def _day_problem(title: str, text: str) -> str:
    if dates.order(text) is dates.DateOrder.MONTH_FIRST:
        return _("“{title}” has a month above 12, and its column does not show that months come first").format(
            title=title
        )
    return _("“{title}” is no day that can be read; write it as 2026-11-20 or 20-Nov-2026").format(title=title)


def _joined(said: Mapping[Column, str]) -> dict[str, str]:
    """By field; several notes or messages are lines of one, several parts of an address parts of one."""
    values: dict[str, str] = {}
    for column, text in said.items():
        field = column.field or ""
        if text and values.get(field):
            values[field] += ("\n" if field in {headings.NOTE, "message"} else ", ") + text
        elif text or field not in values:
            values[field] = text
    return values


def _complete(values: dict[str, str]) -> None:
    first, last = values.pop(headings.FIRST_NAME, ""), values.pop(headings.LAST_NAME, "")
    if not values.get("name") and (first or last):
        values["name"] = f"{first} {last}".strip()
    for first_of, second in (headings.PHONES[:2], headings.EMAILS):
        if filler.is_filler(values.get(first_of, "")) and values.get(second):
            values[first_of] = values.pop(second)
    if kind := values.get("kind"):
        values["kind"] = own_words.kind(kind) or kind
    if places.country(values.get("country")) == places.UNKNOWN:
        values["country"] = ""  # here people write a state too, and its numbers are India's
