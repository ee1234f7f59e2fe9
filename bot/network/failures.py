"""A call that got no answer, in words: who stood in the way and what it said. Never an address, a user or a password:
aiohttp writes whole addresses into its own errors.
"""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING, Final, TypeGuard

import aiohttp
from yarl import URL

from bot.i18n import N_, Sentence, systems
from bot.network import certificates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.config.proxies import Proxy, WayOut

_UNKNOWN_SIGNER: Final = frozenset({2, 18, 19, 20, 21})
"""OpenSSL's numbers for a chain that ends at nobody who is trusted."""
_OTHER_NAME: Final = N_("the certificate shown for {host} is another's")
_REFUSED: Final = {
    9: N_("the certificate of {host} is not valid yet, or this machine's clock is wrong"),
    10: N_("the certificate of {host} has expired, or this machine's clock is wrong"),
    62: _OTHER_NAME,
    64: _OTHER_NAME,
}
"""By OpenSSL's numbers too."""
_WANTS_PASSWORD: Final = 407

_OF_PROXY: Final = (
    (aiohttp.ClientConnectorSSLError, N_("the proxy {proxy} does not speak TLS: its address may begin with http://")),
    (TimeoutError, N_("no answer came through the proxy {proxy} in time")),
    (
        (aiohttp.ServerDisconnectedError, aiohttp.ClientResponseError, aiohttp.ClientOSError),
        N_("the proxy {proxy} broke off, or is none"),
    ),
)
_OF_PEER: Final = (
    (aiohttp.ConnectionTimeoutError, N_("no connection to {host} in time")),
    (TimeoutError, N_("no answer from {host} in time")),
    (aiohttp.ClientConnectorSSLError, N_("{host} does not speak TLS: its address may begin with http://")),
    (aiohttp.ClientPayloadError, N_("the answer broke off")),
    (aiohttp.ServerDisconnectedError, N_("the connection was closed before an answer came")),
    (aiohttp.ClientResponseError, N_("what answered does not speak HTTP")),
)
"""The first that fits; of what is in neither the system's own words are told."""


def kinds(way: WayOut) -> tuple[type[Exception], ...]:
    """Everything that a call on this way may raise because of a network, a proxy or a server."""
    usual = (aiohttp.ClientError, TimeoutError, OSError, ValueError)
    return usual if way.proxy is None or not way.proxy.is_socks else (*usual, *_socks())


def _socks() -> tuple[type[Exception], ...]:
    from aiohttp_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError  # noqa: PLC0415 - an extra

    return ProxyTimeoutError, ProxyConnectionError, ProxyError


async def words(error: Exception, way: WayOut, url: str) -> str:
    """What kept this address from being reached. May look once more at a certificate that was not accepted."""
    refused = next(filter(_is_certificates, _chain(error)), None)
    if refused is not None:
        return await _certificate(refused, error, way, url)
    proxy = way.proxy
    said = "" if proxy is None else _of_proxy(error, proxy, _host(url))
    return said or _of_peer(error, _host(url))


def status(code: int, proxy: Proxy | None, host: str) -> str:
    """What an HTTP proxy means by a status of its own; nothing for one that may be the peer's."""
    if proxy is None or proxy.is_socks or code != _WANTS_PASSWORD:
        return ""
    return _answered(code, proxy, host)


def _answered(code: int, proxy: Proxy, host: str) -> str:
    if code == _WANTS_PASSWORD:
        why = _password(proxy)
    elif code in {403, 405}:
        why = Sentence("it lets nobody through to {host}", host=host)
    elif code in {500, 502, 503, 504}:
        why = Sentence("it cannot reach {host} itself", host=host)
    else:
        why = Sentence("it may be no proxy")
    return Sentence("the proxy {proxy} answered {code}: {why}", proxy=proxy.place, code=code, why=why)


def _of_proxy(error: Exception, proxy: Proxy, host: str) -> str:
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return _answered(error.status, proxy, host)
    if proxy.is_socks and isinstance(error, _socks()):
        return _of_socks(error, proxy, host)
    if isinstance(error, aiohttp.ClientProxyConnectionError | aiohttp.ClientConnectorDNSError):
        return _unreachable(error, proxy)
    if isinstance(error, aiohttp.ClientConnectorSSLError) and error.host != proxy.host:
        return ""
    said = next((sentence for kind, sentence in _OF_PROXY if isinstance(error, kind)), "")
    return Sentence(said, proxy=proxy.place) if said else ""


def _unreachable(error: Exception, proxy: Proxy) -> str:
    return Sentence("the proxy {proxy} cannot be reached ({reason})", proxy=proxy.place, reason=_system(error))


def _of_socks(error: Exception, proxy: Proxy, host: str) -> str:
    timeout, connection, _refusal = _socks()
    if isinstance(error, timeout):
        return Sentence("no answer came through the proxy {proxy} in time", proxy=proxy.place)
    if isinstance(error, connection):
        return _unreachable(error, proxy)
    said, code = str(error).lower(), getattr(error, "error_code", None)
    if "auth" in said:
        why = _password(proxy)
    elif code == 2:  # RFC 1928, section 6
        why = Sentence("it lets nobody through to {host}", host=host)
    elif code is not None:
        why = Sentence("it cannot reach {host} itself", host=host)
    else:
        why = Sentence("it may be no SOCKS5 proxy")
    return Sentence("the proxy {proxy} refused: {why}", proxy=proxy.place, why=why)


def _password(proxy: Proxy) -> str:
    return (
        Sentence("it does not take the user and password") if proxy.user else Sentence("it wants a user and password")
    )


def _of_peer(error: Exception, host: str) -> str:
    said = next((sentence for kind, sentence in _OF_PEER if isinstance(error, kind)), None)
    return _system(error) if said is None else Sentence(said, host=host)


def _system(error: Exception) -> str:
    """The system's own words, where it is the system that speaks."""
    for one in _chain(error):
        if isinstance(one, socket.gaierror):
            return Sentence("its name cannot be found")
        if isinstance(one, OSError) and one.errno is not None and one.errno > 0:
            return systems(one)
    return Sentence("the connection failed")


async def _certificate(refused: ssl.SSLCertVerificationError, error: Exception, way: WayOut, url: str) -> str:
    host, where = _host(url), way
    proxy = way.proxy
    if proxy is not None and isinstance(error, aiohttp.ClientConnectorCertificateError) and error.host == proxy.host:
        host, where, url = proxy.host, type(way)(), f"https://{proxy.place}"
    if refused.verify_code in _UNKNOWN_SIGNER:
        return Sentence(
            "the certificate of {host} is signed by {issuer}, which this machine does not trust",
            host=host,
            issuer=await certificates.issuer(where, str(URL(url).origin())) or Sentence("somebody"),
        )
    said = _REFUSED.get(refused.verify_code, N_("the certificate of {host} is not accepted: {reason}"))
    return Sentence(said, host=host, reason=refused.verify_message)


def _chain(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    while link is not None:
        yield link
        os_error = getattr(link, "os_error", None)
        link = link.__cause__ or (os_error if os_error is not link else None)


def _is_certificates(error: BaseException) -> TypeGuard[ssl.SSLCertVerificationError]:
    """Aiohttp's own error is of this kind too, but without OpenSSL's number."""
    return isinstance(error, ssl.SSLCertVerificationError) and not isinstance(error, aiohttp.ClientError)


def _host(url: str) -> str:
    try:
        return URL(url).host or ""
    except ValueError:
        return ""
