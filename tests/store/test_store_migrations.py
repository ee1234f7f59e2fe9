from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.domain.ids import AccountId
from bot.errors import SchemaTooNewError
from bot.store import leads, search
from bot.store.migrate import FORMER, former_migrations, migrate, migrations
from bot.store.positions import lead_id_of
from bot.store.sqlite import SqliteDatabase
from tests.store.former import LATER, VERSIONS, earlier, former
from tests.store.test_store_failures import NOBODY

if TYPE_CHECKING:
    from collections.abc import Sequence

    Rows = dict[str, list[dict[str, object]]]

pytestmark = pytest.mark.sqlite

HERE = Path(__file__).parent
NEWEST = migrations()[-1][0]
SEALS = FORMER + 4
"""The version from which on buyers are sealed."""
SCHEMA = r"""
    SELECT sql FROM sqlite_master
    WHERE sql IS NOT NULL AND name NOT LIKE 'lead_search\_%' ESCAPE '\' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
    ORDER BY rowid
"""
OPEN = """
import asyncio, sys
from pathlib import Path
from bot.store import accounts
from bot.store.sqlite import SqliteDatabase
async def main():
    sys.stdin.readline()
    async with SqliteDatabase(Path(sys.argv[1])) as database, database.transaction() as connection:
        await accounts.open_account(connection)
asyncio.run(main())
"""


def ask(path: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()


def schema(path: Path) -> str:
    """What stands in `tests/store/schema.sql`; after a new migration, write this there."""
    return "\n\n".join(f"{row[0]};" for row in ask(path, SCHEMA)) + "\n"


def fresh(path: Path) -> Path:
    migrate(path)
    return path


def tables(path: Path) -> list[str]:
    return [str(row[0]) for row in ask(path, "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")]


def rows(path: Path) -> Rows:
    """Every row of every table, by the names of its columns; but for the index, which is tested by what it finds."""
    return {table: _rows(path, table) for table in tables(path) if not table.startswith("lead_search")}


RENAMED = {("leads", "route"): "origin", ("unreadable", "route"): "origin"}
"""Columns of the former line that have another name by now."""

MOVED = {"secrets": ("account_settings", {"ciphertext": "value"})}
"""Tables whose rows stand in another one by now, and their columns that have another name there."""


def _rows(path: Path, table: str) -> list[dict[str, object]]:
    names = [str(row[1]) for row in ask(path, f"PRAGMA table_info({table})")]
    known = [RENAMED.get((table, name), name) for name in names]
    found = [dict(zip(known, row, strict=True)) for row in ask(path, f"SELECT * FROM {table}")]
    return sorted(found, key=lambda row: [(value is not None, str(value)) for value in row.values()])


def differing(before: Rows, after: Rows) -> Rows:
    """What is not there any more as it was; columns that came meanwhile are nobody's loss."""
    found = {}
    for name, rows_before in before.items():
        table, renamed = MOVED.get(name, (name, {}))
        wanted = [{renamed.get(column, column): value for column, value in row.items()} for row in rows_before]
        if table != "sqlite_sequence" and wanted != [
            {column: row[column] for column in old} for old, row in zip(wanted, after[table], strict=True)
        ]:
            found[name] = rows_before
    return found


def start_together(path: Path, number: int) -> Sequence[tuple[int | None, bytes]]:
    command = [sys.executable, "-c", OPEN, str(path)]
    pipe = subprocess.PIPE
    started = [subprocess.Popen(command, stdin=pipe, stderr=pipe) for _number in range(number)]
    for process in started:
        assert process.stdin is not None
        process.stdin.write(b"go\n")
        process.stdin.flush()
    errors = [process.communicate(timeout=40)[1] for process in started]
    return [(process.returncode, error) for process, error in zip(started, errors, strict=True)]


def test_a_fresh_file_has_the_golden_schema(tmp_path: Path) -> None:
    migrate(tmp_path / "deep" / "folder" / "leads.db")
    assert schema(tmp_path / "deep" / "folder" / "leads.db") == (HERE / "schema.sql").read_text(encoding="utf-8")
    assert ask(tmp_path / "deep" / "folder" / "leads.db", "PRAGMA user_version") == [(NEWEST,)]
    assert [entry.name for entry in (tmp_path / "deep" / "folder").iterdir()] == ["leads.db"]


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root gives files away")
async def test_what_root_begins_belongs_to_whom_the_folder_belongs(tmp_path: Path) -> None:
    """Whoever tries `sudo leadbell setup` is not who runs the service; SQLite's own files beside it are its too."""
    os.chown(tmp_path, NOBODY, NOBODY)
    async with SqliteDatabase(tmp_path / "new" / "leads.db") as database, database.transaction() as connection:
        await connection.execute("CREATE TABLE tried (id)")
        found = {path.name: path.stat() for path in (tmp_path / "new", *(tmp_path / "new").iterdir())}
    assert set(found) == {"new", "leads.db", "leads.db-wal", "leads.db-shm"}
    assert {(one.st_uid, one.st_gid) for one in found.values()} == {(NOBODY, NOBODY)}


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root gives files away")
def test_the_copy_before_a_migration_belongs_to_whom_the_database_belongs(tmp_path: Path) -> None:
    path = former(tmp_path / "leads.db", 7)
    os.chown(path, NOBODY, NOBODY)
    migrate(path)
    assert {one.stat().st_uid for one in tmp_path.iterdir()} == {NOBODY}


def test_migrations_are_numbered_without_a_gap() -> None:
    assert [version for version, _script in former_migrations()] == list(range(1, FORMER + 1))
    assert [version for version, _script in migrations()] == list(range(FORMER + 1, NEWEST + 1))


@pytest.mark.no_cover
@pytest.mark.parametrize("version", LATER)
def test_every_earlier_schema_comes_up_to_date_and_keeps_every_row(version: int, tmp_path: Path) -> None:
    path = earlier(tmp_path / "leads.db", version)
    before = rows(path)
    migrate(path)
    assert schema(path) == (HERE / "schema.sql").read_text(encoding="utf-8")
    assert differing(before, rows(path)) == {}
    assert ask(path, "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_database_of_the_former_line_comes_up_to_date_and_keeps_every_row(version: int, tmp_path: Path) -> None:
    path = former(tmp_path / "leads.db", version)
    before = rows(path)
    migrate(path)
    assert schema(path) == (HERE / "schema.sql").read_text(encoding="utf-8")
    assert differing(before, rows(path)) == {}
    assert ask(path, "PRAGMA user_version") == [(NEWEST,)]
    assert ask(path, "PRAGMA integrity_check") == [("ok",)]
    assert ask(path, "PRAGMA foreign_key_check") == []
    assert ask(path, "SELECT number FROM leads ORDER BY lead_id") == [(1,), (7,)]
    assert ask(path, "SELECT last_number FROM accounts") == [(7,)]
    assert sorted(tables(path)) == sorted(tables(fresh(tmp_path / "fresh.db")))


def test_numbers_that_the_former_line_gave_out_are_not_given_out_again(tmp_path: Path) -> None:
    path = former(tmp_path / "leads.db", FORMER)
    given = ask(path, "SELECT name, seq FROM sqlite_sequence ORDER BY name")
    assert ("reminders", 5) in given
    migrate(path)
    assert set(given) <= set(ask(path, "SELECT name, seq FROM sqlite_sequence"))


@pytest.mark.parametrize("version", [FORMER, *LATER])
async def test_leads_of_every_earlier_version_are_found_by_their_words(version: int, tmp_path: Path) -> None:
    found = {}
    async with SqliteDatabase(earlier(tmp_path / "leads.db", version)) as database, database.reading() as connection:
        for word in ("asha", "टंकी", "मोहन", "surat", "example"):
            terms = search.SearchTerms(words=(word,))
            places = await search.find(connection, AccountId(1), terms, low=0, high=2**63 - 1, limit=9, upwards=False)
            found[word] = [lead_id_of(place) for place in places]
    assert found == {"asha": [1], "टंकी": [1], "मोहन": [7], "surat": [7], "example": [7, 1]}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_backup_of_the_former_database_lies_beside_the_file(version: int, tmp_path: Path) -> None:
    path = former(tmp_path / "leads.db", version)
    (tmp_path / f"leads.db.before-{NEWEST:04}.part").write_text("left by a crash")
    migrate(path)
    backup = tmp_path / f"leads.db.before-{NEWEST:04}"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["leads.db", backup.name]
    assert ask(backup, "PRAGMA user_version") == [(version,)]
    assert ask(backup, "SELECT name FROM leads ORDER BY lead_id") == [("Asha Testwala",), ("मोहन",)]


@pytest.mark.parametrize("version", [version for version in LATER if version >= SEALS])
def test_what_was_sealed_is_in_no_backup_of_an_upgrade(version: int, tmp_path: Path) -> None:
    path = earlier(tmp_path / "leads.db", version)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(
            "INSERT INTO seals (seal_id, account_id, cause, sealed_at, is_swept) VALUES (77, 1, 'wish', 5, 0)"
        )
        connection.execute("INSERT INTO sealed_rows (seal_id, body) VALUES (77, 'Quillonxa')")
    migrate(path)
    kept = tmp_path / f"leads.db.before-{NEWEST:04}"
    assert b"Quillonxa" not in kept.read_bytes()
    assert b"Quillonxa" in path.read_bytes()
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["leads.db", kept.name]
    assert ask(kept, "PRAGMA user_version") == [(version,)]
    assert ask(kept, "SELECT count(*) FROM all_leads") == ask(path, "SELECT count(*) FROM all_leads")
    assert ask(kept, "PRAGMA integrity_check") == [("ok",)]


async def test_a_lead_of_the_former_line_is_read_by_todays_code(tmp_path: Path) -> None:
    async with SqliteDatabase(former(tmp_path / "leads.db", 1)) as database, database.reading() as connection:
        stored = await leads.get(connection, AccountId(1), 1)
    assert stored is not None
    assert (stored.lead.name, stored.owner_name, stored.lead.order_value_max) == ("Asha Testwala", "Ravi", 10_000)
    assert stored.lead.identity == "W:2640000001"


def test_a_newer_schema_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "leads.db"
    migrate(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {NEWEST + 1}")
    before = path.read_bytes()
    with pytest.raises(SchemaTooNewError, match=rf"newer Leadbell \(schema {NEWEST + 1}, .+ Update Leadbell"):
        migrate(path)
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["leads.db"]


@pytest.mark.parametrize(("version", "in_the_way"), [(1, "pushes"), (FORMER, "former_passed")])
def test_a_migration_that_fails_leaves_the_file_as_it_was(version: int, in_the_way: str, tmp_path: Path) -> None:
    path = former(tmp_path / "leads.db", version, f"CREATE TABLE {in_the_way} (a INTEGER, b INTEGER)")
    before = schema(path), rows(path)
    with pytest.raises(Exception, match="SQLITE_ERROR"):
        migrate(path)
    assert (schema(path), rows(path)) == before
    assert ask(path, "PRAGMA user_version") == [(version,)]


@pytest.mark.parametrize("is_fresh", [True, False], ids=["fresh", "old"])
async def test_processes_that_start_at_once_all_get_a_database(tmp_path: Path, *, is_fresh: bool) -> None:
    path = tmp_path / "leads.db"
    if not is_fresh:
        former(path, 1)
    outcomes = await asyncio.to_thread(start_together, path, 4)
    assert outcomes == [(0, b"")] * 4
    assert schema(path) == (HERE / "schema.sql").read_text(encoding="utf-8")
    assert ask(path, "SELECT name FROM accounts") == [("main",)]
    if not is_fresh:
        assert ask(tmp_path / f"leads.db.before-{NEWEST:04}", "PRAGMA user_version") == [(1,)]
