"""A word means the same in every view: what digests, lists, statistics and charts say of it is one number."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.domain.digest_times import DigestKind
from bot.domain.ids import LeadId, UserId
from bot.domain.lead import Origin
from bot.domain.person import Person
from bot.domain.report_span import ReportSpan
from bot.lookup.lists import Period
from bot.lookup.stats import StatsQuery
from bot.store import adding, prepared_leads
from bot.store.figures import Figure
from tests.services.played import lead
from tests.services.test_routing import ASHA, BOTH, RAVI, route

if TYPE_CHECKING:
    from bot.lookup.digest import DigestReport
    from tests.services.world import World

ZONE = ZoneInfo("Asia/Kolkata")
PERSON, BOSS = Person(UserId(5), "Nina"), Person(UserId(77), "Boss")
SAME = "+919000000001"


async def digest(world: World) -> DigestReport:
    return await world.services.digest_reports.report(DigestKind.WEEKLY)


def today(world: World) -> StatsQuery:
    return StatsQuery(span=ReportSpan.today(world.clock.now(), ZONE))


async def test_a_buyer_who_is_to_be_left_alone_is_nobodys_call_to_make(world: World) -> None:
    await world.bring(lead("1", mobile=SAME), lead("2", mobile=SAME), lead("3"))
    for number in (1, 2, 3):
        await world.services.claims.claim(LeadId(number), PERSON)
    await world.services.do_not_call.note(LeadId(1), PERSON, is_admin=False)
    told, counted = await digest(world), await world.services.stats.report()
    assert (told.numbers[Figure.TO_CALL].n, sum(counted.to_call)) == (1, 1)
    assert [one.to_call for one in counted.people] == [number.n for _name, number in told.to_call] == [1]


async def test_a_reminder_of_a_buyer_who_is_to_be_left_alone_is_not_overdue(world: World) -> None:
    await world.bring(lead("1", mobile=SAME), lead("2", mobile=SAME))
    await world.services.reminders.add(LeadId(2), PERSON, world.clock.now() + timedelta(minutes=5))
    world.clock.pass_(minutes=6)
    await world.services.reminders.fire()
    world.clock.pass_(minutes=1)
    assert (await digest(world)).numbers[Figure.OVERDUE].n == 1
    await world.services.do_not_call.note(LeadId(1), PERSON, is_admin=False)
    assert (await digest(world)).numbers[Figure.OVERDUE].n == 0


async def test_old_leads_that_were_imported_are_open_nowhere(world: World) -> None:
    await world.bring(lead("1"))
    old = [lead(str(100 + n), enquired_at=world.clock.now() - timedelta(days=200)) for n in range(4)]
    async with world.database.transaction() as connection:
        ready = prepared_leads.of_all(old)
        await adding.add(connection, world.account_id, ready, origin=Origin.IMPORT, now=world.clock.now())
    _quarters, by_age = await world.services.stats.quarters(today(world))
    listed = (await world.services.work.open_leads()).total
    assert (sum(by_age), listed, (await digest(world)).numbers[Figure.OPEN].n) == (1, 1, 1)


async def test_what_somebody_was_given_is_no_claim_of_theirs(world: World) -> None:
    await route(world, ("kind:B", BOTH))
    await world.bring(lead("1", kind="B"), lead("2", kind="W"), lead("3", kind="W"))
    await world.services.claims.claim(LeadId(2), Person(RAVI, "Ravi"))
    await world.services.claims.reassign(LeadId(3), ASHA, BOSS)
    world.clock.pass_(minutes=1)
    now = world.clock.now()
    span = world.services.digest_reports.span(DigestKind.EVENING)
    assert span.since <= now - timedelta(minutes=1)
    told = await world.services.digest_reports.report(DigestKind.EVENING)
    counted = await world.services.stats.report(today(world))
    assert told.numbers[Figure.CLAIMED].n == 1
    assert {one.name: one.claimed for one in counted.people if one.claimed} == {"Ravi": 1}


async def test_a_lead_that_is_dated_ahead_of_our_clock_is_todays(world: World) -> None:
    await world.bring(lead("1", enquired_at=world.clock.now() + timedelta(minutes=3)))
    listed = await world.services.lookup.page(world.services.lookup.of_period(Period.TODAY), is_counted=True)
    counted = await world.services.stats.report(today(world))
    quarters, _by_age = await world.services.stats.quarters(today(world))
    assert listed.counts is not None
    assert (listed.counts.total, counted.counts.total, len(quarters)) == (1, 1, 1)
