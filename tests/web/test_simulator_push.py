"""The simulator pushing leads to a listener."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.clock import Clock
from bot.sandbox.simulator.server import Simulator

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.sandbox.simulator.push import PushSender


class HandClock(Clock):
    """Moves only when it is told to."""

    moment = datetime(2026, 1, 5, 6, 30, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


class Listener:
    """A seller's https endpoint, without the s."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.bodies: list[Any] = []
        self.url = ""

    async def take(self, request: web.BaseRequest) -> web.StreamResponse:
        self.bodies.append(json.loads(await request.read() or b"null"))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    listener = Listener()
    app = web.Application()
    app.router.add_post("/indiamart/token", listener.take)
    async with TestServer(app) as server:
        listener.url = str(server.make_url("/indiamart/token"))
        yield listener


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def push(clock: HandClock) -> PushSender:
    """Without the work in the background: `flush()` is each round."""
    return Simulator(clock).seller.push


async def test_a_lead_is_pushed_as_soon_as_it_arrives(listener: Listener) -> None:
    async with Simulator() as simulator:
        simulator.seller.arrive()
        simulator.seller.push.turn_on(listener.url)
        lead = simulator.seller.arrive("B")
        await simulator.seller.push.delivered(1)
    (body,) = listener.bodies
    assert (body["CODE"], body["STATUS"], len(body["RESPONSE"])) == (200, "SUCCESS", 22)
    assert body["RESPONSE"]["UNIQUE_QUERY_ID"] == lead.query_id


async def test_push_and_pull_carry_the_same_lead(listener: Listener) -> None:
    async with Simulator(floor=timedelta(0)) as simulator:
        simulator.seller.push.turn_on(listener.url)
        lead = simulator.seller.arrive()
        await simulator.seller.push.delivered(1)
        assert simulator.seller.records == [lead]


@pytest.mark.parametrize("status", [201, 204, 302, 404, 500])
async def test_only_200_counts_as_received(status: int, listener: Listener) -> None:
    listener.statuses = [status, 200]
    async with Simulator(push_retry=timedelta(milliseconds=10)) as simulator:
        simulator.seller.push.turn_on(listener.url)
        simulator.seller.arrive()
        await simulator.seller.push.delivered(1)
        assert [delivery.status for delivery in simulator.seller.push.deliveries] == [status, 200]
        assert simulator.seller.push.waiting == []
    assert listener.bodies[0] == listener.bodies[1]


async def test_a_listener_that_is_away_is_tried_again() -> None:
    async with Simulator(push_retry=timedelta(milliseconds=10)) as simulator:
        simulator.seller.push.turn_on("http://127.0.0.1:9/indiamart/token")
        lead = simulator.seller.arrive()
        await simulator.seller.push.tried(2)
        assert {delivery.status for delivery in simulator.seller.push.deliveries} == {None}
        assert simulator.seller.push.waiting == [lead]


async def test_after_48_hours_in_vain_the_push_is_off(push: PushSender, clock: HandClock, listener: Listener) -> None:
    listener.statuses = [500] * 9
    seller_lead = Simulator(clock).seller.arrive()
    push.turn_on(listener.url)
    push.offer(seller_lead, clock.now())
    await push.flush()
    clock.moment += timedelta(hours=47, minutes=59)
    await push.flush()
    assert push.is_on
    clock.moment += timedelta(minutes=1)
    await push.flush()
    assert (push.is_on, push.waiting) == (False, [])


async def test_a_late_lead_is_pushed_late(push: PushSender, clock: HandClock, listener: Listener) -> None:
    push.turn_on(listener.url)
    push.offer(Simulator(clock).seller.arrive(), clock.now() + timedelta(minutes=20))
    await push.flush()
    assert listener.bodies == []
    clock.moment += timedelta(minutes=20)
    await push.flush()
    assert len(listener.bodies) == 1


@pytest.mark.parametrize("body", [b"{}", b"", b"[]"])
async def test_the_test_of_the_listener_is_no_lead(push: PushSender, listener: Listener, body: bytes) -> None:
    push.turn_on(listener.url)
    listener.statuses = [200, 404]
    assert [await push.test(body), await push.test(body)] == [200, 404]
    assert push.deliveries == []
    push.listener = "http://127.0.0.1:9/"
    assert await push.test(body) is None
