"""A copy of a database in use: whole, one file, checked; or a sentence."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.errors import StoreDamagedError, StoreError, StoreFullError
from bot.store import backup
from bot.store.sqlite import SqliteDatabase

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.lead import Lead
    from tests.store.conftest import Shelf

pytestmark = pytest.mark.sqlite
DESCRIPTORS = Path("/proc/self/fd")


def copy(source: Path, target: Path, *, stop_after: int | None = None) -> list[tuple[int, int]]:
    steps: list[tuple[int, int]] = []
    backup.copy(
        source,
        target,
        lambda done, total: steps.append((done, total)),
        lambda: stop_after is not None and len(steps) >= stop_after,
    )
    return steps


def rows(path: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()


async def test_a_copy_holds_all_that_was_committed_in_one_file(
    shelf: Shelf, lead: Callable[..., Lead], tmp_path: Path
) -> None:
    await shelf.add(*(lead(str(number)) for number in range(50)))
    async with shelf.database.transaction() as connection:  # what is not committed yet is not in it
        await connection.execute("DELETE FROM all_leads")
        steps = copy(shelf.database.path, tmp_path / "copy.db")
    assert steps[-1][0] == steps[-1][1] > 0
    assert {path.name for path in tmp_path.iterdir() if path.name.startswith("copy")} == {"copy.db"}
    assert rows(tmp_path / "copy.db", "SELECT count(*) FROM leads") == [(50,)]
    assert rows(tmp_path / "copy.db", "PRAGMA journal_mode") == [("delete",)]
    async with SqliteDatabase(tmp_path / "copy.db") as opened, opened.reading() as connection:
        counted = await connection.fetch_all("SELECT count(*) FROM lead_search")
        assert [tuple(row) for row in counted] == [(50,)]


async def test_writers_do_not_wait_and_do_not_make_it_begin_anew(
    shelf: Shelf, lead: Callable[..., Lead], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shelf.add(*(lead(str(number)) for number in range(50)))
    monkeypatch.setattr(backup, "PAGES", 5)
    steps: list[int] = []

    def step(done: int, _total: int) -> None:
        steps.append(done)
        with closing(sqlite3.connect(shelf.database.path, timeout=0, isolation_level=None)) as writer:
            writer.execute("UPDATE all_leads SET city = 'Surat'")

    backup.copy(shelf.database.path, tmp_path / "copy.db", step, lambda: False)
    assert steps == sorted(set(steps))
    assert len(steps) > 3
    assert rows(tmp_path / "copy.db", "SELECT count(*) FROM leads WHERE city = 'Surat'") == [(0,)]


async def test_it_ends_when_somebody_stops_it(
    shelf: Shelf, lead: Callable[..., Lead], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shelf.add(lead("1"))
    monkeypatch.setattr(backup, "PAGES", 1)
    with pytest.raises(backup.StoppedError):
        copy(shelf.database.path, tmp_path / "copy.db", stop_after=2)


def test_another_programs_file_and_a_damaged_one_are_said(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE things (x)")
    with pytest.raises(StoreDamagedError, match="another program's database"):
        copy(other, tmp_path / "copy.db")
    other.write_bytes(b"this is no database" * 1000)
    with pytest.raises(StoreDamagedError, match="damaged, or not a Leadbell database"):
        copy(other, tmp_path / "copy.db")


@pytest.mark.skipif(not DESCRIPTORS.is_dir(), reason="only Linux says which files are open")
def test_a_refused_file_is_not_kept_open(tmp_path: Path) -> None:
    """As Windows could then neither move nor delete it."""
    other = tmp_path / "other.db"
    other.write_bytes(b"this is no database" * 1000)
    with pytest.raises(StoreDamagedError) as refusal:
        copy(other, tmp_path / "copy.db")
    assert refusal.value.__traceback__ is not None  # whose frames would keep it
    assert str(other) not in {str(one.resolve()) for one in DESCRIPTORS.iterdir() if one.exists()}


async def test_a_damaged_page_is_found_in_the_copy(shelf: Shelf, lead: Callable[..., Lead], tmp_path: Path) -> None:
    await shelf.add(*(lead(str(number), message="word " * 300) for number in range(100)))
    spoilt = tmp_path / "spoilt.db"
    copy(shelf.database.path, spoilt)
    (page,) = rows(spoilt, "SELECT rootpage FROM sqlite_master WHERE name = 'leads'")[0]
    content = bytearray(spoilt.read_bytes())
    content[4096 * (int(str(page)) - 1) : 4096 * int(str(page))] = b"\xff" * 4096
    spoilt.write_bytes(content)
    with pytest.raises(StoreDamagedError, match="damaged"):
        copy(spoilt, tmp_path / "copy.db")


async def test_a_place_that_cannot_be_written_is_said(shelf: Shelf, tmp_path: Path) -> None:
    with pytest.raises(StoreFullError, match="cannot be written"):
        copy(shelf.database.path, tmp_path / "none" / "copy.db")
    assert issubclass(StoreFullError, StoreError)
