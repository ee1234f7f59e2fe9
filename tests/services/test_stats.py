"""What /stats counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from bot.clock import IST
from bot.domain.chart import ChartKind
from bot.domain.ids import LeadId, UserId
from bot.domain.lead import Kind, Origin, Status
from bot.domain.person import Person
from bot.domain.report_span import ReportSpan, SpanName
from bot.lookup.money import BuyLeads, Money, week_of
from bot.lookup.stats import Result, StatsQuery, StatsReport
from bot.store import adding, prepared_leads
from tests.services.played import NOON, lead

if TYPE_CHECKING:
    from tests.services.played import HandClock
    from tests.services.world import World

RAVI, ASHA, MEENA = (Person(UserId(n), name) for n, name in ((1, "Ravi"), (2, "Asha"), (3, "Meena")))
ZONE = ZoneInfo("Asia/Kolkata")


async def bring(world: World, number: int, **fields: Any) -> None:
    await world.bring(*(lead(str(n), **fields) for n in range(1, number + 1)))


async def report(world: World, **asked: Any) -> StatsReport:
    span = asked.pop("span", None) or ReportSpan.of(timedelta(days=7), world.clock.now(), ZONE)
    return await world.services.stats.report(StatsQuery(span=span, **asked))


async def test_stats_of_nothing_are_nothing(world: World) -> None:
    found = await report(world)
    assert (found.counts.total, found.people, found.times.claim, found.products) == (0, (), None, ())
    assert (found.money, found.buyleads, found.result) == (None, None, Result())


async def test_stats_time_every_step_and_every_person(world: World) -> None:
    await bring(world, 3)
    world.clock.pass_(minutes=2)
    await world.post_all()
    claims = world.services.claims
    for number, person in ((1, RAVI), (2, RAVI), (3, ASHA)):
        world.clock.pass_(minutes=10)
        await claims.claim(LeadId(number), person)
    world.clock.pass_(minutes=5)
    await claims.set_status(LeadId(1), Status.CONTACTED, RAVI, is_admin=False)
    await claims.set_status(LeadId(1), Status.WON, RAVI, is_admin=False, won_value=700)
    found = await report(world)
    assert (found.counts.total, found.counts.by_kind, found.result.value) == (3, (("W", 3),), 700)
    assert found.counts.by_status == ((Status.CLAIMED, 2), (Status.WON, 1))
    assert found.times.indiamart is not None
    assert found.times.indiamart.median == timedelta(minutes=3)
    assert found.times.leadbell is not None
    assert found.times.leadbell.median == timedelta(minutes=2)
    assert found.times.claim is not None
    assert found.times.claim.median == timedelta(minutes=20)
    assert found.times.claim.slowest_tenth == timedelta(minutes=30)
    assert found.times.contact is not None
    assert found.times.contact.median == timedelta(minutes=35)
    ravi, asha = found.people
    assert (ravi.name, ravi.claimed, ravi.contacted, ravi.result.won, ravi.result.value) == ("Ravi", 2, 1, 1, 700)
    assert (asha.name, asha.claimed, asha.to_call) == ("Asha", 1, 1)
    assert found.to_call == (2, 0, 0, 0, 0)
    assert [(one.name, one.leads, one.contacted, one.won) for one in found.products] == [("LED Clock", 3, 1, 1)]


async def test_who_claims_nothing_is_listed_too(world: World) -> None:
    await bring(world, 1)
    await world.services.access.seen.saw(MEENA, world.chats.place.chat_id)
    await world.services.claims.claim(LeadId(1), RAVI)
    assert [(one.name, one.claimed) for one in (await report(world)).people] == [("Ravi", 1), ("Meena", 0)]


async def test_a_person_and_a_kind_are_asked_for_together(world: World) -> None:
    await bring(world, 2)
    await world.bring(lead("3", kind=Kind.BUYLEAD), lead("4", kind=Kind.BUYLEAD))
    for number, person in ((1, RAVI), (2, ASHA), (3, RAVI), (4, ASHA)):
        await world.services.claims.claim(LeadId(number), person)
    await world.services.claims.set_status(LeadId(3), Status.LOST, RAVI, is_admin=False, reason="price")
    found = await report(world, kind="B", user_id=RAVI.user_id)
    assert (found.counts.total, found.person_name, [one.name for one in found.people]) == (1, "Ravi", ["Ravi"])
    assert (found.lost, found.kinds[0][1].lost, found.to_call) == ((("price", 1),), 1, ())
    assert (await report(world, kind="B")).counts.total == 2


async def test_a_reason_that_was_typed_is_told_as_another_one(world: World) -> None:
    """It may name the buyer."""
    await bring(world, 3)
    for number, reason in ((1, "price"), (2, "Mr Testwala is ill, 9000000031"), (3, None)):
        await world.services.claims.set_status(LeadId(number), Status.LOST, RAVI, is_admin=False, reason=reason)
    assert sorted((await report(world)).lost) == [("", 1), ("other", 1), ("price", 1)]


async def test_a_claim_that_was_undone_or_given_by_an_admin_is_nobodys_speed(world: World) -> None:
    await bring(world, 2)
    await world.post_all()
    claims = world.services.claims
    await claims.claim(LeadId(1), RAVI)
    assert (await claims.undo(LeadId(1), RAVI)).ok
    await claims.set_status(LeadId(2), Status.JUNK, ASHA, is_admin=False)
    await claims.reassign(LeadId(1), ASHA.user_id, RAVI)
    assert [(one.name, one.claimed, one.contacted) for one in (await report(world)).people] == [("Asha", 1, 0)]


async def test_old_leads_are_counted_but_not_timed(world: World) -> None:
    async with world.database.transaction() as connection:
        old = [lead("1", enquired_at=NOON - timedelta(days=2), city="Surat"), lead("2", city="SURAT")]
        await adding.add(
            connection, world.account_id, prepared_leads.of_all(old), origin=Origin.PULL, now=NOON, batch=1
        )
    await world.cards.show(LeadId(1))
    await world.post_all()
    await world.services.claims.claim(LeadId(1), RAVI)
    found = await report(world)
    assert (found.counts.total, found.cities[0].name, found.cities[0].leads) == (2, "SURAT", 2)
    assert (found.times.leadbell, found.times.claim, found.people[0].claimed) == (None, None, 1)


async def test_money_is_told_against_the_spans_part_of_the_fee(world: World) -> None:
    paying = await world.again(FEE_PER_YEAR="73,000", BUYLEADS_PER_WEEK="25")
    await bring(paying, 4)
    sunday = week_of(paying.clock.now())
    await paying.bring(
        lead("8", kind=Kind.BUYLEAD, enquired_at=sunday),
        lead("9", kind=Kind.BUYLEAD, enquired_at=sunday - timedelta(seconds=1)),
    )
    await paying.services.claims.set_status(LeadId(1), Status.WON, RAVI, is_admin=False, won_value=3000)
    span = ReportSpan.of(timedelta(hours=24 * 7 + 1) - timedelta(hours=1), NOON, ZONE)
    found = await report(paying, span=span)
    assert found.money == Money(round(73000 * (span.length / timedelta(days=365))), 3000)
    assert found.money.each(found.counts.total) == round(found.money.fee / 6)
    assert found.money.each(0) is None
    for part in ({"kind": Kind.BUYLEAD}, {"user_id": RAVI.user_id}):
        assert (await report(paying, span=span, **part)).money is None
    assert found.buyleads == BuyLeads(25, 1)
    assert found.buyleads.left == 24


@pytest.mark.parametrize(
    ("now", "began"),
    [
        ("2026-01-03T23:59:59+05:30", "2025-12-28"),
        ("2026-01-04T00:00:00+05:30", "2026-01-04"),
        ("2026-01-03T18:30:00+00:00", "2026-01-04"),
        ("2026-01-10T12:00:00+05:30", "2026-01-04"),
    ],
)
def test_indiamarts_week_begins_on_sunday_in_india(now: str, began: str) -> None:
    assert week_of(datetime.fromisoformat(now)) == datetime.fromisoformat(began).replace(tzinfo=IST)


NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("span", "since", "until", "earlier"),
    [
        (ReportSpan.today(NOON, ZONE), "01-05T00:00", "01-05T17:30", ("01-04T00:00", "01-04T17:30")),
        (ReportSpan.yesterday(NOON, ZONE), "01-04T00:00", "01-05T00:00", ("01-03T00:00", "01-04T00:00")),
        (ReportSpan.of(timedelta(days=3), NOON, ZONE), "01-03T00:00", "01-05T17:30", ("2025-12-31", "01-02T17:30")),
        (ReportSpan.of(timedelta(hours=50), NOON, ZONE), "01-03T15:30", "01-05T17:30", ("01-01T13:30", "01-03T15:30")),
        (ReportSpan.month(NOON, ZONE), "01-01T00:00", "01-05T17:30", ("2025-12-01", "2025-12-05T17:30")),
    ],
)
def test_a_span_is_compared_with_as_much_before_it(
    span: ReportSpan, since: str, until: str, earlier: tuple[str, str]
) -> None:
    def local(text: str) -> datetime:
        return datetime.fromisoformat(text if text.startswith("2025") else f"2026-{text}").replace(tzinfo=ZONE)

    assert (span.since, span.until) == (local(since), local(until))
    assert (span.earlier_since, span.earlier_until) == (local(earlier[0]), local(earlier[1]))


def test_a_long_month_is_compared_with_all_of_a_short_one() -> None:
    span = ReportSpan.month(datetime(2026, 3, 31, 12, 0, tzinfo=UTC), ZONE)
    assert span.name is SpanName.MONTH
    assert (span.earlier_since.day, span.earlier_since.month, span.earlier_until) == (1, 2, span.since)


def test_days_are_days_where_the_clock_was_put_forward() -> None:
    monday = datetime(2026, 3, 9, 12, 0, tzinfo=NEW_YORK)
    assert ReportSpan.today(monday, NEW_YORK).earlier_until == datetime(2026, 3, 8, 12, 0, tzinfo=NEW_YORK)


async def test_charts_count_by_the_accounts_days_hours_and_weekdays(world: World, clock: HandClock) -> None:
    sunday_night = datetime(2026, 1, 4, 23, 50, tzinfo=ZONE)
    await world.bring(lead("1", enquired_at=sunday_night), lead("2", enquired_at=sunday_night + timedelta(minutes=20)))
    await world.bring(lead("3", kind=Kind.CALL, enquired_at=clock.now() - timedelta(days=3)))
    span = ReportSpan.of(timedelta(days=7), clock.now(), ZONE)
    (photo,) = await world.services.charts.of(span, ChartKind.DAYS)
    assert (photo.text, photo.png) == ("days", None)
    (facts,) = world.chat.drawn
    assert [(day.day, dict(found)) for day, found in facts.by_day.items()] == [
        (2, {"P": 1}), (3, {}), (4, {"W": 1}), (5, {"W": 1})
    ]  # fmt: skip
    assert (facts.by_hour[6][23], facts.by_hour[0][0], facts.by_hour[4][17]) == (1, 1, 1)
    assert (facts.open[0][8], facts.open[0][9], facts.open[5][18], facts.open[6][12]) == (0, 0.5, 1, 0)
    assert facts.unclaimed == (0, 2, 0, 1, 0)
