"""Leads into a file of the kind its suffix says, part by part. Blocking: callers write in a thread."""

from __future__ import annotations

import csv
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Protocol

import orjson

from bot.errors import LeadbellError
from bot.files import cells, columns
from bot.i18n import _, grouped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from typing import IO
    from zoneinfo import ZoneInfo

    from bot.domain.card import Note
    from bot.domain.lead import StoredLead

SUFFIXES: Final = (".csv", ".xlsx", ".jsonl")


class Writer(Protocol):
    def write(self, leads: Iterable[tuple[StoredLead, Note | None]]) -> None: ...

    def finish(self, is_stopped: Callable[[], bool]) -> None:
        """What is left to do at the end; raises an error of its own where somebody stopped it meanwhile."""


def check(path: Path) -> None:
    """Raises LeadbellError for a name that does not say what to write."""
    if path.suffix.lower() not in SUFFIXES:
        raise LeadbellError(
            _("{path}: leads are written as .csv, .xlsx or .jsonl. Choose a name that ends so.").format(path=path)
        )


def check_size(path: Path, leads: int) -> None:
    """Raises LeadbellError for more than a sheet holds."""
    if path.suffix.lower() == ".xlsx" and leads >= cells.LAST_ROW:
        raise LeadbellError(
            _("A sheet holds {most} leads at most. Choose a span with --since and --until, or write .csv or .jsonl.")
            .format(most=grouped(cells.LAST_ROW - 1))
        )  # fmt: skip


@contextmanager
def opened(path: Path, suffix: str, zone: ZoneInfo) -> Iterator[Writer]:
    """Writes to `path` what `suffix` stands for; the file is whole after `finish` and when the context is left."""
    if suffix.lower() == ".xlsx":
        from bot.files.xlsx_writer import Workbook  # noqa: PLC0415 - openpyxl is heavy

        with closing(Workbook(path, zone)) as workbook:
            yield workbook
    elif suffix.lower() == ".csv":
        # With the mark Excel shows Hindi; without it, question marks.
        with path.open("w", encoding="utf-8-sig", newline="") as text:
            yield _Csv(text, zone)
    else:
        with path.open("wb") as file:
            yield _JsonLines(file, zone)


class _Csv:
    def __init__(self, text: IO[str], zone: ZoneInfo) -> None:
        self._writer = csv.writer(text)
        self._zone = zone
        self._writer.writerow(map(columns.title, columns.COLUMNS))

    def write(self, leads: Iterable[tuple[StoredLead, Note | None]]) -> None:
        self._writer.writerows(map(self._cell, values(stored, note)) for stored, note in leads)

    def finish(self, _is_stopped: Callable[[], bool]) -> None:
        pass

    def _cell(self, value: object) -> str:
        if value is None:
            return ""
        if isinstance(value, datetime):
            return local_text(value, self._zone)
        return cells.guarded(value) if isinstance(value, str) else str(value)


class _JsonLines:
    def __init__(self, file: IO[bytes], zone: ZoneInfo) -> None:
        self._file = file
        self._zone = zone

    def write(self, leads: Iterable[tuple[StoredLead, Note | None]]) -> None:
        self._file.writelines(self._line(stored, note) for stored, note in leads)

    def finish(self, _is_stopped: Callable[[], bool]) -> None:
        pass

    def _line(self, stored: StoredLead, note: Note | None) -> bytes:
        named: dict[str, Any] = {
            name: value.astimezone(self._zone) if isinstance(value, datetime) else value
            for name, value in zip(columns.COLUMNS, values(stored, note), strict=True)
        }
        return orjson.dumps(named | {columns.RAW: orjson.Fragment(stored.lead.raw)}, option=orjson.OPT_APPEND_NEWLINE)


def values(stored: StoredLead, note: Note | None) -> list[Any]:
    """In the order of the columns."""
    return [
        stored.number,
        *stored.lead[: len(columns.FIELDS)],
        stored.status.value,
        stored.owner_name or (None if stored.owner_id is None else str(stored.owner_id)),
        stored.claimed_at,
        stored.won_value,
        stored.lost_reason,
        None if note is None else note.text,
    ]


def local_text(moment: datetime, zone: ZoneInfo) -> str:
    """As spreadsheets read it; with its offset only in the hour that clocks show twice, so that import knows which."""
    local = moment.astimezone(zone)
    written = f"{local:%Y-%m-%d %H:%M:%S}"
    return written if is_plain(moment, zone) else f"{written}{local:%z}"


def is_plain(moment: datetime, zone: ZoneInfo) -> bool:
    """Whether the local time alone says which moment it is."""
    return moment.astimezone(zone).replace(tzinfo=zone, fold=0).astimezone(UTC) == moment
