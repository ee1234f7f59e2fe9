"""docs/backup.md, followed word by word: the commands are taken out of it."""

from __future__ import annotations

import asyncio
import shlex
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.stage import CARD, Stage, staged
from tests.e2e.test_salvage import spoil
from tests.e2e.test_transfer import Shop
from tests.pages import commands

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [
    pytest.mark.sqlite,  # docs/postgres.md is followed by tests/store/test_store_dump.py
    pytest.mark.english,  # no words are looked at
]
Rows = dict[str, list[tuple[Any, ...]]]


def everything(path: Path) -> Rows:
    """Every row of every table, the index's own included."""
    with closing(sqlite3.connect(path)) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(connection.execute(f'SELECT * FROM "{name}"'), key=repr) for name in names}


def settle(stage: Stage, folder: Path) -> None:
    """The settings stand in `.env`, as the page has it, and the service runs in that folder."""
    lines = [f"{name}={value}\n" for name, value in stage.service.settings.items() if name != "DATABASE_URL"]
    folder.mkdir(exist_ok=True)
    (folder / ".env").write_text("".join(lines), encoding="utf-8")
    (folder / ".env").chmod(0o600)
    stage.service.folder, stage.service.settings = folder, {}


async def follow(stage: Stage, name: str, after: Callable[[str], None] = lambda _line: None) -> None:
    """Every line of the block; the last may start the service, which goes on."""
    for line in commands(name):
        program, *words = shlex.split(line)
        if program != "leadbell":
            assert line == "sh ../new/install.sh"  # tests/e2e/test_install.py
        elif words == ["run"]:
            await stage.service.start(*words)
            await stage.is_up()
        else:
            code, said, complained = await asyncio.to_thread(Shop(stage.service.folder).run_apart, *words)
            assert (code, complained) == (0, ""), said
        after(line)


async def works(stage: Stage, leads: int) -> None:
    """So many more leads arrive and stand in the group."""
    arrived = [stage.simulator.seller.arrive().query_id for _lead in range(leads)]
    await stage.town.world.wait_for(lambda: set(arrived) <= {query_id for _kind, query_id in cards(stage)}, 60)


def cards(stage: Stage) -> list[tuple[str, str]]:
    """Every card in the group, by its lead's kind and id."""
    found = (CARD.search(message.text) for message in stage.town.group.by_bot)
    return [(card[1], card[2]) for card in found if card is not None]


@pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")
async def test_a_restore_after_a_kill_brings_back_exactly_the_backups_rows(tmp_path: Path) -> None:
    async with staged(tmp_path / "shop") as stage:
        settle(stage, tmp_path / "shop")
        await stage.service.start()
        await stage.is_up()
        await works(stage, 8)
        await follow(stage, "back up")
        backed_up = everything(tmp_path / "shop" / "monday.db")
        assert len(backed_up["all_leads"]) >= 8
        await works(stage, 7)
        await stage.service.kill()
        database = tmp_path / "shop" / "leadbell.db"
        assert Path(f"{database}-wal").stat().st_size > 0
        restored: Rows = {}

        def look(line: str) -> None:
            if line.startswith("leadbell restore"):
                restored.update(everything(database))

        await follow(stage, "restore", look)
        assert restored == backed_up
        [former] = (path for path in database.parent.glob("leadbell.db.replaced-*") if path.name.count("-") == 4)
        assert {row[0] for row in everything(former)["all_leads"]} > {row[0] for row in backed_up["all_leads"]}
        await works(stage, 2)
        assert await stage.service.stop() == 0


@pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")
async def test_a_move_takes_everything_along(tmp_path: Path) -> None:
    async with staged(tmp_path / "old") as stage:
        settle(stage, tmp_path / "old")
        await stage.service.start()
        await stage.is_up()
        await works(stage, 6)
        await stage.service.kill()
        await follow(stage, "move from")
        new = tmp_path / "new"
        new.mkdir()
        for name in ("move.db", ".env"):
            shutil.copy(tmp_path / "old" / name, new)
        moved = everything(new / "move.db")
        assert {row[0] for row in moved["all_leads"]} == {
            row[0] for row in everything(tmp_path / "old/leadbell.db")["all_leads"]
        }
        stage.service.folder = new

        def look(line: str) -> None:
            if line.startswith("leadbell restore"):
                assert everything(new / "leadbell.db") == moved

        await follow(stage, "move to", look)
        await works(stage, 2)
        assert await stage.service.stop() == 0
        assert len(cards(stage)) - len(set(cards(stage))) <= 1  # what was in flight when it was killed


@pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")
async def test_an_upgrade_a_step_back_and_a_rescue(tmp_path: Path) -> None:
    async with staged(tmp_path / "shop") as stage:
        settle(stage, tmp_path / "shop")
        await stage.service.start()
        await stage.is_up()
        await works(stage, 4)
        await stage.service.stop()
        await follow(stage, "upgrade")
        await works(stage, 2)
        await stage.service.kill()
        await follow(stage, "go back")
        await works(stage, 2)
        await stage.service.stop()
        spoil(tmp_path / "shop" / "leadbell.db", 3)
        await follow(stage, "salvage")
        await works(stage, 2)
        assert await stage.service.stop() == 0
