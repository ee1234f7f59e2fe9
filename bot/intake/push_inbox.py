"""Leads that IndiaMART pushes: durable before the answer, the same card as a pulled lead, nothing thrown away."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from bot.domain import budgets
from bot.domain.lead import Origin
from bot.domain.unpacking import UnpackedTooLargeError
from bot.errors import NotHeldError, StoreBusyError, StoreDamagedError, StoreFullError, StoreGoneError
from bot.health.troubles import Activity
from bot.indiamart import push
from bot.intake.push_results import PushResult
from bot.log import LogSeldom
from bot.store import push_log, pushes

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.clock import Clock
    from bot.domain.ids import AccountId
    from bot.health.faults import Faults
    from bot.health.metrics import Metrics
    from bot.indiamart.push import PushedBody
    from bot.intake.ingest import Ingest
    from bot.store.database import Connection, Database

log = logging.getLogger(__name__)

UNREADABLE: Final = "no lead in it"
TEST: Final = "a test"
TOO_MANY: Final = f"more than {budgets.PUSHED_ROWS} rows in one push"
OUT_OF_ORDER: Final = (StoreBusyError, StoreDamagedError, StoreFullError, StoreGoneError)
"""The database takes nothing at all, so nothing can be kept either."""


class HandingOn:
    """In the place of an account's inbox in a process that has not its bot: the bytes are kept for the one that has."""

    def __init__(self, shared_database: Database, account_id: AccountId, clock: Clock, metrics: Metrics) -> None:
        self._database = shared_database
        self._account_id = account_id
        self._clock = clock
        self._metrics = metrics

    async def receive(self, body: bytes, content_type: str = "") -> PushResult:
        """As `PushInbox.receive`. Whatever else is wrong with the bytes is for the other to find out."""
        try:
            await asyncio.to_thread(push.read, body, content_type)
        except UnpackedTooLargeError:
            raise
        except Exception:  # noqa: BLE001 - as it says
            log.info("a pushed body that is handed on cannot be read here")
        reason, now = pushes.HANDED_ON, self._clock.now()
        async with self._database.transaction() as connection:
            await pushes.keep(connection, self._account_id, body, content_type=content_type, reason=reason, now=now)
        self._metrics.pushes.labels(PushResult.HANDED_ON.value).inc()
        return PushResult.HANDED_ON


class PushInbox:
    """`receive()` returns once the lead, or at least its bytes, are on the disk; raises `StoreError` if neither is."""

    def __init__(
        self,
        database: Database,
        account_id: AccountId,
        clock: Clock,
        *,
        ingest: Ingest,
        faults: Faults,
        on_stored: Callable[[], None],
        otherwise: HandingOn | None = None,
    ) -> None:
        """`otherwise` takes what comes when another process has just taken over."""
        self._otherwise = otherwise
        self._database = database
        self._account_id = account_id
        self._clock = clock
        self._ingest = ingest
        self._faults = faults
        self._on_stored = on_stored
        self._unread = LogSeldom(log, clock.monotonic)

    async def receive(self, body: bytes, content_type: str = "") -> PushResult:
        """One pushed body: leads and their outbox rows in one transaction, or the bytes as they came.

        Raises `UnpackedTooLargeError` before anything is stored.
        """
        try:
            pushed = await asyncio.to_thread(push.read, body, content_type)
            async with self._ingest.committing(self._database) as connection:
                result = await self._take(connection, body, content_type, pushed)
        except (UnpackedTooLargeError, *OUT_OF_ORDER):
            raise
        except NotHeldError:
            if self._otherwise is None:
                raise
            return await self._otherwise.receive(body, content_type)
        except Exception as error:
            # Whatever a body can trip over, IndiaMART must not have to send it again: it gives up after 48 hours.
            log.exception("a pushed lead could not be taken in; its bytes are kept and tried again at the next start")
            result = PushResult.KEPT
            async with self._database.transaction() as connection:
                if await self._keep(connection, body, content_type, reason=None):
                    await self._tell(connection, type(error).__name__)
                await push_log.add(connection, self._account_id, result.value, now=self._clock.now())
            self._ingest.metrics.troubles.failed(Activity.PUSH, error)
        else:
            self._ingest.metrics.troubles.worked(Activity.PUSH)
        self._ingest.metrics.pushes.labels(result.value).inc()
        self._on_stored()
        return result

    async def resume(self, *, are_handed_on: bool = False) -> None:
        """Take in what an earlier run could only keep, or what other processes have handed on."""
        while waiting := await self._pending(are_handed_on=are_handed_on):
            for one in waiting:
                await self._retry(one, are_handed_on=are_handed_on)
        if are_handed_on:
            self._on_stored()

    async def _pending(self, *, are_handed_on: bool) -> list[pushes.KeptPush]:
        async with self._database.reading() as connection:
            return await pushes.pending(connection, self._account_id, are_handed_on=are_handed_on)

    async def _retry(self, kept: pushes.KeptPush, *, are_handed_on: bool) -> None:
        try:
            pushed = await asyncio.to_thread(push.read, kept.body, kept.content_type)
            async with self._ingest.committing(self._database) as connection:
                await pushes.remove(connection, self._account_id, kept.push_id)
                await self._take(connection, kept.body, kept.content_type, pushed)
        except (NotHeldError, *OUT_OF_ORDER):
            raise
        except Exception as error:
            log.exception("a pushed lead that was kept cannot be taken in; its bytes stay in the database")
            self._ingest.metrics.troubles.failed(Activity.PUSH, error)
            reason = None if are_handed_on else type(error).__name__  # None: tried again at the next start
            async with self._database.transaction() as connection:
                await pushes.give_up(connection, self._account_id, kept.push_id, reason)

    async def _take(self, connection: Connection, body: bytes, content_type: str, pushed: PushedBody) -> PushResult:
        await self._ingest.unreadable(connection, pushed.unreadable, Origin.PUSH)
        await self._ingest.names(connection, pushed.unknown_names)
        new = await self._ingest.fresh(connection, pushed.leads, origin=Origin.PUSH)
        result = PushResult.NEW if new else _without_new(pushed)
        if result is PushResult.UNREADABLE and not pushed.unreadable:
            # IndiaMART repeats what it is not sure of: the same bytes are kept, and told, once.
            if await self._keep(connection, body, content_type, reason=UNREADABLE):
                await self._tell(connection, UNREADABLE)
        elif pushed.more:
            if await self._keep(connection, body, content_type, reason=TOO_MANY):
                await self._tell(connection, TOO_MANY, pushed.more)
        elif result is PushResult.TEST and body.strip():
            await self._keep(connection, body, content_type, reason=TEST)
        await push_log.add(
            connection,
            self._account_id,
            result.value,
            now=self._clock.now(),
            number=new or len(pushed.leads),
            identity=pushed.leads[0].identity if pushed.leads else None,
        )
        return result

    async def _keep(self, connection: Connection, body: bytes, content_type: str, *, reason: str | None) -> bool:
        """True if the same bytes were not kept before."""
        now = self._clock.now()
        return await pushes.keep(connection, self._account_id, body, content_type=content_type, reason=reason, now=now)

    async def _tell(self, connection: Connection, reason: str, number: int = 1) -> None:
        self._unread.say("a pushed body was not read as leads (%s); its bytes are kept", reason)
        await self._faults.unreadable(connection, reason, number)


def _without_new(pushed: PushedBody) -> PushResult:
    if pushed.leads:
        return PushResult.KNOWN
    return PushResult.TEST if pushed.is_test else PushResult.UNREADABLE
