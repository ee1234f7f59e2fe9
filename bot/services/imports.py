"""Leads that people bring in files: stored and found by look-ups, never posted, never called out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.models import Route
from bot.store import adding, entries

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

    async def take(self, found: Sequence[Lead]) -> None:
        """Store what is new of them in one commit."""
        ready, now = entries.of(found), self._clock.now()
        async with self._database.transaction() as connection:
            added = await adding.add(connection, self._account_id, ready, route=Route.IMPORT, now=now)
        self.tally.new += len(added)
        self.tally.known += len(found) - len(added)
