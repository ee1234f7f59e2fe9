"""What came of pushes: counted for /metrics, remembered for /status, and what is refused said in the log.

Nothing here holds a token, an address or anything of a buyer.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bot.errors import StoreError
from bot.health.troubles import Activity
from bot.log import LogSeldom
from bot.store import push_log

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.ids import AccountId
    from bot.health.metrics import Metrics
    from bot.store.database import Database

log = logging.getLogger(__name__)

WRITE_EVERY: Final = 1.0
"""Seconds between two writes of refusals: strangers may cause them, as often as they like."""


class PushResult(StrEnum):
    """What a call of the listener's address came to."""

    NEW = "new"
    KNOWN = "known"
    """Only leads that were there already."""
    TEST = "test"
    """Nothing was to be told; see `indiamart.push.is_test`."""
    UNREADABLE = "unreadable"
    """Kept as it came, and told to the admins."""
    KEPT = "kept"
    """It tripped over a mistake of ours, and is tried again at the next start."""
    HANDED_ON = "handed_on"
    """Kept for the process that has the account's bot, which makes leads of it."""
    WRONG_ADDRESS = "wrong_address"
    """Another token: 404."""
    WRONG_METHOD = "wrong_method"
    """405."""
    TOO_LARGE = "too_large"
    """413."""
    BROKEN_OFF = "broken_off"
    """The connection ended before the body was whole."""
    NOT_STORED = "not_stored"
    """503: the database did not take it."""


REFUSED: Final = {
    PushResult.WRONG_ADDRESS: "its address under /indiamart/ does not end in PUSH_TOKEN (404)",
    PushResult.WRONG_METHOD: "only POST is taken there (405)",
    PushResult.TOO_LARGE: "it is larger than 256 KB (413)",
    PushResult.BROKEN_OFF: "it broke off before it was read",
    PushResult.NOT_STORED: "it could not be stored (503); IndiaMART will send it again",
}
"""Each with what the log says of it."""


class Refusals:
    """Counts at once, of all accounts; `run()` writes what was counted, so that an answer never waits for it."""

    def __init__(self, database: Database, clock: Clock, metrics: Metrics) -> None:
        self._database = database
        self._clock = clock
        self._metrics = metrics
        for result in PushResult:
            metrics.pushes.labels(result.value)
        self._unwritten: Counter[tuple[AccountId, PushResult]] = Counter()
        self._said = {result: LogSeldom(log, clock.monotonic) for result in REFUSED}
        self._wake = asyncio.Event()

    def note(self, account_id: AccountId, result: PushResult) -> None:
        """A push was refused."""
        self._metrics.pushes.labels(result.value).inc()
        self._unwritten[account_id, result] += 1
        self._wake.set()
        self._said[result].say("a push was refused: %s", REFUSED[result])

    def not_stored(self, account_id: AccountId, error: StoreError) -> None:
        """The database did not take a push."""
        self.note(account_id, PushResult.NOT_STORED)
        self._metrics.troubles.failed(Activity.PUSH, error)

    async def run(self) -> None:
        """For as long as the service runs."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                await self.write()
            except StoreError:
                self._wake.set()  # it is said elsewhere that the database cannot be written
            await asyncio.sleep(WRITE_EVERY)

    async def write(self) -> None:
        """Remember what was refused since the last time."""
        counted = self._unwritten.copy()
        async with self._database.transaction() as connection:
            for (account_id, result), number in counted.items():
                await push_log.count_up(connection, account_id, result.value, now=self._clock.now(), number=number)
        self._unwritten -= counted
