"""`GET /metrics`: where Prometheus reads how things go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.health.metrics import Metrics
    from bot.health.status import Report

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def routes(metrics: Metrics, report: Report, clock: Clock) -> list[web.RouteDef]:
    async def show(_request: web.Request) -> web.Response:
        from bot.web import exposition  # noqa: PLC0415 - most have no Prometheus, and its library is a megabyte

        status = await report.status()
        age = 0.0 if status.waiting_since is None else (clock.now() - status.waiting_since).total_seconds()
        body = exposition.text(
            metrics,
            depth=status.waiting,
            age=max(age, 0.0),
            leads=status.leads,
            parked=dict(status.parked.by_reason),
        )
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE})

    return [web.get("/metrics", show)]
