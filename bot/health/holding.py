"""Which bots this process has, where several share a database: its session at the server, and what it holds by it.

The server ends a session that has said nothing for a while. This process is sure of what it holds for a
shorter time since it last had an answer, and does nothing outside while it is not sure: so it has stopped before
another can begin, whatever stopped it. What has to hold between these times: docs/postgres.md.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.config import marks
from bot.errors import NotHeldError, SettingsError, StoreError
from bot.i18n import _
from bot.log import LogOnce
from bot.patience import within
from bot.store import holds, runs
from bot.store.postgres import sessions

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping

    from bot.clock import Clock
    from bot.store.database import Connection, Database
    from bot.store.holds import BotHold

log = logging.getLogger(__name__)

FORGOTTEN: Final = 60.0
"""Seconds after which the row of a process that was killed is cleared away."""
OPENED_WITHIN: Final = 5.0
AGAIN: Final = 0.5
"""Seconds until a session that broke is opened anew."""
END_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class HoldTimes:
    """Seconds."""

    beat: float = 0.5
    """Between two words to the server."""
    sure: float = 2.5
    """After the last word that was answered: less than the server waits for the next one."""
    ended: float = 4.0
    """Without a word, after which the server ends the session: also where the process is frozen or cut off."""
    gone: float = 3.0
    """For which a session has to be gone before what its process held is taken: that one may still be sure. What was
    let go is taken at once.
    """


@dataclass(slots=True, eq=False)
class Hold:
    """This process has the bot. The same object for as long as no other process had it in between."""

    bot_id: int
    epoch: int

    async def check(self, connection: Connection) -> None:
        """Raise NotHeldError once another has it."""
        found = await sessions.epoch(connection, self.bot_id)
        if found != self.epoch:
            raise NotHeldError(f"the bot {self.bot_id} is another process's by now", "another process has taken over")


@dataclass(frozen=True, slots=True)
class Survey:
    """What stands in the database."""

    processes: Collection[int]
    """Those that are there, and not about to end."""
    bots: Mapping[int, BotHold]

    @property
    def holders(self) -> dict[int, int]:
        return {bot: one.run_id for bot, one in self.bots.items() if one.run_id is not None}


class Holding:
    """`run()` until cancelled keeps the session. `end()` hands over what is held."""

    def __init__(self, database: Database, clock: Clock, main: str = "{}", *, times: HoldTimes | None = None) -> None:
        """`main` is what `runs` keeps of main's settings."""
        self._times = times or HoldTimes()
        self._database = database
        self._clock = clock
        self._main = main
        self.run_id = 0
        self.bots: dict[int, Hold] = {}
        self._started_at = clock.now().timestamp()
        self._sure_until = float("-inf")
        self._news = asyncio.Event()
        self._gone: dict[int, float] = {}
        """Since when processes are known to be gone that held something; seconds that passed."""
        self._is_leaving = False
        self._is_ending = False
        self._trouble = LogOnce(log)

    @property
    def is_sure(self) -> bool:
        return self._clock.passed() < self._sure_until

    def surely_has(self, bot_id: int) -> bool:
        return bot_id in self.bots and self.is_sure

    async def confirm(self, bot_id: int) -> None:
        """Return while this process surely has the bot; wait while it may have it. Raises NotHeldError."""
        while bot_id in self.bots:
            if self.is_sure:
                return
            news = self._news
            with suppress(TimeoutError):
                async with asyncio.timeout(self._times.beat):
                    await news.wait()
        raise NotHeldError("the bot is another process's", "another process has the bot")

    async def check(self, connection: Connection, bots: Iterable[int]) -> None:
        """Raise NotHeldError where this process has not all of these, or another has one by now."""
        for bot_id in sorted(bots):
            if (hold := self.bots.get(bot_id)) is None:
                raise NotHeldError("the bot is another process's", "another process has the bot")
            await hold.check(connection)

    async def fit(self) -> None:
        """Raises SettingsError where a process that was there first has other settings for `main`."""
        async with self._database.reading() as connection:
            there = await sessions.there(connection)
            found = [run for run in await runs.all_of(connection) if run.run_id in there]
        for run in found:
            is_first = not self.run_id or run.run_id < self.run_id
            if is_first and (names := marks.differing(self._main, run.main)):
                sentence = _(
                    "Another Leadbell on this database ({host}) runs with other settings for main: {names}. Give all "
                    "of them the same, or stop the others first."
                )
                raise SettingsError([sentence.format(host=run.host, names=", ".join(names))])

    async def joined(self) -> None:
        """Until there is a session. Of two that began at once the later one is refused, as by `fit`."""
        while not self.is_sure:
            await self._news.wait()
        await self.fit()

    async def run(self) -> None:
        while not self._is_ending:
            try:
                async with self._database.session() as connection:
                    await self._keep(connection, await self._open(connection))
            except (StoreError, TimeoutError) as error:
                self._trouble.say(f"no session at the database, so nothing is done: {str(error) or 'no answer'}")
            await asyncio.sleep(AGAIN)

    async def _open(self, connection: Connection) -> int:
        """A number of its own each time: under the one before it may be taken for gone already."""
        sent, before = self._clock.passed(), self.run_id
        async with asyncio.timeout(OPENED_WITHIN):
            async with self._database.transaction() as writing:
                now = self._clock.now().timestamp()
                run_id = await runs.start(writing, now, started_at=self._started_at, main=self._main)
            sent = self._clock.passed()
            pid = await sessions.open_session(connection, run_id, before, self._times.ended)
            if before:
                await self._keep_bots(run_id, before)
        self.run_id = run_id
        self._trouble.over()
        self._be_sure(sent)
        return pid

    async def _keep_bots(self, run_id: int, before: int) -> None:
        held, kept = list(self.bots.values()), list[Hold]()
        try:
            async with self._database.transaction() as connection:
                found = await holds.keep(connection, run_id, before, self.bots)
                await holds.let_all_go(connection, before)
                await runs.end(connection, before)
                kept = [hold for hold in held if found.get(hold.bot_id) == hold.epoch + 1]
                for hold in kept:  # before the commit: whoever waits for it to check knows the new one then
                    hold.epoch += 1
        except BaseException:
            for hold in kept:
                hold.epoch -= 1
            raise
        for hold in held:
            if hold not in kept:
                self._lost(hold.bot_id)

    async def _keep(self, connection: Connection, pid: int) -> None:
        """Until a word is not answered, or by another session."""
        while not self._is_ending:
            await asyncio.sleep(self._times.beat)
            sent = self._clock.passed()
            async with asyncio.timeout(self._times.sure):
                answered = await sessions.beat(connection)
            if answered != pid:
                raise NotHeldError("another session answers: a pooler must hand out sessions", "another session")
            self._be_sure(sent)

    def _be_sure(self, sent: float) -> None:
        self._sure_until = sent + self._times.sure
        self._news.set()
        self._news = asyncio.Event()

    def _lost(self, bot_id: int) -> None:
        if self.bots.pop(bot_id, None) is not None:
            log.warning("the bot %d is another process's by now", bot_id)

    async def survey(self) -> Survey:
        """What others have by now is this process's no more."""
        async with self._database.reading() as connection:
            standing = await sessions.there(connection)
            known = {run.run_id for run in await runs.all_of(connection)}
            bots = await holds.all_of(connection)
        now = self._clock.passed()
        named = {one.run_id for one in bots.values() if one.run_id is not None} | known
        self._gone = {run_id: self._gone.get(run_id, now) for run_id in named - standing}
        for bot_id, hold in list(self.bots.items()):
            if (row := bots.get(bot_id)) is None or row.epoch > hold.epoch:
                self._lost(bot_id)
        return Survey(standing & known, bots)

    def is_free(self, found: BotHold | None) -> bool:
        """Nobody has it, nor can be sure to have it."""
        if found is None or found.run_id in {None, self.run_id}:
            return True
        gone_at = self._gone.get(found.run_id)
        return gone_at is not None and self._clock.passed() - gone_at >= self._times.gone

    async def take(self, wanted: Iterable[int], found: Survey) -> set[int]:
        """Those of these bots that this process has from now on."""
        rows = {bot_id: found.bots.get(bot_id) for bot_id in wanted}
        free = {bot_id: 0 if row is None else row.epoch for bot_id, row in rows.items() if self.is_free(row)}
        if not free or not self.is_sure or self._is_leaving:
            return set()
        async with self._database.transaction() as connection:
            busy = await sessions.busy(connection, free)
            idle = {bot_id: epoch for bot_id, epoch in free.items() if bot_id not in busy}
            taken = await holds.take(connection, self.run_id, idle) if idle else {}
            if busy:
                await sessions.end_frozen(connection)
        self.bots |= {bot_id: Hold(bot_id, epoch) for bot_id, epoch in taken.items()}
        return set(taken)

    async def let_go(self, bots: Iterable[int]) -> None:
        """Others may have them at once: nothing is done for them here any more."""
        gone = list(bots)
        for bot_id in gone:
            self.bots.pop(bot_id, None)
        async with self._database.transaction() as connection:
            await holds.let_go(connection, self.run_id, gone)

    async def start(self) -> None:
        """The session says that this process is there."""

    async def beat(self) -> int:
        """Something small that lasts."""
        now, passed = self._clock.now(), self._clock.passed()
        forgotten = [run_id for run_id, since in self._gone.items() if passed - since >= FORGOTTEN]
        async with self._database.transaction() as connection:
            await runs.beat(connection, self.run_id, now=now.timestamp(), forget_before=0)
            for run_id in forgotten:
                await runs.end(connection, run_id)
        return 0

    async def leave(self) -> None:
        """This process is about to end: no more is left to it."""
        self._is_leaving = True
        await self._write_last(runs.end)

    async def end(self) -> None:
        """Hand over what is held. What cannot be written is taken when the session is gone."""
        self._is_ending = True
        self.bots.clear()
        await self._write_last(holds.let_all_go, runs.end)

    async def _write_last(self, *statements: Callable[[Connection, int], Awaitable[None]]) -> None:
        async def write() -> None:
            async with self._database.transaction() as connection:
                for statement in statements:
                    await statement(connection, self.run_id)

        with suppress(StoreError, TimeoutError):
            await within(END_SECONDS, write())
