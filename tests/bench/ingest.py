"""How fast an answer of thousands of leads becomes rows, index and outbox.

    python -m tests.bench.ingest --leads 5000

Ours is everything between the bytes of a v2 answer and the commit; the baseline is `tests/bench/plain.py` with the rows
that ours made. Both are run in turns, and the median of the rounds' ratios counts: the machine's own speed changes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from contextlib import closing
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from bot import app
from bot.clock import Clock
from bot.domain.lead import Origin
from bot.indiamart import v2
from bot.store.sqlite import SqliteDatabase
from tests.bench import plain
from tests.bench.corpus import Corpus
from tests.services.world import settings

GOAL = 0.35
ROUNDS = 15


def answer(leads: int) -> bytes:
    return enveloped(list(Corpus().rows(leads)))


def enveloped(rows: list[dict[str, Any]]) -> bytes:
    """As v2 answers: the newest first."""
    body = {"CODE": 200, "STATUS": "SUCCESS", "MESSAGE": "", "TOTAL_RECORDS": len(rows), "RESPONSE": rows[::-1]}
    return json.dumps(body).encode()


async def ours(path: Path, body: bytes) -> float:
    """Seconds."""
    async with SqliteDatabase(path) as database:
        ingest = (await app.intake(settings(), app.share(database, Clock()), None)).ingest
        begun = time.perf_counter()
        found = await asyncio.to_thread(v2.read, 200, body)
        async with database.transaction() as connection:
            await ingest.fresh(connection, found.leads, origin=Origin.PULL)
        return time.perf_counter() - begun


def baseline(path: Path, rows: plain.Rows) -> float:
    with closing(plain.opened(path)) as connection:
        begun = time.perf_counter()
        plain.write(connection, rows)
        return time.perf_counter() - begun


def measure(leads: int) -> bool:
    body = answer(leads)
    took: dict[str, list[float]] = {"ours": [], "plain": []}
    with TemporaryDirectory(prefix="leadbell-ingest-") as name:
        for number in range(ROUNDS):
            folder = Path(name) / str(number)
            folder.mkdir()
            took["ours"].append(asyncio.run(ours(folder / "ours.db", body)))
            took["plain"].append(baseline(folder / "plain.db", plain.read(folder / "ours.db")))
    mine, theirs = median(took["ours"]), median(took["plain"])
    ratio = median(bare / own for own, bare in zip(took["ours"], took["plain"], strict=True))
    print(
        f"ingest: {leads / mine:,.0f} rows/s of {leads} leads, plain sqlite3 {leads / theirs:,.0f} rows/s, "
        f"ratio {ratio:.2f} (goal at least {GOAL})"
    )
    return ratio >= GOAL


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.ingest", description=__doc__)
    parser.add_argument("--leads", type=int, default=5_000)
    raise SystemExit(0 if measure(parser.parse_args().leads) else 1)


if __name__ == "__main__":
    main()
