"""How long a look-up takes through the whole bot, by how many leads there are.

    python -m tests.bench.search --leads 10000 100000 1000000

One person asks, waits for the answer, asks on. The baseline is `tests/bench/echo.py`, asked the same questions. With
`--folder` the databases are kept there, and used again: a million leads take minutes to write.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bot.clock import Clock
from bot.indiamart import v2
from bot.models import Route
from bot.services.faults import Faults
from bot.services.ingest import Ingest
from bot.store import accounts
from bot.store.database import Database
from tests.bench import book, botapi
from tests.bench.ingest import enveloped
from tests.bench.process import running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bench.botapi import Server

SEARCH_TO_ECHO = 2.0
SEARCH_GROWTH = 1.5
OTHER_GROWTH = 1.2
KNOWN = 200
"""Leads of a poll that brings nothing new."""


async def took(server: Server, questions: Iterator[str], count: int) -> list[float]:
    """Seconds that each answer took; the first tenth, while everything is still cold, is left out."""
    await asyncio.wait_for(server.first_fetch.wait(), 60)
    server.people.clear()
    server.add(1, lambda _number: questions)
    [person] = server.people.values()
    while len(person.took) < count:  # noqa: ASYNC110 - the server counts, and has no event for it
        await asyncio.sleep(0.05)
    server.stop_asking()
    return person.took[count // 10 : count]


async def echo(questions: Iterator[str], count: int) -> list[float]:
    async with botapi.opened() as server, running("tests.bench.echo", botapi.TOKEN, server.url):
        return await took(server, questions, count)


async def ours(database: Path, questions: Iterator[str], count: int) -> list[float]:
    async with botapi.opened() as server, running("bot", "run", environment=botapi.settings(server, str(database))):
        return await took(server, questions, count)


async def known_poll(database: Path, leads: int) -> list[float]:
    """Seconds that a poll takes which brings the newest leads again."""
    async with Database(database) as opened:
        async with opened.transaction() as connection:
            account_id = await accounts.open_account(connection)
        clock = Clock()
        ingest = Ingest(account_id, clock, Faults(account_id, clock, ()))
        body = enveloped(list(book.newest(leads, KNOWN)))
        seconds = []
        for _number in range(30):
            begun = time.perf_counter()
            async with opened.transaction() as connection:
                assert await ingest.fresh(connection, v2.read(200, body).leads, route=Route.PULL) == 0
            seconds.append(time.perf_counter() - begun)
    return seconds


async def measure(sizes: list[int], folder: Path, count: int) -> bool:
    bare = botapi.percentile(await echo(book.searches(1_000), count), 0.95)
    found: list[dict[str, float]] = []
    for leads in sizes:
        database = folder / f"{leads}.db"
        if not database.exists():
            await book.write(database, leads)
        searches = await ours(database, book.searches(leads), count)
        today = await ours(database, itertools.repeat("/today"), count)
        poll = await known_poll(database, leads)
        p95, of_today = botapi.percentile(searches, 0.95), botapi.percentile(today, 0.95)
        found.append({"search": p95, "today": of_today, "poll": statistics.median(poll)})
        print(
            f"{leads} leads: search p50 {botapi.percentile(searches, 0.5):.1f} ms, p95 {p95:.1f} ms, "
            f"{p95 / bare:.2f} of the bare echo bot's {bare:.1f} ms (goal at most {SEARCH_TO_ECHO}) and "
            f"{p95 / found[0]['search']:.2f} of our own at {sizes[0]} (goal at most {SEARCH_GROWTH}); "
            f"/today p95 {of_today:.1f} ms, {of_today / found[0]['today']:.2f} of its own, a poll of {KNOWN} known "
            f"leads {1000 * found[-1]['poll']:.1f} ms, {found[-1]['poll'] / found[0]['poll']:.2f} of its own "
            f"(goal at most {OTHER_GROWTH})",
            flush=True,
        )
    first, last = found[0], found[-1]
    return (
        last["search"] <= SEARCH_TO_ECHO * bare
        and last["search"] <= SEARCH_GROWTH * first["search"]
        and all(last[name] <= OTHER_GROWTH * first[name] for name in ("today", "poll"))
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.search", description=__doc__)
    parser.add_argument("--leads", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--count", type=int, default=640)
    given = parser.parse_args()
    with TemporaryDirectory(prefix="leadbell-search-") as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        raise SystemExit(0 if asyncio.run(measure(given.leads, folder, given.count)) else 1)


if __name__ == "__main__":
    main()
