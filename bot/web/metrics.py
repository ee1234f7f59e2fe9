"""`GET /metrics`: where Prometheus reads how things go. It is the operator's: accounts stand there by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aiohttp import web
from prometheus_client import generate_latest

from bot.errors import StoreAwayError, StoreError
from bot.health.troubles import Activity
from bot.i18n import Sentence
from bot.patience import Patience
from bot.store import account_health
from bot.store.parked import ParkReason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.clock import Clock
    from bot.domain.ids import AccountId
    from bot.health.metrics import Metrics
    from bot.store.database import Database

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
READ_WITHIN: Final = 5.0
"""Seconds: half of what Prometheus waits for an answer, where nobody has said otherwise."""


def routes(
    metrics: Metrics,
    database: Database,
    clock: Clock,
    accounts: Callable[[], Iterable[AccountId]],
    *,
    patience: Patience | None = None,
) -> list[web.RouteDef]:
    """`accounts` are those that are served. What the process itself has counted is shown whatever the database does."""
    patience = patience or Patience(READ_WITHIN)

    async def read() -> None:
        async with database.reading() as connection:
            found = await account_health.all_of(connection, accounts())
            leads, parked = await account_health.totals(connection)
        metrics.read(found.values(), clock.now(), leads=leads)
        for reason in ParkReason:
            metrics.parked.labels(reason.value).set(parked.get(reason.value, 0))

    async def is_read() -> bool:
        try:
            await patience.wait(read)
        except StoreError as error:
            metrics.troubles.failed(Activity.OTHER, error)
        except TimeoutError:
            metrics.troubles.failed(Activity.OTHER, StoreAwayError("", Sentence("not reached")))
        else:
            return True
        return False

    async def show(_request: web.Request) -> web.Response:
        metrics.accounts.set(len(list(accounts())))
        registries = [metrics.registry, metrics.of_database] if await is_read() else [metrics.registry]
        body = b"".join(map(generate_latest, registries))
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE})

    return [web.get("/metrics", show)]
