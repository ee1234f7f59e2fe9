"""`POST /indiamart/<token>`, below any path: IndiaMART's push API. Only a stored body gets the 200 that counts."""

from __future__ import annotations

import asyncio
import hmac
import logging
import secrets
from typing import TYPE_CHECKING, Final

from aiohttp import web

from bot.domain import budgets
from bot.domain.unpacking import UnpackedTooLargeError
from bot.errors import StoreError
from bot.i18n import _
from bot.intake.push_results import PushResult

if TYPE_CHECKING:
    from bot.domain.ids import AccountId
    from bot.intake.push_inbox import HandingOn, PushInbox
    from bot.intake.push_results import Refusals

    Inbox = PushInbox | HandingOn

log = logging.getLogger(__name__)

_LOOKS: Final = frozenset({"GET", "HEAD"})


class PushAddresses:
    """Whose address ends in which PUSH_TOKEN. The one secret is the token in the path: IndiaMART signs nothing."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._inboxes: dict[bytes, tuple[AccountId, Inbox]] = {}
        """By a digest that nobody outside can know: how long a wrong token takes tells nothing of the right ones."""
        self._digests: dict[AccountId, bytes] = {}

    def put(self, account_id: AccountId, token: str, inbox: Inbox) -> None:
        """In place of the address that the account had."""
        self.remove(account_id)
        digest = self._digest(token.encode())
        if digest not in self._inboxes:
            self._inboxes[digest], self._digests[account_id] = (account_id, inbox), digest

    def remove(self, account_id: AccountId) -> None:
        if (digest := self._digests.pop(account_id, None)) is not None:
            del self._inboxes[digest]

    def find(self, offered: bytes) -> tuple[AccountId, Inbox] | None:
        return self._inboxes.get(self._digest(offered))

    @property
    def first(self) -> AccountId | None:
        """The account whose business a wrong address is, which is nobody's: `main`, where it has one."""
        return min(self._digests, default=None)

    def _digest(self, token: bytes) -> bytes:
        return hmac.digest(self._key, token, "sha256")


def routes(addresses: PushAddresses, refusals: Refusals) -> list[web.RouteDef]:
    # A reverse proxy may hand on the path below which the site has us.
    return [web.route("*", "/{prefix:(?:.*/)?}indiamart/{token:.*}", _Listener(addresses, refusals).answer)]


class _Listener:
    def __init__(self, addresses: PushAddresses, refusals: Refusals) -> None:
        self._addresses = addresses
        self._refusals = refusals

    async def answer(self, request: web.Request) -> web.Response:
        account_id, inbox = self._admit(request)
        if request.method in _LOOKS:
            said = _(
                "This is the address for IndiaMART's push: leads that are sent here by POST become cards in the group. "
                "Give it to IndiaMART as it is, and to nobody else."
            )
            return web.Response(text=f"{said}\n")
        if request.method != "POST":
            self._refusals.note(account_id, PushResult.WRONG_METHOD)
            raise web.HTTPMethodNotAllowed(request.method, [*_LOOKS, "POST"])
        return await self._receive(request, account_id, inbox)

    def _admit(self, request: web.Request) -> tuple[AccountId, Inbox]:
        """A wrong token learns nothing: neither that there is a right one, nor what a body or a method would do."""
        offered = request.match_info["token"].rstrip("/").encode(errors="surrogatepass")
        found = self._addresses.find(offered)
        if found is None:
            if (first := self._addresses.first) is not None:
                self._refusals.note(first, PushResult.WRONG_ADDRESS)
            raise web.HTTPNotFound
        return found

    async def _receive(self, request: web.Request, account_id: AccountId, inbox: Inbox) -> web.Response:
        try:
            async with asyncio.timeout(budgets.BODY_SECONDS):
                body = await request.read()
            await inbox.receive(body, request.headers.get("Content-Type", ""))
        except (web.HTTPRequestEntityTooLarge, UnpackedTooLargeError):
            self._refusals.note(account_id, PushResult.TOO_LARGE)
            return web.Response(status=413, text="too large\n")
        except TimeoutError:
            self._refusals.note(account_id, PushResult.BROKEN_OFF)
            return web.Response(status=408, text="too slow\n")
        except (ConnectionError, web.RequestPayloadError):
            self._refusals.note(account_id, PushResult.BROKEN_OFF)
            raise
        except StoreError as error:
            self._refusals.not_stored(account_id, error)
            log.error("a pushed lead could not be stored, IndiaMART will send it again: %s", error)  # noqa: TRY400
            return web.Response(status=503, text="not stored, send it again\n")
        return web.Response(text="OK\n")
