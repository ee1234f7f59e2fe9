"""What only a server does: many writers at once, connections that are cut, addresses that lead elsewhere."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.lead import Window
from bot.errors import SchemaTooNewError, StoreAwayError, StoreRefusedError
from bot.store import accounts, coverage, engines, outbox, push_log
from bot.store.database import written_within
from bot.store.outbox_messages import Draft, MessageKind
from bot.store.postgres.database import KEPT, WRITERS
from tests import databases
from tests.store.conftest import NOW, Shelf, make_lead, open_shelf

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytestmark = pytest.mark.postgres
PROCESSES = 4


@pytest.fixture
async def shelves(tmp_path: Path) -> AsyncIterator[list[Shelf]]:
    """The same account, as so many processes have it open."""
    async with AsyncExitStack() as stack:
        opened = [
            await stack.enter_async_context(databases.opened(tmp_path / "leads.db")) for _process in range(PROCESSES)
        ]
        yield [await open_shelf(one) for one in opened]


async def test_leads_that_come_to_all_processes_at_once_are_stored_once_with_numbers_that_follow(
    shelves: list[Shelf],
) -> None:
    rows = [make_lead(str(number), mobile=f"+9190000000{number % 7:02}") for number in range(60)]
    halves = (rows[:40], rows[20:])

    async def bring(shelf: Shelf, turn: int) -> int:
        found = 0
        for part in (halves[turn % 2], halves[1 - turn % 2]):
            for first in range(0, len(part), 10):
                found += len(await shelf.add(*part[first : first + 10]))
        return found

    counts = await asyncio.gather(*(bring(shelf, turn) for turn, shelf in enumerate(shelves)))
    assert sum(counts) == 60
    numbers = [row[0] for row in await shelves[0].rows("SELECT number FROM leads ORDER BY number")]
    assert numbers == [*range(1, 61)]
    assert await shelves[0].rows("SELECT count(*) FROM buyers") == [(7,)]
    assert await shelves[0].rows("SELECT count(*) FROM lead_search") == [(60,)]


async def test_what_all_processes_have_fetched_is_one_span(shelves: list[Shelf]) -> None:
    async def fetched(shelf: Shelf, turn: int) -> None:
        for minute in range(turn, 40, PROCESSES):
            async with shelf.database.transaction() as connection:
                window = Window(NOW + timedelta(minutes=minute), NOW + timedelta(minutes=minute + 1))
                await coverage.add(connection, shelf.account_id, window)

    await asyncio.gather(*(fetched(shelf, turn) for turn, shelf in enumerate(shelves)))
    async with shelves[0].database.reading() as connection:
        assert await coverage.spans(connection, shelves[0].account_id) == [Window(NOW, NOW + timedelta(minutes=40))]


async def test_who_cannot_wait_has_room_while_as_many_write_as_may(shelves: list[Shelf]) -> None:
    database, done, writing = shelves[0].database, asyncio.Event(), asyncio.Semaphore(0)

    async def write() -> None:
        async with database.transaction():
            writing.release()
            await done.wait()

    tasks = [asyncio.create_task(write()) for _number in range(2 * WRITERS)]
    for _number in range(WRITERS - KEPT):
        await writing.acquire()
    with written_within(60):
        async with database.transaction() as connection:
            assert await accounts.named(connection, "main") is not None
    assert writing.locked()
    done.set()
    await asyncio.gather(*tasks)


async def test_a_card_that_all_processes_queue_is_queued_once(shelves: list[Shelf]) -> None:
    (added,) = await shelves[0].add(make_lead("1"))
    draft = Draft(what=MessageKind.CARD, turn=5, lead_id=added.lead_id)

    async def queue(shelf: Shelf) -> None:
        async with shelf.database.transaction() as connection:
            await outbox.add(connection, shelf.account_id, [draft, draft], NOW)

    await asyncio.gather(*map(queue, shelves))
    assert await shelves[0].rows("SELECT what FROM outbox") == [("card",)]


async def test_refusals_of_all_processes_are_counted_in_one_row(shelves: list[Shelf]) -> None:
    async def refuse(shelf: Shelf) -> None:
        async with shelf.database.transaction() as connection:
            await push_log.count_up(connection, shelf.account_id, "token", now=NOW, number=1)

    await asyncio.gather(*(refuse(shelf) for shelf in shelves for _time in range(3)))
    assert await shelves[0].rows("SELECT number FROM push_log") == [(3 * PROCESSES,)]


async def test_an_account_that_all_processes_open_is_one(shelves: list[Shelf]) -> None:
    async def opened(shelf: Shelf) -> int:
        async with shelf.database.transaction() as connection:
            return await accounts.open_account(connection, "patil")

    assert len(set(await asyncio.gather(*map(opened, shelves)))) == 1


async def test_accounts_of_other_names_that_are_added_at_once_have_other_numbers(shelves: list[Shelf]) -> None:
    async def added(shelf: Shelf, name: str) -> int | None:
        async with shelf.database.transaction() as connection:
            return await accounts.add(connection, name)

    names = ("patil", "shah", "nair", "rao")
    assert len(set(await asyncio.gather(*map(added, shelves, names)))) == PROCESSES


async def test_connections_that_the_server_cut_while_idle_are_not_missed(shelf: Any) -> None:
    cut = """
        SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
    """
    await shelf.add(make_lead("1"))
    await shelf.rows("SELECT 1")
    await shelf.rows(cut)
    await shelf.add(make_lead("2"))
    assert await shelf.rows("SELECT count(*) FROM leads") == [(2,)]


async def test_a_transaction_whose_connection_is_cut_is_undone_and_said_in_a_sentence(shelf: Any) -> None:
    async def write() -> None:
        async with shelf.database.transaction() as connection:
            await accounts.open_account(connection, "patil")
            pid = (await connection.fetch_all("SELECT pg_backend_pid() AS pid"))[0]["pid"]
            await shelf.rows("SELECT pg_terminate_backend(:pid)", pid=pid)
            await accounts.open_account(connection, "shah")

    with pytest.raises(StoreAwayError, match="cannot be reached"):
        await write()
    assert await shelf.rows("SELECT name FROM accounts") == [("main",)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("CREATE TABLE orders (order_id BIGINT)", "another program's"),
        ("CREATE TABLE schema_version AS SELECT 9999 AS version", "newer Leadbell"),
    ],
)
async def test_what_is_not_leadbells_to_write_is_left_alone(change: str, said: str) -> None:
    with databases.empty() as (url, execute):
        execute(change)
        with pytest.raises((StoreRefusedError, SchemaTooNewError), match=said):
            async with engines.database(url):
                pass
        execute("DROP TABLE IF EXISTS orders, schema_version")
        assert execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]


async def test_a_server_without_that_database_is_told_without_the_password(tmp_path: Path) -> None:
    url = databases.url(tmp_path / "leads.db").replace("leadbell@", "leadbell:s3cret@").replace("/leadbell_", "/no_")
    with pytest.raises(StoreRefusedError, match="does not let Leadbell in") as refused:
        async with engines.database(url):
            pass
    (problem,) = refused.value.problems
    assert problem.startswith("DATABASE_URL: ")
    assert "s3cret" not in problem


async def test_a_server_that_is_away_is_told_in_a_sentence(tmp_path: Path) -> None:
    url = f"postgresql://leadbell:s3cret@/leads?host={tmp_path}"
    with pytest.raises(StoreAwayError, match="Look whether the server runs") as away:
        async with engines.database(url):
            pass
    assert "s3cret" not in str(away.value)


async def test_processes_that_start_at_once_on_an_empty_database_make_it_once() -> None:
    async def start(url: str) -> int:
        async with engines.database(url) as database, database.transaction() as connection:
            return await accounts.open_account(connection)

    with databases.empty() as (url, _execute):
        assert len(set(await asyncio.gather(*(start(url) for _process in range(PROCESSES))))) == 1
