"""Who has a lead and what becomes of it: claimed by exactly one, released, reassigned, moved on, undone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.clock import from_epoch, to_epoch
from bot.domain.lead import Status
from bot.domain.priority import Priority
from bot.domain.sight import OPEN, Reader, SightRule
from bot.store import audit, changes, edits, escalations, leads, people
from bot.store.audit import Seen
from bot.store.changes import ChangeKind, LeadState
from bot.team import private_cards
from bot.team.claim_rules import (
    LARGEST_VALUE,
    SETTABLE,
    ChangeResult,
    ClaimAttempt,
    ClaimResult,
    Refusal,
    kept,
    own_latest,
    tidied_reason,
    why_no_release,
    why_no_undo,
)
from bot.team.do_not_call import take_back

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.clock import Clock
    from bot.domain.ids import AccountId, LeadId, UserId
    from bot.domain.lead import StoredLead
    from bot.domain.person import Person
    from bot.health.response_times import ResponseTimes
    from bot.store.database import Connection, Database

LATEST: Final = 50
"""Changes of a lead that are looked at for undoing: many more than people make in a minute."""


class Claims:
    def __init__(
        self,
        database: Database,
        account_id: AccountId,
        clock: Clock,
        on_queued: Callable[[], None],
        times: ResponseTimes,
        rule: SightRule = OPEN,
    ) -> None:
        self._times = times
        self._rule = rule
        self._database = database
        self._account_id = account_id
        self._clock = clock
        self._on_queued = on_queued

    async def claim(self, lead_id: LeadId, person: Person) -> ClaimAttempt:
        """First come, first served. A lead that is closed and has no owner cannot be: who closes a lead has it."""
        async with self._database.transaction() as connection:
            found = await changes.state(connection, self._account_id, lead_id)
            if found is None:
                return ClaimAttempt(ClaimResult.GONE)
            number, before = found
            if before.owner_id is not None:
                result = ClaimResult.YOURS if before.owner_id == person.user_id else ClaimResult.TAKEN
                shown = None if result is ClaimResult.TAKEN else await self._shown(connection, lead_id, person)
                return ClaimAttempt(result, number, await self._name(connection, before.owner_id), shown=shown)
            after = self._taken(before, person.user_id)
            change_id = await self._make(connection, lead_id, ChangeKind.CLAIM, person, before=before, after=after)
            shown = await self._shown(connection, lead_id, person)
        self._on_queued()
        return ClaimAttempt(ClaimResult.WON, number, person.name, change_id, shown)

    async def release(self, lead_id: LeadId, person: Person, *, is_admin: bool) -> ChangeResult:
        """Back to new and unclaimed, so that it is called out again if nobody takes it."""
        async with self._database.transaction() as connection:
            found = await changes.state(connection, self._account_id, lead_id)
            if found is None:
                return ChangeResult(why=Refusal.GONE)
            number, before = found
            why = why_no_release(before, person.user_id, is_admin=is_admin)
            if why is not None:
                return await self._refused(connection, before, why)
            change_id = await self._make(
                connection, lead_id, ChangeKind.RELEASE, person, before=before, after=LeadState()
            )
        self._on_queued()
        return ChangeResult(number=number, change_id=change_id)

    async def reassign(self, lead_id: LeadId, to_user_id: UserId, person: Person) -> ChangeResult:
        """Give it to somebody whom the bot has seen act. Whether `person` is an admin was asked before."""
        async with self._database.transaction() as connection:
            found = await changes.state(connection, self._account_id, lead_id)
            if found is None:
                return ChangeResult(why=Refusal.GONE)
            number, before = found
            if before.owner_id == to_user_id:
                return await self._refused(connection, before, Refusal.SAME)
            name = dict(await people.team(connection, self._account_id)).get(to_user_id)
            if name is None:
                return await self._refused(connection, before, Refusal.STRANGER)
            after = self._taken(before, to_user_id)
            change_id = await self._make(connection, lead_id, ChangeKind.REASSIGN, person, before=before, after=after)
        self._on_queued()
        return ChangeResult(number=number, owner_name=name, change_id=change_id)

    async def set_status(
        self,
        lead_id: LeadId,
        status: Status,
        person: Person,
        *,
        is_admin: bool,
        reason: str | None = None,
        won_value: int | None = None,
        is_pressed: bool = False,
    ) -> ChangeResult:
        """Move a lead on. Whoever does that to an unclaimed one claims it; else only its owner and admins may.

        `reason` is kept with lost, `won_value` (rupees) with won. Only who presses is answered alone, and can be shown
        the number.
        """
        if status not in SETTABLE or not 0 <= (won_value or 0) <= LARGEST_VALUE:
            return ChangeResult(why=Refusal.CANNOT)
        async with self._database.transaction() as connection:
            found = await changes.state(connection, self._account_id, lead_id)
            if found is None:
                return ChangeResult(why=Refusal.GONE)
            number, before = found
            after = replace(
                before if before.owner_id is not None else self._taken(before, person.user_id),
                status=status,
                won_value=kept(won_value, before.won_value) if status is Status.WON else None,
                lost_reason=kept(tidied_reason(reason), before.lost_reason) if status is Status.LOST else None,
            )
            if not is_admin and after.owner_id != person.user_id:
                return await self._refused(connection, before, Refusal.NOT_YOURS)
            if after == before:
                return await self._refused(connection, before, Refusal.SAME)
            change_id = await self._make(connection, lead_id, ChangeKind.STATUS, person, before=before, after=after)
            owner_name = await self._name(connection, after.owner_id)
            is_claimed = is_pressed and before.owner_id is None
            shown = await self._shown(connection, lead_id, person) if is_claimed else None
        self._on_queued()
        return ChangeResult(number=number, owner_name=owner_name, change_id=change_id, shown=shown)

    async def undo(self, lead_id: LeadId, person: Person) -> ChangeResult:
        """Take back the person's own latest change of the lead: one, within a minute, if nobody else changed it since.

        A second undo takes nothing more back, so that no double tap does.
        """
        async with self._database.transaction() as connection:
            found = await changes.state(connection, self._account_id, lead_id)
            if found is None:
                return ChangeResult(why=Refusal.GONE)
            number, state = found
            latest = await changes.of_lead(connection, self._account_id, lead_id, LATEST)
            change = own_latest(latest, person.user_id)
            why = Refusal.NO_CHANGE if change is None else why_no_undo(change, latest, self._clock.now())
            if change is None or why is not None:
                return await self._refused(connection, state, why or Refusal.NO_CHANGE)
            change_id = await self._make(
                connection,
                lead_id,
                ChangeKind.UNDO,
                person,
                before=change.after,
                after=change.before,
                undoes=change.change_id,
            )
            if change_id is not None:
                at, person_id = self._clock.now(), person.user_id
                await take_back(connection, self._account_id, lead_id, change.act, person_id, at)
            owner_name = await self._name(connection, change.before.owner_id)
        self._on_queued()
        return ChangeResult(
            number=number,
            why=Refusal.OVERTAKEN if change_id is None else None,
            owner_name=owner_name,
            change_id=change_id,
        )

    async def people(self) -> list[Person]:
        """To whom a lead can be given: everybody whom the bot saw act and did not see leave, by name."""
        async with self._database.reading() as connection:
            return await people.present(connection, self._account_id)

    async def _shown(self, connection: Connection, lead_id: LeadId, person: Person) -> StoredLead | None:
        """What the answer to whoever has the lead now shows them, where the card does not; noted with the claim."""
        reader = Reader(user_id=person.user_id, is_alone=True)
        stored = None if self._rule.is_open else await leads.get(connection, self._account_id, lead_id)
        if stored is None or not self._rule.may_see(stored, reader):
            return None
        await audit.note(
            connection, self._account_id, Seen.CLAIM, [lead_id], person.user_id, now=self._clock.now()
        )  # fmt: skip
        return stored

    def _taken(self, before: LeadState, user_id: UserId) -> LeadState:
        now = from_epoch(to_epoch(self._clock.now()))
        status = Status.CLAIMED if before.status is Status.NEW else before.status
        return replace(before, owner_id=user_id, claimed_at=now, status=status)

    async def _make(
        self,
        connection: Connection,
        lead_id: LeadId,
        act: ChangeKind,
        person: Person,
        *,
        before: LeadState,
        after: LeadState,
        undoes: int | None = None,
    ) -> int | None:
        """The change, its row and the edit of the card, in the caller's transaction."""
        now = self._clock.now()
        change_id = await changes.make(
            connection,
            self._account_id,
            lead_id,
            act=act,
            user_id=person.user_id,
            before=before,
            after=after,
            now=now,
            undoes=undoes,
        )
        if change_id is not None:
            await self._times.changed(
                connection,
                lead_id,
                change_id,
                act=act,
                user_id=person.user_id,
                before=before,
                after=after,
                undoes=undoes,
                now=now,
            )
            # Their name is what the card shows.
            await people.saw(connection, self._account_id, person)
            if before.owner_id is not None and after.owner_id is None:
                await escalations.restart(connection, self._account_id, [lead_id], now)
            await edits.add(connection, self._account_id, lead_id, Priority.PRESS, now)
            if not self._rule.is_open and before.owner_id != after.owner_id:
                await private_cards.follow(connection, self._account_id, lead_id, after.owner_id, now)
        return change_id

    async def _refused(self, connection: Connection, state: LeadState, why: Refusal) -> ChangeResult:
        return ChangeResult(why=why, owner_name=await self._name(connection, state.owner_id))

    async def _name(self, connection: Connection, user_id: UserId | None) -> str | None:
        return None if user_id is None else await people.name(connection, self._account_id, user_id)
