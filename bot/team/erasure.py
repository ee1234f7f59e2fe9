"""Buyers who wish to be forgotten, and leads that nobody has needed for as long as RETENTION says.

What is sealed is gone for everybody at once. It is kept apart for a year, because the law wants the logs of it that
long, and then overwritten: docs/privacy.md.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.clock import from_epoch
from bot.domain import phones
from bot.store import buyers, erasing, leads, odd_bodies, sealing, seals

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from bot.clock import Clock
    from bot.domain.ids import AccountId, BuyerId, LeadId, LeadNumber
    from bot.store.database import Connection, Database
    from bot.store.odd_bodies import LookedThrough
    from bot.store.sealing import SealExtent

A_YEAR: Final = timedelta(days=365)
AT: Final = 3
"""O'clock, by the account's time: from then on leads are looked at for their age, once a day."""
APART: Final = 0.02
"""Seconds between two portions, in which others write."""
STRETCH: Final = 2000
"""Leads for whose buyers what is no lead is looked through at once."""
_LEAD: Final = re.compile(r"#[0-9]{1,10}", re.ASCII)
"""Many a lead has no whole number and no address."""
LONGEST_CONTACT: Final = 254
"""Characters of an e-mail address (RFC 5321)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundBuyer:
    """Whom a wish would concern."""

    buyer_id: BuyerId
    lead_ids: tuple[LeadId, ...]
    numbers: tuple[LeadNumber, ...]
    extent: SealExtent


def contact(typed: str) -> str | None:
    """The number (E.164), e-mail address, or `#` and a lead's number; None for a text that is none of them."""
    text = typed.strip()
    if _LEAD.fullmatch(text):
        return text
    if "@" in text:
        return text.lower() if len(text) <= LONGEST_CONTACT and " " not in text else None
    number = phones.normalize(text)
    return number if number is not None and phones.is_e164(number) else None


class Erasure:
    def __init__(
        self,
        database: Database,
        account_id: AccountId,
        clock: Clock,
        *,
        retention: timedelta | None,
        timezone: ZoneInfo,
        on_queued: Callable[[], object] = lambda: None,
        on_sealed: Callable[[], object] = lambda: None,
    ) -> None:
        """`on_queued` hears when cards are to be drawn anew, `on_sealed` when there is something to erase."""
        self._database = database
        self._account_id = account_id
        self._clock = clock
        self._retention = retention
        self._timezone = timezone
        self._on_queued = on_queued
        self._on_sealed = on_sealed
        self._at_work = asyncio.Lock()
        self._aged_on: date | None = None

    @property
    def kept(self) -> timedelta:
        """How long what was sealed is kept."""
        return A_YEAR if self._retention is None else max(self._retention, A_YEAR)

    async def find(self, contact: str) -> list[FoundBuyer]:
        """Who has this number or address; see `contact`."""
        async with self._database.reading() as connection:
            buyer_ids = await buyers.of_contact(connection, self._account_id, contact)
            found = []
            for buyer_id in buyer_ids:
                lead_ids = await sealing.leads_of(connection, self._account_id, [buyer_id])
                stored = await leads.many(connection, self._account_id, lead_ids)
                found.append(
                    FoundBuyer(
                        buyer_id=buyer_id,
                        lead_ids=tuple(lead_ids),
                        numbers=tuple(one.number for one in stored),
                        extent=await sealing.extent(connection, self._account_id, lead_ids),
                    )
                )
        return [one for one in found if one.lead_ids]

    async def bodies_of(self, contact: str) -> int:
        """How many rows and pushed bodies that are no leads tell of this number or e-mail address."""
        return 0 if contact.startswith("#") else (await self._told_of(contact)).bodies

    async def seal_contact(self, contact: str, *, is_urgent: bool) -> int:
        """Of whoever has it and has no lead, what is no lead. How many rows and bodies."""
        looked = await self._told_of(contact)
        if bodies := looked.bodies:
            now = self._clock.now()
            async with self._database.transaction() as connection:
                await sealing.seal_contact(
                    connection, self._account_id, contact, at=now, is_urgent=is_urgent, looked=looked
                )
            self._on_sealed()
        return bodies

    async def _told_of(self, contact: str) -> LookedThrough:
        return await odd_bodies.look_through(self._database, self._account_id, [], [contact])

    async def seal(self, buyer_id: BuyerId, *, is_urgent: bool) -> int:
        """The buyer is gone for everybody. How many leads."""
        looked = await self._looked_through(buyer_id)
        async with self._database.transaction() as connection:
            number = await self._seal(connection, buyer_id, looked, is_urgent=is_urgent)
        self._queued()
        return number

    async def seal_of_lead(self, lead_id: LeadId, *, is_urgent: bool) -> int:
        """The buyer of this lead; 0 where nothing of them is here any more."""
        async with self._database.reading() as connection:
            stored = await leads.get(connection, self._account_id, lead_id)
        looked = None if stored is None or stored.buyer_id is None else await self._looked_through(stored.buyer_id)
        async with self._database.transaction() as connection:
            stored = await leads.get(connection, self._account_id, lead_id)
            if stored is None or stored.buyer_id is None:
                return 0
            number = await self._seal(connection, stored.buyer_id, looked, is_urgent=is_urgent)
        self._queued()
        return number

    async def _looked_through(self, buyer_id: BuyerId) -> LookedThrough:
        async with self._database.reading() as connection:
            lead_ids = await sealing.leads_of(connection, self._account_id, [buyer_id])
        return await odd_bodies.look_through(self._database, self._account_id, lead_ids)

    async def _seal(
        self, connection: Connection, buyer_id: BuyerId, looked: LookedThrough | None, *, is_urgent: bool
    ) -> int:
        now = self._clock.now()
        return await sealing.seal_buyers(
            connection, self._account_id, [buyer_id], at=now, is_urgent=is_urgent, looked=looked
        )

    async def hurry(self, contact: str) -> bool:
        """What was sealed of them before is overwritten without waiting; False where there is none of it."""
        number = int(contact[1:]) if contact.startswith("#") else None
        async with self._database.transaction() as connection:
            name = seals.of_typed(contact)
            has_some = await seals.hurry(connection, self._account_id, [name] if number is None else [], number)
        self._on_sealed()
        return has_some

    def _queued(self) -> None:
        self._on_sealed()
        self._on_queued()

    async def left(self, *, passed: datetime | None = None) -> int:
        """Rows that are to be overwritten by now."""
        async with self._database.reading() as connection:
            return await erasing.left(connection, self._account_id, self._before(passed))

    async def erase(
        self, on_step: Callable[[int], object] = lambda _done: None, *, passed: datetime | None = None
    ) -> None:
        """Overwrite what is to be, to the end; `on_step` hears how many rows are done.

        By age only up to the time that has surely `passed`; without it only what does not wait.
        """
        if seal_ids := await self.overwrite(on_step, passed=passed):
            await self._database.write_anew()
            await self.finish(seal_ids, passed=passed)

    async def overwrite(
        self, on_step: Callable[[int], object] = lambda _done: None, *, passed: datetime | None = None
    ) -> list[int]:
        """The first part of it: what of it waits for the file to be written anew, which is once for all accounts."""
        done, before = 0, self._before(passed)
        async with self._at_work:
            async for number in erasing.overwrite(self._database, self._account_id, before=before):
                done += number
                on_step(done)
                await asyncio.sleep(APART)
            return await erasing.overwritten(self._database, self._account_id, before=before)

    async def finish(self, seal_ids: list[int], *, passed: datetime | None = None) -> None:
        """The last part: the file was written anew."""
        before, now = self._before(passed), self._clock.now()
        await erasing.finish(self._database, self._account_id, seal_ids, before=before, now=now)
        if passed is not None:
            self._aged_on = now.astimezone(self._timezone).date()

    def _before(self, passed: datetime | None) -> datetime:
        return from_epoch(0) if passed is None else max(passed - self.kept, from_epoch(0))

    async def age(self, passed: datetime, since: datetime) -> None:
        """Once a day: what is due by its age, to the end."""
        if seal_ids := await self.overwrite_aged(passed, since):
            await self._database.write_anew()
            await self.finish(seal_ids, passed=passed)

    async def overwrite_aged(self, passed: datetime, since: datetime) -> list[int]:
        """The first part of `age`, as `overwrite`: counted up to the time that has surely passed. What was stored
        before `since` was stored by a wrong clock.
        """
        local = self._clock.now().astimezone(self._timezone)
        if local.hour < AT or local.date() == self._aged_on:
            return []
        if self._retention is not None:
            await self._seal_untouched(since, passed - self._retention)
        seal_ids = await self.overwrite(passed=passed)
        if not seal_ids:
            self._aged_on = local.date()
        return seal_ids

    async def _seal_untouched(self, since: datetime, before: datetime) -> None:
        """By stretches, so that bodies that are no leads are looked through once for many leads."""
        low: int | None = 0
        seal_id: int | None = None
        while low is not None:
            lead_ids, until = await self._untouched(low, since, before)
            if not lead_ids:
                low = until
                continue
            looked = await odd_bodies.look_through(self._database, self._account_id, lead_ids)
            while low is not None and (until is None or low < until):
                async with self._database.transaction() as connection:
                    found, low = await erasing.untouched(connection, self._account_id, low, since=since, before=before)
                    if found:
                        found = await erasing.still_untouched(
                            connection, self._account_id, found, since=since, before=before
                        )
                    if found:
                        now = self._clock.now()
                        seal_id = await erasing.seal_untouched(
                            connection, self._account_id, found, seal_id, now, looked
                        )
                await asyncio.sleep(APART)
        self._on_queued()

    async def _untouched(self, low: int | None, since: datetime, before: datetime) -> tuple[list[LeadId], int | None]:
        """A stretch of those that would be sealed, and where it ends; None at the end."""
        lead_ids: list[LeadId] = []
        while low is not None and len(lead_ids) < STRETCH:
            async with self._database.reading() as connection:
                found, low = await erasing.untouched(connection, self._account_id, low, since=since, before=before)
            lead_ids += found
            await asyncio.sleep(APART)
        return lead_ids, low
