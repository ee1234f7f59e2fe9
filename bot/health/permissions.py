"""Who on this machine may read what holds buyers' data or secrets. For `leadbell check`; POSIX only."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

OTHERS: Final = stat.S_IRGRP | stat.S_IWGRP | stat.S_IROTH | stat.S_IWOTH
SIDE_FILES: Final = ("", "-wal", "-shm")
"""SQLite keeps what was written last beside the database, and makes these with the database's own mode."""


def open_to_others(paths: Iterable[Path]) -> list[Path]:
    """Those of the files that others than their owner may read or write; none where modes mean nothing (Windows)."""
    return [path for path in paths if os.name == "posix" and _is_open(path)]


def _is_open(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & OTHERS)
    except OSError:
        return False


def database_files(database: Path) -> list[Path]:
    return [database.with_name(database.name + suffix) for suffix in SIDE_FILES]
