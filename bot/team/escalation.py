"""Calls out leads that nobody has claimed: to the group, later to the admins too; in working hours, many at once.

Missed calls have a clock of their own: whoever has claimed one, it is called out until somebody has set a status, which
says that the call was returned. That is their group's step, too.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.clock import to_epoch
from bot.delivery.due_messages import callout
from bot.domain.ids import ChatId
from bot.domain.priority import Priority
from bot.domain.working_time import NEVER
from bot.store import accounts, escalations, lead_routes, missed_calls, outbox
from bot.store.escalations import EscalationStep, UnclaimedLead
from bot.store.outbox_messages import Draft, MessageKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.clock import Clock
    from bot.delivery.messenger import Callout
    from bot.domain.ids import AccountId, LeadId
    from bot.domain.working_time import WorkingTime
    from bot.store.database import Connection, Database

TOGETHER: Final = timedelta(minutes=1)
"""What falls due within so long is one message: the rest comes as much early."""


MISSED_AFTER: Final = timedelta(minutes=5)
"""So much working time there is to return a missed call, from its card or from its claim on."""


class Escalation:
    """`steps` are the spans of working time after which the group, then the admins are told; none: it is off."""

    def __init__(
        self,
        database: Database,
        account_id: AccountId,
        clock: Clock,
        *,
        steps: Sequence[timedelta],
        working: WorkingTime,
        admins: Sequence[int],
        on_queued: Callable[[], None],
    ) -> None:
        self._database = database
        self._account_id = account_id
        self._clock = clock
        self._steps = dict(zip((EscalationStep.GROUP, EscalationStep.ADMINS), steps, strict=False))
        self._missed_after = min(MISSED_AFTER, *steps) if steps else MISSED_AFTER
        self._working = working
        self._admins = [ChatId(admin) for admin in admins]
        self._on_queued = on_queued

    @property
    def is_on(self) -> bool:
        return bool(self._steps)

    async def start(self) -> None:
        """With these steps and hours; what came before escalation was switched on, or on again, is left alone."""
        async with self._database.transaction() as connection:
            if self.is_on:
                await escalations.look_anew(connection, [self._account_id])
            else:
                await escalations.stop(connection, self._account_id, self._clock.now())

    async def callout(self, callout_id: int, page: int = 0) -> Callout | None:
        """For whoever turns a page of it."""
        async with self._database.reading() as connection:
            return await callout(connection, self._account_id, callout_id, page)

    async def look(self) -> None:
        """Queue what is to be called out by now, and note when to look again."""
        if not self.is_on:
            await self.start()
            return
        now, until = self._clock.now(), self._clock.now() + TOGETHER
        async with self._database.reading() as connection:
            has_claimed = await escalations.has_claimed(connection, self._account_id, until, now)
            is_due = any((await self._all_due(connection, now)).values())
            if not has_claimed and not is_due and not await self._moments(connection, until):
                return
        async with self._database.transaction() as connection:
            # Who looks at the same time finds below that it is done.
            await accounts.lock(connection, self._account_id)
            await escalations.settle_claimed(connection, self._account_id, until, now)
            for step, lead_ids in (await self._all_due(connection, now)).items():
                await self._call_out(connection, step, lead_ids, now)
            await escalations.look_at(connection, self._account_id, await self._moments(connection, until))
        if is_due:
            self._on_queued()

    async def _all_due(self, connection: Connection, now: datetime) -> dict[EscalationStep, list[LeadId]]:
        """Who is to be told of which leads. A missed call is not called out to the group once more."""
        if not self._is_time(now):
            return {}
        unreturned = await missed_calls.unreturned(connection, self._account_id, now + TOGETHER)
        missed = [UnclaimedLead(lead_id=lead_id, clock_at=at) for lead_id, at in unreturned.items()]
        waiting = await escalations.waiting(connection, self._account_id, now + TOGETHER)
        found = {EscalationStep.MISSED: self._due(missed, EscalationStep.MISSED, self._missed_after, now)}
        for step, span in self._steps.items():
            due = self._due(waiting, step, span, now)
            told = found[EscalationStep.MISSED] if step is EscalationStep.GROUP else []
            found[step] = [lead_id for lead_id in due if lead_id not in told]
        return found

    async def _moments(self, connection: Connection, until: datetime) -> dict[LeadId, tuple[int, int]]:
        """When to look at each lead next, and when it was to be so far, where that differs. By the lead's own times
        alone, so that no clock that is wrong for a while can put it off.
        """
        noted = await escalations.looked_at(connection, self._account_id, until)
        found = dict.fromkeys(noted, NEVER)
        for one in await escalations.waiting(connection, self._account_id, until):
            spans = (span for step, span in self._steps.items() if step not in one.told)
            found[one.lead_id] = min((self._working.add(one.clock_at, span) for span in spans), default=NEVER)
        for lead_id, at in (await missed_calls.unreturned(connection, self._account_id, until)).items():
            found[lead_id] = min(found.get(lead_id, NEVER), self._working.add(at, self._missed_after))
        # Who slipped may still take it back.
        found |= await missed_calls.returned(connection, self._account_id, until)
        moments = {lead_id: (to_epoch(at), noted[lead_id]) for lead_id, at in found.items() if lead_id in noted}
        return {lead_id: moment for lead_id, moment in moments.items() if moment[0] != moment[1]}

    def _is_time(self, now: datetime) -> bool:
        """In working hours, and for a moment after: what fell due at closing time is not kept for the morning."""
        return self._working.is_open(now) or self._working.is_open(now - TOGETHER)

    def _due(
        self, waiting: Sequence[UnclaimedLead], step: EscalationStep, span: timedelta, now: datetime
    ) -> list[LeadId]:
        """As soon as one is due, those that are nearly due come with it."""
        # Never much early, where somebody sets a span of seconds.
        horizon = now + min(TOGETHER, span / 10)
        due = [(self._working.add(one.clock_at, span), one.lead_id) for one in waiting if step not in one.told]
        near = [lead_id for at, lead_id in due if at <= horizon]
        return near if any(at <= now for at, _lead_id in due) else []

    async def _call_out(
        self, connection: Connection, step: EscalationStep, lead_ids: Sequence[LeadId], now: datetime
    ) -> None:
        if step is EscalationStep.ADMINS:
            for_admins = await self._callout(connection, step, lead_ids, now) if lead_ids else None
            drafts = [] if for_admins is None else [_draft(for_admins, chat_id=one) for one in self._admins]
        else:
            # Where their cards stand.
            together = await lead_routes.together(connection, self._account_id, lead_ids)
            called = [(await self._callout(connection, step, these, now), these[0]) for these in together]
            drafts = [_draft(callout_id, beside=lead_id) for callout_id, lead_id in called]
        await outbox.add(connection, self._account_id, drafts, now)

    async def _callout(
        self, connection: Connection, step: EscalationStep, lead_ids: Sequence[LeadId], now: datetime
    ) -> int:
        return await escalations.call_out(
            connection,
            self._account_id,
            step,
            lead_ids,
            is_last=step is list(self._steps)[-1] or (step is EscalationStep.MISSED and len(self._steps) == 1),
            now=now,
        )


def _draft(callout_id: int, *, chat_id: ChatId | None = None, beside: LeadId | None = None) -> Draft:
    body = {"callout_id": callout_id}
    return Draft(what=MessageKind.CALLOUT, turn=Priority.NOTICE, body=body, chat_id=chat_id, beside=beside)
