"""Shows people buyers' numbers, and notes in the audit whom which was shown to. Who may is `bot.domain.sight`'s rule.

With `NUMBERS=claim` nothing is shown that is not noted first: where it cannot be, the number stays masked. An open team
has seen the number on the card in the group, which is noted as such when the card is posted. What a person of it looks
up is noted beside that, but behind, so that no look-up waits for the disk.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bot.domain.sight import BLIND, SEEING, Sight
from bot.errors import StoreError
from bot.log import LogOnce
from bot.store import audit, leads, private_cards
from bot.store.database import written_soon
from bot.store.write_behind import WriteBehind
from bot.team.private_cards import drawing, first

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.clock import Clock
    from bot.domain.ids import AccountId, LeadId, MessageId, UserId
    from bot.domain.lead import StoredLead
    from bot.domain.sight import Reader, SightRule
    from bot.store.audit import Seen
    from bot.store.database import Connection, Database

    Sightings = tuple[datetime, Seen, LeadId, UserId]

log = logging.getLogger(__name__)


class Audit:
    def __init__(
        self, database: Database, account_id: AccountId, clock: Clock, rule: SightRule, on_queued: Callable[[], None]
    ) -> None:
        self._database = database
        self._account_id = account_id
        self._clock = clock
        self.rule = rule
        self._on_queued = on_queued
        self._behind: WriteBehind[Sightings] = WriteBehind(database, self._write, self._lost)
        self._trouble = LogOnce(log)

    async def sight(self, found: Sequence[StoredLead], reader: Reader, seen: Seen) -> Sight:
        """What they may see of these leads, and now will."""
        visible = [one.lead_id for one in found if self.rule.may_see(one, reader)]
        if self.rule.is_open:
            now = self._clock.now()
            for lead_id in visible:
                self._behind.add((now, seen, lead_id, reader.user_id))
            return SEEING
        if not visible:
            return BLIND
        try:
            with written_soon():
                async with self._database.transaction() as connection:
                    await self._note(connection, seen, visible, reader.user_id)
        except StoreError as error:
            self._trouble.say(str(error))
            return BLIND
        self._trouble.over()
        return Sight(frozenset(visible))

    async def reveal(self, lead_id: LeadId, reader: Reader, seen: Seen) -> tuple[StoredLead | None, bool]:
        """The lead as it is now (None: there is none), and whether they are shown its number: then that is noted."""
        async with self._database.transaction() as connection:
            stored = await leads.get(connection, self._account_id, lead_id)
            may_see = stored is not None and self.rule.may_see(stored, reader)
            if may_see:
                await self._note(connection, seen, [lead_id], reader.user_id)
        return stored, may_see

    async def post_privately(self, lead_id: LeadId, user_id: UserId) -> None:
        """The lead's card into their private chat, where it is masked again when it has to be."""
        async with self._database.transaction() as connection:
            await first(connection, self._account_id, lead_id, user_id, self._clock.now())
        self._on_queued()

    async def redraw_privately(self, lead_id: LeadId, user_id: UserId, message_id: MessageId) -> None:
        async with self._database.transaction() as connection:
            where = [(lead_id, user_id, message_id)]
            await drawing(connection, self._account_id, where, self._clock.now())
        self._on_queued()

    async def stands(self, lead_id: LeadId, user_id: UserId, message_id: MessageId) -> None:
        """A message in their private chat shows the lead, and what they do there may bring its number into it."""
        if not self.rule.is_open:
            async with self._database.transaction() as connection:
                await private_cards.add(connection, self._account_id, lead_id, user_id, message_id)

    async def written(self) -> None:
        """Until everything is noted."""
        await self._behind.written()

    async def _note(self, connection: Connection, seen: Seen, lead_ids: Sequence[LeadId], user_id: UserId) -> None:
        await audit.note(connection, self._account_id, seen, lead_ids, user_id, now=self._clock.now())

    async def _write(self, connection: Connection, sightings: Sequence[Sightings]) -> None:
        await audit.note_many(connection, self._account_id, sightings)

    def _lost(self, error: StoreError) -> None:
        log.warning("what was looked up could not be noted in the audit: %s", type(error).__name__)
