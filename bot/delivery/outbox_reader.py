"""What waits in the outbox for one chat, and what of it goes out next."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.delivery import outbox_bodies
from bot.delivery.messenger import ListingReason
from bot.domain.card import Lateness
from bot.domain.priority import Priority
from bot.errors import DeliveryTrouble
from bot.i18n import in_brackets
from bot.log import LogOnce
from bot.store import accounts, bursts, leads, outbox
from bot.store.outbox_messages import MessageKind, UnreadableRowError
from bot.store.parked import ParkReason

if TYPE_CHECKING:
    from datetime import datetime

    from bot.clock import Clock
    from bot.domain.ids import AccountId, ChatId, LeadId
    from bot.errors import DeliveryError
    from bot.store.database import Database
    from bot.store.outbox_messages import OutboxRow

log = logging.getLogger(__name__)

STALE: Final = timedelta(hours=24)
"""A person who cannot be written to is not kept waiting with older news than this."""
LONGEST_PUT_OFF: Final = timedelta(minutes=10)
"""More than any message is put off."""
_TURNS: Final = frozenset(Priority)
BURST: Final = 12
"""More new leads than this waiting for one chat are a burst."""
BURST_CARDS: Final = 6
LIST_SIZE: Final = 20
"""Half of a span is kept for presses: two hundred leads are six cards and ten lists, and within two minutes all are
there, also where the first of them came with the last calls of a span.
"""


@dataclass(slots=True)
class Recipient:
    """One chat that something waits for. `chat_id` None is the account's chat."""

    chat_id: ChatId | None
    news: asyncio.Event = field(default_factory=asyncio.Event)
    """Something was queued for it."""
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    """It may be written to again, so do not wait for the next try."""
    failures: int = 0
    is_held_up: bool = False
    """Telegram keeps messages waiting: what is late is late because of it."""
    refused: set[int] = field(default_factory=set)
    """Rows that Telegram does not take as they are: their next try says the same more simply."""
    task: asyncio.Task[None] | None = None
    trouble: LogOnce = field(default_factory=lambda: LogOnce(log))
    """The database's."""

    def says_more_simply(self, row: OutboxRow, error: DeliveryError) -> bool:
        """Whether Telegram may take what the row says in another form. That is a call like any other, with its turn.

        A chat may take no pictures and still take words: nothing waits behind a chart that is not allowed.
        """
        is_picture = row.what is MessageKind.PHOTO and error.trouble is DeliveryTrouble.CHAT
        if error.trouble is not DeliveryTrouble.MESSAGE and not is_picture:
            return False
        if row.outbox_id in self.refused:
            self.refused.discard(row.outbox_id)
            return False
        log.error("message %d is refused as it is%s; said more simply", row.outbox_id, in_brackets(error.description))
        self.refused.add(row.outbox_id)
        return True


class OutboxReader:
    """A `chat_id` of None is the account's chat, wherever it moves."""

    def __init__(self, database: Database, account_id: AccountId, clock: Clock) -> None:
        self._database = database
        self._account_id = account_id
        self._clock = clock

    async def due_in(self, chat_id: ChatId | None, *, up_to: int | None = None) -> float | None:
        """Seconds until what was put off is due; None where nothing was. `up_to` is the last turn that counts."""
        async with self._database.reading() as connection:
            due_at = await outbox.next_due(connection, self._account_id, chat_id, up_to=up_to)
        return None if due_at is None else (due_at - self._clock.now()).total_seconds()

    async def following(self, chat_id: ChatId | None, after: int | None = None) -> OutboxRow | None:
        """What goes out next, of the turns after this one. Raises UnreadableRowError for a row that is no message."""
        if after is None and _may_burst(chat_id):
            await condense(self._database, self._account_id, chat_id, self._clock.now())
        row = await self._first(chat_id, after)
        if row is not None and row.turn not in _TURNS:
            raise UnreadableRowError(row.outbox_id, ParkReason.UNKNOWN_TURN)
        return row

    async def _first(self, chat_id: ChatId | None, after: int | None) -> OutboxRow | None:
        now = self._clock.now()
        async with self._database.reading() as connection:
            row = await outbox.following(connection, self._account_id, chat_id, now, after=after)
            if row is not None:
                return row
            due_at = await outbox.next_due(connection, self._account_id, chat_id)
            if due_at is None or due_at - now <= LONGEST_PUT_OFF:
                return None
            # Nothing is ever put off for so long: the clock was set back.
            return await outbox.following(connection, self._account_id, chat_id, due_at, after=after)

    async def mark_late(self, chat_id: ChatId | None) -> None:
        """Telegram keeps messages waiting: what is late is late because of it."""
        async with self._database.transaction() as connection:
            await outbox.mark_late(connection, self._account_id, chat_id, Lateness.TELEGRAM)

    async def discard_stale(self, chat_id: ChatId) -> None:
        async with self._database.transaction() as connection:
            await outbox.discard(connection, self._account_id, chat_id, self._clock.now() - STALE)


def _may_burst(chat_id: object) -> bool:
    """A group. A hand may have written an address that is no number."""
    return chat_id is None or (isinstance(chat_id, int) and chat_id < 0)


async def condense(database: Database, account_id: AccountId, chat_id: ChatId | None, now: datetime) -> None:
    """Many leads at once: the newest few get a card each, the rest go into lists, each with a button to its card.

    What waits for several topics of a chat is a burst together, as they share its pace; each has its own lists.
    """
    async with database.reading() as connection:
        waiting = await bursts.waiting_cards(connection, account_id, chat_id, Priority.CARD)
    if len(waiting) <= BURST:
        return
    async with database.transaction() as connection:
        # What comes meanwhile waits, and so does who condenses the same.
        await accounts.lock(connection, account_id)
        waiting = await bursts.waiting_cards(connection, account_id, chat_id, Priority.CARD)
        # What came in parts fills up the lists that still wait: it is as many messages as if it had come at once.
        condensed = [
            *waiting[BURST_CARDS:],
            *await bursts.waiting_lists(connection, account_id, chat_id, Priority.LIST),
        ]
        taken = await outbox.remove(
            connection, account_id, [one.outbox_id for one in condensed], [Priority.CARD, Priority.LIST]
        )
        by_topic: dict[int | None, list[LeadId]] = {}
        for one in (each for each in condensed if each.outbox_id in taken):
            by_topic.setdefault(one.thread_id, []).extend(one.lead_ids)
        for thread_id, lead_ids in by_topic.items():
            listed = await leads.newest_first(connection, account_id, lead_ids)
            drafts = outbox_bodies.listings(ListingReason.BURST, Priority.LIST, listed, LIST_SIZE, chat_id, thread_id)
            await outbox.add(connection, account_id, drafts, now)
