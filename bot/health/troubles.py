"""What failed, counted in one place by what was to be done and whose trouble it was; and which of it is not over yet.

Who is told of it, and in which words, is not its business: see `bot.delivery.alarm`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from prometheus_client import Counter

from bot.domain.notice import Fault
from bot.errors import (
    DeliveryError,
    DeliveryTrouble,
    NotHeldError,
    StoreBusyError,
    StoreError,
    StoreFullError,
    StoreRefusedError,
)
from bot.log import origin

if TYPE_CHECKING:
    from datetime import datetime

    from bot.clock import Clock


class Cause(StrEnum):
    """Whose trouble it is."""

    DATABASE = "database"
    """Locked, damaged, or it refuses what is written."""
    DISK = "disk"
    """Full, or not to be written."""
    TO_INDIAMART = "network_indiamart"
    """The network on the way there."""
    TO_TELEGRAM = "network_telegram"
    INDIAMART = "indiamart"
    """It answered, and not as it should."""
    TELEGRAM = "telegram"
    TOKEN = "token"  # noqa: S105 - a word, not a secret
    """Telegram does not know the bot by it."""
    BOT_SHARED = "bot_shared"
    """Another program fetches the same bot's updates."""
    WEBHOOK = "webhook"
    """Telegram sends them to another program's web address."""
    UNDELIVERED = "undelivered"
    """It does not reach ours."""
    OURS = "ours"
    """A mistake in the program."""


FAULTS: Final = {
    Cause.DISK: Fault.DISK,
    Cause.DATABASE: Fault.DATABASE,
    Cause.TELEGRAM: Fault.TELEGRAM,
    Cause.TO_TELEGRAM: Fault.TELEGRAM,
    Cause.TOKEN: Fault.TELEGRAM,
    Cause.BOT_SHARED: Fault.BOT_SHARED,
    Cause.WEBHOOK: Fault.WEBHOOK,
    Cause.UNDELIVERED: Fault.UNDELIVERED,
    Cause.OURS: Fault.MISTAKE,
}
"""IndiaMART's are told by `bot.health.faults`."""


OF_A_BOT: Final = frozenset({Cause.TOKEN, Cause.BOT_SHARED, Cause.WEBHOOK, Cause.UNDELIVERED})
"""Of one bot's; the others go on."""


class Activity(StrEnum):
    """What was to be done."""

    POLL = "poll"
    PUSH = "push"
    SEND = "send"
    """What waits in the outbox."""
    ANSWER = "answer"
    """What people asked for."""
    PRESS = "press"
    UPDATE = "update"
    """What a handler makes of Telegram's news."""
    UPDATES = "updates"
    """Fetching them."""
    REMINDERS = "reminders"
    ESCALATION = "escalation"
    DIGESTS = "digests"
    CHARTS = "charts"
    """Drawing those of a week's digest."""
    PRUNE = "prune"
    MASK = "mask"
    ERASE = "erase"
    """Overwriting what was sealed."""
    WATCH = "watch"
    MENUS = "menus"
    QUESTIONS = "questions"
    BACKUP = "backup"
    WRITE = "write"
    """A few bytes, to see whether the database takes them."""
    OTHER = "other"


AS_IT_COMES: Final = frozenset({Activity.PUSH, Activity.ANSWER, Activity.PRESS, Activity.UPDATE, Activity.OTHER})
"""Nobody knows when it is done next, so its troubles may also end by themselves."""
CALM: Final = 600.0
"""Seconds without another failure after which they do. A mistake of ours does not end before either, whatever works: it
may need what came just then.
"""
MOST_OPEN: Final = 50


@dataclass(slots=True, kw_only=True)
class OpenTrouble:
    """A trouble that has not passed."""

    work: Activity
    cause: Cause
    reason: str
    """For whoever looks after the machine: it names no person, no secret and no folder."""
    since: datetime
    began_at: float
    failed_at: float
    """The last time. Both are monotonic seconds."""
    times: int = 1
    is_whole: bool = False
    """It concerns all of the database, whatever is written: one writing that works ends it."""
    has_worked: bool = False
    """It has gone well since, and only waits to be believed."""
    bot_id: int | None = None
    """Of whose updates; others' tell nothing of it."""

    @property
    def whose(self) -> int | None:
        """The bot whose trouble it is; None for what is the whole service's."""
        return self.bot_id if self.cause in OF_A_BOT else None

    @property
    def told_as(self) -> tuple[Fault, str, int | None] | None:
        """One disk is one trouble, whatever it keeps from being done; each mistake is one of its own, and each bot."""
        fault = FAULTS.get(self.cause)
        return None if fault is None else (fault, self.reason if self.cause is Cause.OURS else "", self.whose)

    def concerns(self, bot_id: int | None) -> bool:
        """Whether it is a trouble for who speaks through this bot."""
        return self.whose in {None, bot_id}


class Troubles:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: dict[tuple[Activity, Cause, str, int | None], OpenTrouble] = {}
        self.counter = Counter(
            "leadbell_failures", "What failed, by what it was and whose trouble.", ["work", "cause"], registry=None
        )

    @property
    def current(self) -> list[OpenTrouble]:
        """What has not passed, the oldest first."""
        return sorted(self._open.values(), key=lambda one: one.since)

    def count(self, work: Activity, cause: Cause) -> None:
        """It failed, and somebody else keeps in mind that it did."""
        self.counter.labels(work.value, cause.value).inc()

    def failed(
        self, work: Activity, error: BaseException, cause: Cause | None = None, *, bot_id: int | None = None
    ) -> None:
        """It failed, and has not passed until `worked` says so, of the same bot if it was one's.

        That another process has taken over is no trouble.
        """
        if isinstance(error, NotHeldError):
            return
        cause = cause or cause_of(error)
        self.count(work, cause)
        reason = _reason(error)
        key = (work, cause, reason if cause is Cause.OURS else "", bot_id)
        now = self._clock.monotonic()
        known = self._open.get(key)
        if known is not None:
            known.failed_at, known.reason, known.has_worked = now, reason, False
            known.times += 1
        elif len(self._open) < MOST_OPEN:
            self._open[key] = OpenTrouble(
                work=work,
                cause=cause,
                reason=reason,
                since=self._clock.now(),
                began_at=now,
                failed_at=now,
                is_whole=isinstance(error, StoreBusyError | StoreFullError | StoreRefusedError),
                bot_id=bot_id,
            )

    def worked(self, work: Activity, *, bot_id: int | None = None) -> None:
        now = self._clock.monotonic()
        for key, one in [(key, one) for key, one in self._open.items() if one.work is work and one.bot_id == bot_id]:
            one.has_worked = True
            if one.cause is not Cause.OURS or now - one.failed_at >= CALM:
                del self._open[key]

    def written(self) -> None:
        """The database takes what is written, and there is room for more."""
        self._open = {key: one for key, one in self._open.items() if not one.is_whole}

    def settle(self) -> None:
        """Forget what has been calm for long enough; to be called now and then."""
        now = self._clock.monotonic()
        self._open = {
            key: one for key, one in self._open.items() if one.work not in AS_IT_COMES or now - one.failed_at < CALM
        }


def cause_of(error: BaseException) -> Cause:
    if isinstance(error, StoreFullError):
        return Cause.DISK
    if isinstance(error, StoreError):
        return Cause.DATABASE
    if isinstance(error, DeliveryError):
        return (
            Cause.TO_TELEGRAM if error.trouble is DeliveryTrouble.TEMPORARY and error.is_of_the_way else Cause.TELEGRAM
        )
    return Cause.OURS


def _reason(error: BaseException) -> str:
    if isinstance(error, StoreError):
        return error.reason
    return error.description if isinstance(error, DeliveryError) else origin(error)
