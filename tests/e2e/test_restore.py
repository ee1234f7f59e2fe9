"""`leadbell restore` as somebody types it."""

from __future__ import annotations

import stat
import sys
from typing import TYPE_CHECKING

import pytest

from tests.e2e.stage import staged
from tests.e2e.test_transfer import Shop, shop

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["shop"]

pytestmark = [
    pytest.mark.sqlite,  # a server has pg_restore
    pytest.mark.english,  # no words are looked at but the command line's
]


def test_a_backup_comes_back_and_what_was_there_is_kept(shop: Shop) -> None:
    shop.write(30)
    assert shop.run("import", "leads.jsonl")[0] == 0
    assert shop.run("backup", "monday.db")[0] == 0
    backed_up = shop.leads()
    shop.write(50, "more.jsonl")
    assert shop.run("import", "more.jsonl")[0] == 0
    code, said, _complaints = shop.run("restore", "monday.db")
    [former] = (path for path in shop.folder.glob("leadbell.db.replaced-*") if path.name.count("-") == 4)
    assert code == 0
    assert said == (
        f"leadbell.db now holds what monday.db holds. What was there before is kept as {former.resolve()}. "
        "Delete it when you need it no more: it holds buyers' data.\n"
    )
    assert shop.leads() == backed_up
    assert len(shop.leads(former.name)) > len(backed_up)
    if sys.platform != "win32":
        assert {stat.S_IMODE(path.stat().st_mode) for path in (former, shop.folder / "leadbell.db")} == {0o600}


def test_who_was_forgotten_since_is_so_over_a_damaged_database_and_it_is_said(shop: Shop) -> None:
    shop.write(5)
    assert shop.run("import", "leads.jsonl")[0] == 0
    assert shop.run("backup", "monday.db")[0] == 0
    assert shop.run("forget", "#3", "--yes")[0] == 0
    left = shop.leads()
    with (shop.folder / "leadbell.db").open("r+b") as file:
        file.write(b"\x17" * 4096)
    code, said, _complaints = shop.run("restore", "monday.db")
    assert code == 0
    assert "buyers who were forgotten since monday.db was made may be back. Forget them again" in said
    assert shop.run("export", "all.csv")[0] == 0
    assert shop.leads() == left


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("none.db", "There is no file none.db."),
        (".", ". is a folder. Give the name of a file in it."),
        ("leads.jsonl", "leads.jsonl is no backup: it is not a database at all."),
        ("leadbell.db", "leadbell.db is the database itself. Name a backup of it."),
    ],
)
def test_what_cannot_be_put_back_is_said(shop: Shop, name: str, sentence: str) -> None:
    shop.write(3)
    assert shop.run("import", "leads.jsonl")[0] == 0
    code, said, complained = shop.run("restore", name)
    assert (code, said, complained.startswith(sentence)) == (1, "", True)
    assert len(shop.leads()) == 3


@pytest.mark.parametrize(
    "words",
    [("import", "leads.jsonl"), ("export", "all.csv"), ("backup", "b.db"), ("restore", "b.db"), ("salvage", "s.db")],
)
def test_a_folder_in_the_databases_place_is_said(shop: Shop, words: tuple[str, ...]) -> None:
    shop.write(1)
    (shop.folder / "b.db").touch()
    (shop.folder / "leadbell.db").mkdir()
    code, _said, complained = shop.run(*words)
    assert code != 0
    assert "leadbell.db is a folder. Give the name of a file in it." in complained
    assert "disk" not in complained


async def test_beside_a_running_service_it_is_refused_and_after_a_kill_it_is_done(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        here = Shop(tmp_path)
        there = stage.service.settings["DATABASE_URL"]
        await stage.service.start()
        await stage.is_up()
        assert here.run_apart("backup", "monday.db", DATABASE_URL=there)[0] == 0
        code, _said, complained = here.run_apart("restore", "monday.db", DATABASE_URL=there)
        assert (code, "is in use: stop Leadbell" in complained) == (1, True)
        await stage.service.kill()
        assert here.run_apart("restore", "monday.db", DATABASE_URL=there)[0] == 0
        await stage.service.start()
        await stage.is_up()
        assert await stage.service.stop() == 0
