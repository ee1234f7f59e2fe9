"""What the bot costs while nothing happens, and how soon after its start it polls.

    python -m tests.bench.idle --seconds 60

The baseline is `tests/bench/echo.py`, a bare bot, at rest against the same server. Ours polls IndiaMART's simulator
with the default settings; its first poll ends the start, the bare bot's first request for updates ends that one's.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bot.sandbox.simulator.server import Simulator
from tests.bench import botapi
from tests.bench.process import memory, processor_time, running

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Awaitable

MEMORY_GOAL = 1.7
PROCESSOR_GOAL = 0.01
START_GOAL = 1.5
STARTS = 5
SETTLE = 5.0


@dataclass(frozen=True)
class Rest:
    """A process at rest."""

    megabytes: float
    share: float
    """Of one core."""


async def resting(process: Process, seconds: float) -> Rest:
    await asyncio.sleep(SETTLE)
    before = processor_time(process)
    await asyncio.sleep(seconds)
    return Rest(memory(process), (processor_time(process) - before) / seconds)


async def echo(seconds: float) -> tuple[float, Rest | None]:
    """Seconds to the first request for updates, and what it costs afterwards."""
    async with botapi.opened() as server:
        begun = time.perf_counter()
        async with running("tests.bench.echo", botapi.TOKEN, server.url) as process:
            await _within(server.first_fetch.wait())
            took = time.perf_counter() - begun
            return took, await resting(process, seconds) if seconds else None


async def ours(folder: Path, seconds: float) -> tuple[float, Rest | None]:
    """Seconds to the first poll, and what it costs afterwards."""
    async with botapi.opened() as server, Simulator(floor=timedelta(0)) as simulator:
        given = {"INDIAMART_KEY": simulator.seller.api_key, "INDIAMART_URL": simulator.url, "POLL_EVERY": "5m"}
        database = folder / f"{time.monotonic_ns()}.db"  # a new one each time: the call budget survives a restart
        settings = botapi.settings(server, str(database)) | given | {"HTTP_LISTEN": "127.0.0.1:0"}
        settings = {name: text for name, text in settings.items() if name not in {"ESCALATE_AFTER", "PUSH_TOKEN"}}
        begun = time.perf_counter()
        async with running("bot", "run", environment=settings) as process:
            await _within(simulator.called(1))
            took = time.perf_counter() - begun
            await _within(server.first_fetch.wait())
            return took, await resting(process, seconds) if seconds else None


async def _within(event: Awaitable[object]) -> None:
    await asyncio.wait_for(event, 60)


async def measure(seconds: float) -> bool:
    with TemporaryDirectory(prefix="leadbell-idle-") as name:
        folder = Path(name)
        theirs_at_rest, mine_at_rest = (await echo(seconds))[1], (await ours(folder, seconds))[1]
        starts = [(await echo(0), await ours(folder, 0)) for _number in range(STARTS)]
    if theirs_at_rest is None or mine_at_rest is None:
        return False
    theirs, mine = (min(pair[side][0] for pair in starts) for side in (0, 1))
    sizes = mine_at_rest.megabytes / theirs_at_rest.megabytes
    print(
        f"idle: {mine_at_rest.megabytes:.0f} MB, bare bot {theirs_at_rest.megabytes:.0f} MB, ratio {sizes:.2f} "
        f"(goal at most {MEMORY_GOAL}); {mine_at_rest.share:.2%} of a core, bare bot {theirs_at_rest.share:.2%} "
        f"(goal under {PROCESSOR_GOAL:.0%}); start to first poll {mine:.2f} s, bare bot to first fetch {theirs:.2f} s, "
        f"ratio {mine / theirs:.2f} (goal at most {START_GOAL})"
    )
    return sizes <= MEMORY_GOAL and mine_at_rest.share < PROCESSOR_GOAL and mine <= START_GOAL * theirs


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.idle", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    raise SystemExit(0 if asyncio.run(measure(parser.parse_args().seconds)) else 1)


if __name__ == "__main__":
    main()
