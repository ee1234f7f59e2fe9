"""How much memory the service takes: at rest, through a body of 50 MB, and through 100,000 leads in one backfill.

    python -m tests.bench.memory --leads 100000

Prints the peak of the resident set (VmHWM) of the service's process against the limit. Linux only.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import time
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bot.sandbox.simulator.faults import SimulatorFault
from tests.e2e.stage import staged

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.e2e.stage import Stage

LIMIT = 200.0
"""MB."""
PATIENCE = 1200.0
"""Seconds for each part."""


def peak(stage: Stage) -> float:
    """MB, since the process began."""
    assert stage.service.process is not None
    status = Path(f"/proc/{stage.service.process.pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


async def at_rest(stage: Stage) -> str:
    await stage.simulator.called(3, within=30)
    return "at rest"


async def a_huge_body(stage: Stage) -> str:
    await stage.simulator.called(1, within=30)
    stage.simulator.faults.queue(SimulatorFault.HUGE, SimulatorFault.HUGE, SimulatorFault.HUGE)
    await stage.simulator.called(len(stage.simulator.calls) + 5, within=60)
    return "through three bodies of 50 MB"


async def a_backfill(stage: Stage, leads: int, days: int) -> str:
    begun = time.monotonic()
    async with asyncio.timeout(PATIENCE):
        while await asyncio.to_thread(_stored, stage) < leads:  # noqa: ASYNC110 - a row has no event
            await asyncio.sleep(1)
    largest = max(call.rows for call in stage.simulator.calls)
    seconds = time.monotonic() - begun
    return f"through {leads} leads of {days} days, {largest} in the largest answer, in {seconds:.0f} s"


def _stored(stage: Stage) -> int:
    try:
        return int(stage.rows("SELECT count(*) FROM leads")[0][0])
    except Exception:  # noqa: BLE001 - the file is not there yet
        return 0


async def measure(work: Callable[[Stage], Awaitable[str]], *, leads: int = 0, days: int = 1) -> bool:
    with TemporaryDirectory(prefix="leadbell-memory-") as folder:
        async with staged(Path(folder), {"POLL_EVERY": "1s", "LOOKBACK": f"{days}d"}) as stage:
            stage.simulator.seller.arrive_many(leads, over=timedelta(days=days, minutes=-5))
            await stage.service.start()
            what = await work(stage)
            most = peak(stage)
    print(f"{most:6.0f} MB of {LIMIT:.0f} MB {what}", flush=True)
    return most < LIMIT


async def run(leads: int, days: int) -> bool:
    found = [
        await measure(at_rest),
        await measure(a_huge_body),
        await measure(lambda stage: a_backfill(stage, leads, days), leads=leads, days=days),
    ]
    return all(found)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.memory", description=__doc__)
    parser.add_argument("--leads", type=int, default=100_000)
    parser.add_argument("--days", type=int, default=40)
    arguments = parser.parse_args()
    logging.disable(logging.CRITICAL)  # the client hangs up on 50 MB
    sys.exit(0 if asyncio.run(run(arguments.leads, arguments.days)) else 1)


if __name__ == "__main__":
    main()
