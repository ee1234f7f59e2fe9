"""How soon people are answered while a year of leads is being fetched, and for how long the event loop is held up.

    python -m tests.bench.backfill --leads 100000

One person asks, waits for the answer, and asks on; somebody else asks for /healthz all the time, which needs nothing
but the event loop's turn. The baseline is the same service when everything has come.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import time
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import aiohttp

from tests.bench import book, botapi
from tests.bench.process import is_up, running
from tests.ports import free_port

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.bench.botapi import Person

OF_A_WINDOW = 5_000
APART = 0.005
"""Seconds between two questions for /healthz."""
GOAL = 0.05
"""Seconds for which the event loop may be held up: what 999 of 1,000 calls have to keep."""
PATIENCE = 900.0


@dataclass
class Watch:
    """Seconds that answers took."""

    people: list[float] = field(default_factory=list)
    health: list[float] = field(default_factory=list)

    def line(self, when: str) -> str:
        people, health = self.people, self.health
        return (
            f"{when}: {len(people)} answers, p50 {botapi.percentile(people, 0.5):.1f} ms, "
            f"p95 {botapi.percentile(people, 0.95):.1f} ms, longest {1000 * max(people):.0f} ms; {len(health)} times "
            f"/healthz, p99 {botapi.percentile(health, 0.99):.1f} ms, p99.9 {botapi.percentile(health, 0.999):.1f} ms, "
            f"longest {1000 * max(health):.0f} ms"
        )


@asynccontextmanager
async def service(folder: Path, leads: int) -> AsyncIterator[tuple[Person, str]]:
    """Somebody who asks, and the address of /healthz."""
    seller, listen = free_port(), free_port()
    async with botapi.opened() as server, running("tests.bench.seller", str(seller), str(leads), str(OF_A_WINDOW)):
        await is_up(f"http://127.0.0.1:{seller}/?end_time=")
        settings = botapi.settings(
            server,
            str(folder / "leads.db"),
            INDIAMART_KEY="bench0123456789",
            INDIAMART_URL=f"http://127.0.0.1:{seller}",
            LOOKBACK="365d",
            POLL_EVERY="1s",
            HTTP_LISTEN=f"127.0.0.1:{listen}",
        )
        async with running("bot", "run", environment=settings):
            await asyncio.wait_for(server.first_fetch.wait(), 30)
            server.add(1, lambda _number: book.lookups(leads, 0))
            [person] = server.people.values()
            yield person, f"http://127.0.0.1:{listen}/healthz"


async def watched(person: Person, health: str, over: asyncio.Event) -> Watch:
    found, begun = Watch(), len(person.took)
    async with aiohttp.ClientSession() as session:
        while not over.is_set():
            asked = time.perf_counter()
            async with session.get(health) as response:
                await response.read()
            found.health.append(time.perf_counter() - asked)
            await asyncio.sleep(APART)
    found.people = person.took[begun:]
    return found


def stored(database: Path) -> int:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return int(connection.execute("SELECT coalesce(max(lead_id), 0) FROM leads").fetchone()[0])


async def everything(database: Path, leads: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while await asyncio.to_thread(stored, database) < leads:  # noqa: ASYNC110 - a row has no event
            await asyncio.sleep(0.5)


async def measure(leads: int) -> bool:
    with TemporaryDirectory(prefix="leadbell-backfill-") as name:
        folder = Path(name)
        async with service(folder, leads) as (person, health):
            over = asyncio.Event()
            begun = time.perf_counter()
            meanwhile = asyncio.create_task(watched(person, health, over))
            await everything(folder / "leads.db", leads)
            over.set()
            busy, seconds = await meanwhile, time.perf_counter() - begun
            over = asyncio.Event()
            asyncio.get_running_loop().call_later(10, over.set)
            calm = await watched(person, health, over)
    print(busy.line(f"while {leads} leads came in {seconds:.0f} s"))
    print(calm.line("afterwards"))
    longest = botapi.percentile(busy.health, 0.999) / 1000
    print(f"event loop: p99.9 held up for {1000 * longest:.0f} ms (goal at most {1000 * GOAL:.0f})")
    return longest <= GOAL


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.backfill", description=__doc__)
    parser.add_argument("--leads", type=int, default=100_000)
    raise SystemExit(0 if asyncio.run(measure(parser.parse_args().leads)) else 1)


if __name__ == "__main__":
    main()
