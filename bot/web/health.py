"""`GET /healthz`: the process is alive. `GET /readyz`: it does its work; otherwise why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot import __version__

if TYPE_CHECKING:
    from bot.health.readiness import Readiness
    from bot.health.troubles import OpenTrouble


def routes(readiness: Readiness) -> list[web.RouteDef]:
    async def ready(_request: web.Request) -> web.Response:
        found = await readiness.report()
        said: dict[str, Any] = {"status": "not ready" if found.reasons else "ready"}
        if found.reasons:
            said["reasons"] = [one.value for one in found.reasons]
        if found.accounts:
            said["accounts"] = {name: [one.value for one in reasons] for name, reasons in found.accounts.items()}
        if failures := [_shown(one) for one in readiness.troubles.current]:
            said["failures"] = failures
        return web.json_response(said, status=503 if found.reasons else 200)

    return [web.get("/healthz", alive), web.get("/readyz", ready)]


def _shown(one: OpenTrouble) -> dict[str, Any]:
    """As far as outsiders may know."""
    since = one.since.isoformat(timespec="seconds")
    return {"work": one.work.value, "cause": one.cause.value, "since": since, "times": one.times}


async def alive(_request: web.Request) -> web.Response:
    return web.json_response({"status": "alive", "version": __version__})
