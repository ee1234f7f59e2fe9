"""Counts what came today and by this hour on the same weekdays before, and why it may be few."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.lead import Kind
from bot.domain.notice import Fault
from bot.domain.usual import WEEKS, Facts, FewReason, Usual, reasons
from bot.store import leads, push_log
from bot.store.positions import position

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from zoneinfo import ZoneInfo

    from bot.domain.ids import AccountId
    from bot.domain.working_time import WorkingTime
    from bot.store.accounts import Account
    from bot.store.database import Connection
    from bot.store.outbox import WaitingMessages

A_WEEK: Final = timedelta(days=7)
QUEUED: Final = timedelta(minutes=2)
"""What waits for Telegram that long is not merely paced."""
OF_THE_KEY: Final = frozenset({Fault.WRONG_KEY, Fault.KEY_BLOCKED, Fault.KEY_UNTRIED})
OF_THE_WAY: Final = frozenset(
    {
        Fault.KEY_SHARED,
        Fault.NOT_READY,
        Fault.REFUSED,
        Fault.API_DOWN,
        Fault.NO_CONNECTION,
        Fault.CLOCK_WRONG,
        Fault.DISK,
        Fault.DATABASE,
        Fault.MISTAKE,
    }
)
"""What keeps a poll from working, or what it brought from being stored."""
GOOD_PUSHES: Final = frozenset({"new", "known", "test"})
"""As `intake/push_results.py` has them."""


class UsualLeads:
    def __init__(self, account_id: AccountId, working: WorkingTime, timezone: ZoneInfo) -> None:
        self._account_id = account_id
        self._working = working
        self._zone = timezone

    async def count(self, connection: Connection, now: datetime) -> Usual:
        """Days before the first lead, and the first lead's own, tell nothing; holidays are no usual days."""
        local = now.astimezone(self._zone)
        first = await leads.first_position(connection, self._account_id)
        before = []
        for weeks in range(1, WEEKS + 1):
            day = local.date() - weeks * A_WEEK
            start = self._midnight(day)
            if first is not None and position(start) > first and not self._working.is_holiday(day):
                end = datetime.combine(day, local.time(), self._zone)
                before.append(await self._between(connection, start, end))
        today = await self._between(connection, self._midnight(local.date()), now)
        return Usual(today, tuple(before))

    async def _between(self, connection: Connection, start: datetime, end: datetime) -> int:
        """Views of the catalogue are no enquiries."""
        counted = await leads.counts(connection, self._account_id, low=position(start), high=position(end))
        return sum(number for kind, _status, number in counted if kind != Kind.CATALOGUE_VIEW)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self._zone)

    async def why_few(
        self,
        connection: Connection,
        now: datetime,
        account: Account,
        *,
        faults: Iterable[Fault | None],
        waiting: WaitingMessages,
        has_pull: bool,
        has_push: bool,
    ) -> tuple[FewReason, ...]:
        open_faults = set(faults)
        latest = await push_log.newest(connection, self._account_id, 1) if has_push else []
        return reasons(
            Facts(
                has_pull=has_pull,
                since_good_answer=None if account.last_ok_at is None else now - account.last_ok_at,
                has_key_fault=bool(open_faults & OF_THE_KEY),
                has_source_fault=bool(open_faults & OF_THE_WAY),
                has_unreadable=Fault.UNREADABLE in open_faults,
                has_push=has_push,
                is_push_refused=bool(latest) and latest[0].result not in GOOD_PUSHES,
                is_holiday=self._working.is_holiday(now.astimezone(self._zone).date()),
                is_queued=waiting.oldest is not None and now - waiting.oldest > QUEUED,
            )
        )
