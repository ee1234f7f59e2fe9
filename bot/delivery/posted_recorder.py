"""Records that a message was posted: what stands in the chat, what is over with it, and that it waits no more."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.delivery import outbox_bodies
from bot.domain.notice import Fault
from bot.domain.priority import Priority
from bot.errors import NotHeldError, StoreError
from bot.health.troubles import Activity
from bot.log import LogOnce
from bot.store import audit, cards, do_not_call, edits, escalations, lead_routes, leads, outbox, parked, reminders
from bot.store.audit import Seen
from bot.store.cards import PostedCard
from bot.store.outbox_messages import Draft, MessageKind

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterable
    from datetime import datetime

    from bot.clock import Clock
    from bot.delivery.private_cards import PrivateCards
    from bot.domain.card import Card
    from bot.domain.ids import AccountId, ChatPlace, MessageId
    from bot.domain.sight import Sight
    from bot.health.faults import Faults
    from bot.health.response_times import ResponseTimes
    from bot.health.troubles import Troubles
    from bot.store.database import Connection, Database
    from bot.store.outbox_messages import OutboxRow

log = logging.getLogger(__name__)

LIVE: Final = timedelta(minutes=1)
"""A card queued within so long after its lead was stored is that of a new lead, not one that somebody asked for."""
STORE_RETRY: Final = 5.0
AGAIN: Final = "again"
"""In the body of a card's row: the card stood here before."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of an attempt. `message_id` is None where there was nothing to say any more."""

    message_id: MessageId | None
    begun_at: datetime
    seconds: float
    """Until Telegram had taken it."""


@dataclass(eq=False, repr=False)
class PostedRecorder:
    database: Database
    account_id: AccountId
    clock: Clock
    faults: Faults
    private: PrivateCards
    troubles: Troubles
    group: Sight
    escalates: bool
    times: ResponseTimes

    async def record(
        self, place: ChatPlace, row: OutboxRow, card: Card | None, sent: Sent, mended: Iterable[Fault]
    ) -> None:
        """What stands in the chat is not posted again only because the disk is full: the recording is repeated."""
        trouble = LogOnce(log)
        while True:
            try:
                return await _finished(self._record(place, row, card, sent, mended))
            except NotHeldError:
                raise
            except StoreError as error:
                trouble.say(str(error))
                self.troubles.failed(Activity.SEND, error)
                await asyncio.sleep(STORE_RETRY)

    async def _record(
        self, place: ChatPlace, row: OutboxRow, card: Card | None, sent: Sent, mended: Iterable[Fault]
    ) -> None:
        message_id = sent.message_id
        async with self.database.transaction() as connection:
            if row.what is MessageKind.EDIT:
                await self._record_edit(connection, row, card, message_id)
            else:
                await outbox.done(connection, self.account_id, row.outbox_id)
            if row.what is MessageKind.PRIVATE:
                await self.private.record(connection, row, message_id)
            if message_id is None:
                await self._bring_card(connection, row)
                return
            await self._heed(connection, row)
            if card is not None and row.what is MessageKind.CARD:
                await self._record_card(connection, place, row, card, sent)
            # A message that stood there before does not prove that its topic is there still.
            is_edit = row.what is MessageKind.EDIT
            await self.faults.end(connection, [f for f in mended if not is_edit or f is not Fault.TOPIC_GONE])

    async def _heed(self, connection: Connection, row: OutboxRow) -> None:
        """What follows from it that no card tells."""
        if row.what is MessageKind.REMINDER:
            await self._reminded(connection, row)
        if row.what is MessageKind.LISTING:
            _heading, lead_ids = outbox_bodies.listing(row.body)
            await lead_routes.told(connection, self.account_id, lead_ids, self.clock.now())

    async def _record_card(
        self, connection: Connection, place: ChatPlace, row: OutboxRow, card: Card, sent: Sent
    ) -> None:
        if sent.message_id is None:
            return
        await cards.add(connection, self.account_id, self._posted(place, card, sent.message_id))
        await self._shown(connection, card)
        await parked.unpark(connection, self.account_id, card.stored.lead_id, MessageKind.CARD)
        await self._follow_change(connection, card)
        if row.queued_at - card.stored.stored_at < LIVE:
            await self._start_clocks(connection, card, sent)

    async def _reminded(self, connection: Connection, row: OutboxRow) -> None:
        """With the number on it, the team has seen it: the lead may have no card."""
        reminder = await reminders.get(connection, self.account_id, outbox_bodies.number(row.body, "reminder_id"))
        stored = None if reminder is None else await leads.get(connection, self.account_id, reminder.lead_id)
        if stored is not None and self.group.shows(stored):
            await audit.note(connection, self.account_id, Seen.REMINDER, [stored.lead_id], now=self.clock.now())

    async def _start_clocks(self, connection: Connection, card: Card, sent: Sent) -> None:
        """From now on it is people's turn."""
        now = self.clock.now()
        await self.times.posted(connection, card.stored, sent.begun_at, sent.seconds, now)
        if self.escalates:
            await escalations.start(connection, self.account_id, card.stored.lead_id, now)

    async def _follow_change(self, connection: Connection, card: Card) -> None:
        """A card that was on its way when its lead was sealed, or its buyer asked to be left alone, shows that now."""
        lead_id = card.stored.lead_id
        await do_not_call.await_noting(connection, self.account_id, lead_id)
        stored = await leads.get(connection, self.account_id, lead_id)
        if stored is None or stored.is_left_alone != card.stored.is_left_alone:
            draft = Draft(what=MessageKind.EDIT, turn=Priority.PRESS, lead_id=lead_id)
            await outbox.add(connection, self.account_id, [draft], self.clock.now())

    async def _bring_card(self, connection: Connection, row: OutboxRow) -> None:
        """What was to be pointed at stands here no more: it was deleted, or the group has moved."""
        if row.what is MessageKind.POINTER:
            turn = Priority.PRESS if row.turn == Priority.PRESS else Priority.CARD
            draft = Draft(what=MessageKind.CARD, turn=turn, lead_id=row.lead_id)
            await outbox.add(connection, self.account_id, [draft], self.clock.now())

    async def _record_edit(
        self, connection: Connection, row: OutboxRow, card: Card | None, message_id: MessageId | None
    ) -> None:
        if message_id is not None:
            await edits.done(connection, self.account_id, row, self.clock.now())
            if card is not None:
                await self._shown(connection, card)
            return
        await outbox.done(connection, self.account_id, row.outbox_id)
        if row.lead_id is not None and row.body.get(edits.ONLY_IF_THERE, False):
            await cards.shown(connection, self.account_id, row.lead_id, shows_number=False)
        elif card is not None:
            # It is posted anew, with whatever changes until then; that takes a turn of its own.
            draft = Draft(what=MessageKind.CARD, turn=row.turn, lead_id=row.lead_id, body={AGAIN: True})
            await outbox.add(connection, self.account_id, [draft], self.clock.now())

    async def _shown(self, connection: Connection, card: Card) -> None:
        """With the number on it, the team has seen it."""
        lead_id, shows = card.stored.lead_id, self.group.shows(card.stored)
        if await cards.shown(connection, self.account_id, lead_id, shows_number=shows) and shows:
            await audit.note(connection, self.account_id, Seen.CARD, [lead_id], now=self.clock.now())

    def _posted(self, place: ChatPlace, card: Card, message_id: MessageId) -> PostedCard:
        return PostedCard(
            lead_id=card.stored.lead_id,
            chat_id=place.chat_id,
            message_id=message_id,
            thread_id=place.thread_id,
            posted_at=self.clock.now(),
            late_by=card.late_by,
            late_reason=card.late_reason,
            nth=card.nth,
            earlier_lead_id=None if card.earlier is None else card.earlier.lead_id,
        )


async def _finished(work: Coroutine[None, None, None]) -> None:
    """What Telegram has taken is recorded, also if the task is cancelled meanwhile."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise
