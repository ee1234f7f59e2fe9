"""The simulator: IndiaMART's pull and push APIs on a local port. What the seller's own chat sees is not its business.

    async with Simulator(clock, floor=timedelta(seconds=1)) as simulator:
        seller = simulator.seller
        seller.arrive("W", product="Solar Inverter")  # an invented lead, some of it given
        seller.arrive("P", call_seconds=3, late=timedelta(minutes=20))  # nobody can fetch it before then
        seller.arrive_again()  # the same buyer
        seller.arrive_many(20, over=timedelta(hours=1))
        ...  # let a client poll simulator.url with seller.mobile and seller.crm_key (v1), or seller.api_key (v2)
        await simulator.called(2)  # wait until two calls came
        seller.windows, seller.spacing, [call.result for call in seller.calls]

The same seller answers v1 and v2. Rows are cut off by `seller.row_limit = 10`. Further ones come from `add_seller()`,
each with its own mobile, keys, leads, call budgets, push and faults: `seller.faults`, `seller.release()`.
Keys change by `seller.regenerate_key()` and `seller.expire_key()`; `seller.first_key_at = now` makes a key too young
for history. v1 alone: `seller.integrated_at = now` has no leads of the days before, `seller.refuses_times = True` takes
dates only. `seller.push.turn_on(url)` pushes what arrives from then on; `seller.push.deliveries` records the tries;
`await seller.push.test()` is the Lead Manager's test of the listener.

Rows that are wrong in the ways rows were seen to be:

    seller.arrive("W", dirt=frozenset({Dirt.SEVERAL_NUMBERS, Dirt.CAMEL_CASE}))
    Simulator(clock, dirt=0.05)  # one lead in twenty, the same ones for the same seed

Faults of every seller's calls, one standing, or a queue with one for each of the next calls:

    simulator.faults.switch_on(Fault.WRONG_KEY)
    simulator.faults.queue(Fault.HTTP_502, None, Fault.HANG)  # None = an honest answer
    simulator.faults.can(b'{"RESPONSE": "NULL"}')  # given bytes
    simulator.faults.switch_off()
    simulator.release()  # what hangs now ends
    await simulator.go_down()  # the port refuses
    await simulator.come_up()  # the same port again

Every call that reaches the simulator with a good key counts against the key's budget, faults too; `floor=timedelta(0)`
is no budget at all.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Self

from aiohttp import web

from bot.clock import Clock
from bot.sandbox.simulator import v1, v2
from bot.sandbox.simulator.budget import FLOORS, CallLimit
from bot.sandbox.simulator.dirty_rows import RowSpoiler
from bot.sandbox.simulator.faults import WORDED, Canned, SimulatorFault, SimulatorFaults
from bot.sandbox.simulator.http_answers import Wire
from bot.sandbox.simulator.key import LIFE_UNUSED, Key
from bot.sandbox.simulator.leads import Leads
from bot.sandbox.simulator.pull_request import ApiVersion, PullCall, PullRequest, Result, Verdict
from bot.sandbox.simulator.push import PushSender
from bot.sandbox.simulator.seller import Seller

if TYPE_CHECKING:
    from types import TracebackType

MOBILE: Final = "9000099999"
CRM_KEY: Final = "Q1JNL2tleSsxMjM0NTY3OA=="
API_KEY: Final = "mSx2/Pull+Key/9OfASimulator0=="
"""Invented keys with the characters that have to be encoded in a URL."""


class Simulator:
    """A running server between `async with` and its end. Times come from `clock`, sockets are real."""

    def __init__(
        self,
        clock: Clock | None = None,
        *,
        floor: timedelta | None = None,
        port: int = 0,
        seed: int = 0,
        push_retry: timedelta = timedelta(seconds=30),
        dirt: float = 0.0,
    ) -> None:
        self.clock = clock or Clock()
        self.faults = SimulatorFaults()
        self.calls: list[PullCall] = []
        self.sellers: list[Seller] = []
        self._floor = floor
        self._port = port
        self._seed = seed
        self._push_retry = push_retry
        self._dirt = dirt
        self._released = asyncio.Event()
        self._news = asyncio.Condition()
        self._runner: web.ServerRunner | None = None
        self._pushers: dict[Seller, asyncio.Task[None]] = {}
        self.seller = self.add_seller(MOBILE, CRM_KEY, API_KEY)

    async def __aenter__(self) -> Self:
        await self.come_up()
        for seller in self.sellers:
            self._start_pushing(seller)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        pushers = list(self._pushers.values())
        for pusher in pushers:
            pusher.cancel()
        await asyncio.gather(*pushers, return_exceptions=True)
        await self.go_down()

    @property
    def url(self) -> str:
        """The base that stands for `https://mapi.indiamart.com`."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def is_up(self) -> bool:
        return self._runner is not None

    def add_seller(
        self,
        mobile: str | None = None,
        crm_key: str | None = None,
        api_key: str | None = None,
        *,
        floor: timedelta | None = None,
    ) -> Seller:
        """Another account; its leads are its own, and its ids may meet other accounts' ids.

        What is left out is made up, and `floor` is then the simulator's.
        """
        number = len(self.sellers)
        seller = Seller(
            clock=self.clock,
            mobile=mobile or f"{int(MOBILE) - number}",
            keys={
                ApiVersion.V1: self._key(ApiVersion.V1, crm_key or f"{number}/{CRM_KEY}", floor),
                ApiVersion.V2: self._key(ApiVersion.V2, api_key or f"{number}/{API_KEY}", floor),
            },
            leads=Leads(self._seed + number),
            push=PushSender(self.clock, self._push_retry),
            smudger=RowSpoiler(self._dirt, self._seed + number),
        )
        self.sellers.append(seller)
        if self.is_up:
            self._start_pushing(seller)
        return seller

    async def come_up(self) -> None:
        """Listen, on the same port as before. Nothing to do while up."""
        if self._runner is not None:
            return
        server = web.Server(self._serve, access_log=None, handler_cancellation=True)
        runner = web.ServerRunner(server, shutdown_timeout=1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", self._port)
        await site.start()
        self._port = runner.addresses[0][1]
        self._runner = runner

    async def go_down(self) -> None:
        """Close the port and every connection: callers are refused."""
        if self._runner is None:
            return
        runner, self._runner = self._runner, None
        self.release()
        await runner.cleanup()

    def release(self) -> None:
        """End what hangs now, whoever's it is; later calls may hang again."""
        self._released.set()
        self._released = asyncio.Event()
        for seller in self.sellers:
            seller.release()

    async def called(self, count: int, within: float = 30, *, seller: Seller | None = None) -> None:
        """Wait until `count` calls came in all, or for one seller; TimeoutError after `within` seconds of real time."""
        calls = self.calls if seller is None else seller.calls
        async with asyncio.timeout(within), self._news:
            await self._news.wait_for(lambda: len(calls) >= count)

    def _key(self, version: ApiVersion, text: str, floor: timedelta | None) -> Key:
        floor = next((one for one in (floor, self._floor) if one is not None), FLOORS[version])
        is_v2 = version is ApiVersion.V2
        return Key(text, CallLimit(floor, is_v2), self.clock.now(), LIFE_UNUSED if is_v2 else None)

    def _start_pushing(self, seller: Seller) -> None:
        self._pushers[seller] = asyncio.create_task(seller.push.work())

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        ask = self._read(request)
        if ask is None:
            await self._note(Result.NO_SUCH_PAGE, None, None)
            wire = Wire(request, self.clock.now(), self._released)
            return await wire.send_page(404 if request.method == "GET" else 405)
        seller = next((one for one in self.sellers if one.owns(ask)), None)
        wire = Wire(request, self.clock.now(), self._released if seller is None else seller.released)
        refused = None if seller is None else seller.spend(ask)
        if fault := self.faults.take() or (seller and seller.faults.take()):
            await self._note(Result.FAULT, ask, seller, fault=fault)
            return await self._fail(wire, ask, seller, fault)
        verdict = self._verdict(ask, seller, refused)
        await self._note(verdict.result, ask, seller, rows=verdict.rows)
        return await wire.send(verdict.body)

    def _read(self, request: web.BaseRequest) -> PullRequest | None:
        if request.method != "GET":
            return None
        return v1.read(request.raw_path) or v2.read(request.raw_path, self.clock.now())

    def _verdict(self, ask: PullRequest, seller: Seller | None, refused: Result | None = None) -> Verdict:
        if seller is None:
            return self.seller.refuse(ask.version, Result.WRONG_KEY)
        return seller.answer(ask, refused)

    async def _fail(
        self, wire: Wire, ask: PullRequest, seller: Seller | None, fault: SimulatorFault | Canned
    ) -> web.StreamResponse:
        if isinstance(fault, Canned):
            return await wire.send(fault.body, fault.status, fault.content_type)
        speaker = seller or self.seller
        if fault in WORDED:
            return await wire.send(speaker.refuse(ask.version, WORDED[fault]).body)
        if fault is SimulatorFault.HTTP_429:
            return await wire.play(fault, speaker.refuse(ask.version, Result.TOO_SOON).body)
        return await wire.play(fault, self._verdict(ask, seller).body)

    async def _note(
        self,
        result: Result,
        ask: PullRequest | None,
        seller: Seller | None,
        *,
        rows: int = 0,
        fault: SimulatorFault | Canned | None = None,
    ) -> None:
        call = PullCall(
            at=self.clock.now(),
            monotonic=self.clock.monotonic(),
            result=result,
            ask=ask,
            seller=seller,
            rows=rows,
            fault=fault,
        )
        self.calls.append(call)
        if seller is not None:
            seller.calls.append(call)
        async with self._news:
            self._news.notify_all()
