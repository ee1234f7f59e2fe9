"""Several Leadbells on one PostgreSQL while processes are killed, connections cut, and the server fails: the chaos of
`tests.bench.chaos --engine postgres`.

Each account has a group, each bot some accounts; leads come by pull. Each process has ways of its own to the servers,
which can be cut. After each blow it is waited until every bot that its process had is served again, and then for a
moment by chance.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tests.bench.fleet_stage import furnish, staged
from tests.e2e.stage import CARD

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from pathlib import Path

    from bot.sandbox.botapi.server import BotApiCall
    from tests.bench.fleet_stage import FleetStage, Member


SERVED_WITHIN: Final = 15.0
"""Seconds after a blow until each bot is served again."""
PATIENCE: Final = 90.0
CUT_FOR: Final = 12.0
"""Seconds for which a process does not reach the servers: longer than its bots are kept for it."""
QUIET: Final = 4.0
"""Seconds at most between two blows, after all is well again."""
DRAIN: Final = 120.0
PARTS: Final = ("leadbell", "leadbell session")
"""What a connection of Leadbell's is for."""

HELD: Final = """
    SELECT holds.bot_id FROM holds JOIN runs ON runs.run_id = holds.run_id WHERE runs.pid = {pid}
"""
LEFT: Final = """
    SELECT name, extract(epoch FROM now())::bigint - last_call_at, last_outcome,
        (SELECT count(*) FROM leads WHERE leads.account_id = accounts.account_id),
        (SELECT string_agg(what || ' ' || tries || ' ' || (due_at - extract(epoch FROM now())::bigint), ', ')
            FROM outbox WHERE outbox.account_id = accounts.account_id)
    FROM accounts ORDER BY name
"""
"""For whoever looks for what was lost."""
TERMINATE: Final = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = '{part}' ORDER BY random() LIMIT 1
"""


def _is_poll(call: BotApiCall) -> bool:
    return call.method == "getUpdates"


def _is_card(call: BotApiCall) -> bool:
    """All that makes one has worked: the call to IndiaMART, the database, Telegram."""
    return call.method == "sendMessage" and CARD.search(str(call.parameters.get("text"))) is not None


@dataclass
class FleetChaos:
    stage: FleetStage
    chance: random.Random
    leads_a_minute: float
    blows: list[str]
    """In their order: `kill`, `cut`, `terminate`, `failover`."""
    done: int = 0
    deaths: list[int] = field(default_factory=list)
    """Exit codes nobody asked for."""
    took: dict[str, list[float]] = field(default_factory=dict)
    """Seconds until every bot was served again, by blow."""

    async def rage(self) -> None:
        arriving = asyncio.create_task(self._leads())
        try:
            for blow in self.blows:
                await asyncio.sleep(self.chance.uniform(0.2, QUIET))
                seconds = await self._strike(blow)
                self.done += 1
                self.took.setdefault(blow, []).append(seconds)
                print(f"{self.done}/{len(self.blows)} {blow}: served again after {seconds:.1f} s", flush=True)
        finally:
            arriving.cancel()

    async def served_first(self) -> float:
        return await self._served(time.monotonic(), {bot.id for bot in self.stage.bots}, 0)

    async def _leads(self) -> None:
        while True:
            await asyncio.sleep(self.chance.expovariate(self.leads_a_minute / 60))
            self.chance.choice(self.stage.desks).seller.arrive()

    async def _strike(self, blow: str) -> float:
        member = self.chance.choice(self.stage.members)
        if blow == "failover":
            return await self._fail_over()
        if blow == "terminate":
            self.stage.rows(TERMINATE.format(part=self.chance.choice(PARTS)))
            return await self._served(time.monotonic(), set(), member.pid)
        bots = {row[0] for row in self.stage.rows(HELD.format(pid=member.pid))}
        begun, pid = time.monotonic(), member.pid
        if blow == "cut":
            cutting = asyncio.gather(*(one.cut(CUT_FOR) for one in member.relays))
            seconds = await self._served(begun, bots, pid, cutting)
            await cutting
            return seconds
        await member.service.kill()
        again = asyncio.create_task(self._again(member))
        seconds = await self._served(begun, bots, pid)
        await again
        return seconds

    async def _again(self, member: Member) -> None:
        await asyncio.sleep(self.chance.uniform(0.0, 3.0))
        await member.service.start()

    async def _fail_over(self) -> float:
        """The machine of the server that is written to is gone; the other one takes its place."""
        await self._all_there()
        first, second = self.stage.servers[-1], self.stage.servers[0]
        await asyncio.to_thread(first.stop, "immediate")
        await asyncio.sleep(self.chance.uniform(1.0, 4.0))  # until somebody notices
        await asyncio.to_thread(second.promote)
        begun = time.monotonic()
        self.stage.servers[:] = [second]
        for desk in self.stage.desks[: len(self.stage.bots)]:  # one of each bot, which may be in a long poll
            desk.seller.arrive()
        return await self._served(begun, {bot.id for bot in self.stage.bots}, 0, by=_is_card)

    async def _all_there(self) -> None:
        """One that was killed before may still be starting, and would end without a server."""
        async with asyncio.timeout(PATIENCE):
            while len({*(await asyncio.to_thread(self.stage.holders)).values()}) < len(self.stage.members):  # noqa: ASYNC110
                await asyncio.sleep(0.5)

    async def _served(
        self,
        begun: float,
        bots: set[int],
        without: int,
        cutting: asyncio.Future[Any] | None = None,
        by: Callable[[BotApiCall], bool] = _is_poll,
    ) -> float:
        """Seconds until each of these bots called so, held by another process than this one; or by whichever, once it
        is cut off no more.
        """
        waiting, back_at, holders = set(bots), float("inf"), dict[int, int]()
        while waiting and time.monotonic() - begun < PATIENCE:
            await asyncio.sleep(0.2)
            holders = await asyncio.to_thread(self.stage.holders)
            if cutting is not None and cutting.done():
                back_at = min(back_at, time.monotonic())
            asked = self._asked(begun + 0.2, by)
            waiting -= {
                bot for bot in waiting & asked.keys() if holders.get(bot, without) != without or asked[bot] > back_at
            }
            self._note_deaths()
        if waiting:
            print(f"not served: {sorted(waiting)}, held by {[holders.get(bot) for bot in sorted(waiting)]}", flush=True)
        return time.monotonic() - begun

    def _asked(self, since: float, by: Callable[[BotApiCall], bool]) -> dict[int, float]:
        """When each bot last called so."""
        calls = list(self.stage.town.api.calls)[-3000:]
        return {call.bot.id: call.at for call in calls if call.bot and call.at > since and by(call)}

    def _note_deaths(self) -> None:
        for member in self.stage.members:
            process = member.service.process
            if process is not None and process.returncode not in {None, -9}:
                self.deaths.append(process.returncode or 0)
                member.service.process = None

    def told(self, minutes: float, drain: float) -> bool:
        stage, repeats = self.stage, self.stage.repeats
        logs = "".join(member.service.log for member in stage.members)
        many = sum(len(desk.seller.records) for desk in stage.desks)
        for blow, took in self.took.items():
            print(f"{len(took)} × {blow}: served again after {sum(took) / len(took):.1f} s, {max(took):.1f} s at most")
        print(
            f"{minutes:.1f} min, {len(stage.members)} processes, {len(stage.bots)} bots: {many} leads of "
            f"{len(stage.desks)} accounts, {len(stage.lost)} lost, {len(stage.strayed)} in another's group, "
            f"{sum(repeats)} repeated, {max(repeats)} at most in one group ({self.done} allowed); all quiet after "
            f"{drain:.1f} s; {logs.count('Traceback')} tracebacks, {len(self.deaths)} ends nobody asked for",
            flush=True,
        )
        is_soon = all(max(took) <= SERVED_WITHIN for took in self.took.values())
        if stage.lost:
            latest = Counter((call.method, call.status) for call in list(stage.town.api.calls)[-500:])
            print(f"lost: {stage.lost}", *stage.rows(LEFT), stage.holders(), latest, sep="\n", flush=True)
        is_whole = not stage.lost and not stage.strayed and not self.deaths
        return is_whole and max(repeats) <= self.done and is_soon


def blows(chance: random.Random, kills: int, cuts: int, *, has_failover: bool) -> list[str]:
    """Half of the cuts are of one connection, by the server; half of all that a process has, by the network."""
    found = ["kill"] * kills + ["cut", "terminate"] * (cuts // 2)
    chance.shuffle(found)
    if has_failover:
        found.insert(len(found) // 2, "failover")
    return found


async def run(arguments: argparse.Namespace, folder: Path) -> bool:
    folder.chmod(0o755)  # for whoever runs the servers
    chance = random.Random(arguments.seed)
    async with staged(folder, arguments.processes, has_standby=arguments.failover) as stage:
        await furnish(stage, arguments.bots, max(1, arguments.accounts // arguments.bots))
        planned = blows(chance, arguments.kills, arguments.cuts, has_failover=arguments.failover)
        chaos = FleetChaos(stage, chance, arguments.leads_a_minute, planned)
        for member in stage.members:
            await member.service.start()
        print(f"all bots served after {await chaos.served_first():.1f} s", flush=True)
        begun = time.monotonic()
        try:
            await chaos.rage()
            minutes, quiet_at = (time.monotonic() - begun) / 60, time.monotonic()
            await stage.drained(DRAIN)
            return chaos.told(minutes, time.monotonic() - quiet_at)
        finally:
            if arguments.log is not None:
                said = (f"--- {one.service.folder.name}\n{one.service.log}" for one in stage.members)
                arguments.log.write_text("".join(said), encoding="utf-8")
