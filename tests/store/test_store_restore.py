"""A backup in the database's place: refused, done, or killed at each step."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.errors import SchemaTooNewError, StoreBusyError, StoreDamagedError, StoreError, StoreFullError
from bot.store import backup, restore, soundness
from bot.store.carried_over import carry_over
from bot.store.migrate import migrations
from bot.store.sqlite import SqliteDatabase
from tests.forks import exit_code, forked
from tests.store.conftest import make_lead, open_shelf
from tests.store.former import former
from tests.store.test_store_failures import NOBODY, public, without_rights

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.sqlite

__all__ = ["public"]

NOW = datetime(2026, 11, 28, 3, 0, 5, tzinfo=UTC)
BACKUP, OLD = ["1", "2"], ["1", "2", "3", "4"]
OPEN = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("SELECT count(*) FROM leads").fetchone()
print("open", flush=True)
sys.stdin.read()
"""
LEFT_OPEN = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA journal_mode = WAL")
connection.execute("PRAGMA wal_autocheckpoint = 0")
connection.execute("UPDATE all_leads SET city = 'from the log'")
connection.execute("CREATE TABLE of_the_log (x)")
connection.executemany("INSERT INTO of_the_log VALUES (?)", [("x" * 2000,)] * 300)
os._exit(9)
"""
WATCHED = {"open", "os.rename", "os.remove", "os.chmod", "os.listdir", "sqlite3.connect", "sqlite3.connect/handle"}


def killed(step: int, source: Path | None, database: Path) -> None:
    """In a process of its own: puts back, or finishes what was begun, and dies at a step of it."""
    left = step

    def count(event: str, _arguments: object) -> None:
        nonlocal left
        if event in WATCHED:
            left -= 1
            if not left:
                os._exit(9)

    sys.addaudithook(count)
    if source is None:
        restore.finish(database)
    else:
        put_back(source, database)
    os._exit(0)


def put_back(source: Path, database: Path) -> Path | None:
    return restore.restore(source, database, NOW, lambda _done, _all: None, lambda: False).kept_as


def python(script: str, *words: object) -> int:
    return subprocess.run([sys.executable, "-c", script, *map(str, words)], check=False, timeout=60).returncode


async def made(folder: Path) -> tuple[Path, Path]:
    """A backup, and the database as a killed service leaves it: most of it stands in the log."""
    database = folder / "leads.db"
    async with SqliteDatabase(database) as opened:
        shelf = await open_shelf(opened)
        await shelf.add(*(make_lead(one) for one in BACKUP))
        backup.copy(database, folder / "monday.db", lambda _done, _all: None, lambda: False)
        await shelf.add(*(make_lead(one) for one in OLD[2:]))
    python(LEFT_OPEN, database)
    return folder / "monday.db", database


async def query_ids(database: Path) -> list[str]:
    async with SqliteDatabase(database) as opened, opened.reading() as connection:
        rows = await connection.fetch_all("SELECT query_id, city FROM leads ORDER BY 1")
        whole = await connection.fetch_one("PRAGMA integrity_check")
        assert whole is not None
        assert whole[0] == "ok"
    assert {row["city"] for row in rows} <= ({"from the log"} if len(rows) == len(OLD) else {None})
    return [row["query_id"] for row in rows]


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@contextmanager
def opened_by_another_process(path: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", OPEN, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"open"
        yield other
        other.kill()


async def test_the_backup_takes_the_place_and_what_was_there_is_kept_as_it_was(tmp_path: Path) -> None:
    source, database = await made(tmp_path)
    content = source.read_bytes()
    before = {ending: (tmp_path / f"leads.db{ending}").read_bytes() for ending in ("", "-wal")}
    former_path = put_back(source, database)
    assert former_path == tmp_path / "leads.db.replaced-2026-11-28-030005"
    assert {ending: (tmp_path / f"{former_path.name}{ending}").read_bytes() for ending in ("", "-wal")} == before
    assert not {"leads.db-wal", "leads.db-shm"} & names(tmp_path)
    assert database.stat().st_mode & 0o777 == 0o600
    assert source.read_bytes() == content
    assert await query_ids(database) == BACKUP
    assert await query_ids(former_path) == OLD


@pytest.mark.parametrize("is_left_open", [False, True])
async def test_beside_what_was_there_lies_a_log_only_if_something_stands_in_it(
    tmp_path: Path, *, is_left_open: bool
) -> None:
    source, database = await made(tmp_path)
    if not is_left_open:
        await query_ids(database)  # closed cleanly, without a log
    former_path = put_back(source, database)
    assert former_path is not None
    assert {name for name in names(tmp_path) if "replaced" in name} == {
        former_path.name,
        *([f"{former_path.name}-wal"] if is_left_open else []),
    }
    assert await query_ids(former_path) == OLD


async def test_what_the_disk_does_not_give_back_keeps_no_backup_from_its_place(tmp_path: Path) -> None:
    source, database = await made(tmp_path)
    for path in tmp_path.glob("leads.db*"):
        path.unlink()
    database.mkdir()  # nothing can be read there
    restored = tmp_path / "leads.db.restored-2026-11-28-030005"
    shutil.copy(source, restored)
    assert not carry_over(database, restored)
    assert carry_over(tmp_path / "none.db", restored)
    assert await query_ids(restored) == BACKUP


async def test_where_nothing_was_a_backup_is_the_database(tmp_path: Path) -> None:
    source, _database = await made(tmp_path)
    for path in (tmp_path / "new.db", tmp_path / "new" / "folder" / "leads.db"):
        assert put_back(source, path) is None
        assert await query_ids(path) == BACKUP
    assert not any("replaced" in name or "rest" in name for name in names(tmp_path))


async def test_nothing_is_done_while_somebody_has_the_database_open_and_a_kill_frees_it(tmp_path: Path) -> None:
    source, database = await made(tmp_path)
    before = names(tmp_path) | {"leads.db-shm"}
    with opened_by_another_process(database) as other:
        with pytest.raises(StoreBusyError, match=r"leads\.db is in use: stop Leadbell"):
            put_back(source, database)
        assert names(tmp_path) == before
        other.kill()
        other.wait()
        assert put_back(source, database) is not None
    assert await query_ids(database) == BACKUP


async def test_of_two_at_once_the_second_is_refused_and_the_first_is_done(tmp_path: Path) -> None:
    source, database = await made(tmp_path)
    refused: list[str] = []

    def step(_done: int, _total: int) -> None:
        with pytest.raises(StoreBusyError, match=r"leads\.db is being written by another command\. Wait") as caught:
            put_back(source, database)
        refused.append(str(caught.value))

    assert restore.restore(source, database, NOW, step, lambda: False).kept_as is not None
    assert len(refused) > 0
    assert await query_ids(database) == BACKUP
    assert not any("restor" in name for name in names(tmp_path))


async def test_this_process_having_it_open_counts_too(tmp_path: Path) -> None:
    source, database = await made(tmp_path)
    async with SqliteDatabase(database):
        with pytest.raises(StoreBusyError, match="is in use"):
            put_back(source, database)
    assert await query_ids(database) == OLD


@pytest.mark.skipif(sys.platform == "win32", reason="what is open cannot be renamed there")
async def test_killed_at_any_step_the_old_or_the_new_one_is_there_whole(tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    await made(tmp_path / "made")
    seen, step = [], 0
    code: int | None = 9
    while code == 9:
        step += 1
        folder = shutil.copytree(tmp_path / "made", tmp_path / str(step))
        code = exit_code(forked(killed, step, folder / "monday.db", folder / "leads.db"))
        found = await query_ids(folder / "leads.db")
        kept = [path for path in folder.glob("leads.db.replaced-*") if path.suffix[1:].count("-") == 4]
        if found == BACKUP:
            assert [await query_ids(path) for path in kept] == [OLD]
        seen.append(found)
        # And whatever a kill left behind is in nobody's way.
        assert code == 0 or put_back(folder / "monday.db", folder / "leads.db") is not None
        shutil.rmtree(folder)
    assert code == 0
    turn = seen.index(BACKUP)
    assert seen == [OLD] * turn + [BACKUP] * (step - turn)
    assert min(turn, step - turn) > 3


@pytest.mark.skipif(sys.platform == "win32", reason="what is open cannot be renamed there")
async def test_what_a_killed_restore_had_decided_is_brought_to_its_end_however_often_it_is_killed(
    tmp_path: Path,
) -> None:
    (tmp_path / "made").mkdir()
    await made(tmp_path / "made")
    shutil.copy(tmp_path / "made" / "monday.db", tmp_path / "made" / "leads.db.restored-2026-11-28-030005")
    step = 0
    code: int | None = 9
    while code == 9:
        step += 1
        folder = shutil.copytree(tmp_path / "made", tmp_path / str(step))
        code = exit_code(forked(killed, step, None, folder / "leads.db"))
        assert await query_ids(folder / "leads.db") == BACKUP
        assert await query_ids(folder / "leads.db.replaced-2026-11-28-030005") == OLD
        shutil.rmtree(folder)
    assert (code, step > 6) == (0, True)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root gives files away")
async def test_what_root_restores_belongs_to_whom_the_database_belonged(tmp_path: Path) -> None:
    source, database = await made(tmp_path)
    os.chown(database, NOBODY, NOBODY)
    put_back(source, database)
    assert (database.stat().st_uid, database.stat().st_gid) == (NOBODY, NOBODY)


async def test_an_older_backup_is_brought_up_to_date(tmp_path: Path) -> None:
    older = former(tmp_path / "older.db", 7)
    content = older.read_bytes()
    put_back(older, tmp_path / "leads.db")
    with closing(sqlite3.connect(tmp_path / "leads.db")) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (migrations()[-1][0],)
        assert connection.execute("SELECT count(*) FROM leads").fetchone()[0] > 0
    assert older.read_bytes() == content
    assert names(tmp_path) == {"older.db", "leads.db"}


async def test_what_is_no_backup_of_this_version_is_refused_and_all_stays(tmp_path: Path) -> None:
    source, database = await made(tmp_path)
    text, newer, other, spoilt = (tmp_path / name for name in ("text.db", "newer.db", "other.db", "spoilt.db"))
    text.write_text("name,mobile\n" * 1000)
    shutil.copy(source, newer)
    with closing(sqlite3.connect(newer)) as connection:
        connection.execute("PRAGMA user_version = 9999")
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE books (title)")
    content = bytearray(source.read_bytes())
    content[-8192:] = b"\xff" * 8192
    spoilt.write_bytes(content)
    before = names(tmp_path)
    for path, error, words in (
        (text, StoreDamagedError, "is no backup: it is not a database at all"),
        (newer, SchemaTooNewError, r"newer\.db was made by a newer Leadbell\. Update Leadbell"),
        (other, StoreDamagedError, "another program's database"),
        (spoilt, StoreDamagedError, r"spoilt\.db is damaged"),
        (tmp_path / "none.db", StoreFullError, r"none\.db cannot be read \(No such file or directory\)\.$"),
        (database, StoreError, "is the database itself"),
    ):
        with pytest.raises(error, match=words):
            put_back(path, database)
        assert names(tmp_path) == before
    assert await query_ids(database) == OLD


async def test_a_copied_database_brings_its_own_log_and_a_backup_no_foreign_one(tmp_path: Path) -> None:
    source, database = await made(tmp_path)
    for ending in ("", "-wal"):
        shutil.copy(f"{database}{ending}", tmp_path / f"copied.db{ending}")
    shutil.copy(f"{database}-wal", f"{source}-wal")
    put_back(tmp_path / "copied.db", tmp_path / "a.db")
    assert await query_ids(tmp_path / "a.db") == OLD
    put_back(source, tmp_path / "b.db")
    assert await query_ids(tmp_path / "b.db") == BACKUP


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
async def test_a_copied_database_brings_its_log_through_a_link_too(tmp_path: Path) -> None:
    _source, database = await made(tmp_path)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "link.db").symlink_to(database)
    put_back(tmp_path / "sub" / "link.db", tmp_path / "a.db")
    assert await query_ids(tmp_path / "a.db") == OLD


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
async def test_an_unclean_end_is_seen_through_a_link(tmp_path: Path) -> None:
    source, database = await made(tmp_path)
    (tmp_path / "sub").mkdir()
    link = tmp_path / "sub" / "link.db"
    link.symlink_to(database)
    assert soundness.was_left_open(link)
    assert soundness.was_left_open(database)
    shutil.copy(source, database)
    with pytest.raises(StoreDamagedError, match=r"leads\.db-wal belongs to another database than .*link\.db"):
        soundness.check(link)
    Path(f"{database}-wal").unlink()
    assert not soundness.was_left_open(link)
    soundness.check(link)


async def test_who_stops_it_has_what_was_there(tmp_path: Path) -> None:
    source, database = await made(tmp_path)
    before = names(tmp_path)
    with pytest.raises(backup.StoppedError):
        restore.restore(source, database, NOW, lambda _done, _all: None, lambda: True)
    assert names(tmp_path) == before


@pytest.mark.skipif(sys.platform == "win32", reason="rights work otherwise there")
async def test_a_folder_that_cannot_be_written_is_said(public: Path) -> None:
    source, database = await made(public)
    source.chmod(0o444)
    await query_ids(database)  # closed cleanly, and everything that Python loads is loaded
    public.chmod(0o555)
    with without_rights(), pytest.raises(StoreFullError, match="cannot be put in place"):
        put_back(source, database)
    public.chmod(0o755)


@pytest.mark.skipif(sys.platform == "win32", reason="rights work otherwise there")
@pytest.mark.parametrize("closed", ["monday.db", "monday.db-journal"])
async def test_a_backup_that_may_not_be_read_is_said_and_not_the_database(public: Path, closed: str) -> None:
    source, database = await made(public)
    (public / closed).touch()
    await query_ids(database)  # closed cleanly, and everything that Python loads is loaded
    before = names(public)
    for path in (public, *public.iterdir()):
        path.chmod(0o777)
    (public / closed).chmod(0)
    said = rf"{closed} cannot be read \(.+\)\. Run this as the user to whom it belongs"
    with without_rights(), pytest.raises(StoreFullError, match=said):
        put_back(source, database)
    assert names(public) == before


@pytest.mark.skipif(sys.platform != "linux", reason="a file that opens and cannot be read")
async def test_a_backup_on_a_disk_that_does_not_give_it_back_is_said(tmp_path: Path) -> None:
    _source, database = await made(tmp_path)
    with pytest.raises(StoreFullError, match=r"^/proc/self/mem cannot be read \(.+\)\.$"):
        put_back(Path("/proc/self/mem"), database)
    assert await query_ids(database) == OLD


async def test_a_backup_copied_by_hand_beside_anothers_log_is_refused(tmp_path: Path) -> None:
    source, database = await made(tmp_path)
    shutil.copy(source, database)
    with pytest.raises(StoreDamagedError, match=r"leads\.db-wal belongs to another database than"):
        async with SqliteDatabase(database):
            pass
    Path(f"{database}-wal").rename(tmp_path / "elsewhere")
    assert await query_ids(database) == BACKUP


async def test_a_database_that_was_left_open_and_is_damaged_is_refused_as_it_is(tmp_path: Path) -> None:
    _source, database = await made(tmp_path)
    content = database.read_bytes()
    for page in (4, 9):
        content = content[: page * 4096] + b"\xff" * 4096 + content[(page + 1) * 4096 :]
    database.write_bytes(content)
    log = Path(f"{database}-wal").read_bytes()
    with pytest.raises(StoreDamagedError, match=r"leads\.db is damaged.+leadbell restore FILE.+leadbell salvage FILE"):
        async with SqliteDatabase(database):
            pass
    assert (database.read_bytes(), Path(f"{database}-wal").read_bytes()) == (content, log)


async def test_a_small_one_is_refused_also_if_it_was_closed(tmp_path: Path) -> None:
    source, _database = await made(tmp_path)
    content = source.read_bytes()
    source.write_bytes(content[:8192] + b"\xff" * 4096 + content[12288:])
    with pytest.raises(StoreDamagedError, match=r"monday\.db is damaged"):
        async with SqliteDatabase(source):
            pass
