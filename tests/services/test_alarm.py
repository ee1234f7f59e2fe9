"""Who hears of what has failed, past the outbox, and when."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from bot.delivery.alarm import AGAIN, GROUP_AFTER, HOUR, LOCKED_FOR, MOST_AN_HOUR, Alarm, Audience
from bot.delivery.sender import TIDY_EVERY
from bot.domain.notice import Fault
from bot.errors import DeliveryError, DeliveryTrouble, StoreBusyError, StoreFullError
from bot.health.troubles import CALM, Activity, Troubles
from tests.services.played import trouble
from tests.services.world import ADMIN, GROUP

if TYPE_CHECKING:
    from tests.services.world import World


@pytest.fixture
def troubles(world: World) -> Troubles:
    return world.troubles


@pytest.fixture
def alarm(world: World) -> Alarm:
    return alarm_of(world)


def alarm_of(world: World) -> Alarm:
    return Alarm(world.troubles, world.clock, lambda _bot: [Audience(world.parts.account_id, world.parts.speaker)])


async def heard(world: World) -> list[tuple[int, str, str]]:
    """(chat, code, fault) once all is said; private chats take one message a second."""
    while not world.sender.is_idle:
        world.clock.pass_(seconds=TIDY_EVERY)
        world.sender.tidy()
        await asyncio.sleep(0.01)
    return [(one.place.chat_id, one.what.code.value, str(one.what.facts["fault"])) for one in noticed(world)]


def noticed(world: World) -> list[Any]:
    return [one for one in world.chat.posted if one.what in world.chat.notices]


async def test_the_admin_hears_of_a_full_disk_once_when_it_starts_and_once_when_it_ends(
    world: World, alarm: Alarm, troubles: Troubles
) -> None:
    for work in (Activity.POLL, Activity.REMINDERS, Activity.POLL):
        troubles.failed(work, StoreFullError("", "database or disk is full"))
        alarm.look()
    assert await heard(world) == [(ADMIN, "fault_started", "disk")]
    assert world.chat.notices[0].facts["message"] == "database or disk is full"
    troubles.worked(Activity.POLL)
    alarm.look()
    assert len(await heard(world)) == 1  # reminders are not set yet
    troubles.written()
    alarm.look()
    alarm.look()
    assert await heard(world) == [(ADMIN, "fault_started", "disk"), (ADMIN, "fault_ended", "disk")]
    assert await world.rows("SELECT * FROM outbox") == []


async def test_a_lock_of_a_moment_is_not_told(world: World, alarm: Alarm, troubles: Troubles) -> None:
    troubles.failed(Activity.PRESS, StoreBusyError())
    alarm.look()
    troubles.written()
    alarm.look()
    assert await heard(world) == []
    troubles.failed(Activity.WRITE, StoreBusyError())
    world.clock.pass_(seconds=LOCKED_FOR)
    alarm.look()
    assert await heard(world) == [(ADMIN, "fault_started", "database")]


async def test_the_group_hears_of_it_too_if_no_leads_come_for_minutes(
    world: World, alarm: Alarm, troubles: Troubles
) -> None:
    for _look in range(3):
        troubles.failed(Activity.POLL, StoreFullError())
        alarm.look()
        await heard(world)
        world.clock.pass_(seconds=GROUP_AFTER)
    troubles.written()
    alarm.look()
    group, fault = GROUP.chat_id, "disk"
    assert (await heard(world))[:2] == [(ADMIN, "fault_started", fault), (group, "fault_started", fault)]
    assert sorted((await heard(world))[2:]) == [(group, "fault_ended", fault), (ADMIN, "fault_ended", fault)]


async def test_without_admins_the_group_hears_of_it(world: World) -> None:
    world = await world.again(TELEGRAM_ADMINS="")
    world.troubles.failed(Activity.POLL, StoreFullError())
    alarm_of(world).look()
    assert await heard(world) == [(GROUP.chat_id, "fault_started", "disk")]


async def test_who_cannot_be_reached_is_told_again_a_minute_later(
    world: World, alarm: Alarm, troubles: Troubles
) -> None:
    world.chat.failures.append(trouble(DeliveryTrouble.CHAT))
    troubles.failed(Activity.POLL, StoreFullError())
    alarm.look()
    assert await heard(world) == []
    alarm.look()
    assert await heard(world) == []
    world.clock.pass_(seconds=AGAIN)
    alarm.look()
    assert await heard(world) == [(ADMIN, "fault_started", "disk")]


async def test_each_mistake_of_ours_is_told_by_itself(world: World, alarm: Alarm, troubles: Troubles) -> None:
    for kind in (ValueError, KeyError, ValueError):
        troubles.failed(Activity.UPDATE, kind("Asha +91 90000 00031"))
        alarm.look()
    assert await heard(world) == [(ADMIN, "fault_started", "mistake")] * 2
    assert [notice.facts["message"] for notice in world.chat.notices] == ["ValueError", "KeyError"]
    world.clock.pass_(seconds=CALM)
    troubles.settle()
    alarm.look()
    assert (await heard(world))[2:] == [(ADMIN, "fault_ended", "mistake")] * 2


async def test_many_mistakes_in_an_hour_are_few_messages(world: World, alarm: Alarm, troubles: Troubles) -> None:
    for number in range(3 * MOST_AN_HOUR):
        troubles.failed(Activity.POLL, type(f"Error{number}", (Exception,), {})())
        alarm.look()
    assert len(await heard(world)) == MOST_AN_HOUR
    world.clock.pass_(seconds=HOUR)
    alarm.look()
    assert len(await heard(world)) == 2 * MOST_AN_HOUR


async def test_another_program_that_fetches_the_updates_is_told_after_a_minute(
    world: World, alarm: Alarm, troubles: Troubles
) -> None:
    conflict = DeliveryError(DeliveryTrouble.TEMPORARY, "terminated by other getUpdates request")
    troubles.failed(Activity.UPDATES, conflict)
    alarm.look()
    assert await heard(world) == []
    world.clock.pass_(seconds=60)
    alarm.look()
    assert await heard(world) == [(ADMIN, "fault_started", Fault.TELEGRAM.value)]


async def test_an_audience_that_is_another_processs_by_now_is_not_told_that_it_is_over(
    world: World, troubles: Troubles
) -> None:
    here = [Audience(world.parts.account_id, world.parts.speaker)]
    alarm = Alarm(troubles, world.clock, lambda _bot: here)
    troubles.failed(Activity.POLL, StoreFullError("", "database or disk is full"))
    alarm.look()
    gone = here.pop()
    alarm.look()
    assert [code for _chat, code, _fault in await heard(world)] == ["fault_started"]
    here.append(gone)
    alarm.look()
    assert len(await heard(world)) == 1
    here.pop()
    troubles.written()
    world.clock.pass_(seconds=CALM)
    alarm.look()
    assert len(await heard(world)) == 1
