"""Where reading happens: on the event loop while that is quick, in threads when it is not."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from bot.store.inline import InlineReader

if TYPE_CHECKING:
    from bot.store.database import Database

SLOW = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000) SELECT max(i) FROM n"


async def reads_inline(database: Database, statement: str = "SELECT 1", *, is_long: bool = False) -> bool:
    async with database.reading(is_long=is_long) as connection:
        await connection.execute_fetchall(statement)
        return isinstance(connection, InlineReader)


async def test_quick_statements_are_read_on_the_event_loop(database: Database) -> None:
    assert [await reads_inline(database) for _number in range(3)] == [True] * 3


async def test_what_is_long_by_nature_takes_a_thread(database: Database) -> None:
    assert not await reads_inline(database, is_long=True)


async def test_one_slow_statement_is_a_bad_moment_and_two_are_the_disk(database: Database) -> None:
    assert await reads_inline(database, SLOW)
    assert await reads_inline(database, SLOW)
    assert not await reads_inline(database)


async def test_readings_within_readings_have_views_of_their_own(database: Database) -> None:
    async with database.reading() as outer:
        before = list(await outer.execute_fetchall("SELECT count(*) FROM accounts"))
        async with database.transaction() as connection:
            await connection.execute("INSERT INTO accounts (name) VALUES ('another')")
        after = list(await outer.execute_fetchall("SELECT count(*) FROM accounts"))
    assert [tuple(row) for row in before] == [tuple(row) for row in after]
    assert await reads_inline(database)


async def test_a_writer_elsewhere_is_no_lock_for_those_who_read(database: Database) -> None:
    with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert await reads_inline(database)
        other.execute("ROLLBACK")
