"""Whose part of a lead's way took how long, kept with the lead."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from bot.delivery import outbox_bodies
from bot.domain.ids import LeadId, UserId
from bot.domain.lead import Status
from bot.domain.person import Person
from bot.domain.photo import Photo
from bot.store import outbox
from bot.store.outbox_messages import Draft, MessageKind
from tests.services.played import lead

if TYPE_CHECKING:
    from tests.services.played import HandClock
    from tests.services.world import World

RAVI = Person(UserId(1), "Ravi")
ASHA = Person(UserId(2), "Asha")
INDIA = ZoneInfo("Asia/Kolkata")
ONE = LeadId(1)
TIMES = "SELECT indiamart_seconds, leadbell_seconds, claimed_by, claim_seconds, contact_seconds FROM response_times"


@pytest.fixture
def clock(clock: HandClock) -> HandClock:
    """A Friday evening at ten to seven: the shop closes at seven, and Saturday is a holiday."""
    clock.wall = datetime(2026, 1, 9, 18, 50, tzinfo=INDIA)
    return clock


@pytest.fixture
async def shop(world: World) -> World:
    """Its one lead's card stands in the group since half a minute after it came."""
    shop = await world.again(HOLIDAYS="2026-01-10")
    await shop.bring(lead("1", enquired_at=shop.clock.now() - timedelta(minutes=4)))
    shop.clock.pass_(seconds=30)
    await shop.post_all()
    return shop


async def test_a_night_a_holiday_and_a_sunday_are_nobodys_slowness(shop: World) -> None:
    shop.clock.wall = datetime(2026, 1, 12, 9, 40, tzinfo=INDIA)
    await shop.services.claims.claim(ONE, RAVI)
    shop.clock.pass_(minutes=5)
    await shop.services.claims.set_status(ONE, Status.QUOTED, RAVI, is_admin=False)
    worked = 9.5 * 60 + 10 * 60
    assert await shop.rows(TIMES) == [(240, 30, 1, worked, worked + 300)]


async def test_hours_that_change_later_change_nothing_of_what_was(shop: World) -> None:
    shop.clock.pass_(minutes=2)
    await shop.services.claims.claim(ONE, RAVI)
    later = await shop.again(WORKING_HOURS="Mon-Sun 00:00-00:01")
    await later.services.claims.set_status(ONE, Status.CONTACTED, RAVI, is_admin=False)
    assert await later.rows(TIMES) == [(240, 30, 1, 120, 0)]


async def test_what_is_undone_never_was_and_the_next_claim_counts(shop: World) -> None:
    shop.clock.pass_(minutes=1)
    await shop.services.claims.claim(ONE, RAVI)
    await shop.services.claims.undo(ONE, RAVI)
    assert await shop.rows(TIMES) == [(240, 30, None, None, None)]
    shop.clock.pass_(minutes=1)
    await shop.services.claims.set_status(ONE, Status.CONTACTED, ASHA, is_admin=False)
    assert await shop.rows(TIMES) == [(240, 30, 2, 120, 120)]
    await shop.services.claims.release(ONE, ASHA, is_admin=False)
    await shop.services.claims.claim(ONE, RAVI)
    assert await shop.rows(TIMES) == [(240, 30, 2, 120, 120)]


async def test_what_never_was_posted_live_is_claimed_untimed(world: World) -> None:
    await world.bring(lead("1"))
    await world.services.claims.claim(ONE, RAVI)
    assert await world.rows(TIMES) == [(None, None, 1, None, None)]


async def test_a_photo_in_the_outbox_is_posted_as_it_is(world: World) -> None:
    shown = [Photo("<b>Days</b>", b"\x89PNG\x00"), Photo("in words")]
    drafts = [*outbox_bodies.photos(shown), Draft(what=MessageKind.PHOTO, turn=5, body={"text": "x", "png": "?"})]
    async with world.database.transaction() as connection:
        await outbox.add(connection, world.account_id, drafts, world.clock.now())
    await world.post_all()
    assert [one.what for one in world.chat.posted if isinstance(one.what, Photo)] == shown
    assert await world.rows("SELECT what, reason FROM parked") == [("photo", "bad_facts")]
