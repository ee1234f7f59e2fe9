"""The call budget: across restarts, processes and clocks that jump."""

from __future__ import annotations

import asyncio
import itertools
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.indiamart.answer import Answer, Outcome
from bot.store.sqlite import SqliteDatabase
from tests import databases
from tests.services.played import NOON, HandClock, failed, lead, leads_answer
from tests.services.world import World, assemble

if TYPE_CHECKING:
    from pathlib import Path

    from bot.domain.lead import Window

FLOOR = 300.0
DAY = timedelta(days=1)


def least_gap(*worlds: World) -> float:
    called = sorted(moment for world in worlds for moment in world.indiamart.called_at)
    return min((later - earlier for earlier, later in itertools.pairwise(called)), default=FLOOR)


async def test_the_time_of_a_call_is_on_the_disk_before_the_call(world: World) -> None:
    stored: list[datetime | None] = []

    async def fetch(_window: Window) -> Answer:
        stored.append((await world.account()).last_call_at)
        raise asyncio.CancelledError

    world.indiamart.fetch = fetch  # type: ignore[method-assign,assignment]  # the process dies in the middle of the call
    with pytest.raises(asyncio.CancelledError):
        await world.poll()
    assert stored == [NOON]
    again = await world.again()
    assert await again.poller.due_in() == FLOOR
    assert await again.poller.step() is None


async def test_a_restart_never_calls_early(world: World) -> None:
    await world.poll()
    world.clock.pass_(seconds=100)
    again = await world.again()
    assert await again.poller.due_in() == pytest.approx(200, abs=1)
    await again.poll()
    assert least_gap(world, again) >= FLOOR


async def test_a_last_call_in_the_future_means_waiting_one_floor(world: World) -> None:
    await world.poll()
    world.clock.jump(hours=-6)
    again = await world.again()
    assert await again.poller.due_in() == FLOOR


async def test_a_hold_is_not_lengthened_by_a_clock_that_was_set_back(world: World) -> None:
    world.indiamart.answers.append(failed(Outcome.BLOCKED))
    await world.poll()
    world.clock.jump(days=-30)
    again = await world.again()
    assert await again.poller.due_in() == pytest.approx(900, abs=1)


WRONG = [timedelta(hours=hours) for hours in (-30, -2, -0.2, 0, 0.2, 2, 30)]
"""By so much IndiaMART's time is ahead of the machine's."""


@pytest.mark.parametrize("ahead", WRONG, ids=str)
@pytest.mark.parametrize("wait", [900.0, 2 * 3600.0])
async def test_a_hold_outlives_a_restart_by_a_clock_that_is_wrong(world: World, ahead: timedelta, wait: float) -> None:
    world.indiamart.answers.append(failed(Outcome.BLOCKED, wait=wait, server_time=NOON + ahead))
    await world.poll()
    again = await world.again()
    assert wait <= await again.poller.due_in() <= wait + 2
    world.clock.pass_(seconds=wait / 2)
    once_more = await world.again()
    assert wait / 2 <= await once_more.poller.due_in() <= wait / 2 + 2


@pytest.mark.parametrize("ahead", WRONG, ids=str)
async def test_a_hold_stays_as_long_as_it_was_where_the_clock_is_set_right(world: World, ahead: timedelta) -> None:
    """Set back it lengthens nothing. Set forward, so much has passed for all that anybody knows."""
    world.indiamart.answers.append(failed(Outcome.BLOCKED, server_time=NOON + ahead))
    await world.poll()
    world.clock.jump(seconds=ahead.total_seconds())
    due = await (await world.again()).poller.due_in()
    assert due <= 902
    assert due >= (899 if ahead <= timedelta(0) else 0)


async def test_a_hold_that_a_key_check_was_told_of_outlives_a_restart_too(world: World) -> None:
    world.indiamart.answers.append(failed(Outcome.BLOCKED, server_time=NOON + timedelta(hours=2)))
    await world.pulling.key_check.run(is_new=True)
    assert 900 <= await (await world.again()).poller.due_in() <= 902


async def test_the_other_process_obeys_a_hold_by_a_clock_that_is_behind(both: tuple[World, World]) -> None:
    first, second = both
    first.indiamart.answers.append(failed(Outcome.BLOCKED, server_time=NOON + timedelta(hours=2)))
    await first.poll()
    assert 900 <= await second.poller.due_in() <= 902


async def test_a_long_hold_is_obeyed_literally(world: World) -> None:
    world.indiamart.answers.append(failed(Outcome.TOO_SOON, wait=2 * 3600.0))
    await world.poll()
    assert await world.poller.due_in() == 2 * 3600
    again = await world.again()
    assert 2 * 3600 <= await again.poller.due_in() <= 2 * 3600 + 1


async def test_two_processes_on_one_database_never_call_closer_than_the_floor(
    world: World, tmp_path: Path, clock: HandClock
) -> None:
    async with databases.opened(tmp_path / "leads.db") as second:
        other = await assemble(second, clock)
        for _round in range(40):
            await asyncio.gather(world.poller.step(), other.poller.step())
            clock.pass_(seconds=61)
    assert least_gap(world, other) >= FLOOR
    assert len(world.indiamart.called_at) + len(other.indiamart.called_at) >= 6


async def test_a_block_that_one_process_was_told_of_holds_the_other_too(
    world: World, tmp_path: Path, clock: HandClock
) -> None:
    async with databases.opened(tmp_path / "leads.db") as second:
        other = await assemble(second, clock)
        await other.poller.due_in()
        world.indiamart.answers.append(failed(Outcome.BLOCKED))
        in_flight = asyncio.create_task(world.poller.step())
        await asyncio.sleep(0)
        assert await other.poller.due_in() >= 0
        await in_flight
        assert await other.poller.due_in() == pytest.approx(900, abs=1)


async def test_a_machine_that_slept_a_day_waits_out_the_floor_and_loses_nothing(world: World) -> None:
    await world.poll()
    world.clock.jump(days=1)
    assert await world.poller.due_in() == FLOOR
    await world.poll()
    assert world.indiamart.windows[-1].start <= NOON
    assert await world.poller.backlog() == timedelta(0)


class Seller:
    """IndiaMART with a true clock; answers with the leads of the window, and says what time it is if asked to."""

    def __init__(self, world: World, *, tells_time: bool) -> None:
        self.true_start, self.mono = world.clock.wall, world.clock.mono
        self.world = world
        self.tells_time = tells_time

    @property
    def now(self) -> datetime:
        return self.true_start + timedelta(seconds=self.world.clock.mono - self.mono)

    def respond(self, window: Window) -> Answer:
        end = min(window.end, self.now)
        minutes = int((end - self.true_start).total_seconds() // 600)
        rows = [lead(str(number), enquired_at=self.time_of(number)) for number in range(1, minutes + 1)]
        rows = [row for row in rows if row.enquired_at and window.start <= row.enquired_at < end]
        server_time = self.now if self.tells_time else None
        outcome = Outcome.LEADS if rows else Outcome.NOTHING
        return Answer(outcome=outcome, leads=tuple(rows), server_time=server_time)

    def time_of(self, number: int) -> datetime:
        return self.true_start + timedelta(minutes=10 * number)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    jumps=st.lists(st.tuples(st.integers(1, 6), st.integers(-30, 30)), max_size=4),
    tells_time=st.booleans(),
    restarts=st.booleans(),
)
def test_a_clock_that_jumps_by_hours_breaks_no_budget_and_loses_nothing(
    tmp_path_factory: pytest.TempPathFactory, jumps: list[tuple[int, int]], *, tells_time: bool, restarts: bool
) -> None:
    async def play() -> None:
        clock = HandClock()
        async with SqliteDatabase(tmp_path_factory.mktemp("jumps") / "leads.db") as database:
            world = await assemble(database, clock)
            seller = Seller(world, tells_time=tells_time)
            called: list[float] = []

            async def polls(number: int) -> None:
                world.indiamart.respond, world.indiamart.called_at = seller.respond, called
                for _poll in range(number):
                    await world.poll()

            await polls(3)
            for number, hours in jumps:
                clock.jump(hours=hours)
                if restarts and hours < 0:  # set forward between two runs, a clock proves that the floor has passed
                    world = await assemble(database, clock)
                await polls(number)
            last = seller.now
            clock.wall = seller.now  # somebody sets the clock right
            await polls(14)
            assert min(later - earlier for earlier, later in itertools.pairwise(called)) >= FLOOR
            stored = {
                number for (number,) in await world.rows("SELECT CAST(query_id AS INTEGER) FROM leads ORDER BY lead_id")
            }
            expected = {n for n in range(1, 1000) if seller.time_of(n) < last - timedelta(minutes=10)}
            assert expected <= stored

    asyncio.run(play())


async def test_a_clock_that_is_wrong_is_told_once_and_coverage_never_passes_indiamarts_own_time(world: World) -> None:
    world.clock.jump(hours=5)
    seller = Seller(world, tells_time=True)
    seller.true_start -= timedelta(hours=5)
    world.indiamart.respond = seller.respond
    for _poll in range(3):
        await world.poll()
        assert (await world.spans())[-1].end <= seller.now
    told = await world.rows("SELECT body FROM outbox WHERE body LIKE '%clock_wrong%'")
    assert len(told) == 1
    assert '"skew": -18000' in told[0][0]
    assert abs(world.indiamart.windows[-1].end - seller.now) < timedelta(seconds=5)


async def test_a_clock_that_was_set_right_is_told_once_and_not_by_an_answer_that_knows_no_time(world: World) -> None:
    world.indiamart.answers.append(Answer(outcome=Outcome.NOTHING, server_time=NOON + timedelta(hours=1)))
    await world.poll()
    again = await world.again()
    again.indiamart.answers.append(failed(Outcome.UNREACHABLE))
    await again.poll()
    assert await again.rows("SELECT fault FROM faults WHERE fault = 'clock_wrong'") == [("clock_wrong",)]
    again.indiamart.respond = lambda _window: Answer(outcome=Outcome.NOTHING, server_time=again.clock.now())
    await again.poll()
    assert await again.rows("SELECT fault FROM faults") == []
    codes = [code for (code,) in await again.rows("SELECT json_extract(body, '$.code') FROM outbox ORDER BY outbox_id")]
    assert codes == ["fault_started", "fault_ended"]


async def test_a_wrong_clock_does_not_repeat_the_daily_second_look(world: World) -> None:
    seller = Seller(world, tells_time=True)
    world.clock.jump(hours=-50)
    world.indiamart.respond = seller.respond
    await world.cover(hours=60)
    for _poll in range(8):
        await world.poll()
    assert sum(window.length > timedelta(hours=40) for window in world.indiamart.windows[3:]) <= 1


async def test_coverage_found_in_the_future_is_distrusted_and_two_days_are_fetched_again(world: World) -> None:
    world.clock.jump(hours=10)
    await world.cover(hours=200)
    world.clock.jump(hours=-10)
    for _poll in range(3):
        await world.poll()
    asked = [window.start for window in world.indiamart.windows]
    assert min(asked) <= NOON - timedelta(hours=47)
    assert min(asked) >= NOON - timedelta(hours=49)
    spans = await world.spans()
    assert len(spans) == 1
    assert spans[0].end <= world.clock.now()


async def test_polls_in_the_fresh_process_find_what_the_last_one_stored(world: World) -> None:
    world.indiamart.answers.append(leads_answer(lead("1")))
    await world.poll()
    again = await world.again()
    again.indiamart.answers.append(leads_answer(lead("1")))
    await again.poll()
    assert await again.rows("SELECT count(*) FROM leads") == [(1,)]
    assert await again.rows("SELECT count(*) FROM outbox") == [(1,)]
