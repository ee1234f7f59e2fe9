"""What holds buyers' data is for whoever runs Leadbell alone, under the usual umask too."""

from __future__ import annotations

import os
import stat
import sys
from typing import TYPE_CHECKING

import pytest

from tests import databases
from tests.e2e.stage import staged
from tests.e2e.test_check_process import NO_ADMIN, checked
from tests.e2e.test_transfer import Shop, shop
from tests.store.test_store_failures import NOBODY, public, without_rights

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["public", "shop"]

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps files apart by folders"),
    pytest.mark.english,  # no words are looked at but the command line's
]
OF_THE_SERVICE = "sqlite:///data/leadbell.db"
BACKUP = () if databases.is_postgres() else ("monday.db",)


def usual_umask() -> None:
    os.umask(0o022)


def modes(folder: Path, pattern: str) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.glob(pattern)}


CLOSED = (
    "{name} cannot be read (Permission denied). Run this as the user to whom it belongs, or let this user read it.\n"
)


@pytest.fixture
def open_shop(public: Path, logging_as_it_was: None) -> Shop:
    """With one lead, in a folder that everybody may enter, and write to."""
    (public / "data").mkdir()
    found = Shop(public)
    found.write(1)
    assert found.run("import", "leads.jsonl", DATABASE_URL=OF_THE_SERVICE)[0] == 0
    public.chmod(0o777)
    (public / "data").chmod(0o755)
    return found


@pytest.mark.sqlite
@pytest.mark.parametrize("closed", ["data", "data/leadbell.db"])
@pytest.mark.parametrize(
    "words",
    [
        ("status",),
        ("audit",),
        ("export", "all.csv"),
        ("forget", "#1", "--yes"),
        ("backup", "b.db"),
        ("restore", "b.db"),
        ("salvage", "s.db"),
        ("copy", "postgresql://nobody@127.0.0.1:1/none"),
    ],
    ids=lambda words: words[0],
)
def test_a_database_that_one_may_not_read_is_said(open_shop: Shop, closed: str, words: tuple[str, ...]) -> None:
    open_shop.run(*words, DATABASE_URL="sqlite:///none.db")  # what Python loads is loaded: nobody may not read it
    (open_shop.folder / closed).chmod(0)
    with without_rights():
        said = open_shop.run(*words, DATABASE_URL=OF_THE_SERVICE)
    (open_shop.folder / closed).chmod(0o700)
    assert said == (1, "", CLOSED.format(name="data/leadbell.db"))


@pytest.mark.sqlite
@pytest.mark.parametrize("words", [("restore", "data/leadbell.db"), ("salvage", "data/leadbell.db")])
@pytest.mark.parametrize("closed", ["data", "data/leadbell.db"])
def test_a_file_that_is_named_and_may_not_be_read_is_said(open_shop: Shop, closed: str, words: tuple[str, ...]) -> None:
    open_shop.run(*words, DATABASE_URL="sqlite:///none.db")
    (open_shop.folder / closed).chmod(0)
    with without_rights():
        said = open_shop.run(*words, DATABASE_URL="sqlite:///other.db")
    (open_shop.folder / closed).chmod(0o700)
    assert said == (1, "", CLOSED.format(name="data/leadbell.db"))


@pytest.mark.sqlite
def test_what_may_only_be_read_is_salvaged_and_to_copy_it_asks_for_the_right_to_write(open_shop: Shop) -> None:
    away = "postgresql://nobody@127.0.0.1:1/none"
    for words in (("salvage", "warm.db"), ("copy", away)):
        open_shop.run(*words, DATABASE_URL=OF_THE_SERVICE)
    (open_shop.folder / "data" / "leadbell.db").chmod(0o444)
    with without_rights():
        salvaged = open_shop.run("salvage", "s.db", DATABASE_URL=OF_THE_SERVICE)
        copied = open_shop.run("copy", away, DATABASE_URL=OF_THE_SERVICE)
    assert (salvaged[0], salvaged[1].splitlines()[0], salvaged[2]) == (0, "leads: 1 row brought.", "")
    assert (copied[0], copied[2].startswith("data/leadbell.db cannot be written")) == (1, True)


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


@pytest.mark.sqlite
@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_what_root_backs_up_and_salvages_belongs_to_whom_the_database_belongs(open_shop: Shop) -> None:
    database = open_shop.folder / "data" / "leadbell.db"
    os.chown(database, NOBODY, NOBODY)
    for words in (("backup", "b.db"), ("salvage", "s.db"), ("salvage", "b.db")):
        assert open_shop.run(*words, DATABASE_URL=OF_THE_SERVICE)[0] == 0
    found = {name: (open_shop.folder / name).stat() for name in ("b.db", "s.db", "b.salvaged.db")}
    assert {(one.st_uid, one.st_gid, one.st_mode & 0o777) for one in found.values()} == {(NOBODY, NOBODY, 0o600)}


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
        told = "note   Others on this machine can read .env. Close it: chmod 600 .env"
        assert [line for line in lines if line.startswith("note")] == [*NO_ADMIN, told]
        settings.chmod(0o600)
        _code, lines = await checked(stage)
        assert lines.count(told) == 1  # the log holds the first look, too
