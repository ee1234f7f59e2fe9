"""Whoever asked to be reminded is: once, in the group's pace, whatever happens to the process meanwhile."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.delivery.messenger import DueReminder
from bot.domain.ids import LeadId, UserId
from bot.domain.person import Person
from bot.team.reminders import LONGEST_TEXT, Reminders
from tests import databases
from tests.services.fast_time import in_fast_time
from tests.services.played import lead

if TYPE_CHECKING:
    from datetime import datetime

    from tests.services.world import World

RAVI = Person(UserId(5), "Ravi")
ASHA = Person(UserId(6), "Asha")
MANY = 200 if databases.is_postgres() else 1000  # thirty trips each, to a server
FEWER = 200


def reminders(world: World) -> Reminders:
    return world.services.reminders


def reminded(*worlds: World) -> list[DueReminder]:
    return [one.what for world in worlds for one in world.chat.posted if isinstance(one.what, DueReminder)]


async def remind(world: World, number: int, due_at: datetime) -> list[int]:
    """So many reminders on one lead."""
    await world.bring(lead("1"))
    found = [await reminders(world).add(LeadId(1), RAVI, due_at, f"call {n}") for n in range(number)]
    return [one for one in found if one is not None]


async def post_slowly(world: World) -> None:
    """As `post_all`, for hours: it looks less often whether all is posted."""
    async with world.delivering():
        while await world.rows("SELECT 1 FROM outbox"):  # noqa: ASYNC110 - nothing tells when the last one is posted
            await asyncio.sleep(20)


async def test_a_reminder_fires_when_it_is_due_and_not_before(world: World) -> None:
    await remind(world, 1, world.clock.now() + timedelta(hours=1))
    await world.post_all()
    world.clock.pass_(minutes=59)
    assert await reminders(world).fire() == 0
    world.clock.pass_(minutes=1)
    assert await reminders(world).fire() == 1
    assert await reminders(world).fire() == 0
    await world.post_all()
    (due,) = reminded(world)
    assert (due.stored.lead_id, due.user_id, due.text, due.meant_for) == (1, 5, "call 0", None)


async def test_it_names_whoever_set_it_by_their_present_name(world: World) -> None:
    access = world.services.access
    await access.seen.saw(RAVI, None)
    await remind(world, 1, world.clock.now())
    await access.seen.saw(Person(RAVI.user_id, "Ravi K."), None)
    await reminders(world).fire()
    await world.post_all()
    assert reminded(world)[0].person_name == "Ravi K."


async def test_two_reminders_of_one_lead_at_one_time_are_two(world: World) -> None:
    await remind(world, 2, world.clock.now())
    await reminders(world).fire()
    await world.post_all()
    assert [due.text for due in reminded(world)] == ["call 0", "call 1"]


async def test_what_came_due_while_nothing_ran_fires_at_the_start_once_and_says_for_when_it_was(world: World) -> None:
    at = world.clock.now() + timedelta(hours=1)
    await remind(world, 3, at)
    world.clock.pass_(hours=20)
    later = await world.again()
    assert await reminders(later).fire() == 3
    assert await reminders(later).fire() == 0
    await later.post_all()
    assert [due.meant_for for due in reminded(later)] == [at] * 3


async def test_only_whoever_set_it_can_cancel_it_and_only_once(world: World) -> None:
    (number,) = await remind(world, 1, world.clock.now() + timedelta(hours=1))
    service = reminders(world)
    assert not await service.cancel(number, ASHA.user_id)
    assert await service.cancel(number, RAVI.user_id)
    assert not await service.cancel(number, RAVI.user_id)
    world.clock.pass_(hours=2)
    assert await service.fire() == 0


async def test_one_that_has_fired_cannot_be_cancelled(world: World) -> None:
    (number,) = await remind(world, 1, world.clock.now())
    await reminders(world).fire()
    assert not await reminders(world).cancel(number, RAVI.user_id)


async def test_a_persons_reminders_are_listed_the_next_first(world: World) -> None:
    service, now = reminders(world), world.clock.now()
    await world.bring(lead("1"), lead("2"))
    await service.add(LeadId(1), RAVI, now + timedelta(hours=3), "later")
    await service.add(LeadId(2), RAVI, now + timedelta(hours=1), "sooner")
    await service.add(LeadId(2), ASHA, now + timedelta(hours=2), "hers")
    assert [one.text for one in await service.of(RAVI.user_id)] == ["sooner", "later"]
    world.clock.pass_(hours=2)
    await service.fire()
    assert [one.text for one in await service.of(RAVI.user_id)] == ["later"]


async def test_a_lead_that_is_not_here_is_not_remembered(world: World) -> None:
    assert await reminders(world).add(LeadId(77), RAVI, world.clock.now()) is None
    assert await world.rows("SELECT 1 FROM reminders") == []


async def test_a_long_text_is_cut_and_an_odd_one_is_kept(world: World) -> None:
    await world.bring(lead("1"))
    await reminders(world).add(LeadId(1), RAVI, world.clock.now(), "\ud800" + "x" * 5000)
    await reminders(world).fire()
    await world.post_all()
    assert len(reminded(world)[0].text) <= LONGEST_TEXT


@pytest.mark.no_cover
@in_fast_time
async def test_very_many_at_once_fire_once_each_within_the_groups_pace(world: World) -> None:
    await remind(world, MANY, world.clock.now())
    await world.post_all()
    assert await reminders(world).fire() == MANY
    await post_slowly(world)
    assert [due.text for due in reminded(world)] == [f"call {n}" for n in range(MANY)]
    times = [one.at for one in world.chat.posted]
    assert min(later - earlier for earlier, later in zip(times, times[20:], strict=False)) >= 60.0


@in_fast_time
async def test_new_leads_wait_behind_reminders_but_what_presses_cause_does_not(world: World) -> None:
    await remind(world, 30, world.clock.now())
    await reminders(world).fire()
    await world.bring(lead("2"))
    async with world.delivering():
        await asyncio.sleep(1)
        await world.cards.show(LeadId(1))
        while len(world.chat.posted) < 32:  # noqa: ASYNC110 - as above
            await asyncio.sleep(10)
    kinds = [type(one.what).__name__ for one in world.chat.posted]
    assert kinds.index("Card") == 9  # the first that went out after somebody had asked
    assert kinds[10:] == ["DueReminder"] * 21 + ["Card"]


@in_fast_time
async def test_a_clean_restart_in_the_middle_repeats_none_and_loses_none(world: World) -> None:
    await remind(world, FEWER, world.clock.now())
    worlds = [world]
    await reminders(world).fire()
    for _restart in range(4):
        now = worlds[-1]
        running = asyncio.create_task(now.deliver())
        await asyncio.sleep(0.7 * FEWER + 0.3)
        await now.delivery.stop(5)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        worlds.append(await world.again())
        assert await reminders(worlds[-1]).fire() == 0
    assert 0 < len(reminded(*worlds)) < FEWER
    await post_slowly(worlds[-1])
    assert Counter(due.text for due in reminded(*worlds)) == Counter(f"call {n}" for n in range(FEWER))
