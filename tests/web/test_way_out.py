"""Telegram and IndiaMART through proxies on real sockets, each by its own; and what is said when the way is barred."""

from __future__ import annotations

import asyncio
import socket
import ssl
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import trustme
from aiohttp import web
from telegram import Bot
from telegram.error import NetworkError

from bot.chat.transport import AiohttpRequest
from bot.config import proxies
from bot.config.proxies import WayOut
from bot.domain.lead import Window
from bot.indiamart.answer import Answer, Outcome
from bot.indiamart.client import Session, Timeouts, source
from bot.network import certificates
from tests.proxies import http_proxy, socks_proxy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

TOKEN = "123456:" + "x" * 35
KEY = "mSx2PullKeyOfTheTest"
WINDOW = Window(datetime(2026, 1, 5, 6, 0, tzinfo=UTC), datetime(2026, 1, 5, 7, 0, tzinfo=UTC))
USER, PASSWORD = "shop", "p@ss/word#1"
TYPED = "shop:p%40ss%2Fword%231@"
CLASSES = ("Error", "InvalidURL", "Exception", "Errno", "ssl.c")


@asynccontextmanager
async def peers(context: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """Telegram and IndiaMART in one: its address."""

    async def telegram(_request: web.Request) -> web.Response:
        return web.json_response({"ok": True, "result": {"id": 123456, "is_bot": True, "first_name": "Leadbell"}})

    async def indiamart(_request: web.Request) -> web.Response:
        return web.json_response({"CODE": 204, "RESPONSE": []})

    application = web.Application()
    application.add_routes([web.route("*", "/bot{rest:.*}", telegram), web.route("*", "/wservce/{rest:.*}", indiamart)])
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        scheme = "http" if context is None else "https"
        yield f"{scheme}://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA(organization_name="Office Proxy Ltd")


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path) -> Path:
    path = tmp_path / "office.pem"
    authority.cert_pem.write_to_path(path)
    return path


def serving(authority: trustme.CA, *names: str, **options: Any) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names, **options).configure_cert(context)
    return context


async def ask_telegram(url: str, way: WayOut) -> str:
    """The bot's name, or what went wrong."""
    bot = Bot(TOKEN, base_url=f"{url}/bot", request=AiohttpRequest(way), get_updates_request=AiohttpRequest(way))
    try:
        return (await bot.get_me()).first_name
    except NetworkError as error:
        return error.message
    finally:
        await bot.request.shutdown()


async def pull(url: str, way: WayOut, connect: float = 10) -> Answer:
    async with Session(way) as session:
        client = source(session, api="v2", url=url, key=KEY, timeouts=Timeouts(connect, 20), floor=timedelta(0))
        return await client.fetch(WINDOW)


async def ask_indiamart(url: str, way: WayOut) -> str:
    answer = await pull(url, way)
    return answer.message if answer.outcome is Outcome.UNREACHABLE else answer.outcome.value


ASK = pytest.mark.parametrize(
    ("ask", "fine"), [(ask_telegram, "Leadbell"), (ask_indiamart, "nothing")], ids=["telegram", "indiamart"]
)
KINDS = {"http": http_proxy, "socks5": socks_proxy}


@ASK
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("is_secure", [False, True], ids=["plain", "tls"])
async def test_a_proxy_with_a_password_leads_there_and_finds_the_name_itself(
    ask: Callable[[str, WayOut], Any], fine: str, kind: str, authority: trustme.CA, trusted: Path, *, is_secure: bool
) -> None:
    context = serving(authority, "shop.invalid") if is_secure else None
    async with peers(context) as url, KINDS[kind](url, user=USER, password=PASSWORD) as middle:
        way = WayOut(proxies.proxy(f"{kind}://{TYPED}{middle.place}"), trusted if is_secure else None)
        scheme, port = ("https", 443) if is_secure else ("http", 80)
        assert await ask(f"{scheme}://shop.invalid", way) == fine
        assert middle.asked == [f"shop.invalid:{port}"]


@ASK
async def test_a_proxy_may_speak_tls_itself(
    ask: Callable[[str, WayOut], Any], fine: str, authority: trustme.CA, trusted: Path
) -> None:
    async with (
        peers(serving(authority, "shop.invalid")) as url,
        http_proxy(url, tls=serving(authority, "localhost", "127.0.0.1")) as middle,
    ):
        assert await ask("https://shop.invalid", WayOut(proxies.proxy(f"https://{middle.place}"), trusted)) == fine
        untrusted = await ask("https://shop.invalid", WayOut(proxies.proxy(f"https://{middle.place}")))
    assert untrusted.startswith("the certificate of 127.0.0.1 is signed by ")
    assert "Office Proxy Ltd" in untrusted


async def test_the_password_is_for_the_proxy_alone(authority: trustme.CA, trusted: Path) -> None:
    heads: list[str] = []

    async def note(request: web.Request) -> web.Response:
        heads.extend(request.headers)
        return web.json_response([])

    application = web.Application()
    application.router.add_route("*", "/{rest:.*}", note)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=serving(authority, "shop.invalid")).start()
    url = f"https://127.0.0.1:{runner.addresses[0][1]}"
    async with http_proxy(url, user=USER, password=PASSWORD) as middle:
        await pull("https://shop.invalid", WayOut(proxies.proxy(f"http://{TYPED}{middle.place}"), trusted))
    await runner.cleanup()
    assert "User-Agent" in heads
    assert "Proxy-Authorization" not in heads


REFUSALS = [
    ("http", {"user": USER, "password": "x"}, "", "answered 407: it wants a user and password"),
    ("http", {"user": USER, "password": "x"}, TYPED, "answered 407: it does not take the user and password"),
    ("http", {"refusal": 403}, TYPED, "answered 403: it lets nobody through to shop.invalid"),
    ("http", {"refusal": 503}, "", "answered 503: it cannot reach shop.invalid itself"),
    ("http", {"refusal": 404}, "", "answered 404: it may be no proxy"),
    ("socks5", {"user": USER, "password": "x"}, "", "refused: it wants a user and password"),
    ("socks5", {"user": USER, "password": "x"}, TYPED, "refused: it does not take the user and password"),
    ("socks5", {"refusal": 2}, "", "refused: it lets nobody through to shop.invalid"),
    ("socks5", {"refusal": 5}, "", "refused: it cannot reach shop.invalid itself"),
]


@ASK
@pytest.mark.parametrize(("kind", "options", "typed", "words"), REFUSALS, ids=[words for *_others, words in REFUSALS])
async def test_the_middle_man_is_named_with_what_it_said(
    ask: Callable[[str, WayOut], Any], fine: str, kind: str, options: dict[str, Any], typed: str, words: str
) -> None:
    async with KINDS[kind]("http://127.0.0.1:9", **options) as middle:
        said = await ask("https://shop.invalid", WayOut(proxies.proxy(f"{kind}://{typed}{middle.place}")))
    assert said == f"the proxy {middle.place} {words}"


@ASK
async def test_a_password_that_is_wanted_is_told_without_a_tunnel_too(
    ask: Callable[[str, WayOut], Any], fine: str
) -> None:
    async with http_proxy("http://127.0.0.1:9", user=USER, password=PASSWORD) as middle:
        said = await ask("http://shop.invalid", WayOut(proxies.proxy(f"http://{middle.place}")))
    assert said == f"the proxy {middle.place} answered 407: it wants a user and password"


@ASK
@pytest.mark.parametrize("kind", ["http", "https", "socks5"])
async def test_a_proxy_that_is_not_there_is_named(ask: Callable[[str, WayOut], Any], fine: str, kind: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    gone = WayOut(proxies.proxy(f"{kind}://{TYPED}127.0.0.1:{port}"))
    said = await ask("https://shop.invalid", gone)
    assert said == f"the proxy 127.0.0.1:{port} cannot be reached (Connection refused)"
    unknown = await ask("https://shop.invalid", WayOut(proxies.proxy(f"{kind}://{TYPED}proxy.invalid:3128")))
    assert unknown == "the proxy proxy.invalid:3128 cannot be reached (its name cannot be found)"


async def closes(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def chats(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 mail.shop ESMTP\r\n\r\n")
    await writer.drain()
    writer.close()


@ASK
@pytest.mark.parametrize("kind", ["http", "https", "socks5"])
@pytest.mark.parametrize("serve", [closes, chats])
async def test_what_is_no_proxy_is_told_in_words(
    ask: Callable[[str, WayOut], Any], fine: str, kind: str, serve: Callable[..., Any]
) -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        said = await ask("https://shop.invalid", WayOut(proxies.proxy(f"{kind}://{TYPED}127.0.0.1:{port}")))
    assert f"the proxy 127.0.0.1:{port} " in said
    assert [word for word in (*CLASSES, PASSWORD, "p%40ss", USER + ":") if word in said] == []


@ASK
@pytest.mark.parametrize("kind", [None, *KINDS])
async def test_who_signed_a_certificate_that_is_not_trusted_is_named(
    ask: Callable[[str, WayOut], Any], fine: str, kind: str | None, authority: trustme.CA, trusted: Path
) -> None:
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(peers(serving(authority, "localhost", "127.0.0.1", "shop.invalid")))
        way, asked = WayOut(), url
        if kind is not None:
            middle = await stack.enter_async_context(KINDS[kind](url))
            way, asked = WayOut(proxies.proxy(f"{kind}://{middle.place}")), "https://shop.invalid"
        host = "127.0.0.1" if kind is None else "shop.invalid"
        said = await ask(asked, way)
        assert said.startswith(f"the certificate of {host} is signed by ")
        assert said.endswith("which this machine does not trust")
        assert "Office Proxy Ltd" in said
        assert await ask(asked, WayOut(way.proxy, trusted)) == fine


@ASK
@pytest.mark.parametrize(
    ("names", "options", "words"),
    [
        (("127.0.0.1",), {"not_after": datetime(2020, 1, 1, tzinfo=UTC)}, "of 127.0.0.1 has expired, or this"),
        (("127.0.0.1",), {"not_before": datetime(2098, 1, 1, tzinfo=UTC)}, "is not valid yet, or this machine's clock"),
        (("other.shop",), {}, "the certificate shown for 127.0.0.1 is another's"),
    ],
)
async def test_a_certificate_that_does_not_fit_is_told_in_words(
    ask: Callable[[str, WayOut], Any],
    fine: str,
    names: tuple[str, ...],
    options: dict[str, Any],
    words: str,
    authority: trustme.CA,
    trusted: Path,
) -> None:
    options = {"not_before": datetime(2010, 1, 1, tzinfo=UTC), "not_after": datetime(2099, 1, 1, tzinfo=UTC)} | options
    async with peers(serving(authority, *names, **options)) as url:
        assert words in await ask(url, WayOut(None, trusted))


@ASK
async def test_a_server_without_tls_is_told_in_words(ask: Callable[[str, WayOut], Any], fine: str) -> None:
    async with peers() as url:
        said = await ask(url.replace("http:", "https:"), WayOut())
    assert said == "127.0.0.1 does not speak TLS: its address may begin with http://"


async def test_a_proxy_that_says_nothing_is_not_taken_for_indiamart_refusing_connections() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    async with server:
        place = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        answer = await pull("https://shop.invalid", WayOut(proxies.proxy(f"socks5://{place}")), connect=0.5)
    assert (answer.outcome, answer.message) == (
        Outcome.UNREACHABLE,
        f"no answer came through the proxy {place} in time",
    )


async def test_nothing_but_the_handshake_is_done_to_see_whose_certificate_it_is(authority: trustme.CA) -> None:
    requests: list[str] = []

    async def note(request: web.Request) -> web.Response:
        requests.append(request.path)
        return web.Response()

    application = web.Application()
    application.router.add_route("*", "/{rest:.*}", note)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=serving(authority, "127.0.0.1")).start()
    url = f"https://127.0.0.1:{runner.addresses[0][1]}"
    assert "Office Proxy Ltd" in await certificates.issuer(WayOut(), url)
    await runner.cleanup()
    assert requests == []


@pytest.mark.parametrize("der", [b"", b"0", b"0\x80", b"0\x03\x30\x01\x00", b"\x30\x84\xff\xff\xff\xff" + b"0" * 40])
def test_what_is_no_certificate_has_no_issuer(der: bytes) -> None:
    with pytest.raises(ValueError, match="parsing"):
        certificates.name(der)


def test_no_password_is_shown_by_accident() -> None:
    proxy = proxies.proxy(f"http://{TYPED}proxy.example:3128")
    assert proxy is not None
    shown = f"{proxy!r} {WayOut(proxy)!r} {proxy.place}"
    assert (PASSWORD in shown, USER in shown) == (False, False)
