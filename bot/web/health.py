"""`GET /healthz`: the process is alive. `GET /readyz`: it does its work; otherwise why not."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot import __version__

if TYPE_CHECKING:
    from bot.health.readiness import Failure, Readiness


def routes(readiness: Readiness) -> list[web.RouteDef]:
    async def ready(_request: web.Request) -> web.Response:
        reasons = await readiness.reasons()
        said: dict[str, Any] = {"status": "not ready" if reasons else "ready"}
        if reasons:
            said["reasons"] = [one.value for one in reasons]
        if failures := readiness.failures:
            said["failures"] = [_shown(one) for one in failures]
        return web.json_response(said, status=503 if reasons else 200)

    return [web.get("/healthz", alive), web.get("/readyz", ready)]


def _shown(failure: Failure) -> dict[str, Any]:
    return asdict(failure) | {"since": failure.since.isoformat(timespec="seconds")}


async def alive(_request: web.Request) -> web.Response:
    return web.json_response({"status": "alive", "version": __version__})
