"""How long a look-up takes through the whole bot, by how many leads there are.

    python -m tests.bench.search --leads 10000 100000 1000000

One person asks, waits for the answer, asks on. The baseline is `tests/bench/echo.py`, asked the same questions. All
bots are up all the time and are asked in turns. With `--folder` the databases are kept there, and used again: a million
leads take minutes to write. What is read from a cold disk counts as well: a second run tells more than the first.

`--engine postgres` asks a server of its own, or with `--server postgresql://user@host` one that is there; its databases
(`search_10000` and so on) are kept.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import statistics
import time
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import quote

from bot import app
from bot.clock import Clock
from bot.domain.lead import Origin
from bot.indiamart import v2
from bot.store import engines
from bot.store.sqlite import SqliteDatabase
from tests.bench import book, botapi
from tests.bench.ingest import enveloped
from tests.bench.process import running
from tests.services.world import settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

    from tests.bench.botapi import Server

SEARCH_TO_ECHO = 2.0
SEARCH_GROWTH = 1.5
OTHER_GROWTH = 1.2
ROUNDS = 8
SILENCE = 0.1
"""Seconds for the last answers of one bot to come before the next is asked."""
KNOWN = 200
"""Leads of a poll that brings nothing new."""


@dataclass
class Candidate:
    """A bot that is up, and how long its answers took."""

    server: Server
    searches: Iterator[str]
    took: dict[str, list[float]] = field(default_factory=lambda: {"search": [], "today": []})
    """Seconds."""

    async def ask(self, what: str, count: int) -> None:
        """So many questions, one after the other; the first tenth, while everything is still cold, is left out."""
        await asyncio.wait_for(self.server.first_fetch.wait(), 60)
        self.server.people.clear()
        questions = self.searches if what == "search" else itertools.repeat("/today")
        self.server.add(1, lambda _number: questions)
        [person] = self.server.people.values()
        while len(person.took) < count:  # noqa: ASYNC110 - the server counts, and has no event for it
            await asyncio.sleep(0.02)
        self.server.stop_asking()
        await asyncio.sleep(SILENCE)
        self.server.open()
        self.took[what] += person.took[count // 10 : count]

    def p(self, what: str, share: float) -> float:
        """Milliseconds."""
        return botapi.percentile(self.took[what], share)


@asynccontextmanager
async def all_up(books: Mapping[str, int]) -> AsyncIterator[list[Candidate]]:
    """The echo bot, and ours with each of the databases: whoever is not asked costs next to nothing."""
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(botapi.opened())
        await stack.enter_async_context(running("tests.bench.echo", botapi.TOKEN, server.url))
        found = [Candidate(server, book.searches(1_000))]
        for url, leads in books.items():
            server = await stack.enter_async_context(botapi.opened())
            settings = botapi.settings(server, "", DATABASE_URL=url)
            await stack.enter_async_context(running("bot", "run", environment=settings))
            found.append(Candidate(server, book.searches(leads)))
        yield found


async def known_poll(url: str, leads: int) -> list[float]:
    """Seconds that a poll takes which brings the newest leads again."""
    async with engines.database(url) as opened:
        ingest = (await app.intake(settings(), app.share(opened, Clock()), None)).ingest
        body = enveloped(list(book.newest(leads, KNOWN)))
        seconds = []
        for _number in range(30):
            begun = time.perf_counter()
            async with opened.transaction() as connection:
                assert await ingest.fresh(connection, v2.read(200, body).leads, origin=Origin.PULL) == 0
            seconds.append(time.perf_counter() - begun)
    return seconds


async def known_polls(books: Mapping[str, int]) -> list[float]:
    """Of each size, measured in turns."""
    rounds = [
        [statistics.median(await known_poll(url, leads)) for url, leads in books.items()] for _round in range(ROUNDS)
    ]
    return [statistics.median(took) for took in zip(*rounds, strict=True)]


async def written(sizes: list[int], folder: Path) -> dict[str, int]:
    """Addresses of books of these sizes."""
    for leads in sizes:
        path = folder / f"{leads}.db"
        if not path.exists():
            await book.write(SqliteDatabase(path), leads)
    return {address(folder / f"{leads}.db"): leads for leads in sizes}


def address(path: Path) -> str:
    return f"sqlite:///{path.absolute().as_posix()}"


async def written_on_server(sizes: list[int], server: str) -> dict[str, int]:
    import psycopg  # noqa: PLC0415 - an extra's
    from psycopg import conninfo, errors  # noqa: PLC0415

    books = {f"{server.rstrip('/')}/search_{leads}": leads for leads in sizes}
    for url, leads in books.items():
        with psycopg.connect(f"{server.rstrip('/')}/postgres", autocommit=True) as connection:
            try:
                connection.execute(f"CREATE DATABASE {conninfo.conninfo_to_dict(url)['dbname']}".encode())
            except errors.DuplicateDatabase:
                continue
        begun = time.perf_counter()
        await book.write(engines.database(url), leads)
        print(f"{leads} leads written in {time.perf_counter() - begun:.0f} s")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
    return books


async def measure(books: Mapping[str, int], count: int) -> bool:
    sizes = list(books.values())
    async with all_up(books) as (echo, *ours):
        for _round in range(ROUNDS):
            for one in (echo, *ours):
                await one.ask("search", count // ROUNDS)
            for one in ours:
                await one.ask("today", count // ROUNDS)
    polls = await known_polls(books)
    bare, small = echo.p("search", 0.95), ours[0]
    for leads, one, poll in zip(sizes, ours, polls, strict=True):
        p95, today = one.p("search", 0.95), one.p("today", 0.95)
        print(
            f"{leads} leads: search p50 {one.p('search', 0.5):.1f} ms, p95 {p95:.1f} ms, "
            f"{p95 / bare:.2f} of the bare echo bot's {bare:.1f} ms (goal at most {SEARCH_TO_ECHO}) and "
            f"{p95 / small.p('search', 0.95):.2f} of our own at {sizes[0]} (goal at most {SEARCH_GROWTH}); "
            f"/today p95 {today:.1f} ms, {today / small.p('today', 0.95):.2f} of its own, a poll of {KNOWN} known "
            f"leads {1000 * poll:.1f} ms, {poll / polls[0]:.2f} of its own (goal at most {OTHER_GROWTH})"
        )
    large = ours[-1]
    return (
        large.p("search", 0.95) <= min(SEARCH_TO_ECHO * bare, SEARCH_GROWTH * small.p("search", 0.95))
        and large.p("today", 0.95) <= OTHER_GROWTH * small.p("today", 0.95)
        and polls[-1] <= OTHER_GROWTH * polls[0]
    )


async def on_sqlite(given: argparse.Namespace, folder: Path) -> bool:
    return await measure(await written(given.leads, folder), given.count)


async def on_postgres(given: argparse.Namespace) -> bool:
    from tests import postgres  # noqa: PLC0415 - an extra's

    if given.server:
        return await measure(await written_on_server(given.leads, given.server), given.count)
    with postgres.server() as server:
        url = f"postgresql://leadbell@{quote(str(server.folder), safe='')}"
        return await measure(await written_on_server(given.leads, url), given.count)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.search", description=__doc__)
    parser.add_argument("--leads", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--count", type=int, default=640)
    parser.add_argument("--engine", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--server", help="of PostgreSQL; without it one is started")
    given = parser.parse_args()
    if given.engine == "postgres":
        raise SystemExit(0 if asyncio.run(on_postgres(given)) else 1)
    with TemporaryDirectory(prefix="leadbell-search-") as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        raise SystemExit(0 if asyncio.run(on_sqlite(given, folder)) else 1)


if __name__ == "__main__":
    main()
