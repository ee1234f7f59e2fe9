"""A real database file, and a small book of leads for tests that try many inputs on one file."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from bot.domain.lead import Kind, Lead, Origin
from bot.lookup import query
from bot.store import accounts, adding, leads, prepared_leads, search
from tests import databases

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
    from pathlib import Path

    from bot.domain.ids import AccountId
    from bot.store.adding import NewLead
    from bot.store.database import Database

T = TypeVar("T")

NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
LOWEST, HIGHEST = 0, 2**63 - 1


@dataclass
class Shelf:
    """One account's leads in an open database."""

    database: Database
    account_id: AccountId
    now: datetime = NOW

    async def add(self, *rows: Lead, origin: Origin = Origin.PULL, batch: int | None = None) -> list[NewLead]:
        async with self.database.transaction() as connection:
            return await adding.add(
                connection, self.account_id, prepared_leads.of_all(rows), origin=origin, now=self.now, batch=batch
            )

    async def places(self, typed: str, **bounds: Any) -> list[int]:
        """Positions of what /search finds."""
        wanted = query.read(typed, self.now)
        if wanted.is_empty:
            return []
        every = {"low": LOWEST, "high": HIGHEST, "limit": 1000, "upwards": False}
        async with self.database.reading() as connection:
            return await search.find(connection, self.account_id, wanted.terms, **{**every, **bounds})

    async def found(self, typed: str) -> list[str | None]:
        """QUERY_IDs of what /search finds, newest first."""
        places = await self.places(typed)
        async with self.database.reading() as connection:
            return [one.lead.query_id for one in await leads.at(connection, self.account_id, places)]

    async def rows(self, statement: str, **parameters: Any) -> list[tuple[Any, ...]]:
        async with self.database.reading() as connection:
            return databases.in_order(
                statement, [tuple(row) for row in await connection.fetch_all(statement, parameters)]
            )


async def open_shelf(database: Database, name: str = "main") -> Shelf:
    async with database.transaction() as connection:
        return Shelf(database, await accounts.open_account(connection, name))


@dataclass
class Library:
    """For hypothesis: one open database, and an account of its own for every example."""

    runner: asyncio.Runner
    database: Database
    numbers: count[int]

    def run(self, work: Callable[[Shelf], Coroutine[Any, Any, T]]) -> T:
        return self.runner.run(self._run(work))

    async def _run(self, work: Callable[[Shelf], Coroutine[Any, Any, T]]) -> T:
        return await work(await open_shelf(self.database, f"account {next(self.numbers)}"))


def make_lead(query_id: str = "1", **fields: Any) -> Lead:
    values = {"kind": Kind.ENQUIRY, "query_id": query_id, "enquired_at": NOW - timedelta(minutes=3)}
    return Lead(**{**values, **fields})


@pytest.fixture(scope="session")
def lead() -> Callable[..., Lead]:
    return make_lead


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with databases.opened(tmp_path / "leads.db") as opened:
        yield opened


@pytest.fixture
async def shelf(database: Database) -> Shelf:
    return await open_shelf(database)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with asyncio.Runner() as runner:
        database = databases.opened(tmp_path_factory.mktemp("library") / "leads.db")
        runner.run(database.__aenter__())
        yield Library(runner, database, count())
        runner.run(database.__aexit__())
