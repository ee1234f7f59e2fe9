"""Everything goes wrong for some minutes: how many leads are lost, and how many messages are repeated?

    python -m tests.bench.chaos --minutes 10 --seed 7
    python -m tests.bench.chaos --minutes 10 --accounts 10
    python -m tests.bench.chaos --engine postgres --processes 3 --bots 30
    python -m tests.bench.chaos --engine postgres --processes 3 --bots 30 --failover

The service runs as a process of its own. Its leads come by pull and by push; IndiaMART and Telegram fail in every way
the sandbox knows; the process is killed and stopped. Then all is quiet, and what the groups can reach is counted: with
several accounts nothing of one may stand in another's.
A message may be repeated once per kill and once per call that Telegram took without saying so. On PostgreSQL several
processes share the bots: `tests.bench.fleet`.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import secrets
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bot.sandbox.botapi import FaultKind
from bot.sandbox.simulator.faults import SimulatorFault
from tests.bench import fleet, servers
from tests.e2e.stage import staged
from tests.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.sandbox.botapi import BotApiFault, BotApiFaults
    from bot.sandbox.simulator.seller import Seller
    from tests.e2e.stage import Stage

TOKEN = secrets.token_urlsafe(24)
DRAIN = 180.0
"""Seconds the service gets at the end."""
HUNG = {SimulatorFault.HANG, SimulatorFault.HANG_HALFWAY}
ACCEPTED = {FaultKind.HANG_AFTER, FaultKind.RESET_AFTER}


@dataclass
class Chaos:
    stage: Stage
    chance: random.Random
    until: float
    """Monotonic seconds."""
    kills_only: int | None = None
    """So many kills and no other fault, while `leads` come in."""
    leads: int = 300
    kills: int = 0
    stops: int = 0
    deaths: list[int] = field(default_factory=list)
    """Exit codes nobody asked for."""
    indiamart: Counter[str] = field(default_factory=Counter)
    telegram: Counter[str] = field(default_factory=Counter)
    accepted: list[BotApiFault] = field(default_factory=list)

    @property
    def is_on(self) -> bool:
        if self.kills_only is None:
            return time.monotonic() < self.until
        return self.kills < self.kills_only or self._arrived < self.leads

    @property
    def allowed(self) -> int:
        """How many messages may have been repeated."""
        struck = sum(fault.struck for fault in self.accepted)
        return self.kills + struck + self.telegram["down"]

    async def rage(self) -> None:
        parts: list[Callable[[], Awaitable[None]]] = [self._leads, self._process]
        if self.kills_only is None:
            parts += [self._indiamart, self._telegram]
        await asyncio.gather(*(self._repeat(part) for part in parts))

    async def calm(self) -> float:
        """No more faults; seconds until everything stood in the group."""
        simulator, api = self.stage.simulator, self.stage.town.api
        simulator.faults.switch_off()
        simulator.release()
        for desk in self.stage.desks:
            desk.seller.row_limit = None
        api.faults.clear()
        await simulator.come_up()
        await api.come_up()
        begun = time.monotonic()
        await self._run()
        await self.stage.drained(DRAIN)
        return time.monotonic() - begun

    async def _repeat(self, part: Callable[[], Awaitable[None]]) -> None:
        while self.is_on:
            await part()

    async def _sleep(self, least: float, most: float) -> None:
        pause = self.chance.uniform(least, most)
        if self.kills_only is None:
            pause = min(pause, max(self.until - time.monotonic(), 0))
        await asyncio.sleep(pause)

    @property
    def _arrived(self) -> int:
        return sum(len(desk.seller.records) for desk in self.stage.desks)

    def _seller(self) -> Seller:
        return self.chance.choice(self.stage.desks).seller

    async def _leads(self) -> None:
        seller = self._seller()
        if self.kills_only is not None:
            if self._arrived < self.leads:
                seller.arrive()
            await self._sleep(0.05, 0.4)
            return
        for _number in range(self.chance.choices([1, 5, 30], [30, 4, 1])[0]):
            seller.arrive()
        await self._sleep(0.1, 1.2)

    async def _process(self) -> None:
        if self.kills_only is not None and self.kills >= self.kills_only:
            await self._run()
            await self._sleep(0.1, 0.2)
            return
        await self._run()
        await self._sleep(0.3, 12.0 if self.kills_only is None else 4.0)
        process = self.stage.service.process
        if process is not None and process.returncode is not None:
            self.deaths.append(process.returncode)
        elif self.kills_only is not None or self.chance.random() < 0.7:
            await self.stage.service.kill()
            self.kills += 1
        else:
            await self.stage.service.stop()
            self.stops += 1
        await self._sleep(0.0, 1.5)

    async def _run(self) -> None:
        process = self.stage.service.process
        if process is None or process.returncode is not None:
            await self.stage.service.start()

    async def _indiamart(self) -> None:
        simulator = self.stage.simulator
        name = self.chance.choice([*SimulatorFault, "down", "cut_short"])
        self.indiamart[str(name)] += 1
        if name == "down":
            await simulator.go_down()
            await self._sleep(0.5, 4.0)
            await simulator.come_up()
        elif name == "cut_short":
            seller = self._seller()
            seller.row_limit = self.chance.choice([1, 3, 10])
            await self._sleep(1.0, 5.0)
            seller.row_limit = None
        else:
            simulator.faults.queue(*[SimulatorFault(name)] * self.chance.randint(1, 3))
        await self._sleep(0.5, 5.0)
        if name in HUNG:
            simulator.release()

    async def _telegram(self) -> None:
        name = self.chance.choice([*FAULTS, "down"])
        self.telegram[name] += 1
        api = self.stage.town.api
        if name == "down":
            await api.go_down()
            await self._sleep(0.5, 4.0)
            await api.come_up()
        else:
            fault = FAULTS[name](api.faults)
            if fault.kind in ACCEPTED:
                self.accepted.append(fault)
            await self._sleep(0.5, 5.0)
            api.faults.lift(fault)
        await self._sleep(0.2, 3.0)

    def line(self, seed: int, minutes: float, drain: float) -> str:
        stage, many = self.stage, sum(len(desk.seller.records) for desk in self.stage.desks)
        log, repeated = stage.service.log, stage.repeated
        return (
            f"seed {seed}, {minutes:.1f} min: {many} leads of {len(stage.desks)} accounts, "
            f"{self.kills} kills, {self.stops} clean stops, "
            f"{self.indiamart.total()} faults of IndiaMART ({len(self.indiamart)} kinds), "
            f"{self.telegram.total()} of Telegram ({len(self.telegram)} kinds): {len(stage.lost)} lost, "
            f"{len(stage.strayed)} in another's group, "
            f"{repeated} repeated ({self.allowed} allowed, {max(repeated - self.allowed, 0)} beyond); "
            f"all quiet after {drain:.1f} s; {log.count('Traceback')} tracebacks, "
            f"{len(self.deaths)} ends nobody asked for"
        )


FAULTS: dict[str, Callable[[BotApiFaults], BotApiFault]] = {
    "flood": lambda faults: faults.flood(retry_after=2),
    "three floods": lambda faults: faults.flood("sendMessage", retry_after=1, times=3),
    "500": lambda faults: faults.server_error(code=500, times=3),
    "502": lambda faults: faults.server_error("sendMessage", times=2, is_html=True),
    "504": lambda faults: faults.server_error(code=504, times=5),
    "hang": lambda faults: faults.hang("sendMessage"),
    "everything hangs": lambda faults: faults.hang(times=3),
    "hang, accepted": lambda faults: faults.hang("sendMessage", is_accepted=True),
    "reset": lambda faults: faults.reset(times=3),
    "reset, accepted": lambda faults: faults.reset("sendMessage", times=2, is_accepted=True),
    "slow": lambda faults: faults.slow("sendMessage", seconds=0.7, times=5),
    "kicked": lambda faults: faults.refuse(403, "Forbidden: bot was kicked from the group chat", "sendMessage"),
    "no chat": lambda faults: faults.refuse(400, "Bad Request: chat not found", "sendMessage"),
    "bad markup": lambda faults: faults.refuse(400, "Bad Request: can't parse entities: tag", "sendMessage"),
    "conflict": lambda faults: faults.conflict(times=2),
    "token": lambda faults: faults.refuse(401, "Unauthorized", times=2),
}
"""What Telegram does, beside being down."""


async def run(arguments: argparse.Namespace, folder: Path) -> bool:
    port = free_port()
    settings = {
        "PUSH_TOKEN": TOKEN,
        "HTTP_LISTEN": f"127.0.0.1:{port}",
        "POLL_EVERY": "0.5s",
        "OVERLAP": "60s",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    async with staged(folder, settings, seed=arguments.seed) as stage:
        stage.service.program = "tests.bench.swift"
        tokens = [TOKEN, *(secrets.token_urlsafe(24) for _number in range(arguments.accounts - 1))]
        for number, token in enumerate(tokens[1:], 2):
            await stage.beside(f"shop-{number}", {"PUSH_TOKEN": token, "OVERLAP": "60s"})
        if arguments.kills_only is None:
            for desk, token in zip(stage.desks, tokens, strict=True):
                desk.seller.push.turn_on(f"http://127.0.0.1:{port}/indiamart/{token}")
        chaos = Chaos(
            stage,
            random.Random(arguments.seed),
            time.monotonic() + 60 * arguments.minutes,
            kills_only=arguments.kills_only,
            leads=arguments.leads,
        )
        begun = time.monotonic()
        await chaos.rage()
        minutes = (time.monotonic() - begun) / 60
        drain = await chaos.calm()
        print(chaos.line(arguments.seed, minutes, drain), flush=True)
        if arguments.log is not None:
            arguments.log.write_text(stage.service.log, encoding="utf-8")
        return not stage.lost and not stage.strayed and stage.repeated <= chaos.allowed and not chaos.deaths


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    parser.add_argument("--kills-only", type=int, metavar="N", help="N kills and no other fault, by pull only")
    parser.add_argument("--leads", type=int, default=300, help="how many come in meanwhile")
    parser.add_argument("--accounts", type=int, default=1, help="how many sellers, each with a group")
    parser.add_argument("--engine", choices=["sqlite", "postgres"], default="sqlite")
    shared = parser.add_argument_group("several processes on PostgreSQL")
    shared.add_argument("--processes", type=int, default=3)
    shared.add_argument("--bots", type=int, default=30)
    shared.add_argument("--kills", type=int, default=25)
    shared.add_argument("--cuts", type=int, default=10, help="of connections: half by the server, half by the network")
    shared.add_argument("--failover", action="store_true", help="in the middle the server fails")
    shared.add_argument("--leads-a-minute", type=float, default=300)
    parser.add_argument("--log", type=Path, help="where the service's log is copied to")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", flush=True)
    logging.disable(logging.CRITICAL)  # what the sandbox's servers say of broken connections
    is_shared = arguments.engine == "postgres"
    work, place = (fleet.run, servers.memory()) if is_shared else (run, None)
    with TemporaryDirectory(prefix="leadbell-chaos-", dir=place) as folder, suppress(KeyboardInterrupt):
        sys.exit(0 if asyncio.run(work(arguments, Path(folder))) else 1)


if __name__ == "__main__":
    main()
