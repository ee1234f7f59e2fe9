from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.ids import AccountId
from bot.errors import StoreBusyError, StoreError
from bot.store import routes
from bot.store.database import written_within
from bot.store.sqlite import READERS, SqliteDatabase
from tests import databases

if TYPE_CHECKING:
    from bot.store.database import Database

ROUNDS = 200 if databases.is_postgres() else 1_500
OPEN = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
"""
CREATE = "CREATE TABLE pairs (owner INTEGER NOT NULL, half TEXT NOT NULL)"
WRITE = "INSERT INTO pairs (owner, half) VALUES (:owner, :half)"
READ = "SELECT owner, count(*) AS halves FROM pairs GROUP BY owner"


async def write_pair(database: Database, owner: int, *, fails: bool) -> None:
    async with database.transaction() as connection:
        await connection.execute(WRITE, {"owner": owner, "half": "first"})
        await asyncio.sleep(0)
        await connection.execute(WRITE, {"owner": owner, "half": "second"})
        if fails:
            raise ZeroDivisionError


async def halves(database: Database) -> dict[int, int]:
    async with database.reading() as connection:
        return {row["owner"]: row["halves"] for row in await connection.fetch_all(READ)}


async def is_in_transaction(database: Database) -> bool:
    if isinstance(database, SqliteDatabase):
        writer: Any = database._writer
        return bool(writer.driver.in_transaction)
    async with database.reading() as connection:
        return bool((await connection.fetch_all(OPEN))[0][0])


async def one_round(database: Database, dice: random.Random, number: int) -> tuple[set[int], set[int]]:
    """Three writers, one of which fails now and then, and one is cancelled at a random moment."""
    owners = [number * 3 + offset for offset in range(3)]
    failing = {owner for owner in owners if dice.random() < 0.2}
    tasks = [asyncio.create_task(write_pair(database, owner, fails=owner in failing)) for owner in owners]
    if dice.random() < 0.5:
        for _step in range(dice.randrange(30)):
            await asyncio.sleep(0)
    else:
        await asyncio.sleep(dice.random() * 0.004)
    victim = dice.randrange(3)
    tasks[victim].cancel()
    if dice.random() < 0.2:
        await asyncio.sleep(0)
        tasks[victim].cancel()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    for outcome in outcomes:
        assert outcome is None or isinstance(outcome, asyncio.CancelledError | ZeroDivisionError), outcome
    committed = {owner for owner, outcome in zip(owners, outcomes, strict=True) if outcome is None}
    return committed, failing


async def test_cancellation_at_any_await_undoes_only_the_cancelled_tasks_own_rows(database: Database) -> None:
    seed = random.randrange(2**32)
    dice = random.Random(seed)
    if isinstance(database, SqliteDatabase):
        assert database._writer is not None
        await database._writer.execute("PRAGMA synchronous = OFF")
    async with database.transaction() as connection:
        await connection.execute(CREATE)
    committed: set[int] = set()
    failing: set[int] = set()
    for number in range(ROUNDS):
        done, failed = await one_round(database, dice, number)
        committed |= done
        failing |= failed
    stored = await halves(database)
    assert set(stored.values()) == {2}, seed
    assert committed <= stored.keys(), seed
    assert not failing & stored.keys(), seed
    assert not await is_in_transaction(database)


async def test_an_error_inside_undoes_everything_and_passes_through(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.execute(CREATE)
    with pytest.raises(ZeroDivisionError):
        await write_pair(database, 1, fails=True)
    await write_pair(database, 2, fails=False)
    assert await halves(database) == {2: 2}


async def test_readers_never_wait_behind_a_writer_and_see_only_what_is_committed(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.execute(CREATE)
    written, release = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with database.transaction() as connection:
            await connection.execute(WRITE, {"owner": 1, "half": "first"})
            written.set()
            await release.wait()

    writer = asyncio.create_task(hold())
    await written.wait()
    readers = [asyncio.create_task(halves(database)) for _number in range(READERS * 3)]
    assert await asyncio.wait_for(asyncio.gather(*readers), 5) == [{}] * len(readers)
    release.set()
    await writer
    assert await halves(database) == {1: 1}


async def test_every_statement_of_one_reading_sees_the_same_moment(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.execute(CREATE)
    async with database.reading() as connection:
        before = list(await connection.fetch_all(READ))
        await write_pair(database, 1, fails=False)
        after = list(await connection.fetch_all(READ))
    assert before == after == []
    assert await halves(database) == {1: 2}


async def test_a_cancelled_reader_leaves_no_transaction_open(database: Database) -> None:
    dice = random.Random(7)
    for _round in range(200):
        task = asyncio.create_task(routed_chats(database))
        for _step in range(dice.randrange(12)):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    if not isinstance(database, SqliteDatabase):
        assert not await is_in_transaction(database)
        return
    readers = database._readers
    assert readers is not None
    assert readers.qsize() == READERS
    for _number in range(READERS):
        reader: Any = readers.get_nowait()
        await reader.execute("SELECT 1")
        assert not reader.driver.in_transaction
        readers.put_nowait(reader)


async def routed_chats(database: Database) -> None:
    async with database.reading() as connection:
        await routes.chat_ids(connection, AccountId(1))
        await routes.chat_ids(connection, AccountId(1))


async def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(StoreError):
        async with database.reading() as connection:
            await connection.execute("DELETE FROM all_leads")


async def test_a_transaction_inside_a_transaction_is_an_error_rather_than_a_wait_for_ever(
    database: Database,
) -> None:
    with pytest.raises(RuntimeError, match="do not nest"):
        async with database.transaction(), database.transaction():
            pass
    with pytest.raises(RuntimeError, match="do not nest"):
        async with database.reading(), database.reading():
            pass
    async with database.transaction() as connection:
        await connection.execute(CREATE)
        async with database.reading():
            pass


@pytest.mark.sqlite
async def test_what_was_started_by_somebody_who_is_refused_waits_all_the_same(database: Database) -> None:
    held, done = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with database.transaction() as connection:
            await connection.execute(CREATE)
            held.set()
            await done.wait()

    holding = asyncio.create_task(hold())
    await held.wait()
    with written_within(0.01):
        noted = database.behind(write_pair(database, 1, fails=False))
        with pytest.raises(StoreBusyError):
            async with database.transaction():
                pass
    done.set()
    await asyncio.gather(holding, noted)
    assert await halves(database) == {1: 2}


async def test_a_closed_database_says_so(database: Database) -> None:
    await database.__aexit__()
    for unit in (database.transaction, database.reading):
        with pytest.raises(RuntimeError, match="not open"):
            async with unit():
                pass
