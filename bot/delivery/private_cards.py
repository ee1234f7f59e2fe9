"""Cards in private chats, with `NUMBERS=claim`: drawn as their reader may see the lead when the message goes out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.delivery import outbox_bodies
from bot.delivery.messenger import edited
from bot.domain.ids import LeadId, MessageId, UserId
from bot.domain.sight import BLIND, Reader, Sight
from bot.lookup.card_facts import assemble, assemble_sealed
from bot.store import audit, do_not_call, leads, outbox, people, private_cards
from bot.store.audit import Seen

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.delivery.messenger import Messenger
    from bot.domain.card import Card
    from bot.domain.ids import AccountId, ChatPlace
    from bot.domain.lead import StoredLead
    from bot.domain.sight import SightRule
    from bot.store.database import Connection, Database
    from bot.store.outbox_messages import OutboxRow


@dataclass(eq=False, repr=False)
class PrivateCards:
    database: Database
    account_id: AccountId
    clock: Clock
    messenger: Messenger
    rule: SightRule

    async def post(self, place: ChatPlace, row: OutboxRow, *, plain: bool) -> MessageId | None:
        """A new one goes only to who may see the number; one that stands is masked for who may not any more."""
        lead_id, user_id = LeadId(outbox_bodies.number(row.body, "lead_id")), UserId(place.chat_id)
        card, sight = await self._seen(lead_id, user_id)
        if card is None:
            return None
        if "message_id" not in row.body:
            if not sight.shows(card.stored):
                return None
            return await self.messenger.post_card(place, card, to=sight, plain=plain)
        message_id = MessageId(outbox_bodies.number(row.body, "message_id"))
        return await edited(self.messenger, place, message_id, card, to=sight, plain=plain)

    async def record(self, connection: Connection, row: OutboxRow, message_id: MessageId | None) -> None:
        if row.chat_id is None:
            return
        user_id = UserId(row.chat_id)
        if message_id is not None:
            lead_id = LeadId(outbox_bodies.number(row.body, "lead_id"))
            await private_cards.add(connection, self.account_id, lead_id, user_id, message_id)
            if "message_id" not in row.body and not await self._may_still_see(connection, lead_id, user_id):
                # It was on its way when the lead was sealed or released, or when they left.
                again = replace(row, body={"lead_id": lead_id, "message_id": message_id})
                await outbox.add(connection, self.account_id, [again], self.clock.now())
        elif "message_id" in row.body:
            gone = MessageId(outbox_bodies.number(row.body, "message_id"))
            await private_cards.remove(connection, self.account_id, user_id, gone)

    async def _seen(self, lead_id: LeadId, user_id: UserId) -> tuple[Card | None, Sight]:
        """The card, and what its reader is shown of it: that is noted before it goes out."""
        now = self.clock.now()
        async with self.database.transaction() as connection:
            card = await assemble(connection, self.account_id, lead_id, now=now)
            if card is None:
                return await assemble_sealed(connection, self.account_id, lead_id), BLIND
            if not await self._may_see(connection, card.stored, user_id):
                return card, BLIND
            await audit.note(connection, self.account_id, Seen.PRIVATE, [lead_id], user_id, now=now)
        return card, Sight(frozenset({lead_id}))

    async def _may_see(self, connection: Connection, stored: StoredLead, user_id: UserId) -> bool:
        if user_id not in self.rule.admins and await people.has_left(connection, self.account_id, user_id):
            return False
        return self.rule.may_see(stored, Reader(user_id=user_id, is_alone=True))

    async def _may_still_see(self, connection: Connection, lead_id: LeadId, user_id: UserId) -> bool:
        """Whoever changes it from now on finds the card recorded."""
        await people.await_leaving(connection, self.account_id, user_id)
        await do_not_call.await_noting(connection, self.account_id, lead_id)
        stored = await leads.get(connection, self.account_id, lead_id)
        return stored is not None and await self._may_see(connection, stored, user_id)
