"""Whose part of a lead's way took how long: kept with the lead as it happens, and counted for /metrics.

People's part is counted in working time, by the hours and holidays of that day.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.lead import REACHED
from bot.health.metrics import Part
from bot.store import response_times
from bot.store.changes import ChangeKind

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.ids import AccountId, LeadId, UserId
    from bot.domain.lead import StoredLead
    from bot.domain.working_time import WorkingTime
    from bot.health.metrics import Metrics
    from bot.store.changes import LeadState
    from bot.store.database import Connection


class ResponseTimes:
    def __init__(self, account_id: AccountId, working: WorkingTime, metrics: Metrics) -> None:
        self._account_id = account_id
        self._working = working
        self._metrics = metrics

    async def posted(
        self, connection: Connection, stored: StoredLead, begun_at: datetime, seconds: float, now: datetime
    ) -> None:
        """The card of a lead that just came in stands in the group; Telegram took so many seconds for it."""
        enquired_at = stored.lead.enquired_at
        await response_times.posted(
            connection,
            self._account_id,
            stored.lead_id,
            now,
            indiamart=None if enquired_at is None else stored.stored_at - enquired_at,
            leadbell=begun_at - stored.stored_at,
            telegram=timedelta(seconds=seconds),
        )

    async def changed(  # noqa: PLR0913 - a change is that much
        self,
        connection: Connection,
        lead_id: LeadId,
        change_id: int,
        *,
        act: ChangeKind,
        user_id: UserId,
        before: LeadState,
        after: LeadState,
        undoes: int | None,
        now: datetime,
    ) -> None:
        """Who claimed a lead themselves first, and who first said that the buyer was spoken to."""
        if undoes is not None:
            await response_times.undone(connection, self._account_id, lead_id, undoes)
            return
        is_claim = before.owner_id is None and after.owner_id == user_id
        is_contact = act is ChangeKind.STATUS and after.status in REACHED
        if not is_claim and not is_contact:
            return
        known = await response_times.get(connection, self._account_id, lead_id)
        took = None if known.posted_at is None else self._working.between(known.posted_at, now)
        who = connection, self._account_id, lead_id, change_id, user_id, took
        if is_claim and not known.is_claimed:
            await response_times.claimed(*who)
            self._metrics.answered(Part.CLAIM, took)
        if is_contact and not known.is_contacted:
            await response_times.contacted(*who)
            self._metrics.answered(Part.CONTACT, took)
