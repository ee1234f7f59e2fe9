"""Buyers who asked to be left alone, who noted it, and what comes back once they may be called again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.domain.ids import LeadId, UserId
from bot.domain.lead import Kind
from bot.domain.person import Person
from bot.store import escalations
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


async def posted(world: World) -> None:
    """A lead, and a missed call, whose cards were posted live."""
    await world.bring(
        lead("1", mobile="+919000000001"), lead("2", mobile="+919000000001", kind=Kind.CALL, call_seconds=2)
    )
    async with world.database.transaction() as connection:
        for one in (FIRST, SECOND):
            await escalations.start(connection, world.account_id, one, world.clock.now())


async def called_out(world: World) -> set[tuple[int, str]]:
    """Which leads were, and for whom."""
    rows = await world.rows(
        "SELECT lead_id, step FROM callout_leads JOIN callouts USING (callout_id) ORDER BY lead_id, step"
    )
    return {(lead_id, step) for lead_id, step in rows}


async def looks(world: World, minutes: int) -> None:
    for _minute in range(minutes):
        world.clock.pass_(minutes=1)
        await world.services.escalation.look()


@pytest.mark.parametrize("is_settled", [False, True])
async def test_a_lead_that_is_let_go_meanwhile_is_called_out_once_its_buyer_may_be_called_again(
    world: World, *, is_settled: bool
) -> None:
    await posted(world)
    for one in (FIRST, SECOND):
        await world.services.claims.claim(one, RAVI)
    if is_settled:
        await looks(world, 3)
    alone, claims = world.services.do_not_call, world.services.claims
    await alone.note(FIRST, RAVI, is_admin=False)
    for one in (FIRST, SECOND):
        await claims.release(one, RAVI, is_admin=False)
    await looks(world, 40)
    assert await called_out(world) == set()
    await alone.lift(FIRST, RAVI, is_admin=False)
    await looks(world, 9)
    assert await called_out(world) == {(SECOND, "missed")}
    await looks(world, 31)
    assert await called_out(world) == {(FIRST, "group"), (FIRST, "admins"), (SECOND, "missed"), (SECOND, "admins")}


async def test_what_came_meanwhile_is_called_out_once_its_buyer_may_be_called_again(world: World) -> None:
    alone = world.services.do_not_call
    await world.bring(lead("3", mobile="+919000000001"))
    await alone.note(FIRST, RAVI, is_admin=False)
    await world.bring(lead("1", mobile="+919000000001"))
    await world.bring(lead("2", mobile="+919000000001", kind=Kind.CALL, call_seconds=2))
    later = LeadId(2), LeadId(3)
    async with world.database.transaction() as connection:
        for one in later:
            await escalations.start(connection, world.account_id, one, world.clock.now())
    await looks(world, 40)
    assert await called_out(world) == set()
    await alone.lift(FIRST, RAVI, is_admin=False)
    await looks(world, 40)
    assert await called_out(world) == {
        (LeadId(2), "group"),
        (LeadId(2), "admins"),
        (LeadId(3), "missed"),
        (LeadId(3), "admins"),
    }


async def test_what_was_called_out_before_or_is_claimed_is_not_called_out_again(world: World) -> None:
    await posted(world)
    await looks(world, 45)
    before = await called_out(world)
    await world.services.claims.claim(SECOND, RAVI)
    alone = world.services.do_not_call
    await alone.note(FIRST, RAVI, is_admin=False)
    await world.services.claims.release(SECOND, RAVI, is_admin=False)
    await world.services.claims.claim(SECOND, RAVI)
    await alone.lift(FIRST, RAVI, is_admin=False)
    number = await world.rows("SELECT count(*) FROM callouts")
    await looks(world, 45)
    assert await called_out(world) == before
    assert await world.rows("SELECT count(*) FROM callouts") == number
