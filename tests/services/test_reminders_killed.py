"""A kill in the middle of many reminders: none is lost, and at most the one in flight is said twice."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING

from bot.domain.ids import LeadId, UserId
from bot.domain.person import Person
from tests import databases
from tests.services.played import NOON, HandClock, lead
from tests.services.world import assemble

if TYPE_CHECKING:
    from pathlib import Path

MANY = 200 if databases.is_postgres() else 1000
KILLED_AT = (MANY // 10, MANY * 35 // 100, MANY * 35 // 100 + 1, MANY * 7 // 10, MANY)

# Runs as the service does: what is due is queued, and the outbox is worked off. Every message is a line in a file.
RUN = """
import asyncio, sys
from pathlib import Path
from bot import app
from bot.clock import Clock
from bot.domain.ids import MessageId
from bot.store import engines
from tests.services.world import settings

class Chat:
    def __init__(self, path):
        self.file = open(path, "a", buffering=1)
    async def post_reminder(self, place, message_id, reminding, *, plain=False):
        self.file.write(reminding.text + "\\n")
        await asyncio.sleep(0.001)
        return MessageId(1)

async def run(path, url):
    async with engines.database(url) as database:
        chosen = settings(TELEGRAM_GROUP_RATE="100000/1", TELEGRAM_ADMINS="", INDIAMART_KEY="", PUSH_TOKEN="p" * 40)
        intake = await app.intake(chosen, app.share(database, Clock()), None)
        services = (await app.build(intake, Chat(path / "said"))).services
        await services.reminders.fire()
        intake.shared.outbox.add(intake.account_id, services.delivery)
        await intake.shared.outbox.run()

asyncio.run(run(Path(sys.argv[1]), sys.argv[2]))
"""


async def prepare(path: Path) -> None:
    clock = HandClock()
    async with databases.opened(path / "leads.db") as database:
        world = await assemble(database, clock)
        await world.bring(lead("1"))
        service = world.services.reminders
        for number in range(MANY):
            await service.add(LeadId(1), Person(UserId(5), "Ravi"), NOON, f"call {number}")
        async with database.transaction() as connection:
            await connection.execute("DELETE FROM outbox")


def said(path: Path) -> list[str]:
    file = path / "said"
    return file.read_text().splitlines() if file.exists() else []


def run(path: Path, *, until: int) -> None:
    """Start the process, and kill it as soon as so many different reminders were posted."""
    process = subprocess.Popen([sys.executable, "-c", RUN, str(path), databases.url(path / "leads.db")])
    try:
        give_up = time.monotonic() + 40
        while len(set(said(path))) < until:
            assert process.poll() is None
            assert time.monotonic() < give_up
            time.sleep(0.002)
    finally:
        process.kill()
        process.wait()


def test_a_kill_loses_no_reminder_and_repeats_at_most_the_one_in_flight(tmp_path: Path) -> None:
    asyncio.run(prepare(tmp_path))
    for until in KILLED_AT:
        run(tmp_path, until=until)
    spoken = Counter(said(tmp_path))
    assert spoken.keys() == {f"call {number}" for number in range(MANY)}
    assert spoken.total() - MANY <= len(KILLED_AT)
    assert max(spoken.values()) <= 2
