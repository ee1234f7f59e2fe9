"""What holds buyers' data is for whoever runs Leadbell alone, under the usual umask too."""

from __future__ import annotations

import os
import stat
import sys
from typing import TYPE_CHECKING

import pytest

from tests import databases
from tests.e2e.stage import staged
from tests.e2e.test_check_process import checked
from tests.e2e.test_transfer import Shop, shop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["shop"]

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps files apart by folders"),
    pytest.mark.english,  # no words are looked at but the command line's
]
BACKUP = () if databases.is_postgres() else ("monday.db",)


def usual_umask() -> None:
    os.umask(0o022)


def modes(folder: Path, pattern: str) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.glob(pattern)}


@pytest.mark.sqlite
async def test_the_database_and_its_side_files_are_private(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.service.before = usual_umask
        await stage.service.start()
        await stage.is_up()
        found = modes(tmp_path, "*.db*")
        assert {name.partition(".db")[2] for name in found} >= {"", "-wal", "-shm"}
        assert set(found.values()) == {0o600}


@pytest.fixture
def _umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.usefixtures("_umask")
def test_backups_and_exports_are_private(tmp_path: Path, shop: Shop) -> None:
    (tmp_path / "in.csv").write_text("Name,Mobile\nAsha,9000000031\n")
    files = ("all.csv", "all.xlsx", "all.jsonl", *BACKUP)
    assert shop.run("import", "in.csv")[0] == 0
    for name in files:
        usual_umask()
        assert shop.run("backup" if name.endswith(".db") else "export", name)[0] == 0
    assert {name: stat.S_IMODE((tmp_path / name).stat().st_mode) for name in files} == dict.fromkeys(files, 0o600)
    assert databases.is_postgres() or set(modes(tmp_path, "leadbell.db*").values()) == {0o600}


async def test_check_names_what_others_can_read(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        settings = tmp_path / ".env"
        settings.write_text("LOG_LEVEL=info\n")
        settings.chmod(0o644)
        code, lines = await checked(stage)
        assert code == 0
        assert [line for line in lines if line.startswith("note")] == [
            "note   Others on this machine can read .env. Close it: chmod 600 .env"
        ]
        settings.chmod(0o600)
        _code, lines = await checked(stage)
        assert sum(line.startswith("note") for line in lines) == 1  # the log holds the first look, too
