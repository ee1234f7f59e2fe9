"""Leads that people bring in files: stored and found by look-ups, never posted, never called out."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.delivery.routing import Routing
from bot.domain.lead import Origin
from bot.store import adding, imported, prepared_leads, seals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.clock import Clock
    from bot.domain.ids import AccountId, LeadId
    from bot.files.rows import LeadRow
    from bot.store.adding import NewLead
    from bot.store.database import Connection, Database
    from bot.store.prepared_leads import PreparedLead


@dataclass(slots=True)
class ImportTally:
    """What has become of the rows so far."""

    new: int = 0
    known: int = 0
    left_out: int = 0
    passed_over: int = 0
    sealed: int = 0
    """Of buyers who wish to be forgotten, or leads that were erased because of their age."""

    @property
    def rows(self) -> int:
        return self.new + self.known + self.left_out + self.passed_over + self.sealed


class Imports:
    def __init__(self, database: Database, account_id: AccountId, clock: Clock) -> None:
        self._database = database
        self._account_id = account_id
        self._clock = clock
        self._routing = Routing(account_id)
        self.tally = ImportTally()

    async def take(self, found: Sequence[LeadRow]) -> None:
        """Store what is new of them, with its notes, in one commit."""
        ready = await asyncio.to_thread(prepared_leads.of_all, [row.lead for row in found])
        now = self._clock.now()
        async with self._database.transaction() as connection:
            unknown = await self._without_known(connection, found, ready)
            fresh = await self._unsealed(connection, found, unknown)
            added = await adding.add(connection, self._account_id, fresh, origin=Origin.IMPORT, now=now)
            await self._routing.decide(connection, added, now, is_live=False)
            if notes := _notes(found, ready, added):
                await imported.add_notes(connection, self._account_id, notes, now=now)
        self.tally.new += len(added)
        self.tally.sealed += len(unknown) - len(fresh)
        self.tally.known += len(found) - len(added) - len(unknown) + len(fresh)

    async def _unsealed(
        self, connection: Connection, found: Sequence[LeadRow], unknown: Sequence[PreparedLead]
    ) -> Sequence[PreparedLead]:
        """A sealed lead is so whatever its kind, too."""
        open_ = await seals.unsealed(connection, self._account_id, unknown)
        unsure = {row.lead.query_id for row in found if row.lead.query_id and not row.names_kind}
        sealed = await seals.known_ids(connection, self._account_id, unsure)
        return [one for one in open_ if one.lead.query_id not in sealed]

    async def _without_known(
        self, connection: Connection, found: Sequence[LeadRow], ready: Sequence[PreparedLead]
    ) -> Sequence[PreparedLead]:
        """A number that is known is so whatever its kind, where the file names none."""
        unsure = {one.lead.query_id for row, one in zip(found, ready, strict=True) if not row.names_kind}
        asked = {query_id for query_id in unsure if query_id}
        if not asked:
            return ready
        known = await imported.known_ids(connection, self._account_id, asked)
        known |= {row.lead.query_id for row in found if row.names_kind and row.lead.query_id}
        return [one for row, one in zip(found, ready, strict=True) if row.names_kind or one.lead.query_id not in known]


def _notes(found: Sequence[LeadRow], ready: Sequence[PreparedLead], added: Sequence[NewLead]) -> dict[LeadId, str]:
    by_identity = {one.identity: row.note for row, one in zip(found, ready, strict=True) if row.note}
    if not by_identity:
        return {}
    return {one.lead_id: by_identity[one.lead.identity] for one in added if one.lead.identity in by_identity}
