"""How many updates a second the bot answers with fifty people at once, all of them looking leads up.

    python -m tests.bench.updates --leads 10000 --seconds 10

The baseline is `tests/bench/echo.py` under the same fifty people: a bot that only echoes, on the library's default
transport.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.bench import book, botapi
from tests.bench.process import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.bench.botapi import Server

GOAL = 2.0
WARM_UP = 2.0


async def rate(server: Server, people: int, seconds: float, questions: Callable[[int], Iterator[str]]) -> float:
    """Answers a second."""
    await asyncio.wait_for(server.first_fetch.wait(), 30)
    server.add(people, questions)
    await asyncio.sleep(WARM_UP)
    before, begun = _answers(server), time.perf_counter()
    await asyncio.sleep(seconds)
    found = (_answers(server) - before) / (time.perf_counter() - begun)
    server.stop_asking()
    return found


def _answers(server: Server) -> int:
    return sum(len(person.took) for person in server.people.values())


async def echoing(people: int, seconds: float) -> float:
    async with botapi.opened() as server, running("tests.bench.echo", botapi.TOKEN, server.url):
        return await rate(server, people, seconds, lambda number: book.lookups(1_000, number))


async def ours(database: Path, leads: int, people: int, seconds: float) -> float:
    async with botapi.opened() as server:
        environment = botapi.settings(server, str(database))
        async with running("bot", "run", environment=environment):
            return await rate(server, people, seconds, lambda number: book.lookups(leads, number))


async def measure(leads: int, people: int, seconds: float) -> bool:
    with TemporaryDirectory(prefix="leadbell-updates-") as folder:
        database = Path(folder) / "leads.db"
        await book.write(database, leads)
        theirs = await echoing(people, seconds)
        mine = await ours(database, leads, people, seconds)
    print(
        f"updates: {mine:,.0f}/s with {people} people at {leads} leads, bare echo bot {theirs:,.0f}/s, "
        f"ratio {mine / theirs:.2f} (goal at least {GOAL})"
    )
    return mine >= GOAL * theirs


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.updates", description=__doc__)
    parser.add_argument("--leads", type=int, default=10_000)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=10)
    given = parser.parse_args()
    raise SystemExit(0 if asyncio.run(measure(given.leads, given.people, given.seconds)) else 1)


if __name__ == "__main__":
    main()
