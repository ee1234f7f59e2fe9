"""A file of leads, opened by its suffix and read part by part. Blocking: callers read in a thread."""

from __future__ import annotations

from contextlib import closing, contextmanager
from itertools import chain, islice
from typing import IO, TYPE_CHECKING, Final, NamedTuple, TypeAlias

from bot.files import delimited, documents, jsonlines, record, sheets
from bot.files.wrong import UnfitError, Wrong
from bot.i18n import _
from bot.indiamart.answer import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from bot.models import Lead

Record: TypeAlias = tuple[int, object]

_TEXTS: Final[dict[str, tuple[str, Callable[[IO[bytes]], Generator[Record, None, None]]]]] = {
    ".csv": (_("line"), delimited.records),
    ".tsv": (_("line"), delimited.records),
    ".jsonl": (_("line"), jsonlines.records),
    ".ndjson": (_("line"), jsonlines.records),
    ".json": (_("row"), documents.records),
}
_SHEETS: Final = ".xlsx"


class BadRow(NamedTuple):
    number: int
    reason: str


class Part(NamedTuple):
    leads: list[Lead]
    bad: list[BadRow]
    done: int
    """How far the file has been read, in the unit of its size."""


class Source:
    """An open file. Its size is in bytes, or in rows where it says how many there are."""

    def __init__(
        self, records: Iterator[Record], zone: ZoneInfo, *, unit: str, size: int | None, done: Callable[[], int]
    ) -> None:
        self.unit = unit
        """What numbers of bad rows count: lines of a text, rows of a sheet or an array."""
        self.size = size
        self._done = done
        self._records = records
        self._read = record.reader(zone)
        self._problem: UnfitError | None = None

    def part(self, rows: int) -> Part | None:
        """The leads of the next so many rows, and those that are none; None at the end.

        Where the file breaks, what came before it comes first; the error is raised by the next call.
        """
        if self._problem is not None:
            raise self._problem
        taken = self._take(rows)
        bad = [BadRow(number, value.reason) for number, value in taken if isinstance(value, Wrong)]
        sound = [(number, value) for number, value in taken if not isinstance(value, Wrong)]
        leads: list[Lead] = []
        for (number, _value), found in zip(sound, self._read([value for _number, value in sound]), strict=True):
            if isinstance(found, Unreadable):
                bad.append(BadRow(number, found.reason))
            else:
                leads.append(found)
        return Part(leads, sorted(bad), self._done()) if taken else None

    def _take(self, rows: int) -> list[Record]:
        taken: list[Record] = []
        try:
            for one in islice(self._records, rows):
                taken.append(one)  # noqa: PERF402 - what came before an error counts
        except UnfitError as error:
            self._problem = error
            if not taken:
                raise
        return taken


@contextmanager
def opened(path: Path, zone: ZoneInfo) -> Iterator[Source]:
    """Times without an offset in our own columns are of that zone. Whatever is wrong with the file is an UnfitError
    that names it.
    """
    try:
        with _opened(path, zone) as source:
            yield source
    except OSError as error:
        raise UnfitError(
            _("{path} cannot be read ({reason}).").format(path=path, reason=error.strerror or type(error).__name__)
        ) from error
    except UnfitError as error:
        raise UnfitError(_("{path}: {problem}").format(path=path, problem=error)) from error


@contextmanager
def _opened(path: Path, zone: ZoneInfo) -> Iterator[Source]:
    suffix = path.suffix.lower()
    if suffix != _SHEETS and suffix not in _TEXTS:
        raise UnfitError(_("only .csv, .xlsx, .json and .jsonl are read. Save it as one of these."))
    if path.is_dir():
        raise UnfitError(_("it is a folder. Give the name of a file in it."))
    size = path.stat().st_size
    if not size:
        raise UnfitError(_("it is empty."))
    if suffix == _SHEETS:
        with closing(sheets.Book(path)) as book:
            yield Source(_begun(book.records()), zone, unit=_("row"), size=book.size, done=lambda: book.done)
        return
    with path.open("rb") as file:
        unit, records = _TEXTS[suffix]
        if records is jsonlines.records and _begins_with_array(file):
            unit, records = _TEXTS[".json"]
        with closing(records(file)) as found:
            yield Source(_begun(found), zone, unit=unit, size=size, done=file.tell)


def _begun(records: Iterator[Record]) -> Iterator[Record]:
    """With the first record read, so that a file that is none of ours is refused before anything is done."""
    first = next(records, None)
    return records if first is None else chain([first], records)


def _begins_with_array(file: IO[bytes]) -> bool:
    """A JSON array that somebody saved as JSON Lines; a line of them begins with an object."""
    begins = file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n\0")[:1]
    file.seek(0)
    return begins == b"["
