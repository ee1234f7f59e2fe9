"""aiohttp's sessions and requests on a way out."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

import aiohttp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.config.proxies import WayOut


def session(way: WayOut, *, headers: Mapping[str, str], **options: Any) -> aiohttp.ClientSession:
    """Certificates are checked, no cookies are kept, and nothing but `way` names a proxy: each request takes what
    `options()` gives. The `options` here are the connector's.
    """
    return aiohttp.ClientSession(
        connector=_connector(way, **options), cookie_jar=aiohttp.DummyCookieJar(), headers=headers
    )


def _connector(way: WayOut, **options: Any) -> aiohttp.BaseConnector:
    if way.certificates is not None and "ssl" not in options:
        options["ssl"] = ssl.create_default_context()
        options["ssl"].load_verify_locations(cafile=way.certificates)
    proxy = way.proxy
    if proxy is None or not proxy.is_socks:
        return aiohttp.TCPConnector(**options)
    from aiohttp_socks import ProxyConnector, ProxyType  # noqa: PLC0415 - an extra

    known: dict[str, Any] = {"username": proxy.user, "password": proxy.password} if proxy.user else {}
    return ProxyConnector(proxy.host, proxy.port, proxy_type=ProxyType.SOCKS5, rdns=True, **known, **options)


def options(way: WayOut, url: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What a request for this address says to aiohttp, so that it takes the way out."""
    given = {} if headers is None else dict(headers)
    proxy = way.proxy
    if proxy is None or proxy.is_socks:
        return {"headers": given}
    authorization = (
        {"Proxy-Authorization": aiohttp.encode_basic_auth(proxy.user, proxy.password)}
        if proxy.user or proxy.password
        else {}
    )
    if not url.startswith("https:"):
        given |= authorization  # there is no tunnel: the proxy reads the request itself
    return {"headers": given, "proxy": f"{proxy.scheme}://{proxy.place}", "proxy_headers": authorization}
