"""What somebody was given and did nothing with goes back to all."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.delivery.messenger import Callout
from bot.domain.ids import LeadId, UserId
from bot.domain.lead import Kind, Status, StoredLead
from bot.domain.person import Person
from bot.domain.sight import Reader
from bot.errors import DeliveryTrouble
from bot.store import lead_routes, notes
from tests.services.fast_time import in_fast_time
from tests.services.outgoing import refusing
from tests.services.test_routing import ASHA, BOTH, RAVI, lead, owner, route
from tests.services.world import ADMIN

if TYPE_CHECKING:
    from tests.services.world import World

PEOPLE = {RAVI: Person(RAVI, "Ravi"), ASHA: Person(ASHA, "Asha")}


def called_out(world: World) -> list[Callout]:
    return [one.what for one in world.chat.posted if isinstance(one.what, Callout)]


async def given_one(world: World) -> LeadId:
    await route(world, ("kind:B", BOTH))
    await world.bring(lead("1"))
    await world.post_all()
    ((lead_id,),) = await world.rows("SELECT lead_id FROM leads")
    return LeadId(lead_id)


@in_fast_time
async def test_an_unanswered_lead_goes_back_after_the_first_step_and_is_called_out(world: World) -> None:
    lead_id = await given_one(world)
    assert world.chat.cards[0].is_given
    await world.services.given_leads.look()
    assert await owner(world, "1") == RAVI
    world.clock.pass_(minutes=11)
    await world.services.given_leads.look()
    await world.services.escalation.look()
    assert await owner(world, "1") is None
    await world.post_all()
    assert [[one.lead_id for one in called.leads] for called in called_out(world)] == [[lead_id]]
    assert await world.rows("SELECT act, user_id FROM changes ORDER BY change_id") == [("give", 0), ("return", 0)]
    await world.services.claims.claim(lead_id, PEOPLE[ASHA])
    assert await owner(world, "1") == ASHA


@in_fast_time
async def test_working_time_alone_counts(world: World) -> None:
    world.clock.pass_(minutes=85)  # five minutes before closing time
    await given_one(world)
    world.clock.pass_(hours=3)
    await world.services.given_leads.look()
    assert await owner(world, "1") == RAVI


@pytest.mark.parametrize("deed", ["status", "note", "press"])
async def test_whoever_does_something_with_it_keeps_it(world: World, deed: str) -> None:
    await route(world, ("kind:B", BOTH))
    await world.bring(lead("1"))
    ((lead_id,),) = await world.rows("SELECT lead_id FROM leads")
    if deed == "status":
        await world.services.claims.set_status(lead_id, Status.CONTACTED, PEOPLE[RAVI], is_admin=False)
    elif deed == "note":
        await world.services.notes.add(lead_id, PEOPLE[RAVI], "rings back")
    else:
        await world.services.given_leads.answered(lead_id, ASHA)  # somebody else's press says nothing
        await world.services.given_leads.answered(lead_id, RAVI)
    async with world.database.transaction() as connection:
        await connection.execute("DELETE FROM outbox", {})
    world.clock.pass_(minutes=30)
    await world.services.given_leads.look()
    assert await owner(world, "1") == RAVI


@in_fast_time
async def test_what_was_taken_from_them_by_a_slip_still_goes_back_unanswered(world: World) -> None:
    lead_id = await given_one(world)
    admin = Person(UserId(ADMIN), "Boss")
    world.clock.pass_(minutes=9, seconds=30)
    assert (await world.services.claims.release(lead_id, admin, is_admin=True)).ok
    world.clock.pass_(seconds=50)
    await world.services.given_leads.look()
    assert (await world.services.claims.undo(lead_id, admin)).ok
    assert await owner(world, "1") == RAVI
    await world.services.given_leads.look()
    assert await owner(world, "1") is None


@in_fast_time
async def test_who_answers_at_the_last_moment_keeps_it(world: World) -> None:
    """After it was read that nobody has answered."""
    lead_id = await given_one(world)
    world.clock.pass_(minutes=11)
    async with world.database.transaction() as connection:
        await notes.add(connection, world.account_id, lead_id, user_id=RAVI, text="rings back", now=world.clock.now())
        assert not await lead_routes.close(connection, world.account_id, lead_id, world.clock.now())
    await world.services.given_leads.look()
    assert await owner(world, "1") == RAVI


@in_fast_time
async def test_what_was_taken_from_them_is_not_looked_at_for_ever(world: World) -> None:
    lead_id = await given_one(world)
    assert (await world.services.claims.release(lead_id, Person(UserId(ADMIN), "Boss"), is_admin=True)).ok
    world.clock.pass_(seconds=61)
    await world.services.given_leads.look()
    assert await world.rows("SELECT 1 FROM lead_routes WHERE settled_at IS NULL") == []


async def left_alone_for_a_while(world: World) -> None:
    """An admin notes it on another lead of the buyer's, and takes it back."""
    await route(world, ("kind:B", BOTH))
    await world.bring(lead("1", mobile="+919000000001"), lead("2", kind="W", mobile="+919000000001"))
    await world.post_all()
    admin, other = Person(UserId(ADMIN), "Boss"), LeadId(2)
    await world.services.do_not_call.note(other, admin, is_admin=True)
    await world.post_all()
    said = len(world.chat.posted)
    await after(world, 9)
    await after(world, 9)
    assert (await owner(world, "1"), len(world.chat.posted)) == (RAVI, said)
    async with world.database.reading() as connection:
        assert await lead_routes.accounts_waiting(connection, world.clock.now()) == []
    await world.services.do_not_call.lift(other, admin, is_admin=True)
    await world.services.given_leads.look()
    assert await owner(world, "1") is None


@in_fast_time
async def test_a_buyer_who_is_to_be_left_alone_is_called_out_only_once_they_may_be_called(world: World) -> None:
    await left_alone_for_a_while(world)
    await world.services.escalation.look()
    await world.post_all()
    assert len(called_out(world)) == 1


@in_fast_time
async def test_where_escalation_is_off_a_buyer_who_is_to_be_left_alone_is_not_brought_up(world: World) -> None:
    again = await world.again(ESCALATE_AFTER="off")
    await left_alone_for_a_while(again)
    assert ("pointer",) in await again.rows("SELECT what FROM outbox ORDER BY outbox_id")


@in_fast_time
async def test_where_escalation_is_off_it_goes_back_after_ten_minutes_and_its_card_is_brought_up(world: World) -> None:
    again = await world.again(ESCALATE_AFTER="off")
    assert again.services.given_leads.span == timedelta(minutes=10)
    await given_one(again)
    again.clock.pass_(minutes=11)
    await again.services.given_leads.look()
    assert await owner(again, "1") is None
    assert ("pointer",) in await again.rows("SELECT what FROM outbox ORDER BY outbox_id")


@in_fast_time
async def test_with_numbers_for_whoever_has_the_lead_only_the_one_given_it_sees_the_number(world: World) -> None:
    again = await world.again(NUMBERS="claim")
    await given_one(again)
    ((lead_id,),) = await again.rows("SELECT lead_id FROM leads")
    card = await again.cards.card(lead_id)
    assert card is not None
    rule = again.services.audit.rule
    assert rule.may_see(card.stored, Reader(user_id=RAVI, is_alone=True))
    assert not rule.may_see(card.stored, Reader(user_id=ASHA, is_alone=True))


BURST = 20


async def owners(world: World) -> dict[int | None, int]:
    return dict(await world.rows("SELECT owner_id, count(*) FROM leads GROUP BY owner_id ORDER BY owner_id"))


async def after(world: World, minutes: float) -> None:
    """What falls due by then is taken back, called out and posted."""
    world.clock.pass_(minutes=minutes)
    await world.services.given_leads.look()
    await world.services.escalation.look()
    await world.post_all()


@in_fast_time
async def test_of_many_that_came_at_once_and_were_listed_the_group_hears_again_too(world: World) -> None:
    await route(world, ("kind:B", BOTH))
    await world.bring(*(lead(str(number)) for number in range(1, BURST + 1)))
    await world.post_all()
    listed = {one.lead_id for listing in world.chat.listings for one in listing.leads}
    assert len(listed) == BURST - 6
    before = len(world.chat.posted)
    await after(world, 11)
    assert await owners(world) == {None: BURST}
    shown = {card.stored.lead_id for card in world.chat.cards[6:]}
    shown |= {one.lead_id for listing in world.chat.listings[1:] for one in listing.leads}
    assert shown == listed
    assert sum(len(called.leads) for called in called_out(world)) == 6
    assert len(world.chat.posted) - before < BURST - 6  # they may be a burst again


@in_fast_time
async def test_nobody_is_out_of_time_for_a_lead_whose_list_was_not_posted_yet(world: World) -> None:
    await route(world, ("kind:B", BOTH))
    world.chat.refuse = refusing(DeliveryTrouble.TEMPORARY, lambda *_any: True)
    await world.bring(*(lead(str(number)) for number in range(1, BURST + 1)))
    await world.post_all(13 * 60)
    await world.services.given_leads.look()
    assert None not in await owners(world)
    world.chat.refuse = lambda *_any: None
    await world.post_all()
    await after(world, 8)
    assert None not in await owners(world)
    await after(world, 3)
    assert await owners(world) == {None: BURST}


@in_fast_time
async def test_a_view_of_the_catalogue_that_goes_back_is_brought_up(world: World) -> None:
    """It is never called out."""
    await route(world, ("kind:BIZ", BOTH))
    await world.bring(lead("1", kind=Kind.CATALOGUE_VIEW))
    await world.post_all()
    await after(world, 11)
    assert await owner(world, "1") is None
    assert isinstance(world.chat.posted[-1].what, StoredLead)
