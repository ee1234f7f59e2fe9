"""Leads into the database, and what is to be posted about them, in the caller's one transaction."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.clock import to_epoch
from bot.delivery import outbox_bodies
from bot.delivery.messenger import ListingReason
from bot.delivery.routing import by_place, is_muted
from bot.domain.lead import Origin
from bot.domain.notice import NoticeCode
from bot.domain.priority import Priority
from bot.health.metrics import Metrics, labelled
from bot.i18n import kept
from bot.lookup.lists import ListQuery, encode
from bot.store import accounts, adding, field_names, leads, outbox, prepared_leads, unreadable, views
from bot.store.outbox_messages import Draft, MessageKind

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from datetime import datetime

    from bot.clock import Clock
    from bot.delivery.routing import Routing
    from bot.domain.card import Lateness
    from bot.domain.ids import AccountId
    from bot.domain.lead import Lead
    from bot.health.faults import Faults
    from bot.indiamart.answer import Unreadable
    from bot.store.adding import NewLead
    from bot.store.database import Connection, Database

log = logging.getLogger(__name__)

MOST_LISTED: Final = 100
"""Old leads of one run that are listed in the group; the rest are one message with pages."""
LIST_SIZE: Final = 10


@dataclass(frozen=True, slots=True)
class OverduePoll:
    """The poll that brought these leads ran late because of `reason`. Polls in time would have brought by now what
    was enquired before `before`.
    """

    before: datetime
    reason: Lateness


class Ingest:
    """Every method works inside the caller's transaction: leads, outbox rows and coverage are one commit."""

    def __init__(self, account_id: AccountId, clock: Clock, faults: Faults, metrics: Metrics, routing: Routing) -> None:
        self._account_id = account_id
        self._routing = routing
        self._clock = clock
        self._faults = faults
        self.metrics = metrics
        self._uncounted: dict[Connection, Counter[tuple[str, str]]] = {}
        """New leads of the transactions that are open: on a server a push's and a poll's may be at once."""
        self.stored = 0
        """New leads of this run."""

    @asynccontextmanager
    async def committing(self, database: Database) -> AsyncIterator[Connection]:
        """A transaction in which leads may come; they are counted once it is committed."""
        async with database.transaction() as connection:
            added = self._uncounted[connection] = Counter()
            try:
                yield connection
            finally:
                del self._uncounted[connection]
        self.stored += added.total()
        self.metrics.added(added)

    async def fresh(
        self, connection: Connection, rows: Sequence[Lead], *, origin: Origin, overdue: OverduePoll | None = None
    ) -> int:
        """Leads of today: a card each. How many were new."""
        now = self._clock.now()
        added = await self._add(connection, rows, origin, now)
        routed = await self._routing.decide(connection, added, now, is_live=True)
        shown = [one for one in added if not is_muted(routed.get(one.lead_id))]
        await outbox.add(connection, self._account_id, [_card(one, overdue) for one in shown], now)
        return len(added)

    async def old(self, connection: Connection, rows: Sequence[Lead]) -> int:
        """Leads from a gap or a backfill: stored, the first hundred of a run listed. How many were new."""
        now = self._clock.now()
        account = await accounts.get(connection, self._account_id)
        batch = account.batch if account.batch is not None else to_epoch(now)
        found = await self._add(connection, rows, Origin.PULL, now, batch)
        routed = await self._routing.decide(connection, found, now, is_live=False)
        added = [one.lead_id for one in found]
        room = max(MOST_LISTED - account.batch_listed, 0)
        listed = [lead_id for lead_id in added[::-1] if not is_muted(routed.get(lead_id))][:room]
        for (chat_id, thread_id), lead_ids in by_place(routed, listed).items():
            drafts = outbox_bodies.listings(ListingReason.OLD, Priority.OLD, lead_ids, LIST_SIZE, chat_id, thread_id)
            await outbox.add(connection, self._account_id, drafts, now)
        if added or account.batch is not None:
            await accounts.set_batch(connection, self._account_id, batch, account.batch_listed + len(listed))
        return len(added)

    async def _add(
        self, connection: Connection, rows: Sequence[Lead], origin: Origin, now: datetime, batch: int | None = None
    ) -> list[NewLead]:
        ready = await asyncio.to_thread(prepared_leads.of_all, rows)
        added = await adding.add(connection, self._account_id, ready, origin=origin, now=now, batch=batch)
        self._uncounted.get(connection, Counter()).update(labelled([one.lead for one in added], origin))
        return added

    async def finish_old(self, connection: Connection) -> None:
        """The backlog is fetched: say how many old leads were stored beyond those that were listed."""
        account = await accounts.get(connection, self._account_id)
        if account.batch is None:
            return
        total = await leads.number_in_batch(connection, self._account_id, account.batch)
        if total > account.batch_listed:
            query = encode(ListQuery(batch=account.batch))
            (view,) = await views.remember(connection, self._account_id, [query], self._clock.now())
            await self._faults.announce(connection, NoticeCode.OLD_STORED, {"count": total, "view": view})
        await accounts.set_batch(connection, self._account_id, None, 0)

    async def names(self, connection: Connection, names: Sequence[str]) -> None:
        """Tell the admins of columns that nobody has described yet: each name once, and never what stood there."""
        if new := await field_names.remember(connection, self._account_id, names, self._clock.now()):
            log.info("IndiaMART sends columns that are not known: %s", ", ".join(new))
            await self._faults.tell_admins(connection, NoticeCode.NEW_NAMES, {"names": ", ".join(new)})

    async def unreadable(self, connection: Connection, rows: Sequence[Unreadable], origin: Origin) -> int:
        """Keep rows that are no leads, and report new ones to the admins. How many were new."""
        now = self._clock.now()
        single = [(row.raw, kept(row.reason)) for row in rows if row.count == 1]
        fresh = await unreadable.keep(connection, self._account_id, single, origin=origin, now=now)
        for row in rows:
            if row.count > 1:
                others = [(row.raw, kept(row.reason))]
                fresh += row.count * await unreadable.keep(connection, self._account_id, others, origin=origin, now=now)
        if fresh:
            log.warning("%d rows from IndiaMART could not be read; they are kept as they came", fresh)
            await self._faults.unreadable(connection, rows[0].reason, fresh)
        return fresh


def _card(added: NewLead, overdue: OverduePoll | None) -> Draft:
    """Only a lead that a poll in time would have brought is late because of it."""
    enquired_at = added.lead.enquired_at
    is_late = overdue is not None and enquired_at is not None and enquired_at < overdue.before
    late = overdue.reason if overdue is not None and is_late else None
    return Draft(what=MessageKind.CARD, turn=Priority.CARD, lead_id=added.lead_id, late=late)
