"""SQLite's errors as sentences: what is wrong with the file, and what to do."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Final

from bot.errors import StoreBusyError, StoreDamagedError, StoreError, StoreFullError
from bot.i18n import N_, Sentence, _, shown

if TYPE_CHECKING:
    from pathlib import Path

_BUSY: Final = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_FULL: Final = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
}
_SAID: Final = {
    sqlite3.SQLITE_BUSY: N_("database is locked"),
    sqlite3.SQLITE_LOCKED: N_("database is locked"),
    sqlite3.SQLITE_FULL: N_("database or disk is full"),
    sqlite3.SQLITE_IOERR: N_("disk I/O error"),
    sqlite3.SQLITE_READONLY: N_("attempt to write a readonly database"),
    sqlite3.SQLITE_CANTOPEN: N_("unable to open database file"),
    sqlite3.SQLITE_CORRUPT: N_("database disk image is malformed"),
    sqlite3.SQLITE_NOTADB: N_("file is not a database"),
}
"""What SQLite says oftenest, as it says it."""
_DAMAGED: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT}


def is_busy(error: sqlite3.Error) -> bool:
    """Another connection holds the lock."""
    return _code(error) in _BUSY


def is_interrupted(error: sqlite3.Error) -> bool:
    """Somebody wanted the statement to end early."""
    return _code(error) == sqlite3.SQLITE_INTERRUPT


def translate(error: sqlite3.Error, path: Path) -> StoreError:
    """The error of our own tree. SQLite's text is kept out of it where it could quote a row."""
    code, reason = _code(error), _reason(error)
    if code in _BUSY:
        return StoreBusyError(
            _("{path} is in use by another program. Close it, or stop the second Leadbell.").format(path=path),
            reason,
        )
    if code in _FULL:
        return StoreFullError(
            _("{path} cannot be written ({reason}). Make room on the disk, or let Leadbell's user write there.").format(
                path=path, reason=shown(reason)
            ),
            reason,
        )
    if code in _DAMAGED:
        return damaged(path, reason)
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    return StoreError(_("The database {path} failed: {reason}.").format(path=path, reason=name), name)


def damaged(path: Path, reason: str) -> StoreDamagedError:
    """`reason` is SQLite's, which quotes no row."""
    return StoreDamagedError(
        _(
            "{path} is damaged, or not a Leadbell database ({reason}). Go back to the newest backup (leadbell restore "
            "FILE), or bring what can be read of it into a new one (leadbell salvage FILE). The damaged file is kept."
        ).format(path=path, reason=" ".join(shown(reason).split())),
        reason,
    )


def _reason(error: sqlite3.Error) -> str:
    known = _SAID.get(_code(error))
    return Sentence(known) if known == str(error) else str(error)


def _code(error: sqlite3.Error) -> int:
    """The primary result code, which is the low byte."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
