"""Digests come when they are due, each once, whatever restarts and whatever the clock does."""

from __future__ import annotations

import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.digest_times import DigestKind
from bot.domain.ids import ChatId, ChatPlace
from bot.errors import StoreError
from bot.lookup.digest import DigestReport
from bot.store.sqlite import SqliteDatabase
from tests.services.played import HandClock, lead
from tests.services.world import ADMIN, GROUP, World, assemble

ZONE = ZoneInfo("Asia/Kolkata")
M, E, W = DigestKind.MORNING, DigestKind.EVENING, DigestKind.WEEKLY


def ist(day: int, hour: int, minute: int = 0) -> datetime:
    """In January 2026; the 5th is a Monday, the 4th a Sunday."""
    return datetime(2026, 1, day, hour, minute, tzinfo=ZONE)


@pytest.fixture
def clock() -> HandClock:
    hand = HandClock()
    hand.wall = ist(6, 8)
    return hand


async def look(world: World, at: datetime) -> list[tuple[ChatPlace, DigestKind]]:
    """What is said when somebody looks at this time."""
    world.clock.pass_(seconds=(at - world.clock.now()).total_seconds())
    before = len(world.chat.posted)
    await world.services.digests.look()
    await world.post_all()
    said = world.chat.posted[before:]
    found = [(one.place, one.what.kind) for one in said if isinstance(one.what, DigestReport)]
    return sorted(found, key=lambda one: one[0].chat_id)


BOTH = (GROUP, ChatPlace(ChatId(ADMIN)))


def to_both(kind: DigestKind) -> list[tuple[ChatPlace, DigestKind]]:
    return [(place, kind) for place in BOTH]


async def test_the_group_and_the_admins_hear_it_once_at_its_time(world: World) -> None:
    assert await look(world, ist(6, 8)) == []
    assert await look(world, ist(6, 9, 14)) == []
    assert await look(world, ist(6, 9, 15)) == to_both(M)
    assert await look(world, ist(6, 9, 16)) == []
    assert await look(world, ist(6, 19, 0)) == to_both(E)
    assert await look(world, ist(7, 9, 14)) == []


async def test_a_week_begins_with_both_of_its_digests(world: World) -> None:
    await look(world, ist(11, 8))
    assert await look(world, ist(12, 9, 15)) == to_both(M)
    assert await look(world, ist(12, 9, 30)) == to_both(W)


async def test_a_first_start_sends_none_for_the_past(world: World) -> None:
    assert await look(world, ist(6, 9, 20)) == []
    assert await look(world, ist(6, 18, 59)) == []
    assert len(await look(world, ist(6, 19, 0))) == 2


@pytest.mark.parametrize(("hour", "minute", "comes"), [(12, 14, True), (12, 16, False)])
async def test_one_that_was_missed_comes_up_to_three_hours_late(
    world: World, hour: int, minute: int, *, comes: bool
) -> None:
    await look(world, ist(6, 8))
    world = await world.again()
    assert bool(await look(world, ist(6, hour, minute))) is comes


async def test_of_those_that_were_missed_only_the_newest_comes(world: World) -> None:
    await look(world, ist(12, 8))
    world = await world.again()
    assert await look(world, ist(12, 10)) == to_both(W)
    assert await look(world, ist(12, 11)) == []


async def test_one_that_telegram_did_not_take_for_three_hours_is_not_said_any_more(world: World) -> None:
    await look(world, ist(6, 8))
    world.clock.pass_(hours=1.25)
    await world.services.digests.look()
    world.clock.pass_(hours=3, seconds=1)
    await world.post_all()
    assert world.chat.posted == []
    assert await world.rows("SELECT 1 FROM outbox") == []


async def test_a_restart_between_two_looks_repeats_nothing(world: World) -> None:
    await look(world, ist(6, 8))
    assert len(await look(world, ist(6, 9, 15))) == 2
    world = await world.again()
    assert await look(world, ist(6, 9, 15)) == []
    assert await look(world, ist(6, 9, 40)) == []


async def test_one_that_was_queued_and_not_sent_is_said_after_a_kill(world: World) -> None:
    await look(world, ist(6, 8))
    world.clock.pass_(hours=1.25)
    await world.services.digests.look()
    world = await world.again()
    await world.services.digests.look()
    await world.post_all()
    assert Counter(one.place for one in world.chat.posted) == Counter([GROUP, ChatPlace(ChatId(ADMIN))])


async def test_who_switches_them_on_again_hears_none_of_the_past(world: World) -> None:
    await look(world, ist(6, 8))
    world = await world.again(DIGEST="off")
    assert await look(world, ist(6, 9, 30)) == []
    world = await world.again()
    assert await look(world, ist(6, 10)) == []
    assert len(await look(world, ist(6, 19))) == 2


@pytest.mark.parametrize("changed", [{"DIGEST": "09:20, 19:00"}, {"TIMEZONE": "Asia/Dubai"}], ids=str)
async def test_who_sets_other_times_hears_none_of_the_past(world: World, changed: dict[str, str]) -> None:
    await look(world, ist(6, 8))
    assert len(await look(world, ist(6, 9, 15))) == 2
    world = await world.again(**changed)
    assert await look(world, ist(6, 11)) == []


async def test_the_group_and_the_admins_may_have_different_ones(world: World) -> None:
    world = await world.again(DIGEST="09:15 group, 19:00 admins, 20:00")
    await look(world, ist(6, 8))
    assert await look(world, ist(6, 9, 15)) == [(GROUP, M)]
    assert await look(world, ist(6, 19)) == [(ChatPlace(ChatId(ADMIN)), E)]
    assert len(await look(world, ist(6, 20))) == 2


async def test_a_holiday_is_quiet_unless_something_is_open(world: World) -> None:
    world = await world.again(HOLIDAYS="2026-01-07")
    await look(world, ist(6, 20))
    assert await look(world, ist(7, 9, 15)) == []
    await world.bring(lead("1", enquired_at=ist(7, 10)))
    assert len(await look(world, ist(7, 19))) == 2


async def test_a_sunday_is_a_holiday_too(world: World) -> None:
    await look(world, ist(10, 20))
    assert await look(world, ist(11, 9, 15)) == []


async def test_a_clock_that_was_ahead_keeps_no_digest_back(world: World) -> None:
    world.clock.jump(days=400)
    await world.services.digests.look()
    world.clock.jump(days=-400)
    await look(world, ist(6, 8, 30))
    assert len(await look(world, ist(6, 9, 15))) == 2


async def test_an_hour_that_comes_twice_gives_one_digest(world: World) -> None:
    """New York puts its clocks back on 1 November 2026, from 2 am to 1 am."""
    world = await world.again(TIMEZONE="America/New_York", DIGEST="01:30", WORKING_HOURS="daily 00:00-24:00")
    start = datetime(2026, 11, 1, 4, 0, tzinfo=UTC)
    found = []
    for quarters in range(20):
        found += await look(world, start + timedelta(minutes=15 * quarters))
    assert Counter(place for place, _kind in found) == dict.fromkeys(BOTH, 1)


async def test_a_time_that_the_clock_skips_is_not_skipped(world: World) -> None:
    """New York puts its clocks forward on 8 March 2026, from 2 am to 3 am."""
    world = await world.again(TIMEZONE="America/New_York", DIGEST="02:30", WORKING_HOURS="daily 00:00-24:00")
    start = datetime(2026, 3, 8, 5, 0, tzinfo=UTC)
    found = []
    for quarters in range(20):
        found += await look(world, start + timedelta(minutes=15 * quarters))
    assert Counter(place for place, _kind in found) == dict.fromkeys(BOTH, 1)


async def test_a_weeks_charts_come_below_its_words_which_do_not_wait_for_them(world: World) -> None:
    await look(world, ist(12, 9, 20))
    await world.bring(lead("1", enquired_at=ist(8, 12)))
    assert await look(world, ist(12, 9, 30)) == to_both(W)
    digests = world.services.digests
    assert digests.wants_charts
    await digests.add_charts()
    assert not digests.wants_charts
    queued = await world.rows("SELECT chat_id FROM outbox WHERE what = 'photo' ORDER BY outbox_id")
    assert Counter(chat_id for (chat_id,) in queued) == {None: 3, ADMIN: 3}


async def test_a_weeks_charts_come_once_the_database_takes_them(world: World) -> None:
    await look(world, ist(12, 9, 20))
    assert await look(world, ist(12, 9, 30)) == to_both(W)
    digests = world.services.digests
    with patch("bot.store.outbox.add", side_effect=StoreError("the disk is full")), pytest.raises(StoreError):
        await digests.add_charts()
    assert digests.wants_charts
    await digests.add_charts()
    assert not digests.wants_charts
    assert await world.rows("SELECT count(*) FROM outbox WHERE what = 'photo'") == [(6,)]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("pass"), st.integers(1, 600)),
        st.tuples(st.just("back"), st.integers(1, 300)),
        st.tuples(st.just("restart"), st.just(0)),
        st.tuples(st.just("look"), st.just(0)),
    ),
    max_size=25,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS)
async def test_no_digest_comes_twice(steps: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with SqliteDatabase(Path(folder) / "leads.db") as database:
            clock = HandClock()
            clock.wall = ist(11, 22)
            world = await assemble(database, clock)
            await world.services.digests.look()
            for step, minutes in [*steps, ("look", 0)]:
                if step == "pass":
                    clock.pass_(minutes=minutes)
                elif step == "back":
                    clock.jump(minutes=-minutes)
                elif step == "restart":
                    world = await world.again()
                await world.services.digests.look()
            queued = await world.rows(
                "SELECT chat_id, json_extract(body, '$.slot_at'), json_extract(body, '$.kind') FROM outbox ORDER BY 1"
            )
            assert [one for one, number in Counter(queued).items() if number > 1] == []
