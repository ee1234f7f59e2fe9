"""Says what waits in the outbox: one worker per address, paced, until Telegram has taken it, at least once."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from bot.clock import rest
from bot.delivery import bursts
from bot.delivery.parking import UnbuildableError
from bot.domain.card import Lateness
from bot.domain.ids import ChatId, ChatPlace
from bot.domain.notice import Fault, NoticeCode
from bot.domain.priority import Priority
from bot.errors import DeliveryError, DeliveryTrouble, StoreError
from bot.health.troubles import Activity
from bot.i18n import in_brackets
from bot.log import LogOnce
from bot.store import outbox
from bot.store.outbox import MessageKind, UnreadableRowError
from bot.store.parked import ParkReason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.clock import Clock
    from bot.delivery.chats import Chats
    from bot.delivery.composer import Composer
    from bot.delivery.parking import Parking
    from bot.delivery.sender import Sender
    from bot.domain.ids import AccountId
    from bot.health.faults import Faults
    from bot.store.database import Database
    from bot.store.outbox import OutboxRow

log = logging.getLogger(__name__)

CHAT_RETRY: Final = 600.0
"""Seconds until a chat that refuses the bot is tried again."""
STORE_RETRY: Final = 5.0
STALE: Final = timedelta(hours=24)
"""A person who cannot be written to is not kept waiting with older news than this."""
LOOK_AGAIN: Final = 30.0
"""Seconds between looks at what another process may have queued."""
SOON: Final = 0.1
GIVE_UP: Final = 1.0
"""Seconds that a cancelled worker gets."""
LONG_FLOOD: Final = 60.0
"""Telegram asked to wait for so many seconds: that is more than our own pacing would have taken."""
LONGEST_PUT_OFF: Final = timedelta(minutes=10)
"""More than any message is put off."""
_TURNS: Final = frozenset(Priority)


@dataclass(slots=True)
class _Address:
    """One chat that something waits for. `chat_id` None is the account's chat."""

    chat_id: ChatId | None
    news: asyncio.Event = field(default_factory=asyncio.Event)
    """Something was queued for it."""
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    """It may be written to again, so do not wait for the next try."""
    failures: int = 0
    is_held_up: bool = False
    """Telegram keeps messages waiting: what is late is late because of it."""
    task: asyncio.Task[None] | None = None
    trouble: LogOnce = field(default_factory=lambda: LogOnce(log))
    """The database's."""


class OutboxWorker:
    """`run()` until cancelled; `wake()` whenever something was queued; `stop()` lets the message in flight finish."""

    def __init__(
        self,
        database: Database,
        account_id: AccountId,
        clock: Clock,
        composer: Composer,
        *,
        chats: Chats,
        sender: Sender,
        faults: Faults,
        parking: Parking,
    ) -> None:
        self._database = database
        self._account_id = account_id
        self._clock = clock
        self._composer = composer
        self._chats = chats
        self._sender = sender
        sender.on_moved = self.moved
        sender.on_said = self.revive
        self._faults = faults
        self._parking = parking
        self._troubles = composer.troubles
        self._addresses: dict[ChatId | None, _Address] = {}
        self._news = asyncio.Event()
        self._is_stopping = False
        self._trouble = LogOnce(log)

    def wake(self) -> None:
        """Something was queued."""
        self._news.set()

    def revive(self, chat_id: ChatId) -> None:
        """The bot may write to this chat again, so do not wait for the next try."""
        address = self._addresses.get(None if self._chats.is_home(chat_id) else chat_id)
        if address is not None:
            address.wake.set()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            while not self._is_stopping:
                self._news.clear()
                for chat_id in await self._waiting():
                    address = self._addresses.setdefault(chat_id, _Address(chat_id))
                    address.news.set()
                    if address.task is None or address.task.done():
                        address.task = group.create_task(self._work(address), name=f"delivery {chat_id or 'group'}")
                self._sender.tidy()
                await rest(self._news, LOOK_AGAIN)

    async def stop(self, seconds: float) -> None:
        """Finish the messages in flight and what presses caused, for so long at most."""
        self._is_stopping = True
        await asyncio.gather(self._sender.stop(seconds), self._stop_workers(seconds))

    async def _stop_workers(self, seconds: float) -> None:
        self._news.set()
        for address in self._addresses.values():
            address.news.set()
            address.wake.set()
        tasks = {one.task for one in self._addresses.values() if one.task is not None and not one.task.done()}
        # Who is cancelled once still records what stands in the chat; who is cancelled twice gives that up, too.
        for wait in (seconds, GIVE_UP, GIVE_UP):
            if tasks:
                _ended, tasks = await asyncio.wait(tasks, timeout=wait)
            for task in tasks:
                task.cancel()

    async def _waiting(self) -> list[ChatId | None]:
        try:
            async with self._database.reading() as connection:
                addresses = await outbox.addresses(connection, self._account_id)
        except StoreError as error:
            self._trouble.say(str(error))
            self._troubles.failed(Activity.SEND, error)
            return []
        self._trouble.over()
        return addresses

    async def _work(self, address: _Address) -> None:
        """Until nothing is left for this address."""
        while True:
            address.news.clear()
            try:
                is_more = await self._step(address)
                self._troubles.worked(Activity.SEND)
                if not is_more:
                    return
                address.trouble.over()
            except StoreError as error:
                address.trouble.say(str(error))
                self._troubles.failed(Activity.SEND, error)
                if self._is_stopping:
                    return
                address.wake.clear()
                await rest(address.wake, STORE_RETRY)

    async def _step(self, address: _Address) -> bool:
        """As `_deliver_next`; a row that is no message steps aside."""
        try:
            return await self._deliver_next(address)
        except UnreadableRowError as error:
            await self._parking.park(error.outbox_id, error.reason)
            return True

    async def _deliver_next(self, address: _Address) -> bool:
        """Send one message at most. False when nothing is left."""
        rows = await self._heads(address)
        if self._is_stopping and not self._is_worth_a_stop(address, rows):
            return False
        if not rows:
            return await self._until_due(address)
        granted = await self._slot(address, rows)
        if granted is not None:
            if address.is_held_up:
                await self._mark_late(address)
            # While we waited something more urgent may have come; it does not take the turn of what it goes before.
            is_behind = granted.turn > Priority.PRESS >= rows[0].turn
            row = await self._following(address, after=Priority.PRESS if is_behind else None)
            if row is not None:
                await self._attempt(address, row)
        return True

    def _is_worth_a_stop(self, address: _Address, rows: list[OutboxRow]) -> bool:
        """What a press caused is still shown, if that can be done at once. Everything else waits for the next start."""
        if not rows or rows[0].turn > Priority.PRESS or address.failures:
            return False
        return self._sender.pacer.opens_in(self._place(address).chat_id, rows[0].turn) <= 0

    async def _heads(self, address: _Address) -> list[OutboxRow]:
        """What goes out next; and if that was caused by a press, what comes after all that were: each has its half."""
        rows = [await self._following(address)]
        if rows[0] is not None and rows[0].turn <= Priority.PRESS and not self._is_stopping:
            rows.append(await self._following(address, after=Priority.PRESS))
        found = [row for row in rows if row is not None]
        others_wait = any(row.turn > Priority.PRESS for row in found)
        self._sender.expect(self._place(address).chat_id, others_wait=others_wait)
        return found

    async def _slot(self, address: _Address, rows: list[OutboxRow]) -> OutboxRow | None:
        """Wait for the turn of a message like one of these. None if a stop or something more urgent comes first."""
        chat_id = self._place(address).chat_id
        tickets = {asyncio.ensure_future(self._sender.turn(chat_id, row.turn)): row for row in rows}
        try:
            while True:
                await _first(tickets, address.news, await self._press_due_in(address))
                granted = [row for ticket, row in tickets.items() if ticket.done()]
                if granted:
                    for spare in granted[1:]:
                        self._sender.pacer.unused(chat_id, spare.turn)
                    return None if self._is_stopping and granted[0].turn > Priority.PRESS else granted[0]
                if self._is_stopping:
                    return None
                address.news.clear()
                if [row.turn for row in await self._heads(address)] != [row.turn for row in rows]:
                    return None
        finally:
            for ticket in tickets:
                ticket.cancel()

    async def _press_due_in(self, address: _Address) -> float | None:
        """Seconds until a change of a card is due that was put off a little, because the card was just edited."""
        async with self._database.reading() as connection:
            due_at = await outbox.next_due(connection, self._account_id, address.chat_id, up_to=Priority.PRESS)
        waits = 0.0 if due_at is None else (due_at - self._clock.now()).total_seconds()
        return max(waits, SOON) if waits > 0 else None

    async def _until_due(self, address: _Address) -> bool:
        """Nothing may go out now: wait for what was put off. False if there is nothing at all."""
        async with self._database.reading() as connection:
            due_at = await outbox.next_due(connection, self._account_id, address.chat_id)
        if due_at is None:
            return address.news.is_set()
        await rest(address.news, max((due_at - self._clock.now()).total_seconds(), SOON))
        return True

    async def _following(self, address: _Address, after: int | None = None) -> OutboxRow | None:
        """What goes out next, of the turns after this one. Raises UnreadableRowError for a row that is no message."""
        if address.chat_id is None and after is None:
            await bursts.condense(self._database, self._account_id, self._clock.now())
        row = await self._first(address, after)
        if row is not None and row.turn not in _TURNS:
            raise UnreadableRowError(row.outbox_id, ParkReason.UNKNOWN_TURN)
        return row

    async def _first(self, address: _Address, after: int | None) -> OutboxRow | None:
        now = self._clock.now()
        async with self._database.reading() as connection:
            row = await outbox.following(connection, self._account_id, address.chat_id, now, after=after)
            if row is not None:
                return row
            due_at = await outbox.next_due(connection, self._account_id, address.chat_id)
            if due_at is None or due_at - now <= LONGEST_PUT_OFF:
                return None
            # Nothing is ever put off for so long: the clock was set back.
            return await outbox.following(connection, self._account_id, address.chat_id, due_at, after=after)

    async def _attempt(self, address: _Address, row: OutboxRow) -> None:
        address.wake.clear()
        try:
            await self._composer.send(self._place(address), row, self._mended(address))
        except DeliveryError as error:
            seconds = await self._failed(address, row, error)
            if seconds > 0 and not self._is_stopping:
                await rest(address.wake, seconds)
        except StoreError:
            raise
        except UnbuildableError as error:
            self._sender.pacer.unused(self._place(address).chat_id, row.turn)
            await self._park(row, error.reason, error.cause)
        except Exception as error:  # noqa: BLE001 - whatever building trips over
            await self._park(row, ParkReason.NOT_BUILT, error)
        else:
            if address.failures or address.is_held_up:
                log.info("Telegram takes messages again")
                self.wake()  # the end of a fault may have been queued for the admins
            address.failures, address.is_held_up = 0, False

    def _mended(self, address: _Address) -> list[Fault]:
        """What a message that stands in the group proves to be over."""
        if address.chat_id is not None:
            return []
        return [Fault.CHAT_REFUSED] if self._chats.is_topic_gone else [Fault.CHAT_REFUSED, Fault.TOPIC_GONE]

    async def _failed(self, address: _Address, row: OutboxRow, error: DeliveryError) -> float:
        """What this trouble means for the address. Seconds to rest."""
        place = self._place(address)
        if error.trouble is DeliveryTrouble.FLOOD:
            wait = error.retry_after or 1.0
            self._sender.hold(place.chat_id, wait)
            address.is_held_up = address.is_held_up or wait >= LONG_FLOOD
            return 0.0
        if error.trouble is DeliveryTrouble.MOVED and error.moved_to is not None:
            await self.moved(place.chat_id, ChatId(error.moved_to))
            return 0.0
        if error.trouble is DeliveryTrouble.TOPIC and self._chats.topic_is_gone():
            await self._start_fault(Fault.TOPIC_GONE, error.description)
            return 0.0
        if error.permanent:
            # Refused as plain text as well.
            await self._park(row, ParkReason.REFUSED)
            return 0.0
        address.failures += 1
        address.is_held_up = True
        if error.trouble in {DeliveryTrouble.CHAT, DeliveryTrouble.TOPIC}:
            return await self._refused(address, error)
        return self._unreachable(address, error)

    async def moved(self, old: ChatId, new: ChatId) -> bool:
        """Telegram gave the group a new id: go on there, and tell the admins what to set. True if that was news."""
        if not await self._chats.moved(old, new):
            return False
        async with self._database.transaction() as connection:
            await self._faults.tell_admins(connection, NoticeCode.CHAT_MOVED, {"chat_id": new})
        self.wake()
        return True

    async def _park(self, row: OutboxRow, reason: ParkReason, error: Exception | None = None) -> None:
        """Trying this row again cannot help: the others go on without it."""
        if reason in {ParkReason.NOT_BUILT, ParkReason.REFUSED} and await self._parking.split(row):
            return
        is_told = row.what is MessageKind.NOTICE and row.body.get("code") == NoticeCode.PARKED
        await self._parking.park(row.outbox_id, reason, error, is_told=is_told)

    async def _refused(self, address: _Address, error: DeliveryError) -> float:
        """The chat refuses the bot: keep the queue, tell the admins, try again every ten minutes."""
        if address.chat_id is None:
            await self._start_fault(Fault.CHAT_REFUSED, error.description)
            return CHAT_RETRY
        if address.failures == 1:
            log.warning(
                "an admin cannot be written to%s: they have to press Start first", in_brackets(error.description)
            )
        async with self._database.transaction() as connection:
            await outbox.discard(connection, self._account_id, address.chat_id, self._clock.now() - STALE)
        return CHAT_RETRY

    def _unreachable(self, address: _Address, error: DeliveryError) -> float:
        if address.failures == 1:
            log.warning("Telegram does not take messages now (%s); trying until it does", error)
        return outbox.backoff(address.failures - 1).total_seconds()

    async def _mark_late(self, address: _Address) -> None:
        async with self._database.transaction() as connection:
            await outbox.mark_late(connection, self._account_id, address.chat_id, Lateness.TELEGRAM)

    async def _start_fault(self, fault: Fault, message: str) -> None:
        async with self._database.transaction() as connection:
            await self._faults.start(connection, fault, message=message)
        self.wake()

    def _place(self, address: _Address) -> ChatPlace:
        return self._chats.place if address.chat_id is None else ChatPlace(address.chat_id)


async def _first(tickets: Iterable[asyncio.Future[None]], event: asyncio.Event, seconds: float | None) -> None:
    """Until one of them, or the event, or for so long."""
    news = asyncio.ensure_future(event.wait())
    try:
        either: list[asyncio.Future[Any]] = [*tickets, news]
        await asyncio.wait(either, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        news.cancel()
