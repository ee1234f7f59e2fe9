"""A task that is cancelled at any await loses no lead and repeats at most the message in flight."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.lead import Origin
from tests import databases
from tests.services.played import HandClock, lead, leads_answer
from tests.services.world import World, assemble
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Generator
    from pathlib import Path

ROWS = [lead(str(number)) for number in range(1, 4)]
STRIDE = 7 if databases.is_postgres() else 1
"""A server's answers are awaited hundreds of times: some of them have to stand for all."""


class Trip:
    """Awaits something, and has the task cancelled while it waits for the n-th time."""

    def __init__(self, work: Coroutine[Any, Any, Any], at: int) -> None:
        self.work = work
        self.left = at
        self.has_tripped = False

    def __await__(self) -> Generator[Any, Any, Any]:
        step = functools.partial(self.work.send, None)
        while True:
            try:
                waited = step()
            except StopIteration as stop:
                return stop.value
            self._count()
            try:
                yield waited
            except BaseException as error:  # noqa: BLE001 - handed on to where it belongs
                step = functools.partial(self.work.throw, error)
            else:
                step = functools.partial(self.work.send, None)

    def _count(self) -> None:
        self.left -= 1
        task = asyncio.current_task()
        if self.left == 0 and task is not None:
            self.has_tripped = True
            task.cancel()


async def cancelled_at(number: int, work: Coroutine[Any, Any, Any]) -> bool:
    """Run it, cancelled at its n-th await. False once it has fewer awaits than that."""

    async def tripping() -> bool:
        trip = Trip(work, number)
        with contextlib.suppress(asyncio.CancelledError):
            await trip
        return trip.has_tripped

    return await asyncio.create_task(tripping())


async def fresh_world(path: Path, clock: HandClock, play: Callable[[World], Awaitable[None]]) -> None:
    async with databases.opened(path) as database:
        await play(await assemble(database, clock))


async def is_empty(world: World) -> bool:
    return not await world.rows("SELECT 1 FROM outbox")


async def stored(world: World) -> list[str]:
    return [name for (name,) in await world.rows("SELECT query_id FROM leads ORDER BY query_id")]


async def test_a_poll_cancelled_at_any_await_leaves_all_of_its_answer_or_nothing_and_loses_nothing(
    tmp_path: Path,
) -> None:
    for number in range(1, 1000, STRIDE):
        path = tmp_path / f"{number}.db"
        clock = HandClock()
        has_tripped = True

        async def cut(world: World, number: int = number) -> None:
            nonlocal has_tripped
            world.indiamart.respond = lambda _window: leads_answer(*ROWS)
            has_tripped = await cancelled_at(number, world.poller.step())
            found = await stored(world)
            queued = await world.rows("SELECT count(*) FROM outbox")
            assert found in ([], ["1", "2", "3"])
            assert queued == [(len(found),)]
            assert len(await world.spans()) == (1 if found else 0)

        async def go_on(world: World) -> None:
            world.indiamart.respond = lambda _window: leads_answer(*ROWS)
            await world.poll()
            assert await stored(world) == ["1", "2", "3"]
            assert await world.rows("SELECT count(*) FROM outbox") == [(3,)]

        await fresh_world(path, clock, cut)
        await fresh_world(path, clock, go_on)
        databases.give_back(databases.used() - {path})
        if not has_tripped:
            break
    assert 10 < number < 900


async def test_posting_cancelled_at_any_await_repeats_at_most_the_message_in_flight(tmp_path: Path) -> None:
    for number in range(1, 1000, STRIDE):
        path = tmp_path / f"{number}.db"
        clock = HandClock()
        posted: Counter[int] = Counter()
        has_tripped = True

        async def cut(world: World, number: int = number, posted: Counter[int] = posted) -> None:
            nonlocal has_tripped
            async with world.database.transaction() as connection:
                await world.ingest.fresh(connection, ROWS, origin=Origin.PULL)
            address = _address(world)
            has_tripped = await cancelled_at(number, world.delivery._work(address))
            posted.update(card.stored.lead_id for card in world.chat.cards)

        async def go_on(world: World, posted: Counter[int] = posted) -> None:
            await world.post_all(20)
            posted.update(card.stored.lead_id for card in world.chat.cards)
            assert await world.rows("SELECT * FROM outbox") == []

        await fresh_world(path, clock, cut)
        await fresh_world(path, clock, go_on)
        databases.give_back(databases.used() - {path})
        assert sorted(posted) == [1, 2, 3]
        assert posted.total() <= 4
        if not has_tripped:
            break
    assert 5 < number < 900  # recording is shielded, and so it is one await


def _address(world: World) -> Any:
    from bot.delivery.outbox_reader import Recipient  # noqa: PLC0415 - the harness runs one worker by itself

    address = Recipient(None)
    world.delivery._recipients[None] = address
    return address


@pytest.mark.parametrize("moment", [0.0, 0.002, 0.01, 0.03])
async def test_a_killed_process_repeats_at_most_the_message_in_flight(tmp_path: Path, moment: float) -> None:
    clock = HandClock()
    posted: Counter[int] = Counter()
    for run in range(6):
        async with databases.opened(tmp_path / "leads.db") as database:
            world = await assemble(database, clock)
            if run == 0:
                await world.bring(*(lead(str(number)) for number in range(1, 10)))
            task = asyncio.create_task(world.deliver())
            await asyncio.sleep(moment * (run + 1))
            if run == 5:
                await until(functools.partial(is_empty, world), 10)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            posted.update(card.stored.lead_id for card in world.chat.cards)
        clock.pass_(minutes=2)
    assert sorted(posted) == list(range(1, 10))
    assert posted.total() <= 9 + 5


async def test_two_workers_of_two_processes_post_everything(tmp_path: Path, clock: HandClock) -> None:
    async with databases.opened(tmp_path / "leads.db") as first, databases.opened(tmp_path / "leads.db") as second:
        one, other = await assemble(first, clock), await assemble(second, clock)
        await one.bring(*ROWS)
        async with other.delivering():
            await one.post_all(10)
        posted = {card.stored.lead_id for world in (one, other) for card in world.chat.cards}
        assert posted == {1, 2, 3}
