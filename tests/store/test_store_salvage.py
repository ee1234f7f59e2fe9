"""A hundred damaged pages: refused in words, and every lead on a readable page is brought."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import sys
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.errors import StoreDamagedError
from bot.store import mending
from bot.store.backup import StoppedError
from bot.store.migrate import migrate
from bot.store.pages import PageKind, Pages, read_log
from bot.store.salvage import TableReport, salvage
from bot.store.sqlite import SqliteDatabase
from tests.store.conftest import NOW, Shelf, make_lead, open_shelf
from tests.store.former import former
from tests.store.test_store_restore import python

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

pytestmark = pytest.mark.sqlite

PAGE = 4096
LEADS = 1500
DAMAGED = 100
LEFT_OPEN = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA journal_mode = WAL")
connection.execute("UPDATE all_leads SET city = 'from the log' WHERE lead_id % 7 = 0")
connection.execute("BEGIN")
connection.execute("PRAGMA cache_size = 5")
connection.execute("UPDATE all_leads SET city = 'not committed'")
os._exit(9)
"""


class WatchedPages(Pages):
    asked: set[int]

    def page(self, number: int) -> bytes:
        self.asked.add(number)
        return super().page(number)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of everyday: short and long messages, notes, claims, and rows that were deleted again."""
    path = tmp_path_factory.mktemp("whole") / "leads.db"
    with asyncio.Runner() as runner:
        runner.run(_fill(path))
    return path


async def _fill(path: Path) -> None:
    chance = random.Random(4)
    async with SqliteDatabase(path) as database:
        shelf = await open_shelf(database)
        for part in range(0, LEADS, 100):
            await shelf.add(*(_lead(chance, number) for number in range(part, part + 100)))
        async with database.transaction() as connection:
            for lead_id in range(1, LEADS, 3):
                await connection.execute(
                    "INSERT INTO notes (account_id, lead_id, user_id, at, text) VALUES (1, :lead_id, 77, 5, :text)",
                    {"lead_id": lead_id, "text": f"note {lead_id} " + "x" * chance.randint(0, 300)},
                )
            await connection.execute("INSERT INTO people (account_id, user_id, name) VALUES (1, 77, 'Ravi')")
            await connection.execute("UPDATE all_leads SET status = 'claimed', owner_id = 77 WHERE lead_id % 5 = 0")
            await connection.execute("DELETE FROM notes WHERE lead_id % 2 = 0")


def _lead(chance: random.Random, number: int) -> Any:
    message = "pump " * chance.choice([3, 30, 300, 2000])
    at = NOW - timedelta(minutes=chance.randint(0, 500_000))
    return make_lead(
        str(number),
        enquired_at=at,
        name=f"Buyer b{number}b",
        mobile=f"+9190000{number:05}",
        message=message,
        city="Surat",
    )


def pages_of_leads(path: Path) -> dict[int, set[int]]:
    """Of each lead, the pages it stands on."""
    found: dict[int, set[int]] = {}
    with path.open("rb") as file, closing(sqlite3.connect(path)) as connection:
        WatchedPages.asked = set()
        pages = WatchedPages(file, read_log(path))
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'all_leads'").fetchone()[0]
        waiting = [root]
        while waiting:
            number = waiting.pop()
            waiting += pages.children(number)
            if pages.kind(number) is PageKind.TABLE_LEAF:
                pages.asked = {number}
                for row in pages.rows(number):
                    assert row is not None
                    assert row.rowid is not None
                    found[row.rowid] = pages.asked
                    pages.asked = {number}
    return found


def damaged(path: Path, target: Path, numbers: Iterable[int], chance: random.Random) -> Path:
    content = bytearray(path.read_bytes())
    for number in numbers:
        spoilt = chance.choice(
            [chance.randbytes(PAGE), b"\0" * PAGE, b"\xff" * PAGE, b"\x0d" + chance.randbytes(PAGE - 1)]
        )
        content[(number - 1) * PAGE : number * PAGE] = spoilt
    target.write_bytes(content)
    return target


def rows(path: Path, statement: str = "SELECT * FROM leads") -> dict[int, tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return {row[0]: row for row in connection.execute(statement)}


def salvaged(source: Path, target: Path) -> dict[str, TableReport]:
    return {one.name: one for one in salvage(source, target, lambda _done, _total: None, lambda: False)}


async def opens(path: Path) -> None:
    """As any other, with nothing that leads nowhere, and finds what it should."""
    async with SqliteDatabase(path) as database:
        shelf: Shelf = await open_shelf(database)
        assert await shelf.rows("PRAGMA integrity_check") == [("ok",)]
        assert await shelf.rows("PRAGMA foreign_key_check") == []
        known = await shelf.rows("SELECT query_id, mobile FROM leads ORDER BY lead_id DESC LIMIT 3")
        for query_id, mobile in known:
            assert await shelf.found(f"buyer b{query_id}b") == [query_id]
            assert await shelf.found(mobile) == [query_id]
        [added] = await shelf.add(make_lead("new", mobile="+919111111111"))
        assert added.lead_id > LEADS


@pytest.mark.no_cover
@pytest.mark.parametrize("seed", range(6))
async def test_every_lead_on_readable_pages_is_brought(whole: Path, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    count = whole.stat().st_size // PAGE
    bad = set(chance.sample(range(1, count + 1), DAMAGED))
    bad = bad | {1} if seed % 2 else bad - {1}
    spoilt = damaged(whole, tmp_path / "spoilt.db", bad, chance)
    with pytest.raises(StoreDamagedError, match=r"spoilt\.db is damaged.+leadbell salvage"):
        async with SqliteDatabase(spoilt):
            pass
    content = spoilt.read_bytes()
    reports = salvaged(spoilt, tmp_path / "new.db")
    assert spoilt.read_bytes() == content
    before = rows(whole)
    readable = {lead_id for lead_id, pages in pages_of_leads(whole).items() if not pages & bad}
    after = rows(tmp_path / "new.db")
    assert set(after) == readable
    assert 0.5 * LEADS < len(readable) < LEADS
    assert after == {lead_id: row for lead_id, row in before.items() if lead_id in readable}
    assert reports["leads"].brought == len(readable)
    assert reports["leads"].missing <= LEADS - len(readable)
    assert not reports["leads"].is_whole
    if 1 not in bad:
        # Most indexes are whole, and name nearly all that are lost.
        assert reports["leads"].missing > 0.8 * (LEADS - len(readable))
    await opens(tmp_path / "new.db")


async def test_without_any_page_that_says_where_the_tables_are_all_leads_are_brought(
    whole: Path, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(whole)) as connection:
        roots = [row[0] for row in connection.execute("SELECT rootpage FROM sqlite_master WHERE rootpage > 0")]
    of_leads = set().union(*pages_of_leads(whole).values())
    bad = ({1} | set(roots) | set(range(1, max(roots) + 3))) - of_leads
    spoilt = damaged(whole, tmp_path / "spoilt.db", bad, random.Random(1))
    reports = salvaged(spoilt, tmp_path / "new.db")
    assert rows(tmp_path / "new.db") == rows(whole)
    assert reports["leads"].brought == LEADS
    async with SqliteDatabase(tmp_path / "new.db") as database, database.reading() as connection:
        names = [row["name"] for row in await connection.fetch_all("SELECT name FROM accounts")]
    assert names == ["main"]


async def test_of_a_whole_one_everything_is_brought_and_nothing_that_was_deleted(whole: Path, tmp_path: Path) -> None:
    reports = salvaged(whole, tmp_path / "new.db")
    assert all(one.is_whole for one in reports.values())
    for table in ("leads", "notes", "buyers", "people", "accounts", "buyer_contacts", "lead_phones"):
        statement = f"SELECT * FROM {table}"
        with closing(sqlite3.connect(whole)) as old, closing(sqlite3.connect(tmp_path / "new.db")) as new:
            assert sorted(new.execute(statement).fetchall(), key=repr) == sorted(old.execute(statement), key=repr)
    await opens(tmp_path / "new.db")


async def test_what_stands_in_the_log_counts_as_far_as_it_was_committed(whole: Path, tmp_path: Path) -> None:
    spoilt = tmp_path / "spoilt.db"
    spoilt.write_bytes(whole.read_bytes())
    python(LEFT_OPEN, spoilt)
    assert spoilt.with_name("spoilt.db-wal").stat().st_size > 0
    salvaged(spoilt, tmp_path / "new.db")
    cities = rows(tmp_path / "new.db", "SELECT lead_id, city FROM leads")
    assert {lead_id for lead_id, (_id, city) in cities.items() if city == "from the log"} == set(range(7, LEADS + 1, 7))
    assert len(cities) == LEADS
    assert not any(city == "not committed" for _id, city in cities.values())


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
async def test_the_log_is_found_through_a_link_for_sqlite_keeps_it_beside_the_database_itself(
    whole: Path, tmp_path: Path
) -> None:
    (tmp_path / "disk").mkdir()
    spoilt = tmp_path / "disk" / "spoilt.db"
    spoilt.write_bytes(whole.read_bytes())
    (tmp_path / "link.db").symlink_to(tmp_path / "second.db")
    (tmp_path / "second.db").symlink_to("disk/spoilt.db")
    python(LEFT_OPEN, tmp_path / "link.db")
    salvaged(tmp_path / "link.db", tmp_path / "new.db")
    cities = rows(tmp_path / "new.db", "SELECT lead_id, city FROM leads")
    assert {lead_id for lead_id, (_id, city) in cities.items() if city == "from the log"} == set(range(7, LEADS + 1, 7))


async def test_an_older_database_is_salvaged_and_brought_up_to_date(tmp_path: Path) -> None:
    older = former(tmp_path / "older.db", 7)
    reports = salvaged(older, tmp_path / "new.db")
    assert reports["leads"].brought == len(rows(older))
    async with SqliteDatabase(tmp_path / "new.db") as database, database.reading() as connection:
        assert await connection.fetch_all("PRAGMA foreign_key_check") == []


def test_where_nothing_is_left_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_bytes(random.Random(2).randbytes(50 * PAGE + 7))
    with pytest.raises(StoreDamagedError, match=r"Nothing of a Leadbell database can be read in .+text\.db"):
        salvaged(tmp_path / "text.db", tmp_path / "new.db")


async def test_it_ends_when_somebody_stops_it(whole: Path, tmp_path: Path) -> None:
    with pytest.raises(StoppedError):
        salvage(whole, tmp_path / "new.db", lambda _done, _total: None, lambda: True)


def test_a_sealed_lead_whose_seal_is_lost_stays_sealed(tmp_path: Path) -> None:
    migrate(tmp_path / "leads.db")
    with closing(sqlite3.connect(tmp_path / "leads.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(
            """INSERT INTO all_leads (account_id, number, identity, position, kind, stored_at, origin, raw, seal_id)
            VALUES (1, 4, 'W:1', 5, 'W', 6, 'pull', '{}', 9)"""
        )
        assert mending.references(connection).total() == 0
        assert connection.execute("SELECT seal_id FROM all_leads").fetchall() == [(9,)]
        assert connection.execute("SELECT count(*) FROM leads").fetchone() == (0,)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("SELECT name, last_number FROM accounts").fetchall() == [("main", 4)]
