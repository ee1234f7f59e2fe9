"""The aiohttp server: started and stopped with the service. What each path answers is in its own module."""

from __future__ import annotations

import logging
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Final

from aiohttp import web

from bot.domain import budgets
from bot.errors import LeadbellError, StoreError
from bot.health.troubles import Activity, Troubles
from bot.i18n import _, shown, systems
from bot.log import LogSeldom
from bot.web.connection_limits import ConnectionLimiter, timed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from aiohttp.typedefs import Handler

    from bot.config import Listen

log = logging.getLogger(__name__)
_broken_off = LogSeldom(log)
TROUBLES: Final = web.AppKey("troubles", Troubles)

FINISH_SECONDS = 1.0
"""How long a stop waits for requests that are being answered. A push that gets no answer comes again."""


@web.middleware
async def no_details(request: web.Request, handler: Handler) -> web.StreamResponse:
    """An error of ours is a bare 500: the body may hold a buyer's number, the path may hold a token."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except (ConnectionError, web.RequestPayloadError):
        _broken_off.say("a request broke off before it was read")
        return web.Response(status=400, text="broken off\n")
    except StoreError as error:
        log.warning("a request could not be answered: %s", error)
        request.app[TROUBLES].failed(Activity.OTHER, error)
        return web.Response(status=503, text="the database cannot be used now\n")
    except Exception as error:
        log.exception("a request failed")
        request.app[TROUBLES].failed(Activity.OTHER, error)
        return web.Response(status=500, text="internal error\n")


@asynccontextmanager
async def serve(listen: Listen, routes: Iterable[web.RouteDef], troubles: Troubles) -> AsyncIterator[str]:
    """Serve while the context is open; yields the address. A taken port is a sentence, not a traceback."""
    application = web.Application(middlewares=[timed, no_details], client_max_size=budgets.PUSHED_BYTES)
    application[TROUBLES] = troubles
    application.add_routes(routes)
    # The access log would print the push token, which stands in the path. A body is taken as it was sent: what cannot
    # be unpacked must not be refused.
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=FINISH_SECONDS, auto_decompress=False)
    await runner.setup()
    protocol = runner.server
    if protocol is None:
        raise RuntimeError("the web server was not set up")
    try:
        async with AsyncExitStack() as stack:
            try:
                host, port = await stack.enter_async_context(
                    ConnectionLimiter(protocol).opened(listen.host, listen.port)
                )
            except OSError as error:
                raise LeadbellError(
                    _("{host}:{port} cannot be used ({reason}). Set HTTP_LISTEN to a free port, or to off.").format(
                        host=listen.host, port=listen.port, reason=shown(systems(error))
                    )
                ) from error
            yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()
