from __future__ import annotations

import asyncio
import os
import random
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.ids import AccountId
from bot.domain.lead import Origin
from bot.errors import StoreBusyError, StoreDamagedError, StoreError, StoreFullError, StoreRefusedError
from bot.store import accounts, adding, leads, prepared_leads
from bot.store.migrate import is_current
from bot.store.sqlite import SqliteDatabase
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.domain.lead import Lead
    from bot.store.database import Database

pytestmark = pytest.mark.sqlite

LOCK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.read()
"""
NOBODY = 65534
NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
ACCOUNT = AccountId(1)


@contextmanager
def locked_by_another_process(path: Path) -> Iterator[None]:
    with subprocess.Popen([sys.executable, "-c", LOCK, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"locked"
        yield
        assert other.stdin is not None
        other.stdin.close()


@contextmanager
def without_rights() -> Iterator[None]:
    """Root may write everywhere, so be nobody for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that everybody may enter. Not in pytest's, which several processes would open and close again."""
    with TemporaryDirectory(prefix="leadbell-public-") as folder:
        path = Path(folder)
        path.chmod(0o755)
        yield path
        path.chmod(0o755)


async def store(database: Database, *rows: Lead) -> int:
    async with database.transaction() as connection:
        await accounts.open_account(connection)
        return len(await adding.add(connection, ACCOUNT, prepared_leads.of_all(rows), origin=Origin.PULL, now=NOW))


async def test_a_lock_of_another_program_is_told_in_a_sentence_and_passes(
    tmp_path: Path, lead: Callable[..., Lead]
) -> None:
    path = tmp_path / "leads.db"
    async with SqliteDatabase(path, patience=0.05) as database:
        with locked_by_another_process(path):
            with pytest.raises(StoreBusyError, match=r"leads\.db is in use by another program\. Close it"):
                await store(database, lead())
            async with database.reading() as connection:
                assert await leads.number(connection, ACCOUNT) == 0
        assert await store(database, lead()) == 1


async def test_who_waits_for_another_programs_lock_can_be_cancelled(tmp_path: Path, lead: Callable[..., Lead]) -> None:
    path = tmp_path / "leads.db"
    async with SqliteDatabase(path, patience=60) as database:
        with locked_by_another_process(path):
            waiting = asyncio.create_task(store(database, lead()))
            await until(lambda: database.held_for > 0.1)
            waiting.cancel()
            async with asyncio.timeout(30):
                await asyncio.wait({waiting})
        assert waiting.cancelled()
        assert await store(database, lead()) == 1


async def test_opening_a_locked_file_is_told_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "leads.db"
    with locked_by_another_process(path), pytest.raises(StoreBusyError, match="in use by another program"):
        async with SqliteDatabase(path, patience=0.05):
            pass


@pytest.mark.skipif(sys.platform == "win32", reason="rights work otherwise there")
@pytest.mark.parametrize("is_new", [True, False])
async def test_a_folder_that_may_not_be_written_is_told_in_a_sentence(public: Path, *, is_new: bool) -> None:
    path = public / "leads.db"
    # Opened once in any case: nobody may not read the modules that Python loads at their first use.
    async with SqliteDatabase(path):
        pass
    if is_new:
        path.unlink()
    else:
        path.chmod(0o444)
    public.chmod(0o555)
    with without_rights(), pytest.raises(StoreFullError, match=r"leads\.db cannot be written \(.+\)\. Make room"):
        async with SqliteDatabase(path):
            pass


@pytest.mark.skipif(sys.platform == "win32", reason="rights work otherwise there")
@pytest.mark.parametrize("closed", ["", "leads.db"])
async def test_a_file_that_may_not_be_read_is_told_in_a_sentence(public: Path, closed: str) -> None:
    path = public / "leads.db"
    async with SqliteDatabase(path):
        pass
    (public / closed).chmod(0)
    with without_rights():
        with pytest.raises(StoreFullError, match=r"leads\.db cannot be read \(.+\)\. Run this as the user to whom"):
            async with SqliteDatabase(path):
                pass
        assert not is_current(path)
    public.chmod(0o755)


async def test_a_folder_that_cannot_be_made_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file, not a folder")
    with pytest.raises(StoreError, match=r"file cannot be created \(.+\)\. Choose another DATABASE_URL"):
        async with SqliteDatabase(tmp_path / "file" / "leads.db"):
            pass


async def test_a_folder_in_place_of_the_file_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StoreRefusedError, match=r"is a folder\. Give the name of a file in it\."):
        async with SqliteDatabase(tmp_path):
            pass


async def test_a_full_disk_is_told_in_a_sentence_and_the_next_transaction_works(
    database: SqliteDatabase, lead: Callable[..., Lead]
) -> None:
    writer: Any = database._writer
    pages = (next(iter(await writer.fetch_all("PRAGMA page_count")), None) or [0])[0]
    await writer.execute(f"PRAGMA max_page_count = {pages + 4}")
    large = [lead(str(number), message="solar panel " * 200) for number in range(200)]
    with pytest.raises(StoreFullError, match=r"cannot be written \(database or disk is full\)\. Make room on the disk"):
        await store(database, *large)
    assert not writer.driver.in_transaction
    assert await store(database, lead()) == 1
    await writer.execute("PRAGMA max_page_count = 1000000")
    assert await store(database, *large) == 199
    async with database.reading() as connection:
        assert await leads.number(connection, ACCOUNT) == 200


async def test_the_limit_of_a_file_is_a_full_disk_too(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    script = f"""
import asyncio, resource, signal, sys
from pathlib import Path
from bot.errors import StoreFullError
from bot.store import accounts, views
from bot.store.database import Database
from bot.store.sqlite import SqliteDatabase
from bot.clock import Clock
async def main():
    now = Clock().now()
    async with SqliteDatabase(Path(sys.argv[1])) as database:
        async with database.transaction() as connection:
            account_id = await accounts.open_account(connection)
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, {resource.RLIM_INFINITY}))
        try:
            async with database.transaction() as connection:
                await connection.execute("PRAGMA cache_size = 10")
                for number in range(3000):
                    await views.remember(connection, account_id, [str(number) * 200], now)
        except StoreFullError as error:
            print(error)
        async with database.transaction() as connection:
            print(*await views.remember(connection, account_id, ["later"], now))
asyncio.run(main())
"""
    command = [sys.executable, "-c", script, str(tmp_path / "leads.db")]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=True, timeout=50)
    sentence, view_id = done.stdout.splitlines()
    assert "cannot be written" in sentence
    assert int(view_id) > 0


async def test_a_file_that_is_no_database_is_told_in_a_sentence_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "leads.db"
    path.write_bytes(b"name,mobile\n" * 1000)
    with pytest.raises(StoreDamagedError, match=r"is damaged, or not a Leadbell database .+ newest backup"):
        async with SqliteDatabase(path):
            pass
    assert path.read_bytes() == b"name,mobile\n" * 1000


async def test_another_programs_database_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "books.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE books (title TEXT)")
    before = path.read_bytes()
    with pytest.raises(StoreDamagedError, match="another program's database"):
        async with SqliteDatabase(path):
            pass
    assert path.read_bytes() == before


async def test_a_damaged_file_is_told_in_a_sentence(tmp_path: Path, lead: Callable[..., Lead]) -> None:
    path = tmp_path / "leads.db"
    async with SqliteDatabase(path) as database:
        await store(database, *(lead(str(number), message="solar panel " * 100) for number in range(300)))
    body = bytearray(path.read_bytes())
    begin = len(body) // 4096 // 4 * 4096
    body[begin:] = random.Random(3).randbytes(len(body) - begin)
    path.write_bytes(body)
    with pytest.raises(StoreDamagedError, match="is damaged"):
        async with SqliteDatabase(path) as database, database.reading() as connection:
            await connection.fetch_all("SELECT * FROM leads ORDER BY raw")


async def test_no_sentence_quotes_a_row(database: Database) -> None:
    insert = "INSERT INTO accounts (name) VALUES ('+919000000031')"
    async with database.transaction() as connection:
        await connection.execute(insert)
    with pytest.raises(StoreError) as caught:
        async with database.transaction() as connection:
            await connection.execute(insert)
    assert "9000000031" not in str(caught.value)
    assert "SQLITE_CONSTRAINT_UNIQUE" in str(caught.value)


async def test_a_link_that_leads_round_is_told(tmp_path: Path) -> None:
    (tmp_path / "leads.db").symlink_to(tmp_path / "leads.db")
    with pytest.raises(StoreError):
        async with SqliteDatabase(tmp_path / "leads.db"):
            pass
