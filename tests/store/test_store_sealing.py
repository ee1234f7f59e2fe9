"""Who is sealed is found by nothing, and after the erasure no byte of any file tells of them."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import random
import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest

from bot.domain.ids import LeadId
from bot.domain.lead import Lead
from bot.errors import StoreError
from bot.store import backup, buyers, erasing, restore, sealing, seals, views
from bot.store.sqlite import SqliteDatabase
from tests.forks import exit_code, forked
from tests.store.conftest import NOW, make_lead, open_shelf

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from pathlib import Path

    from bot.store.database import Database
    from tests.store.conftest import Shelf

SECRETS: Final = ("quillonxa", "wexlingham", "9000077123", "9000077124", "zyrbat@example", "grobbelfint", "klimpernuss")
"""Of the buyer's name, company, numbers, e-mail, message and what the team wrote."""
NUMBER: Final = "+919000077123"
WORDS: Final = [
    "gate",
    "valve",
    "brass",
    "fitting",
    "pump",
    "motor",
    "cable",
    "panel",
    "solar",
    "steel",
    "pipe",
    "tank",
]


def secret(number: int, **fields: Any) -> Lead:
    given = {
        "name": "Quillonxa Raman", "company": "Wexlingham & Sons", "mobile": NUMBER, "mobile_alt": "+919000077124",
        "email": "zyrbat@example.com", "city": "Surat", "product": "gate valve", "address": "12 Quillonxa Street",
        "message": f"grobbelfint {number} urgently {WORDS[number % 12]}",
        "raw": json.dumps({"SENDER_NAME": "Quillonxa Raman", "SENDER_MOBILE": "+91-9000077123", "M": "grobbelfint"}),
    }  # fmt: skip
    return make_lead(f"s{number}", **{**given, **fields})


def other(number: int) -> Lead:
    return make_lead(
        f"o{number}", name=f"Asha {number}", mobile=f"+9198{number:08}", city="Pune", product="pump",
        message=f"please send {WORDS[number % 12]} {WORDS[number % 7]}", raw=json.dumps({"Q": number}),
    )  # fmt: skip


async def filled(shelf: Shelf, of: int = 120, batches: int = 5) -> None:
    """As leads come, the buyer's among others, and worked on."""
    for batch in range(batches):
        numbers = range(batch * of, (batch + 1) * of)
        await shelf.add(*(secret(n) if n % 40 == 0 else other(n) for n in numbers))
    every = "FROM leads WHERE name = 'Quillonxa Raman'"
    async with shelf.database.transaction() as connection:
        for statement in (
            f"""INSERT INTO cards (lead_id, account_id, chat_id, message_id, posted_at, nth)
            SELECT lead_id, account_id, -1001, lead_id, 5, 1 {every}""",
            f"""INSERT INTO notes (account_id, lead_id, user_id, at, text)
            SELECT account_id, lead_id, 7, 5, 'klimpernuss' {every}""",
            f"""INSERT INTO reminders (account_id, lead_id, user_id, text, made_at, due_at)
            SELECT account_id, lead_id, 7, 'klimpernuss', 5, 99 {every}""",
            f"""INSERT INTO changes (account_id, lead_id, at, user_id, act, status_before, status_after, reason_after)
            SELECT account_id, lead_id, 5, 7, 'status', 'new', 'lost', 'klimpernuss' {every}""",
            f"""UPDATE all_leads SET status = 'lost', lost_reason = 'klimpernuss'
            WHERE lead_id IN (SELECT lead_id {every})""",
            f"""INSERT INTO outbox (account_id, turn, what, lead_id, queued_at, due_at)
            SELECT 1, 3, 'card', lead_id, 5, 5 {every}""",
            """INSERT INTO unreadable (account_id, digest, raw, reason, origin, seen_at)
            VALUES (1, 'a', '{"broken": "+91 90000 77123", "x": "Quillonxa Raman"', 'why', 'pull', 5),
                (1, 'b', '{"broken": "+91 98000 00001"', 'why', 'pull', 5)""",
            """INSERT INTO pushes (account_id, received_at, body, reason)
            VALUES (1, 5, :body, 'why')""",
        ):
            await connection.execute(statement, {"body": b"mobile=%2B91-9000077123&name=Quillonxa"})
        await views.remember(connection, shelf.account_id, ['{"words": "quillonxa"}', '{"words": "77123"}'], NOW)


async def seal(shelf: Shelf, *, is_urgent: bool = False, at: Any = NOW) -> int:
    async with shelf.database.transaction() as connection:
        buyer_ids = await buyers.of_contact(connection, shelf.account_id, NUMBER)
        return await sealing.seal_buyers(connection, shelf.account_id, buyer_ids, at=at, is_urgent=is_urgent)


async def erase(shelf: Shelf, *, before: Any = NOW) -> None:
    async for _step in erasing.erase(shelf.database, shelf.account_id, before=before, now=NOW):
        pass


async def erase_all(path: Path, opened: Connection | None = None) -> None:
    async with SqliteDatabase(path) as database:
        shelf = await open_shelf(database)
        if opened is not None:
            opened.send(True)
        await seal(shelf, is_urgent=True)
        await erase(shelf)


def erase_apart(path: Path, opened: Connection) -> None:
    asyncio.run(erase_all(path, opened))


def told(folder: Path) -> set[str]:
    """Which of the secrets stand in any file. FTS5 writes only what tells a word from the one before it."""
    whole = b"".join(one.read_bytes() for one in folder.rglob("*") if one.is_file()).lower()
    sought = {word: {word[2:].encode(), word[::-1].encode()} for word in SECRETS}
    return {word for word, forms in sought.items() if any(form in whole for form in forms)}


OTHERS: Final = "SELECT * FROM all_leads WHERE name LIKE 'Asha%' ORDER BY lead_id"


async def test_who_is_sealed_is_found_by_nothing_and_all_others_are(shelf: Shelf) -> None:
    await filled(shelf)
    others = await shelf.rows(OTHERS)
    assert await seal(shelf) == 15
    for typed in ("quillonxa", "wexlingham", "9000077123", "77124", "zyrbat", "grobbelfint"):
        assert await shelf.places(typed) == [], typed
    assert await shelf.rows("SELECT 1 FROM leads WHERE name LIKE 'Quil%' OR lead_id = 1") == []
    assert await shelf.rows("SELECT count(*) FROM leads") == [(585,)]
    assert await shelf.rows("SELECT count(*) FROM all_leads") == [(600,)]
    assert await shelf.rows(OTHERS) == others
    assert len(await shelf.places("asha", limit=5000)) == 585


async def test_what_is_left_of_a_sealed_lead_is_what_is_counted(shelf: Shelf) -> None:
    await filled(shelf, of=40, batches=1)
    await seal(shelf)
    (row,) = await shelf.rows(
        "SELECT number, kind, enquired_at > 0, status, product, city, name, raw, lost_reason, query_id FROM all_leads"
        " WHERE lead_id = 1"
    )
    assert row == (1, "W", 1, "lost", "gate valve", "Surat", None, "{}", None, None)
    assert await shelf.rows("SELECT user_id, at, text FROM notes") == [(7, 5, "")]
    assert await shelf.rows("SELECT text, cancelled_at > 0 FROM reminders") == [("", 1)]
    assert await shelf.rows("SELECT what FROM outbox") == [("edit",)]
    assert await shelf.rows("SELECT count(*) FROM views") == [(0,)]
    assert await shelf.rows("SELECT digest FROM unreadable WHERE raw <> ''") == [("b",)]
    assert await shelf.rows("SELECT count(*) FROM pushes WHERE length(body) > 0") == [(0,)]
    assert await shelf.rows("SELECT count(*) FROM buyer_contacts WHERE contact LIKE '%77123'") == [(0,)]


async def test_a_product_that_names_the_buyer_is_not_kept(shelf: Shelf) -> None:
    await shelf.add(secret(1, product="pump for Quillonxa"), secret(2, product="call 9000077123", city="Quillonxa"))
    await seal(shelf)
    assert await shelf.rows("SELECT product, city FROM all_leads ORDER BY lead_id") == [(None, "Surat"), (None, None)]


async def test_every_column_of_a_lead_is_cleared_or_named_as_staying(shelf: Shelf) -> None:
    cleared = [name for name in Lead._fields if name not in sealing.STAY]
    filling: dict[str, Any] = {name: 77 if "value" in name else "zz" for name in cleared if name != "query_id"}
    await shelf.add(make_lead("s1", **(filling | {"mobile": NUMBER})))
    await seal(shelf)
    (row,) = await shelf.rows(f"SELECT {', '.join(cleared)} FROM all_leads")
    assert set(row) == {None}


async def test_a_sealed_lead_that_comes_again_stays_sealed(shelf: Shelf) -> None:
    await shelf.add(secret(1))
    await seal(shelf)
    assert await shelf.add(secret(1), secret(2, enquired_at=NOW - timedelta(days=3)), secret(3, enquired_at=None)) == []
    # Also under one of the buyer's other contacts.
    assert await shelf.add(secret(4, mobile="+919000077124", mobile_alt=None)) == []
    assert await shelf.add(secret(5, mobile=None, mobile_alt=None)) == []


async def test_who_enquires_after_the_wish_is_a_new_buyer(shelf: Shelf) -> None:
    await shelf.add(secret(1))
    await seal(shelf)
    later = secret(9, enquired_at=NOW + timedelta(hours=1))
    assert len(await shelf.add(later)) == 1
    assert await shelf.rows("SELECT count(*) FROM leads JOIN buyers USING (buyer_id)") == [(1,)]
    assert await shelf.places("quillonxa") != []
    assert await shelf.add(secret(1)) == []
    shelf.now = NOW + timedelta(hours=2)
    assert await seal(shelf, at=shelf.now) == 1
    assert await shelf.add(later) == []


async def test_the_marks_name_nobody_and_need_the_key(shelf: Shelf) -> None:
    await shelf.add(secret(1))
    await seal(shelf)
    ((key,),) = await shelf.rows("SELECT key FROM seal_keys")
    marks = {row[0] for row in await shelf.rows("SELECT mark FROM seal_marks ORDER BY mark")}
    assert seals.of_contact(key, NUMBER) in marks
    assert seals.of_contact(b"other", NUMBER) not in marks


async def test_sealing_stays_within_the_account(database: Database) -> None:
    mine, theirs = await open_shelf(database), await open_shelf(database, "other")
    for shelf in (mine, theirs):
        await shelf.add(secret(1))
    await seal(mine)
    assert await mine.places("quillonxa") == []
    assert len(await theirs.places("quillonxa")) == 1
    assert len(await theirs.add(secret(2))) == 1


@pytest.mark.parametrize("is_urgent", [False, True])
async def test_after_the_erasure_no_byte_of_any_file_tells_of_the_buyer(tmp_path: Path, *, is_urgent: bool) -> None:
    async with SqliteDatabase(tmp_path / "leads.db") as database:
        shelf = await open_shelf(database)
        await filled(shelf)
        others = await shelf.rows(OTHERS)
        assert told(tmp_path) == set(SECRETS)
        await seal(shelf, is_urgent=is_urgent)
        await erase(shelf, before=NOW - timedelta(days=1))
        assert (told(tmp_path) == set()) == is_urgent
        await erase(shelf)
        assert told(tmp_path) == set()
        assert await shelf.rows(OTHERS) == others
        assert await shelf.rows("SELECT leads, erased_at > 0 FROM seals") == [(15, 1)]
        await erase(shelf)
    assert told(tmp_path) == set()


async def test_what_sqlite_moved_between_pages_is_gone_too(tmp_path: Path) -> None:
    """It leaves copies in the gaps, which no deletion reaches."""
    chance = random.Random(5)
    path, theirs = tmp_path / "leads.db", list[str]()
    async with SqliteDatabase(path) as database:
        shelf = await open_shelf(database)
        for batch in range(60):
            rows = []
            for number in range(50):
                mobile = f"9{chance.randrange(10**9):09}"
                is_theirs = chance.random() < 0.05
                theirs += [mobile] if is_theirs else []
                fields = {"name": f"Qz{mobile}" if is_theirs else "Asha", "message": "x" * chance.randrange(900)}
                at = NOW - timedelta(minutes=chance.randrange(400_000))
                rows.append(make_lead(f"{batch}.{number}", mobile=f"+91{mobile}", enquired_at=at, **fields))
            await shelf.add(*rows)
        async with database.transaction() as connection:
            for mobile in theirs:
                buyer_ids = await buyers.of_contact(connection, shelf.account_id, f"+91{mobile}")
                await sealing.seal_buyers(connection, shelf.account_id, buyer_ids, at=NOW, is_urgent=True)
        await erase(shelf)
    whole = path.read_bytes()
    assert [one for one in theirs if one.encode() in whole or one[::-1].encode() in whole] == []


async def test_a_copy_made_after_the_wish_is_without_the_buyer(tmp_path: Path) -> None:
    (tmp_path / "copies").mkdir()
    async with SqliteDatabase(tmp_path / "leads.db") as database:
        shelf = await open_shelf(database)
        await filled(shelf)
        await seal(shelf)
        backup.copy(database.path, tmp_path / "copies" / "copy.db", lambda _done, _all: None, lambda: False)
        assert told(tmp_path / "copies") == set()
        assert told(tmp_path) == set(SECRETS)
    async with SqliteDatabase(tmp_path / "copies" / "copy.db") as database:
        copy = await open_shelf(database)
        assert await copy.rows("SELECT count(*) FROM leads") == [(585,)]
        assert len(await copy.places("asha", limit=5000)) == 585
        await erase(copy)


@pytest.mark.parametrize("is_urgent", [False, True])
async def test_who_was_sealed_meanwhile_is_sealed_again_after_a_restore(tmp_path: Path, *, is_urgent: bool) -> None:
    path, copy = tmp_path / "leads.db", tmp_path / "copy.db"
    async with SqliteDatabase(path) as database:
        shelf = await open_shelf(database)
        await filled(shelf)
        backup.copy(path, copy, lambda _done, _all: None, lambda: False)
        await seal(shelf, is_urgent=is_urgent)
    restore.restore(copy, path, NOW, lambda _done, _all: None, lambda: False)
    async with SqliteDatabase(path) as database:
        shelf = await open_shelf(database)
        assert await shelf.places("quillonxa") == []
        assert await shelf.rows("SELECT count(*) FROM leads") == [(585,)]
        assert await shelf.add(secret(1)) == []
        assert await shelf.rows("SELECT DISTINCT is_urgent FROM seals") == [(int(is_urgent),)]


async def forgotten_since(folder: Path) -> tuple[Path, Path]:
    """A backup, and the database in which a buyer of it was forgotten later."""
    path, copy = folder / "leads.db", folder / "copy.db"
    async with SqliteDatabase(path) as database:
        shelf = await open_shelf(database)
        await filled(shelf)
        backup.copy(path, copy, lambda _done, _all: None, lambda: False)
        await seal(shelf, is_urgent=True)
        await erase(shelf)
    return copy, path


async def is_forgotten(path: Path) -> bool:
    async with SqliteDatabase(path) as database:
        shelf = await open_shelf(database)
        return await shelf.places("quillonxa") == [] and await shelf.add(secret(1)) == []


@pytest.mark.parametrize("page", [0, 1, 2, 5])
async def test_a_wish_is_read_out_of_a_damaged_database_too(tmp_path: Path, page: int) -> None:
    copy, path = await forgotten_since(tmp_path)
    content = bytearray(path.read_bytes())
    content[page * 4096 : (page + 1) * 4096] = random.Random(page).randbytes(4096)
    path.write_bytes(content)
    restore.restore(copy, path, NOW, lambda _done, _all: None, lambda: False)
    assert await is_forgotten(path)


async def test_that_not_every_wish_could_be_read_is_told(tmp_path: Path) -> None:
    copy, path = await forgotten_since(tmp_path)
    content = path.read_bytes()
    kept = restore.restore(copy, path, NOW, lambda _done, _all: None, lambda: False)
    assert kept.is_whole
    path.write_bytes(bytes(len(content)))
    kept = restore.restore(copy, path, NOW, lambda _done, _all: None, lambda: False)
    assert not kept.is_whole
    assert not await is_forgotten(path)


async def test_no_backup_takes_the_place_in_which_the_wishes_cannot_be_written(tmp_path: Path) -> None:
    copy, path = await forgotten_since(tmp_path)
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute(
            "CREATE TRIGGER full BEFORE INSERT ON seal_marks BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        )
    with pytest.raises(StoreError, match="failed"):
        restore.restore(copy, path, NOW, lambda _done, _all: None, lambda: False)
    assert not path.exists()
    with pytest.raises(StoreError, match="failed"):
        restore.finish(path)
    [waiting] = tmp_path.glob("leads.db.restored-*")
    with closing(sqlite3.connect(waiting)) as connection:
        connection.execute("DROP TRIGGER full")
    assert await is_forgotten(path)


async def test_leads_that_nobody_touched_for_long_are_erased(tmp_path: Path) -> None:
    async with SqliteDatabase(tmp_path / "leads.db") as database:
        shelf = await open_shelf(database)
        long_ago = NOW - timedelta(days=800)
        shelf.now = long_ago
        await shelf.add(secret(1, enquired_at=long_ago), *(other(n)._replace(enquired_at=long_ago) for n in range(3)))
        async with database.transaction() as connection:
            await connection.execute(
                "INSERT INTO notes (account_id, lead_id, user_id, at, text) VALUES (1, 2, 7, :now, 'still open')",
                {"now": int(NOW.timestamp())},
            )
        shelf.now = NOW
        await shelf.add(other(9))
        before = NOW - timedelta(days=540)
        async with database.transaction() as connection:
            found, more = await erasing.untouched(
                connection, shelf.account_id, 0, since=long_ago - timedelta(days=1), before=before
            )
            assert (found, more) == ([1, 3, 4], None)
            await erasing.seal_untouched(connection, shelf.account_id, found, None, NOW)
        await erase(shelf, before=before)
        assert told(tmp_path) == set()
        assert await shelf.rows("SELECT lead_id FROM leads ORDER BY lead_id") == [(2,), (5,)]


async def test_what_grew_old_comes_back_with_no_backup(tmp_path: Path) -> None:
    path, copy = tmp_path / "leads.db", tmp_path / "copy.db"
    async with SqliteDatabase(path) as database:
        shelf = await open_shelf(database)
        await shelf.add(secret(1), secret(2))
        backup.copy(path, copy, lambda _done, _all: None, lambda: False)
        async with database.transaction() as connection:
            await erasing.seal_untouched(connection, shelf.account_id, [LeadId(1)], None, NOW)
        await erase(shelf)
    restore.restore(copy, path, NOW, lambda _done, _all: None, lambda: False)
    async with SqliteDatabase(path) as database:
        shelf = await open_shelf(database)
        assert await shelf.rows("SELECT lead_id FROM leads") == [(2,)]
        assert await shelf.rows("SELECT cause, is_urgent FROM seals") == [("age", 1)]


def killed(path: Path, after: float) -> bool:
    """Whether the erasure was killed before its end."""
    mine, opened = multiprocessing.Pipe()
    process = forked(erase_apart, path, opened)
    with mine, opened:
        mine.recv()
    process.join(after)
    process.kill()
    return exit_code(process) != 0


@pytest.mark.sqlite
async def test_an_erasure_that_was_killed_at_any_moment_is_brought_to_its_end(tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    whole.mkdir()
    async with SqliteDatabase(whole / "leads.db") as database:
        shelf = await open_shelf(database)
        await filled(shelf)
        others = await shelf.rows(OTHERS)
    chance = random.Random(os.environ.get("PYTEST_RANDOM_SEED", "15"))
    kills = 0
    for number in range(25):
        folder = tmp_path / str(number)
        folder.mkdir()
        path = folder / "leads.db"
        path.write_bytes((whole / "leads.db").read_bytes())
        kills += killed(path, chance.uniform(0, 0.15))
        await erase_all(path)
        assert told(folder) == set()
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute(OTHERS).fetchall() == others
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert kills
