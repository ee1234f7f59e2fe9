"""How soon a new lead stands in its group while other accounts of the same process are in trouble.

    python -m tests.bench.fairness

Real time, and a real process. All accounts speak through one bot, at the default pace. Of three in trouble one gets
5,000 leads in one answer and a 429 for each card, one has a dead key, and one's IndiaMART never answers. The others get
leads at moments by chance. Counted is from IndiaMART's answer to the card at the Bot API. Takes less than two minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from bot.config import Settings
from bot.config.keyring import new_key
from bot.sandbox.simulator.faults import Canned, SimulatorFault
from bot.sandbox.simulator.server import Simulator
from bot.store.sqlite import SqliteDatabase
from tests.bench import botapi
from tests.bench.accounts import prepare
from tests.bench.corpus import Corpus
from tests.bench.ingest import enveloped
from tests.bench.process import peak, processor_time, running

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.sandbox.simulator.seller import Seller

GOAL: Final = 2.0
"""Seconds, of the slowest."""
AT_ONCE: Final = 5_000
FLOODED, DEAD, HANGING = 1, 2, 3
"""Of the accounts; 0 is `main`."""
POLL_EVERY: Final = 20.0
"""Seconds."""
ROUNDS: Final = 3
"""Leads of each of the others: one between two polls."""
PATIENCE: Final = 15.0
"""Seconds, after which a lead is missing."""


@dataclass(frozen=True, slots=True)
class Arrival:
    seller: Seller
    product: str
    at: float

    def answered_at(self) -> float | None:
        return next((call.monotonic for call in self.seller.calls if call.rows and call.monotonic >= self.at), None)


@dataclass
class Scene:
    simulator: Simulator
    server: botapi.Server
    arrivals: list[Arrival] = field(default_factory=list)
    posted: dict[str, float] = field(default_factory=dict)
    """When it stood in its group, by product."""

    def note(self, chat_id: int, text: str) -> None:
        number = botapi.GROUP - chat_id
        product = next((word for word in text.replace("<", " ").split() if word.startswith(f"No-{number}-")), None)
        if product is not None:
            self.posted.setdefault(product, time.monotonic())

    def break_three(self, flood: bytes) -> None:
        self.server.flooded.add(botapi.GROUP - FLOODED)
        self.simulator.sellers[FLOODED].faults.queue(Canned(flood))
        self.simulator.sellers[DEAD].expire_key()
        self.simulator.sellers[HANGING].faults.switch_on(SimulatorFault.HANG)

    async def arrive(self) -> None:
        """A lead for each of the others in each round."""
        others = [n for n in range(len(self.simulator.sellers)) if n not in {FLOODED, DEAD, HANGING}]
        chance, begun = random.Random(1), time.monotonic()
        due = sorted(
            (begun + POLL_EVERY * (turn + chance.random()), number, turn) for turn in range(ROUNDS) for number in others
        )
        for at, number, turn in due:
            await asyncio.sleep(at - time.monotonic())
            seller, product = self.simulator.sellers[number], f"No-{number}-{turn}"
            self.arrivals.append(Arrival(seller, product, time.monotonic()))
            seller.arrive("W", product=product)

    async def all_polled(self) -> None:
        await until(lambda: all(seller.calls for seller in self.simulator.sellers), 60)

    async def all_posted(self) -> None:
        with suppress(TimeoutError):
            await until(lambda: len(self.posted) >= len(self.arrivals), 2 * POLL_EVERY + PATIENCE)

    def took(self) -> list[float]:
        """Seconds, of those that were posted."""
        pairs = ((self.posted.get(one.product), one.answered_at()) for one in self.arrivals)
        return [posted - answered for posted, answered in pairs if posted is not None and answered is not None]


async def until(is_so: Callable[[], bool], seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not is_so():  # noqa: ASYNC110 - neither side tells of it
            await asyncio.sleep(0.1)


def flood() -> bytes:
    return enveloped(list(Corpus().rows(AT_ONCE, newest=datetime.now(UTC))))


async def measure(number: int) -> bool:
    body = flood()
    with TemporaryDirectory(prefix="leadbell-fairness-") as folder:
        async with botapi.opened() as server, Simulator(floor=timedelta(0)) as simulator:
            scene = Scene(simulator, server)
            server.on_sent = scene.note
            for _number in range(number - 1):
                simulator.add_seller()
            given = botapi.settings(server, f"{folder}/leads.db", **own(simulator, 0), SECRET_KEY=new_key())
            given |= {"INDIAMART_URL": simulator.url}
            given = {name: text for name, text in given.items() if name not in {"TELEGRAM_GROUP_RATE", "PUSH_TOKEN"}}
            await prepare(Settings.from_values(given), number - 1, lambda n: own(simulator, n + 1))
            async with running("bot", "run", environment=given) as process:
                await scene.all_polled()
                scene.break_three(body)
                before, begun = processor_time(process), time.monotonic()
                await scene.arrive()
                await scene.all_posted()
                share = (processor_time(process) - before) / (time.monotonic() - begun)
                megabytes = peak(process)
            stored = await stored_of_flooded(Path(folder, "leads.db"))
            return told(scene, number, f"{stored} leads of the flooded one stored; {share:.0%} of a core", megabytes)


async def stored_of_flooded(path: Path) -> int:
    of_flooded = "SELECT account_id FROM accounts WHERE name = :name"
    async with SqliteDatabase(path) as database, database.reading() as connection:
        row = await connection.fetch_one(
            f"SELECT count(*) AS number FROM leads WHERE account_id = ({of_flooded})", {"name": f"shop-{FLOODED - 1}"}
        )
        return 0 if row is None else int(row["number"])


def own(simulator: Simulator, number: int) -> dict[str, str]:
    return {
        "TELEGRAM_CHAT_ID": str(botapi.GROUP - number),
        "INDIAMART_KEY": simulator.sellers[number].api_key,
        "POLL_EVERY": f"{POLL_EVERY:.0f}s",
        "LOOKBACK": "1h",
        "ESCALATE_AFTER": "off",
    }


def told(scene: Scene, number: int, cost: str, megabytes: float) -> bool:
    took = scene.took()
    missing = len(scene.arrivals) - len(took)
    p50, p99 = (botapi.percentile(took, part) / 1000 for part in (0.5, 0.99))
    print(
        f"fairness: {number} accounts, three in trouble; {len(took)} leads of the others stood in their groups "
        f"{p50:.2f} s after IndiaMART's answer at p50, {p99:.2f} s at p99, {max(took):.2f} s at most "
        f"(goal {GOAL:g} s), {missing} missing; {scene.server.refused} cards refused, {cost}, "
        f"{megabytes:.0f} MB; load of the machine {os.getloadavg()[0]:.1f}"
    )
    return max(took) <= GOAL and not missing


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.fairness", description=__doc__)
    parser.add_argument("--accounts", type=int, default=200)
    raise SystemExit(0 if asyncio.run(measure(parser.parse_args().accounts)) else 1)


if __name__ == "__main__":
    main()
