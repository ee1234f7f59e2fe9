"""All leads of a span of time, the oldest enquiry first, in stretches short enough for the service beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.domain.ids import LeadNumber
from bot.store import audit, exports
from bot.store.audit import Seen
from bot.store.positions import position

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from datetime import datetime

    from bot.domain.ids import AccountId
    from bot.store.database import Database
    from bot.store.exports import ExportedLead

STRETCH: Final = 1_000
HIGHEST: Final = 2**63 - 1


class Exports:
    """Leads from `since` up to just before `until`; None is no bound. A lead without a believable time of enquiry
    stands where it was stored.
    """

    def __init__(
        self, database: Database, account_id: AccountId, *, since: datetime | None, until: datetime | None
    ) -> None:
        self._database = database
        self._account_id = account_id
        self._low = 0 if since is None else position(since)
        self._high = HIGHEST if until is None else position(until)
        self._newest = LeadNumber(0)

    async def count(self) -> int:
        async with self._database.reading() as connection:
            return await exports.count(connection, self._account_id, low=self._low, high=self._high)

    async def note(self, machine: str, now: datetime) -> None:
        """In the audit, before anything is handed out; what is stored later is not."""
        async with self._database.transaction() as connection:
            self._newest = await audit.note_span(
                connection,
                self._account_id,
                Seen.EXPORT,
                low=self._low,
                high=self._high,
                machine=machine,
                now=now,
            )

    async def stretches(self) -> AsyncIterator[Sequence[ExportedLead]]:
        """Each as it is at its own moment, of the leads that were there when it was noted: nothing before that."""
        low = self._low
        while True:
            async with self._database.reading() as connection:
                found = await exports.stretch(
                    connection, self._account_id, low=low, high=self._high, newest=self._newest, limit=STRETCH
                )
            if not found:
                return
            yield found
            low = found[-1].position + 1
