"""A key of IndiaMART's that is hours old: its own leads are there at once, those before it a day after it was made."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from bot.domain.lead import Window
from bot.indiamart.answer import Answer, Outcome
from tests.services.played import NOON, failed, lead, leads_answer

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tests.services.world import World

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
FLOOR = 300.0
SINCE = NOON + timedelta(seconds=1) - DAY
"""How far back leads are wanted: from the first answer, a second after noon."""


def refusing(world: World, made_at: datetime, times: list[datetime] | None = None) -> Callable[[Window], Answer]:
    """An IndiaMART that refuses every window that begins before the key was made, until a day later."""
    held = {str(number): at for number, at in enumerate(times or (), 1)}

    def respond(window: Window) -> Answer:
        if window.start < made_at and world.clock.now() < made_at + DAY:
            return failed(Outcome.NOT_READY, ready_from=made_at, server_time=world.clock.now())
        rows = [lead(key, enquired_at=at) for key, at in held.items() if window.start <= at <= window.end]
        return leads_answer(*rows) if rows else failed(Outcome.NOTHING)

    return respond


async def stored(world: World) -> set[str]:
    return {query_id for (query_id,) in await world.rows("SELECT query_id FROM leads ORDER BY 1")}


def spacings(world: World) -> list[float]:
    called = world.indiamart.called_at
    return [after - before for before, after in pairwise(called)]


@pytest.mark.parametrize("minutes", [1, 5, 60, 180, 23 * 60])
async def test_the_second_call_brings_all_that_came_since_the_key_was_made(world: World, minutes: int) -> None:
    made_at = NOON - minutes * MINUTE
    times = [made_at, made_at + timedelta(seconds=1), NOON - timedelta(seconds=1)]
    world.indiamart.respond = refusing(world, made_at, times)
    await world.poll()
    await world.poll()
    assert world.indiamart.windows[-1] == Window(made_at, NOON + timedelta(minutes=5, seconds=1))
    assert await stored(world) == {"1", "2", "3"}
    assert len(await world.rows("SELECT 1 FROM outbox WHERE what = 'card'")) == 3
    assert spacings(world) == [FLOOR + 1]


async def test_what_is_older_than_the_key_is_owed_until_it_was_answered(world: World) -> None:
    world = await world.again(POLL_EVERY="30m")
    made_at = NOON - 5 * MINUTE
    times = [NOON - 20 * timedelta(hours=1), made_at - MINUTE, made_at + MINUTE]
    world.indiamart.respond = refusing(world, made_at, times)
    while world.clock.now() < made_at + DAY - timedelta(hours=1):
        await world.poll()
        assert all(span.start >= made_at for span in await world.spans())
    assert await stored(world) == {"3"}
    for _poll in range(10):
        await world.poll()
    assert await stored(world) == {"1", "2", "3"}
    assert await world.spans() == [Window(SINCE, world.indiamart.windows[-1].end)]
    assert min(spacings(world)) >= FLOOR


async def test_that_older_leads_are_not_ready_is_told_once_and_over_when_they_came(world: World) -> None:
    world = await world.again(POLL_EVERY="30m")
    made_at = NOON - 5 * MINUTE
    world.indiamart.respond = refusing(world, made_at)
    said = "SELECT 1 FROM outbox WHERE what = 'notice' AND chat_id IS NULL"
    while world.clock.now() < made_at + DAY - timedelta(hours=1):
        await world.poll()
        assert len(await world.rows(said)) == 1
    for _poll in range(10):
        await world.poll()
    assert len(await world.rows(said)) == 2
    assert await world.rows("SELECT * FROM faults") == []


async def test_a_chunk_of_history_that_the_moment_lies_in_is_cut_there(world: World) -> None:
    await world.cover()
    made_at = NOON - 5 * timedelta(hours=1)
    await world.poller.want(NOON - 3 * DAY)
    world.indiamart.respond = refusing(world, made_at, [made_at - MINUTE, made_at + MINUTE])
    for _poll in range(4):
        await world.poll()
    history = [window for window in world.indiamart.windows if window.end < NOON]
    assert history == [
        Window(NOON - 3 * DAY, NOON - timedelta(hours=1)),
        Window(made_at, NOON - timedelta(hours=1)),
    ]
    assert await stored(world) == {"2"}
    assert (await world.spans())[0].start == made_at
    assert await world.poller.backlog() == made_at - (NOON - 3 * DAY)


async def test_what_lies_before_the_moment_is_put_off_for_an_hour(world: World) -> None:
    await world.cover()
    made_at = NOON - 5 * timedelta(hours=1)
    await world.poller.want(NOON - 3 * DAY)
    world.indiamart.respond = refusing(world, made_at)
    for _poll in range(40):
        await world.poll()
    asked = [
        at
        for window, at in zip(world.indiamart.windows, world.indiamart.called_at, strict=True)
        if window.start < made_at
    ]
    assert len(asked) >= 3
    assert all(after - before >= 3600 for before, after in pairwise(asked))


@pytest.mark.parametrize(
    "moment",
    [None, NOON + timedelta(hours=3), NOON, NOON - DAY, NOON - 3 * DAY],
    ids=["unreadable", "in the future", "its end", "its start", "before the window"],
)
async def test_a_moment_that_says_nothing_of_the_window_leaves_it_to_halving(
    world: World, moment: datetime | None
) -> None:
    world.indiamart.respond = lambda _window: failed(Outcome.NOT_READY, ready_from=moment)
    for _poll in range(3):
        await world.poll()
    lengths = [window.length for window in world.indiamart.windows]
    assert lengths[0] == DAY
    assert lengths[1] == DAY / 2
    assert lengths[2] <= DAY / 2


async def test_a_moment_of_a_clock_that_is_ahead_is_heeded_once_it_has_come(world: World) -> None:
    """The machine's clock is behind a little, and the key was made seconds ago."""
    made_at = NOON + timedelta(seconds=90)
    world.indiamart.respond = refusing(world, made_at, [made_at + MINUTE])
    for _poll in range(3):
        await world.poll()
    assert await stored(world) == {"1"}
    assert world.indiamart.windows[-1].start == made_at


async def test_a_moment_that_is_refused_itself_is_left_to_halving(world: World) -> None:
    """What it says and what it does differ: the window from that moment on is not ready either."""
    said, meant = NOON - timedelta(hours=8), NOON - timedelta(hours=1)

    def respond(window: Window) -> Answer:
        return failed(Outcome.NOT_READY, ready_from=said) if window.start < meant else failed(Outcome.NOTHING)

    world.indiamart.respond = respond
    for _poll in range(6):
        await world.poll()
    assert (await world.spans())[-1].end > NOON
    assert all(span.start >= meant for span in await world.spans())


async def test_a_moment_that_was_wrong_costs_a_call_and_no_lead(world: World) -> None:
    """All of history is there after all: what lay before the moment comes with the next chunk."""
    wrong = failed(Outcome.NOT_READY, ready_from=NOON - timedelta(hours=1), server_time=SINCE + DAY)
    world.indiamart.answers.append(wrong)
    for _poll in range(4):
        await world.poll()
    assert await world.spans() == [Window(SINCE, world.indiamart.windows[-1].end)]


async def test_a_key_made_anew_while_leads_were_fetched_leaves_no_hole(world: World) -> None:
    world = await world.again(POLL_EVERY="30m")
    await world.poll()
    world.clock.pass_(hours=3)
    made_at = NOON + 2 * timedelta(hours=1)
    times = [NOON + timedelta(hours=1), made_at + MINUTE]
    world.indiamart.respond = refusing(world, made_at, times)
    await world.poll()
    await world.poll()
    assert await stored(world) == {"2"}
    while world.clock.now() < made_at + DAY + timedelta(hours=1, minutes=30):
        await world.poll()
    assert await stored(world) == {"1", "2"}
    assert len(await world.spans()) == 1


async def test_after_a_restart_one_call_finds_the_moment_again(world: World) -> None:
    made_at = NOON - 5 * MINUTE
    world.indiamart.respond = refusing(world, made_at, [made_at + MINUTE])
    await world.poll()
    again = await world.again()
    again.indiamart.respond = refusing(again, made_at, [made_at + MINUTE])
    for _poll in range(2):
        await again.poll()
    assert await stored(again) == {"1"}


@pytest.mark.parametrize("days", [20, 60])
async def test_much_history_and_a_young_key_ask_for_no_more_than_a_week_at_a_time(world: World, days: int) -> None:
    world = await world.again(LOOKBACK=f"{days}d", POLL_EVERY="30m")
    made_at = NOON - 5 * timedelta(hours=1)
    world.indiamart.respond = refusing(world, made_at, [made_at + MINUTE, NOON - days * DAY + timedelta(hours=1)])
    await world.poll()
    await world.poll()
    assert await stored(world) == {"1"}
    while world.clock.now() < made_at + DAY + timedelta(hours=3):
        await world.poll()
    assert await stored(world) == {"1", "2"}
    assert max(window.length for window in world.indiamart.windows) <= 7 * DAY
    assert len(await world.spans()) == 1
    assert min(spacings(world)) >= FLOOR
