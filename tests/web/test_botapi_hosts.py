"""Under which names the demo answers: those of its own machine, so that no site can act in it through a visitor."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from bot.sandbox.botapi import BotApiServer, World, hosts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

EVERYWHERE = "0.0.0.0"  # noqa: S104 - what is tested


@asynccontextmanager
async def answering(**options: Any) -> AsyncIterator[tuple[BotApiServer, aiohttp.ClientSession]]:
    async with BotApiServer(World(), **options) as api, aiohttp.ClientSession() as http:
        yield api, http


async def status(api: BotApiServer, http: aiohttp.ClientSession, **headers: str) -> int:
    async with http.get(f"{api.url}/", headers=headers) as answer:
        if answer.status == 403:
            assert "--host" in await answer.text()
        return answer.status


def port(api: BotApiServer) -> str:
    return api.url.rpartition(":")[2]


@pytest.mark.parametrize("host", ["127.0.0.1", EVERYWHERE])
async def test_the_machines_own_names_are_answered(host: str) -> None:
    async with answering(host=host) as (api, http):
        for name in ("localhost", "LOCALHOST", "localhost.", "127.0.0.1", "[::1]"):
            assert await status(api, http, Host=f"{name}:{port(api)}") == 200
            assert await status(api, http, Host=name) == 200


@pytest.mark.parametrize("host", ["127.0.0.1", EVERYWHERE])
@pytest.mark.parametrize(
    "name",
    ["evil.example", "evil.example:8765", "localhost.evil.example", "203.0.113.9", "127.0.0.1.nip.io", "", "[", "a b"],
)
async def test_any_other_name_is_refused_with_a_sentence(host: str, name: str) -> None:
    async with answering(host=host) as (api, http):
        assert await status(api, http, Host=name) == 403


@pytest.mark.parametrize(
    ("origin", "expected"),
    [("http://evil.example", 403), ("null", 403), ("https://203.0.113.9", 403), ("http://localhost:1", 200)],
)
async def test_a_foreign_sites_page_is_refused(origin: str, expected: int) -> None:
    async with answering() as (api, http):
        assert await status(api, http, Origin=origin) == expected
        if expected == 403:
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await http.ws_connect(f"{api.url}/page/live", headers={"Origin": origin})


async def test_calls_of_the_bot_are_held_to_the_same() -> None:
    async with answering() as (api, http):
        url = f"{api.base_url}{api.world.bot.token}/getMe"
        async with http.get(url) as mine, http.get(url, headers={"Host": "evil.example"}) as theirs:
            assert (mine.status, theirs.status) == (200, 403)


async def test_a_name_it_was_started_with_is_answered() -> None:
    async with answering(names=["Shop.local", "192.0.2.7"]) as (api, http):
        for name in ("shop.local:80", "192.0.2.7:8765"):
            assert await status(api, http, Host=name) == 200


async def test_other_machines_reach_it_under_the_address_they_came_to() -> None:
    reachable = hosts.own_addresses()
    if not reachable:
        pytest.skip("this machine has no address but its loopback")
    async with answering(host=EVERYWHERE) as (api, http):
        for address in reachable:
            async with http.get(f"{api.url_at(address)}/") as answer:
                assert answer.status == 200
            # But not under that of another network.
            assert await status(api, http, Host=f"{address}:{port(api)}") == 403


def test_an_address_of_the_machine_is_no_loopback() -> None:
    assert not any(address.startswith("127.") for address in hosts.own_addresses())
    assert hosts.in_url("::1") == "[::1]"
