"""Buyers who asked to be left alone, who noted it, and what comes back once they may be called again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.ids import LeadId, UserId
from bot.domain.person import Person
from tests.services.played import lead
from tests.services.world import ADMIN

if TYPE_CHECKING:
    from tests.services.world import World

RAVI, MEERA = Person(UserId(5), "Ravi"), Person(UserId(ADMIN), "Meera")
FIRST, SECOND = LeadId(1), LeadId(2)


async def claimed(world: World) -> None:
    """Two leads of one buyer, which Ravi has."""
    await world.bring(lead("1", mobile="+919000000001"), lead("2", mobile="+919000000001"))
    for one in (FIRST, SECOND):
        await world.services.claims.claim(one, RAVI)


async def test_who_noted_it_may_take_it_back_also_where_an_admin_did_and_undid_that(world: World) -> None:
    await claimed(world)
    alone, at = world.services.do_not_call, world.clock.now()
    await alone.note(FIRST, RAVI, is_admin=False)
    world.clock.pass_(hours=1)
    assert (await alone.lift(SECOND, MEERA, is_admin=True)).why is None
    assert (await world.services.claims.undo(SECOND, MEERA)).why is None
    assert await world.rows("SELECT user_id, at FROM do_not_call") == [(RAVI.user_id, int(at.timestamp()))]
    assert (await alone.lift(FIRST, RAVI, is_admin=False)).why is None


async def test_reminders_that_were_cancelled_come_back_however_often_it_was_taken_back(world: World) -> None:
    await claimed(world)
    alone = world.services.do_not_call
    await world.services.reminders.add(FIRST, RAVI, world.clock.now().replace(hour=23))
    await alone.note(FIRST, RAVI, is_admin=False)
    world.clock.pass_(minutes=5)
    await alone.lift(FIRST, MEERA, is_admin=True)
    await world.services.claims.undo(FIRST, MEERA)
    assert not await world.rows("SELECT 1 FROM reminders WHERE cancelled_at IS NULL")
    world.clock.pass_(minutes=5)
    await alone.lift(FIRST, RAVI, is_admin=False)
    assert await world.rows("SELECT 1 FROM reminders WHERE cancelled_at IS NULL")
