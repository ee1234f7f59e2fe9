"""Whatever the team and the service do, in whatever order: every reference leads to a row."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.ids import ChatId, LeadId, UserId
from bot.domain.lead import Status
from bot.domain.person import Person
from bot.store.sqlite import SqliteDatabase
from tests import databases
from tests.services.played import lead, leads_answer
from tests.services.test_delivery_parked import put
from tests.services.test_pruning import pruning
from tests.services.test_statements import clock
from tests.services.world import World, assemble

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from tests.services.played import HandClock

__all__ = ["clock"]

STEPS = 120


class Walk:
    """A team that does anything at any time."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self.world, self.chance = world, chance
        self.claims = world.services.claims
        self.reminders = world.services.reminders
        self.notes = world.services.notes
        self.pruning = pruning(world, world.clock.now)
        self.escalation = world.services.escalation

    @property
    def lead_id(self) -> LeadId:
        """Sometimes of a lead that is not there."""
        return LeadId(self.chance.randint(1, 40))

    @property
    def person(self) -> Person:
        number = self.chance.randint(1, 3)
        return Person(UserId(number), f"Person {number}")

    async def comes(self) -> None:
        names = [str(self.chance.randint(1, 60)) for _lead in range(self.chance.choice([1, 2, 25]))]
        rows = [lead(name, enquired_at=self.world.clock.now(), mobile=f"+9190000000{int(name) % 7}") for name in names]
        self.world.indiamart.answers.append(leads_answer(*rows))
        await self.world.poll()

    async def history(self) -> None:
        async with self.world.database.transaction() as connection:
            await self.world.ingest.old(connection, [lead(str(self.chance.randint(100, 130)))])

    async def claim(self) -> None:
        await self.claims.claim(self.lead_id, self.person)

    async def release(self) -> None:
        await self.claims.release(self.lead_id, self.person, is_admin=True)

    async def move_on(self) -> None:
        status = self.chance.choice([Status.CONTACTED, Status.WON, Status.LOST, Status.JUNK])
        await self.claims.set_status(self.lead_id, status, self.person, is_admin=True)

    async def undo(self) -> None:
        await self.claims.undo(self.lead_id, self.person)

    async def note(self) -> None:
        await self.notes.add(self.lead_id, self.person, "a note")

    async def remind(self) -> None:
        made = await self.reminders.add(self.lead_id, self.person, self.world.clock.now() + timedelta(minutes=5))
        if made is not None and self.chance.random() < 0.3:
            await self.reminders.cancel(made, self.person.user_id)

    async def show(self) -> None:
        known = await self.world.rows("SELECT lead_id FROM leads ORDER BY lead_id")
        if known:
            await self.world.cards.show(LeadId(self.chance.choice(known)[0]))

    async def poison(self) -> None:
        await put(self.world, what="hologram")

    async def work(self) -> None:
        """Time passes, and what is due is looked at."""
        self.world.clock.pass_(minutes=self.chance.choice([1, 12, 40]))
        await self.reminders.fire()
        await self.escalation.look()
        await self.world.parking.tell()

    async def years(self) -> None:
        self.world.clock.pass_(days=self.chance.choice([1, 100, 400]))
        await self.pruning.look()

    async def post(self) -> None:
        refused = self.chance.random() < 0.2
        self.world.chat.refuse = lambda *_any: ZeroDivisionError() if refused else None
        self.world.clock.pass_(minutes=2)  # so that nothing waits for its turn
        await self.world.post_all(0.3)

    async def move_house(self) -> None:
        old = self.world.chats.place.chat_id
        await self.world.delivery.moved(old, ChatId(old - 1))

    async def released(self) -> None:
        await self.world.parking.release()


DOINGS: dict[Callable[[Walk], Awaitable[Any]], int] = {
    Walk.comes: 8, Walk.history: 2, Walk.claim: 8, Walk.release: 4, Walk.move_on: 5, Walk.undo: 3, Walk.note: 4,
    Walk.remind: 6, Walk.show: 4, Walk.poison: 1, Walk.work: 10, Walk.years: 2, Walk.post: 8, Walk.move_house: 1,
    Walk.released: 1,
}  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
async def test_nothing_that_is_done_leaves_an_orphan(tmp_path: Path, clock: HandClock, seed: int) -> None:
    async with databases.opened(tmp_path / "leads.db") as database:
        walk = Walk(await assemble(database, clock), random.Random(seed))
        for _step in range(STEPS):
            (doing,) = walk.chance.choices(list(DOINGS), list(DOINGS.values()))
            await doing(walk)
            if not databases.is_postgres():  # which lets none be
                assert await walk.world.rows("PRAGMA foreign_key_check") == [], doing.__qualname__
        assert await walk.world.rows("SELECT 1 FROM changes LIMIT 1") == [(1,)]


async def test_references_are_held_to_wherever_the_product_writes(tmp_path: Path) -> None:
    async with SqliteDatabase(tmp_path / "leads.db") as database, database.transaction() as connection:
        rows = await connection.fetch_all("PRAGMA foreign_keys")
    assert [tuple(row) for row in rows] == [(1,)]
