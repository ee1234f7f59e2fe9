"""Brings a lead's card into the group when somebody asks for it, and up to date."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.domain.ids import ChatPlace
from bot.domain.priority import Priority
from bot.lookup.card_facts import assemble, assemble_many
from bot.store import cards, edits, lead_routes, leads, outbox
from bot.store.outbox_messages import Draft, MessageKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.clock import Clock
    from bot.delivery.chats import Chats
    from bot.domain.card import Card
    from bot.domain.ids import AccountId, LeadId, MessageId
    from bot.store.database import Connection, Database


LOOKS: Final = 5
MASKED_AT_ONCE: Final = 5
MOMENT: Final = 0.05
"""Seconds between looks for a card that is being posted."""


@dataclass(frozen=True, slots=True)
class CardMessage:
    """A lead's one message."""

    place: ChatPlace
    message_id: MessageId


class Cards:
    def __init__(
        self, database: Database, account_id: AccountId, clock: Clock, chats: Chats, on_queued: Callable[[], None]
    ) -> None:
        self._database = database
        self._account_id = account_id
        self._clock = clock
        self._chats = chats
        self._on_queued = on_queued
        self._contacts: set[LeadId] = set()
        """Whose contact is on its way under the card."""

    async def card(self, lead_id: int) -> Card | None:
        """Everything a view of the lead shows."""
        async with self._database.reading() as connection:
            return await assemble(connection, self._account_id, lead_id, now=self._clock.now())

    async def card_numbered(self, number: int) -> Card | None:
        """As `card`, by the number that people see and type."""
        async with self._database.reading() as connection:
            lead_id = await leads.id_of(connection, self._account_id, number)
            now = self._clock.now()
            return None if lead_id is None else await assemble(connection, self._account_id, lead_id, now=now)

    async def cards(self, lead_ids: Iterable[int]) -> list[Card]:
        """As `card`, of many leads in the order asked; those that are not here are left out."""
        async with self._database.reading() as connection:
            return await assemble_many(connection, self._account_id, lead_ids, now=self._clock.now())

    async def posted(self, lead_id: LeadId) -> CardMessage | None:
        """The lead's message, where it stands.

        A press may come before what Telegram has taken is written down: that moment is waited for.
        """
        for _look in range(LOOKS):
            async with self._database.reading() as connection:
                found = await self._posted(connection, lead_id)
                if found is not None or not await outbox.has_card(connection, self._account_id, lead_id):
                    return found
            await asyncio.sleep(MOMENT)
        return None

    async def _posted(self, connection: Connection, lead_id: LeadId) -> CardMessage | None:
        card = await cards.get(connection, self._account_id, lead_id)
        routed = None if card is None else await lead_routes.get(connection, self._account_id, lead_id)
        address = None if routed is None else routed.chat_id
        if card is None or not self._chats.stands(card.chat_id, address):
            return None
        return CardMessage(ChatPlace(card.chat_id, card.thread_id), card.message_id)

    async def show(self, lead_id: LeadId) -> None:
        """Bring the lead's card before the group: post it if it has none, else reply to it."""
        async with self._database.transaction() as connection:
            # Looked up in here, because a card may be recorded as posted, and its row gone, at any moment before.
            await outbox.await_card(connection, self._account_id, lead_id)
            has_card = await self._posted(connection, lead_id) is not None
            draft = Draft(
                what=MessageKind.POINTER if has_card else MessageKind.CARD, turn=Priority.PRESS, lead_id=lead_id
            )
            await outbox.add(connection, self._account_id, [draft], self._clock.now())
        self._on_queued()

    async def mask(self) -> None:
        """Some of the cards that were posted with the number on them, while the group was to see it: drawn anew, as
        the last that the chat hears of, until none is left.
        """
        async with self._database.transaction() as connection:
            for chat_id in self._chats.all_ids:
                await edits.mask(
                    connection,
                    self._account_id,
                    chat_id,
                    turn=Priority.OLD,
                    limit=MASKED_AT_ONCE,
                    now=self._clock.now(),
                )
        self._on_queued()

    async def refresh(self, lead_id: LeadId, *, turn: Priority = Priority.PRESS) -> None:
        """Bring the lead's card up to date, if it has one."""
        async with self._database.transaction() as connection:
            await edits.add(connection, self._account_id, lead_id, turn, self._clock.now())
        self._on_queued()

    async def claim_contact(self, lead_id: LeadId) -> bool:
        """The buyer's contact goes under a card once: True for the first who asks, if the lead has a card.

        Until it is there this is remembered here alone: what a stop keeps from being sent may be asked for again.
        """
        if lead_id in self._contacts:
            return False
        self._contacts.add(lead_id)
        is_first = False
        try:
            async with self._database.reading() as connection:
                is_first = await cards.lacks_contact(connection, self._account_id, lead_id)
        finally:
            if not is_first:
                self.release_contact(lead_id)
        return is_first

    def release_contact(self, lead_id: LeadId) -> None:
        """Sending failed: the next who asks may try again."""
        self._contacts.discard(lead_id)

    async def contact_posted(self, lead_id: LeadId) -> None:
        """It stands below the card."""
        try:
            async with self._database.transaction() as connection:
                await cards.contact_posted(connection, self._account_id, lead_id, self._clock.now())
        finally:
            self.release_contact(lead_id)
