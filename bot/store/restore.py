"""A backup takes the database's place, what was there is kept. Killed at any moment, one of the two is there, whole.

What makes it so: the backup is made ready beside the database, and one renaming (`RESTORED`) decides. From then on
whoever opens the database first brings the rest to its end. No file is written twice, and none is overwritten.
"""

from __future__ import annotations

import glob
import itertools
import os
import re
import sqlite3
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.config import only_writer, ownership
from bot.config.addresses import beside, led_to
from bot.errors import SchemaTooNewError, StoreBusyError, StoreDamagedError, StoreError, StoreFullError
from bot.i18n import _, shown, systems
from bot.store import copies, locks, readable
from bot.store.backup import StoppedError
from bot.store.carried_over import carry_over
from bot.store.failures import damaged, translate
from bot.store.migrate import migrate, migrations
from bot.store.pages import MAGIC
from bot.store.soundness import PLACE_OF_MODE, WAL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path
    from typing import BinaryIO

    OnStep = Callable[[int, int], None]
    IsStopped = Callable[[], bool]

SIDE_FILES: Final = ("-wal", "-shm", "-journal")
"""SQLite's own, beside the database: any of them left beside another one would be played into it."""
UNFINISHED: Final = ".restoring"
RESTORING: Final = ".restore"  # of the lock: `_remove` leaves it alone
RESTORED: Final = ".restored-"
REPLACED: Final = ".replaced-"
"""Behind the two stands the same date."""

_CHUNK: Final = 4 * 1024 * 1024
_INSTRUCTIONS: Final = 500_000
"""Of SQLite's machine between two looks at whether to go on with the check."""


@dataclass(frozen=True, slots=True)
class Replaced:
    """What was there before."""

    kept_as: Path | None
    """None where nothing was."""
    is_whole: bool
    """Else it is damaged, and may have known of more who were forgotten than could be read."""


def restore(source: Path, database: Path, now: datetime, on_step: OnStep, is_stopped: IsStopped) -> Replaced:
    """The backup into the database's place.

    Blocking. `on_step` gets the bytes copied and all there are. Raises StoreError, or StoppedError once `is_stopped`;
    then all is as it was, or, where the disk is full at the very last, `finish` brings it to its end.
    """
    database = led_to(database)  # what a link points to is replaced, not the link
    with _said(database):
        ownership.make_folder(database.parent)
        with _alone(database):
            pass  # said before the work is done
        readable.confirm(source)
        if locks.identity(source) == locks.identity(database):
            raise StoreError(_("{path} is the database itself. Name a backup of it.").format(path=source))
        unfinished = database.with_name(database.name + UNFINISHED)
        with only_writer.alone(_beside(database, RESTORING), database, StoreBusyError):
            _remove(unfinished)  # what a killed run left
            try:
                _make_ready(source, unfinished, database, on_step, is_stopped)
                return _exchange(unfinished, database, f"{now:%Y-%m-%d-%H%M%S}")
            finally:
                _remove(unfinished)


def finish(database: Path) -> None:
    """Bring to its end what a killed run had decided; to be called before the database is opened."""
    database = led_to(database)
    with _said(database):
        for restored in _decided(database):
            with _alone(database):
                _swap(database, restored)


def _make_ready(source: Path, unfinished: Path, database: Path, on_step: OnStep, is_stopped: IsStopped) -> None:
    """A checked copy, of this version's schema, in one file. The source is only read."""
    with _read(source), source.open("rb") as file:
        head = file.read(100)
    if not head.startswith(MAGIC):
        raise StoreDamagedError(_("{path} is no backup: it is not a database at all.").format(path=source))
    if locks.is_seen_in_use(source):
        raise StoreBusyError(
            _("{path} is a database in use. Copy it first: leadbell backup FILE, where that one runs.").format(
                path=source
            )
        )
    # A backup is one file. A database that was copied while nobody used it may have its log beside it; one that is in
    # no WAL mode has none, and what lies there is another's.
    ending = "-wal" if head[PLACE_OF_MODE] == WAL else "-journal"
    _copy(source, unfinished, on_step, is_stopped)
    log = beside(source, ending)
    if log.exists():
        _copy(log, unfinished.with_name(unfinished.name + ending), lambda _done, _total: None, is_stopped)
    try:
        _check(source, unfinished, is_stopped)
    except sqlite3.Error as error:
        if is_stopped():
            raise StoppedError from error
        raise translate(error, source) from error
    migrate(unfinished)
    ownership.give(unfinished, database)
    _sync(unfinished)


def _copy(source: Path, target: Path, on_step: OnStep, is_stopped: IsStopped) -> None:
    with ExitStack() as stack:
        with _read(source):
            origin = stack.enter_context(source.open("rb"))
            total = os.fstat(origin.fileno()).st_size
        copy = stack.enter_context(target.open("xb"))
        target.chmod(0o600)
        while chunk := _next(origin, source):
            if is_stopped():
                raise StoppedError
            copy.write(chunk)
            on_step(copy.tell(), total)


def _next(origin: BinaryIO, source: Path) -> bytes:
    with _read(source):
        return origin.read(_CHUNK)


@contextmanager
def _read(source: Path) -> Iterator[None]:
    """What goes wrong in here is the source's, and neither the database's nor its disk's."""
    try:
        yield
    except OSError as error:
        raise readable.unreadable(source, error) from error


def _check(source: Path, unfinished: Path, is_stopped: IsStopped) -> None:
    with closing(sqlite3.connect(unfinished, isolation_level=None)) as connection:
        connection.set_progress_handler(is_stopped, _INSTRUCTIONS)
        connection.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if not copies.is_leadbells(connection):
            raise StoreDamagedError(
                _("{path} is another program's database, no backup of Leadbell's.").format(path=source)
            )
        if version > migrations()[-1][0]:
            raise SchemaTooNewError(
                _("{path} was made by a newer Leadbell. Update Leadbell, then restore it.").format(path=source)
            )
        found = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
    if found != "ok":
        raise damaged(source, found)


def _exchange(unfinished: Path, database: Path, date: str) -> Replaced:
    restored = _dated(database, date)
    with suppress(FileExistsError):
        database.touch(0o600, exist_ok=False)  # an empty file is locked as any other
    with _alone(database):
        is_whole = True
        for other in _decided(database):
            is_whole &= _swap(database, other)
        unfinished.replace(restored)
        _sync_folder(database)
        try:
            is_whole &= _swap(database, restored)
        except OSError:
            # Somebody on Windows opened it: then it stands where it stood, and nothing has been decided.
            if database.exists():
                restored.unlink(missing_ok=True)
            raise
    former = _former(database, restored)
    return Replaced(former if former.exists() else None, is_whole)


def _swap(database: Path, restored: Path) -> bool:
    """Each step is the first that has not been done yet, whoever did the ones before. Whether what was there could be
    read.
    """
    former = _former(database, restored)
    if database.exists() and not database.stat().st_size:
        database.unlink()  # nothing was there
    # The database first: what is left without its side files is then no database at all, rather than an older one.
    for ending in ("", *SIDE_FILES):
        _put_aside(_beside(database, ending), _beside(former, ending))
    _sync_folder(database)
    is_whole = carry_over(former, restored)
    restored.replace(database)
    _sync_folder(database)
    return is_whole


def _put_aside(path: Path, target: Path) -> None:
    if not path.exists():
        return
    if target.exists():
        raise StoreError(
            _("{path} came while a backup was being restored. Move it away, and start again.").format(path=path)
        )
    path.rename(target)


def _decided(database: Path) -> list[Path]:
    if not database.parent.is_dir():
        return []
    name = re.compile(re.escape(database.name + RESTORED) + r"[\d-]+")
    return sorted(path for path in database.parent.iterdir() if name.fullmatch(path.name))


def _dated(database: Path, date: str) -> Path:
    """With a date under which nothing is kept yet."""
    ends = itertools.chain([date], (f"{date}-{number}" for number in itertools.count(2)))
    names = (database.with_name(f"{database.name}{RESTORED}{end}") for end in ends)
    return next(path for path in names if not _former(database, path).exists())


def _former(database: Path, restored: Path) -> Path:
    return database.with_name(database.name + REPLACED + restored.name.removeprefix(database.name + RESTORED))


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


@contextmanager
def _alone(database: Path) -> Iterator[None]:
    """Nobody has it open, nor opens it meanwhile."""
    with locks.alone(database) as is_alone:
        if not is_alone:
            raise StoreBusyError(
                _("{path} is in use: stop Leadbell, and whatever else has it open, then try again.").format(
                    path=database
                )
            )
        yield


@contextmanager
def _said(database: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = shown(systems(error))
        raise StoreFullError(
            _("{path} cannot be put in place ({reason}). Make room on the disk, or let Leadbell write there.").format(
                path=database, reason=reason
            ),
            reason,
        ) from error


def _remove(unfinished: Path) -> None:
    """With what SQLite and a migration laid beside it."""
    for path in unfinished.parent.glob(f"{glob.escape(unfinished.name)}*"):
        with suppress(OSError):
            path.unlink()


def _sync(path: Path) -> None:
    with path.open("rb+") as file:  # on Windows only a file that is open for writing can be flushed
        os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    """The renamings in it. Windows has no way to ask for that."""
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
