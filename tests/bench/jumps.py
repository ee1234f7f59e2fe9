"""What a real process does while the machine's clock jumps: two hours back, a day and forty days on, to 1970 and back.

    python -m tests.bench.jumps

Debian's `faketime` moves the wall clock of the running service; the monotonic one goes on. Before each jump a lead
arrives that nobody claims, and after it another one: the first is called out, and the second stands in the group, when
it is time by a real clock. Prints the worst of all jumps. Linux only.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import aiohttp

from tests.bench.process import is_up, memory
from tests.e2e.stage import staged
from tests.ports import free_port

if TYPE_CHECKING:
    from tests.e2e.stage import Stage

LIBRARY: Final = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
JUMPS: Final = ("-2h", "+1d", "+40d", "-20700d", "+0")
STEP: Final = 20.0
"""Seconds until an unclaimed lead is called out; the service looks every 15."""


class Watch:
    def __init__(self) -> None:
        self.held = 0.0

    async def run(self, url: str) -> None:
        async with aiohttp.ClientSession() as session:
            while True:
                begun = time.monotonic()
                with suppress(aiohttp.ClientError):
                    async with session.get(f"{url}/healthz") as response:
                        await response.read()
                self.held = max(self.held, time.monotonic() - begun)
                await asyncio.sleep(0.02)


async def called_out(stage: Stage, before: int) -> None:
    def callouts() -> int:
        return sum("Claim #" in str(message.markup.wire) for message in stage.town.group.by_bot)

    await stage.town.world.wait_for(lambda: callouts() > before, 120)


async def has_card(stage: Stage, product: str) -> None:
    await stage.town.world.wait_for(lambda: any(product in one.text for one in stage.town.group.by_bot), 60)


async def jump(stage: Stage, clock: Path, to: str, number: int) -> tuple[float, float]:
    """Seconds until a lead that comes after it stands in the group, and until the one before it is called out."""
    stage.simulator.seller.arrive("W", product=f"Pump before {number}")
    await has_card(stage, f"Pump before {number}")
    begun = time.monotonic()
    before = sum("Claim #" in str(message.markup.wire) for message in stage.town.group.by_bot)
    clock.write_text(f"{to}\n", encoding="ascii")
    after = time.monotonic()
    stage.simulator.seller.arrive("W", product=f"Pump after {number}")
    await has_card(stage, f"Pump after {number}")
    stood = time.monotonic() - after
    await called_out(stage, before)
    return stood, time.monotonic() - begun


async def main() -> int:
    if LIBRARY is None:
        sys.exit("apt-get install faketime")
    with tempfile.TemporaryDirectory() as name:
        folder, port, watch = Path(name), free_port(), Watch()
        clock = folder / "clock"
        clock.write_text("+0\n", encoding="ascii")
        settings = {
            "HTTP_LISTEN": f"127.0.0.1:{port}",
            "ESCALATE_AFTER": f"{STEP:.0f}s",
            "WORKING_HOURS": "Mon-Sun 00:00-24:00",
            "LD_PRELOAD": str(LIBRARY),
            "FAKETIME_TIMESTAMP_FILE": str(clock),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        async with staged(folder / "service", settings) as stage:
            await stage.service.start()
            await is_up(f"http://127.0.0.1:{port}/healthz")
            process = stage.service.process
            assert process is not None
            watching = asyncio.create_task(watch.run(f"http://127.0.0.1:{port}"))
            for number, to in enumerate(JUMPS):
                watch.held = 0.0
                stood, called = await jump(stage, clock, to, number)
                print(
                    f"{to:>8}: the next lead stood after {stood:.1f} s, called out after {called:.0f} s "
                    f"(wanted {STEP:.0f} to {STEP + 15:.0f}), /healthz at most {watch.held * 1000:.0f} ms, "
                    f"{memory(process):.0f} MB",
                    flush=True,
                )
            watching.cancel()
            print(f"lost {len(stage.lost)}, repeated {stage.repeated}")
    return 0


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
