"""Faults of the simulator, as a client meets them."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

import aiohttp
import pytest
from yarl import URL

from bot.sandbox.simulator.faults import SimulatorFault
from bot.sandbox.simulator.http_answers import HUGE_BODY
from bot.sandbox.simulator.pull_request import Result
from bot.sandbox.simulator.server import Simulator

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with Simulator(floor=timedelta(0)) as simulator:
        simulator.seller.arrive("W")
        yield simulator


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        yield session


def v1_url(simulator: Simulator) -> URL:
    key = quote(simulator.seller.crm_key, safe="")
    path = f"/wservce/enquiry/listing/GLUSR_MOBILE/{simulator.seller.mobile}/GLUSR_MOBILE_KEY/{key}/"
    return URL(simulator.url + path, encoded=True)


def v2_url(simulator: Simulator) -> URL:
    key = quote(simulator.seller.api_key, safe="")
    query = f"?glusr_crm_key={key}&start_time=x&end_time=y"
    return URL(simulator.url + "/wservce/crm/crmListing/v2/" + query, encoded=True)


def address(simulator: Simulator) -> tuple[str, int]:
    url = URL(simulator.url)
    return url.host or "", url.port or 0


def request_to(url: URL) -> bytes:
    return f"GET {url.raw_path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


async def fetch(session: aiohttp.ClientSession, url: URL) -> tuple[int, bytes]:
    async with session.get(url) as response:
        return response.status, await response.read()


@pytest.mark.parametrize(
    ("fault", "code", "v1_words"),
    [
        (SimulatorFault.WRONG_KEY, 401, "incorrect"),
        (SimulatorFault.KEY_REGENERATED, 401, "incorrect"),
        (SimulatorFault.EXPIRED_KEY, 401, "expired"),
        (SimulatorFault.BLOCKED, 429, "Too Many Requests"),
        (SimulatorFault.TOO_SOON, 429, "once in every"),
        (SimulatorFault.NOT_READY, 204, "will be available after 24 hours from"),
        (SimulatorFault.REFUSED, 400, "Date format"),
        (SimulatorFault.SERVER_ERROR, 500, "Some Error Occured"),
    ],
)
async def test_indiamarts_own_faults_speak_the_language_of_the_call(
    simulator: Simulator, session: aiohttp.ClientSession, fault: SimulatorFault, code: int, v1_words: str
) -> None:
    simulator.faults.switch_on(fault)
    status, body = await fetch(session, v2_url(simulator))
    assert (status, json.loads(body)["CODE"]) == (200, code)
    status, body = await fetch(session, v1_url(simulator))
    assert status == 200
    assert v1_words in json.loads(body)[0]["Error_Message"]


@pytest.mark.parametrize(
    ("fault", "status", "body"),
    [
        (SimulatorFault.HTTP_502, 502, b"<html>\r\n<head><title>502 Bad Gateway"),
        (SimulatorFault.HTTP_403, 403, b"<html>\r\n<head><title>403 Forbidden"),
        (SimulatorFault.HTTP_429, 429, b'[{"Error_Message":"It is advised'),
        (SimulatorFault.HTML_PAGE, 200, b"<html>"),
        (SimulatorFault.WRONG_TYPE, 200, b'"leads"'),
        (SimulatorFault.EMPTY_BODY, 200, b""),
    ],
)
async def test_the_gateways_faults_are_whole_http_answers(
    simulator: Simulator, session: aiohttp.ClientSession, fault: SimulatorFault, status: int, body: bytes
) -> None:
    simulator.faults.switch_on(fault)
    got_status, got_body = await fetch(session, v1_url(simulator))
    assert (got_status, got_body[: len(body)], bool(got_body)) == (status, body, bool(body))


async def test_a_truncated_body_is_http_in_order_and_json_cut_off(
    simulator: Simulator, session: aiohttp.ClientSession
) -> None:
    simulator.faults.switch_on(SimulatorFault.TRUNCATED)
    _, body = await fetch(session, v1_url(simulator))
    assert body.startswith(b'[{"RN":"1"')
    with pytest.raises(json.JSONDecodeError):
        json.loads(body)


async def test_a_body_cut_off_is_shorter_than_announced(simulator: Simulator, session: aiohttp.ClientSession) -> None:
    simulator.faults.switch_on(SimulatorFault.CUT_OFF)
    with pytest.raises(aiohttp.ClientPayloadError):
        await fetch(session, v1_url(simulator))


async def test_a_huge_body_comes_in_pieces_and_is_valid_json(
    simulator: Simulator, session: aiohttp.ClientSession
) -> None:
    simulator.faults.switch_on(SimulatorFault.HUGE)
    size, last = 0, b""
    async with session.get(v1_url(simulator)) as response:
        assert response.content_length is None
        async for piece in response.content.iter_chunked(1 << 20):
            size, last = size + len(piece), piece
    assert size == HUGE_BODY
    assert last.endswith(b"}]")


async def test_a_huge_body_may_be_left_half_read(simulator: Simulator, session: aiohttp.ClientSession) -> None:
    simulator.faults.queue(SimulatorFault.HUGE)
    async with session.get(v1_url(simulator)) as response:
        await response.content.readexactly(1000)
        response.close()
    assert (await fetch(session, v1_url(simulator)))[0] == 200


@pytest.mark.parametrize("fault", [SimulatorFault.HANG, SimulatorFault.HANG_HALFWAY])
async def test_a_hanging_answer_ends_only_when_it_is_released(simulator: Simulator, fault: SimulatorFault) -> None:
    simulator.faults.queue(fault)
    reader, writer = await asyncio.open_connection(*address(simulator))
    writer.write(request_to(v1_url(simulator)))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.readuntil(b"]"), 0.2)
    simulator.release()
    with pytest.raises((asyncio.IncompleteReadError, ConnectionResetError)):
        await reader.readuntil(b"]")
    writer.close()


async def test_a_hanging_answer_does_not_hold_up_the_end(session: aiohttp.ClientSession) -> None:
    async with Simulator() as simulator:
        simulator.faults.switch_on(SimulatorFault.HANG)
        hanging = asyncio.create_task(fetch(session, v1_url(simulator)))
        await simulator.called(1)
    with pytest.raises(aiohttp.ClientError):
        await hanging


async def test_a_reset_is_a_reset(simulator: Simulator) -> None:
    simulator.faults.switch_on(SimulatorFault.RESET)
    reader, writer = await asyncio.open_connection(*address(simulator))
    writer.write(request_to(v1_url(simulator)))
    with pytest.raises(ConnectionResetError):
        await reader.read()
    writer.close()


async def test_a_simulator_that_is_down_refuses_and_comes_up_on_the_same_port(
    simulator: Simulator, session: aiohttp.ClientSession
) -> None:
    assert (await fetch(session, v1_url(simulator)))[0] == 200
    await simulator.go_down()
    with pytest.raises(aiohttp.ClientConnectorError):
        await fetch(session, v1_url(simulator))
    await simulator.come_up()
    assert (await fetch(session, v1_url(simulator)))[0] == 200
    assert len(simulator.calls) == 2


async def test_queued_faults_come_one_by_one_before_the_standing_one(
    simulator: Simulator, session: aiohttp.ClientSession
) -> None:
    simulator.faults.switch_on(SimulatorFault.HTTP_403)
    simulator.faults.queue(SimulatorFault.HTTP_502, None)
    assert [(await fetch(session, v1_url(simulator)))[0] for _ in range(3)] == [502, 200, 403]
    simulator.faults.switch_off()
    assert (await fetch(session, v1_url(simulator)))[0] == 200
    results = [call.result for call in simulator.seller.calls]
    assert results == [Result.FAULT, Result.LEADS, Result.FAULT, Result.LEADS]
    assert [call.fault for call in simulator.seller.calls] == [
        SimulatorFault.HTTP_502,
        None,
        SimulatorFault.HTTP_403,
        None,
    ]


async def test_canned_bytes_go_out_as_they_are(simulator: Simulator, session: aiohttp.ClientSession) -> None:
    simulator.faults.can(b'{"RESPONSE": "NULL"}\n', times=2)
    simulator.faults.can(b"\xff", 503, "text/html")
    answers = [await fetch(session, v2_url(simulator)) for _ in range(3)]
    assert answers == [(200, b'{"RESPONSE": "NULL"}\n')] * 2 + [(503, b"\xff")]


async def test_a_fault_costs_a_call(session: aiohttp.ClientSession) -> None:
    async with Simulator() as simulator:
        simulator.faults.queue(SimulatorFault.HTTP_502)
        assert (await fetch(session, v2_url(simulator)))[0] == 502
        assert json.loads((await fetch(session, v2_url(simulator)))[1])["CODE"] == 429


async def test_no_key_stands_in_what_is_recorded(simulator: Simulator, session: aiohttp.ClientSession) -> None:
    simulator.seller.push.turn_on("http://127.0.0.1:9/indiamart/secret-token")
    await fetch(session, v2_url(simulator))
    text = repr(simulator.calls) + repr(simulator.seller)
    secrets = (simulator.seller.api_key, simulator.seller.crm_key, "secret-token")
    assert [secret for secret in secrets if secret in text] == []
