"""Connections that nobody needs: how many are taken, how long they stay, and what goes on meanwhile."""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain import budgets
from bot.log import LogSeldom
from bot.sandbox.simulator.server import Simulator
from bot.web import connection_limits
from tests.waiting import until
from tests.web.test_web_push import SAMPLE, TOKEN, Listener, listener, listening

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["listener"]

HALF = b"POST /indiamart/x HTTP/1.1\r\nHost: shop\r\nX-A: "

Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def connected(listener: Listener, source: str = "127.0.0.1", sent: bytes = b"") -> Ends:
    port = int(listener.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0))
    writer.write(sent)
    return reader, writer


async def is_closed(ends: Ends) -> None:
    """Until the other side is gone."""
    reader, writer = ends
    try:
        while await reader.read(65_536):
            pass
    except ConnectionError:
        pass
    writer.close()


async def count_closed(opened: list[Ends]) -> float:
    """How many seconds it took until all were gone."""
    begun = time.monotonic()
    await asyncio.gather(*map(is_closed, opened))
    return time.monotonic() - begun


@pytest.mark.no_cover
async def test_two_thousand_half_sent_requests_hold_nothing_up_and_are_gone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with (
        Simulator(floor=timedelta(seconds=0.2)) as simulator,
        listening(
            tmp_path / "leads.db",
            INDIAMART_KEY=simulator.seller.api_key,
            INDIAMART_URL=simulator.url,
            INDIAMART_API="v2",
            POLL_EVERY="0.4s",
        ) as listener,
    ):
        caplog.set_level(logging.WARNING)
        held: list[Ends] = []
        for number in range(2_000):
            ends = await connected(listener, f"127.0.0.{1 + number % 10}", HALF)
            held.append(ends)
        simulator.seller.arrive("W", product="Gate Valve")
        await listener.has_said("Gate Valve")
        assert "Leadbell" in await listener.asks_status(listener.town.ravi, listener.town.group)
        assert await count_closed(held) < 2 * budgets.HEAD_SECONDS + 10
        assert await listener.push(SAMPLE) == 200
        lines = [line for line in caplog.messages if "a connection was refused" in line]
        assert 1 <= len(lines) <= 2
        assert [line for line in caplog.messages if "room" in line] == []


async def test_one_address_has_so_many_connections_and_another_is_still_let_in(listener: Listener) -> None:
    held = [await connected(listener, sent=HALF) for _each in range(budgets.CONNECTIONS_PER_ADDRESS)]
    await is_closed(await connected(listener, sent=HALF))  # at once
    reader, writer = await connected(listener, "127.0.0.2", b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    assert b"200 OK" in await reader.readline()
    writer.close()
    for _reader, one in held:
        one.close()
    await until(lambda: is_answered(listener))


async def is_answered(listener: Listener) -> bool:
    reader, writer = await connected(listener, sent=b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    try:
        return b"200 OK" in await reader.read()
    except ConnectionError:
        return False
    finally:
        writer.close()


@pytest.mark.parametrize(
    "after",
    [b"", b"GET /healthz HTTP/1.1\r\nHost: x", b"GET /x", b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /he"],
    ids=["nothing more", "half a head", "a few bytes", "a whole one and half a third"],
)
async def test_a_connection_that_was_used_is_closed_when_no_further_request_comes(
    after: bytes, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budgets, "IDLE_SECONDS", 0.3)
    reader, writer = await connected(listener, sent=b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    assert b"200 OK" in await reader.readline()
    writer.write(after)
    async with asyncio.timeout(10):
        await is_closed((reader, writer))


async def test_a_head_that_comes_byte_by_byte_gets_no_longer_than_another(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budgets, "HEAD_SECONDS", 0.5)
    reader, writer = await connected(listener, sent=HALF)

    async def drip() -> None:
        while True:
            writer.write(b"a")
            await asyncio.sleep(0.05)

    dripping = asyncio.create_task(drip())
    async with asyncio.timeout(10):
        await is_closed((reader, writer))
    dripping.cancel()


async def test_a_body_that_does_not_come_is_not_waited_for(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budgets, "BODY_SECONDS", 0.3)
    head = f"POST /indiamart/{TOKEN} HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n{{".encode()
    reader, writer = await connected(listener, sent=head)
    async with asyncio.timeout(10):
        assert b"408" in await reader.readline()
    writer.close()
    assert await listener.counted("broken_off") == 1
    assert await listener.push(SAMPLE) == 200


@pytest.mark.parametrize("rubbish", [b"\x16\x03\x01\x02\x00\x01", b"GET\r\n\r\n", b"\0" * 9_000, b"A" * 20_000])
async def test_what_is_no_http_leaves_no_line_in_the_log(
    rubbish: bytes, listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # as bot.log does at the start
    for _again in range(3):
        reader, writer = await connected(listener, sent=rubbish + b"\r\n\r\n")
        writer.write_eof()
        await is_closed((reader, writer))
    assert "aiohttp" not in {record.name.partition(".")[0] for record in caplog.records}
    assert await listener.push(SAMPLE) == 200


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
    ],
)
def test_a_connection_counts_for_who_can_have_the_address(address: str, counted: str) -> None:
    assert connection_limits.neighbourhood(address) == counted


def test_half_of_the_descriptors_are_left_for_the_rest() -> None:
    resource: Any = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (300, limits[1]))
    try:
        assert connection_limits.most_connections() == 150
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert connection_limits.most_connections() <= budgets.CONNECTIONS


def test_what_strangers_cause_is_said_once_a_minute_with_how_often(caplog: pytest.LogCaptureFixture) -> None:
    now = [1.0]
    seldom = LogSeldom(logging.getLogger("x"), lambda: now[0])
    for _again in range(5):
        seldom.say("%d are open", 7)
    now[0] += budgets.LOG_SECONDS
    seldom.say("%d are open", 8)
    assert caplog.messages == ["7 are open", "8 are open (5 times)"]
