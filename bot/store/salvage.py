"""What can be read out of a damaged database, into a new one: every row on a readable page, wherever it hangs.

Rows are read page by page (`pages`). What is only a list of other rows (search index, phones) is made anew; what refers
to rows that are lost is mended. Blocking.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.errors import StoreDamagedError
from bot.i18n import _
from bot.store import mending
from bot.store.backup import StoppedError
from bot.store.migrate import create, migrate, migrations
from bot.store.pages import PageKind, Pages, UnreadableError, read_log
from bot.store.salvaged_tables import tables_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from bot.store.pages import Row, Value
    from bot.store.salvaged_tables import SalvagedTable

    Report = tuple["TableReport", ...]

LISTED: Final = frozenset({"lead_phones"})
"""Made anew from the leads. So are the search index and its own tables."""
FILLED: Final = LISTED | {"buyer_contacts"}
"""What is lost of them the leads give back."""
LEAST_COLUMNS: Final = 4
"""Rows of fewer look as those of an index may, too."""
SEQUENCES: Final = "sqlite_sequence"
PASSING: Final = frozenset({"outbox", "sends", "runs", "faults", "notices", "pushes", "views", "parked", SEQUENCES})
"""What empties itself: on a page that hangs nowhere it may have been said, or done, long ago."""
RESEAL: Final = """
    INSERT INTO reseals (reseal_id) SELECT 1 WHERE EXISTS (SELECT 1 FROM seal_marks) ON CONFLICT DO NOTHING
"""
"""Of a buyer who was sealed, an older row may have been found on some page."""
LEADS: Final = "all_leads"
SAID: Final = {LEADS: "leads"}
USER_VERSION: Final = slice(60, 64)
KINDS: Final = {
    False: {PageKind.TABLE_INTERIOR, PageKind.TABLE_LEAF},
    True: {PageKind.INDEX_INTERIOR, PageKind.INDEX_LEAF},
}
"""Of the pages of a table with a rowid, and of one without, or an index."""

# With the names of our own tables.
ADD: Final = 'INSERT OR IGNORE INTO "{table}" VALUES ({values})'
KEYS: Final = 'SELECT "{key}" FROM "{table}"'
BEGIN_COUNTING: Final = """
    INSERT INTO sqlite_sequence (name, seq) SELECT :name, :last
    WHERE EXISTS (SELECT 1 FROM sqlite_master WHERE name = :name AND sql LIKE '%AUTOINCREMENT%')
        AND NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = :name)
"""
KEEP_COUNTING: Final = "UPDATE sqlite_sequence SET seq = max(seq, :last) WHERE name = :name"
_STEP: Final = 256


@dataclass(slots=True)
class TableReport:
    name: str
    brought: int = 0
    missing: int = 0
    """As many are known to have been there."""
    pages: int = 0
    """That could not be read."""

    @property
    def is_whole(self) -> bool:
        return not (self.missing or self.pages)


def salvage(source: Path, target: Path, on_step: Callable[[int, int], None], is_stopped: Callable[[], bool]) -> Report:
    """Into `target`, which must not be there; by table, what was brought and what is missing. Raises StoreError."""
    with source.open("rb") as file:
        pages = Pages(file, read_log(source))
        version = _version(pages)
        create(target, version)
        with closing(sqlite3.connect(target, isolation_level=None)) as connection:
            connection.execute("PRAGMA foreign_keys = OFF")
            connection.execute("BEGIN")
            reports = _Reading(pages, connection, on_step, is_stopped).run()
            connection.execute("COMMIT")
    if not any(one.brought for one in reports):
        raise StoreDamagedError(_("Nothing of a Leadbell database can be read in {path}.").format(path=source))
    migrate(target)
    with closing(sqlite3.connect(target, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        connection.execute(RESEAL)
        gone = mending.references(connection)
        mending.indexes(connection, is_stopped)
        connection.execute("COMMIT")
    for one in reports:
        one.brought -= gone[one.name]
        one.missing += gone[one.name]
        one.name = SAID.get(one.name, one.name)
    return tuple(reports)


def _version(pages: Pages) -> int:
    """Of its schema; this program's own where it cannot be told."""
    newest = migrations()[-1][0]
    try:
        found = int.from_bytes(pages.page(1)[USER_VERSION], "big") if pages.is_head_readable else newest
    except UnreadableError:
        found = newest
    return found if 0 < found <= newest else newest


class _Reading:
    def __init__(
        self,
        pages: Pages,
        connection: sqlite3.Connection,
        on_step: Callable[[int, int], None],
        is_stopped: Callable[[], bool],
    ) -> None:
        self._pages = pages
        self._connection = connection
        self._on_step = on_step
        self._is_stopped = is_stopped
        self._done = 0
        self._tables = tables_of(connection)
        self._reports = {name: TableReport(name) for name in self._tables}
        self._seen: set[int] = set()
        self._named: dict[str, set[int]] = defaultdict(set)
        """Numbers of rows, by table, as its indexes have them."""
        self._last: dict[str, int] = {}
        """The last numbers that were given out, by table."""

    def run(self) -> list[TableReport]:
        trees = self._trees()
        for name, root in trees.tables.items():
            self._take(name, root)
        for name, root in trees.indexes:
            self._note(name, root)
        for root in trees.others:
            self._seen.update(number for number, _is_readable in self._walk(root))
        self._seen |= self._pages.free()
        for number in range(1, self._pages.count + 1):
            if number not in self._seen:
                self._take_lost(number)
        for name, report in self._reports.items():
            self._compare(name, report)
        leads = LEADS if LEADS in self._tables else SAID[LEADS]  # as older databases call them
        if leads not in trees.tables:  # the page is lost that says where they begin: nobody knows how many there were
            self._reports[leads].pages += 1
        self._keep_counting()
        return [one for name, one in self._reports.items() if name not in {SEQUENCES, *FILLED}]

    def _trees(self) -> _Trees:
        """What the file itself says of where each table and index begins."""
        found = _Trees()
        for number, is_readable in self._walk(1):
            for row in self._pages.rows(number) if is_readable else ():
                if row is not None:
                    found.add(row.values, self._tables)
        return found

    def _walk(self, root: int) -> Iterator[tuple[int, bool]]:
        """Every page of a tree that can be reached, each once in all, and whether it can be read."""
        waiting = [root]
        while waiting:
            number = waiting.pop()
            if number in self._seen:
                continue
            self._seen.add(number)
            self._step()
            try:
                waiting += self._pages.children(number)
            except UnreadableError:
                yield number, False
            else:
                yield number, True

    def _step(self) -> None:
        self._done += 1
        if self._done % _STEP == 0:
            if self._is_stopped():
                raise StoppedError
            self._on_step(min(self._done, self._pages.count), self._pages.count)

    def _take(self, name: str, root: int) -> None:
        table, report = self._tables[name], self._reports[name]
        for number, is_readable in self._walk(root):
            is_right = is_readable and self._pages.kind(number) in KINDS[table.is_index]
            if not is_right or not self._store(table, list(self._pages.rows(number))):
                report.pages += 1

    def _store(self, table: SalvagedTable, rows: list[Row | None]) -> bool:
        """Whether any of the rows is one of the table's: else the page is damaged, whatever it looks like."""
        read = [None if row is None else table.read(row) for row in rows]
        good = [row for row in read if row is not None]
        if rows and not good:
            return False
        self._reports[table.name].missing += len(read) - len(good)
        if table.name == SEQUENCES:
            self._count_on(good)
        elif table.name not in LISTED:
            statement = ADD.format(table=table.name, values=", ".join("?" * len(table.columns)))
            self._reports[table.name].brought += max(self._connection.executemany(statement, good).rowcount, 0)
        return True

    def _count_on(self, rows: Iterable[tuple[Value, ...]]) -> None:
        """Those that say which number a table gave out last; an older one that is found too does no harm."""
        for row in rows:
            if len(row) == 2 and row[0] in self._tables and isinstance(row[1], int):
                self._last[str(row[0])] = max(self._last.get(str(row[0]), 0), row[1])

    def _note(self, name: str, root: int) -> None:
        """Which rows an index of the table names."""
        for number, is_readable in self._walk(root):
            if is_readable and self._pages.kind(number) in KINDS[True]:
                last = (row.values[-1] for row in self._pages.rows(number) if row is not None and row.values)
                self._named[name].update(value for value in last if isinstance(value, int))

    def _take_lost(self, number: int) -> None:
        """A page that hangs nowhere, because the one above it is damaged. Its rows say what they are."""
        self._seen.add(number)
        self._step()
        kind = self._pages.kind(number)
        if kind not in (PageKind.TABLE_LEAF, PageKind.INDEX_LEAF):
            return
        tables = {
            name: table for name, table in self._tables.items() if table.is_index == (kind is PageKind.INDEX_LEAF)
        }
        rows = [row for row in self._pages.rows(number) if row is not None]
        self._count_on(row.values for row in rows)
        # A row may not fit its own table because its other pages are damaged.
        fitting = {name: sum(_is_of(table, row) for row in rows) for name, table in tables.items()}
        most = max(fitting.values())
        best = [name for name, number in fitting.items() if number == most]
        if most and len(best) == 1:
            self._store(self._tables[best[0]], [*rows])

    def _compare(self, name: str, report: TableReport) -> None:
        table, named = self._tables[name], self._named[name]
        if table.key is None or not named:
            return
        there = {row[0] for row in self._connection.execute(KEYS.format(table=name, key=table.columns[table.key]))}
        report.missing = max(report.missing, len(named - there))

    def _keep_counting(self) -> None:
        """No number is given out again that was given out before, also where its row is lost."""
        for name in self._tables:
            last = max([self._last.get(name, 0), *self._named[name]])
            for statement in (BEGIN_COUNTING, KEEP_COUNTING):
                self._connection.execute(statement, {"name": name, "last": last})


class _Trees:
    def __init__(self) -> None:
        self.tables: dict[str, int] = {}
        self.indexes: list[tuple[str, int]] = []
        self.others: list[int] = []
        """The search index's, and indexes that name some rows only."""

    def add(self, values: tuple[Value, ...], known: dict[str, SalvagedTable]) -> None:
        if len(values) != 5:
            return
        kind, _name, table, root, sql = values
        if not isinstance(root, int) or root < 1:
            return
        if kind == "table" and table in known:
            self.tables[str(table)] = root
        elif kind == "index" and table in known and " WHERE " not in str(sql) and not known[str(table)].is_index:
            self.indexes.append((str(table), root))
        else:
            self.others.append(root)


def _is_of(table: SalvagedTable, row: Row) -> bool:
    """Told by nothing but the row itself."""
    if table.name in PASSING or (table.is_index and (len(table.columns) < LEAST_COLUMNS or "TEXT" not in table.types)):
        return False
    return len(row.values) == len(table.columns) and table.read(row) is not None
