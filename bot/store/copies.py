"""Files that are databases of Leadbell's, known by what is in them and not by what somebody called them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from bot.store import locks
from bot.store.pages import MAGIC

if TYPE_CHECKING:
    from pathlib import Path


def in_folder(folder: Path, database: Path) -> list[Path]:
    """Those that nobody has open, without `database` itself. Blocking; only the first pages of each are read.

    Raises OSError where the folder cannot be looked through; what cannot be read in it is left out.
    """
    live = locks.identity(database)
    return sorted(path for path in folder.iterdir() if _is_copy(path, live))


def is_leadbells(connection: sqlite3.Connection) -> bool:
    """It has a version of the schema, and leads."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    leads = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'leads'").fetchone()
    return bool(version) and leads is not None


def _is_copy(path: Path, database: locks.Identity | None) -> bool:
    try:
        if not path.is_file() or locks.identity(path) == database or not _is_ours(path):
            return False
        return not locks.is_seen_in_use(path)  # else another service lives on it
    except OSError:
        return False


def _is_ours(path: Path) -> bool:
    """One that is damaged, too: nobody knows what can still be read of it."""
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            return False
    # Immutable: nothing is laid beside it, and no lock is waited for.
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            return is_leadbells(connection)
    except sqlite3.Error:
        return True
