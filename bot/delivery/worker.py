"""Says what waits in an account's outbox: one task per chat, paced, until Telegram has taken it, at least once."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from bot.clock import first_of, rest
from bot.delivery.chat_troubles import CHAT_RETRY, ChatTroubles
from bot.delivery.outbox_reader import OutboxReader, Recipient
from bot.delivery.parking import UnbuildableError
from bot.domain.ids import ChatId
from bot.domain.notice import NoticeCode
from bot.domain.priority import Priority
from bot.errors import DeliveryError, DeliveryTrouble, NotHeldError, StoreError
from bot.health.troubles import Activity
from bot.i18n import in_brackets
from bot.store import outbox
from bot.store.outbox_messages import MessageKind, UnreadableRowError
from bot.store.parked import ParkReason

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.clock import Clock
    from bot.delivery.chats import Chats
    from bot.delivery.composer import Composer
    from bot.delivery.parking import Parking
    from bot.delivery.sender import Sender
    from bot.domain.ids import AccountId
    from bot.health.faults import Faults
    from bot.store.database import Database
    from bot.store.outbox_messages import OutboxRow

log = logging.getLogger(__name__)

TRY_AGAIN: Final = 5.0
"""Seconds after a trouble of the database, or a mistake that nobody thought of."""
SOON: Final = 0.1
GIVE_UP: Final = 1.0
"""Seconds that a cancelled worker gets."""
LONG_FLOOD: Final = 60.0
"""Telegram asked to wait for so many seconds: that is more than our own pacing would have taken."""


class OutboxWorker:
    """`deliver()` what waits for a chat; `stop()` lets the message in flight finish.

    For which chats something waits is looked up by the dispatcher; `wake()` asks it to look.
    """

    def __init__(  # noqa: PLR0913 - what a message may need
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
        on_queued: Callable[[], None],
    ) -> None:
        self._database = database
        self._chat_troubles = ChatTroubles(database, account_id, clock, chats, faults, on_queued)
        self._outbox = OutboxReader(database, account_id, clock)
        self._composer = composer
        self._chats = chats
        self._sender = sender
        sender.on_moved = self.moved
        sender.on_said = self.revive
        self._faults = faults
        self._parking = parking
        self.wake = on_queued
        """Something was queued."""
        self._troubles = composer.troubles
        self._recipients: dict[ChatId | None, Recipient] = {}
        self._is_stopping = False

    def revive(self, chat_id: ChatId) -> None:
        """The bot may write to this chat again, so do not wait for the next try."""
        recipient = self._recipients.get(None if self._chats.is_own(chat_id) else chat_id)
        if recipient is not None:
            recipient.wake.set()

    def deliver(self, chat_id: ChatId | None) -> None:
        """Something waits for this chat."""
        if self._is_stopping:
            return
        recipient = self._recipients.setdefault(chat_id, Recipient(chat_id))
        recipient.news.set()
        if recipient.task is None or recipient.task.done():
            recipient.task = asyncio.create_task(self._work(recipient), name=f"delivery {chat_id or 'group'}")

    def tidy(self) -> None:
        """To be called now and then."""
        self._sender.tidy()
        known = self._recipients.items()
        self._recipients = {key: one for key, one in known if one.failures or (one.task and not one.task.done())}

    async def stop(self, seconds: float) -> None:
        """Finish the messages in flight and what presses caused, for so long at most."""
        await asyncio.gather(self._sender.stop(seconds), self.leave(seconds))

    async def leave(self, seconds: float) -> None:
        """As `stop`, where another worker goes on with the same sender."""
        self._is_stopping = True
        for recipient in self._recipients.values():
            recipient.news.set()
            recipient.wake.set()
        await self.cancel(seconds)

    async def cancel(self, seconds: float = 0.0) -> None:
        """Who is cancelled once still records what stands in the chat; who is cancelled twice gives that up, too."""
        tasks = {one.task for one in self._recipients.values() if one.task is not None and not one.task.done()}
        for wait in (seconds, GIVE_UP, GIVE_UP):
            if tasks:
                _ended, tasks = await asyncio.wait(tasks, timeout=wait)
            for task in tasks:
                task.cancel()

    async def _work(self, recipient: Recipient) -> None:
        """Until nothing is left for this recipient."""
        while True:
            recipient.news.clear()
            try:
                is_more = await self._step(recipient)
            except NotHeldError:
                log.debug("another process sends what waits here")
            except StoreError as error:
                recipient.trouble.say(str(error))
                self._troubles.failed(Activity.SEND, error)
            except Exception as error:
                log.exception("delivery to a chat failed and goes on in %d s", TRY_AGAIN)
                self._troubles.failed(Activity.SEND, error)
            else:
                self._troubles.worked(Activity.SEND)
                if not is_more:
                    return
                recipient.trouble.over()
                continue
            if self._is_stopping:
                return
            recipient.wake.clear()
            await rest(recipient.wake, TRY_AGAIN)

    async def _step(self, recipient: Recipient) -> bool:
        """As `_deliver_next`; a row that is no message steps aside."""
        try:
            return await self._deliver_next(recipient)
        except UnreadableRowError as error:
            await self._parking.park(error.outbox_id, error.reason)
            return True

    async def _deliver_next(self, recipient: Recipient) -> bool:
        """Send one message at most. False when nothing is left."""
        rows = await self._heads(recipient)
        if self._is_stopping and not self._is_worth_a_stop(recipient, rows):
            return False
        if not rows:
            return await self._until_due(recipient)
        granted = await self._slot(recipient, rows)
        if granted is not None:
            if recipient.is_held_up:
                await self._outbox.mark_late(recipient.chat_id)
            # While we waited something more urgent may have come; it does not take the turn of what it goes before.
            is_behind = granted.turn > Priority.PRESS >= rows[0].turn
            row = await self._outbox.following(recipient.chat_id, after=Priority.PRESS if is_behind else None)
            if row is not None:
                await self._attempt(recipient, row)
        return True

    def _is_worth_a_stop(self, recipient: Recipient, rows: list[OutboxRow]) -> bool:
        """What a press caused is still shown, if that can be done at once. Everything else waits for the next start."""
        if not rows or rows[0].turn > Priority.PRESS or recipient.failures:
            return False
        return self._sender.pacer.opens_in(self._chats.place_of(recipient.chat_id).chat_id, rows[0].turn) <= 0

    async def _heads(self, recipient: Recipient) -> list[OutboxRow]:
        """What goes out next; and if that was caused by a press, what comes after all that were: each has its half."""
        rows = [await self._outbox.following(recipient.chat_id)]
        if rows[0] is not None and rows[0].turn <= Priority.PRESS and not self._is_stopping:
            rows.append(await self._outbox.following(recipient.chat_id, after=Priority.PRESS))
        found = [row for row in rows if row is not None]
        others_wait = any(row.turn > Priority.PRESS for row in found)
        self._sender.expect(self._chats.place_of(recipient.chat_id).chat_id, others_wait=others_wait)
        return found

    async def _slot(self, recipient: Recipient, rows: list[OutboxRow]) -> OutboxRow | None:
        """Wait for the turn of a message like one of these. None if a stop or something more urgent comes first."""
        chat_id = self._chats.place_of(recipient.chat_id).chat_id
        tickets = {asyncio.ensure_future(self._sender.turn(chat_id, row.turn)): row for row in rows}
        try:
            while True:
                await first_of(tickets, recipient.news, await self._soon_due_press(recipient))
                granted = [row for ticket, row in tickets.items() if ticket.done()]
                if granted:
                    for spare in granted[1:]:
                        self._sender.pacer.unused(chat_id, spare.turn)
                    return None if self._is_stopping and granted[0].turn > Priority.PRESS else granted[0]
                if self._is_stopping:
                    return None
                recipient.news.clear()
                if [row.turn for row in await self._heads(recipient)] != [row.turn for row in rows]:
                    return None
        finally:
            for ticket in tickets:
                ticket.cancel()

    async def _soon_due_press(self, recipient: Recipient) -> float | None:
        """Seconds until a change of a card is due that was put off a little, because the card was just edited."""
        seconds = await self._outbox.due_in(recipient.chat_id, up_to=Priority.PRESS)
        return None if seconds is None or seconds <= 0 else max(seconds, SOON)

    async def _until_due(self, recipient: Recipient) -> bool:
        """Nothing may go out now: wait for what was put off. False if there is nothing at all."""
        seconds = await self._outbox.due_in(recipient.chat_id)
        if seconds is None:
            return recipient.news.is_set()
        await rest(recipient.news, max(seconds, SOON))
        return True

    async def _attempt(self, recipient: Recipient, row: OutboxRow) -> None:
        recipient.wake.clear()
        place = self._chats.place_of(recipient.chat_id, row.thread_id)
        mended, plain = self._chats.mended(recipient.chat_id, row.thread_id), row.outbox_id in recipient.refused
        try:
            await self._composer.send(place, row, mended, plain=plain)
        except DeliveryError as error:
            seconds = await self._failed(recipient, row, error)
            if seconds > 0 and not self._is_stopping:
                await rest(recipient.wake, seconds)
        except StoreError:
            raise
        except UnbuildableError as error:
            self._sender.pacer.unused(place.chat_id, row.turn)
            await self._park(row, error.reason, error.cause)
        except Exception as error:  # noqa: BLE001 - whatever building trips over
            await self._park(row, ParkReason.NOT_BUILT, error)
        else:
            if recipient.failures or recipient.is_held_up:
                log.info("Telegram takes messages again")
                self.wake()  # the end of a fault may have been queued for the admins
            recipient.failures, recipient.is_held_up = 0, False
            recipient.refused.discard(row.outbox_id)
            self._chat_troubles.took(row)

    async def _failed(self, recipient: Recipient, row: OutboxRow, error: DeliveryError) -> float:
        """What this trouble means for the recipient. Seconds to rest."""
        place = self._chats.place_of(recipient.chat_id, row.thread_id)
        if error.trouble is DeliveryTrouble.FLOOD:
            wait = error.retry_after or 1.0
            self._sender.pacer.hold(place.chat_id, wait)
            recipient.is_held_up = recipient.is_held_up or wait >= LONG_FLOOD
            return 0.0
        if error.trouble is DeliveryTrouble.MOVED and error.moved_to is not None:
            await self.moved(place.chat_id, ChatId(error.moved_to))
            return 0.0
        if await self._chat_troubles.is_of_topic(place, row, error) or recipient.says_more_simply(row, error):
            return 0.0
        if error.permanent:
            await self._park(row, ParkReason.REFUSED)  # as plain text, too
            return 0.0
        recipient.failures += 1
        recipient.is_held_up = True
        if error.trouble in {DeliveryTrouble.CHAT, DeliveryTrouble.TOPIC}:
            return await self._refused(recipient, error)
        if recipient.failures == 1:
            log.warning("Telegram does not take messages now (%s); trying until it does", error)
        return outbox.backoff(recipient.failures - 1).total_seconds()

    async def moved(self, old: ChatId, new: ChatId) -> bool:
        """Telegram gave a group a new id: go on there. True if that was news."""
        return await self._chat_troubles.moved(old, new)

    async def _park(self, row: OutboxRow, reason: ParkReason, error: Exception | None = None) -> None:
        """Trying this row again cannot help: the others go on without it."""
        if reason in {ParkReason.NOT_BUILT, ParkReason.REFUSED} and await self._parking.split(row):
            return
        is_told = row.what is MessageKind.NOTICE and row.body.get("code") == NoticeCode.PARKED
        await self._parking.park(row.outbox_id, reason, error, is_told=is_told)

    async def _refused(self, recipient: Recipient, error: DeliveryError) -> float:
        """The chat refuses the bot: keep the queue, tell the admins, try again every ten minutes."""
        chat_id = recipient.chat_id
        if chat_id is None or chat_id < 0:
            await self._chat_troubles.refused(chat_id, error.description)
            return CHAT_RETRY
        if self._chat_troubles.is_news(chat_id):
            reason = in_brackets(error.description)
            log.warning("somebody cannot be written to in private%s: they have to press Start first", reason)
        await self._outbox.discard_stale(chat_id)
        return CHAT_RETRY
