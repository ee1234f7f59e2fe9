"""An account is erased with all that is its own, and nothing of another's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.ids import ChatId, MessageId, UserId
from bot.store import accounts, backup, chats, notes, removal, restore, salvage
from bot.store.sqlite import SqliteDatabase
from tests.store.conftest import NOW, make_lead, open_shelf
from tests.store.former import earlier

if TYPE_CHECKING:
    from pathlib import Path

    from bot.store.database import Database
    from tests.store.conftest import Shelf


async def rows(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Of every table but for the index and what counts."""
    async with database.reading() as connection:
        tables = removal.TABLES_POSTGRES if connection.is_postgres else removal.TABLES
        names = [row["name"] for row in await connection.fetch_all(tables)]
        return {
            name: sorted(map(tuple, await connection.fetch_all(f"SELECT * FROM {name}")), key=repr)
            for name in names
            if not name.startswith("lead_search")
        }


async def fill(shelf: Shelf, mark: str) -> None:
    added = await shelf.add(
        *(make_lead(f"{mark}{number}", name=f"{mark}name", mobile="+919000000031") for number in range(450))
    )
    async with shelf.database.transaction() as connection:
        await notes.add(
            connection, shelf.account_id, added[0].lead_id, user_id=UserId(5), text=f"{mark}note", now=NOW,
            message=(ChatId(-1), MessageId(3)),
        )  # fmt: skip
        await chats.sent(connection, shelf.account_id, [(ChatId(-1), 1.5), (ChatId(-1), 1.5)], forget_before=0)
        for is_undo in (False, True):
            await connection.execute(
                "INSERT INTO changes (account_id, lead_id, at, user_id, act, undoes, status_before, status_after)"
                " SELECT :account_id, :lead_id, 1, 5, 'claim', CASE WHEN :is_undo = 1 THEN max(change_id) END,"
                " 'new', 'claimed' FROM changes",
                {"account_id": shelf.account_id, "lead_id": added[0].lead_id, "is_undo": int(is_undo)},
            )
        await connection.execute(
            "INSERT INTO callouts (account_id, step, made_at) VALUES (:account_id, 'group', 5)",
            {"account_id": shelf.account_id},
        )
        await connection.execute(
            "INSERT INTO callout_leads (callout_id, place, lead_id) SELECT max(callout_id), 0, :lead_id FROM callouts",
            {"lead_id": added[0].lead_id},
        )


async def erased(database: Database, shelf: Shelf, *, steps: int | None = None) -> int:
    done = 0
    async for number in removal.erase(database, shelf.account_id):
        done += number
        steps = None if steps is None else steps - 1
        if steps == 0:
            break
    return done


@pytest.mark.parametrize("steps", [None, 1, 9])
async def test_what_is_anothers_stays_and_nothing_else(database: Database, steps: int | None) -> None:
    mine, theirs = await open_shelf(database), await open_shelf(database, "surat")
    await fill(mine, "mine")
    before = await rows(database)
    await fill(theirs, "theirs")
    assert await removal.left(database, theirs.account_id) > 900
    if steps is not None:
        await erased(database, theirs, steps=steps)
    await erased(database, theirs)
    after = await rows(database)
    others = {name for name, found in after.items() if found != before[name]}
    assert others == {"accounts", "gone_accounts"}
    assert after["gone_accounts"] == [(theirs.account_id,)]
    assert [row[1] for row in after["accounts"]] == ["main"]
    assert len(await mine.found("minename")) == 450
    assert await removal.left(database, theirs.account_id) == 0
    if not database.is_file:
        return
    files = [path for path in database.path.parent.iterdir() if path.is_file()]
    assert not any(b"theirsn" in path.read_bytes() for path in files)


async def test_a_lead_that_was_on_its_way_when_it_began_goes_too(database: Database) -> None:
    await open_shelf(database)
    theirs = await open_shelf(database, "surat")
    await fill(theirs, "theirs")
    steps = removal.erase(database, theirs.account_id)
    while await theirs.found("theirsname"):
        await anext(steps)
    await theirs.add(make_lead("late", name="late"))
    async for _number in steps:
        pass
    assert await theirs.rows("SELECT name FROM accounts") == [("main",)]
    assert await theirs.found("late") == []


async def test_every_table_of_an_account_is_emptied(tmp_path: Path) -> None:
    """Also those that come: a database with a row in every table."""
    path = earlier(tmp_path / "leads.db", 14)
    async with SqliteDatabase(path) as database:
        shelf = await open_shelf(database)
        await erased(database, shelf)
        async with database.reading() as connection:
            names = [
                row["name"]
                for row in await connection.fetch_all(removal.TABLES)
                if any(
                    one["name"] == "account_id"
                    for one in await connection.fetch_all(removal.COLUMNS, {"table": row["name"]})
                )
            ]
        assert len(names) > 25
        left = await rows(database)
        assert {name: found for name, found in left.items() if name in names and found} == {}
        for name in ("callout_leads", "sealed_rows"):
            assert left[name] == []


async def test_a_removed_account_is_let_go_once(database: Database) -> None:
    shelf = await open_shelf(database, "surat")
    async with database.transaction() as connection:
        await accounts.let_go(connection, shelf.account_id, NOW)
        assert not await accounts.is_let_go(connection, shelf.account_id)
        await accounts.remove(connection, shelf.account_id, NOW)
        await accounts.let_go(connection, shelf.account_id, NOW)
        assert await accounts.is_let_go(connection, shelf.account_id)


async def test_no_account_gets_the_number_of_one_that_is_gone(database: Database) -> None:
    main, gone = await open_shelf(database), await open_shelf(database, "surat")
    await erased(database, gone)
    async with database.transaction() as connection:
        again = await accounts.add(connection, "surat")
        assert again == gone.account_id + 1
        assert await accounts.add(connection, "surat") is None
        assert await accounts.open_account(connection, "surat") == again
        assert await accounts.open_account(connection) == main.account_id
        assert await accounts.open_account(connection, "pune") == gone.account_id + 2


async def test_nor_does_one_after_a_restore(tmp_path: Path) -> None:
    path, copy = tmp_path / "leads.db", tmp_path / "copy.db"
    async with SqliteDatabase(path) as database:
        await open_shelf(database)
        backup.copy(path, copy, lambda _done, _all: None, lambda: False)
        await open_shelf(database, "surat")
        pune = await open_shelf(database, "pune")
        await erased(database, pune)
    restore.restore(copy, path, NOW, lambda _done, _all: None, lambda: False)
    async with SqliteDatabase(path) as database, database.transaction() as connection:
        assert await accounts.add(connection, "kochi") == pune.account_id + 1


async def test_nor_does_one_after_a_salvage(tmp_path: Path) -> None:
    path = tmp_path / "leads.db"
    async with SqliteDatabase(path) as database:
        shelf = await open_shelf(database)
        await shelf.add(make_lead("1"))
        gone = await open_shelf(database, "surat")
        await erased(database, gone)
    salvage.salvage(path, tmp_path / "salvaged.db", lambda _done, _all: None, lambda: False)
    async with SqliteDatabase(tmp_path / "salvaged.db") as database, database.transaction() as connection:
        assert await accounts.add(connection, "surat") == gone.account_id + 1
