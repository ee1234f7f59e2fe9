"""Leads that a route gave to somebody: what they do nothing with goes back to all, after the first escalation step."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.delivery.routing import LEADBELL
from bot.domain.lead import Status
from bot.domain.priority import Priority
from bot.store import cards, changes, edits, escalations, lead_routes, outbox
from bot.store.changes import ChangeKind, LeadState
from bot.store.outbox_messages import Draft, MessageKind
from bot.team import private_cards

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.clock import Clock
    from bot.domain.ids import AccountId, LeadId, UserId
    from bot.domain.working_time import WorkingTime
    from bot.store.database import Connection, Database
    from bot.store.lead_routes import GivenLead

USUAL: Final = timedelta(minutes=10)
"""Of working time, where escalation is off."""


class GivenLeads:
    """Unanswered is a lead whose receiver set no status, wrote no note and pressed none of its buttons."""

    def __init__(
        self,
        database: Database,
        account_id: AccountId,
        clock: Clock,
        *,
        steps: Sequence[timedelta],
        working: WorkingTime,
        on_queued: Callable[[], None],
    ) -> None:
        self._database = database
        self._account_id = account_id
        self._clock = clock
        self._is_called_out = bool(steps)
        self.span = steps[0] if steps else USUAL
        self._working = working
        self._on_queued = on_queued

    async def answered(self, lead_id: LeadId, user_id: UserId) -> None:
        """They pressed one of its buttons. Costs others a look, and no transaction."""
        async with self._database.reading() as connection:
            if not await lead_routes.given(connection, self._account_id, [lead_id]):
                return
        async with self._database.transaction() as connection:
            await lead_routes.answered(connection, self._account_id, lead_id, user_id, self._clock.now())

    async def look(self) -> None:
        """Take back what nobody answered in time."""
        now = self._clock.now()
        async with self._database.transaction() as connection:
            await lead_routes.settle(connection, self._account_id, now)
            waiting = await lead_routes.unanswered(connection, self._account_id)
            due = [one for one in waiting if self._working.add(one.told_at, self.span) <= now]
            for one in due:
                await self._take_back(connection, one, now)
        if due:
            self._on_queued()

    async def _take_back(self, connection: Connection, given: GivenLead, now: datetime) -> None:
        found = await changes.state(connection, self._account_id, given.lead_id)
        if found is None or found[1].owner_id != given.user_id or found[1].status is not Status.CLAIMED:
            return  # taken from them a moment ago; may be undone
        if not await lead_routes.close(connection, self._account_id, given.lead_id, now):
            return
        change_id = await changes.make(
            connection,
            self._account_id,
            given.lead_id,
            act=ChangeKind.RETURN,
            user_id=LEADBELL,
            before=found[1],
            after=LeadState(),
            now=now,
        )
        if change_id is None:
            return
        await edits.add(connection, self._account_id, given.lead_id, Priority.NOTICE, now)
        await private_cards.follow(connection, self._account_id, given.lead_id, None, now)
        # Nobody did anything with it since it came: the group is called at once.
        is_called_out = self._is_called_out and await escalations.restart(
            connection, self._account_id, [given.lead_id], given.told_at
        )
        if not is_called_out:
            await self._bring_up(connection, given.lead_id, now)

    async def _bring_up(self, connection: Connection, lead_id: LeadId, now: datetime) -> None:
        """Its card. Of many that came at once, and were listed, it is the first."""
        draft = Draft(what=MessageKind.CARD, turn=Priority.CARD, lead_id=lead_id)
        if await cards.get(connection, self._account_id, lead_id) is not None:
            draft = Draft(what=MessageKind.POINTER, turn=Priority.NOTICE, lead_id=lead_id)
        await outbox.add(connection, self._account_id, [draft], now)
