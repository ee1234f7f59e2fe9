"""A dump, and back from it, word by word as docs/postgres.md says: who was forgotten since stays forgotten."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from bot.store import engines
from tests import databases
from tests.pages import ROOT, commands
from tests.store.conftest import open_shelf
from tests.store.test_store_sealing import other, seal, secret

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.postgres

RESTORED = "leadbell_restored"
DROP = f"DROP DATABASE IF EXISTS {RESTORED}"


def typed(block: str, folder: Path, environment: dict[str, str]) -> None:
    script = "set -e\n" + "\n".join(commands(block))
    subprocess.run(["sh", "-c", script], cwd=folder, env=environment, check=True, capture_output=True)


def drop(environment: dict[str, str]) -> None:
    subprocess.run(["psql", "-c", DROP, "postgres"], env=environment, check=True, capture_output=True)


async def test_who_was_forgotten_since_the_dump_is_forgotten_in_what_is_restored_from_it(tmp_path: Path) -> None:
    from tests import postgres  # noqa: PLC0415 - an extra's

    folder = os.environ[databases.SERVER]
    restored = postgres.url(folder, RESTORED)
    environment = {
        "PATH": f"{postgres.PROGRAMS}{os.pathsep}{os.environ['PATH']}",
        "PGHOST": folder,
        "PGUSER": "leadbell",
        "DATABASE_URL": databases.url(tmp_path / "leads.db"),
        "RESTORED_URL": restored,
    }
    (tmp_path / "deploy").symlink_to(ROOT / "deploy")
    async with databases.opened(tmp_path / "leads.db") as database:
        shelf = await open_shelf(database)
        await shelf.add(*map(secret, range(3)), *map(other, range(9)))
        typed("dump", tmp_path, environment)
        await seal(shelf)
    try:
        typed("restore a dump", tmp_path, environment)
        async with engines.database(restored) as database:
            kept = await open_shelf(database)
            assert await kept.found("quillonxa") == []
            assert len(await kept.found("asha")) == 9
    finally:
        drop(environment)
