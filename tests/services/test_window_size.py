"""How long a window is asked for, where IndiaMART gives less than the window holds."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.indiamart.answer import Answer, Outcome
from bot.intake.coverage import SHORTEST, SHORTEST_MINUTE
from tests.services.played import NOON, failed, lead, leads_answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.lead import Window
    from tests.services.world import World

MOST = 10
"""Rows in one answer of this IndiaMART."""


def capped(times: list[datetime]) -> Callable[[Window], Answer]:
    """An IndiaMART that has these leads, and gives the newest few of a window and how many it holds in truth."""

    def respond(window: Window) -> Answer:
        held = [number for number, at in enumerate(times) if window.start <= at <= window.end]
        rows = [lead(str(number), enquired_at=times[number]) for number in held[::-1][:MOST]]
        return leads_answer(*rows, announced=len(held)) if held else failed(Outcome.NOTHING)

    return respond


async def fetch_all(world: World, polls: int) -> None:
    for _poll in range(polls):
        await world.poll()
        if len(await world.spans()) == 1 and world.indiamart.windows[-1].start > NOON + timedelta(hours=1):
            return


@pytest.mark.parametrize("seconds", [600, 30])
async def test_a_burst_of_more_than_one_answer_takes_comes_whole_although_new_windows_succeed(
    world: World, seconds: int
) -> None:
    """New windows reach back half an hour with their overlap, soon hold nothing any more, and are asked for longer."""
    await world.cover()
    many = 8 * MOST
    began = NOON + timedelta(minutes=3)
    world.indiamart.respond = capped([began + timedelta(seconds=seconds * number // many) for number in range(many)])
    world.clock.pass_(seconds=seconds + 180)
    await fetch_all(world, 150)
    assert await world.rows("SELECT count(*) FROM leads") == [(many,)]
    assert len(await world.spans()) == 1


@pytest.mark.parametrize("too_much", [None, Outcome.TOO_LARGE, Outcome.TRUNCATED])
async def test_what_comes_late_into_covered_time_is_owed_until_all_of_it_is_there(
    world: World, too_much: Outcome | None
) -> None:
    """IndiaMART handed them over after the time they stand in had been asked for; the overlap asks once more, and it is
    more than an answer takes.
    """
    await world.cover()
    world.clock.pass_(minutes=15)
    for _poll in range(2):
        await world.poll()
    times = [NOON + timedelta(minutes=4, seconds=10 * number) for number in range(6 * MOST)]
    given = capped(times)

    def respond(window: Window) -> Answer:
        answer = given(window)
        return answer if answer.is_complete or too_much is None else failed(too_much)

    world.indiamart.respond = respond
    stored = set[int]()
    for poll in range(150):
        await world.poll()
        stored = {int(query_id) for (query_id,) in await world.rows("SELECT query_id FROM leads ORDER BY 1")}
        spans = await world.spans()
        covered = {n for n, at in enumerate(times) if any(span.start < at < span.end for span in spans)}
        assert covered <= stored or poll < 3  # what breaks off is asked for three times
    assert too_much is Outcome.TRUNCATED or len(stored) == len(times)  # that is halved at the third try only


async def test_old_leads_that_stand_close_come_whole_too(world: World) -> None:
    await world.cover()
    began = NOON - timedelta(days=3)
    await world.poller.want(began - timedelta(days=1))
    world.indiamart.respond = capped([began + timedelta(seconds=number) for number in range(4 * MOST)])
    await fetch_all(world, 150)
    assert await world.rows("SELECT count(*) FROM leads") == [(4 * MOST,)]
    assert len(await world.spans()) == 1


async def test_a_chunk_that_was_too_much_is_asked_for_in_halves_without_an_hour_between(world: World) -> None:
    await world.cover()
    await world.poller.want(NOON - timedelta(days=7))
    world.indiamart.respond = lambda window: failed(
        Outcome.TOO_LARGE if window.end <= NOON and window.length > timedelta(days=1) else Outcome.NOTHING
    )
    for _poll in range(120):
        await world.poll()
    gaps = {b - a for a, b in zip(world.indiamart.called_at, world.indiamart.called_at[1:], strict=False)}
    assert max(gaps) < 400
    assert len(await world.spans()) == 1


async def test_how_short_a_chunk_has_to_be_is_known_after_a_restart(world: World) -> None:
    await world.cover()
    await world.poller.want(NOON - timedelta(days=7))
    world.indiamart.respond = lambda window: failed(
        Outcome.TOO_LARGE if window.end <= NOON and window.length > timedelta(hours=6) else Outcome.NOTHING
    )
    for _poll in range(14):
        await world.poll()
    again = await world.again()
    for _poll in range(2):
        await again.poll()
    assert again.indiamart.windows[-1].end < NOON
    assert again.indiamart.windows[-1].length < timedelta(days=3)


async def test_more_than_one_answer_takes_within_a_second_is_told_once_and_holds_nothing_else(world: World) -> None:
    await world.cover()
    world.indiamart.respond = capped([NOON + timedelta(minutes=3)] * (2 * MOST))
    for _poll in range(120):
        await world.poll()
    assert min(window.length for window in world.indiamart.windows) == SHORTEST
    gaps = [b.start - a.end for a, b in zip(await world.spans(), (await world.spans())[1:], strict=False)]
    assert gaps == [2 * SHORTEST]
    told = await world.rows("SELECT body FROM outbox WHERE what = 'notice'")
    assert len(told) == 2  # to the group and the admin


async def test_many_seconds_that_stay_too_much_keep_no_other_from_coming(world: World) -> None:
    """Two seconds, the ends of the shortest window, hold more than an answer; what is left out comes with the next."""
    await world.cover()
    dense = [NOON + timedelta(minutes=3, seconds=number // 8) for number in range(20 * 8)]
    later = NOON + timedelta(minutes=10)
    world.indiamart.respond = capped([*dense, later])
    world.clock.pass_(minutes=15)
    for _poll in range(150):
        await world.poll()
    assert await world.rows("SELECT count(*) FROM leads") == [(len(dense) + 1,)]
    uncovered = [b.start - a.end for a, b in zip(await world.spans(), (await world.spans())[1:], strict=False)]
    assert sum(uncovered, timedelta()) < timedelta(seconds=30)


async def test_a_new_window_that_stays_too_much_at_its_shortest_is_told(world: World) -> None:
    world.indiamart.respond = lambda _window: failed(Outcome.TOO_LARGE)
    for _poll in range(25):
        await world.poll()
    assert world.indiamart.windows[-1].length == SHORTEST_MINUTE
    assert len(await world.rows("SELECT 1 FROM outbox WHERE what = 'notice'")) == 2
