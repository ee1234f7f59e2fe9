"""Pulls leads from IndiaMART: when to call, for which window, and what an answer means for the next call.

Which window is `coverage`'s arithmetic, how often is `call_budget`'s; what is stored is `poll_result`'s.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.card import Lateness
from bot.errors import NotHeldError, StoreError
from bot.health.troubles import Activity, Troubles
from bot.indiamart.answer import Answer, Outcome
from bot.intake.coverage import PollTask
from bot.intake.fetch_report import FetchReport, PollSummary, PollWaiter
from bot.intake.ingest import OverduePoll
from bot.intake.poll_result import DEFER, REREAD_BACK
from bot.intake.window_size import cut_at
from bot.log import LogOnce
from bot.store import accounts

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.clock import Clock
    from bot.domain.ids import AccountId
    from bot.domain.lead import Window
    from bot.indiamart.answer import LeadSource
    from bot.intake.call_budget import CallBudget
    from bot.intake.coverage import Coverage, PollSettings
    from bot.intake.poll_result import PollRecorder
    from bot.store.accounts import Account
    from bot.store.beginnings import Beginning
    from bot.store.database import Database

log = logging.getLogger(__name__)

REREAD_EVERY: Final = timedelta(hours=24)
JITTER: Final = timedelta(seconds=10)
"""No poll is called overdue for less."""
STORE_RETRY: Final = 5.0
"""Seconds until a database that could not be written is tried again."""
BAD_KEY_FLOORS: Final = 12
BAD_KEY_LONGEST: Final = timedelta(hours=1)
"""A refused key is tried again after so many floors, and hourly at most: what IndiaMART's 5 minutes make of it."""
LONGEST_BACKOFF: Final = 3
"""Floors between tries while IndiaMART is down: leads are waiting, and the floor is all it asks for."""
ANNOUNCED: Final = frozenset({Outcome.TOO_SOON, Outcome.BLOCKED})
"""IndiaMART says itself how long to wait; the budget holds that."""
EVERYWHERE: Final = ANNOUNCED | {Outcome.BAD_KEY, Outcome.NO_CONNECTION, Outcome.UNREACHABLE}
"""No window is to blame for these."""


class LeadPoller:
    """One account's pulling. `turn()` looks whether a call is due; `step()` makes one."""

    def __init__(
        self,
        database: Database,
        account_id: AccountId,
        clock: Clock,
        source: LeadSource,
        *,
        settings: PollSettings,
        budget: CallBudget,
        recorder: PollRecorder,
        troubles: Troubles,
    ) -> None:
        self._database = database
        self._account_id = account_id
        self._clock = clock
        self._source = source
        self._settings = settings
        self._budget = budget
        self._recorder = recorder
        self._troubles = troubles
        self.on_stored: Callable[[], None] = lambda: None
        """Called after every answer that was taken in."""
        self.on_wake: Callable[[], None] = lambda: None
        """Called when a call may be due earlier than `turn()` said."""
        self._trouble = LogOnce(log)
        self._busy = asyncio.Lock()
        self._due_at = clock.passed()  # when the schedule wants the next call; the budget may want it later
        self._was_backlog = True  # so that the fresh window goes first
        self._failures = 0
        self._deferred: dict[datetime, float] = {}  # end of a chunk -> until when it is left alone
        self._delay: OverduePoll | None = None  # the last one; what is missing since then is late for the same reason
        self._reread_after = float("-inf")
        self._asked = False
        self._polled = PollWaiter()
        self._known: tuple[Account, Coverage] | None = None
        self._unstored: tuple[PollTask, Answer] | None = None
        """The last answer, as long as the database has not taken it."""
        self._was_unstored = False

    async def turn(self) -> float:
        """Make a call if one is due. Seconds until the next look.

        A database that cannot be written is said once, and tried again.
        """
        try:
            known = self._just_read() or await self._look()
            delay = self._due_in(*known)
            if delay > 0 and self._unstored is None:
                return delay
            if delay > 0:
                await self._store_again()
            elif await self.step(known) is None:
                return 0.0
        except NotHeldError:
            return STORE_RETRY  # another process polls it
        except StoreError as error:
            self._trouble.say(str(error))
            self._troubles.failed(Activity.POLL, error)
            self._was_unstored = True
            return STORE_RETRY
        self._troubles.worked(Activity.POLL)
        self._was_unstored = False
        self._trouble.over()
        return 0.0 if (after := self._just_read()) is None else self._due_in(*after)

    def begin(self, known: Beginning) -> None:
        """Before the first turn, which need not read it again."""
        account = self._settings.with_beginning(known.account, self._recorder.now())
        self._known = account, self._recorder.coverage_of(known.spans, account)

    def end(self) -> None:
        """It looks no more: whoever waits for a poll is told that nothing came."""
        self._polled.tell(PollSummary())

    @property
    def is_busy(self) -> bool:
        """Whether an answer is waited for, or taken in."""
        return self._busy.locked()

    async def due_in(self) -> float:
        """Seconds until the next call: when it is due and the budget allows it."""
        return self._due_in(*await self._look())

    def _due_in(self, account: Account, state: Coverage) -> float:
        due_in = self._due_at - self._clock.passed()
        if self._asked or (self._failures == 0 and self._has_backlog(state)):
            due_in = 0.0
        return max(due_in, self._budget.opens_in(account), 0.0)

    async def next_at(self) -> datetime:
        """When the next call is expected; aware UTC."""
        return self._clock.now() + timedelta(seconds=await self.due_in())

    async def fetch_now(self) -> FetchReport:
        """Poll now if the call budget allows it; else say when the next poll comes."""
        if self._busy.locked():
            return FetchReport(started=True, polled=self._polled.future())
        if self._budget.opens_in((await self._look())[0]) > 0:
            return FetchReport(started=False, next_at=await self.next_at())
        self._asked = True
        self._was_backlog = True  # whoever asks wants new leads, not history
        self.on_wake()
        return FetchReport(started=True, polled=self._polled.future())

    async def backlog(self) -> timedelta:
        """How much history is still to be fetched."""
        return (await self._look())[1].backlog_length(self._recorder.now())

    async def is_behind(self) -> bool:
        """Whether anything that is wanted was not fetched yet: history, or all of it."""
        _account, state = await self._look()
        return not state.spans or bool(state.gaps(self._recorder.now()))

    async def want(self, since: datetime) -> None:
        """Fetch history back to `since`, too."""
        async with self._database.transaction() as connection:
            await accounts.want_from(connection, self._account_id, since)
        self.on_wake()

    async def step(self, known: tuple[Account, Coverage] | None = None) -> Answer | None:
        """Make one call if the budget allows it, and store what it brought. None where another process was faster."""
        polled = PollSummary()
        try:
            answer, polled = await self._step(known)
        finally:
            self._polled.tell(polled)
        if answer is not None:
            self.on_stored()
        return answer

    async def _step(self, known: tuple[Account, Coverage] | None) -> tuple[Answer | None, PollSummary]:
        async with self._busy:
            account, state = known or await self._look()
            await self._note_delay(account)
            if not await self._budget.take(account):
                return None, PollSummary()
            self._asked = False
            self._due_at = self._clock.passed() + self._settings.every.total_seconds()
            task = self._plan(account, state)
            answer = await self._source.fetch(task.window)
            self._budget.finish()
            self._unstored = task, answer
            new = await self._take_in(task, answer)
        return answer, PollSummary(answer.outcome, new=new, is_complete=answer.is_complete, is_backlog=task.is_backlog)

    async def _take_in(self, task: PollTask, answer: Answer, *, is_again: bool = False) -> int:
        new = await self._recorder.take(task, answer, self._delay, is_again=is_again)
        self._unstored = None
        self._schedule(task, answer)
        if answer.is_complete or task.is_backlog:
            await self._close_history()
        return new

    async def _store_again(self) -> None:
        """The last answer could not be stored: what it brought need not wait for the next call."""
        async with self._busy:
            if self._unstored is not None:
                await self._take_in(*self._unstored, is_again=True)
        self.on_stored()

    async def _close_history(self) -> None:
        """Nothing old is left to fetch, or all of it is put off: tell what was stored."""
        account, state = known = await self._look()
        if not self._has_backlog(state):
            self._delay = None
            if account.batch is not None:
                await self._recorder.finish_old()
        self._known = known

    def _plan(self, account: Account, state: Coverage) -> PollTask:
        now = self._recorder.now()
        reach_back = self._settings.lookback if account.last_ok_at is None else None
        backlog = state.backlog(now, self._is_deferred)
        if backlog is not None and not self._was_backlog:
            self._was_backlog = True
            return PollTask(backlog, is_backlog=True, reach_back=reach_back)
        self._was_backlog = False
        is_reread = self._is_reread_due(account) and bool(state.spans)
        since = max(now - REREAD_BACK, state.wanted_from) if is_reread else None
        return PollTask(state.fresh(now, since=since), is_reread=is_reread, reach_back=reach_back)

    def _schedule(self, task: PollTask, answer: Answer) -> None:
        """When the schedule wants the next call; the budget is asked again then."""
        if answer.is_complete:
            self._failures = 0
            self._deferred.pop(task.window.end, None)
            return
        self._failures += 1
        now = self._clock.passed()
        self._due_at = now + self._pause(answer).total_seconds()
        if answer.outcome in EVERYWHERE:
            return
        if task.is_backlog:
            end = cut_at(task, answer) or task.window.end  # what is behind the cut is the next chunk
            self._deferred[end] = now + self._recorder.put_off(task, answer).total_seconds()
        if task.is_reread:
            self._reread_after = now + 6 * DEFER.total_seconds()

    def _pause(self, answer: Answer) -> timedelta:
        """Our own waiting after a failure; the floor and what IndiaMART announced are the budget's."""
        floor = self._budget.floor
        if answer.outcome in ANNOUNCED:
            return timedelta(0)
        if answer.outcome is Outcome.BAD_KEY:
            return max(min(BAD_KEY_FLOORS * floor, BAD_KEY_LONGEST), floor)
        # A cut-short answer is asked again with a smaller window at the next slot, not after a pause.
        is_progress = answer.outcome in {Outcome.LEADS, Outcome.TOO_LARGE, Outcome.NOT_READY}
        return floor if is_progress else min(self._failures, LONGEST_BACKOFF) * floor

    async def _note_delay(self, account: Account) -> None:
        """Whether this poll runs more than one interval too late, and why: the first reason is the one that counts."""
        if account.last_ok_at is None:
            return
        now, every = self._clock.now(), self._settings.every
        if now - (account.last_ok_at + every) > max(every, JITTER):
            reason = Lateness.NOT_STORED if self._was_unstored else None
            if self._delay is not None:
                reason = self._delay.reason
            reason = reason or await self._recorder.why_overdue(has_failed=self._failures > 0)
            self._delay = OverduePoll(now - every, reason)

    def _is_reread_due(self, account: Account) -> bool:
        is_old = account.reread_at is not None and abs(self._recorder.now() - account.reread_at) >= REREAD_EVERY
        return is_old and self._clock.passed() >= self._reread_after

    def _is_deferred(self, chunk: Window) -> bool:
        return self._deferred.get(chunk.end, float("-inf")) > self._clock.passed()

    def _has_backlog(self, state: Coverage) -> bool:
        return state.backlog(self._recorder.now(), self._is_deferred) is not None

    def _just_read(self) -> tuple[Account, Coverage] | None:
        known, self._known = self._known, None
        return known

    async def _look(self) -> tuple[Account, Coverage]:
        """The account as it stands in the database, and what is covered."""
        async with self._database.reading() as connection:
            account = await accounts.get(connection, self._account_id)
            account = self._settings.with_beginning(account, self._recorder.now())
            return account, await self._recorder.coverage(connection, account)
