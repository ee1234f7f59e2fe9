"""`POST /indiamart/<token>`, below any path: IndiaMART's push API. Only a stored body gets the 200 that counts."""

from __future__ import annotations

import asyncio
import hmac
import logging
from typing import TYPE_CHECKING, Final

from aiohttp import web

from bot.domain import budgets
from bot.errors import StoreError
from bot.i18n import _
from bot.indiamart.push import UnpackedTooLargeError
from bot.intake.push_results import PushResult

if TYPE_CHECKING:
    from bot.domain.ids import AccountId
    from bot.intake.push_inbox import PushInbox
    from bot.intake.push_results import Refusals

log = logging.getLogger(__name__)

_LOOKS: Final = frozenset({"GET", "HEAD"})


def routes(inbox: PushInbox, refusals: Refusals, account_id: AccountId, token: str) -> list[web.RouteDef]:
    """The one secret is the token in the path: IndiaMART signs nothing and names no addresses."""
    listener = _Listener(inbox, refusals, account_id, token.encode())
    # A reverse proxy may hand on the path below which the site has us.
    return [web.route("*", "/{prefix:(?:.*/)?}indiamart/{token:.*}", listener.answer)]


class _Listener:
    def __init__(self, inbox: PushInbox, refusals: Refusals, account_id: AccountId, token: bytes) -> None:
        self._inbox = inbox
        self._refusals = refusals
        self._account_id = account_id
        self._token = token

    async def answer(self, request: web.Request) -> web.Response:
        self._admit(request)
        if request.method in _LOOKS:
            said = _(
                "This is the address for IndiaMART's push: leads that are sent here by POST become cards in the group. "
                "Give it to IndiaMART as it is, and to nobody else."
            )
            return web.Response(text=f"{said}\n")
        if request.method != "POST":
            self._refusals.note(self._account_id, PushResult.WRONG_METHOD)
            raise web.HTTPMethodNotAllowed(request.method, [*_LOOKS, "POST"])
        return await self._receive(request)

    def _admit(self, request: web.Request) -> None:
        """A wrong token learns nothing: neither that there is a right one, nor what a body or a method would do."""
        offered = request.match_info["token"].rstrip("/").encode(errors="surrogatepass")
        if not hmac.compare_digest(offered, self._token):
            self._refusals.note(self._account_id, PushResult.WRONG_ADDRESS)
            raise web.HTTPNotFound

    async def _receive(self, request: web.Request) -> web.Response:
        try:
            async with asyncio.timeout(budgets.BODY_SECONDS):
                body = await request.read()
            await self._inbox.receive(body, request.headers.get("Content-Type", ""))
        except (web.HTTPRequestEntityTooLarge, UnpackedTooLargeError):
            self._refusals.note(self._account_id, PushResult.TOO_LARGE)
            return web.Response(status=413, text="too large\n")
        except TimeoutError:
            self._refusals.note(self._account_id, PushResult.BROKEN_OFF)
            return web.Response(status=408, text="too slow\n")
        except (ConnectionError, web.RequestPayloadError):
            self._refusals.note(self._account_id, PushResult.BROKEN_OFF)
            raise
        except StoreError as error:
            self._refusals.not_stored(self._account_id, error)
            log.error("a pushed lead could not be stored, IndiaMART will send it again: %s", error)  # noqa: TRY400
            return web.Response(status=503, text="not stored, send it again\n")
        return web.Response(text="OK\n")
