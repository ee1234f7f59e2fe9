"""`POST /telegram/<bot's id>`, below any path: updates that Telegram brings. Who shows the bot's secret is heard."""

from __future__ import annotations

import asyncio
import hmac
import secrets
from typing import TYPE_CHECKING, Final

from aiohttp import web

from bot.domain import budgets
from bot.health.metrics import WebhookResult

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from prometheus_client import Counter

    Take = Callable[[bytes], Awaitable[bool]]

SECRET: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name


class WebhookAddresses:
    """Which bots' updates are taken, and by whom."""

    def __init__(self) -> None:
        self._bots: dict[int, tuple[bytes, Take]] = {}
        self._nobodys = secrets.token_hex().encode()
        """So that an unknown bot takes as long as a wrong secret."""

    def put(self, bot_id: int, secret: str, take: Take) -> None:
        self._bots[bot_id] = secret.encode(), take

    def remove(self, bot_id: int) -> None:
        self._bots.pop(bot_id, None)

    def find(self, bot_id: int, offered: str) -> Take | None:
        secret, take = self._bots.get(bot_id, (self._nobodys, None))
        is_right = hmac.compare_digest(offered.encode(errors="surrogatepass"), secret)
        return take if is_right else None


def routes(addresses: WebhookAddresses, results: Counter) -> list[web.RouteDef]:
    listener = _Listener(addresses, results)
    # A reverse proxy may hand on the path below which the site has us.
    return [web.route("*", "/{prefix:(?:.*/)?}telegram/{bot_id:[0-9]{1,18}}", listener.answer)]


class _Listener:
    def __init__(self, addresses: WebhookAddresses, results: Counter) -> None:
        self._addresses = addresses
        self._results = results

    async def answer(self, request: web.Request) -> web.Response:
        """Who has not the secret learns nothing: neither which bots there are, nor what a method or a body would do."""
        take = self._addresses.find(int(request.match_info["bot_id"]), request.headers.get(SECRET, ""))
        if take is None or request.method != "POST":
            self._count(WebhookResult.REFUSED)
            raise web.HTTPNotFound
        try:
            async with asyncio.timeout(budgets.BODY_SECONDS):
                body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            self._count(WebhookResult.TOO_LARGE)
            return web.Response(status=413, text="too large\n")
        except TimeoutError:
            self._count(WebhookResult.BROKEN_OFF)
            return web.Response(status=408, text="too slow\n")
        except (ConnectionError, web.RequestPayloadError):
            self._count(WebhookResult.BROKEN_OFF)
            raise
        is_taken = await take(body)
        self._count(WebhookResult.TAKEN if is_taken else WebhookResult.NOT_NOW)
        return web.Response(text="OK\n") if is_taken else web.Response(status=503, text="not now\n")

    def _count(self, result: WebhookResult) -> None:
        self._results.labels(result.value).inc()
