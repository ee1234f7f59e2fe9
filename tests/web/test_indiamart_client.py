from __future__ import annotations

import logging
import os
import socket
import time
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from aiohttp import web

from bot.clock import Clock
from bot.domain.lead import Kind, Window
from bot.indiamart import client
from bot.indiamart.answer import Outcome
from bot.indiamart.client import Session, Timeouts, source
from bot.sandbox.simulator.faults import SimulatorFault
from bot.sandbox.simulator.server import API_KEY, CRM_KEY, MOBILE, Simulator

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from bot.indiamart.answer import LeadSource

PATIENT = Timeouts(connect=20, total=20)
HURRIED = Timeouts(connect=2, total=2)
"""Where an answer does not come: still time enough for the request to arrive on a busy machine."""
FREE = timedelta(0)


@pytest.fixture
async def session() -> AsyncIterator[Session]:
    async with Session() as opened:
        yield opened


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with Simulator(Clock(), floor=FREE) as running:
        yield running


def pull(session: Session, url: str, api: str = "v2", timeouts: Timeouts = PATIENT, **options: Any) -> LeadSource:
    key = CRM_KEY if api == "v1" else API_KEY
    return source(session, api=api, url=url, key=key, mobile=MOBILE, timeouts=timeouts, **options)


def last(**span: float) -> Window:
    now = Clock().now().replace(microsecond=0)
    return Window(now - timedelta(**span), now)


@asynccontextmanager
async def answering(handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> AsyncIterator[str]:
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("api", ["v1", "v2"])
@pytest.mark.parametrize("kind", [Kind.ENQUIRY, Kind.BUYLEAD, Kind.CALL])
async def test_a_lead_arrives_whole(session: Session, simulator: Simulator, api: str, kind: str) -> None:
    record = simulator.seller.arrive(kind)
    answer = await pull(session, simulator.url, api).fetch(last(hours=1))
    assert answer.outcome is Outcome.LEADS
    assert [(lead.kind, lead.query_id) for lead in answer.leads] == [(kind, record.query_id)]
    assert answer.server_time is not None


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Kolkata"])
@pytest.mark.parametrize("api", ["v1", "v2"])
async def test_windows_are_ist_whatever_the_machines_zone(
    session: Session, simulator: Simulator, api: str, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = os.environ.get("TZ")
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        window = last(hours=3)
        await pull(session, simulator.url, api).fetch(window)
    finally:
        monkeypatch.undo()
        assert os.environ.get("TZ") == before
        time.tzset()
    assert [(asked.start, asked.end) for asked in simulator.seller.windows] == [(window.start, window.end)]


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (SimulatorFault.WRONG_KEY, Outcome.BAD_KEY),
        (SimulatorFault.EXPIRED_KEY, Outcome.BAD_KEY),
        (SimulatorFault.KEY_REGENERATED, Outcome.BAD_KEY),
        (SimulatorFault.INVALID_KEY, Outcome.BAD_KEY),
        (SimulatorFault.WRONG_OR_EXPIRED_KEY, Outcome.BAD_KEY),
        (SimulatorFault.BLOCKED, Outcome.BLOCKED),
        (SimulatorFault.TOO_SOON, Outcome.TOO_SOON),
        (SimulatorFault.NOT_READY, Outcome.NOT_READY),
        (SimulatorFault.REFUSED, Outcome.REFUSED),
        (SimulatorFault.SERVER_ERROR, Outcome.THEIR_FAULT),
        (SimulatorFault.HTTP_502, Outcome.THEIR_FAULT),
        (SimulatorFault.HTTP_403, Outcome.THEIR_FAULT),
        (SimulatorFault.TRUNCATED, Outcome.TRUNCATED),
        (SimulatorFault.CUT_OFF, Outcome.TRUNCATED),
        (SimulatorFault.WRONG_TYPE, Outcome.MALFORMED),
        (SimulatorFault.EMPTY_BODY, Outcome.MALFORMED),
        (SimulatorFault.HTML_PAGE, Outcome.MALFORMED),
        (SimulatorFault.HUGE, Outcome.TOO_LARGE),
        (SimulatorFault.HANG, Outcome.HUNG),
        (SimulatorFault.HANG_HALFWAY, Outcome.HUNG),
        (SimulatorFault.RESET, Outcome.UNREACHABLE),
    ],
)
@pytest.mark.parametrize("api", ["v1", "v2"])
async def test_every_fault_is_an_outcome_and_never_coverage(
    session: Session, simulator: Simulator, api: str, fault: SimulatorFault, outcome: Outcome
) -> None:
    simulator.seller.arrive()
    simulator.faults.switch_on(fault)
    timeouts = HURRIED if fault in {SimulatorFault.HANG, SimulatorFault.HANG_HALFWAY} else PATIENT
    key = CRM_KEY if api == "v1" else API_KEY
    pulling = source(session, api=api, url=simulator.url, key=key, mobile=MOBILE, timeouts=timeouts)
    answer = await pulling.fetch(last(hours=1))
    assert answer.outcome is outcome
    assert not answer.is_complete
    # A call that was lost is not made again behind the budget's back.
    assert len(simulator.calls) == 1


async def test_a_server_that_is_down_is_unreachable(session: Session, simulator: Simulator) -> None:
    await simulator.go_down()
    assert (await pull(session, simulator.url).fetch(last(hours=1))).outcome is Outcome.UNREACHABLE


async def test_a_connection_that_is_not_taken_is_told_apart(session: Session) -> None:
    """As when IndiaMART's firewall drops what a strange address sends."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(0)
        port = silent.getsockname()[1]
        fillers = [socket.socket() for _number in range(4)]
        try:
            for filler in fillers:
                filler.setblocking(False)
                filler.connect_ex(("127.0.0.1", port))
            answer = await pull(session, f"http://127.0.0.1:{port}", timeouts=Timeouts(connect=0.5, total=60)).fetch(
                last(hours=1)
            )
        finally:
            for filler in fillers:
                filler.close()
    assert answer.outcome is Outcome.NO_CONNECTION


async def test_a_redirect_does_not_carry_the_key_away(session: Session) -> None:
    asked: list[str] = []

    async def elsewhere(request: web.Request) -> web.StreamResponse:
        asked.append(request.path_qs)
        raise web.HTTPFound(f"/other?{request.query_string}")

    async with answering(elsewhere) as url:
        answer = await pull(session, url).fetch(last(hours=1))
    assert answer.outcome is Outcome.MALFORMED
    assert len(asked) == 1
    assert answer.message.startswith("HTTP 302, ")
    assert "check INDIAMART_URL" in answer.message


async def test_a_compressed_bomb_is_too_large(session: Session) -> None:
    async def bomb(_request: web.Request) -> web.StreamResponse:
        response = web.Response(body=b" " * (client.MAX_BODY + 1), content_type="application/json")
        response.enable_compression()
        return response

    async with answering(bomb) as url:
        pulling = source(session, api="v2", url=url, key=API_KEY, timeouts=Timeouts(total=30))
        answer = await pulling.fetch(last(hours=1))
    assert answer.outcome is Outcome.TOO_LARGE


async def test_the_base_url_may_carry_a_path(session: Session) -> None:
    asked: list[str] = []

    async def note(request: web.Request) -> web.StreamResponse:
        asked.append(request.raw_path)
        return web.json_response([])

    async with answering(note) as url:
        await pull(session, f"{url}/proxy/", "v1").fetch(last(hours=1))
        await pull(session, f"{url}/proxy", "v2").fetch(last(hours=1))
    first, second = asked
    assert first.startswith(f"/proxy/wservce/enquiry/listing/GLUSR_MOBILE/{MOBILE}/GLUSR_MOBILE_KEY/")
    assert f"/{quote(CRM_KEY, safe='')}/Start_Time/" in first
    assert first.endswith("/")
    assert second.startswith(f"/proxy/wservce/crm/crmListing/v2/?glusr_crm_key={quote(API_KEY, safe='')}&start_time=")
    assert "%3A" not in second


@pytest.mark.parametrize("api", ["v1", "v2"])
async def test_neither_key_nor_mobile_is_in_words_or_logs(
    session: Session, simulator: Simulator, api: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    key = CRM_KEY if api == "v1" else API_KEY

    async def parrot(request: web.Request) -> web.StreamResponse:
        sentence = f"The key {key} ({quote(key, safe='')}) of {MOBILE} is incorrect"
        return web.json_response({"CODE": 401, "MESSAGE": sentence, "path": request.path})

    answers = []
    async with answering(parrot) as url:
        answers.append(await pull(session, url, api).fetch(last(hours=1)))
    for fault in (SimulatorFault.RESET, SimulatorFault.HANG, SimulatorFault.CUT_OFF, SimulatorFault.HTTP_502):
        simulator.faults.switch_on(fault)
        answers.append(await pull(session, simulator.url, api, HURRIED).fetch(last(hours=1)))
    await simulator.go_down()
    answers.append(await pull(session, simulator.url, api).fetch(last(hours=1)))
    said = "\n".join([*(repr(answer) for answer in answers), *(record.getMessage() for record in caplog.records)])
    secrets = [key, quote(key, safe="")] + ([MOBILE] if api == "v1" else [])
    assert [secret for secret in secrets if secret in said] == []


@pytest.mark.parametrize(("api", "number"), [("v1", 2), ("v2", 1)])
async def test_a_key_is_tried_with_one_call_that_brings_leads_of_late(
    session: Session, simulator: Simulator, api: str, number: int
) -> None:
    """v1 without times, v2 over the last day."""
    now = Clock().now()
    for ago in (timedelta(hours=1), timedelta(days=3)):
        simulator.seller.arrive("W", at=now - ago)
    answer = await pull(session, simulator.url, api).sample(now)
    assert (answer.outcome, len(answer.leads)) == (Outcome.LEADS, number)
    assert len(simulator.calls) == 1
    assert [call.window is None for call in simulator.calls] == [api == "v1"]


async def test_a_server_that_refuses_times_of_day_is_asked_for_whole_days(
    session: Session, simulator: Simulator
) -> None:
    seller, now = simulator.seller, Clock().now()
    seller.refuses_times = True
    inside = seller.arrive("W", at=now - timedelta(minutes=5))
    seller.arrive("W", at=now - timedelta(hours=30))  # on one of the days, perhaps, but not in the window
    asked = pull(session, simulator.url, "v1")
    refused = await asked.fetch(last(hours=1))
    assert (refused.outcome, refused.is_asked_otherwise) == (Outcome.REFUSED, True)
    for _again in range(2):
        answer = await asked.fetch(last(hours=1))
        assert [lead.query_id for lead in answer.leads] == [inside.query_id]
        assert answer.is_complete
    assert [call.ask.is_by_day for call in seller.calls if call.ask is not None] == [False, True, True]


async def test_whole_days_that_are_cut_short_are_not_complete(session: Session, simulator: Simulator) -> None:
    simulator.seller.refuses_times = True
    simulator.seller.arrive_many(3, kind="W")
    simulator.seller.row_limit = 2
    asked = pull(session, simulator.url, "v1")
    await asked.fetch(last(hours=1))
    assert not (await asked.fetch(last(hours=1))).is_complete


async def test_dates_that_are_refused_in_both_forms_are_a_fault(session: Session, simulator: Simulator) -> None:
    simulator.faults.switch_on(SimulatorFault.REFUSED)
    asked = pull(session, simulator.url, "v1")
    answers = [await asked.fetch(last(hours=1)) for _call in range(3)]
    assert [answer.is_asked_otherwise for answer in answers] == [True, False, True]
    assert {answer.outcome for answer in answers} == {Outcome.REFUSED}
