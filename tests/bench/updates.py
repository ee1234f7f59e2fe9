"""How many updates a second the bot answers with fifty people at once, all of them looking leads up.

    python -m tests.bench.updates --leads 10000

The baseline is `tests/bench/echo.py` under the same fifty people: a bot that only echoes, on the library's default
transport. Both are up all the time and are asked in turns; the median of the rounds' ratios counts.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bot.store.sqlite import SqliteDatabase
from tests.bench import book, botapi
from tests.bench.process import running

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from tests.bench.botapi import Server

GOAL = 1.5
SILENCE = 0.3
"""Seconds for the last answers of one bot to come before the other is asked."""


@dataclass
class Candidate:
    """A bot that is up, and how it did."""

    server: Server
    rates: list[float] = field(default_factory=list)

    async def begin(self, people: int, questions: Callable[[int], Iterator[str]]) -> None:
        await asyncio.wait_for(self.server.first_fetch.wait(), 30)
        self.server.add(people, questions)
        await asyncio.sleep(1)
        self.server.stop_asking()

    async def round(self, seconds: float) -> None:
        await asyncio.sleep(SILENCE)
        self.server.go_on_asking()
        await asyncio.sleep(SILENCE)
        before, begun = self._answers(), time.perf_counter()
        await asyncio.sleep(seconds)
        self.rates.append((self._answers() - before) / (time.perf_counter() - begun))
        self.server.stop_asking()

    def _answers(self) -> int:
        return sum(len(person.took) for person in self.server.people.values())


@asynccontextmanager
async def both(database: Path) -> AsyncIterator[tuple[Candidate, Candidate]]:
    """Ours and the echo bot: whoever is not asked costs next to nothing."""
    async with (
        botapi.opened() as server,
        botapi.opened() as other,
        running("bot", "run", environment=botapi.settings(server, str(database))),
        running("tests.bench.echo", botapi.TOKEN, other.url),
    ):
        yield Candidate(server), Candidate(other)


async def measure(leads: int, people: int, rounds: int, seconds: float) -> bool:
    with TemporaryDirectory(prefix="leadbell-updates-") as folder:
        database = Path(folder) / "leads.db"
        await book.write(SqliteDatabase(database), leads)
        async with both(database) as (ours, echo):
            for one in (ours, echo):
                await one.begin(people, lambda number: book.lookups(leads, number))
            for _round in range(rounds):
                await ours.round(seconds)
                await echo.round(seconds)
    ratio = median(mine / theirs for mine, theirs in zip(ours.rates, echo.rates, strict=True))
    print(
        f"updates: {median(ours.rates):,.0f}/s with {people} people at {leads} leads, "
        f"bare echo bot {median(echo.rates):,.0f}/s, ratio {ratio:.2f} (goal at least {GOAL})"
    )
    return ratio >= GOAL


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.updates", description=__doc__)
    parser.add_argument("--leads", type=int, default=10_000)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=1.5)
    given = parser.parse_args()
    raise SystemExit(0 if asyncio.run(measure(given.leads, given.people, given.rounds, given.seconds)) else 1)


if __name__ == "__main__":
    main()
