"""Databases for tests that are about something else than how one is made: the work of each migration is saved."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.store.migrate import migrate


def new(path: Path) -> Path:
    """An empty database stands at the path, where none does yet."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_bytes(_empty())
    return path


@cache
def _empty() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder, "new.db")
        migrate(path)
        return path.read_bytes()
