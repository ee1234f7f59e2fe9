"""A group of the account that does not take messages as before: it moved, a topic is gone or closed, the bot was
removed. Nothing that waits for it is lost, and the admins hear of it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.card import Lateness
from bot.domain.notice import Fault, NoticeCode
from bot.errors import DeliveryTrouble
from bot.store import outbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.clock import Clock
    from bot.delivery.chats import Chats
    from bot.domain.ids import AccountId, ChatId, ChatPlace
    from bot.errors import DeliveryError
    from bot.health.faults import Faults
    from bot.store.database import Database
    from bot.store.outbox_messages import OutboxRow

log = logging.getLogger(__name__)

CHAT_RETRY: Final = 600.0
"""Seconds until a chat that refuses the bot, or a closed topic, is tried again."""
_TOPIC_CLOSED: Final = "TOPIC_CLOSED"


@dataclass(eq=False, repr=False)
class ChatTroubles:
    database: Database
    account_id: AccountId
    clock: Clock
    chats: Chats
    faults: Faults
    on_queued: Callable[[], None]
    _known: set[tuple[ChatId | None, int | None]] = field(default_factory=set)
    """(chat, topic) that are known to refuse what is said, until they take something again."""

    def is_news(self, chat_id: ChatId | None, thread_id: int | None = None) -> bool:
        """Whether this is the first refusal since something was taken; None is the account's chat, the whole chat."""
        is_known = (chat_id, thread_id) in self._known
        self._known.add((chat_id, thread_id))
        return not is_known

    def took(self, row: OutboxRow) -> None:
        """A message stands there."""
        self._known -= {(row.chat_id, row.thread_id), (row.chat_id, None)}

    async def is_of_topic(self, place: ChatPlace, row: OutboxRow, error: DeliveryError) -> bool:
        """Whether the chat's other messages do not have this trouble, and the row can be tried again at once."""
        if error.trouble is DeliveryTrouble.TOPIC:
            return await self._lost_topic(place, row, error)
        is_closed = row.thread_id is not None and _TOPIC_CLOSED in error.description.upper()
        if is_closed:
            await self._put_off(row)
            if self.is_news(row.chat_id, row.thread_id):
                message = error.description
                await self._tell_admins(NoticeCode.ROUTE_REFUSED, chat_id=place.chat_id, message=message)
        return is_closed

    async def _lost_topic(self, place: ChatPlace, row: OutboxRow, error: DeliveryError) -> bool:
        """It was deleted: post to the group itself, and tell the admins once. False where that was done already."""
        if row.thread_id is None:
            if is_news := self.chats.lose_topic():
                await self._start(Fault.TOPIC_GONE, error.description)
            return is_news
        if is_news := await self.chats.lose_route_topic(place):
            await self._tell_admins(NoticeCode.ROUTE_TOPIC_GONE, chat_id=place.chat_id)
        return is_news

    async def _put_off(self, row: OutboxRow) -> None:
        """What waits for a topic that was closed waits until it is open again; the others of its chat go on."""
        until = self.clock.now() + timedelta(seconds=CHAT_RETRY)
        async with self.database.transaction() as connection:
            await outbox.put_off(connection, self.account_id, row, until, Lateness.TELEGRAM)
        log.warning("a topic is closed; what is meant for it is tried again in %d s", CHAT_RETRY)

    async def refused(self, chat_id: ChatId | None, message: str) -> None:
        """None is the account's chat."""
        if chat_id is None:
            await self._start(Fault.CHAT_REFUSED, message)
        elif self.is_news(chat_id):
            await self._tell_admins(NoticeCode.ROUTE_REFUSED, chat_id=chat_id, message=message)

    async def moved(self, old: ChatId, new: ChatId) -> bool:
        """Telegram gave a group a new id: tell the admins what to set. True if that was news."""
        if not await self.chats.moved(old, new):
            return False
        is_own = self.chats.is_own(new)
        await self._tell_admins(NoticeCode.CHAT_MOVED if is_own else NoticeCode.ROUTE_MOVED, chat_id=new)
        return True

    async def _tell_admins(self, code: NoticeCode, **facts: str | int) -> None:
        async with self.database.transaction() as connection:
            await self.faults.tell_admins(connection, code, facts)
        self.on_queued()

    async def _start(self, fault: Fault, message: str) -> None:
        async with self.database.transaction() as connection:
            await self.faults.start(connection, fault, message=message)
        self.on_queued()
