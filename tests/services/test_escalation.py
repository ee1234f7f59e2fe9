"""Leads that nobody claims are called out: in working hours, once, and many at once in one message."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from bot.delivery.due_messages import PAGE
from bot.delivery.messenger import Callout
from bot.domain.ids import ChatId, ChatPlace, LeadId, UserId
from bot.domain.lead import Kind, Lead, Status
from bot.domain.person import Person
from bot.store import escalations
from tests.services.played import HandClock, lead, leads_answer
from tests.services.world import ADMIN, GROUP, World

if TYPE_CHECKING:
    from bot.team.escalation import Escalation


ZONE = ZoneInfo("Asia/Kolkata")
RAVI = Person(UserId(11), "Ravi")
MISSED: dict[str, Any] = {"kind": Kind.CALL, "call_seconds": 4}
TEN, THIRTY = timedelta(minutes=10), timedelta(minutes=30)


def ist(day: int, hour: int, minute: int = 0) -> datetime:
    """In January 2026, which begins on a Thursday."""
    return datetime(2026, 1, day, hour, minute, tzinfo=ZONE)


@pytest.fixture
def clock() -> HandClock:
    hand = HandClock()
    hand.wall = ist(7, 11)
    return hand


@pytest.fixture
def escalation(world: World) -> Escalation:
    return world.services.escalation


async def post(world: World, *rows: Lead) -> None:
    """The leads come in and get their cards."""
    await world.bring(*rows)
    await world.post_all()


async def look(world: World, escalation: Escalation, at: datetime) -> list[Callout]:
    """What is said when somebody looks at this time."""
    world.clock.pass_(seconds=(at - world.clock.now()).total_seconds())
    before = len(world.chat.posted)
    await escalation.look()
    await world.post_all()
    return [one.what for one in world.chat.posted[before:] if isinstance(one.what, Callout)]


def called(*callouts: Callout) -> list[list[int]]:
    return [[stored.lead_id for stored in one.leads] for one in callouts]


async def claim(world: World, *numbers: int) -> None:
    async with world.database.transaction() as connection:
        for number in numbers:
            await connection.execute(
                "UPDATE all_leads SET owner_id = 5, status = 'claimed' WHERE lead_id = :id", {"id": number}
            )


async def release(world: World, number: int) -> None:
    async with world.database.transaction() as connection:
        await connection.execute(
            "UPDATE all_leads SET owner_id = NULL, status = 'new' WHERE lead_id = :id", {"id": number}
        )
        await escalations.restart(connection, world.account_id, [LeadId(number)], world.clock.now())


async def test_an_unclaimed_lead_is_called_out_after_ten_minutes_and_then_to_the_admins_once_each(
    world: World, escalation: Escalation
) -> None:
    await post(world, lead("1"))
    assert await look(world, escalation, ist(7, 11, 9)) == []
    assert called(*await look(world, escalation, ist(7, 11, 10))) == [[1]]
    assert world.chat.posted[-1].place == GROUP
    assert await look(world, escalation, ist(7, 11, 29)) == []
    (to_admins,) = await look(world, escalation, ist(7, 11, 30))
    assert to_admins.is_for_admins
    assert world.chat.posted[-1].place == ChatPlace(ChatId(ADMIN))
    assert await look(world, escalation, ist(8, 11)) == []
    assert await world.rows("SELECT 1 FROM escalations WHERE settled_at IS NULL") == []


async def test_a_claim_stops_it_and_a_release_restarts_the_clock(world: World, escalation: Escalation) -> None:
    await post(world, lead("1"))
    await claim(world, 1)
    assert await look(world, escalation, ist(7, 11, 20)) == []
    assert await world.rows("SELECT 1 FROM escalations WHERE settled_at IS NULL") == []
    await release(world, 1)
    assert await look(world, escalation, ist(7, 11, 29)) == []
    assert len(await look(world, escalation, ist(7, 11, 30))) == 1
    await claim(world, 1)
    await release(world, 1)
    assert len(await look(world, escalation, ist(7, 11, 40))) == 1
    assert len(await look(world, escalation, ist(7, 12))) == 1


async def test_a_buyer_who_is_not_to_be_called_is_not_called_out_nor_are_their_next_leads(
    world: World, escalation: Escalation
) -> None:
    same = {"mobile": "+919000099999"}
    await post(world, lead("1", **same), lead("2"))
    assert (await world.services.do_not_call.note(LeadId(1), RAVI, is_admin=False)).changed.ok
    await post(world, lead("3", **same))
    await world.services.claims.claim(LeadId(1), RAVI)
    await world.services.claims.release(LeadId(1), RAVI, is_admin=False)
    assert called(*await look(world, escalation, ist(7, 11, 11))) == [[2]]
    assert (await world.services.do_not_call.lift(LeadId(1), RAVI, is_admin=False)).ok
    assert called(*await look(world, escalation, ist(7, 11, 20))) == []
    assert called(*await look(world, escalation, ist(7, 11, 22))) == [[1, 3]]


async def test_fifty_leads_of_a_weekend_are_one_message_with_pages(world: World, escalation: Escalation) -> None:
    world.clock.wall = ist(3, 20)  # Saturday, after closing
    for number in range(1, 51):
        await post(world, lead(str(number)))
        world.clock.pass_(minutes=40)
        world.clock.mono += 60
        assert await look(world, escalation, world.clock.now()) == []
    assert await look(world, escalation, ist(5, 9, 38)) == []
    (found,) = await look(world, escalation, ist(5, 9, 40))
    assert (found.total, found.unclaimed, found.pages) == (50, 50, 5)
    pages = [await escalation.callout(found.callout_id, page) for page in range(5)]
    assert [stored.lead_id for page in pages if page for stored in page.leads] == list(range(1, 51))
    assert all(page and len(page.leads) == PAGE for page in pages)
    assert await look(world, escalation, ist(5, 9, 59)) == []
    (to_admins,) = await look(world, escalation, ist(5, 10))
    assert (to_admins.total, to_admins.is_for_admins) == (50, True)


async def test_what_falls_due_within_a_minute_is_one_message(world: World, escalation: Escalation) -> None:
    for number in (1, 2, 3):
        await post(world, lead(str(number)))
        world.clock.pass_(seconds=29)
    assert called(*await look(world, escalation, ist(7, 11, 10))) == [[1, 2, 3]]
    assert await look(world, escalation, ist(7, 11, 12)) == []


async def test_a_missed_call_is_called_out_after_five_minutes_in_a_line_of_its_own(
    world: World, escalation: Escalation
) -> None:
    await post(world, lead("1"), lead("2", **MISSED), lead("3", kind=Kind.CALL, call_seconds=240))
    assert await look(world, escalation, ist(7, 11, 4)) == []
    (missed,) = await look(world, escalation, ist(7, 11, 5))
    assert (called(missed), missed.is_of_missed, missed.unclaimed) == ([[2]], True, 1)
    assert called(*await look(world, escalation, ist(7, 11, 10))) == [[1, 3]]
    (to_admins,) = await look(world, escalation, ist(7, 11, 30))
    assert [one.lead_id for one in to_admins.leads] == [2, 1, 3]


async def test_a_missed_call_is_returned_by_a_status_and_not_by_a_claim(world: World, escalation: Escalation) -> None:
    await post(world, lead("1", **MISSED), lead("2", **MISSED))
    world.clock.pass_(minutes=3)
    for lead_id in (1, 2):
        await world.services.claims.claim(LeadId(lead_id), RAVI)
    await world.services.claims.set_status(LeadId(2), Status.CONTACTED, RAVI, is_admin=False)
    assert await look(world, escalation, ist(7, 11, 7)) == []
    (found,) = await look(world, escalation, ist(7, 11, 8))
    assert ([one.lead_id for one in found.leads], found.unclaimed) == ([1], 1)
    await world.services.claims.set_status(LeadId(1), Status.LOST, RAVI, is_admin=False)
    page = await escalation.callout(found.callout_id)
    assert page is not None
    assert page.unclaimed == 0
    assert await look(world, escalation, ist(7, 18)) == []
    assert await world.rows("SELECT 1 FROM escalations WHERE settled_at IS NULL OR missed_clock IS NOT NULL") == []


async def test_a_missed_call_whose_return_is_undone_is_called_out_after_all(
    world: World, escalation: Escalation
) -> None:
    await post(world, lead("1", **MISSED))
    await world.services.claims.claim(LeadId(1), RAVI)
    assert await look(world, escalation, ist(7, 11, 4)) == []
    await world.services.claims.set_status(LeadId(1), Status.CONTACTED, RAVI, is_admin=False)
    for _second in range(59):
        world.clock.pass_(seconds=1)
        await escalation.look()
    assert (await world.services.claims.undo(LeadId(1), RAVI)).ok
    assert called(*await look(world, escalation, ist(7, 11, 6))) == [[1]]


async def test_a_call_that_was_returned_for_good_is_not_looked_at_again(world: World, escalation: Escalation) -> None:
    await post(world, lead("1", **MISSED))
    await world.services.claims.set_status(LeadId(1), Status.CONTACTED, RAVI, is_admin=False)
    await escalation.look()
    noted = await world.rows("SELECT look_at FROM escalations")
    assert noted == [(int(world.clock.now().timestamp()) + 61,)]
    world.clock.pass_(seconds=61)
    await escalation.look()
    assert await world.rows("SELECT 1 FROM escalations WHERE settled_at IS NULL OR missed_clock IS NOT NULL") == []


async def test_a_missed_call_whose_buyer_may_be_called_after_all_is_called_out_five_minutes_later(
    world: World, escalation: Escalation
) -> None:
    await post(world, lead("1", **MISSED))
    await world.services.claims.claim(LeadId(1), RAVI)
    assert await look(world, escalation, ist(7, 11, 1)) == []
    await world.services.do_not_call.note(LeadId(1), RAVI, is_admin=False)
    assert await look(world, escalation, ist(7, 11, 20)) == []
    assert (await world.services.do_not_call.lift(LeadId(1), RAVI, is_admin=False)).ok
    assert await look(world, escalation, ist(7, 11, 24)) == []
    assert called(*await look(world, escalation, ist(7, 11, 25))) == [[1]]


async def test_a_release_starts_the_clock_of_a_missed_call_anew(world: World, escalation: Escalation) -> None:
    await post(world, lead("1", **MISSED))
    assert len(await look(world, escalation, ist(7, 11, 5))) == 1
    await world.services.claims.claim(LeadId(1), RAVI)
    await world.services.claims.release(LeadId(1), RAVI, is_admin=False)
    assert await look(world, escalation, ist(7, 11, 9)) == []
    assert len(await look(world, escalation, ist(7, 11, 10))) == 1


async def test_a_missed_call_of_the_night_waits_for_the_shop_to_open(world: World, escalation: Escalation) -> None:
    world.clock.wall = ist(7, 23)
    await post(world, lead("1", **MISSED))
    assert await look(world, escalation, ist(8, 9, 34)) == []
    assert len(await look(world, escalation, ist(8, 9, 35))) == 1


async def test_a_short_first_step_is_that_of_missed_calls_too(world: World) -> None:
    world = await world.again(ESCALATE_AFTER="2m")
    await post(world, lead("1", **MISSED), lead("2"))
    found = await look(world, world.services.escalation, ist(7, 11, 2))
    assert (called(*found), [one.is_of_missed for one in found]) == ([[1], [2]], [True, False])
    assert await world.rows("SELECT 1 FROM escalations WHERE settled_at IS NULL") == []


async def test_buyleads_are_called_out_before_other_kinds_until_they_end(world: World, escalation: Escalation) -> None:
    ended = {"kind": Kind.BUYLEAD, "enquired_at": ist(4, 12)}
    await post(world, lead("1"), lead("2", **ended), lead("3", kind=Kind.BUYLEAD, enquired_at=ist(5, 0)))
    (found,) = await look(world, escalation, ist(7, 11, 10))
    assert [stored.lead.query_id for stored in found.leads] == ["3", "2", "1"]


async def test_catalogue_views_old_leads_and_those_only_shown_are_left_alone(
    world: World, escalation: Escalation
) -> None:
    await post(world, lead("1", kind=Kind.CATALOGUE_VIEW), lead("2"), lead("3"))
    async with world.database.transaction() as connection:
        await connection.execute("DELETE FROM escalations WHERE lead_id > 1")
        await connection.execute("DELETE FROM cards WHERE lead_id > 1")
        await connection.execute("UPDATE all_leads SET batch = 1 WHERE lead_id = 2")
    await world.cards.show(LeadId(2))
    world.clock.pass_(minutes=5)
    await world.cards.show(LeadId(3))
    await world.post_all()
    assert await look(world, escalation, ist(7, 15)) == []


async def test_leads_from_before_it_was_switched_on_are_left_alone(world: World) -> None:
    steps = ("off", "10m", "off", "10m")
    for number, escalate_after in enumerate(steps, 1):
        world = await world.again(ESCALATE_AFTER=escalate_after)
        await world.services.escalation.start()
        if number != 3:
            await post(world, lead(str(number)))
    assert called(*await look(world, world.services.escalation, ist(7, 12))) == [[3]]


async def test_with_one_step_the_admins_are_not_told(world: World) -> None:
    world = await world.again(ESCALATE_AFTER="10m")
    single = world.services.escalation
    await post(world, lead("1"))
    assert len(await look(world, single, ist(7, 11, 10))) == 1
    assert await look(world, single, ist(7, 18)) == []


async def test_without_admins_the_second_step_is_nobodys(world: World) -> None:
    world = await world.again(TELEGRAM_ADMINS="")
    alone = world.services.escalation
    await post(world, lead("1"))
    assert len(await look(world, alone, ist(7, 18))) == 1
    assert await world.rows("SELECT 1 FROM escalations WHERE settled_at IS NULL") == []


async def test_what_fell_due_while_nothing_ran_waits_for_the_shop_to_open(world: World, escalation: Escalation) -> None:
    await post(world, lead("1"))
    assert await look(world, escalation, ist(8, 3)) == []
    assert called(*await look(world, escalation, ist(8, 9, 30))) == [[1], [1]]


async def test_what_is_claimed_before_it_is_said_is_not_said(world: World, escalation: Escalation) -> None:
    await post(world, lead("1"), lead("2"))
    world.clock.pass_(minutes=10)
    await escalation.look()
    await claim(world, 1, 2)
    assert await look(world, escalation, ist(7, 11, 11)) == []
    assert await world.rows("SELECT 1 FROM outbox") == []


async def test_who_is_no_admin_any_more_gets_nothing_that_was_queued_for_them(
    world: World, escalation: Escalation
) -> None:
    await post(world, lead("1"))
    await look(world, escalation, ist(7, 11, 10))
    world.clock.pass_(minutes=20)
    await escalation.look()
    assert await world.rows("SELECT what FROM outbox") == [("callout",)]
    world = await world.again(TELEGRAM_ADMINS="99")
    await world.post_all()
    assert [one for one in world.chat.posted if isinstance(one.what, Callout)] == []
    assert await world.rows("SELECT 1 FROM outbox") == []


async def test_a_page_shows_who_has_claimed_meanwhile(world: World, escalation: Escalation) -> None:
    await post(world, lead("1"), lead("2"))
    (found,) = await look(world, escalation, ist(7, 11, 10))
    await claim(world, 2)
    page = await escalation.callout(found.callout_id, 99)
    assert page is not None
    assert (page.page, page.total, page.unclaimed) == (0, 2, 1)
    assert await escalation.callout(12345) is None


async def test_a_lead_in_a_burst_is_called_out_where_it_got_a_card(world: World, escalation: Escalation) -> None:
    world.indiamart.answers.append(leads_answer(*(lead(str(n)) for n in range(1, 31))))
    await world.cover()
    await world.poll()
    world.clock.mono += 3600
    await world.post_all()
    cards = {card.stored.lead_id for card in world.chat.cards}
    found = (await look(world, escalation, ist(7, 12, 10)))[0]
    assert found.total == len(cards)
