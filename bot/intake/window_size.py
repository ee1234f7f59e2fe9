"""How long a window to ask IndiaMART for: halved where it was too much, and longer again where that is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.indiamart.answer import Outcome
from bot.intake.coverage import SHORTEST, SHORTEST_MINUTE, halved
from bot.store import accounts, coverage

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from bot.domain.ids import AccountId
    from bot.indiamart.answer import Answer
    from bot.intake.coverage import PollTask
    from bot.store.accounts import Account
    from bot.store.database import Connection

STUMBLING: Final = frozenset({Outcome.TRUNCATED, Outcome.HUNG, Outcome.MALFORMED})
STUMBLES: Final = 3
"""So many truncated, hung or malformed answers in a row and the window is halved."""
TOO_MUCH: Final = frozenset({Outcome.LEADS, Outcome.TOO_LARGE})
"""Of the incomplete answers, those that a smaller window mends."""
FEW: Final = 10
"""Rows in an answer that leave room for a much longer window."""


class WindowSize:
    """Two lengths: of the newest window, and of a chunk of history. How dense the one place is says nothing about the
    other, so each is halved and grows by its own answers.

    That of a chunk is in the database: to find it takes hours. That of the newest window is found anew after a restart,
    within a few polls, whose leads are stored although they are cut short.
    """

    def __init__(self, account_id: AccountId, longest_window: timedelta) -> None:
        self._account_id = account_id
        self._longest_window = longest_window
        self._longest_fresh = longest_window
        self._stumbles: dict[datetime | bool, int] = {}  # by the end of a backlog's chunk, or whether it is a re-read
        self.ready_from: datetime | None = None
        """Before it nothing is ready yet; None where IndiaMART did not say so, or what was older came since."""

    def longest(self, account: Account, *, is_backlog: bool) -> timedelta:
        chosen = account.longest_window if is_backlog else self._longest_fresh
        return min(chosen or self._longest_window, self._longest_window)

    def count(self, task: PollTask, answer: Answer) -> None:
        if answer.outcome in STUMBLING:
            self._stumbles[_chunk(task)] = self.stumbles(task) + 1
        else:
            self._stumbles.pop(_chunk(task), None)
        if (cut := cut_at(task, answer)) is not None:
            self.ready_from = cut
        elif self.ready_from is not None and answer.is_complete and task.window.start < self.ready_from:
            self.ready_from = None

    def stumbles(self, task: PollTask) -> int:
        """How often in a row this window's answer was truncated, hung or malformed."""
        return self._stumbles.get(_chunk(task), 0)

    def is_halved(self, task: PollTask, answer: Answer) -> bool:
        """Whether a smaller window comes next, because this one was too much."""
        return task.window.length > _shortest(task, answer) and _was_too_much(task, answer, self.stumbles(task))

    async def adapt(self, connection: Connection, task: PollTask, answer: Answer, now: datetime) -> None:
        """Halve what was too much, and grow back after a window of the full length succeeded."""
        if self.is_halved(task, answer):
            await self._limit(connection, task, halved(task.window, _shortest(task, answer)))
            if not task.is_backlog and answer.outcome is not Outcome.NOT_READY:
                # The shorter one reaches less far back. It holds more than was heard of it, also where it was covered
                # before (IndiaMART hands leads over late): that is backlog now, and fetched in smaller chunks.
                await coverage.forget_since(connection, self._account_id, task.window.start)
            if task.is_reread:
                await accounts.reread(connection, self._account_id, now)
        elif answer.is_complete and not task.is_reread:  # one long window says nothing about the chunks of another time
            await self._grow(connection, task, many=len(answer.leads) >= FEW)

    async def _grow(self, connection: Connection, task: PollTask, *, many: bool) -> None:
        account = await accounts.get(connection, self._account_id)
        limit = self.longest(account, is_backlog=task.is_backlog)
        if limit < self._longest_window and task.window.length >= limit:
            await self._limit(connection, task, limit * (2 if many else 8))

    async def _limit(self, connection: Connection, task: PollTask, longest: timedelta) -> None:
        if not task.is_backlog:
            self._longest_fresh = longest
        if task.is_backlog or task.is_reread:
            limit = None if longest >= self._longest_window else longest
            await accounts.limit_window(connection, self._account_id, limit)


def cut_at(task: PollTask, answer: Answer) -> datetime | None:
    """Where what is ready begins within a window that was refused because not all of it is. None where IndiaMART named
    no such moment, or one that cannot be: this window is not ready although it begins there, or it is all to come.
    """
    moment = answer.ready_from
    if answer.outcome is not Outcome.NOT_READY or task.is_reread or moment is None:
        return None
    return moment if task.window.start < moment < task.window.end else None


def _shortest(task: PollTask, answer: Answer) -> timedelta:
    """What is malformed, or breaks off, for a whole minute does so in its seconds too: they would take days."""
    return SHORTEST if task.is_backlog and answer.outcome in TOO_MUCH else SHORTEST_MINUTE


def _chunk(task: PollTask) -> datetime | bool:
    return task.window.end if task.is_backlog else task.is_reread


def _was_too_much(task: PollTask, answer: Answer, stumbles: int) -> bool:
    if stumbles:
        return stumbles % STUMBLES == 0
    # Leads of today need not wait for history to be ready: a shorter new window reaches less far back. How much
    # shorter is guessed only where IndiaMART does not say it.
    is_too_old = answer.outcome is Outcome.NOT_READY and not task.is_backlog and not task.is_reread
    return (is_too_old and cut_at(task, answer) is None) or (answer.outcome in TOO_MUCH and not answer.is_complete)
