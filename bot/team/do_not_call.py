"""A buyer asked to be left alone: nobody is shown their number, reminded of them, or called out for them any more.

It follows the buyer, not the lead: their next lead says so, too. It is a change of the lead it was noted on, with who
and when, and is taken back by who noted it or an admin; what was cancelled and is not over then comes back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.person import Person
from bot.domain.priority import Priority
from bot.store import changes, do_not_call, escalations, people, private_cards
from bot.store.changes import ChangeKind
from bot.team.claim_rules import ChangeResult, Refusal
from bot.team.private_cards import drawing

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.clock import Clock
    from bot.domain.ids import AccountId, LeadId, LeadNumber, UserId
    from bot.store.changes import LeadState
    from bot.store.database import Connection, Database


@dataclass(frozen=True, slots=True)
class CancelledReminder:
    person: Person
    number: LeadNumber
    """The lead's."""
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Silenced:
    changed: ChangeResult
    reminders: tuple[CancelledReminder, ...] = ()


class DoNotCall:
    def __init__(self, database: Database, account_id: AccountId, clock: Clock, on_queued: Callable[[], None]) -> None:
        self._database = database
        self._account_id = account_id
        self._clock = clock
        self._on_queued = on_queued

    async def note(self, lead_id: LeadId, person: Person, *, is_admin: bool) -> Silenced:
        """For the owner and admins; on an unclaimed lead, for anybody."""
        now = self._clock.now()
        async with self._database.transaction() as connection:
            found = await changes.state(connection, self._account_id, lead_id)
            if found is None:
                return Silenced(ChangeResult(why=Refusal.GONE))
            number, state = found
            if not is_admin and state.owner_id not in {None, person.user_id}:
                name = await people.name(connection, self._account_id, state.owner_id or person.user_id)
                return Silenced(ChangeResult(number=number, why=Refusal.NOT_YOURS, owner_name=name))
            if not await do_not_call.add(connection, self._account_id, lead_id, person.user_id, now):
                return Silenced(ChangeResult(number=number, why=Refusal.SAME))
            change_id = await self._change(connection, lead_id, ChangeKind.DO_NOT_CALL, person, state, now)
            cancelled = await do_not_call.silence(connection, self._account_id, lead_id, now)
            names = await people.names(connection, self._account_id, {user_id for user_id, _n, _at in cancelled})
            await _redraw(connection, self._account_id, lead_id, now)
        self._on_queued()
        reminders = (
            CancelledReminder(Person(user_id, names.get(user_id, "")), of, due_at) for user_id, of, due_at in cancelled
        )
        return Silenced(ChangeResult(number=number, change_id=change_id), tuple(reminders))

    async def lift(self, lead_id: LeadId, person: Person, *, is_admin: bool) -> ChangeResult:
        """For who noted it, and admins."""
        now = self._clock.now()
        async with self._database.transaction() as connection:
            found = await changes.state(connection, self._account_id, lead_id)
            if found is None:
                return ChangeResult(why=Refusal.GONE)
            number, state = found
            noted_by = await do_not_call.noted_by(connection, self._account_id, lead_id)
            if noted_by is None:
                return ChangeResult(number=number, why=Refusal.SAME)
            if not is_admin and noted_by != person.user_id:
                name = await people.name(connection, self._account_id, noted_by)
                return ChangeResult(number=number, why=Refusal.NOTED_BY_ANOTHER, owner_name=name)
            change_id = await self._change(connection, lead_id, ChangeKind.CALL_AGAIN, person, state, now)
            await _lift(connection, self._account_id, lead_id, now)
        self._on_queued()
        return ChangeResult(number=number, change_id=change_id)

    async def _change(
        self,
        connection: Connection,
        lead_id: LeadId,
        act: ChangeKind,
        person: Person,
        state: LeadState,
        now: datetime,
    ) -> int | None:
        await people.saw(connection, self._account_id, person)
        return await changes.make(
            connection,
            self._account_id,
            lead_id,
            act=act,
            user_id=person.user_id,
            before=state,
            after=state,
            now=now,
        )


async def take_back(
    connection: Connection, account_id: AccountId, lead_id: LeadId, act: ChangeKind, user_id: UserId, now: datetime
) -> None:
    """Undo: what such a change did, in the transaction that takes it back."""
    if act is ChangeKind.DO_NOT_CALL:
        await _lift(connection, account_id, lead_id, now)
    elif act is ChangeKind.CALL_AGAIN:
        # As it was: whoever noted it may take it back themselves, and what went with it comes back with it.
        noted = await do_not_call.last_noted(connection, account_id, lead_id)
        noted_by, at = noted or (user_id, now)
        await do_not_call.add(connection, account_id, lead_id, noted_by, at)
        await do_not_call.silence(connection, account_id, lead_id, at)
        await _redraw(connection, account_id, lead_id, now)


async def _lift(connection: Connection, account_id: AccountId, lead_id: LeadId, now: datetime) -> None:
    removed = await do_not_call.remove(connection, account_id, lead_id)
    if removed is not None:
        _buyer_id, at = removed
        await do_not_call.bring_back(connection, account_id, lead_id, at, now)
        let_go = await do_not_call.let_go_since(connection, account_id, lead_id, at)
        await escalations.restart(connection, account_id, let_go, now)
        await _redraw(connection, account_id, lead_id, now)


async def _redraw(connection: Connection, account_id: AccountId, lead_id: LeadId, now: datetime) -> None:
    """Every card of the buyer's, in the group and in private."""
    await do_not_call.redraw(connection, account_id, lead_id, turn=Priority.PRESS, now=now)
    standing = await private_cards.of_buyer(connection, account_id, lead_id)
    await drawing(connection, account_id, standing, now)
