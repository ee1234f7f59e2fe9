"""`POST /indiamart/<token>`: IndiaMART's push API. Only a stored body gets the 200 that counts."""

from __future__ import annotations

import hmac
import logging
from typing import TYPE_CHECKING

from aiohttp import web

from bot.errors import StoreError

if TYPE_CHECKING:
    from bot.services.push import Inbox

log = logging.getLogger(__name__)


def routes(inbox: Inbox, token: str) -> list[web.RouteDef]:
    """The one secret is the token in the path: IndiaMART signs nothing and names no addresses."""

    async def receive(request: web.Request) -> web.Response:
        offered = request.match_info["token"].encode(errors="surrogatepass")
        if not hmac.compare_digest(offered, token.encode()):
            # A wrong token learns nothing: neither that there is a right one, nor what a body would do.
            raise web.HTTPNotFound
        body = await request.read()  # one that is too large is answered with 413: no lead is so long
        try:
            await inbox.receive(body)
        except StoreError as error:
            log.error("a pushed lead could not be stored, IndiaMART will send it again: %s", error)  # noqa: TRY400
            return web.Response(status=503, text="not stored, send it again\n")
        return web.Response(text="OK\n")

    return [web.post("/indiamart/{token}", receive)]
