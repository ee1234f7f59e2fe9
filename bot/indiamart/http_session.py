"""One HTTP call to IndiaMART: bytes, or what became of the call. Neither keys nor addresses leave here."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final, Self

import aiohttp

from bot import __version__
from bot.config.proxies import WayOut
from bot.domain import budgets
from bot.indiamart.answer import Outcome
from bot.network import failures, sessions

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
class HttpReply:
    status: int
    body: bytearray
    server_time: datetime | None
    charset: str | None = None
    """What the Content-Type declares, if anything."""


class CallFailedError(Exception):
    """No whole answer came. Its text is the system's own words, without the address."""

    def __init__(self, outcome: Outcome, words: str = "", server_time: datetime | None = None) -> None:
        super().__init__(words)
        self.words = words
        self.outcome = outcome
        self.server_time = server_time


class Session:
    """One way out to IndiaMART, of all accounts. Every call has its own connection: minutes apart, an old one would be
    stale. How many there may be at once is the poll schedule's business.
    """

    def __init__(self, way: WayOut | None = None) -> None:
        self._way = way or WayOut()
        headers = {"User-Agent": f"Leadbell/{__version__}", "Accept": "application/json"}
        self._session = sessions.session(self._way, headers=headers, force_close=True, limit=0)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self._session.close()

    async def call(self, url: URL, timeouts: Timeouts) -> HttpReply:
        """Raises `CallFailedError`. Redirects are not followed: the key in the address is not for other hosts."""
        options = sessions.options(self._way, str(url))
        timeout = aiohttp.ClientTimeout(total=timeouts.total, connect=timeouts.connect, sock_connect=timeouts.connect)
        try:
            response = await self._session.get(
                url, timeout=timeout, allow_redirects=False, middlewares=(_only_once,), **options
            )
        except _BrokenOffError as error:
            raise await self._failed(error.cause, url) from None
        except failures.kinds(self._way) as error:
            raise await self._failed(error, url) from None
        async with response:
            return await self._reply(response, url)

    async def _reply(self, response: aiohttp.ClientResponse, url: URL) -> HttpReply:
        server_time = _date(response.headers.get("Date"))
        of_proxy = failures.status(response.status, self._way.proxy, url.host or "")
        if of_proxy:
            raise CallFailedError(Outcome.UNREACHABLE, of_proxy)
        try:
            body = await _read(response)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            outcome = Outcome.HUNG if isinstance(error, TimeoutError) else Outcome.TRUNCATED
            raise CallFailedError(outcome, await failures.words(error, self._way, str(url)), server_time) from None
        if body is None:
            raise CallFailedError(Outcome.TOO_LARGE, server_time=server_time)
        return HttpReply(response.status, body, server_time, response.charset)

    async def _failed(self, error: Exception, url: URL) -> CallFailedError:
        words = await failures.words(error, self._way, str(url))
        # Through a proxy nobody knows whether it is IndiaMART that takes no connections.
        outcome = _before_answer(error) if self._way.proxy is None else _through_proxy(error)
        return CallFailedError(outcome, words)


class _BrokenOffError(Exception):
    """In place of an error after which aiohttp would ask again."""

    def __init__(self, cause: Exception) -> None:
        super().__init__()
        self.cause = cause


async def _only_once(request: aiohttp.ClientRequest, handler: ClientHandlerType) -> aiohttp.ClientResponse:
    """A GET whose connection broke is repeated by aiohttp at once. IndiaMART would count a second call."""
    try:
        return await handler(request)
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise _BrokenOffError(error) from None


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
    if isinstance(error, aiohttp.ClientResponseError):
        return Outcome.MALFORMED  # what answered does not speak HTTP
    return Outcome.UNREACHABLE


def _through_proxy(error: Exception) -> Outcome:
    is_hung = isinstance(error, TimeoutError) and not isinstance(error, aiohttp.ConnectionTimeoutError)
    return Outcome.HUNG if is_hung else Outcome.UNREACHABLE


def _date(text: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text or "")
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
