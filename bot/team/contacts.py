"""The buyer's contact is posted under a card once; this remembers whether it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.store import cards

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.ids import AccountId, LeadId
    from bot.store.database import Database


class Contacts:
    def __init__(self, database: Database, account_id: AccountId, clock: Clock) -> None:
        self._database = database
        self._account_id = account_id
        self._clock = clock

    async def claim_reply(self, lead_id: LeadId) -> bool:
        """True for the first who asks, as long as the lead has a card."""
        async with self._database.transaction() as connection:
            return await cards.claim_contact(connection, self._account_id, lead_id, self._clock.now())

    async def release_reply(self, lead_id: LeadId) -> None:
        """Sending failed: the next who asks may try again."""
        async with self._database.transaction() as connection:
            await cards.release_contact(connection, self._account_id, lead_id)
