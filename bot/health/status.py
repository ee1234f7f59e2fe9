"""What /status says: polling, what waits, faults."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Protocol

from bot import __version__
from bot.domain.notice import Fault
from bot.store import accounts, faults, leads, outbox, parked, push_log
from bot.store.parked import ParkedSummary

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.clock import Clock
    from bot.domain.ids import AccountId, LeadNumber
    from bot.domain.usual import FewReason, Usual
    from bot.health.troubles import OpenTrouble, Troubles
    from bot.health.usual import UsualLeads
    from bot.store.database import Database
    from bot.store.faults import PastFault

LATEST_PUSHES: Final = 5
TOLD_FOR: Final = timedelta(days=30)
"""How long the trouble that ended last is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReport:
    version: str
    api: str | None
    """"v1", "v2", or None where leads only come by push."""
    has_push: bool
    last_poll: datetime | None
    last_outcome: str | None
    last_new: int
    next_poll: datetime | None
    backlog: timedelta
    """History still to be fetched."""
    leads: int
    waiting: int
    """Messages that are still to be posted."""
    waiting_since: datetime | None
    paced_until: datetime | None
    """The chat takes no message before then."""
    faults: tuple[tuple[Fault | None, datetime, str], ...]
    """(fault, since, in their own words); None is a fault that only another version knows."""
    last_lead: tuple[LeadNumber, datetime] | None = None
    """The newest one's number, and when the buyer asked."""
    last_fault: tuple[Fault | None, datetime, datetime] | None = None
    """(fault, since, until) of the one that ended last, where people were told of it not long ago."""
    parked: ParkedSummary = field(default_factory=ParkedSummary)
    """Messages that could not be said as anything."""
    usual: Usual | None = None
    """How many leads came today, beside the same weekdays before."""
    few: tuple[FewReason, ...] = ()
    """Why so few came, the likeliest first; empty where it is as usual, or nobody can say."""
    pushes: tuple[push_log.PushLogEntry, ...] | None = None
    """The latest ones, the newest first; None where push is off, or for whom they are not meant."""


class Schedule(Protocol):
    """What is to be polled, and when."""

    async def next_at(self) -> datetime: ...
    async def backlog(self) -> timedelta: ...


@dataclass(eq=False, repr=False)
class StatusReporter:
    database: Database
    account_id: AccountId
    clock: Clock
    troubles: Troubles
    polls: Schedule | None
    usual: UsualLeads
    opens_in: Callable[[], float]
    api: str | None
    has_push: bool
    bot_id: int | None = None

    async def status(self, *, for_admin: bool = False) -> StatusReport:
        now = self.clock.now()
        async with self.database.reading() as connection:
            account = await accounts.get(connection, self.account_id)
            waiting = await outbox.waiting(connection, self.account_id)
            set_aside = await parked.summary(connection, self.account_id)
            open_faults = await faults.current(connection, self.account_id)
            number = await leads.number(connection, self.account_id)
            newest = await leads.newest(connection, self.account_id)
            ended = await faults.last(connection, self.account_id)
            has_pushes = for_admin and self.has_push
            latest = await push_log.newest(connection, self.account_id, LATEST_PUSHES) if has_pushes else None
            found = (*self._open(), *((_fault(one.fault), one.since, one.message) for one in open_faults))
            usual = await self.usual.count(connection, now)
            few = await self.usual.why_few(
                connection,
                now,
                account,
                faults=[fault for fault, _since, _message in found],
                waiting=waiting,
                has_pull=self.api is not None,
                has_push=self.has_push,
            )
        paced = self.opens_in()
        return StatusReport(
            version=__version__,
            api=self.api,
            has_push=self.has_push,
            last_poll=account.last_answer_at,
            last_outcome=account.last_outcome,
            last_new=account.last_new,
            next_poll=None if self.polls is None else await self.polls.next_at(),
            backlog=timedelta() if self.polls is None else await self.polls.backlog(),
            leads=number,
            waiting=waiting.rows,
            waiting_since=waiting.oldest,
            paced_until=now + timedelta(seconds=paced) if paced > 0 else None,
            faults=found,
            last_lead=None if newest is None else (newest.number, newest.lead.enquired_at or newest.stored_at),
            last_fault=_past(ended, now),
            usual=usual,
            few=few if usual.is_few else (),
            parked=set_aside,
            pushes=None if latest is None else tuple(latest),
        )

    def _open(self) -> list[tuple[Fault, datetime, str]]:
        oldest: dict[tuple[Fault, str, int | None], OpenTrouble] = {}
        for one in self.troubles.current:
            if one.told_as is not None and one.concerns(self.bot_id):
                oldest.setdefault(one.told_as, one)
        return [(fault, one.since, one.reason) for (fault, _reason, _bot), one in oldest.items()]


def _past(ended: PastFault | None, now: datetime) -> tuple[Fault | None, datetime, datetime] | None:
    if ended is None or now - ended.ended_at > TOLD_FOR:
        return None
    return _fault(ended.fault), ended.since, ended.ended_at


def _fault(word: str) -> Fault | None:
    return Fault(word) if word in set(Fault) else None
