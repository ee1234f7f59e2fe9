"""Whether the service does its work now: leads come in, and what waits for the group goes out."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bot.errors import StoreError
from bot.services.messenger import Fault, Turn
from bot.store import accounts, faults, outbox
from bot.store.outbox import UnreadableRowError

if TYPE_CHECKING:
    from datetime import datetime

    from bot.clock import Clock
    from bot.models import AccountId
    from bot.services.chats import Chats
    from bot.services.metrics import Metrics
    from bot.services.pacing import Pacer
    from bot.store.accounts import Account
    from bot.store.database import Connection, Database

LATE: Final = 30.0
"""Seconds a message may be past its turn."""
SLACK: Final = timedelta(seconds=90)
"""How long one call to IndiaMART may take."""
DEAD_KEY: Final = frozenset({Fault.WRONG_KEY, Fault.KEY_BLOCKED})
"""Nothing comes while one of these is open, however short ago the last good answer was."""


class Reason(StrEnum):
    """Why the service is not ready."""

    DATABASE = "database"
    """It cannot be read or written."""
    DATABASE_GONE = "database_gone"
    """Its file is no longer at its path: nothing is taken in, and the service ends."""
    NO_POLL_YET = "no_poll_yet"
    """No call to IndiaMART was answered so far."""
    POLLS_FAIL = "polls_fail"
    """Two calls were due since the last good answer, or the key is refused."""
    OUTBOX_STUCK = "outbox_stuck"
    """The oldest message that could be posted is more than 30 s past its turn."""


class Readiness:
    """`reasons()` is empty when the service is ready."""

    def __init__(
        self,
        database: Database,
        account_id: AccountId,
        clock: Clock,
        metrics: Metrics,
        *,
        chats: Chats,
        pacer: Pacer,
        poll_every: timedelta | None,
        has_push: bool,
    ) -> None:
        """`poll_every` is None where leads only come by push."""
        self._database = database
        self._account_id = account_id
        self._clock = clock
        self._metrics = metrics
        self._chats = chats
        self._pacer = pacer
        self._poll_every = poll_every
        self._has_push = has_push
        self.is_writable = True
        """Whether the last look found that the database can be written."""

    async def reasons(self) -> list[Reason]:
        if self._database.is_gone():
            return [Reason.DATABASE_GONE]
        try:
            async with self._database.reading() as connection:
                account = await accounts.get(connection, self._account_id)
                open_faults = {one.fault for one in await faults.current(connection, self._account_id)}
                due_at = await self._due_at(connection)
        except StoreError:
            return [Reason.DATABASE]
        found = [] if self.is_writable else [Reason.DATABASE]
        polling = self._polling(account, open_faults)
        # IndiaMART's push needs nothing but this process and its database.
        if polling is not None and not self._has_push:
            found.append(polling)
        if due_at is not None and self._past_turn((self._clock.now() - due_at).total_seconds()) > LATE:
            found.append(Reason.OUTBOX_STUCK)
        return found

    async def _due_at(self, connection: Connection) -> datetime | None:
        try:
            return await outbox.next_due(connection, self._account_id, None)
        except UnreadableRowError:
            return None  # it steps aside as soon as delivery meets it

    def _polling(self, account: Account, open_faults: set[str]) -> Reason | None:
        if self._poll_every is None:
            return None
        if account.last_ok_at is None:
            return Reason.NO_POLL_YET
        # A clock that was set back may put the last answer in the future.
        is_overdue = abs(self._clock.now() - account.last_ok_at) > 2 * self._poll_every + SLACK
        return Reason.POLLS_FAIL if is_overdue or DEAD_KEY & open_faults else None

    def _past_turn(self, waiting: float) -> float:
        """Seconds the group's oldest postable message is past its turn; `waiting` is since when it could go out."""
        attempts, now = self._metrics.attempts[None], self._clock.monotonic()
        if attempts.failing_since is not None:
            return min(waiting, now - attempts.failing_since)
        if self._pacer.opens_in(self._chats.place.chat_id, Turn.CARD) > 0:
            return 0.0  # paced: every slot was used as it came
        return min(waiting, now - attempts.moved_at)
