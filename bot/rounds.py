"""Work that comes round again, for all accounts in one go: what is due lives in the database, a round only looks.

One indexed query says in which accounts something may be due, and then their own parts work. When to look is a matter
of elapsed time: a wall clock that jumps makes no look late, and brings none of those that would have been due between.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bot.clock import rest
from bot.errors import NotHeldError, StoreError
from bot.health import faults
from bot.health.troubles import Activity
from bot.log import LogOnce
from bot.store import cards, erasing, escalations, lead_routes, reminders

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping
    from datetime import datetime

    from bot.domain.ids import AccountId
    from bot.services import AccountParts, Shared
    from bot.store.database import Connection

    Find = Callable[[Connection, datetime], Awaitable[Iterable[AccountId]]]
    Work = Callable[[AccountParts], Awaitable[object]]

log = logging.getLogger(__name__)

REMIND_EVERY: Final = 5.0
ESCALATE_EVERY: Final = 15.0
DIGEST_EVERY: Final = 5.0
MASK_EVERY: Final = 15.0
"""Seconds between looks at cards that show a number which the group is not to see any more."""
WATCH_EVERY: Final = 30.0
"""Seconds between looks at what may have lasted long enough to be told."""
ERASE_EVERY: Final = 60.0
"""Seconds between looks at what was sealed at the command line."""
PRUNE_EVERY: Final = 600.0
"""Seconds between looks at what is older than it is kept."""
ALSO_PAUSED: Final = frozenset({Activity.ERASE, Activity.PRUNE})
"""What the law wants waits for nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    activity: Activity
    every: float
    """Seconds from the end of one look to the next."""
    look: Callable[[], Awaitable[bool]]
    """False where a mistake in it was told already."""
    is_early: bool = True
    """The first look comes at once."""
    news: asyncio.Event = field(default_factory=asyncio.Event)
    """Set where somebody wants the next look now."""


class Rounds:
    def __init__(
        self, shared: Shared, accounts: Mapping[AccountId, AccountParts], has_main: Callable[[], bool] = lambda: True
    ) -> None:
        """Of several processes on one database, the one that `has_main` does what is to be done for all of it."""
        self._shared = shared
        self._accounts = accounts
        self._has_main = has_main

    def all(self) -> list[Round]:
        return [
            Round(activity=Activity.REMINDERS, every=REMIND_EVERY, look=self._due(Activity.REMINDERS, REMINDERS)),
            # What nobody answered goes back to all before it is looked at who is to be told of it.
            Round(activity=Activity.ESCALATION, every=ESCALATE_EVERY, look=self._due(Activity.ESCALATION, GIVEN)),
            Round(activity=Activity.ESCALATION, every=ESCALATE_EVERY, look=self._due(Activity.ESCALATION, ESCALATION)),
            Round(activity=Activity.DIGESTS, every=DIGEST_EVERY, look=self._digests),
            Round(activity=Activity.CHARTS, every=DIGEST_EVERY, look=self._charts, is_early=False),
            Round(activity=Activity.WATCH, every=WATCH_EVERY, look=self._watch),
            Round(activity=Activity.MASK, every=MASK_EVERY, look=self._due(Activity.MASK, (self._unmasked, _mask))),
            Round(activity=Activity.ERASE, every=ERASE_EVERY, look=self._erase, news=self._shared.sealed),
            Round(activity=Activity.PRUNE, every=PRUNE_EVERY, look=self._prune, is_early=False),
        ]

    async def run(self, one: Round) -> None:
        """Until cancelled. A mistake in a look is told, and the next look comes all the same."""
        trouble, troubles = LogOnce(log), self._shared.troubles
        if not one.is_early:
            await rest(one.news, one.every)
        while True:
            one.news.clear()
            try:
                if await one.look():
                    troubles.worked(one.activity)
                    trouble.over()
            except StoreError as error:
                trouble.say(str(error))
                troubles.failed(one.activity, error)
            await rest(one.news, one.every)

    def _due(self, activity: Activity, what: tuple[Find, Work]) -> Callable[[], Awaitable[bool]]:
        find, work = what

        async def look() -> bool:
            async with self._shared.database.reading() as connection:
                found = await find(connection, self._shared.clock.now())
            return await self._each(activity, found, work)

        return look

    async def _each(self, activity: Activity, accounts: Iterable[AccountId], work: Work) -> bool:
        """One account's mistake keeps no other from its turn."""
        is_well = True
        for account_id in accounts:
            parts = self._accounts.get(account_id)
            if parts is None or (parts.is_paused and activity not in ALSO_PAUSED):
                continue
            try:
                await work(parts)
            except NotHeldError:
                continue  # and soon it is not among these accounts any more
            except StoreError:
                raise
            except Exception as error:
                log.exception("%s of account %d failed; it is tried again", activity.value, account_id)
                self._shared.troubles.failed(activity, error)
                is_well = False
        return is_well

    async def _digests(self) -> bool:
        """When they are due stands in the settings: until then the database is asked for nothing."""
        now = self._shared.clock.now()
        due = [number for number, parts in self._accounts.items() if parts.services.digests.is_time(now)]
        return await self._each(Activity.DIGESTS, due, lambda parts: parts.services.digests.look())

    async def _charts(self) -> bool:
        """By themselves: of a thousand accounts at half past nine no digest waits for another's charts."""
        wanted = [number for number, parts in self._accounts.items() if parts.services.digests.wants_charts]
        return await self._each(Activity.CHARTS, wanted, lambda parts: parts.services.digests.add_charts())

    async def _watch(self) -> bool:
        for parts in list(self._accounts.values()):
            parts.services.access.tidy()
        return await self._due(Activity.WATCH, LASTING)()

    async def _unmasked(self, connection: Connection, _now: datetime) -> list[AccountId]:
        closed = [number for number, parts in self._accounts.items() if not parts.services.audit.rule.is_open]
        return await cards.accounts_showing_numbers(connection, closed) if closed else []

    async def _prune(self) -> bool:
        """What is older than it is kept; after that, once a day, each account's own leads."""
        span = await self._shared.pruning.look(is_alone=self._has_main())
        if span is None:
            return True
        passed, since = span
        return await self._overwrite(
            Activity.PRUNE,
            list(self._accounts),
            lambda parts: parts.services.erasure.overwrite_aged(passed, since),
            passed,
        )

    async def _erase(self) -> bool:
        """What was sealed leaves the search index, and what does not wait is overwritten."""
        async with self._shared.database.reading() as connection:
            found = await erasing.accounts_at_work(connection)
        return await self._overwrite(Activity.ERASE, found, lambda parts: parts.services.erasure.overwrite())

    async def _overwrite(
        self,
        activity: Activity,
        accounts: Iterable[AccountId],
        work: Callable[[AccountParts], Awaitable[list[int]]],
        passed: datetime | None = None,
    ) -> bool:
        """The rows of each account, and then the file once for all of them: nobody can write meanwhile."""
        waiting: dict[AccountId, list[int]] = {}

        async def overwrite(parts: AccountParts) -> None:
            if seal_ids := await work(parts):
                waiting[parts.account_id] = seal_ids

        async def finish(parts: AccountParts) -> None:
            await parts.services.erasure.finish(waiting[parts.account_id], passed=passed)

        is_well = await self._each(activity, accounts, overwrite)
        if waiting:
            await self._shared.database.write_anew()
            is_well = await self._each(activity, waiting, finish) and is_well
        return is_well


async def _mask(parts: AccountParts) -> None:
    await parts.services.cards.mask()


async def _tell(parts: AccountParts) -> None:
    async with parts.intake.database.transaction() as connection:
        await parts.intake.faults.tell_lasting(connection)
    await parts.outbound.parking.tell()
    parts.services.delivery.wake()


REMINDERS: Final[tuple[Find, Work]] = (reminders.due_accounts, lambda parts: parts.services.reminders.fire())
GIVEN: Final[tuple[Find, Work]] = (lead_routes.accounts_waiting, lambda parts: parts.services.given_leads.look())
ESCALATION: Final[tuple[Find, Work]] = (escalations.due_accounts, lambda parts: parts.services.escalation.look())
LASTING: Final[tuple[Find, Work]] = (faults.accounts_to_tell, _tell)
