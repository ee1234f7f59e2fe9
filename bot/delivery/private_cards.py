"""Cards in private chats, with `NUMBERS=claim`: drawn as their reader may see the lead when the message goes out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.delivery import outbox_bodies
from bot.domain.ids import LeadId, MessageId, UserId
from bot.domain.sight import BLIND, Reader, Sight
from bot.errors import DeliveryError, DeliveryTrouble
from bot.lookup.card_facts import assemble, assemble_sealed
from bot.store import audit, leads, outbox, people, private_cards
from bot.store.audit import Seen

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.delivery.messenger import Messenger
    from bot.domain.card import Card
    from bot.domain.ids import AccountId, ChatPlace
    from bot.domain.sight import SightRule
    from bot.store.database import Connection, Database
    from bot.store.outbox import OutboxRow


class PrivateCards:
    def __init__(
        self,
        database: Database,
        account_id: AccountId,
        clock: Clock,
        messenger: Messenger,
        rule: SightRule,
    ) -> None:
        self._database = database
        self._account_id = account_id
        self._clock = clock
        self._messenger = messenger
        self._rule = rule

    async def post(self, place: ChatPlace, row: OutboxRow, *, plain: bool) -> MessageId | None:
        """A new one goes only to who may see the number; one that stands is masked for who may not any more."""
        lead_id, user_id = LeadId(outbox_bodies.number(row.body, "lead_id")), UserId(place.chat_id)
        card, sight = await self._seen(lead_id, user_id)
        if card is None:
            return None
        if "message_id" not in row.body:
            if not sight.shows(card.stored):
                return None
            return await self._messenger.post_card(place, card, to=sight, plain=plain)
        return await self._edit(
            place, MessageId(outbox_bodies.number(row.body, "message_id")), card, sight, plain=plain
        )

    async def _edit(
        self, place: ChatPlace, message_id: MessageId, card: Card, sight: Sight, *, plain: bool
    ) -> MessageId | None:
        """None where it stands there no more."""
        try:
            await self._messenger.edit_card(place, message_id, card, to=sight, plain=plain)
        except DeliveryError as error:
            if error.trouble is not DeliveryTrouble.MISSING:
                raise
            return None
        return message_id

    async def record(self, connection: Connection, row: OutboxRow, message_id: MessageId | None) -> None:
        if row.chat_id is None:
            return
        user_id = UserId(row.chat_id)
        if message_id is not None:
            lead_id = LeadId(outbox_bodies.number(row.body, "lead_id"))
            await private_cards.add(connection, self._account_id, lead_id, user_id, message_id)
            if "message_id" not in row.body and await leads.sealed(connection, self._account_id, [lead_id]):
                # It was on its way when the lead was sealed.
                again = replace(row, body={"lead_id": lead_id, "message_id": message_id})
                await outbox.add(connection, self._account_id, [again], self._clock.now())
        elif "message_id" in row.body:
            gone = MessageId(outbox_bodies.number(row.body, "message_id"))
            await private_cards.remove(connection, self._account_id, user_id, gone)

    async def _seen(self, lead_id: LeadId, user_id: UserId) -> tuple[Card | None, Sight]:
        """The card, and what its reader is shown of it: that is noted before it goes out."""
        now = self._clock.now()
        async with self._database.transaction() as connection:
            card = await assemble(connection, self._account_id, lead_id, now=now)
            if card is None:
                return await assemble_sealed(connection, self._account_id, lead_id), BLIND
            reader = Reader(user_id=user_id, is_alone=True)
            is_admin = user_id in self._rule.admins
            has_left = not is_admin and await people.has_left(connection, self._account_id, user_id)
            if has_left or not self._rule.may_see(card.stored, reader):
                return card, BLIND
            await audit.note(connection, self._account_id, Seen.PRIVATE, [lead_id], user_id, now=now)
        return card, Sight(frozenset({lead_id}))
