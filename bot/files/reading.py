"""A file of leads, opened by what it is and read part by part. Blocking: callers read in a thread."""

from __future__ import annotations

from contextlib import closing, contextmanager
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.files import csv_reader, json_document, rows, workbooks
from bot.files.json_rows import JsonRecords
from bot.files.problems import PassedOver, UnfitError
from bot.files.rows import BadRow, LeadRow, RowUnit, Tables
from bot.i18n import _, shown, systems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path
    from typing import IO
    from zoneinfo import ZoneInfo

    from bot.files.rows import FoundRow, Records

SHEETS: Final = frozenset({".xlsx", ".xlsm", ".xls", ".ods"})
TEXTS: Final = frozenset({".csv", ".tsv", ".txt"})
LINES: Final = frozenset({".jsonl", ".ndjson"})
DOCUMENTS: Final = frozenset({".json"})

_BEFORE: Final = b"\xef\xbb\xbf \t\r\n\0"


class LeadBatch(NamedTuple):
    rows: list[LeadRow]
    bad: list[BadRow]
    passed_over: int
    """Rows that hold no lead: titles, totals, the heading once more."""
    done: int
    """How far the file has been read, in the unit of its size."""


class LeadFile:
    """An open file. Its size is in bytes, or in rows where it says how many there are."""

    def __init__(self, records: Records, *, size: int | None, done: Callable[[], int]) -> None:
        self.size = size
        self.records = records
        """What has been understood of it, and what is not read."""
        self._found = records.found()
        self._done = done
        self._problem: UnfitError | None = None

    def part(self, most: int) -> LeadBatch | None:
        """What the next so many rows hold; None at the end.

        Where the file breaks, what came before it comes first; the error is raised by the next call.
        """
        if self._problem is not None:
            raise self._problem
        taken = self._take(most)
        if not taken:
            return None
        read, bad = rows.read(taken)
        passed_over = sum(isinstance(one.what, PassedOver) for one in taken)
        return LeadBatch(read, bad, passed_over, self._done())

    def _take(self, most: int) -> list[FoundRow]:
        taken: list[FoundRow] = []
        try:
            for one in islice(self._found, most):
                taken.append(one)  # noqa: PERF402 - what came before an error counts
        except UnfitError as error:
            self._problem = error
            if not taken:
                raise
        return taken


@contextmanager
def opened(path: Path, zone: ZoneInfo, chosen: Mapping[str, str] | None = None) -> Iterator[LeadFile]:
    """Times without an offset are of that zone, in IndiaMART's own columns of India; `chosen` is `mapping.given`'s.

    Whatever is wrong with the file is an UnfitError that names it.
    """
    try:
        with _opened(path, zone, chosen or {}) as source:
            yield source
    except OSError as error:
        raise UnfitError(
            _("{path} cannot be read ({reason}).").format(path=path, reason=shown(systems(error)))
        ) from error
    except UnfitError as error:
        raise UnfitError(_("{path}: {problem}").format(path=path, problem=error)) from error


@contextmanager
def _opened(path: Path, zone: ZoneInfo, chosen: Mapping[str, str]) -> Iterator[LeadFile]:
    suffix = path.suffix.lower()
    if suffix not in SHEETS | TEXTS | LINES | DOCUMENTS:
        raise UnfitError(_("only .csv, .xlsx, .xls, .ods, .json and .jsonl are read. Save it as one of these."))
    if path.is_dir():
        raise UnfitError(_("it is a folder. Give the name of a file in it."))
    size = path.stat().st_size
    if not size:
        raise UnfitError(_("it is empty."))
    with path.open("rb") as file:
        head = file.read(512)
    if suffix in SHEETS and not _is_text(head):
        with closing(workbooks.opened(path, head)) as book:
            tables = Tables(book.sheets, zone, chosen, unit=RowUnit.ROW)
            yield LeadFile(tables, size=book.size, done=lambda: book.done)
    elif suffix in SHEETS | TEXTS:
        grid = csv_reader.CsvGrid(path, chosen)
        yield LeadFile(Tables([grid], zone, chosen, unit=RowUnit.LINE), size=size, done=lambda: grid.done)
    else:
        with _json(path, zone, chosen, is_lines=suffix in LINES and head.lstrip(_BEFORE)[:1] != b"[") as source:
            yield source


@contextmanager
def _json(path: Path, zone: ZoneInfo, chosen: Mapping[str, str], *, is_lines: bool) -> Iterator[LeadFile]:
    unit, records = (RowUnit.LINE, json_document.line_records) if is_lines else (RowUnit.ROW, json_document.records)
    with path.open("rb") as file, closing(records(file, chosen)) as found:
        objects = JsonRecords(
            found, zone, chosen, unit=unit, again=lambda: _again(path, partial(records, chosen=chosen))
        )
        yield LeadFile(objects, size=path.stat().st_size, done=file.tell)


def _again(path: Path, records: Callable[[IO[bytes]], Iterator[tuple[int, object]]]) -> Iterator[tuple[int, object]]:
    with path.open("rb") as file:
        yield from records(file)


def _is_text(head: bytes) -> bool:
    """A table of text that was given a sheet's name, as many programs do."""
    if head.startswith(workbooks.BEGINNINGS):
        return False
    begins = head.lstrip(_BEFORE)[:200].lower()
    if begins.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<head")):
        raise UnfitError(
            _("it is a web page that was given a sheet’s name. Open it in a spreadsheet and save it as .xlsx.")
        )
    return b"\0" not in head and (b"," in head or b"\t" in head or b";" in head)
