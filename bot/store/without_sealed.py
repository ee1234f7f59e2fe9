"""A copy without the buyers who wish to be forgotten: a backup, and what an upgrade lays beside the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.store.connections import OVERWRITTEN

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

INSTRUCTIONS: Final = 500_000
"""Of SQLite's machine between two looks at whether to go on."""


def leave_out_sealed(written: sqlite3.Connection, is_stopped: Callable[[], bool] = lambda: False) -> None:
    """Buyers who wish to be forgotten are in no copy: neither their rows nor words of theirs in the search index."""
    if not written.execute("SELECT 1 FROM sqlite_master WHERE name = 'seals'").fetchone():
        return  # of an earlier version, which nobody had sealed in
    is_unswept = written.execute("SELECT 1 FROM seals WHERE NOT is_swept").fetchone()
    if not is_unswept and not written.execute("SELECT 1 FROM sealed_rows").fetchone():
        return
    written.set_progress_handler(is_stopped, INSTRUCTIONS)
    written.execute(OVERWRITTEN)
    written.execute("PRAGMA journal_mode = OFF")
    written.execute("DELETE FROM sealed_rows")
    if is_unswept:
        written.execute("INSERT INTO lead_search (lead_search) VALUES ('optimize')")
        written.execute("UPDATE seals SET is_swept = 1")
    written.execute("VACUUM")
