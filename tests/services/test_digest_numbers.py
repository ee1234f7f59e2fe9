"""A digest's numbers are those of an independent count over the rows, and each opens exactly its leads."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.digest_times import DigestKind
from bot.domain.ids import LeadId, UserId
from bot.domain.lead import Kind, LostReason, Status
from bot.domain.person import Person
from bot.store.figures import Figure
from tests.services.played import HandClock, lead

if TYPE_CHECKING:
    from bot.lookup.digest import DigestReport, Number
    from tests.services.world import World

TEAM = [Person(UserId(11), "Ravi"), Person(UserId(12), "Asha"), Person(UserId(13), "Meera")]
REACHED = {"contacted", "quoted", "won", "lost"}
# A month end, a holiday (Monday), a night, and New York's clocks go back on 1 November.
FIRST_DAY = date(2026, 10, 16)
DAYS = 24
HOLIDAY = date(2026, 11, 2)


INDIA = ZoneInfo("Asia/Kolkata")


@pytest.fixture
def zone() -> ZoneInfo:
    return INDIA


@pytest.fixture
async def traded(world: World, clock: HandClock, zone: ZoneInfo) -> World:
    """Weeks of a real team's work, by a seeded die."""
    world = await world.again(TIMEZONE=zone.key, HOLIDAYS=HOLIDAY.isoformat())
    die = random.Random(7)
    kinds = [Kind.ENQUIRY] * 4 + [Kind.BUYLEAD] * 2 + [Kind.CALL] * 2 + [Kind.CATALOGUE_VIEW]
    start = datetime.combine(FIRST_DAY, time(), zone)
    moments = sorted(start + timedelta(seconds=die.randrange(DAYS * 86400)) for _ in range(130))
    for number, moment in enumerate(moments, 1):
        clock.wall = moment.astimezone(UTC)
        kind = die.choice(kinds)
        seconds = die.choice([3, 90]) if kind == Kind.CALL else None
        value = die.choice([None, 2_000, 40_000, 900_000])
        await world.bring(
            lead(
                str(number), kind=kind, enquired_at=clock.wall, call_seconds=seconds, order_value_max=value,
                mobile=f"+9190000{die.randrange(60):05}",
            )
        )  # fmt: skip
        await _work(world, die, LeadId(die.randrange(max(1, number - 12), number + 1)))
    return world


async def _work(world: World, die: random.Random, lead_id: LeadId) -> None:
    claims, person = world.services.claims, die.choice(TEAM)
    act = die.random()
    if act < 0.6:
        await claims.claim(lead_id, person)
    if act < 0.4:
        status = die.choice([Status.CONTACTED, Status.QUOTED, Status.WON, Status.LOST, Status.JUNK])
        reason = die.choice([*LostReason, None]) if status is Status.LOST else None
        value = die.choice([None, 5_000, 85_000]) if status is Status.WON else None
        done = await claims.set_status(lead_id, status, person, is_admin=True, won_value=value, reason=reason)
        if act < 0.05 and done.ok:
            await claims.undo(lead_id, person)
    elif act < 0.7:
        await claims.release(lead_id, person, is_admin=True)
    elif act < 0.8:
        await world.services.reminders.add(lead_id, person, world.clock.now() + timedelta(hours=die.randrange(1, 40)))
    await world.services.reminders.fire()


class Count:
    """Counts over the rows as they were exported, in plain Python."""

    def __init__(self, leads: list[dict[str, Any]], changes: list[dict[str, Any]], since: float, until: float) -> None:
        self.leads = {one["lead_id"]: one for one in leads}
        undone = {one["undoes"] for one in changes}
        self.done = [
            one
            for one in changes
            if since <= one["at"] < until and one["act"] != "undo" and one["change_id"] not in undone
        ]
        self.since, self.until = since, until

    def came(self) -> set[int]:
        return {key for key, one in self.leads.items() if self.since <= one["enquired_at"] < self.until}

    def claimed(self) -> set[int]:
        return {
            one["lead_id"] for one in self.done if one["owner_before"] is None and one["owner_after"] == one["user_id"]
        }

    def contacted(self) -> set[int]:
        return {
            one["lead_id"]
            for one in self.done
            if one["act"] == "status" and one["status_after"] in REACHED and one["status_before"] not in REACHED
        }

    def ended(self, status: str) -> set[int]:
        became = {one["lead_id"] for one in self.done if one["status_after"] == status != one["status_before"]}
        return {key for key in became if self.leads[key]["status"] == status}


async def table(world: World, name: str) -> list[dict[str, Any]]:
    async with world.database.reading() as connection:
        return [dict(row) for row in await connection.fetch_all(f"SELECT * FROM {name}")]


async def listed(world: World, number: Number) -> set[int]:
    """The leads that the number opens, through all pages."""
    query = await world.services.lookup.recall(number.view_id)
    assert query is not None
    page = await world.services.lookup.page(query, is_counted=True)
    assert page.hits == number.n
    found = [one.lead_id for one in page.leads]
    while page.older is not None:
        page = await world.services.lookup.page(query, older_than=page.older)
        found += [one.lead_id for one in page.leads]
    assert len(found) == len(set(found)) == number.n
    return set(found)


def numbers_of(report: DigestReport) -> list[Number]:
    people = [number for one in report.people for number in (one.claimed, one.contacted, one.won)]
    labelled = [number for found in (report.kinds, report.to_call, report.reasons) for _name, number in found]
    return [*report.numbers.values(), *report.earlier.values(), *labelled, *people]


def spans(zone: ZoneInfo) -> list[tuple[DigestKind, datetime, datetime, datetime]]:
    """Which digest is made when, and about which span, told by hand."""

    def at(day: date, hour: int = 0, minute: int = 0) -> datetime:
        return datetime.combine(day, time(hour, minute), zone)

    november = date(2026, 11, 1)
    return [
        (DigestKind.MORNING, at(date(2026, 10, 31), 9, 15), at(date(2026, 10, 30), 19), at(date(2026, 10, 31), 9, 15)),
        # Sunday, Monday is the holiday: since Saturday's evening.
        (DigestKind.MORNING, at(date(2026, 11, 3), 9, 15), at(date(2026, 10, 31), 19), at(date(2026, 11, 3), 9, 15)),
        (DigestKind.EVENING, at(november, 19), at(date(2026, 10, 31), 19), at(november, 19)),
        (DigestKind.EVENING, at(date(2026, 10, 31), 19), at(date(2026, 10, 31), 9, 15), at(date(2026, 10, 31), 19)),
        (DigestKind.WEEKLY, at(date(2026, 11, 2), 9, 30), at(date(2026, 10, 26)), at(date(2026, 11, 2))),
    ]


@pytest.mark.parametrize("zone", [INDIA, ZoneInfo("America/New_York")], ids=str)
async def test_every_number_is_that_of_an_independent_count_and_opens_its_leads(
    traded: World, clock: HandClock, zone: ZoneInfo
) -> None:
    leads, changes = await table(traded, "leads"), await table(traded, "changes")
    seen: Counter[str] = Counter()
    for kind, made_at, since, until in spans(zone):
        clock.wall = datetime.combine(FIRST_DAY + timedelta(days=DAYS), time(12), zone).astimezone(UTC)
        report = await traded.services.digest_reports.report(kind, slot_at=made_at)
        assert (report.since, report.until) == (since, until)
        count = Count(leads, changes, since.timestamp(), until.timestamp())
        want = {
            Figure.CAME: count.came(),
            Figure.CLAIMED: count.claimed(),
            Figure.CONTACTED: count.contacted(),
            Figure.WON: count.ended("won"),
        }
        if kind is DigestKind.WEEKLY:
            want[Figure.LOST] = count.ended("lost")
        for figure, lead_ids in want.items():
            assert await listed(traded, report.numbers[figure]) == lead_ids, (kind, figure)
            seen[figure] += len(lead_ids)
        value = sum(count.leads[one]["won_value"] or 0 for one in want[Figure.WON])
        assert report.numbers[Figure.WON].value == value
    assert all(seen[figure] for figure in (Figure.CAME, Figure.CLAIMED, Figure.CONTACTED, Figure.WON, Figure.LOST))


async def test_a_weeks_digest_compares_with_the_week_before_and_counts_by_person_and_reason(
    traded: World, zone: ZoneInfo
) -> None:
    made_at = datetime.combine(date(2026, 11, 2), time(9, 30), zone)
    report = await traded.services.digest_reports.report(DigestKind.WEEKLY, slot_at=made_at)
    leads, changes = await table(traded, "leads"), await table(traded, "changes")
    first = datetime.combine(date(2026, 10, 19), time(), zone)
    before = Count(leads, changes, first.timestamp(), report.since.timestamp())
    assert await listed(traded, report.earlier[Figure.CAME]) == before.came()
    assert await listed(traded, report.earlier[Figure.CLAIMED]) == before.claimed()
    assert await listed(traded, report.earlier[Figure.WON]) == before.ended("won")
    now = Count(leads, changes, report.since.timestamp(), report.until.timestamp())
    reasons = Counter(now.leads[one]["lost_reason"] or "" for one in now.ended("lost"))
    assert {reason: number.n for reason, number in report.reasons} == reasons
    by = {
        person.name: len({one["lead_id"] for one in now.done
                          if one["owner_before"] is None and one["owner_after"] == person.user_id})
        for person in TEAM
    }  # fmt: skip
    assert {one.name: one.claimed.n for one in report.people} == by
    assert sum(one.won.value for one in report.people) == report.numbers[Figure.WON].value


async def test_whatever_it_shows_can_be_opened(traded: World) -> None:
    for kind in DigestKind:
        report = await traded.services.digest_reports.report(kind)
        assert report.numbers[Figure.OPEN].n
        assert report.numbers[Figure.MISSED].n
        for number in numbers_of(report):
            await listed(traded, number)


async def test_what_stands_open_is_what_the_rows_say(traded: World) -> None:
    report = await traded.services.digest_reports.report(DigestKind.EVENING)
    leads, reminders = await table(traded, "leads"), await table(traded, "reminders")
    changes = await table(traded, "changes")
    unclaimed = {one["lead_id"] for one in leads if one["owner_id"] is None and one["status"] == "new"}
    missed = {
        one["lead_id"]
        for one in leads
        if one["kind"] == "P" and one["call_seconds"] < 10 and one["status"] in {"new", "claimed"}
    }
    closed = {one["lead_id"] for one in leads if one["status"] in {"won", "lost", "junk"}}
    overdue = set()
    for one in reminders:
        did = [each for each in changes if each["lead_id"] == one["lead_id"] and one["fired_at"] is not None
               and each["at"] >= one["fired_at"]]  # fmt: skip
        again = [each for each in reminders if each["lead_id"] == one["lead_id"] and one["fired_at"] is not None
                 and each["made_at"] >= one["fired_at"]]  # fmt: skip
        if one["fired_at"] is not None and one["lead_id"] not in closed and not did and not again:
            overdue.add(one["lead_id"])
    assert await listed(traded, report.numbers[Figure.OPEN]) == unclaimed
    assert await listed(traded, report.numbers[Figure.MISSED]) == missed
    assert await listed(traded, report.numbers[Figure.OVERDUE]) == overdue
    to_call = {one["lead_id"] for one in leads if one["status"] == "claimed"}
    assert await listed(traded, report.numbers[Figure.TO_CALL]) == to_call
    assert sum(number.n for _name, number in report.to_call) == len(to_call)


async def test_sealed_buyers_are_in_no_number_and_no_list(traded: World) -> None:
    before = await traded.services.digest_reports.report(DigestKind.EVENING)
    stored = before.first[0].stored
    assert stored.lead.mobile is not None
    await traded.services.erasure.seal_of_lead(stored.lead_id, is_urgent=False)
    after = await traded.services.digest_reports.report(DigestKind.EVENING)
    assert stored.lead_id not in {one.stored.lead_id for one in after.first}
    for number in numbers_of(after):
        assert stored.lead_id not in await listed(traded, number)
