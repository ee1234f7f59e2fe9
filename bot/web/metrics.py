"""`GET /metrics`: where Prometheus reads how things go. It is the operator's: accounts stand there by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web
from prometheus_client import generate_latest

from bot.store import account_health
from bot.store.parked import ParkReason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.clock import Clock
    from bot.domain.ids import AccountId
    from bot.health.metrics import Metrics
    from bot.store.database import Database

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def routes(
    metrics: Metrics, database: Database, clock: Clock, accounts: Callable[[], Iterable[AccountId]]
) -> list[web.RouteDef]:
    """`accounts` are those that are served."""

    async def show(_request: web.Request) -> web.Response:
        async with database.reading() as connection:
            found = await account_health.all_of(connection, accounts())
            leads, parked = await account_health.totals(connection)
        metrics.read(found.values(), clock.now(), leads=leads)
        for reason in ParkReason:
            metrics.parked.labels(reason.value).set(parked.get(reason.value, 0))
        return web.Response(body=generate_latest(metrics.registry), headers={"Content-Type": CONTENT_TYPE})

    return [web.get("/metrics", show)]
