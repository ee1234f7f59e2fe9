"""Several sellers at one simulator: what is one's, and what befalls one, is no other's."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from bot.clock import IST
from bot.sandbox.simulator.faults import SimulatorFault
from bot.sandbox.simulator.pull_request import ApiVersion, Result
from bot.sandbox.simulator.server import Simulator

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.sandbox.simulator.seller import Seller


@dataclass(frozen=True, slots=True)
class Market:
    simulator: Simulator
    first: Seller
    second: Seller
    http: aiohttp.ClientSession

    async def v2(self, seller: Seller, key: str = "") -> tuple[Result, list[str]]:
        now, day = seller.clock.now().astimezone(IST), timedelta(days=1)
        window = f"start_time={now - day:%d-%b-%Y}&end_time={now + day:%d-%b-%Y}"
        path = f"/wservce/crm/crmListing/v2/?glusr_crm_key={quote(key or seller.api_key, safe='')}&{window}"
        body = await self._get(path)
        return self.simulator.calls[-1].result, [row["UNIQUE_QUERY_ID"] for row in json.loads(body)["RESPONSE"]]

    async def v1(self, seller: Seller, mobile: str = "") -> Result:
        key = quote(seller.crm_key, safe="")
        await self._get(f"/wservce/enquiry/listing/GLUSR_MOBILE/{mobile or seller.mobile}/GLUSR_MOBILE_KEY/{key}/")
        return self.simulator.calls[-1].result

    async def _get(self, path: str) -> bytes:
        async with self.http.get(URL(self.simulator.url + path, encoded=True)) as response:
            return await response.read()


@pytest.fixture
async def market() -> AsyncIterator[Market]:
    async with Simulator(floor=timedelta(minutes=5)) as simulator, aiohttp.ClientSession() as http:
        yield Market(simulator, simulator.seller, simulator.add_seller(), http)


async def test_each_key_shows_its_sellers_leads_and_spends_its_own_budget(market: Market) -> None:
    made = [seller.arrive().query_id for seller in (market.first, market.second)]
    assert await market.v2(market.first) == (Result.LEADS, made[:1])
    assert (await market.v2(market.first))[0] is Result.TOO_SOON
    assert await market.v2(market.second) == (Result.LEADS, made[1:])
    assert [len(seller.calls) for seller in (market.first, market.second)] == [2, 1]


async def test_a_v1_key_is_good_with_its_own_mobile_only(market: Market) -> None:
    market.second.arrive()
    assert await market.v1(market.second, market.first.mobile) is Result.WRONG_KEY
    assert await market.v1(market.second) is Result.LEADS


async def test_a_budget_may_be_a_sellers_own(market: Market) -> None:
    fast = market.simulator.add_seller(floor=timedelta(0))
    assert [(await market.v2(fast))[0] for _ in range(3)] == [Result.NOTHING] * 3


async def test_one_sellers_dead_key_leaves_the_others_alone(market: Market) -> None:
    market.second.expire_key()
    assert [(await market.v2(one))[0] for one in (market.second, market.first)] == [Result.EXPIRED, Result.NOTHING]
    old = market.first.api_key
    market.first.regenerate_key()
    assert (await market.v2(market.first, old))[0] is Result.WRONG_KEY
    assert market.second.keys[ApiVersion.V1].is_expired is False


async def test_one_sellers_faults_leave_the_others_alone(market: Market) -> None:
    market.second.faults.switch_on(SimulatorFault.HANG)
    hanging = asyncio.create_task(market.v2(market.second))
    await market.simulator.called(1, seller=market.second)
    assert (await market.v2(market.first))[0] is Result.NOTHING
    assert not hanging.done()
    market.second.faults.switch_off()
    market.second.release()
    await asyncio.gather(hanging, return_exceptions=True)  # the client may try once more by itself
    assert (await market.v2(market.second))[0] is Result.TOO_SOON  # the call that hung was counted


async def test_each_seller_pushes_to_its_own_address(market: Market) -> None:
    paths: list[str] = []

    async def take(request: web.Request) -> web.Response:
        paths.append(request.path)
        return web.Response()

    application = web.Application()
    application.router.add_post("/{token}", take)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    for seller, token in ((market.first, "one"), (market.second, "two")):
        seller.push.turn_on(f"{base}/{token}")
        seller.arrive()
        await seller.push.delivered(1)
    await runner.cleanup()
    assert paths == ["/one", "/two"]
