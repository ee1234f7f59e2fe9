"""A copy of a database that others are writing to: SQLite's online backup, then a check of what came out. Blocking."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Final

from bot.errors import StoreDamagedError
from bot.i18n import _
from bot.store.connections import WITHOUT_FILES
from bot.store.failures import translate
from bot.store.migrate import PATIENCE
from bot.store.without_sealed import INSTRUCTIONS, leave_out_sealed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PAGES: Final = 512
"""Copied in one step: 2 MB, some milliseconds."""


class StoppedError(Exception):
    """Somebody asked for an end."""


def copy(source: Path, target: Path, on_step: Callable[[int, int], None], is_stopped: Callable[[], bool]) -> None:
    """Write a copy as it is at this moment, one file in itself. `on_step` gets the pages copied and all there are.

    The snapshot is held for the whole copy, so that writers neither wait for it nor make it begin anew. Raises
    StoreError, or StoppedError once `is_stopped`.
    """
    with _opened(source) as origin:
        try:
            with closing(sqlite3.connect(target, isolation_level=None)) as written:
                written.execute(WITHOUT_FILES)
                _copy(origin, written, on_step, is_stopped)
                leave_out_sealed(written, is_stopped)
                written.execute(
                    "PRAGMA journal_mode = DELETE"
                )  # the copy says WAL of itself, and would bring two files
                _check(written, target, is_stopped)
        except sqlite3.Error as error:
            if is_stopped():
                raise StoppedError from error
            raise translate(error, target) from error


@contextmanager
def _opened(source: Path) -> Iterator[sqlite3.Connection]:
    """With a snapshot held. Only an unharmed Leadbell database has the table that is read."""
    address = f"{source.absolute().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True, isolation_level=None, timeout=PATIENCE)) as connection:
            connection.execute("BEGIN")
            connection.execute("SELECT account_id FROM accounts LIMIT 1").fetchone()
            yield connection
    except sqlite3.OperationalError as error:
        if "no such table" in str(error):
            raise StoreDamagedError(
                _("{path} is another program's database. Point DATABASE_URL at Leadbell's.").format(path=source)
            ) from error
        raise translate(error, source) from error
    except sqlite3.Error as error:
        raise translate(error, source) from error


def _copy(
    origin: sqlite3.Connection,
    written: sqlite3.Connection,
    on_step: Callable[[int, int], None],
    is_stopped: Callable[[], bool],
) -> None:
    def step(_status: int, remaining: int, total: int) -> None:
        if is_stopped():
            raise StoppedError
        on_step(total - remaining, total)

    origin.backup(written, pages=PAGES, progress=step)


def _check(written: sqlite3.Connection, target: Path, is_stopped: Callable[[], bool]) -> None:
    written.set_progress_handler(is_stopped, INSTRUCTIONS)
    found = written.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise StoreDamagedError(
            _(
                "The copy for {path} is damaged, and so may be the database: {reason}. Nothing was written. Keep the "
                "database and the newest earlier backup."
            ).format(path=target, reason=found)
        )
