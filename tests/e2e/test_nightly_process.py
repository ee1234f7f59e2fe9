"""The nightly backup in a real service, and what `leadbell check` says of it and of a damaged database."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.e2e.stage import staged
from tests.e2e.test_check_process import checked
from tests.e2e.test_salvage import spoil
from tests.languages import heard

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.stage import Stage


pytestmark = pytest.mark.sqlite  # backups of the file, and its damage


def is_told(stage: Stage, words: str) -> bool:
    return any(heard(words, text) for text in stage.town.group.texts)


async def test_a_service_makes_the_backup_it_owes_and_tells_when_it_cannot(tmp_path: Path) -> None:
    safe = tmp_path / "safe"
    async with staged(tmp_path / "shop", {"BACKUP_DIR": str(safe)}) as stage:
        code, lines = await checked(stage)
        assert (code, [line for line in lines if "BACKUP_DIR:" in line]) == (
            1,
            [f"to do  BACKUP_DIR: There is no folder {safe}. Make it, or plug its disk in."],
        )
        await stage.service.start()
        await stage.town.world.wait_for(lambda: is_told(stage, "backup is missing"), 60)
        assert await stage.service.stop() == 0
        safe.mkdir()
        await stage.service.start()
        await stage.town.world.wait_for(lambda: is_told(stage, "backup is made again"), 60)
        assert await stage.service.stop() == 0
        [made] = safe.iterdir()
        with closing(sqlite3.connect(made)) as connection:
            assert connection.execute("SELECT count(*) FROM accounts").fetchone() == (1,)
        code, lines = await checked(stage)
        assert code == 0
        assert f"ok     Backups go to {safe} at 03:00; the newest is of {made.stem[-10:]}." in lines


@pytest.mark.english  # the command line's words, and the log
async def test_a_damaged_database_is_refused_by_the_start_and_by_check(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.simulator.seller.arrive_many(30)
        await stage.service.start()
        await stage.is_up()
        await stage.drained()
        assert await stage.service.stop() == 0
        spoil(stage.service.database, 20)
        await stage.service.start()
        assert await stage.service.ends() == 1
        assert "is damaged" in stage.service.log
        code, lines = await checked(stage)
        assert code == 1
        assert any(line.startswith("to do") and "leadbell salvage FILE" in line for line in lines)
