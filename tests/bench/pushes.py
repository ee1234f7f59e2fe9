"""How many pushed leads a second are taken in, their cards being posted meanwhile.

    python -m tests.bench.pushes --leads 300 --at-once 20

Each push is one lead in an envelope of its own, as IndiaMART sends them, and counts when its 200 has come. The
baseline is `tests/bench/inbox.py`, which keeps the bytes and reads nothing. Both are up all the time and are called in
turns; the median of the rounds' ratios counts.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import time
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import aiohttp

from tests.bench import botapi
from tests.bench.corpus import Corpus
from tests.bench.process import is_up, running
from tests.ports import free_port

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

PUSH_TOKEN = "bench0123456789abcdef"
ROUNDS = 7


def bodies(leads: int) -> Iterator[bytes]:
    """Envelopes around leads that differ from each other."""
    for row in Corpus().rows(leads):
        yield json.dumps({"CODE": 200, "STATUS": "SUCCESS", "RESPONSE": row}).encode()


@asynccontextmanager
async def both(folder: Path) -> AsyncIterator[tuple[str, str]]:
    """Addresses of ours and the baseline, once they are up."""
    port, other = free_port(), free_port()
    async with botapi.opened() as server:
        settings = botapi.settings(
            server, str(folder / "leads.db"), PUSH_TOKEN=PUSH_TOKEN, HTTP_LISTEN=f"127.0.0.1:{port}"
        )
        async with (
            running("bot", "run", environment=settings),
            running("tests.bench.inbox", str(folder / "bodies.db"), str(other)),
        ):
            addresses = (f"http://127.0.0.1:{port}", f"http://127.0.0.1:{other}")
            for address in addresses:
                await is_up(f"{address}/readyz")
            yield addresses


async def rate(address: str, sent: Iterator[bytes], at_once: int) -> float:
    """Pushes a second."""
    count = 0

    async def send(session: aiohttp.ClientSession) -> None:
        nonlocal count
        for body in sent:
            async with session.post(f"{address}/indiamart/{PUSH_TOKEN}", data=body) as response:
                assert response.status == 200
            count += 1

    async with aiohttp.ClientSession() as session:
        begun = time.perf_counter()
        await asyncio.gather(*(send(session) for _ in range(at_once)))
        return count / (time.perf_counter() - begun)


async def measure(leads: int, at_once: int) -> None:
    all_bodies = bodies(leads * ROUNDS)
    ours: list[float] = []
    bare: list[float] = []
    with TemporaryDirectory(prefix="leadbell-pushes-") as folder:
        async with both(Path(folder)) as (mine, other):
            for _round in range(ROUNDS):
                sent = list(itertools.islice(all_bodies, leads))
                ours.append(await rate(mine, iter(sent), at_once))
                bare.append(await rate(other, iter(sent), at_once))
    ratio = median(one / two for one, two in zip(ours, bare, strict=True))
    print(
        f"pushes: {median(ours):,.0f}/s, {at_once} at once, "
        f"a server that only keeps the bytes {median(bare):,.0f}/s, ratio {ratio:.2f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.pushes", description=__doc__)
    parser.add_argument("--leads", type=int, default=300, help="of each of the rounds")
    parser.add_argument("--at-once", type=int, default=20)
    given = parser.parse_args()
    asyncio.run(measure(given.leads, given.at_once))


if __name__ == "__main__":
    main()
