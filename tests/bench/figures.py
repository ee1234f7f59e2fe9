"""How long statistics and charts take over many leads, and what they leave behind in memory.

    python -m tests.bench.figures --leads 100000 1000000

The database is the invented book with a team's work in it. How long the event loop was held is what its own ticks
beside were late by; what is left in memory is the resident set after three rounds of all charts, less that after one.
With `--folder` the databases are kept there. Linux only.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.domain.chart import ChartKind
from bot.domain.ids import AccountId, UserId
from bot.domain.report_span import ReportSpan
from bot.lookup import charts
from bot.lookup.stats import Stats, StatsQuery
from bot.store.sqlite import SqliteDatabase
from tests.bench import book
from tests.services.world import settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ZONE = ZoneInfo("Asia/Kolkata")
OF_100_000 = 5.0
"""Seconds in which all charts of so many leads are drawn."""
LEFT = 10.0
"""MB that they may leave behind."""
TICK = 0.005
ROUNDS = 3
WORKED = """
    UPDATE all_leads SET owner_id = 1 + lead_id % 7, claimed_at = stored_at,
        status = CASE lead_id % 6 WHEN 0 THEN 'claimed' WHEN 1 THEN 'contacted' WHEN 2 THEN 'quoted'
            WHEN 3 THEN 'won' ELSE 'lost' END,
        won_value = CASE WHEN lead_id % 6 = 3 THEN 1000 + lead_id % 90000 END,
        lost_reason = CASE WHEN lead_id % 6 > 3 THEN 'price' END
    WHERE lead_id % 11 > 0 AND owner_id IS NULL
"""
TIMED = """
    INSERT INTO response_times (lead_id, account_id, posted_at, indiamart_seconds, leadbell_seconds, telegram_seconds,
        claim_id, claimed_by, claim_seconds, contact_id, contacted_by, contact_seconds)
    SELECT lead_id, account_id, stored_at, lead_id % 700, lead_id % 3, 0, lead_id, owner_id, lead_id % 5003, lead_id,
        owner_id, lead_id % 9001
    FROM all_leads WHERE owner_id IS NOT NULL ON CONFLICT DO NOTHING
"""


@asynccontextmanager
async def held() -> AsyncIterator[list[float]]:
    """The longest time between two ticks of the loop, in seconds, once it is over."""
    longest = [0.0]

    async def tick() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(TICK)
            longest[0] = max(longest[0], time.perf_counter() - before - TICK)

    task = asyncio.create_task(tick())
    try:
        yield longest
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def resident() -> float:
    """MB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


async def measure(path: Path, count: int) -> bool:
    if not path.exists():
        await book.write(SqliteDatabase(path), count)
    async with SqliteDatabase(path) as database:
        async with database.transaction() as connection:
            await connection.execute(WORKED)
            await connection.execute(TIMED)
        clock = Clock()
        stats = Stats(database, AccountId(1), clock, ZONE)
        for name, query in _queries(clock).items():
            begun = time.perf_counter()
            async with held() as longest:
                report = await stats.report(query, has_trade=name != "all")
            took = time.perf_counter() - begun
            print(f"{count:>9,} leads  /stats {name:<10} {report.counts.total:>9,} of them  {took:6.2f} s  "
                  f"loop held {longest[0] * 1000:4.0f} ms")  # fmt: skip
        return await _draw(stats, clock, count)


def _queries(clock: Clock) -> dict[str, StatsQuery]:
    now = clock.now()
    month = ReportSpan.month(now, ZONE)
    return {
        "7d": StatsQuery(span=ReportSpan.of(timedelta(days=7), now, ZONE)),
        "month": StatsQuery(span=month),
        "ravi month": StatsQuery(span=month, user_id=UserId(3)),
        "1y": StatsQuery(span=ReportSpan.of(timedelta(days=365), now, ZONE)),
        "all": StatsQuery(span=ReportSpan.of(timedelta(days=36500), now, ZONE)),
    }


async def _draw(stats: Stats, clock: Clock, count: int) -> bool:
    from bot.charts import renderer  # noqa: PLC0415 - what a service loads at its first chart is counted
    from bot.chat.views import charts as views  # noqa: PLC0415
    from bot.domain.working_time import WorkingTime  # noqa: PLC0415

    known = settings()
    working = WorkingTime(known.working_hours, known.holidays, ZONE)
    left = []
    took, held_up = 0.0, 0.0
    for _round in range(ROUNDS):
        begun = time.perf_counter()
        async with held() as longest:
            facts = await charts.facts(stats, _queries(clock)["all"], working, ZONE)
            pngs = await renderer.pictures([views.chart(kind, facts) for kind in ChartKind])
        took, held_up = time.perf_counter() - begun, longest[0]
        assert all(pngs)
        left.append(resident())
    print(f"{count:>9,} leads  all charts  {took:6.2f} s  loop held {held_up * 1000:4.0f} ms  "
          f"{left[-1] - left[0]:+.1f} MB after {ROUNDS} rounds")  # fmt: skip
    return left[-1] - left[0] < LEFT and (count > 100_000 or took < OF_100_000)


async def main(counts: list[int], folder: Path) -> bool:
    return all([await measure(folder / f"figures-{count}.db", count) for count in counts])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--leads", type=int, nargs="+", default=[100_000])
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    with TemporaryDirectory() as scratch:
        sys.exit(0 if asyncio.run(main(given.leads, given.folder or Path(scratch))) else 1)
