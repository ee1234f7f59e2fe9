"""The call budget: never two calls to IndiaMART closer than the floor, across tasks, restarts and processes."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING, Final

from bot.clock import from_epoch
from bot.store import accounts

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.ids import AccountId
    from bot.store.accounts import Account
    from bot.store.database import Connection, Database

LONGEST_HOLD: Final = timedelta(hours=24)
"""IndiaMART asks for minutes; whatever it says beyond this is a misreading."""


class CallBudget:
    """The time of the last call is in the database, written before the call. Within a run, what has passed counts,
    a sleep of the machine included: IndiaMART's time went on.
    """

    def __init__(self, database: Database, account_id: AccountId, clock: Clock, floor: timedelta) -> None:
        self._database = database
        self._account_id = account_id
        self._clock = clock
        self.floor = floor
        self._seen: datetime | None = None
        self._seen_hold: datetime | None = None
        self._opens_at = float("-inf")  # by `Clock.passed`

    def opens_in(self, account: Account) -> float:
        """Seconds until a call is allowed, given the account's row as it is now."""
        if (account.last_call_at, account.hold_until) != (self._seen, self._seen_hold):
            self._notice(account)
        return max(self._opens_at - self._clock.passed(), 0.0)

    def _notice(self, account: Account) -> None:
        """An earlier run or another process called: translate its wall time into ours, once."""
        self._seen, self._seen_hold = account.last_call_at, account.hold_until
        now = self._clock.now()
        waits = [timedelta(0)]
        # IndiaMART may have counted a call as late as it answered it.
        called = [moment for moment in (account.last_call_at, account.last_answer_at) if moment is not None]
        if called:
            # A last call "in the future" means that a clock was set back: one floor is always enough.
            waits.append(min(self.floor - (now - max(called)), self.floor))
        if account.hold_until is not None:
            waits.append(min(account.hold_until - now, _announced(account)))
        self._opens_at = max(self._opens_at, self._clock.passed() + max(waits).total_seconds())

    async def take(self, account: Account) -> bool:
        """Take the slot for one call, durably. False if it is too early, or another process was faster."""
        if self.opens_in(account) > 0:
            return False
        # Rounded up, so that a restart waits rather too long than too short.
        moment = _rounded_up(self._clock.now())
        if moment == self._seen:
            moment += timedelta(seconds=1)
        async with self._database.transaction() as connection:
            if not await accounts.take_slot(connection, self._account_id, seen=self._seen, now=moment):
                return False
        self._seen, self._seen_hold = moment, None
        self._opens_at = self._clock.passed() + self.floor.total_seconds()
        return True

    def finish(self) -> None:
        """The call is over. IndiaMART may have counted it as late as now, so the floor is waited from here."""
        self._opens_at = max(self._opens_at, self._clock.passed() + self.floor.total_seconds())

    async def hold(self, connection: Connection, wait: timedelta) -> None:
        """IndiaMART asked for no call for so long."""
        wait = min(wait, LONGEST_HOLD)
        until = _rounded_up(self._clock.now() + wait)
        await accounts.hold(connection, self._account_id, until)
        self._seen_hold = until
        self._opens_at = max(self._opens_at, self._clock.passed() + wait.total_seconds())


def _announced(account: Account) -> timedelta:
    """How long the stored hold was when IndiaMART asked for it, and the call before it took: what a clock that was set
    back cannot lengthen. Both ends are by this budget's clock, which IndiaMART's answer does not put right.
    """
    if account.hold_until is None or account.last_call_at is None or account.hold_until <= account.last_call_at:
        return LONGEST_HOLD
    return min(account.hold_until - account.last_call_at, LONGEST_HOLD)


def _rounded_up(moment: datetime) -> datetime:
    return from_epoch(ceil(moment.timestamp()))
