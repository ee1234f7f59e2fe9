"""python-telegram-bot's requests over aiohttp. No address, and so no token, gets into an exception or a log line."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import aiohttp
import orjson
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest

from bot.config.proxies import WayOut
from bot.errors import NotHeldError
from bot.network import failures, sessions

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from telegram._utils.types import ODVInput
    from telegram.request import RequestData

CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 10.0
WRITE_SECONDS: Final = 10.0
UPLOAD_SECONDS: Final = 30.0
"""The write timeout of a call that carries a file."""
POOL_SECONDS: Final = 5.0
CONNECTIONS: Final = 64
SENDS: Final = frozenset({"sendMessage", "sendContact", "sendDocument", "sendPhoto"})
"""What is answered with the message that was sent. Without its number nobody could edit it, or reply to it."""
HIGHEST_NUMBER: Final = 2**52
"""No number of Telegram's has more bits."""
NOT_TELEGRAMS: Final = "The answer is not the Bot API's"
FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}


class ElsewhereError(NetworkError):
    """Another process has the bot by now: the call was not made."""


class AiohttpRequest(BaseRequest):
    """One kept-alive session, opened at the first call and bound to that call's event loop.

    After `shutdown()` a call still works, over a session of its own: the last messages go out while everything stops.
    """

    __slots__ = ("_admit", "_connections", "_is_shut", "_loop", "_read_seconds", "_session", "_way")

    def __init__(
        self,
        way: WayOut | None = None,
        *,
        connections: int = CONNECTIONS,
        read_seconds: float = READ_SECONDS,
        admit: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """`admit` returns when a call may be made, and raises NotHeldError where it may not be made here any more."""
        self._admit = admit
        self._way = way or WayOut()
        self._connections = connections
        self._read_seconds = read_seconds
        self._session: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_shut = False

    @property
    def read_timeout(self) -> float | None:
        return self._read_seconds

    async def initialize(self) -> None:
        self._is_shut = False

    async def shutdown(self) -> None:
        self._is_shut = True
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        is_upload = request_data is not None and request_data.contains_files
        write = _seconds(write_timeout, UPLOAD_SECONDS if is_upload else WRITE_SECONDS)
        limits = _timeout(
            pool=_seconds(pool_timeout, POOL_SECONDS),
            connect=_seconds(connect_timeout, CONNECT_SECONDS),
            # aiohttp's read timer runs while the body is written as well.
            read=_sum(write, _seconds(read_timeout, self._read_seconds))
            if is_upload
            else _seconds(read_timeout, self._read_seconds),
        )
        return await self._checked(method, url, _body(request_data), limits)

    async def post_form(self, url: str, body: bytes) -> tuple[int, bytes]:
        """One call whose parameters are written out already, within the usual times."""
        limits = _timeout(pool=POOL_SECONDS, connect=CONNECT_SECONDS, read=self._read_seconds)
        return await self._checked("POST", url, body, limits)

    async def _checked(
        self, method: str, url: str, body: aiohttp.FormData | bytes | None, limits: aiohttp.ClientTimeout
    ) -> tuple[int, bytes]:
        code, payload = await self._exchange(method, url, body, limits)
        if code >= HTTPStatus.MULTIPLE_CHOICES and not _is_object(payload):
            # Telegram refuses in JSON: this is a proxy's page, and it may quote the address.
            raise NetworkError(failures.status(code, self._way.proxy, "") or _phrase(code))
        if code < HTTPStatus.MULTIPLE_CHOICES and url.rpartition("/")[2] in SENDS and not _tells_of_message(payload):
            raise NetworkError(NOT_TELEGRAMS)
        return code, payload

    async def _exchange(
        self, method: str, url: str, body: aiohttp.FormData | bytes | None, limits: aiohttp.ClientTimeout
    ) -> tuple[int, bytes]:
        await self._admitted()
        options = sessions.options(self._way, url, FORM if isinstance(body, bytes) else None)
        try:
            # A redirected POST would be written a second time, and Telegram never redirects.
            async with (
                self._opened() as session,
                session.request(method, url, data=body, timeout=limits, allow_redirects=False, **options) as response,
            ):
                return response.status, await response.read()
        except failures.kinds(self._way) as error:
            words = await failures.words(error, self._way, url)
            failure = TimedOut(words) if isinstance(error, TimeoutError) else NetworkError(words)
        # Raised out here, because aiohttp's errors hold the address and would stay attached as the context.
        raise failure

    async def _admitted(self) -> None:
        if self._admit is None:
            return
        try:
            await self._admit()
        except NotHeldError as error:
            raise ElsewhereError(str(error)) from None

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[aiohttp.ClientSession]:
        if self._is_shut:
            async with self._new_session() as session:
                yield session
            return
        loop = asyncio.get_running_loop()
        if self._session is None or self._session.closed or self._loop is not loop:
            stale, self._session, self._loop = self._session, self._new_session(), loop
            if stale is not None:
                await stale.close()
        yield self._session

    def _new_session(self) -> aiohttp.ClientSession:
        return sessions.session(self._way, headers={"User-Agent": self.USER_AGENT}, limit=self._connections)

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The Bot API's answer; unlike the original it does not log what it could not read."""
        answer = _json(payload)
        if not isinstance(answer, dict) or (answer.get("ok") is not False and "result" not in answer):
            raise NetworkError(NOT_TELEGRAMS)
        return answer


def _seconds(given: ODVInput[float], default: float | None) -> float | None:
    if isinstance(given, int | float):
        return float(given)
    return None if given is None else default


def _sum(first: float | None, second: float | None) -> float | None:
    return None if first is None or second is None else first + second


def _timeout(*, pool: float | None, connect: float | None, read: float | None) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=None, connect=_sum(pool, connect), sock_connect=connect, sock_read=read)


def _body(request_data: RequestData | None) -> aiohttp.FormData | bytes | None:
    if request_data is None:
        return None
    if not request_data.contains_files:
        return request_data.url_encoded_parameters().encode()
    form = aiohttp.FormData()
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in request_data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form


def _json(payload: bytes) -> Any:
    try:
        return orjson.loads(payload)
    except ValueError:
        pass  # what it is too strict for
    try:
        return json.loads(payload.decode(errors="replace"))
    except ValueError:
        return None


def _is_object(payload: bytes) -> bool:
    return isinstance(_json(payload), dict)


def _tells_of_message(payload: bytes) -> bool:
    """Or of a refusal."""
    answer = _json(payload)
    if not isinstance(answer, dict) or answer.get("ok") is False:
        return isinstance(answer, dict)
    sent = answer.get("result")
    number = sent.get("message_id") if isinstance(sent, dict) else None
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number < HIGHEST_NUMBER


def _phrase(code: int) -> str:
    try:
        return f"{HTTPStatus(code).phrase} ({code})"
    except ValueError:
        return f"HTTP status {code}"
