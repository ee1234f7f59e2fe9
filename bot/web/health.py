"""`GET /healthz`: the process is alive. `GET /readyz`: it does its work; otherwise why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from bot import __version__

if TYPE_CHECKING:
    from bot.services.readiness import Readiness


def routes(readiness: Readiness) -> list[web.RouteDef]:
    async def ready(_request: web.Request) -> web.Response:
        reasons = await readiness.reasons()
        if not reasons:
            return web.json_response({"status": "ready"})
        return web.json_response({"status": "not ready", "reasons": [one.value for one in reasons]}, status=503)

    return [web.get("/healthz", alive), web.get("/readyz", ready)]


async def alive(_request: web.Request) -> web.Response:
    return web.json_response({"status": "alive", "version": __version__})
