"""Leads that IndiaMART pushes: durable before the answer, the same card as a pulled lead, nothing thrown away."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from bot.clock import to_epoch
from bot.errors import StoreBusyError, StoreDamagedError, StoreFullError, StoreGoneError
from bot.indiamart import push
from bot.models import Route
from bot.services.messenger import Fault, NoticeCode
from bot.store import pushes

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.clock import Clock
    from bot.models import AccountId
    from bot.services.faults import Faults
    from bot.services.ingest import Ingest
    from bot.store.database import Connection, Database

log = logging.getLogger(__name__)

UNREADABLE: Final = "no lead in it"
OUT_OF_ORDER: Final = (StoreBusyError, StoreDamagedError, StoreFullError, StoreGoneError)
"""The database takes nothing at all, so nothing can be kept either."""


class Inbox:
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
    ) -> None:
        self._database = database
        self._account_id = account_id
        self._clock = clock
        self._ingest = ingest
        self._faults = faults
        self._on_stored = on_stored

    async def receive(self, body: bytes) -> None:
        """One pushed body: leads and their outbox rows in one transaction, or the bytes as they came."""
        try:
            async with self._ingest.committing(self._database) as connection:
                await self._take(connection, body)
        except OUT_OF_ORDER:
            raise
        except Exception as error:
            # Whatever a body can trip over, IndiaMART must not have to send it again: it gives up after 48 hours.
            log.exception("a pushed lead could not be taken in; its bytes are kept and tried again at the next start")
            async with self._database.transaction() as connection:
                if await pushes.keep(connection, self._account_id, body, reason=None, now=self._clock.now()):
                    await self._tell(connection, type(error).__name__)
        self._on_stored()

    async def resume(self) -> None:
        """Take in what an earlier run could only keep."""
        while waiting := await self._pending():
            for push_id, body in waiting:
                await self._retry(push_id, body)

    async def _pending(self) -> list[tuple[int, bytes]]:
        async with self._database.reading() as connection:
            return await pushes.pending(connection, self._account_id)

    async def _retry(self, push_id: int, body: bytes) -> None:
        try:
            async with self._ingest.committing(self._database) as connection:
                await pushes.remove(connection, push_id)
                await self._take(connection, body)
        except OUT_OF_ORDER:
            raise
        except Exception as error:
            log.exception("a pushed lead of an earlier run cannot be taken in; its bytes stay in the database")
            async with self._database.transaction() as connection:
                await pushes.give_up(connection, push_id, type(error).__name__)

    async def _take(self, connection: Connection, body: bytes) -> None:
        pushed = push.read(body)
        await self._ingest.unreadable(connection, pushed.unreadable, Route.PUSH)
        await self._ingest.fresh(connection, pushed.leads, route=Route.PUSH)
        if pushed.leads or pushed.unreadable:
            return
        # IndiaMART repeats what it is not sure of: the same bytes are kept, and told, once.
        if await pushes.keep(connection, self._account_id, body, reason=UNREADABLE, now=self._clock.now()):
            await self._tell(connection, UNREADABLE)

    async def _tell(self, connection: Connection, reason: str) -> None:
        log.warning("a pushed body holds no lead that can be read; its bytes are kept")
        since = to_epoch(self._clock.now())
        facts: dict[str, str | int] = {"fault": Fault.UNREADABLE, "since": since, "message": reason, "count": 1}
        await self._faults.tell_admins(connection, NoticeCode.FAULT_STARTED, facts)
