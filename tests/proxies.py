"""Two small proxies on real sockets. Whatever host is asked for, they lead to one server of the test."""

from __future__ import annotations

import asyncio
import base64
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Awaitable, Callable

    Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Middle:
    """A proxy: what it asks for, what it answers, and what came."""

    target: tuple[str, int]
    """Where everything is led."""
    user: str = ""
    password: str = ""
    refusal: int = 0
    """An HTTP status, or a reply code of SOCKS5; 0 lets everybody through."""
    asked: list[str] = field(default_factory=list)
    """The `host:port` of every request."""
    heads: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"


@asynccontextmanager
async def _listening(middle: Middle, serve: Serve, context: ssl.SSLContext | None) -> AsyncIterator[Middle]:
    tasks: set[asyncio.Task[None]] = set()

    async def guarded(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            await _closed(writer)

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(guarded(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(begin, "127.0.0.1", 0, ssl=context)
    async with server:
        middle.port = server.sockets[0].getsockname()[1]
        yield middle
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks)


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


@asynccontextmanager
async def http_proxy(target: str, *, tls: ssl.SSLContext | None = None, **options: object) -> AsyncIterator[Middle]:
    """CONNECT, and requests in absolute form."""
    middle = _middle(target, options)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        method, where, rest = head.split(" ", 2)
        parts = urlsplit(where if "://" in where else f"//{where}")
        middle.heads.append(head)
        middle.asked.append(f"{parts.hostname}:{parts.port or 80}")
        status = middle.refusal or (0 if _may(head, middle) else 407)
        if status:
            writer.write(b"HTTP/1.1 %d No\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno" % status)
            await writer.drain()
        elif method == "CONNECT":
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await _joined(reader, writer, middle.target)
        else:
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            closing = rest.replace("\r\n", "\r\nConnection: close\r\n", 1)
            await _joined(reader, writer, middle.target, f"{method} {path} {closing}".encode("latin-1"))

    async with _listening(middle, serve, tls) as listening:
        yield listening


@asynccontextmanager
async def socks_proxy(target: str, **options: object) -> AsyncIterator[Middle]:
    """RFC 1928, with the passwords of RFC 1929."""
    middle = _middle(target, options)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _version, count = await reader.readexactly(2)
        offered = await reader.readexactly(count)
        method = 2 if middle.user else 0
        writer.write(bytes([5, method if method in offered else 0xFF]))
        if method not in offered or (method == 2 and not await _is_known(reader, writer, middle)):
            return
        _version, _command, _reserved, kind = await reader.readexactly(4)
        host = await _host(reader, kind)
        port = int.from_bytes(await reader.readexactly(2))
        middle.asked.append(f"{host}:{port}")
        writer.write(bytes([5, middle.refusal, 0, 1, 0, 0, 0, 0, 0, 0]))
        await writer.drain()
        if not middle.refusal:
            await _joined(reader, writer, middle.target)

    async with _listening(middle, serve, None) as listening:
        yield listening


def _middle(target: str, options: dict[str, object]) -> Middle:
    parts = urlsplit(target)
    return Middle((parts.hostname or "", parts.port or 0), **options)  # type: ignore[arg-type]


def _may(head: str, middle: Middle) -> bool:
    token = base64.b64encode(f"{middle.user}:{middle.password}".encode()).decode()
    return not middle.user or f"proxy-authorization: basic {token}".lower() in head.lower()


async def _is_known(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, middle: Middle) -> bool:
    await reader.readexactly(1)
    said = [await _text(reader), await _text(reader)]
    is_known = said == [middle.user, middle.password]
    writer.write(bytes([1, 0 if is_known else 1]))
    await writer.drain()
    return is_known


async def _host(reader: asyncio.StreamReader, kind: int) -> str:
    if kind == 3:
        return await _text(reader)
    return ".".join(map(str, await reader.readexactly(4)))


async def _text(reader: asyncio.StreamReader) -> str:
    return (await reader.readexactly((await reader.readexactly(1))[0])).decode()


async def _joined(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target: tuple[str, int], first: bytes = b""
) -> None:
    far_reader, far_writer = await asyncio.open_connection(*target)
    far_writer.write(first)
    try:
        await asyncio.gather(_piped(reader, far_writer), _piped(far_reader, writer))
    finally:
        await _closed(far_writer)


async def _piped(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(65536):
        writer.write(piece)
        await writer.drain()
    writer.close()
