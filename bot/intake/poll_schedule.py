"""When each account's poller looks next: a timer for each, no task, and so many calls at once for all of them."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.health.troubles import Activity, Troubles

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.clock import Clock
    from bot.domain.ids import AccountId
    from bot.intake.poller import LeadPoller

log = logging.getLogger(__name__)

AT_ONCE: Final = 256
"""Looks and calls under way. A call that hangs holds one place until it is given up, after 90 s at most, and its
account then waits for one to three floors. With 10,000 accounts and a poll in 5 minutes, 33 a second, 256 places give
each call 7 s; and while a thousand of them hang, what is left gives the others one second, and soon five.
"""
LOOKS_A_SECOND: Final = 20
"""All look when the process begins, and would stay in step for ever, a new lead of each at the same moment: more than
the 30 messages that a bot may send in a second. So who is due in a second for which so many are set down already is put
off to the next one that has room. Three times the average have room where that is more: accounts that have spread once
are not put off again, and of 10,000 those that began together spread in a few seconds.
"""
MOST_APART: Final = 10.0
"""Seconds that one is put off by at most: for that no poll is called overdue."""
SHARE_APART: Final = 0.5
"""Of the time until the look."""
NOTICE_SLEEP_WITHIN: Final = 5.0
"""Seconds between looks at whether the machine slept: timers stand still meanwhile, and polls were due."""
NO_SLEEP: Final = 1.0
"""Seconds by which the two clocks may come to differ without it."""
AFTER_A_MISTAKE: Final = 5.0
"""Seconds until a poller that failed for a reason nobody thought of looks again."""


@dataclass(slots=True, eq=False)
class _Scheduled:
    poller: LeadPoller
    timer: asyncio.TimerHandle | None = None
    due_at: float | None = None
    """When it is to look, were it alone; on the event loop's clock. None: at once."""
    task: asyncio.Task[None] | None = None
    """While it looks, or waits for a place to."""
    is_woken: bool = False
    """It is to look again, and at once."""
    is_removed: bool = False


class PollSchedule:
    """Pollers may be added and removed at any time; they look while `run()` does."""

    def __init__(
        self,
        troubles: Troubles,
        clock: Clock,
        *,
        at_once: int = AT_ONCE,
        chance: Callable[[], float] = random.random,
        on_look: Callable[[float], object] = lambda _late: None,
    ) -> None:
        """`on_look` is told how many seconds late each look is that was due at a certain time."""
        self._troubles = troubles
        self._clock = clock
        self._chance = chance
        self._on_look = on_look
        self._set_down: Counter[int] = Counter()
        """How many look in which second."""
        self._places = asyncio.Semaphore(at_once)
        self._accounts: dict[AccountId, _Scheduled] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_running = False

    def add(self, account_id: AccountId, poller: LeadPoller) -> None:
        """In place of the one that was there, if any."""
        self.remove(account_id)
        one = self._accounts[account_id] = _Scheduled(poller)
        poller.on_wake = partial(self._look, one)
        self._look(one)

    def has(self, account_id: AccountId, poller: LeadPoller) -> bool:
        one = self._accounts.get(account_id)
        return one is not None and one.poller is poller

    def under_way(self, account_id: AccountId) -> asyncio.Task[None] | None:
        """What it is doing now, if anything."""
        one = self._accounts.get(account_id)
        return None if one is None else one.task

    def remove(self, account_id: AccountId) -> None:
        """A look that is under way goes on, and what it calls for is still taken in."""
        one = self._accounts.pop(account_id, None)
        if one is not None:
            one.is_removed = True
            self._rest(one)
            if one.task is None:
                one.poller.end()

    async def run(self) -> None:
        """Until cancelled; then what is under way is cancelled too."""
        self._is_running = True
        self._look_all()
        try:
            await self._notice_sleep()
        finally:
            self._is_running = False
            for one in self._accounts.values():
                self._rest(one)
                one.poller.end()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _notice_sleep(self) -> None:
        slept = self._slept()
        while True:
            await asyncio.sleep(NOTICE_SLEEP_WITHIN)
            before, slept = slept, self._slept()
            if slept - before > NO_SLEEP:
                log.info("the machine slept for %d s; every account is looked at anew", slept - before)
                self._look_all()

    def _slept(self) -> float:
        return self._clock.passed() - self._clock.monotonic()

    def _look_all(self) -> None:
        for one in self._accounts.values():
            self._look(one)

    def _look(self, one: _Scheduled) -> None:
        one.is_woken = True
        self._rest(one)
        if self._is_running and one.task is None and not one.is_removed:
            one.task = asyncio.create_task(self._turn(one), name="poll")
            self._tasks.add(one.task)
            one.task.add_done_callback(self._tasks.discard)

    def _rest(self, one: _Scheduled) -> None:
        if one.timer is not None:
            second = int(one.timer.when())
            self._set_down[second] -= 1
            if not self._set_down[second]:
                del self._set_down[second]
            one.timer.cancel()
            one.timer = None

    async def _turn(self, one: _Scheduled) -> None:
        delay = AFTER_A_MISTAKE
        try:
            async with self._places:
                self._tell_lateness(one)
                one.is_woken = False
                if not one.is_removed:
                    delay = await one.poller.turn()
        except Exception as error:
            log.exception("a poll failed for a reason nobody thought of; it is tried again in %d s", AFTER_A_MISTAKE)
            self._troubles.failed(Activity.POLL, error)
        finally:
            one.task = None
        if one.is_removed:
            one.poller.end()
        elif one.is_woken:
            self._look(one)
        else:
            self._set_timer(one, delay)

    def _tell_lateness(self, one: _Scheduled) -> None:
        late = -1.0 if one.due_at is None else asyncio.get_running_loop().time() - one.due_at
        one.due_at = None
        if late >= 0:  # else it was woken before
            self._on_look(late)

    def _set_timer(self, one: _Scheduled, delay: float) -> None:
        loop = asyncio.get_running_loop()
        due_at = loop.time() + delay
        one.due_at = due_at if delay > 0 else None
        at = self._with_room(due_at, delay)
        self._set_down[int(at)] += 1
        one.timer = loop.call_at(at, self._look, one)

    def _with_room(self, due_at: float, delay: float) -> float:
        """When it may look: then, or by chance within the next second that has room, or else the emptiest."""
        room = max(LOOKS_A_SECOND, 3 * len(self._accounts) / max(delay, 1.0))
        due, last = int(due_at), int(due_at + min(MOST_APART, delay * SHARE_APART))
        second = next((one for one in range(due, last + 1) if self._set_down[one] < room), None)
        if second is None:
            second = min(range(due, last + 1), key=self._set_down.__getitem__)
        return due_at if second == due else second + self._chance()
