"""What members write about a lead, and all that happened to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.domain.priority import Priority
from bot.store import changes, edits, leads, notes, people

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from bot.clock import Clock
    from bot.domain.ids import AccountId, ChatId, LeadId, MessageId, UserId
    from bot.domain.lead import Status, StoredLead
    from bot.domain.person import Person
    from bot.store.changes import Change, ChangeKind
    from bot.store.database import Database

LONGEST: Final = 4096
"""Characters: as many as a message of Telegram has. The card shows fewer."""
MOST_SHOWN: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """Something that happened to a lead."""

    at: datetime
    who: str | None
    """None for somebody whose name is not known."""
    what: ChangeKind | None
    """None for a note."""
    before: Status | None = None
    after: Status | None = None
    owner_before: str | None = None
    owner_after: str | None = None
    won_value: int | None = None
    """Rupees."""
    text: str | None = None
    """The note, or why the lead was lost."""
    undone: ChangeKind | None = None
    """What was taken back."""


class Notes:
    def __init__(self, database: Database, account_id: AccountId, clock: Clock, on_queued: Callable[[], None]) -> None:
        self._database = database
        self._account_id = account_id
        self._clock = clock
        self._on_queued = on_queued

    async def add(
        self, lead_id: LeadId, person: Person, text: str, *, message: tuple[ChatId, MessageId] | None = None
    ) -> bool:
        """False where there is no such lead, or nothing to note. `message` is what it was read from: Telegram may
        bring it again after a crash, and then it is noted once.
        """
        cleaned = text.strip()[:LONGEST].rstrip()
        if not cleaned:
            return False
        now = self._clock.now()
        async with self._database.transaction() as connection:
            is_new = await notes.add(
                connection,
                self._account_id,
                lead_id,
                user_id=person.user_id,
                text=cleaned,
                now=now,
                message=message,
            )
            if is_new:
                await people.saw(connection, self._account_id, person)
                await edits.add(connection, self._account_id, lead_id, Priority.PRESS, now)
        self._on_queued()
        return is_new

    async def history(self, lead_id: LeadId) -> list[HistoryEntry]:
        """All that happened to the lead, the oldest first; the newest hundred where it is more."""
        async with self._database.reading() as connection:
            done = await changes.of_lead(connection, self._account_id, lead_id, MOST_SHOWN)
            written = await notes.latest(connection, self._account_id, lead_id, MOST_SHOWN)
            names = await people.names(connection, self._account_id, _named(done))
        kinds = {one.change_id: one.act for one in done}
        # Notes come newest first; those of one second keep their order.
        entries = [_changed(one, names, kinds) for one in done] + [
            HistoryEntry(at=one.at, who=one.who, what=None, text=one.text) for one in reversed(written)
        ]
        return sorted(entries, key=lambda entry: entry.at)[-MOST_SHOWN:]

    async def others(self, lead_id: LeadId, limit: int = 10) -> list[StoredLead]:
        """The buyer's other leads, the newest first."""
        async with self._database.reading() as connection:
            return await leads.others_of_buyer(connection, self._account_id, lead_id, limit)


def _named(done: list[Change]) -> set[UserId]:
    found = {user for one in done for user in (one.user_id, one.before.owner_id, one.after.owner_id)}
    return {user for user in found if user is not None}


def _changed(change: Change, names: Mapping[UserId, str], kinds: Mapping[int, ChangeKind]) -> HistoryEntry:
    before, after = change.before, change.after
    return HistoryEntry(
        at=change.at,
        who=names.get(change.user_id),
        what=change.act,
        before=before.status,
        after=after.status,
        owner_before=None if before.owner_id is None else names.get(before.owner_id),
        owner_after=None if after.owner_id is None else names.get(after.owner_id),
        won_value=after.won_value,
        text=after.lost_reason,
        undone=None if change.undoes is None else kinds.get(change.undoes),
    )
