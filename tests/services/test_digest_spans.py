"""What a digest is about: each begins where the one before it ended, so that nothing is told twice, or by none."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from bot.domain.digest_times import DigestAudience, DigestKind, DigestSlot, slots
from bot.domain.ids import LeadId, UserId
from bot.domain.person import Person
from bot.store.figures import Figure
from tests.services.played import HandClock, lead

if TYPE_CHECKING:
    from tests.services.world import World

ZONE = ZoneInfo("Asia/Kolkata")
RAVI = Person(UserId(11), "Ravi")


def ist(day: int, hour: int = 0, minute: int = 0) -> datetime:
    """In January 2026; the 5th is a Monday."""
    return datetime(2026, 1, day, hour, minute, tzinfo=ZONE)


@pytest.fixture
def clock() -> HandClock:
    hand = HandClock()
    hand.wall = ist(5, 8)
    return hand


def daily(world: World, audience: DigestAudience) -> list[DigestSlot]:
    """Those of a week and a Monday that come on working days."""
    found = slots(world.parts.intake.settings.digest, ist(5), ist(13), ZONE)
    of = [one for one in found if one.audience is audience and one.kind is not DigestKind.WEEKLY]
    return [one for one in of if one.at.astimezone(ZONE).date() != ist(11).date()]


@pytest.mark.parametrize(
    ("digest", "working_hours"),
    [
        ("09:15, 19:00", "Mon-Sat 09:30-20:00"),
        ("09:15, 19:00", "Mon-Sat 00:00-24:00"),
        ("09:15, 19:00", "Mon-Sat 09:30-18:00"),
        ("09:15 group, 19:00, 21:00 admins, Mon 09:30", "Mon-Sat 09:30-19:00"),
        ("09:15", "Mon-Sat 09:30-19:00"),
        ("10:00, 11:00, 20:30", "Mon-Sat 09:30-19:00"),
    ],
)
@pytest.mark.parametrize("audience", DigestAudience)
async def test_each_begins_where_the_one_before_it_ended(
    world: World, digest: str, working_hours: str, audience: DigestAudience
) -> None:
    again = await world.again(DIGEST=digest, WORKING_HOURS=working_hours)
    reports = again.services.digest_reports
    spans = [reports.span(one.kind, one.at, one.audience) for one in daily(again, audience)]
    assert len(spans) >= 6
    assert all(earlier.until == later.since for earlier, later in pairwise(spans))
    assert all(span.since < span.until for span in spans)


async def test_what_comes_and_is_done_at_any_hour_is_counted_once(world: World, clock: HandClock) -> None:
    again = await world.again(WORKING_HOURS="Mon-Sat 09:30-20:00")
    for hour in range(48):
        clock.wall = ist(6) + timedelta(hours=hour, minutes=30)
        await again.bring(lead(str(hour), enquired_at=clock.wall))
        await again.services.claims.claim(LeadId(hour + 1), RAVI)
    clock.wall = ist(8, 12)
    seen = dict.fromkeys((Figure.CAME, Figure.CLAIMED), 0)
    for slot in daily(again, DigestAudience.GROUP)[2:7]:  # from Tuesday's evening to Thursday's morning
        report = await again.services.digest_reports.report(slot.kind, slot_at=slot.at, audience=slot.audience)
        for figure in seen:
            seen[figure] += report.numbers[figure].n
    assert seen == {Figure.CAME: 48, Figure.CLAIMED: 48}


async def test_a_day_offs_digest_is_beside_the_others(world: World) -> None:
    span = world.services.digest_reports.span
    assert span(DigestKind.MORNING, ist(11, 9, 15)).since == ist(10, 19)
    assert span(DigestKind.EVENING, ist(11, 19)).since == ist(10, 19)
    assert span(DigestKind.MORNING, ist(12, 9, 15)).since == ist(10, 19)


async def test_one_that_is_late_ends_when_it_was_due(world: World, clock: HandClock) -> None:
    clock.wall = ist(6, 11)
    assert world.services.digest_reports.span(DigestKind.MORNING, ist(6, 9, 15)).until == ist(6, 9, 15)


@pytest.mark.parametrize(
    ("kind", "hour", "since"),
    [
        (DigestKind.MORNING, 8, ist(5, 19)),
        (DigestKind.MORNING, 10, ist(5, 19)),
        (DigestKind.MORNING, 20, ist(5, 19)),
        (DigestKind.EVENING, 8, ist(5, 19)),
        (DigestKind.EVENING, 15, ist(6, 9, 15)),
        (DigestKind.EVENING, 20, ist(6, 9, 15)),
    ],
)
async def test_whoever_asks_is_told_until_now(
    world: World, clock: HandClock, kind: DigestKind, hour: int, since: datetime
) -> None:
    clock.wall = ist(6, hour)
    span = world.services.digest_reports.span(kind)
    assert (span.since, span.until) == (since, clock.now())


async def test_without_any_times_a_digest_is_since_the_shop_closed(world: World, clock: HandClock) -> None:
    again = await world.again(DIGEST="off")
    clock.wall = ist(6, 10)
    assert again.services.digest_reports.span(DigestKind.MORNING).since == ist(5, 19)
