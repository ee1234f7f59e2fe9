"""Puts together what a lead's card shows, and brings a card into the group when somebody asks for it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.models import Card, EarlierLead, Lateness, LeadId, MessageId, Note, StoredLead
from bot.services import claims
from bot.services.messenger import Turn
from bot.store import buyers, cards, changes, edits, leads, notes, outbox, templates
from bot.store.changes import Act
from bot.store.outbox import Draft, What

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.clock import Clock
    from bot.models import AccountId
    from bot.services.chats import Chats
    from bot.store.database import Connection, Database


async def assemble(
    connection: Connection,
    account_id: AccountId,
    lead_id: int,
    *,
    late: Lateness | None = None,
    now: datetime | None = None,
) -> Card | None:
    """The lead as it is now, with the facts its card was posted with; a lead without a card gets them as of now.

    Without `now` it does not offer to undo the last change.
    """
    stored = await leads.get(connection, account_id, lead_id)
    if stored is None:
        return None
    posted = await cards.get(connection, account_id, stored.lead_id)
    if posted is None:
        nth, earlier_id = await buyers.nth(connection, stored)
        late_by, late_reason = None, late
    else:
        nth, earlier_id = posted.nth, posted.earlier_lead_id
        late_by, late_reason = posted.late_by, posted.late_reason
    written = await notes.latest(connection, account_id, stored.lead_id)
    return Card(
        stored=stored,
        reached_after=_reached_after(stored),
        late_by=late_by,
        late_reason=late_reason,
        nth=nth,
        earlier=await _earlier(connection, account_id, earlier_id),
        known_to=None if stored.owner_id is not None else await buyers.known_to(connection, stored),
        claimed_after=_claimed_after(stored),
        note=Note(written[0].who, written[0].text) if written else None,
        won_value=stored.won_value,
        lost_reason=stored.lost_reason,
        template=await templates.get(connection, account_id, stored.lead.kind),
        undo_id=await _undo_id(connection, account_id, stored.lead_id, now),
    )


async def _undo_id(connection: Connection, account_id: AccountId, lead_id: LeadId, now: datetime | None) -> int | None:
    """The last change, if it is young enough to be undone. Not a claim: whoever taps Claim twice would take it back;
    it is released.
    """
    last = await changes.of_lead(connection, account_id, lead_id, 1)
    if now is None or not last or last[0].act is Act.CLAIM or not claims.is_undoable(last[0], now):
        return None
    return last[0].change_id


def _claimed_after(stored: StoredLead) -> timedelta | None:
    enquired_at = stored.lead.enquired_at
    if stored.claimed_at is None or enquired_at is None:
        return None
    return max(stored.claimed_at - enquired_at, timedelta(0))


def _reached_after(stored: StoredLead) -> timedelta | None:
    enquired_at = stored.lead.enquired_at
    return None if enquired_at is None else max(stored.stored_at - enquired_at, timedelta(0))


async def _earlier(connection: Connection, account_id: AccountId, lead_id: LeadId | None) -> EarlierLead | None:
    before = None if lead_id is None else await leads.get(connection, account_id, lead_id)
    if before is None:
        return None
    return EarlierLead(
        lead_id=before.lead_id,
        kind=before.lead.kind,
        enquired_at=before.lead.enquired_at,
        product=before.lead.product,
        status=before.status,
        owner_name=before.owner_name,
    )


LOOKS: Final = 5
MOMENT: Final = 0.05
"""Seconds between looks for a card that is being posted."""


class Cards:
    def __init__(
        self, database: Database, account_id: AccountId, clock: Clock, chats: Chats, on_queued: Callable[[], None]
    ) -> None:
        self._database = database
        self._account_id = account_id
        self._clock = clock
        self._chats = chats
        self._on_queued = on_queued

    async def card(self, lead_id: int) -> Card | None:
        """Everything a view of the lead shows."""
        async with self._database.reading() as connection:
            return await assemble(connection, self._account_id, lead_id, now=self._clock.now())

    async def posted(self, lead_id: LeadId) -> MessageId | None:
        """The lead's message in the account's present chat.

        A press may come before what Telegram has taken is written down: that moment is waited for.
        """
        for _look in range(LOOKS):
            async with self._database.reading() as connection:
                found = await self._posted(connection, lead_id)
                if found is not None or not await outbox.has_card(connection, lead_id):
                    return found
            await asyncio.sleep(MOMENT)
        return None

    async def _posted(self, connection: Connection, lead_id: LeadId) -> MessageId | None:
        card = await cards.get(connection, self._account_id, lead_id)
        return None if card is None or card.chat_id != self._chats.place.chat_id else card.message_id

    async def show(self, lead_id: LeadId) -> None:
        """Bring the lead's card before the group: post it if it has none, else reply to it."""
        async with self._database.transaction() as connection:
            # Looked up in here, because a card may be recorded as posted, and its row gone, at any moment before.
            has_card = await self._posted(connection, lead_id) is not None
            draft = Draft(what=What.POINTER if has_card else What.CARD, turn=Turn.ANSWER, lead_id=lead_id)
            await outbox.add(connection, self._account_id, [draft], self._clock.now())
        self._on_queued()

    async def refresh(self, lead_id: LeadId) -> None:
        """Bring the lead's card up to date, if it has one."""
        async with self._database.transaction() as connection:
            await edits.add(connection, self._account_id, lead_id, Turn.EDIT, self._clock.now())
        self._on_queued()
