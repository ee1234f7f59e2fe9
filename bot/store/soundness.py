"""Whether a database is whole. At the start one that was not closed cleanly is looked through, and a small one: of a
large one that takes seconds.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final

from bot.config.addresses import beside
from bot.errors import StoreDamagedError
from bot.i18n import _
from bot.store import locks
from bot.store.failures import damaged, is_busy, translate

if TYPE_CHECKING:
    from pathlib import Path

SMALL: Final = 64 * 1024 * 1024
"""Bytes: some twenty thousand leads, and a tenth of a second or two."""
WAL: Final = 2
PLACE_OF_MODE: Final = 18
"""Where a database says what mode it is in (https://www.sqlite.org/fileformat2.html)."""


def is_to_be_checked(path: Path) -> bool:
    """At every start."""
    return was_left_open(path) or 0 < _size(path) <= SMALL


def was_left_open(path: Path) -> bool:
    """Whoever closes last folds SQLite's log of what was written last into the database, and deletes it. Where it is
    and nobody has the database open, nobody closed it; or it is another database's, left beside this one.
    """
    try:
        return _size(beside(path, "-wal")) > 0 and not locks.is_in_use(path)
    except OSError:  # whoever opens the database next will say what is wrong
        return False


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def check(path: Path) -> None:
    """Raise StoreDamagedError unless all of the file can be read, and its log is its own. Nothing of it is changed."""
    _check_log(path)
    # Reading only: the log is then not folded in, and stays what it is for whoever has to mend it.
    source = f"{path.absolute().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(source, uri=True, isolation_level=None, timeout=0)) as connection:
            found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.Error as error:
        if is_busy(error):
            return  # somebody opened it meanwhile, and saw to it
        raise translate(error, path) from error
    if found != "ok":
        raise damaged(path, found)


def _check_log(path: Path) -> None:
    """A backup is in no WAL mode, and has no log. SQLite would play one into it all the same."""
    log = beside(path, "-wal")
    if log.exists() and _mode(path) != WAL:
        raise StoreDamagedError(
            _(
                "{log} belongs to another database than {path}, which was copied here by hand. Move it and {shm} away, "
                "and start again. Next time use: leadbell restore FILE."
            ).format(log=log, path=path, shm=beside(path, "-shm").name),
            "the log beside it is another database's",
        )


def _mode(path: Path) -> int:
    with path.open("rb") as file:
        return file.read(PLACE_OF_MODE + 1)[-1]
