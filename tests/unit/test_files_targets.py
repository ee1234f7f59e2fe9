"""A file that is written whole or not at all, and never the database itself."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from bot.errors import LeadbellError
from bot.files.targets import replacing

if TYPE_CHECKING:
    from pathlib import Path


HOLDS = """
import sys
from pathlib import Path
from bot.files.targets import replacing
with replacing(Path(sys.argv[1]), None, force=False) as unfinished:
    unfinished.write_text("half")
    print("half", flush=True)
    sys.stdin.read()
"""


DIES = """
import os, signal, sys
from pathlib import Path
from zoneinfo import ZoneInfo
from bot.files import writing
from bot.files.targets import replacing
from tests.unit.test_files_writing import FULL, stored
target = Path(sys.argv[1])
with replacing(target, None, force=False) as unfinished:
    with writing.opened(unfinished, target.suffix, ZoneInfo("Asia/Kolkata")) as writer:
        writer.write([(stored(FULL), None)] * 3_000)
        if sys.argv[2] == "packing":
            writer.finish(lambda: os.kill(os.getpid(), signal.SIGKILL))
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "leads.db"
    path.write_text("the database")
    return path


def write(target: Path, database: Path, text: str = "new", *, force: bool = False) -> None:
    with replacing(target, database, force=force) as unfinished:
        assert unfinished.parent == target.resolve().parent
        unfinished.write_text(text)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"leads.db"}


def test_what_was_written_appears_at_the_end(tmp_path: Path, database: Path) -> None:
    write(tmp_path / "out.csv", database)
    assert (tmp_path / "out.csv").read_text() == "new"
    assert names(tmp_path) == {"out.csv"}


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ValueError(), LeadbellError("so")])
def test_whatever_fails_leaves_nothing_behind_and_the_old_file_as_it_was(
    tmp_path: Path, database: Path, error: BaseException
) -> None:
    (tmp_path / "out.csv").write_text("old")

    def fail() -> None:
        with replacing(tmp_path / "out.csv", database, force=True) as unfinished:
            unfinished.write_text("half")
            unfinished.with_name(unfinished.name + "-journal").write_text("half")
            raise error

    with pytest.raises(type(error)):
        fail()
    assert (tmp_path / "out.csv").read_text() == "old"
    assert names(tmp_path) == {"out.csv"}


def test_a_full_disk_is_a_sentence(tmp_path: Path, database: Path) -> None:
    with (
        pytest.raises(LeadbellError, match=r"out\.csv cannot be written \(.*No space left.*\)\. Make room"),
        replacing(tmp_path / "out.csv", database, force=False),
    ):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert names(tmp_path) == set()


def test_a_file_that_is_there_is_replaced_only_on_demand(tmp_path: Path, database: Path) -> None:
    write(tmp_path / "out.csv", database, "old")
    with pytest.raises(LeadbellError, match="--force"):
        write(tmp_path / "out.csv", database)
    assert (tmp_path / "out.csv").read_text() == "old"
    write(tmp_path / "out.csv", database, force=True)
    assert (tmp_path / "out.csv").read_text() == "new"


def test_what_a_killed_run_left_is_written_over(tmp_path: Path, database: Path) -> None:
    (tmp_path / "out.csv.part").write_text("half of an older one")
    write(tmp_path / "out.csv", database)
    assert names(tmp_path) == {"out.csv"}


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal")
@pytest.mark.parametrize("moment", ["writing", "packing"])
@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".jsonl"])
def test_an_export_that_is_killed_leaves_buyers_nowhere_but_beside_it_where_the_next_takes_them_away(
    tmp_path: Path, suffix: str, moment: str
) -> None:
    folder, temporary = tmp_path / "exports", tmp_path / "temporary"
    folder.mkdir()
    temporary.mkdir()
    target = folder / f"all{suffix}"
    elsewhere = os.environ | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary))
    subprocess.run([sys.executable, "-c", DIES, str(target), moment], env=elsewhere, check=False)
    assert list(temporary.iterdir()) == []
    assert all(name.startswith(f"all{suffix}.part") for name in names(folder))
    assert names(folder) != set()
    write(target, tmp_path / "leads.db")
    assert names(folder) == {target.name}


@pytest.mark.parametrize("force", [False, True])
def test_of_two_at_once_the_second_is_refused_and_the_first_is_whole(
    tmp_path: Path, database: Path, *, force: bool
) -> None:
    with replacing(tmp_path / "out.csv", database, force=force) as unfinished:
        unfinished.write_text("half")
        with pytest.raises(LeadbellError, match=r"out\.csv is being written by another command\. Wait until"):
            write(tmp_path / "out.csv", database, "of the second", force=force)
        assert unfinished.read_text() == "half"
        write(tmp_path / "other.csv", database)
    assert (tmp_path / "out.csv").read_text() == "half"
    write(tmp_path / "out.csv", database, "later", force=True)
    assert names(tmp_path) == {"out.csv", "other.csv"}


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_by_another_name_it_is_the_same_file(tmp_path: Path, database: Path) -> None:
    (tmp_path / "link.csv").symlink_to(tmp_path / "out.csv")
    with replacing(tmp_path / "out.csv", database, force=False) as unfinished:
        unfinished.write_text("half")
        with pytest.raises(LeadbellError, match=r"link\.csv is being written by another command"):
            write(tmp_path / "link.csv", database)


@pytest.mark.parametrize("is_stopped_first", [False, True])
def test_one_that_was_killed_holds_nobody_up(tmp_path: Path, database: Path, *, is_stopped_first: bool) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(tmp_path / "out.csv")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"half"
        with pytest.raises(LeadbellError, match="is being written by another command"):
            write(tmp_path / "out.csv", database)
        if is_stopped_first:
            other.communicate()  # it ends by itself, and its file is whole
        else:
            other.kill()
    write(tmp_path / "out.csv", database, force=is_stopped_first)
    assert (tmp_path / "out.csv").read_text() == "new"
    assert names(tmp_path) == {"out.csv"}


def test_a_missing_folder_and_a_folder_are_said(tmp_path: Path, database: Path) -> None:
    with pytest.raises(LeadbellError, match="There is no folder"):
        write(tmp_path / "none" / "out.csv", database)
    (tmp_path / "out.csv").mkdir()
    with pytest.raises(LeadbellError, match="is a folder"):
        write(tmp_path / "out.csv", database, force=True)


@pytest.mark.parametrize("name", ["leads.db", "leads.db-wal", "leads.db-shm", "leads.db-journal", "sub/../leads.db"])
def test_the_database_and_its_files_are_never_written_to(tmp_path: Path, database: Path, name: str) -> None:
    (tmp_path / "sub").mkdir()
    with pytest.raises(LeadbellError, match="the running database itself"):
        write(tmp_path / name, database, force=True)
    assert database.read_text() == "the database"


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_no_link_leads_to_the_database(tmp_path: Path, database: Path) -> None:
    (tmp_path / "soft.db").symlink_to(database)
    (tmp_path / "hard.db").hardlink_to(database)
    for name in ("soft.db", "hard.db"):
        with pytest.raises(LeadbellError, match="the running database itself"):
            write(tmp_path / name, database, force=True)
    assert database.read_text() == "the database"


def test_the_unfinished_file_is_not_the_database_either(tmp_path: Path) -> None:
    database = tmp_path / "leads.part"
    database.write_text("the database")
    with pytest.raises(LeadbellError, match="the running database itself"):
        write(tmp_path / "leads", database)
    assert database.read_text() == "the database"


@pytest.mark.parametrize("name", ["out.xlsx.part-sheet", "out.xlsx.part-wal"])
def test_what_is_put_away_beside_the_unfinished_file_is_not_the_database_either(tmp_path: Path, name: str) -> None:
    database = tmp_path / name
    database.write_text("the database")
    with pytest.raises(LeadbellError, match="belongs to the running database"):
        write(tmp_path / "out.xlsx", database)
    assert database.read_text() == "the database"


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_what_a_link_points_to_is_replaced_and_the_link_stays(tmp_path: Path, database: Path) -> None:
    (tmp_path / "sub").mkdir()
    write(tmp_path / "sub" / "real.csv", database, "old")
    (tmp_path / "link.csv").symlink_to(tmp_path / "sub" / "real.csv")
    write(tmp_path / "link.csv", database, force=True)
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "sub" / "real.csv").read_text() == "new"
