"""`GET /metrics`: where Prometheus reads how things go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web
from prometheus_client import generate_latest

from bot.store.parked import ParkReason

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.health.metrics import Metrics
    from bot.health.status import StatusReporter

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def routes(metrics: Metrics, report: StatusReporter, clock: Clock) -> list[web.RouteDef]:
    async def show(_request: web.Request) -> web.Response:
        status = await report.status()
        waits = 0.0 if status.waiting_since is None else (clock.now() - status.waiting_since).total_seconds()
        metrics.depth.set(status.waiting)
        metrics.age.set(max(waits, 0.0))
        metrics.stored.set(status.leads)
        parked = dict(status.parked.by_reason)
        for reason in ParkReason:
            metrics.parked.labels(reason.value).set(parked.get(reason.value, 0))
        return web.Response(body=generate_latest(metrics.registry), headers={"Content-Type": CONTENT_TYPE})

    return [web.get("/metrics", show)]
