"""Who may connect to the web server and for how long; what is asked is not its business. See docs/decisions."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
from collections import Counter
from contextlib import asynccontextmanager
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, Final

from aiohttp import web

from bot.domain import budgets
from bot.log import LogSeldom

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from aiohttp.typedefs import Handler

log = logging.getLogger(__name__)

BACKLOG: Final = 128
NO_ROOM: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
NO_ROOM_SECONDS: Final = 1.0
"""Until the next try where the system has no room for a connection."""


class GuardedConnection(asyncio.Protocol):
    """Hands everything on to aiohttp's protocol, and ends the connection when a request's head is not there in time."""

    def __init__(self, inner: asyncio.Protocol, on_lost: Callable[[], None]) -> None:
        self._inner = inner
        self._on_lost = on_lost
        self._transport: asyncio.BaseTransport | None = None
        self._deadline: asyncio.TimerHandle | None = None

    def is_asked(self) -> None:
        """A request's head is there."""
        if self._deadline is not None:
            self._deadline.cancel()

    def waits(self, seconds: float) -> None:
        """The next request's head has so long to come."""
        self.is_asked()
        if self._transport is not None:
            self._deadline = asyncio.get_running_loop().call_later(seconds, self._end)

    def _end(self) -> None:
        if isinstance(self._transport, asyncio.WriteTransport):
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._inner.connection_made(transport)
        self.waits(budgets.HEAD_SECONDS)

    def connection_lost(self, error: Exception | None) -> None:
        self.is_asked()
        self._transport = None
        self._on_lost()
        self._inner.connection_lost(error)

    def data_received(self, data: bytes) -> None:
        self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        return self._inner.eof_received()

    def pause_writing(self) -> None:
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        self._inner.resume_writing()


@web.middleware
async def timed(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Tells the request's connection that a head came, and when it waits for the next one."""
    connection = None if request.transport is None else request.transport.get_protocol()
    if not isinstance(connection, GuardedConnection):
        return await handler(request)
    connection.is_asked()
    try:
        return await handler(request)
    finally:
        connection.waits(budgets.IDLE_SECONDS)


class ConnectionLimiter:
    """Takes connections as long as there are not too many; the others are closed before anything is read of them."""

    def __init__(self, protocol: Callable[[], asyncio.Protocol], most: int | None = None) -> None:
        self._protocol = protocol
        self._most = most_connections() if most is None else most
        self._open: Counter[str] = Counter()
        self._refused = LogSeldom(log)
        self._no_room = LogSeldom(log)

    @asynccontextmanager
    async def opened(self, host: str, port: int) -> AsyncIterator[tuple[str, int]]:
        """Listen while the context is open; yields the first address. Raises `OSError` for one that cannot be used."""
        sockets = await _listening(host, port)
        tasks = [asyncio.create_task(self._accept(one)) for one in sockets]
        try:
            found = sockets[0].getsockname()
            yield found[0], found[1]
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for one in sockets:
                one.close()

    async def _accept(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, address = await loop.sock_accept(listening)
                await self._let_in(connection, neighbourhood(address[0]))
            except OSError as error:
                if error.errno in NO_ROOM:
                    reason = error.strerror or type(error).__name__
                    self._no_room.say("the system has no room for connections (%s)", reason)
                    await asyncio.sleep(NO_ROOM_SECONDS)
            except Exception as error:  # noqa: BLE001 - a mistake of ours closes the door to nobody else
                loop.call_exception_handler({"message": "a connection was not let in", "exception": error})
                await asyncio.sleep(NO_ROOM_SECONDS)
            await asyncio.sleep(0)  # those who wait in a row must not hold everything else up

    async def _let_in(self, connection: socket.socket, address: str) -> None:
        if self._open.total() >= self._most or self._open[address] >= budgets.CONNECTIONS_PER_ADDRESS:
            connection.close()
            self._refused.say("a connection was refused: %d are open, as many as are taken", self._open.total())
            return
        self._open[address] += 1

        def is_gone() -> None:
            self._open[address] -= 1
            self._open += Counter()  # forgets addresses without a connection

        try:
            await asyncio.get_running_loop().connect_accepted_socket(
                lambda: GuardedConnection(self._protocol(), is_gone), connection
            )
        except OSError:
            connection.close()
            raise


def most_connections() -> int:
    """Half of the descriptors a process may have are left for everything else."""
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return budgets.CONNECTIONS
    limit, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return budgets.CONNECTIONS if limit == resource.RLIM_INFINITY else min(budgets.CONNECTIONS, limit // 2)


def neighbourhood(address: str) -> str:
    """Whom a connection counts for: one address, of IPv6 the 64 bits that one customer has."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or IPv6Network((found, 64), strict=False))
    return str(found)


async def _listening(host: str, port: int) -> list[socket.socket]:
    """A socket for every address that the host's name has."""
    infos = await asyncio.get_running_loop().getaddrinfo(
        host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )
    found: list[socket.socket] = []
    try:
        for family, address in dict.fromkeys((info[0], info[4]) for info in infos):
            found.append(socket.create_server(address[:2], family=family, backlog=BACKLOG))
            found[-1].setblocking(False)
    except OSError:
        for one in found:
            one.close()
        raise
    return found
