"""A TCP connection's way to a server, which can be cut: nothing comes through any more, and neither side is told."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Relay:
    def __init__(self, port: int) -> None:
        self.to = port
        """Where it leads, on this machine."""
        self.port = 0
        self._is_open = asyncio.Event()
        self._is_open.set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def cut(self, seconds: float) -> None:
        """What was on its way is gone afterwards, and so are the connections."""
        self._is_open.clear()
        await asyncio.sleep(seconds)
        self.end()
        self._is_open.set()

    def end(self) -> None:
        for task in self._tasks:
            task.cancel()

    async def lead(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._both_ways(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _both_ways(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        other: asyncio.StreamWriter | None = None
        try:
            await self._is_open.wait()
            back, other = await asyncio.open_connection("127.0.0.1", self.to)
            ways = {asyncio.create_task(self._carry(reader, other)), asyncio.create_task(self._carry(back, writer))}
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            for one in (writer, other):
                if one is not None:
                    one.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65_536):
                await self._is_open.wait()
                writer.write(data)
                await writer.drain()


@asynccontextmanager
async def relaying(port: int) -> AsyncIterator[Relay]:
    relay = Relay(port)
    server = await asyncio.start_server(relay.lead, "127.0.0.1", 0)
    relay.port = server.sockets[0].getsockname()[1]
    try:
        yield relay
    finally:
        server.close()
        relay.end()
