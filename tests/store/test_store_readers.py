"""Reading never waits for a writer, and a reading within another task's has a view of its own."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from bot.store.database import READERS

if TYPE_CHECKING:
    from bot.store.database import Database

COUNT = "SELECT count(*) AS number FROM accounts"


async def number(database: Database) -> int:
    async with database.reading() as connection:
        row = await connection.fetch_one(COUNT)
    assert row is not None
    return int(row["number"])


async def test_a_reading_keeps_its_view_while_another_sees_what_came_since(database: Database) -> None:
    before = await number(database)
    async with database.reading() as outer:
        assert len(await outer.fetch_all(COUNT)) == 1
        async with database.transaction() as connection:
            await connection.execute("INSERT INTO accounts (name) VALUES ('another')")
        row = await outer.fetch_one(COUNT)
        assert row is not None
        assert row["number"] == before
        assert await asyncio.create_task(number(database)) == before + 1


async def test_a_writer_elsewhere_is_no_lock_for_those_who_read(database: Database) -> None:
    with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert await number(database) == 0
        other.execute("ROLLBACK")


async def test_more_readings_than_connections_all_come_to_their_turn(database: Database) -> None:
    found = await asyncio.gather(*(number(database) for _reading in range(READERS * 20)))
    assert found == [0] * READERS * 20
