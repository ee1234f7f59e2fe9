"""The HTTP call itself, against servers that misbehave on a real socket."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import threading
import tracemalloc
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from bot import __version__
from bot.domain import budgets
from bot.domain.lead import Window
from bot.errors import SettingsError
from bot.indiamart import v2
from bot.indiamart.answer import Answer, Outcome
from bot.indiamart.client import MAX_BODY, Client, Session, Timeouts, source
from bot.sandbox.simulator import v2 as simulator_v2
from bot.sandbox.simulator.leads import Leads
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    Script = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]

KEY = "mSx2/Pull+Key/9OfA=="
MOBILE = "9000099999"
WINDOW = Window(datetime(2026, 1, 5, 6, 0, tzinfo=UTC), datetime(2026, 1, 5, 7, 0, tzinfo=UTC))
NOTHING = b'{"CODE": 204, "RESPONSE": []}'


def plain(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> bytes:
    lines = [b"HTTP/1.1 " + status, b"Content-Length: %d" % len(body), *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def saying(answer: bytes) -> Script:
    async def script(_request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    return script


@asynccontextmanager
async def server(script: Script) -> AsyncIterator[tuple[str, list[bytes]]]:
    """Its address and the requests that came; closes each connection when the script ends."""
    requests: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            requests.append(await reader.readuntil(b"\r\n\r\n"))
            await script(requests[-1], writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}", requests


async def fetch(url: str, api: str = "v2", total: float = 10, connect: float = 5) -> Answer:
    async with Session() as session:
        client = source(session, api=api, url=url, key=KEY, mobile=MOBILE, timeouts=Timeouts(connect, total))
        return await client.fetch(WINDOW)


async def test_the_request_goes_out_as_it_was_written() -> None:
    async with server(saying(plain(NOTHING))) as (url, requests):
        await fetch(f"{url}/sim")
        await fetch(url, api="v1")
    line, agent = requests[0].split(b"\r\n")[0], f"User-Agent: Leadbell/{__version__}".encode()
    times = b"start_time=05-Jan-202611:30:00&end_time=05-Jan-202612:30:00"
    encoded = quote(KEY, safe="").encode()
    assert line == b"GET /sim/wservce/crm/crmListing/v2/?glusr_crm_key=" + encoded + b"&" + times + b" HTTP/1.1"
    assert agent in requests[0]
    assert requests[1].startswith(
        b"GET /wservce/enquiry/listing/GLUSR_MOBILE/9000099999/GLUSR_MOBILE_KEY/"
        + encoded
        + b"/Start_Time/05-01-2026%2011:30:00/End_Time/05-01-2026%2012:30:00/ HTTP/1.1"
    )


async def test_the_servers_time_comes_with_the_answer() -> None:
    async with server(saying(plain(NOTHING, b"Date: Mon, 05 Jan 2026 07:00:05 GMT"))) as (url, _requests):
        assert (await fetch(url)).server_time == datetime(2026, 1, 5, 7, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize("date", [b"yesterday", b"", b"Mon, 99 Jan 99999 07:00:05 GMT", b"Mon, 05 Jan 2026 07:00:05"])
async def test_a_date_that_is_none_does_no_harm(date: bytes) -> None:
    async with server(saying(plain(NOTHING, b"Date: " + date))) as (url, _requests):
        found = await fetch(url)
    assert found.outcome is Outcome.NOTHING
    assert found.server_time in {None, datetime(2026, 1, 5, 7, 0, 5, tzinfo=UTC)}


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (plain(NOTHING)[:-5], Outcome.TRUNCATED),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n" + NOTHING, Outcome.TRUNCATED),
        (b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"COD', Outcome.TRUNCATED),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + NOTHING, Outcome.MALFORMED),
        (plain(gzip.compress(NOTHING, mtime=0)[:-12], b"Content-Encoding: gzip"), Outcome.TRUNCATED),
        (plain(gzip.compress(NOTHING, mtime=0), b"Content-Encoding: gzip"), Outcome.NOTHING),
        (b"HTTP/1.1 200 OK\r\n\r\n" + NOTHING, Outcome.NOTHING),
        (b"", Outcome.UNREACHABLE),
        (b"HTTP/1.1 200", Outcome.UNREACHABLE),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", Outcome.MALFORMED),
        (plain(b"", b"Location: https://example.com/", status=b"302 Found"), Outcome.MALFORMED),
        (plain(b"", status=b"204 No Content"), Outcome.MALFORMED),
        (plain(b"", status=b"503 Busy"), Outcome.THEIR_FAULT),
    ],
)
async def test_a_broken_answer_is_an_outcome_and_one_call(answer: bytes, outcome: Outcome) -> None:
    async with server(saying(answer)) as (url, requests):
        assert (await fetch(url)).outcome is outcome
        assert len(requests) == 1


async def test_a_reset_halfway_is_truncated() -> None:
    async def script(_request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(plain(NOTHING * 100)[:200])
        await writer.drain()
        writer.transport.abort()

    async with server(script) as (url, requests):
        assert (await fetch(url)).outcome is Outcome.TRUNCATED
    assert len(requests) == 1


@pytest.mark.parametrize("begun", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"])
async def test_an_answer_that_never_ends_hung(begun: bytes) -> None:
    async def script(_request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(begun)
        await asyncio.sleep(30)

    async with server(script) as (url, requests):
        assert (await fetch(url, total=2)).outcome is Outcome.HUNG
        assert len(requests) == 1


async def test_a_drip_of_bytes_cannot_hold_the_call_open() -> None:
    async def script(_request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")
        while not writer.is_closing():
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.02)

    async with server(script) as (url, _requests):
        async with asyncio.timeout(30):
            assert (await fetch(url, total=0.3)).outcome is Outcome.HUNG


async def test_fifty_megabytes_are_left_alone_and_memory_stays_flat() -> None:
    async def script(_request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n[")
        for _piece in range(50):
            writer.write(b" " * 2**20)
            await writer.drain()

    async with server(script) as (url, _requests):
        tracemalloc.start()
        try:
            found = await fetch(url, total=30)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert found.outcome is Outcome.TOO_LARGE
    assert peak < 2 * MAX_BODY


@pytest.mark.parametrize("layers", [1, 2])
async def test_a_gzip_bomb_is_too_large(layers: int) -> None:
    bomb = gzip.compress(b" " * (200 * 2**20), compresslevel=1)
    headers = [b"Content-Encoding: gzip"]
    if layers == 2:
        bomb = gzip.compress(bomb, mtime=0)
        headers = [b"Content-Encoding: gzip, gzip"]
    async with server(saying(plain(bomb, *headers))) as (url, _requests):
        tracemalloc.start()
        try:
            found = await fetch(url, total=30)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert found.outcome in ({Outcome.TOO_LARGE} if layers == 1 else {Outcome.TOO_LARGE, Outcome.MALFORMED})
    assert peak < 3 * MAX_BODY


async def test_an_answer_of_nearly_twenty_megabytes_is_read() -> None:
    """What no field takes makes it long, so that reading it is quick."""
    rows = [{"UNIQUE_QUERY_ID": str(number), "QUERY_TYPE": "W", "LONG": "x" * 60_000} for number in range(1, 331)]
    body = json.dumps({"CODE": 200, "TOTAL_RECORDS": len(rows), "RESPONSE": rows}).encode()
    assert 19_500_000 < len(body) < 20_000_000
    async with server(saying(plain(body))) as (url, _requests):
        found = await fetch(url, total=30)
    assert (found.outcome, found.is_complete, len(found.leads)) == (Outcome.LEADS, True, len(rows))


def test_rows_of_real_length_are_over_no_budget_before_their_bytes_are() -> None:
    leads, now = Leads(1), WINDOW.end
    body = simulator_v2.answer([leads.lead(now) for _lead in range(200)], 200)
    as_many = budgets.PULLED_BYTES / len(body)
    assert 200 * as_many < budgets.PULLED_ROWS
    assert sum(map(body.count, (b",", b"{", b"["))) * as_many < budgets.PULLED_MARKS


async def test_an_announced_giant_is_not_read_at_all() -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n[" % (MAX_BODY + 1)
    async with server(saying(answer)) as (url, _requests):
        assert (await fetch(url)).outcome is Outcome.TOO_LARGE


async def test_a_redirect_never_takes_the_key_to_another_host() -> None:
    async with server(saying(plain(NOTHING))) as (other, asked):
        answer = plain(b"", f"Location: {other}/?key={KEY}".encode(), status=b"307 Temporary Redirect")
        async with server(saying(answer)) as (url, _requests):
            found = await fetch(url)
    assert (found.outcome, asked) == (Outcome.MALFORMED, [])


async def test_a_large_body_is_read_without_holding_up_the_loop() -> None:
    row = {"UNIQUE_QUERY_ID": "1", "QUERY_TYPE": "W", "QUERY_MESSAGE": "x" * 1_000, "SENDER_NAME": "Asha"}
    body = json.dumps({"CODE": 200, "RESPONSE": [{**row, "UNIQUE_QUERY_ID": str(n)} for n in range(5_000)]}).encode()
    began, went_on = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def read(status: int, received: bytearray, charset: str | None) -> Answer:
        """Goes on only after the loop had a turn meanwhile."""
        loop.call_soon_threadsafe(began.set)
        assert went_on.wait(20)
        return v2.read(status, received, charset)

    async with server(saying(plain(body))) as (url, _requests), Session() as session:
        client = Client(
            partial(session.call, timeouts=Timeouts()),
            request=partial(v2.request, base=url, key=KEY),
            read=read,
            floor=v2.FLOOR,
            longest_window=v2.LONGEST_WINDOW,
            secrets=(KEY,),
        )
        fetching = asyncio.create_task(client.fetch(WINDOW))
        await began.wait()
        went_on.set()
        found = await fetching
    assert (found.outcome, len(found.leads)) == (Outcome.LEADS, 5_000)


async def test_nobody_listens_is_unreachable() -> None:
    async with server(saying(b"")) as (url, _requests):
        pass
    found = await fetch(url)
    assert (found.outcome, found.message != "") == (Outcome.UNREACHABLE, True)


async def test_a_name_that_does_not_exist_is_unreachable() -> None:
    assert (await fetch("http://leadbell.invalid")).outcome is Outcome.UNREACHABLE


async def test_tls_that_is_none_is_unreachable() -> None:
    async def speak(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(plain(NOTHING))
        writer.close()

    async with await asyncio.start_server(speak, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        assert (await fetch(f"https://127.0.0.1:{port}")).outcome is Outcome.UNREACHABLE


async def test_too_soon_without_a_number_waits_one_floor() -> None:
    async with server(saying(plain(b'{"CODE": 429}'))) as (url, _requests), Session() as session:
        slow = await source(session, api="v2", url=url, key=KEY).fetch(WINDOW)
        quick = await source(session, api="v2", url=url, key=KEY, floor=timedelta(seconds=2)).fetch(WINDOW)
    assert (slow.wait, quick.wait) == (300.0, 2.0)


async def test_floors_and_windows_are_indiamarts_own() -> None:
    async with Session() as session:
        v1 = source(session, api="v1", url="http://x", key=KEY, mobile=MOBILE)
        v2 = source(session, api="v2", url="http://x", key=KEY)
        with pytest.raises(SettingsError):
            source(session, api="v1", url="http://x", key=KEY)
    assert (v1.floor, v1.longest_window) == (timedelta(minutes=15), timedelta(hours=24))
    assert (v2.floor, v2.longest_window) == (timedelta(minutes=5), timedelta(days=7))


@pytest.mark.parametrize("api", ["v1", "v2"])
async def test_neither_key_nor_mobile_leaves_in_any_spelling(api: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    asyncio.get_running_loop().set_debug(True)
    logging.getLogger("aiohttp").setLevel(logging.DEBUG)
    escaped = quote(KEY, safe="")
    words = f"{KEY} {escaped} {quote(escaped, safe='')} {escaped.lower()} {MOBILE} +91-{MOBILE} CRM key is incorrect"
    bodies = [
        json.dumps([{"Error_Message": words}]).encode(),
        json.dumps({"CODE": 401, "MESSAGE": words * 20}).encode(),
        json.dumps({"CODE": 200, "RESPONSE": [[words], {"url": words}]}).encode(),
        f"<html><title>{words}</title>".encode(),
    ]
    answers = [await fetch("http://leadbell.invalid", api)]
    for said in [*map(plain, bodies), b"", b"nonsense\r\n\r\n", plain(NOTHING)[:-3]]:
        async with server(saying(said)) as (url, _requests):
            answers.append(await fetch(url, api))
    shown = "".join(map(repr, answers)) + caplog.text
    secrets = [KEY, escaped, escaped.lower(), quote(escaped, safe=""), MOBILE]
    assert [secret for secret in secrets if secret in shown] == []


async def test_a_cancelled_call_is_cancelled() -> None:
    async def script(_request: bytes, _writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(30)

    async with server(script) as (url, requests):
        call = asyncio.create_task(fetch(url))
        await until(lambda: requests)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
