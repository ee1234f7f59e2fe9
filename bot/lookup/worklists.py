"""Lists to work from: what nobody has claimed, and what is mine; and the lead behind a card."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.domain.buyleads import alive_since
from bot.store import cards, leads, reminders, standing, worklists
from bot.store.positions import position

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.ids import AccountId, ChatId, LeadId, MessageId, UserId
    from bot.domain.lead import StoredLead
    from bot.store.database import Database
    from bot.store.reminders import Reminder

PAGE: Final = 10


@dataclass(frozen=True, slots=True)
class WorkItem:
    stored: StoredLead
    reminders: tuple[Reminder, ...] = ()
    """Those of whoever asks that still wait, the next first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkPage:
    """Up to a page of leads. `before` and `after` are the keys to turn it with; None = no such page."""

    entries: tuple[WorkItem, ...]
    total: int
    before: int | None = None
    after: int | None = None
    too_old: int = 0
    """Unclaimed leads of backfills and imports that are left out because of their age; /search finds them."""


class WorkLists:
    def __init__(self, database: Database, account_id: AccountId, clock: Clock) -> None:
        self._database = database
        self._account_id = account_id
        self._clock = clock

    async def open_leads(self, key: int = 0, size: int = PAGE) -> WorkPage:
        """What nobody has claimed: BuyLeads first, because they end, then the oldest enquiry."""
        now = self._clock.now()
        bounds = {"recent": position(now - standing.RECENT), "alive": position(alive_since(now))}
        async with self._database.reading() as connection:
            counted = await worklists.count_unclaimed(connection, self._account_id, bounds["recent"])
            found = await worklists.unclaimed_from(connection, self._account_id, **bounds, key=key, limit=size + 1)
            if not found and key > 0:
                # What stood there was claimed meanwhile: a page turned is never a dead end.
                found = await worklists.unclaimed_from(connection, self._account_id, **bounds, key=0, limit=size + 1)
            first = found[0] if found else 0
            earlier = await worklists.unclaimed_before(connection, self._account_id, **bounds, key=first, limit=size)
            shown = await leads.at(
                connection, self._account_id, [worklists.position_at(place) for place in found[:size]]
            )
        return WorkPage(
            entries=tuple(WorkItem(one) for one in shown),
            total=counted.recent,
            before=earlier[-1] if earlier else None,
            after=found[size] if len(found) > size else None,
            too_old=counted.older,
        )

    async def mine(self, user_id: UserId, key: int = 0, size: int = PAGE) -> WorkPage:
        """A person's leads that are not closed, and those they want to be reminded of, by next reminder; then the
        newest first. The key is the place where the page begins, whatever became of what stood before it.
        """
        async with self._database.reading() as connection:
            lead_ids = await worklists.of_person(connection, self._account_id, user_id)
            places = [*lead_ids]
            start = bisect_left(places, key)
            # What stood there is closed meanwhile: a page turned is never a dead end.
            start = start if start < len(places) else 0
            shown = [lead_ids[place] for place in places[start : start + size]]
            waiting = await reminders.of_person(connection, self._account_id, user_id, worklists.MOST)
            found = await leads.many(connection, self._account_id, shown)
        end = start + size
        return WorkPage(
            entries=tuple(WorkItem(one, tuple(r for r in waiting if r.lead_id == one.lead_id)) for one in found),
            total=len(lead_ids),
            before=places[max(start - size, 0)] if start > 0 else None,
            after=places[end] if end < len(places) else None,
        )

    async def lead_of_card(self, chat_id: ChatId, message_id: MessageId) -> LeadId | None:
        """The account's lead whose card this message is."""
        async with self._database.reading() as connection:
            return await cards.lead_of(connection, self._account_id, chat_id, message_id)
