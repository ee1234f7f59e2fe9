"""Pacing per chat: never more than N in any sliding span, the most urgent first at the moment a slot opens."""

from __future__ import annotations

import asyncio

import pytest

from bot.models import ChatId
from bot.services.messenger import Turn
from bot.services.pacing import Pacer
from tests.services.conftest import GROUP, World, in_fast_time

CHAT = GROUP.chat_id
OTHER = ChatId(-2002)
PERSON = ChatId(55)


async def taken(world: World, pacer: Pacer, chat: ChatId, turn: Turn, into: list[tuple[Turn, float]]) -> None:
    await pacer.slot(chat, turn)
    into.append((turn, world.clock.monotonic()))


@in_fast_time
async def test_no_more_than_twenty_calls_in_any_minute(world: World) -> None:
    calls: list[tuple[Turn, float]] = []
    async with asyncio.TaskGroup() as group:
        for _call in range(70):
            group.create_task(taken(world, world.pacer, CHAT, Turn.ANSWER, calls))
    times = [moment for _turn, moment in calls]
    spans = [later - earlier for earlier, later in zip(times, times[20:], strict=False)]
    assert min(spans) >= 59.9
    assert max(times) - min(times) < 185


@pytest.mark.parametrize("uptime", [-86_400.0, 0.0, 1.0, 1e9])
async def test_a_chat_is_open_whatever_the_monotonic_clock_shows(world: World, uptime: float) -> None:
    world.clock.mono = uptime
    assert world.pacer.opens_in(CHAT) == 0
    world.pacer.hold(CHAT, 30)
    assert world.pacer.opens_in(CHAT) == 30


@in_fast_time
async def test_the_most_urgent_goes_first_when_a_slot_opens(world: World) -> None:
    calls: list[tuple[Turn, float]] = []
    for _call in range(20):
        await world.pacer.slot(CHAT, Turn.ANSWER)
    async with asyncio.TaskGroup() as group:
        for turn in (Turn.OLD, Turn.LIST, Turn.EDIT, Turn.CARD, Turn.NOTICE, Turn.REMINDER):
            group.create_task(taken(world, world.pacer, CHAT, turn, calls))
        await asyncio.sleep(30)
        group.create_task(taken(world, world.pacer, CHAT, Turn.ANSWER, calls))
    assert [turn for turn, _at in calls] == sorted(Turn)


@in_fast_time
async def test_cards_leave_a_few_calls_of_each_minute_to_answers(world: World) -> None:
    calls: list[tuple[Turn, float]] = []
    async with asyncio.TaskGroup() as group:
        for _call in range(30):
            group.create_task(taken(world, world.pacer, CHAT, Turn.CARD, calls))
        await asyncio.sleep(5)
        assert len(calls) == 17
        for _call in range(3):
            await taken(world, world.pacer, CHAT, Turn.ANSWER, calls)
        assert calls[-1][1] - calls[0][1] < 6
        assert world.pacer.opens_in(CHAT) > 50


@in_fast_time
async def test_one_full_chat_holds_up_no_other(world: World) -> None:
    world.pacer.hold(CHAT, 3600)
    before = world.clock.monotonic()
    await world.pacer.slot(OTHER, Turn.LIST)
    await world.pacer.slot(PERSON, Turn.LIST)
    assert world.clock.monotonic() - before < 1
    assert world.pacer.opens_in(CHAT) > 3500


@in_fast_time
async def test_a_person_gets_one_message_a_second(world: World) -> None:
    before = world.clock.monotonic()
    for _call in range(4):
        await world.pacer.slot(PERSON, Turn.ANSWER)
    assert 3 <= world.clock.monotonic() - before < 4


@in_fast_time
async def test_a_restart_remembers_what_was_sent(world: World) -> None:
    for _call in range(20):
        await world.pacer.slot(CHAT, Turn.ANSWER)
    await asyncio.sleep(20)
    await world.pacer.written()
    pacer = Pacer(world.database, world.clock, calls=20, span=60.0)
    await pacer.load()
    assert pacer.opens_in(CHAT) == pytest.approx(40, abs=1.5)
    assert pacer.opens_in(OTHER) == 0


@in_fast_time
async def test_messages_of_the_future_count_as_just_sent(world: World) -> None:
    for _call in range(20):
        await world.pacer.slot(CHAT, Turn.ANSWER)
    world.clock.jump(hours=-5)
    await world.pacer.written()
    pacer = Pacer(world.database, world.clock, calls=20, span=60.0)
    await pacer.load()
    assert pacer.opens_in(CHAT) == pytest.approx(60, abs=1)


@in_fast_time
async def test_a_clock_that_jumps_within_a_run_changes_nothing(world: World) -> None:
    for _call in range(20):
        await world.pacer.slot(CHAT, Turn.ANSWER)
    for hours in (5, -10):
        world.clock.jump(hours=hours)
        assert world.pacer.opens_in(CHAT) == pytest.approx(60, abs=1.5)


@in_fast_time
async def test_whoever_stops_waiting_takes_no_slot(world: World) -> None:
    for _call in range(19):
        await world.pacer.slot(CHAT, Turn.CARD)
    world.pacer.hold(CHAT, 5)
    waiting = [asyncio.create_task(world.pacer.slot(CHAT, Turn.ANSWER)) for _call in range(5)]
    await asyncio.sleep(1)
    for task in waiting:
        task.cancel()
    await asyncio.sleep(0)
    before = world.clock.monotonic()
    await world.pacer.slot(CHAT, Turn.LIST)
    assert world.clock.monotonic() - before < 10


@in_fast_time
async def test_send_times_are_not_kept_for_ever(world: World) -> None:
    for _call in range(30):
        await world.pacer.slot(CHAT, Turn.CARD)
        await asyncio.sleep(10)
    assert (await world.rows("SELECT count(*) FROM sends"))[0][0] <= 8
