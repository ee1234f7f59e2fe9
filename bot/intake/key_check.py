"""One call that shows whether the key works, where no poll has to wait for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.lead import Origin
from bot.indiamart.answer import Outcome
from bot.store import accounts, runs

if TYPE_CHECKING:
    from datetime import datetime

    from bot.clock import Clock
    from bot.domain.ids import AccountId
    from bot.indiamart.answer import Answer, LeadSource
    from bot.intake.call_budget import CallBudget
    from bot.intake.coverage import Coverage, PollSettings
    from bot.intake.ingest import Ingest
    from bot.intake.poll_result import PollRecorder
    from bot.store.accounts import Account
    from bot.store.database import Database

ALIVE: Final = timedelta(seconds=100)
"""A service says every 30 s that it is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyCheckResult:
    """What IndiaMART answered; or, without an answer, why it was not asked."""

    answer: Answer | None = None
    newest: datetime | None = None
    """The latest enquiry in the answer."""
    called_at: datetime | None = None
    """The last call before this one."""
    not_before: datetime | None = None
    """When it can be tried; None where a service is at work, which then polls itself."""
    last_outcome: str | None = None
    """What became of the last poll, where a service is at work."""

    @property
    def works(self) -> bool:
        """Cut short or not: only a good key gets leads, or is told that there are none, or none yet."""
        return self.answer is not None and self.answer.outcome in {Outcome.LEADS, Outcome.NOTHING, Outcome.NOT_READY}


@dataclass(eq=False, repr=False)
class KeyCheck:
    """The call counts in the budget. What it brings is stored as far as the next poll would bring it too, and nothing
    counts as fetched: that poll asks for all of it once more.
    """

    database: Database
    account_id: AccountId
    clock: Clock
    source: LeadSource
    settings: PollSettings
    budget: CallBudget
    recorder: PollRecorder
    ingest: Ingest

    async def run(self, *, is_new: bool = False) -> KeyCheckResult:
        """Never raises for anything that IndiaMART or a network can do. A new key is tried although a poll is due: that
        would be made with the other.
        """
        now = self.clock.now()
        async with self.database.reading() as connection:
            stored = await accounts.get(connection, self.account_id)
            account = self.settings.with_beginning(stored, self.recorder.now())
            coverage = await self.recorder.coverage(connection, account)
            beat_at = await runs.latest_beat(connection)
        is_alive = beat_at is not None and abs(now - beat_at) < ALIVE
        if is_alive and stored.is_served and not is_new and self._is_poll_due(stored, coverage, now):
            return KeyCheckResult(called_at=stored.last_call_at, last_outcome=stored.last_outcome)
        opens_at = now + timedelta(seconds=self.budget.opens_in(stored))
        if not await self.budget.take(stored):
            return KeyCheckResult(called_at=stored.last_call_at, not_before=opens_at)
        return await self._ask(coverage)

    def _is_poll_due(self, account: Account, coverage: Coverage, now: datetime) -> bool:
        """Whether a call now would make the service's next one wait."""
        if account.last_call_at is None or coverage.gaps(now):
            return True
        return now + self.budget.floor > account.last_call_at + self.settings.every

    async def _ask(self, coverage: Coverage) -> KeyCheckResult:
        answer = await self.source.sample(self.recorder.now())
        self.budget.finish()
        times = [lead.enquired_at for lead in answer.leads if lead.enquired_at is not None]
        tried = KeyCheckResult(answer=answer, newest=max(times, default=None))
        if tried.works:
            await self._store(answer, coverage.fresh(self.recorder.now()).start)
        else:
            await self.recorder.hold(answer)
        return tried

    async def _store(self, answer: Answer, since: datetime) -> None:
        """What is older than the next poll's window is history, which nobody wants as cards."""
        wanted = [lead for lead in answer.leads if lead.enquired_at is not None and lead.enquired_at >= since]
        async with self.ingest.committing(self.database) as connection:
            await self.ingest.unreadable(connection, answer.unreadable, Origin.PULL)
            await self.ingest.fresh(connection, wanted, origin=Origin.PULL)
