"""Reading never waits for a writer, has a view of its own, and leaves the event loop where it is long."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from bot.store.sqlite import READERS
from tests.waiting import until

if TYPE_CHECKING:
    from bot.store.sqlite import SqliteDatabase

pytestmark = pytest.mark.sqlite

COUNT = "SELECT count(*) AS number FROM accounts"


async def number(database: SqliteDatabase) -> int:
    async with database.reading() as connection:
        row = await connection.fetch_one(COUNT)
    assert row is not None
    return int(row["number"])


async def test_a_reading_keeps_its_view_while_another_sees_what_came_since(database: SqliteDatabase) -> None:
    before = await number(database)
    async with database.reading() as outer:
        assert len(await outer.fetch_all(COUNT)) == 1
        async with database.transaction() as connection:
            await connection.execute("INSERT INTO accounts (name) VALUES ('another')")
        row = await outer.fetch_one(COUNT)
        assert row is not None
        assert row["number"] == before
        assert await asyncio.create_task(number(database)) == before + 1


async def test_a_writer_elsewhere_is_no_lock_for_those_who_read(database: SqliteDatabase) -> None:
    with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert await number(database) == 0
        other.execute("ROLLBACK")


async def test_more_readings_than_connections_all_come_to_their_turn(database: SqliteDatabase) -> None:
    found = await asyncio.gather(*(number(database) for _reading in range(READERS * 20)))
    assert found == [0] * READERS * 20


LONG = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000) SELECT max(i) AS number FROM n"
)


async def test_what_is_long_is_read_in_a_thread_and_in_the_same_view(database: SqliteDatabase) -> None:
    async with database.reading() as connection:
        assert await connection.fetch_one(COUNT) is not None
        reading = asyncio.ensure_future(connection.fetch_one(LONG))
        await asyncio.sleep(0)
        assert any(thread.name.startswith("asyncio") for thread in threading.enumerate())
        async with database.transaction() as writer:
            await writer.execute("INSERT INTO accounts (name) VALUES ('meanwhile')")
        row = await reading
        assert row is not None
        assert row["number"] == 2_000_000
        row = await connection.fetch_one(COUNT)
        assert row is not None
        assert row["number"] == 0
    assert await number(database) == 1


class OneThread(ThreadPoolExecutor):
    def __init__(self) -> None:
        super().__init__(1)
        self.asked = 0

    def submit(self, *what: Any, **how: Any) -> Future[Any]:
        self.asked += 1
        return super().submit(*what, **how)


async def test_a_long_reading_that_is_cancelled_before_its_thread_begins_ends_all_the_same(
    database: SqliteDatabase,
) -> None:
    async def read() -> None:
        async with database.reading() as connection:
            await connection.fetch_all(LONG.replace("2000000", "2000000000"))

    loop, is_free, threads = asyncio.get_running_loop(), threading.Event(), OneThread()
    loop.set_default_executor(threads)
    busy = loop.run_in_executor(None, is_free.wait)
    task = asyncio.create_task(read())
    await until(lambda: threads.asked == 2)
    task.cancel()
    await asyncio.sleep(0)
    task.cancel()  # a stop may ask twice
    await asyncio.sleep(0)
    is_free.set()
    async with asyncio.timeout(30):
        await asyncio.gather(task, busy, return_exceptions=True)
    assert task.cancelled()
    assert await number(database) == 0


async def test_a_cancelled_long_reading_leaves_its_connection_to_the_next(database: SqliteDatabase) -> None:
    async def read() -> None:
        async with database.reading() as connection:
            await connection.fetch_all(LONG.replace("2000000", "2000000000"))

    tasks = [asyncio.create_task(read()) for _reading in range(READERS)]
    await asyncio.sleep(0.05)
    for task in tasks:
        task.cancel()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(outcome, asyncio.CancelledError) for outcome in outcomes)
    assert await number(database) == 0
