"""Leads that people bring in files: stored and found by look-ups, never posted, never called out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.models import Route
from bot.store import entries, leads

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.clock import Clock
    from bot.models import AccountId, Lead
    from bot.store.database import Database


@dataclass(slots=True)
class Tally:
    """What has become of the rows so far."""

    new: int = 0
    known: int = 0
    bad: int = 0


class Imports:
    def __init__(self, database: Database, account_id: AccountId, clock: Clock) -> None:
        self._database = database
        self._account_id = account_id
        self._clock = clock
        self.tally = Tally()

    async def take(self, parts: Sequence[Sequence[Lead]]) -> None:
        """Store what is new of several parts in one commit, which is as long as somebody's claim may have to wait."""
        given = sum(map(len, parts))
        new = 0
        async with self._database.transaction() as connection:
            for part in parts:
                now = self._clock.now()
                added = await leads.add(connection, self._account_id, entries.of(part), route=Route.IMPORT, now=now)
                new += len(added)
        self.tally.new += new
        self.tally.known += given - new
