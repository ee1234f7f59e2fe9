"""A kill in the middle of a thousand reminders: none is lost, and at most the one in flight is said twice."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING

from bot.domain.ids import LeadId, UserId
from bot.store.database import Database
from bot.team.access import Person
from bot.team.reminders import Reminders
from tests.services.conftest import NOON, HandClock, assemble, lead

if TYPE_CHECKING:
    from pathlib import Path

MANY = 1000
KILLED_AT = (100, 350, 351, 700, MANY)

# Runs as the service does: what is due is queued, and the outbox is worked off. Every message is a line in a file.
RUN = """
import asyncio, sys
from pathlib import Path
from bot.clock import Clock
from bot.delivery.parking import Parking
from bot.domain.ids import ChatId, MessageId, ChatPlace
from bot.delivery.chats import Chats
from bot.delivery.worker import OutboxWorker
from bot.health.faults import Faults
from bot.delivery.sender import Sender
from bot.delivery.pacing import Pacer
from bot.delivery.composer import Composer
from bot.team.reminders import Reminders
from bot.store import accounts
from bot.store.database import Database

class Chat:
    def __init__(self, path):
        self.file = open(path, "a", buffering=1)
    async def post_reminder(self, place, message_id, reminding, *, plain=False):
        self.file.write(reminding.text + "\\n")
        await asyncio.sleep(0.001)
        return MessageId(1)

async def run(path):
    clock = Clock()
    async with Database(path / "leads.db") as database:
        async with database.transaction() as connection:
            account_id = await accounts.open_account(connection)
        chats = Chats(database, account_id, clock, ChatPlace(ChatId(-1001)))
        pacer = Pacer(database, account_id, clock, calls=100000, span=1.0)
        faults = Faults(account_id, clock, [])
        composer = Composer(database, account_id, clock, Chat(path / "said"), faults)
        sender = Sender(pacer, clock)
        delivery = OutboxWorker(
            database, account_id, clock, composer,
            chats=chats, sender=sender, faults=faults, parking=Parking(database, account_id, clock, faults),
        )
        await Reminders(database, account_id, clock, delivery.wake).fire()
        await delivery.run()

asyncio.run(run(Path(sys.argv[1])))
"""


async def prepare(path: Path) -> None:
    clock = HandClock()
    async with Database(path / "leads.db") as database:
        world = await assemble(database, clock)
        await world.bring(lead("1"))
        service = Reminders(database, world.account_id, clock, lambda: None)
        for number in range(MANY):
            await service.add(LeadId(1), Person(UserId(5), "Ravi"), NOON, f"call {number}")
        async with database.transaction() as connection:
            await connection.execute("DELETE FROM outbox")


def said(path: Path) -> list[str]:
    file = path / "said"
    return file.read_text().splitlines() if file.exists() else []


def run(path: Path, *, until: int) -> None:
    """Start the process, and kill it as soon as so many different reminders were posted."""
    process = subprocess.Popen([sys.executable, "-c", RUN, str(path)])
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
