"""What an answer from IndiaMART means for the database: its leads, and in one transaction with the last of them
coverage, faults and window size. A long answer takes several: docs/decisions/011.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.clock import SKEW
from bot.domain.lead import Lead, Origin, Window
from bot.domain.notice import Fault
from bot.health.faults import INDIAMART, OF_A_WINDOW, OF_THE_KEY, OF_THE_WAY
from bot.health.troubles import Activity, Cause
from bot.indiamart.answer import Answer, Outcome
from bot.intake.coverage import Coverage
from bot.intake.portions import portions
from bot.intake.window_size import STUMBLES, STUMBLING, TOO_MUCH, WindowSize
from bot.store import accounts, coverage

if TYPE_CHECKING:
    from datetime import datetime

    from bot.clock import TrustedClock
    from bot.domain.card import Lateness
    from bot.domain.ids import AccountId
    from bot.health.faults import Faults
    from bot.intake.call_budget import CallBudget
    from bot.intake.coverage import PollTask
    from bot.intake.ingest import Ingest, OverduePoll
    from bot.store.accounts import Account
    from bot.store.database import Connection, Database

log = logging.getLogger(__name__)

OLD_AFTER: Final = timedelta(hours=24)
"""A chunk that ended longer ago brings old leads: they are listed, not posted as cards."""
REREAD_BACK: Final = timedelta(hours=48)
DEFER: Final = timedelta(hours=1)
"""How long a chunk of history that failed is left alone while others are fetched."""
DEFER_STUCK: Final = timedelta(hours=24)
"""The same for one that is too much at its shortest: where there are many, the first must not come again before the
others had a turn.
"""
FOR_A_GOOD_KEY: Final = frozenset({Outcome.LEADS, Outcome.NOT_READY})
"""Of the incomplete answers, those that a refused key does not get."""
BLOCKED_FOR: Final = timedelta(minutes=15)
NOT_ITS_WORDS: Final = STUMBLING | {Outcome.THEIR_FAULT, Outcome.TOO_LARGE}
"""What may come from a gateway or a router on the way, whose clock says nothing about IndiaMART's."""

FAULTS: Final = {
    Outcome.TOO_SOON: Fault.KEY_SHARED,
    Outcome.BLOCKED: Fault.KEY_BLOCKED,
    Outcome.BAD_KEY: Fault.WRONG_KEY,
    Outcome.NOT_READY: Fault.NOT_READY,
    Outcome.REFUSED: Fault.REFUSED,
    Outcome.NO_CONNECTION: Fault.NO_CONNECTION,
    Outcome.UNREACHABLE: Fault.NO_CONNECTION,
}
"""Every other failure is IndiaMART's, or a gateway's on the way: API_DOWN."""


class PollRecorder:
    def __init__(
        self,
        database: Database,
        account_id: AccountId,
        clock: TrustedClock,
        *,
        budget: CallBudget,
        ingest: Ingest,
        faults: Faults,
        longest_window: timedelta,
        overlap: timedelta,
    ) -> None:
        self._database = database
        self._account_id = account_id
        self._clock = clock
        self._budget = budget
        self._ingest = ingest
        self._faults = faults
        self._window_size = WindowSize(account_id, longest_window)
        self._overlap = overlap
        self._of_history = set(OF_A_WINDOW)  # what an answer for a new window does not end
        self._stuck: Window | None = None  # history that stays unreadable, or too much, in windows of any length

    def now(self) -> datetime:
        """IndiaMART's time as far as we know it, in whole seconds."""
        return self._clock.now().replace(microsecond=0)

    async def take(self, task: PollTask, answer: Answer, overdue: OverduePoll | None, *, is_again: bool = False) -> int:
        """Leads with their outbox rows, and with the last of them coverage and health. How many leads were new.

        What is too much for one transaction comes in several. If one fails, or the power does, nothing is covered: the
        answer is taken in again (`is_again`) or asked for again, and the leads that are there are passed over.
        """
        if not is_again:
            if (server_time := _witness(answer)) is not None:
                self._clock.hear(server_time)
            self._window_size.count(task, answer)
        new, last = 0, list[Lead]()
        for portion in portions(answer.leads):
            if last:
                async with self._ingest.committing(self._database) as connection:
                    new += await self._store(connection, task, last, overdue)
            last = portion
        async with self._ingest.committing(self._database) as connection:
            # Rows count even if the answer was cut short: only the coverage has to wait.
            await self._ingest.unreadable(connection, answer.unreadable, Origin.PULL)
            await self._ingest.names(connection, answer.unknown_names)
            new += await self._store(connection, task, last, overdue)
            await self._want(connection, task, answer)
            if answer.is_complete:
                await self._cover(connection, task, answer)
            else:
                await self._complain(connection, task, answer)
            await self._window_size.adapt(connection, task, answer, self.now())
            await accounts.answered(
                connection,
                self._account_id,
                answer.outcome.value,
                is_ok=answer.is_complete,
                new=new,
                now=self._clock.now(),
            )
            await self._tell_skew(connection, answer)
        self._count(answer)
        log.info(
            "poll: %s, %d rows, %d new, %s to %s%s",
            answer.outcome.value,
            len(answer.leads),
            new,
            task.window.start.isoformat(),
            task.window.end.isoformat(),
            " (backlog)" if task.is_backlog else "",
        )
        return new

    async def _store(
        self, connection: Connection, task: PollTask, leads: list[Lead], overdue: OverduePoll | None
    ) -> int:
        if task.is_backlog and await self._is_history(connection, task.window):
            return await self._ingest.old(connection, leads)
        return await self._ingest.fresh(connection, leads, origin=Origin.PULL, overdue=overdue)

    async def _is_history(self, connection: Connection, window: Window) -> bool:
        """From long ago, or from before the account's own time, as a backfill brings it. A row's date never decides."""
        live_from = (await accounts.get(connection, self._account_id)).live_from
        return window.end < self.now() - OLD_AFTER or (live_from is not None and window.end <= live_from)

    async def _want(self, connection: Connection, task: PollTask, answer: Answer) -> None:
        """How far back leads are wanted is fixed by the first answer that shows that the clock can be believed."""
        if task.reach_back is not None and (answer.is_complete or _witness(answer) is not None):
            beginning = self.now() - task.reach_back
            await accounts.want_from(connection, self._account_id, beginning)
            await accounts.live_from(connection, self._account_id, beginning)

    async def _cover(self, connection: Connection, task: PollTask, answer: Answer) -> None:
        # What IndiaMART's own clock had not reached cannot be covered, whatever our clock says.
        known = answer.server_time or self._clock.now()
        await self._distrust_future(connection, known)
        window = Window(task.window.start, min(task.window.end, known))
        await coverage.add(connection, self._account_id, window)
        account = await accounts.get(connection, self._account_id)
        if task.is_reread or account.reread_at is None:
            await accounts.reread(connection, self._account_id, self.now())
        gaps = (await self.coverage(connection, account)).gaps(self.now())
        if self._stuck is not None and not any(gap.overlaps(self._stuck) for gap in gaps):
            self._stuck = None
        await self._faults.end(connection, INDIAMART - self._of_stuck() - (self._of_history if gaps else set()))

    def put_off(self, task: PollTask, answer: Answer) -> timedelta:
        """How long a chunk of history that failed is left alone; one that was halved not at all."""
        if self._window_size.is_halved(task, answer):
            return timedelta(0)
        return DEFER_STUCK if answer.outcome in TOO_MUCH else DEFER

    async def why_overdue(self, *, has_failed: bool) -> Lateness:
        async with self._database.reading() as connection:
            return await self._faults.why_overdue(connection, has_failed=has_failed)

    async def finish_old(self) -> None:
        """No old chunk can be fetched for now: close the run of old leads that is under way."""
        async with self._database.transaction() as connection:
            await self._ingest.finish_old(connection)

    async def _distrust_future(self, connection: Connection, known: datetime) -> None:
        """Coverage of the future was written under a wrong clock: fetch the last two days again."""
        spans = await coverage.spans(connection, self._account_id)
        if spans and spans[-1].end > known + SKEW:
            log.warning("the clock was set back: the last 48 hours are fetched again")
            await coverage.forget_since(connection, self._account_id, known - REREAD_BACK)

    async def _complain(self, connection: Connection, task: PollTask, answer: Answer) -> None:
        fault = FAULTS.get(answer.outcome, Fault.API_DOWN)
        is_smaller_next = answer.outcome in TOO_MUCH and self._window_size.is_halved(task, answer)
        if fault not in OF_THE_WAY or is_smaller_next:
            await self._faults.end(connection, OF_THE_WAY - self._of_stuck())
        if answer.outcome in FOR_A_GOOD_KEY:
            await self._faults.end(connection, OF_THE_KEY)
        if is_smaller_next or answer.is_asked_otherwise:
            return  # a smaller window comes next, or the same one in another form
        if fault in OF_A_WINDOW:
            is_of_history = task.is_backlog or fault is Fault.NOT_READY  # a shorter new window leaves what is not ready
            (self._of_history.add if is_of_history else self._of_history.discard)(fault)
        wait = self._announced(answer)
        facts = {} if wait is None else {"wait": int(wait.total_seconds())}
        is_lasting = self._is_lasting(task, answer)
        if is_lasting and task.is_backlog:
            self._stuck = task.window if self._stuck is None else self._stuck.joined(task.window)
        await self._faults.start(connection, fault, message=answer.message, is_lasting=is_lasting, **facts)
        if wait is not None:
            await self._budget.hold(connection, wait)

    def _is_lasting(self, task: PollTask, answer: Answer) -> bool:
        """What is malformed three times, or too much at its shortest, will be so for ever: no outage to sit out."""
        if answer.outcome is Outcome.MALFORMED:
            return self._window_size.stumbles(task) >= STUMBLES
        return task.is_backlog and answer.outcome in TOO_MUCH

    def _of_stuck(self) -> set[Fault]:
        """What history that stays as it is keeps open while all else is answered: else it would be told each hour."""
        return set() if self._stuck is None else {Fault.API_DOWN}

    async def hold(self, answer: Answer) -> None:
        """Obey what an answer says about waiting, and take in nothing else of it."""
        wait = self._announced(answer)
        if wait is not None:
            async with self._database.transaction() as connection:
                await self._budget.hold(connection, wait)
        self._count(answer)

    def _count(self, answer: Answer) -> None:
        metrics = self._ingest.metrics
        metrics.polls.labels(answer.outcome.value).inc()
        if not answer.is_complete:
            is_of_the_way = answer.outcome in {Outcome.NO_CONNECTION, Outcome.UNREACHABLE}
            metrics.troubles.count(Activity.POLL, Cause.TO_INDIAMART if is_of_the_way else Cause.INDIAMART)

    def _announced(self, answer: Answer) -> timedelta | None:
        """How long IndiaMART itself wants no call, if it said so."""
        usual = {Outcome.TOO_SOON: self._budget.floor, Outcome.BLOCKED: BLOCKED_FOR}.get(answer.outcome)
        return usual if usual is None or answer.wait is None else timedelta(seconds=answer.wait)

    async def _tell_skew(self, connection: Connection, answer: Answer) -> None:
        if _witness(answer) is None:
            return
        if skew := self._clock.skew():
            await self._faults.start(connection, Fault.CLOCK_WRONG, skew=round(skew.total_seconds()))
        else:
            await self._faults.end(connection, [Fault.CLOCK_WRONG])

    async def coverage(self, connection: Connection, account: Account) -> Coverage:
        return self.coverage_of(await coverage.spans(connection, self._account_id), account)

    def coverage_of(self, spans: list[Window], account: Account) -> Coverage:
        return Coverage(
            spans=spans,
            wanted_from=account.wanted_from or self.now(),
            live_from=account.live_from,
            longest=self._window_size.longest(account, is_backlog=True),
            longest_fresh=self._window_size.longest(account, is_backlog=False),
            ready_from=self._window_size.ready_from,
            overlap=self._overlap,
        )


def _witness(answer: Answer) -> datetime | None:
    """IndiaMART's time, if it was IndiaMART that answered."""
    return None if answer.outcome in NOT_ITS_WORDS else answer.server_time
