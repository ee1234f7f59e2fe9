from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.domain.ids import AccountId
from bot.errors import SchemaTooNewError
from bot.store import leads
from bot.store.database import Database
from bot.store.migrate import migrate, migrations

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE = Path(__file__).parent
DUMPS = sorted((HERE / "dumps").glob("*.sql"))
NEWEST = migrations()[-1][0]
SCHEMA = r"""
    SELECT sql FROM sqlite_master
    WHERE sql IS NOT NULL AND name NOT LIKE 'lead_search\_%' ESCAPE '\' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
    ORDER BY rowid
"""
OPEN = """
import asyncio, sys
from pathlib import Path
from bot.store import accounts
from bot.store.database import Database
async def main():
    sys.stdin.readline()
    async with Database(Path(sys.argv[1])) as database, database.transaction() as connection:
        await accounts.open_account(connection)
asyncio.run(main())
"""


def ask(path: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()


def restored(dump: Path, path: Path) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(dump.read_text(encoding="utf-8"))
    return path


def schema(path: Path) -> str:
    """What stands in `tests/store/schema.sql`; after a new migration, write this there."""
    return "\n\n".join(f"{row[0]};" for row in ask(path, SCHEMA)) + "\n"


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


def test_migrations_are_numbered_without_a_gap() -> None:
    assert [number for number, _script in migrations()] == list(range(1, NEWEST + 1))


@pytest.mark.parametrize("dump", DUMPS, ids=lambda dump: dump.stem)
def test_every_released_schema_comes_up_to_date_and_keeps_every_row(dump: Path, tmp_path: Path) -> None:
    path = restored(dump, tmp_path / "leads.db")
    tables = [str(row[0]) for row in ask(path, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    columns = {table: ", ".join(str(row[1]) for row in ask(path, f"PRAGMA table_info({table})")) for table in tables}
    before = {table: ask(path, f"SELECT {columns[table] or '*'} FROM {table}") for table in tables}
    migrate(path)
    assert schema(path) == (HERE / "schema.sql").read_text(encoding="utf-8")
    after = {table: ask(path, f"SELECT {columns[table] or '*'} FROM {table}") for table in tables}
    assert {table: rows for table, rows in after.items() if rows != before[table]} == {}
    assert ask(path, "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize("dump", DUMPS, ids=lambda dump: dump.stem)
def test_a_backup_of_the_old_schema_lies_beside_the_file(dump: Path, tmp_path: Path) -> None:
    path = restored(dump, tmp_path / "leads.db")
    (tmp_path / f"leads.db.before-{NEWEST:04}.part").write_text("left by a crash")
    migrate(path)
    backup = tmp_path / f"leads.db.before-{NEWEST:04}"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["leads.db", backup.name]
    assert ask(backup, "PRAGMA user_version") == [(int(dump.stem),)]
    assert ask(backup, "SELECT name FROM leads") == [("Asha Testwala",)]


async def test_a_lead_of_the_first_schema_is_read_by_todays_code(tmp_path: Path) -> None:
    async with Database(restored(DUMPS[0], tmp_path / "leads.db")) as database, database.reading() as connection:
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


def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = restored(DUMPS[0], tmp_path / "leads.db")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE pushes (in_the_way INTEGER)")
    before = schema(path)
    with pytest.raises(Exception, match="SQLITE_ERROR"):
        migrate(path)
    assert schema(path) == before
    assert ask(path, "PRAGMA user_version") == [(1,)]


@pytest.mark.parametrize("is_fresh", [True, False], ids=["fresh", "old"])
async def test_processes_that_start_at_once_all_get_a_database(tmp_path: Path, *, is_fresh: bool) -> None:
    path = tmp_path / "leads.db"
    if not is_fresh:
        restored(DUMPS[0], path)
    outcomes = await asyncio.to_thread(start_together, path, 4)
    assert outcomes == [(0, b"")] * 4
    assert schema(path) == (HERE / "schema.sql").read_text(encoding="utf-8")
    assert ask(path, "SELECT name FROM accounts") == [("main",)]
    if not is_fresh:
        assert ask(tmp_path / f"leads.db.before-{NEWEST:04}", "PRAGMA user_version") == [(1,)]
