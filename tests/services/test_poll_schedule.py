"""Many pollers, few places: who hangs holds one of them, and nobody is forgotten."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING, Any

from bot.clock import Clock
from bot.domain.ids import AccountId
from bot.health.troubles import Activity, Troubles
from bot.intake.poll_schedule import AFTER_A_MISTAKE, LOOKS_A_SECOND, NOTICE_SLEEP_WITHIN, PollSchedule
from tests.services.fast_time import LoopClock, in_loop
from tests.services.world import running

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine
    from pathlib import Path


@dataclass
class Poller:
    """Looks every ten seconds."""

    work: Callable[[], Awaitable[None]]
    looked_at: list[float] = field(default_factory=list)
    has_ended: bool = False
    on_wake: Callable[[], None] = lambda: None

    async def turn(self) -> float:
        self.looked_at.append(asyncio.get_running_loop().time())
        await self.work()
        return 10.0

    def end(self) -> None:
        self.has_ended = True


async def at_once() -> None: ...


async def never() -> None:
    await asyncio.Event().wait()


def scheduled(schedule: PollSchedule, number: int, work: Callable[[], Awaitable[None]] = at_once) -> Poller:
    poller: Any = Poller(work)
    schedule.add(AccountId(number), poller)
    return poller  # type: ignore[no-any-return]


def in_no_time(scenario: Callable[[PollSchedule], Coroutine[Any, Any, None]]) -> Callable[[Path], None]:
    async def play(_path: Path) -> None:
        schedule = PollSchedule(Troubles(Clock()), Clock(), at_once=2, chance=lambda: 0.0)
        async with running(schedule.run()):
            await scenario(schedule)

    return in_loop(play, scenario)


@in_no_time
async def test_one_that_hangs_holds_one_place_and_the_others_look_when_it_is_time(schedule: PollSchedule) -> None:
    hanging = scheduled(schedule, 1, never)
    others = [scheduled(schedule, number) for number in range(2, 50)]
    await asyncio.sleep(95)
    assert len(hanging.looked_at) == 1
    assert {len(one.looked_at) for one in others} == {10}


@in_no_time
async def test_who_is_woken_looks_at_once_and_while_it_looks_once_more(schedule: PollSchedule) -> None:
    go_on = asyncio.Event()

    async def slowly() -> None:
        await go_on.wait()

    poller = scheduled(schedule, 1, slowly)
    await asyncio.sleep(1)
    poller.on_wake()
    poller.on_wake()
    go_on.set()
    await asyncio.sleep(1)
    assert len(poller.looked_at) == 2
    poller.on_wake()
    await asyncio.sleep(1)
    assert len(poller.looked_at) == 3


@in_no_time
async def test_who_is_removed_ends_what_it_does_and_looks_no_more(schedule: PollSchedule) -> None:
    go_on = asyncio.Event()

    async def slowly() -> None:
        await go_on.wait()

    busy, idle = scheduled(schedule, 1, slowly), scheduled(schedule, 2)
    await asyncio.sleep(1)
    for number in (1, 2):
        schedule.remove(AccountId(number))
    assert (busy.has_ended, idle.has_ended) == (False, True)
    go_on.set()
    await asyncio.sleep(100)
    assert busy.has_ended
    assert (len(busy.looked_at), len(idle.looked_at)) == (1, 1)


@in_no_time
async def test_who_is_removed_while_it_waits_for_a_place_never_looks(schedule: PollSchedule) -> None:
    go_on = asyncio.Event()

    async def slowly() -> None:
        await go_on.wait()

    for number in (1, 2):
        scheduled(schedule, number, slowly)
    waiting = scheduled(schedule, 3)
    await asyncio.sleep(1)
    task = schedule.under_way(AccountId(3))
    schedule.remove(AccountId(3))
    go_on.set()
    await asyncio.sleep(1)
    assert task is not None
    assert task.done()
    assert (waiting.looked_at, waiting.has_ended) == ([], True)


@in_no_time
async def test_a_mistake_in_one_is_told_and_it_looks_again(schedule: PollSchedule) -> None:
    async def stumbles() -> None:
        raise ZeroDivisionError

    poller, other = scheduled(schedule, 1, stumbles), scheduled(schedule, 2)
    await asyncio.sleep(2 * AFTER_A_MISTAKE + 1)
    assert len(poller.looked_at) == 3
    assert len(other.looked_at) == 2
    assert [one.work for one in schedule._troubles.current] == [Activity.POLL]


def test_those_that_began_together_look_at_different_moments_and_one_alone_on_the_dot(tmp_path: Path) -> None:
    async def play(_path: Path) -> None:
        schedule = PollSchedule(Troubles(Clock()), Clock(), chance=Random(1).random)
        async with running(schedule.run()):
            alone = scheduled(schedule, 1)
            await asyncio.sleep(35)
            assert [round(at - alone.looked_at[0]) for at in alone.looked_at] == [0, 10, 20, 30]
            many = [scheduled(schedule, number) for number in range(2, 102)]
            await asyncio.sleep(16)
        seconds = sorted(one.looked_at[1] - one.looked_at[0] for one in many)
        assert seconds[0] >= 10
        assert seconds[-1] <= 11 + len(many) / LOOKS_A_SECOND
        assert max(after - before for before, after in pairwise(seconds)) < 1

    in_loop(play, play)(tmp_path)


def test_after_a_sleep_of_the_machine_all_look_whatever_their_timers_say(tmp_path: Path) -> None:
    async def play(_path: Path) -> None:
        clock = LoopClock()
        schedule = PollSchedule(Troubles(clock), clock, chance=lambda: 0.0)
        async with running(schedule.run()):
            pollers = [scheduled(schedule, number) for number in range(3)]
            await asyncio.sleep(11)
            assert [len(one.looked_at) for one in pollers] == [2, 2, 2]
            clock.sleep(hours=8)
            await asyncio.sleep(NOTICE_SLEEP_WITHIN)
            assert [len(one.looked_at) for one in pollers] == [3, 3, 3]
            await asyncio.sleep(8)
            assert [len(one.looked_at) for one in pollers] == [3, 3, 3]

    in_loop(play, play)(tmp_path)


def test_many_that_have_spread_are_on_time(tmp_path: Path) -> None:
    async def play(_path: Path) -> None:
        late: list[float] = []
        schedule = PollSchedule(Troubles(Clock()), Clock(), chance=lambda: 0.5, on_look=late.append)
        async with running(schedule.run()):
            for number in range(400):
                scheduled(schedule, number)
                await asyncio.sleep(1 if number % 40 == 39 else 0)
            await asyncio.sleep(30)
            late.clear()
            await asyncio.sleep(11)
        assert len(late) >= 400
        assert max(late) < 0.5

    in_loop(play, play)(tmp_path)
