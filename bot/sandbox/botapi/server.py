"""The sandbox Bot API as an HTTP server, on the loopback interface by default: calls, files, the chat page."""

from __future__ import annotations

import asyncio
import inspect
import re
import socket
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Self

from aiohttp import web

from bot.sandbox.botapi import hosts, parameters
from bot.sandbox.botapi.faults import BotApiFault, BotApiFaults, FaultKind
from bot.sandbox.botapi.limits import FloodControl, Limits
from bot.sandbox.botapi.method_context import MethodContext
from bot.sandbox.botapi.methods import METHODS, Method
from bot.sandbox.botapi.page import ChatPage, Control
from bot.sandbox.botapi.refusal import RefusedError, bad
from bot.sandbox.botapi.webhooks import WebhookSender

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.sandbox.botapi.parameters import Parameters
    from bot.sandbox.botapi.people import BotUser
    from bot.sandbox.botapi.world import World


_TOKEN: Final = re.compile(r"\d{3,}:[\w-]{30,}")
_LARGEST: Final = 60 * 1024 * 1024
_LINGER: Final = struct.pack("ii", 1, 0)
"""Close with a reset instead of a farewell."""


class BotApiServer:
    """`async with BotApi(world) as api:`, then point a bot at `api.url` (or `api.base_url`).

    `port` 0 takes any free one. `names` are those it answers to besides its addresses. `controls` are what the page
    offers beside the chats. With `is_local` webhooks may be anywhere, as with a Bot API server of one's own; without,
    only where Telegram's own takes them. `webhook_pause` seconds pass after a webhook's first failure.
    """

    def __init__(
        self,
        world: World,
        *,
        port: int = 0,
        host: str = "127.0.0.1",
        names: Iterable[str] = (),
        limits: Limits | None = None,
        controls: Mapping[str, Control] | None = None,
        is_local: bool = True,
        webhook_pause: float = 1.0,
    ) -> None:
        self.world = world
        self.calls = BotApiCalls()
        self.faults = BotApiFaults(world.touch)
        self._limits = limits or Limits()
        self._floods: dict[int, FloodControl] = {}
        self.webhooks = WebhookSender(world.clock, pause=webhook_pause)
        self.is_local = is_local
        self._page = ChatPage(world, {} if controls is None else controls)
        self._host = host
        self._names = [*names] if hosts.is_wildcard(host) else [host, *names]
        self._port = port
        self._runner: web.AppRunner | None = None

    @property
    def flood(self) -> FloodControl:
        return self.flood_of(self.world.bot)

    def flood_of(self, bot: BotUser) -> FloodControl:
        """Each bot has its own limits."""
        if bot.id not in self._floods:
            self._floods[bot.id] = FloodControl(self._limits, self.world.clock)
        return self._floods[bot.id]

    @property
    def url(self) -> str:
        """As this machine itself reaches it."""
        return self.url_at("127.0.0.1" if hosts.is_wildcard(self._host) else self._host)

    def url_at(self, host: str) -> str:
        return f"http://{hosts.in_url(host)}:{self._port}"

    @property
    def base_url(self) -> str:
        """As python-telegram-bot wants it."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        return f"{self.url}/file/bot"

    async def __aenter__(self) -> Self:
        await self.come_up()
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self.go_down()

    async def come_up(self) -> None:
        """Listens, after `go_down` on the same port as before."""
        if self._runner is not None:
            return
        runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
        await runner.setup()
        await web.TCPSite(runner, self._host, self._port, reuse_address=True).start()
        self._runner = runner
        self._port = runner.addresses[0][1]
        for bot in self.world.bots:
            if bot.updates.hook.is_set:
                self.webhooks.start(bot)

    async def go_down(self) -> None:
        """The port refuses connections and those that were open are broken off. The world stays as it is."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await self.webhooks.close()
            await self._page.close()
            await runner.cleanup()

    def _application(self) -> web.Application:
        application = web.Application(client_max_size=_LARGEST, middlewares=[hosts.admits(self._names)])
        application.router.add_route("*", "/bot{token}/{method}", self._call)
        application.router.add_get("/file/bot{token}/files/{file_id}/{name}", self._file)
        self._page.add_routes(application.router)
        return application

    async def _file(self, request: web.Request) -> web.Response:
        file = self.world.files.get(request.match_info["file_id"])
        bot = self._bot(request)
        if bot is None or file is None or file.bot_id != bot.id:
            return _response(RefusedError(404, "Not Found"))
        return web.Response(body=file.data, content_type="application/octet-stream")

    async def _call(self, request: web.Request) -> web.StreamResponse:
        try:
            read = await parameters.read(request)
        except RefusedError as error:
            return _response(error)
        bot = self._bot(request)
        call = BotApiCall(request.match_info["method"], read.values, self.world.clock.monotonic(), bot)
        self.calls.append(call)
        fault = self.faults.strike(call.method, read.text("chat_id"), bot)
        try:
            response = await self._answer(request, read, fault)
        except asyncio.CancelledError:
            call.description = "the client went away"
            raise
        finally:
            self.world.touch()
        if response is None:
            _reset(request)
            return web.Response()
        call.status = response.status
        self.world.touch()
        return response

    async def _answer(self, request: web.Request, p: Parameters, fault: BotApiFault | None) -> web.Response | None:
        """None where the connection breaks instead."""
        if fault is None:
            return await self._serve(request, p)
        if fault.kind is FaultKind.REFUSE and fault.error is not None:
            self._page.notice(fault.error)
            return _response(fault.error)
        if fault.kind is FaultKind.GATEWAY and fault.error is not None:
            return _gateway(fault.error)
        if fault.kind is FaultKind.HANG:
            await self.world.wait_for(lambda: fault not in self.faults, float("inf"))
        elif fault.kind is FaultKind.SLOW:
            await asyncio.sleep(fault.seconds)
        response = None if fault.kind is FaultKind.RESET else await self._serve(request, p)
        if fault.kind is FaultKind.HANG_AFTER:
            await self.world.wait_for(lambda: fault not in self.faults, float("inf"))
        return None if fault.kind is FaultKind.RESET_AFTER else response

    async def _serve(self, request: web.Request, p: Parameters) -> web.Response:
        try:
            bot = self._authorized(request)
            result = _method(request)(self._context(bot), p)
            if inspect.isawaitable(result):
                result = await result
            self._authorized(request)
        except RefusedError as error:
            self._page.notice(error)
            return _response(error)
        except (KeyError, TypeError, ValueError) as error:
            return _response(bad(f"wrong parameter ({type(error).__name__})"))
        return web.json_response({"ok": True, "result": result})

    def _context(self, bot: BotUser) -> MethodContext:
        return MethodContext(self.world, bot, self.flood_of(bot), self.webhooks, self.is_local)

    def _authorized(self, request: web.Request) -> BotUser:
        bot = self._bot(request)
        if bot is not None:
            return bot
        raise (
            RefusedError(401, "Unauthorized")
            if _TOKEN.fullmatch(request.match_info["token"])
            else RefusedError(404, "Not Found")
        )

    def _bot(self, request: web.Request) -> BotUser | None:
        return next((bot for bot in self.world.bots if bot.token == request.match_info["token"]), None)


def _method(request: web.Request) -> Method:
    found = METHODS.get(request.match_info["method"].lower())
    if found is None:
        raise RefusedError(404, "Not Found: method not found")
    return found


def _response(error: RefusedError) -> web.Response:
    headers = {"Retry-After": str(error.parameters["retry_after"])} if error.code == 429 and error.parameters else {}
    return web.json_response(error.body, status=error.code, headers=headers)


def _gateway(error: RefusedError) -> web.Response:
    title = f"{error.code} {error.description}"
    page = f"<html>\r\n<head><title>{title}</title></head>\r\n<body><h1>{title}</h1><hr>nginx</body>\r\n</html>"
    return web.Response(status=error.code, text=page, content_type="text/html")


def _reset(request: web.Request) -> None:
    transport = request.transport
    if transport is None:
        return
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
    transport.abort()


@dataclass(slots=True)
class BotApiCall:
    """`status` is the HTTP status as far as the server got: 0 while it runs, or where no answer was given."""

    method: str
    parameters: dict[str, Any] = field(repr=False)
    at: float
    """Monotonic seconds."""
    bot: BotUser | None = field(default=None, repr=False)
    """None where nobody has the token."""
    status: int = 0
    description: str = ""


class BotApiCalls(list[BotApiCall]):
    """Oldest first."""

    def of(self, *methods: str) -> list[BotApiCall]:
        wanted = {method.lower() for method in methods}
        return [call for call in self if call.method.lower() in wanted]

    def by(self, bot: BotUser) -> BotApiCalls:
        return BotApiCalls(call for call in self if call.bot is bot)

    def refused(self, status: int = 429) -> list[BotApiCall]:
        return [call for call in self if call.status == status]
