"""Answers and faults as bytes on a connection."""

from __future__ import annotations

import socket
import struct
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final

from aiohttp import web

from bot.sandbox.simulator.faults import SimulatorFault

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator
    from datetime import datetime

HUGE_BODY: Final = 50 * 1024 * 1024
_CHUNK: Final = 256 * 1024
_JSON: Final = "application/json"
_HTML: Final = "text/html"
_NO_LINGER: Final = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)

_PAGES: Final = {
    403: "403 Forbidden",
    404: "404 Not Found",
    405: "405 Method Not Allowed",
    502: "502 Bad Gateway",
}


def page(title: str) -> bytes:
    text = f"<html>\n<head><title>{title}</title></head>\n<body>\n<center><h1>{title}</h1></center>\n</body>\n</html>\n"
    return text.replace("\n", "\r\n").encode()


@dataclass(frozen=True, slots=True)
class Wire:
    """One request's way back. `date` goes out as the HTTP `Date`: the only clock a client gets to see."""

    request: web.BaseRequest
    date: datetime
    released: asyncio.Event = field(repr=False)

    async def send(self, body: bytes, status: int = 200, content_type: str = _JSON) -> web.StreamResponse:
        headers = {"Date": self._date, "Content-Type": f"{content_type}; charset=utf-8"}
        return web.Response(body=body, status=status, headers=headers)

    async def send_page(self, status: int) -> web.StreamResponse:
        return await self.send(page(_PAGES[status]), status, _HTML)

    async def play(self, fault: SimulatorFault, honest: bytes) -> web.StreamResponse:
        """A fault that is not put into words. `honest` is the body that would have gone out."""
        match fault:
            case SimulatorFault.HTTP_502 | SimulatorFault.HTTP_403:
                return await self.send_page(int(fault.value[-3:]))
            case SimulatorFault.HTTP_429:
                return await self.send(honest, 429)
            case SimulatorFault.HUGE:
                return await self._flood()
            case SimulatorFault.HANG | SimulatorFault.RESET:
                return await self._send_none(is_hanging=fault is SimulatorFault.HANG)
            case SimulatorFault.HANG_HALFWAY | SimulatorFault.CUT_OFF:
                return await self._send_half(honest, is_hanging=fault is SimulatorFault.HANG_HALFWAY)
            case _:
                return await self._send_bad(fault, honest)

    @property
    def _date(self) -> str:
        return format_datetime(self.date, usegmt=True)

    async def _send_bad(self, fault: SimulatorFault, honest: bytes) -> web.StreamResponse:
        if fault is SimulatorFault.HTML_PAGE:
            return await self.send(page("IndiaMART"), 200, _HTML)
        bodies = {
            SimulatorFault.TRUNCATED: honest[: len(honest) // 2],
            SimulatorFault.WRONG_TYPE: b'"leads"',
            SimulatorFault.EMPTY_BODY: b"",
        }
        return await self.send(bodies[fault])

    async def _send_none(self, *, is_hanging: bool) -> web.StreamResponse:
        if is_hanging:
            await self.released.wait()
        return self._hang_up()

    async def _send_half(self, honest: bytes, *, is_hanging: bool) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Date": self._date, "Content-Type": _JSON})
        response.content_length = len(honest)
        await response.prepare(self.request)
        await response.write(honest[: len(honest) // 2])
        if is_hanging:
            await self.released.wait()
        return self._hang_up(response, is_rude=False)

    async def _flood(self) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Date": self._date, "Content-Type": _JSON})
        response.enable_chunked_encoding()
        await response.prepare(self.request)
        with suppress(ConnectionError):
            for chunk in _rows():
                await response.write(chunk)
            await response.write_eof()
        return response

    def _hang_up(self, response: web.StreamResponse | None = None, *, is_rude: bool = True) -> web.StreamResponse:
        """End the connection: rudely is with a reset, in place of the ordinary end."""
        transport = self.request.transport
        if transport is not None:
            sock = transport.get_extra_info("socket")
            if is_rude and sock is not None:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
            transport.abort() if is_rude else transport.close()
        return response or web.Response()


def _rows() -> Iterator[bytes]:
    """A JSON array of `HUGE_BODY` bytes."""
    one = b'{"QUERY_ID":"2600000001","QTYPE":"W","SENDERNAME":"Again and again"}'
    chunk = (one + b",") * (_CHUNK // (len(one) + 1))
    rest = HUGE_BODY - 2 - len(one)
    yield b"["
    for _ in range(rest // len(chunk)):
        yield chunk
    yield b" " * (rest % len(chunk)) + one + b"]"
