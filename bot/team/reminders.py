"""Reminders: set, listed, cancelled; and queued for the group when they are due, each once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypedDict

from bot.domain.priority import Priority
from bot.store import changes, outbox, reminders
from bot.store.outbox_messages import Draft, MessageKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.clock import Clock
    from bot.domain.ids import AccountId, LeadId, UserId
    from bot.domain.person import Person
    from bot.store.database import Database
    from bot.store.reminders import Reminder

LONGEST_TEXT: Final = 300
"""Characters of what is to be remembered."""
LISTED: Final = 50
TAPPED_TWICE: Final = timedelta(seconds=5)
"""What one person sets twice for moments as near as this is set once."""


class _Asked(TypedDict):
    user_id: UserId
    text: str
    due_at: datetime


class Reminders:
    def __init__(self, database: Database, account_id: AccountId, clock: Clock, on_queued: Callable[[], None]) -> None:
        self._database = database
        self._account_id = account_id
        self._clock = clock
        self._on_queued = on_queued

    async def add(self, lead_id: LeadId, person: Person, due_at: datetime, text: str = "") -> int | None:
        """The reminder's number, or that of the same one, set a moment before; None for a lead that is not here."""
        asked: _Asked = {"user_id": person.user_id, "text": text.strip()[:LONGEST_TEXT], "due_at": due_at}
        async with self._database.transaction() as connection:
            # The second of two taps waits here, and finds what the first has set.
            await changes.state(connection, self._account_id, lead_id)
            found = await reminders.alike(connection, self._account_id, lead_id, **asked, within=TAPPED_TWICE)
            if found is not None:
                return found
            return await reminders.add(connection, self._account_id, lead_id, **asked, now=self._clock.now())

    async def cancel(self, reminder_id: int, user_id: UserId) -> bool:
        """False where it has fired, is cancelled already, or is somebody else's."""
        async with self._database.transaction() as connection:
            return await reminders.cancel(connection, self._account_id, reminder_id, user_id, self._clock.now())

    async def of(self, user_id: UserId, limit: int = LISTED) -> list[Reminder]:
        """A person's reminders that still wait, the next first."""
        async with self._database.reading() as connection:
            return await reminders.of_person(connection, self._account_id, user_id, limit)

    async def fire(self) -> int:
        """Queue what is due, also what came due while nobody looked. How many."""
        now = self._clock.now()
        async with self._database.transaction() as connection:
            due = await reminders.fire(connection, self._account_id, now)
            await outbox.add(connection, self._account_id, [_draft(*one) for one in due], now)
        if due:
            self._on_queued()
        return len(due)


def _draft(reminder_id: int, lead_id: LeadId) -> Draft:
    body = {"reminder_id": reminder_id}
    return Draft(what=MessageKind.REMINDER, turn=Priority.REMINDER, body=body, beside=lead_id)
