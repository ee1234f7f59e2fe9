"""Push: IndiaMART POSTs one lead at a time to the seller's listener and asks again until it hears 200.

Only HTTP 200 counts as received. After 48 hours in vain the push is off until a person turns it on again.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import aiohttp

from bot.sandbox.simulator import v2

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.sandbox.simulator.lead_record import LeadRecord

PATIENCE: Final = timedelta(hours=48)
_TIMEOUT: Final = aiohttp.ClientTimeout(total=10)


@dataclass(frozen=True, slots=True)
class PushAttempt:
    """One try. `status` is None where the listener could not be reached."""

    at: datetime
    record: LeadRecord
    status: int | None

    @property
    def is_received(self) -> bool:
        return self.status == 200


@dataclass(slots=True, eq=False)
class _Parcel:
    record: LeadRecord
    due_at: datetime
    tried_since: datetime | None = None


@dataclass(slots=True, eq=False)
class PushSender:
    clock: Clock
    retry_every: timedelta
    """Real time between rounds; IndiaMART names no figure."""
    listener: str | None = field(default=None, repr=False)
    is_on: bool = False
    deliveries: list[PushAttempt] = field(default_factory=list)
    _waiting: deque[_Parcel] = field(default_factory=deque)
    _called: asyncio.Event = field(default_factory=asyncio.Event)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def waiting(self) -> list[LeadRecord]:
        """What the listener has not confirmed."""
        return [parcel.record for parcel in self._waiting]

    def turn_on(self, listener: str) -> None:
        """Register the listener's URL: leads that arrive from now on are pushed."""
        self.listener = listener
        self.is_on = True
        self._called.set()

    def turn_off(self) -> None:
        self.is_on = False
        self._waiting.clear()

    def offer(self, record: LeadRecord, due_at: datetime) -> None:
        """Push a lead when it is due; nothing happens while push is off."""
        if self.is_on:
            self._waiting.append(_Parcel(record, due_at))
            self._called.set()

    async def work(self) -> None:
        """Deliver for as long as it is left running."""
        while True:
            await self.flush()
            await self._sleep()

    async def tried(self, count: int, within: float = 30) -> None:
        """Wait until there were so many tries; TimeoutError after `within` seconds of real time."""
        async with asyncio.timeout(within), self._news:
            await self._news.wait_for(lambda: len(self.deliveries) >= count)

    async def delivered(self, count: int, within: float = 30) -> None:
        """Wait until so many were received; TimeoutError after `within` seconds of real time."""
        async with asyncio.timeout(within), self._news:
            await self._news.wait_for(lambda: sum(one.is_received for one in self.deliveries) >= count)

    async def flush(self) -> None:
        """One round at once: every lead that is due is tried."""
        self._called.clear()
        if not self._waiting:
            return  # a seller without push costs no client of its own
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
            await self._round(session)

    async def test(self, body: bytes = b"{}", content_type: str = "application/json") -> int | None:
        """The Lead Manager's "test listener": the HTTP status that came back, None where nobody listens."""
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
            return await self._send(session, body, content_type)

    async def _sleep(self) -> None:
        pause = self.retry_every.total_seconds() if self._waiting else None
        try:
            async with asyncio.timeout(pause):
                await self._called.wait()
        except TimeoutError:
            return

    async def _round(self, session: aiohttp.ClientSession) -> None:
        for parcel in list(self._waiting):
            if self.is_on and parcel.due_at <= self.clock.now():
                await self._try(session, parcel)

    async def _try(self, session: aiohttp.ClientSession, parcel: _Parcel) -> None:
        now = self.clock.now()
        parcel.tried_since = parcel.tried_since or now
        delivery = PushAttempt(now, parcel.record, await self._post(session, parcel.record))
        self._settle(parcel, delivery)
        async with self._news:
            self._news.notify_all()

    def _settle(self, parcel: _Parcel, delivery: PushAttempt) -> None:
        self.deliveries.append(delivery)
        if delivery.is_received and parcel in self._waiting:
            self._waiting.remove(parcel)
        elif not delivery.is_received and delivery.at - (parcel.tried_since or delivery.at) >= PATIENCE:
            self.turn_off()

    async def _post(self, session: aiohttp.ClientSession, record: LeadRecord) -> int | None:
        return await self._send(session, *v2.push(record))

    async def _send(self, session: aiohttp.ClientSession, body: bytes, content_type: str) -> int | None:
        headers = {"Content-Type": content_type}
        try:
            async with session.post(self.listener or "", data=body, headers=headers, allow_redirects=False) as response:
                return response.status
        except (aiohttp.ClientError, TimeoutError):
            return None
