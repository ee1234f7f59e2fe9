"""One HTTP call to IndiaMART: bytes, or what became of the call. Neither keys nor addresses leave here."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

import aiohttp

from bot import __version__
from bot.config.values import is_loopback
from bot.domain import budgets
from bot.indiamart.answer import Outcome

if TYPE_CHECKING:
    from aiohttp.client_middlewares import ClientHandlerType
    from yarl import URL

MAX_BODY: Final = budgets.PULLED_BYTES
"""Bytes, counted after decompression."""
_PIECE: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds."""

    connect: float = 15.0
    total: float = 90.0


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytearray
    server_time: datetime | None
    charset: str | None = None
    """What the Content-Type declares, if anything."""


class CallFailedError(Exception):
    """No whole answer came. Its text is the system's own words, without the address."""

    def __init__(self, outcome: Outcome, words: str = "", server_time: datetime | None = None) -> None:
        super().__init__(words)
        self.outcome = outcome
        self.server_time = server_time


def new_session(base: str = "") -> aiohttp.ClientSession:
    """Certificates are checked, proxies come from the environment unless `base` is on this machine, no cookies.

    Every call has its own connection: minutes apart, an old one would be stale.
    """
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(force_close=True),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": f"Leadbell/{__version__}", "Accept": "application/json"},
        trust_env=not is_loopback(base),
    )


async def call(session: aiohttp.ClientSession, url: URL, timeouts: Timeouts) -> Reply:
    """Raises `CallFailedError`. Redirects are not followed: the key in the address is not for other hosts."""
    timeout = aiohttp.ClientTimeout(total=timeouts.total, connect=timeouts.connect, sock_connect=timeouts.connect)
    try:
        response = await session.get(url, timeout=timeout, allow_redirects=False, middlewares=(_only_once,))
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise CallFailedError(_before_answer(error), _words(error)) from None
    async with response:
        server_time = _date(response.headers.get("Date"))
        try:
            body = await _read(response)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            outcome = Outcome.HUNG if isinstance(error, TimeoutError) else Outcome.TRUNCATED
            raise CallFailedError(outcome, _words(error), server_time) from None
        if body is None:
            raise CallFailedError(Outcome.TOO_LARGE, server_time=server_time)
        return Reply(response.status, body, server_time, response.charset)


async def _only_once(request: aiohttp.ClientRequest, handler: ClientHandlerType) -> aiohttp.ClientResponse:
    """A GET whose connection broke is repeated by aiohttp at once. IndiaMART would count a second call."""
    try:
        return await handler(request)
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise CallFailedError(_before_answer(error), _words(error)) from None


async def _read(response: aiohttp.ClientResponse) -> bytearray | None:
    """The body, or None if it is over `MAX_BODY`; then the rest is not read."""
    body = bytearray()
    if (response.content_length or 0) <= MAX_BODY:
        async for piece in response.content.iter_chunked(_PIECE):
            body += piece
            if len(body) > MAX_BODY:
                break
        else:
            return body
    response.close()
    return None


def _before_answer(error: Exception) -> Outcome:
    is_system_timeout = isinstance(error, aiohttp.ClientConnectorError) and error.errno == errno.ETIMEDOUT
    if isinstance(error, aiohttp.ConnectionTimeoutError) or is_system_timeout:
        return Outcome.NO_CONNECTION
    if isinstance(error, TimeoutError):
        return Outcome.HUNG
    if isinstance(error, aiohttp.ClientResponseError) and not isinstance(error, aiohttp.ClientHttpProxyError):
        return Outcome.MALFORMED  # what answered does not speak HTTP
    return Outcome.UNREACHABLE


def _words(error: Exception) -> str:
    """Never `str(error)`: aiohttp writes the whole address into it."""
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return f"HTTP {error.status}"
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return str(error.certificate_error)
    return str(getattr(error, "strerror", None) or type(error).__name__)


def _date(text: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text or "")
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
