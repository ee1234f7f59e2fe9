"""A server's bad days: what it refuses, cuts off or takes too long for is our error, and the next work goes on."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.errors import StoreAwayError, StoreBusyError, StoreDamagedError, StoreError, StoreFullError
from bot.store import accounts
from tests import databases

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.store.connections import Connection
    from bot.store.database import Database

pytestmark = pytest.mark.postgres

OWN = "SELECT pg_backend_pid() AS pid"
END = "SELECT pg_terminate_backend(:pid, 5000)"
TOUCH = "UPDATE accounts SET last_new = last_new + 1 WHERE name = :name"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with databases.opened(tmp_path / "leads.db") as database:
        async with database.transaction() as connection:
            for name in ("main", "surat"):
                await accounts.open_account(connection, name)
        yield database


async def fails(database: Database, code: str) -> None:
    """As if the server had met with this."""
    async with database.transaction() as connection:
        await connection.execute(TOUCH, {"name": "main"})
        await connection.execute(f"DO $$ BEGIN RAISE EXCEPTION 'said a buyer''s name' USING ERRCODE = '{code}'; END $$")


async def touched(database: Database) -> int:
    async with database.reading() as connection:
        return sum(row["last_new"] for row in await connection.fetch_all("SELECT last_new FROM accounts"))


async def test_a_connection_that_is_cut_in_the_middle_leaves_nothing_and_the_next_work_goes_on(
    database: Database,
) -> None:
    async def cut() -> None:
        async with database.transaction() as connection:
            await connection.execute(TOUCH, {"name": "main"})
            await connection.fetch_one(END, dict(await _pid(connection)))

    with pytest.raises(StoreAwayError):
        await cut()
    assert await touched(database) == 0
    async with database.transaction() as connection:
        await connection.execute(TOUCH, {"name": "main"})
    assert await touched(database) == 1


async def _pid(connection: Connection) -> dict[str, int]:
    row = await connection.fetch_one(OWN)
    assert row is not None
    return {"pid": int(row["pid"])}


async def test_connections_that_were_cut_while_nobody_used_them_are_not_noticed(database: Database) -> None:
    async with database.reading() as connection:
        reader = await _pid(connection)
    async with database.transaction() as connection:
        await connection.fetch_one(END, reader)
        writer = await _pid(connection)
    async with database.reading() as connection:
        await connection.fetch_one(END, writer)
    async with database.transaction() as connection:
        await connection.execute(TOUCH, {"name": "main"})
    assert await touched(database) == 1


async def test_of_two_that_wait_for_each_other_one_goes_on_and_the_other_may_try_again(database: Database) -> None:
    both = asyncio.Barrier(2)

    async def touch(first: str, second: str) -> None:
        async with database.transaction() as connection:
            await connection.execute(TOUCH, {"name": first})
            await both.wait()
            await connection.execute(TOUCH, {"name": second})

    found = await asyncio.gather(touch("main", "surat"), touch("surat", "main"), return_exceptions=True)
    assert sorted(type(one).__name__ for one in found) == ["NoneType", "StoreBusyError"]
    assert await touched(database) == 2


@pytest.mark.parametrize("limit", ["statement_timeout", "lock_timeout"])
async def test_what_takes_too_long_may_be_tried_again(database: Database, limit: str) -> None:
    async with database.transaction() as holder:
        await holder.execute(TOUCH, {"name": "main"})
        with pytest.raises(StoreBusyError):
            await asyncio.create_task(_waits(database, limit))
    assert await touched(database) == 1


async def _waits(database: Database, limit: str) -> None:
    async with database.transaction() as connection:
        await connection.execute(f"SET LOCAL {limit} = '50ms'")
        await connection.execute(TOUCH, {"name": "main"})


@pytest.mark.parametrize(
    ("code", "ours"),
    [
        ("40001", StoreBusyError),  # serialization_failure
        ("40P01", StoreBusyError),  # deadlock_detected
        ("57014", StoreBusyError),  # query_canceled
        ("53300", StoreBusyError),  # too_many_connections
        ("57P01", StoreAwayError),  # admin_shutdown
        ("57P03", StoreAwayError),  # cannot_connect_now
        ("25006", StoreFullError),  # read_only_sql_transaction
        ("53100", StoreFullError),  # disk_full
        ("53200", StoreFullError),  # out_of_memory
        ("XX001", StoreDamagedError),  # data_corrupted
        ("42501", StoreError),  # insufficient_privilege
        ("23514", StoreError),  # check_violation
    ],
)
async def test_what_the_server_says_is_one_of_our_errors_and_quotes_no_row(
    database: Database, code: str, ours: type[StoreError]
) -> None:
    with pytest.raises(StoreError) as raised:
        await fails(database, code)
    assert type(raised.value) is ours
    assert "buyer" not in f"{raised.value} {raised.value.reason}"
    assert await touched(database) == 0
