"""Not a test: `python -m tests.bench.hostile [BODIES [SEED]]`.

Hostile bodies (tests/hostile.py), half of them pushed, half of them pulled, against `leadbell run` as a process of its
own. After each a lead has to become a card and a member's Claim is answered, and IndiaMART has to be polled again; with
every tenth the service gets SIGTERM while it works on it. Allowed are 2 s for an answer, 250 MB, 200 ms of a held loop
and 10 s for the end. The loop is watched from outside, by /healthz: a busy machine shows in it as well.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import tempfile
import time
from collections import deque
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
from aiohttp import web

from bot.domain import budgets
from tests.bench.process import is_up, peak
from tests.e2e.stage import Stage, staged
from tests.hostile import bodies
from tests.ports import free_port

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.sandbox.botapi import Message

TOKEN = "k7Qw2ZpX9mB4tR8sVn3d-push"
STOPPED_AT = 10
"""Each so-manieth body is what the service is stopped at."""


@dataclass
class Found:
    worst: dict[str, tuple[float, str]] = field(default_factory=dict)

    def note(self, what: str, value: float, name: str) -> None:
        self.worst[what] = max(self.worst.get(what, (0.0, "")), (value, name))


@asynccontextmanager
async def gateway(upstream: str) -> AsyncIterator[tuple[str, deque[tuple[bytes, dict[str, str]]]]]:
    """Between the service and the simulator: what is put into the queue goes out in place of its answers."""
    waiting: deque[tuple[bytes, dict[str, str]]] = deque()

    async def answer(request: web.Request) -> web.Response:
        if waiting:
            body, headers = waiting.popleft()
            return web.Response(body=body, headers={"Content-Type": "application/json"} | headers)
        async with session.get(f"{upstream}{request.rel_url}") as reply:
            headers = {"Content-Type": reply.headers["Content-Type"], "Date": reply.headers["Date"]}
            return web.Response(body=await reply.read(), status=reply.status, headers=headers)

    application = web.Application()
    application.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    async with aiohttp.ClientSession() as session:
        yield f"http://127.0.0.1:{port}", waiting
    await runner.cleanup()


@dataclass
class Bench:
    stage: Stage
    url: str
    http: aiohttp.ClientSession
    found: Found
    name: str = ""
    number: int = 0

    async def watch(self) -> None:
        """How long /healthz takes: at rest a millisecond or two."""
        while True:
            begun = time.monotonic()
            with suppress(aiohttp.ClientError):
                async with self.http.get(f"{self.url}/healthz") as response:
                    await response.read()
                self.found.note("the loop held, ms", (time.monotonic() - begun) * 1000, self.name)
            await asyncio.sleep(0.02)

    async def push(self, body: bytes, headers: dict[str, str]) -> None:
        begun = time.monotonic()
        async with self.http.post(f"{self.url}/indiamart/{TOKEN}", data=body, headers=headers) as response:
            await response.read()
        self.found.note("a push answered, s", time.monotonic() - begun, f"{response.status}: {self.name}")

    async def is_well(self) -> None:
        """A pulled lead becomes a card, and a Claim of it is answered."""
        self.number += 1
        product = f"Pump No{self.number}"
        begun = time.monotonic()
        self.stage.simulator.seller.arrive("W", product=product)
        await self.stage.town.world.wait_for(lambda: self._card(product) is not None, 20)
        self.found.note("polled and posted, s", time.monotonic() - begun, self.name)
        card, begun = self._card(product), time.monotonic()
        assert card is not None
        assert "is yours" in (await self.stage.town.asha.presses(card, "✋ Claim")).text
        self.found.note("a Claim answered, s", time.monotonic() - begun, self.name)

    def _card(self, product: str) -> Message | None:
        return next((one for one in reversed(self.stage.town.group.by_bot) if product in one.text), None)

    async def restart(self) -> None:
        """SIGTERM now, whatever is being worked on."""
        begun, process = time.monotonic(), self.stage.service.process
        assert process is not None
        self.found.note("memory, MB", peak(process), self.name)
        process.send_signal(signal.SIGTERM)
        await self.stage.service.ends(within=60)
        self.found.note("stopped, s", time.monotonic() - begun, self.name)
        await self.stage.service.start()
        await is_up(f"{self.url}/healthz")


async def attack(bench: Bench, waiting: deque[tuple[bytes, dict[str, str]]], number: int, seed: int) -> None:
    pushed = bodies(number, largest=budgets.PUSHED_BYTES, seed=seed)
    pulled = bodies(number, largest=budgets.PULLED_BYTES, seed=seed + 1)
    for index in range(number):
        is_pushed = index % 2 == 0
        what, body, headers = next(pushed if is_pushed else pulled)
        bench.name = f"{'push' if is_pushed else 'pull'} {index}: {what}"
        if is_pushed:
            working = asyncio.create_task(bench.push(body, headers))
        else:
            waiting.append((body, headers))
            working = asyncio.create_task(gone(waiting))
        if index % STOPPED_AT == STOPPED_AT - 1 or index % STOPPED_AT == 0:
            await asyncio.sleep(0.1)
            await bench.restart()
        await asyncio.gather(working, return_exceptions=True)
        try:
            await bench.is_well()
        except TimeoutError as error:
            print(f"{bench.name}: {error}\n{bench.stage.service.log[-1500:]}")


async def gone(waiting: deque[tuple[bytes, dict[str, str]]]) -> None:
    """Until the service asked for it."""
    while waiting:  # noqa: ASYNC110 - a queue of bytes has no event
        await asyncio.sleep(0.02)


async def main(number: int, seed: int) -> None:
    found = Found()
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        settings = {"PUSH_TOKEN": TOKEN, "HTTP_LISTEN": f"127.0.0.1:{port}", "ESCALATE_AFTER": "off"}
        async with staged(Path(folder), settings) as stage, gateway(stage.simulator.url) as (url, waiting):
            stage.service.settings["INDIAMART_URL"] = url
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(60)) as http:
                bench = Bench(stage, f"http://127.0.0.1:{port}", http, found)
                await stage.service.start()
                await is_up(f"{bench.url}/healthz")
                await bench.is_well()
                found.worst.clear()
                watching = asyncio.create_task(bench.watch())
                await attack(bench, waiting, number, seed)
                watching.cancel()
                await bench.restart()
    print(f"{number} bodies, seed {seed}; the worst of each:")
    for what, (value, name) in found.worst.items():
        print(f"  {what}: {value:.3g} ({name})")


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    asyncio.run(main(*(given + [200, 1][len(given) :])))
