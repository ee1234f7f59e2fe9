"""What a small account pays for a huge one in the same database: look-ups and polls, against the same account alone.

    python -m tests.bench.neighbours --leads 1000 --beside 1000000 --folder /tmp/neighbours

The neighbour has the same QUERY_IDs, numbers and words. Both bots are up all the time and are asked in turns, as in
`tests/bench/search.py`; with `--folder` the databases are kept, and used again.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.store.sqlite import SqliteDatabase
from tests.bench import book
from tests.bench.search import Candidate, address, all_up, known_poll

GOAL = 1.2
ROUNDS = 16


async def share(alone: Candidate, beside: Candidate, what: str, count: int) -> float:
    """The median of the rounds' shares: the machine's own speed changes."""
    shares = []
    for number in range(ROUNDS):
        took = []
        for one in (alone, beside) if number % 2 else (beside, alone):
            before = len(one.took[what])
            await one.ask(what, count // ROUNDS)
            took.append(statistics.median(one.took[what][before:]))
        shares.append(took[1] / took[0] if number % 2 else took[0] / took[1])
    found = statistics.median(shares)
    slowest = beside.p(what, 0.95) / alone.p(what, 0.95)
    print(
        f"{what}: p50 {beside.p(what, 0.5):.1f} ms, {found:.2f} of alone (goal at most {GOAL}); "
        f"p95 {beside.p(what, 0.95):.1f} ms, {slowest:.2f} of alone"
    )
    return found


async def measure(leads: int, beside: int, folder: Path, count: int) -> bool:
    paths = {f"{leads}-alone": 0, f"{leads}-beside-{beside}": beside}
    urls = [address(folder / f"{name}.db") for name in paths]
    for name, others in paths.items():
        if not (folder / f"{name}.db").exists():
            await book.write(SqliteDatabase(folder / f"{name}.db"), leads, beside=others)
    async with all_up(dict.fromkeys(urls, leads)) as (_echo, alone, neighbour):
        shares = [await share(alone, neighbour, what, count) for what in ("search", "today")]
    polls = [[statistics.median(await known_poll(url, leads)) for url in urls] for _ in range(ROUNDS)]
    shares.append(statistics.median(beside / alone for alone, beside in polls))
    poll = 1000 * statistics.median(beside for _alone, beside in polls)
    print(f"a poll of known leads: {poll:.1f} ms, {shares[-1]:.2f} of alone (goal at most {GOAL})")
    return max(shares) <= GOAL


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.neighbours", description=__doc__)
    parser.add_argument("--leads", type=int, default=1_000)
    parser.add_argument("--beside", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--count", type=int, default=1_280)
    given = parser.parse_args()
    with TemporaryDirectory(prefix="leadbell-neighbours-") as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        raise SystemExit(0 if asyncio.run(measure(given.leads, given.beside, folder, given.count)) else 1)


if __name__ == "__main__":
    main()
