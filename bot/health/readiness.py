"""Whether the service does its work now: leads come in, and what waits for the group goes out."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bot.domain.notice import Fault
from bot.errors import StoreError
from bot.health.troubles import Activity, Cause
from bot.store import accounts, faults, outbox
from bot.store.outbox import UnreadableRowError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from bot.clock import Clock
    from bot.domain.ids import AccountId
    from bot.health.metrics import Attempts
    from bot.health.troubles import Troubles
    from bot.health.watchdog import Watchdog
    from bot.store.accounts import Account
    from bot.store.database import Connection, Database

LATE: Final = 30.0
"""Seconds a message may be past its turn."""
SLACK: Final = timedelta(seconds=90)
"""How long one call to IndiaMART may take."""
DEAD_KEY: Final = frozenset({Fault.WRONG_KEY, Fault.KEY_BLOCKED})
"""Nothing comes while one of these is open, however short ago the last good answer was."""


class UnreadyReason(StrEnum):
    """Why the service is not ready."""

    DATABASE = "database"
    """It cannot be read or written."""
    DISK = "disk"
    """It is full, or cannot be written."""
    MISTAKE = "mistake"
    """Leads cannot come in or go out because of a mistake of ours."""
    WRITER_HELD = "writer_held"
    """Nobody else could write for seconds."""
    LOOP_HELD = "loop_held"
    """Nothing else could happen for seconds."""
    DATABASE_GONE = "database_gone"
    """Its file is no longer at its path: nothing is taken in, and the service ends."""
    BOT_SHARED = "bot_shared"
    """Another program fetches the same bot's updates: perhaps a second Leadbell, which posts every lead too."""
    WEBHOOK = "webhook"
    """Another program's web address gets the bot's updates."""
    NO_POLL_YET = "no_poll_yet"
    """No call to IndiaMART was answered so far."""
    POLLS_FAIL = "polls_fail"
    """Two calls were due since the last good answer, or the key is refused."""
    OUTBOX_STUCK = "outbox_stuck"
    """The oldest message that could be posted is more than 30 s past its turn."""


VITAL: Final = frozenset({Activity.POLL, Activity.PUSH, Activity.SEND, Activity.WRITE, Activity.ROOM})
"""Without these no lead comes in, or none goes out."""
REASONS: Final = {
    Cause.DATABASE: UnreadyReason.DATABASE,
    Cause.DISK: UnreadyReason.DISK,
    Cause.OURS: UnreadyReason.MISTAKE,
    Cause.BOT_SHARED: UnreadyReason.BOT_SHARED,
    Cause.WEBHOOK: UnreadyReason.WEBHOOK,
}
"""What IndiaMART and Telegram do shows in what is overdue."""
OF_THE_BOT: Final = frozenset({Cause.BOT_SHARED, Cause.WEBHOOK})
"""Nobody's press or command comes here, or only every other one."""
LONGEST_HOLD: Final = 3.0
"""Seconds that one transaction may take, or wait for another program's."""
LONGEST_DELAY: Final = 2.0
"""Seconds that the event loop may be held up; more is no machine's bad moment."""
LONGEST_UNWRITTEN: Final = 10.0
"""Seconds since the last writing that lasts; there is one every few seconds."""
READ_WITHIN: Final = 2.0
"""Seconds."""


@dataclass(eq=False, repr=False)
class Readiness:
    """`reasons()` is empty when the service is ready."""

    database: Database
    account_id: AccountId
    clock: Clock
    troubles: Troubles
    watchdog: Watchdog
    attempts: Attempts
    opens_in: Callable[[], float]
    """Seconds until a card may go out."""
    poll_every: timedelta | None
    """None where leads come by push too: that needs nothing but this process and its database."""

    async def reasons(self) -> list[UnreadyReason]:
        if self.database.is_gone():
            return [UnreadyReason.DATABASE_GONE]
        return list(dict.fromkeys([*self._felt(), *await self._found()]))

    def _felt(self) -> Iterator[UnreadyReason]:
        """What is known without a look into the database."""
        for one in self.troubles.current:
            # An odd body that somebody pushes is kept, and the next one is taken all the same.
            is_passing = one.has_worked or (one.cause is Cause.OURS and one.work is Activity.PUSH)
            is_vital = one.work in VITAL or one.cause in OF_THE_BOT
            if is_vital and one.cause in REASONS and not is_passing:
                yield REASONS[one.cause]
        if self.database.held_for > LONGEST_HOLD:
            yield UnreadyReason.WRITER_HELD
        if self.watchdog.loop_was_held > LONGEST_DELAY:
            yield UnreadyReason.LOOP_HELD
        if self.watchdog.unwritten_for > LONGEST_UNWRITTEN:
            yield UnreadyReason.DATABASE

    async def _found(self) -> list[UnreadyReason]:
        try:
            async with asyncio.timeout(READ_WITHIN), self.database.reading() as connection:
                account = await accounts.get(connection, self.account_id)
                open_faults = {one.fault for one in await faults.current(connection, self.account_id)}
                due_at = await self._due_at(connection)
        except (StoreError, TimeoutError):
            return [UnreadyReason.DATABASE]
        polling = self._polling(account, open_faults)
        found = [] if polling is None else [polling]
        if due_at is not None and self._past_turn((self.clock.now() - due_at).total_seconds()) > LATE:
            found.append(UnreadyReason.OUTBOX_STUCK)
        return found

    async def _due_at(self, connection: Connection) -> datetime | None:
        try:
            return await outbox.next_due(connection, self.account_id, None)
        except UnreadableRowError:
            return None  # it steps aside as soon as delivery meets it

    def _polling(self, account: Account, open_faults: set[str]) -> UnreadyReason | None:
        if self.poll_every is None:
            return None
        if account.last_ok_at is None:
            return UnreadyReason.NO_POLL_YET
        # A clock that was set back may put the last answer in the future.
        is_overdue = abs(self.clock.now() - account.last_ok_at) > 2 * self.poll_every + SLACK
        return UnreadyReason.POLLS_FAIL if is_overdue or DEAD_KEY & open_faults else None

    def _past_turn(self, waiting: float) -> float:
        """Seconds the group's oldest postable message is past its turn; `waiting` is since when it could go out."""
        attempts, now = self.attempts, self.clock.monotonic()
        if attempts.failing_since is not None:
            return min(waiting, now - attempts.failing_since)
        if self.opens_in() > 0:
            return 0.0  # paced: every slot was used as it came
        return min(waiting, now - attempts.moved_at)
