"""Whether the service does its work now: leads come in, and what waits for the groups goes out.

It is ready as long as one account is: what is wrong with another is told by that one's name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.domain.notice import Fault
from bot.errors import StoreError
from bot.health.troubles import Activity, Cause
from bot.patience import Patience
from bot.store import account_health

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bot.clock import Clock
    from bot.domain.ids import AccountId
    from bot.health.metrics import Attempts
    from bot.health.troubles import Troubles
    from bot.health.watchdog import Watchdog
    from bot.store.account_health import AccountHealth
    from bot.store.database import Database

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
    UNDELIVERED = "undelivered"
    """Telegram does not reach the web address that is to get them."""
    NO_POLL_YET = "no_poll_yet"
    """No call to IndiaMART was answered so far."""
    POLLS_FAIL = "polls_fail"
    """Two calls were due since the last good answer, or the key is refused."""
    OUTBOX_STUCK = "outbox_stuck"
    """The oldest message that could be posted is more than 30 s past its turn."""
    SETTINGS = "settings"
    """An account cannot be served: its settings are no good, or SECRET_KEY does not decrypt them."""


VITAL: Final = frozenset({Activity.POLL, Activity.PUSH, Activity.SEND, Activity.WRITE})
"""Without these no lead comes in, or none goes out."""
REASONS: Final = {
    Cause.DATABASE: UnreadyReason.DATABASE,
    Cause.DISK: UnreadyReason.DISK,
    Cause.OURS: UnreadyReason.MISTAKE,
    Cause.BOT_SHARED: UnreadyReason.BOT_SHARED,
    Cause.WEBHOOK: UnreadyReason.WEBHOOK,
    Cause.UNDELIVERED: UnreadyReason.UNDELIVERED,
}
"""What IndiaMART and Telegram do shows in what is overdue."""
OF_THE_BOT: Final = frozenset({Cause.BOT_SHARED, Cause.WEBHOOK, Cause.UNDELIVERED})
"""Nobody's press or command comes here, or only every other one."""
LONGEST_HOLD: Final = 3.0
"""Seconds that one transaction may take, or wait for another program's."""
LONGEST_DELAY: Final = 2.0
"""Seconds that the event loop may be held up; more is no machine's bad moment."""
LONGEST_UNWRITTEN: Final = 10.0
"""Seconds since the last writing that lasts; there is one every few seconds."""
READ_WITHIN: Final = 2.0
"""Seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountAtWork:
    """What this process knows of an account that it serves."""

    account_id: AccountId
    bot_id: int | None = None
    attempts: Attempts
    opens_in: Callable[[], float]
    """Seconds until a card may go out."""
    poll_every: timedelta | None
    """None where leads come by push too: that needs nothing but this process and its database."""


@dataclass(frozen=True, slots=True)
class ReadinessReport:
    reasons: list[UnreadyReason]
    """Why the service is not ready; empty where it is."""
    accounts: dict[str, list[UnreadyReason]]
    """What is wrong with which, by name; where there are several."""


@dataclass(eq=False, repr=False)
class Readiness:
    database: Database
    clock: Clock
    troubles: Troubles
    watchdog: Watchdog
    accounts: Callable[[], Iterable[AccountAtWork]]
    """Those that are served, but for paused ones."""
    broken: Callable[[], Iterable[str]] = tuple
    """Names of those that cannot be served."""
    patience: Patience = field(default_factory=lambda: Patience(READ_WITHIN))

    async def reasons(self) -> list[UnreadyReason]:
        return (await self.report()).reasons

    async def report(self) -> ReadinessReport:
        if self.database.is_gone():
            return ReadinessReport([UnreadyReason.DATABASE_GONE], {})
        felt, served = list(self._felt()), list(self.accounts())
        try:
            health = await self.patience.wait(partial(self._read, [one.account_id for one in served]))
        except (StoreError, TimeoutError):
            return ReadinessReport(list(dict.fromkeys([*felt, UnreadyReason.DATABASE])), {})
        found = {one.account_id: list(self._found(one, health[one.account_id])) for one in served}
        names = {health[account_id].name: reasons for account_id, reasons in found.items() if reasons}
        names |= {name: [UnreadyReason.SETTINGS] for name in self.broken()}
        if all(found.values()):
            felt += [reason for reasons in found.values() for reason in reasons]
        is_one = len(served) == 1 and not list(self.broken())
        return ReadinessReport(list(dict.fromkeys(felt)), {} if is_one else names)

    async def _read(self, served: list[AccountId]) -> dict[AccountId, AccountHealth]:
        async with self.database.reading() as connection:
            return await account_health.all_of(connection, served, DEAD_KEY)

    def _felt(self) -> Iterator[UnreadyReason]:
        """What is known without a look into the database."""
        for one in self.troubles.current:
            # An odd body that somebody pushes is kept, and the next one is taken all the same.
            is_passing = one.has_worked or (one.cause is Cause.OURS and one.work is Activity.PUSH)
            if one.work in VITAL and one.cause in REASONS and not is_passing:
                yield REASONS[one.cause]
        if self.database.held_for > LONGEST_HOLD:
            yield UnreadyReason.WRITER_HELD
        if self.watchdog.loop_was_held > LONGEST_DELAY:
            yield UnreadyReason.LOOP_HELD
        if self.watchdog.unwritten_for > LONGEST_UNWRITTEN:
            yield UnreadyReason.DATABASE

    def _found(self, one: AccountAtWork, health: AccountHealth) -> Iterator[UnreadyReason]:
        now = self.clock.now()
        for trouble in self.troubles.current:
            if trouble.cause in OF_THE_BOT and trouble.concerns(one.bot_id) and not trouble.has_worked:
                yield REASONS[trouble.cause]
        if one.poll_every is not None and health.last_ok_at is None:
            yield UnreadyReason.NO_POLL_YET
        elif one.poll_every is not None and health.last_ok_at is not None:
            # A clock that was set back may put the last answer in the future.
            is_overdue = abs(now - health.last_ok_at) > 2 * one.poll_every + SLACK
            if is_overdue or health.has_dead_key:
                yield UnreadyReason.POLLS_FAIL
        if health.due_at is not None and self._past_turn(one, (now - health.due_at).total_seconds()) > LATE:
            yield UnreadyReason.OUTBOX_STUCK

    def _past_turn(self, one: AccountAtWork, waiting: float) -> float:
        """Seconds the group's oldest postable message is past its turn; `waiting` is since when it could go out."""
        attempts, now = one.attempts, self.clock.monotonic()
        if attempts.failing_since is not None:
            return min(waiting, now - attempts.failing_since)
        if one.opens_in() > 0:
            return 0.0  # paced: every slot was used as it came
        return min(waiting, now - attempts.moved_at)
