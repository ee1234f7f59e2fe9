"""Where the account's chat is now: the configured id, through every move to a supergroup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.ids import ChatId, ChatPlace
from bot.domain.notice import Fault
from bot.store import chats

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.ids import AccountId
    from bot.store.database import Database


class Chats:
    """The place cards go to. `load()` once at start."""

    def __init__(self, database: Database, account_id: AccountId, clock: Clock, configured: ChatPlace) -> None:
        self._database = database
        self._account_id = account_id
        self._clock = clock
        self._configured = configured
        self._moves: dict[ChatId, ChatId] = {}
        self._topic_is_gone = False

    async def load(self) -> None:
        async with self._database.reading() as connection:
            self._moves = await chats.moves(connection, self._account_id)

    @property
    def place(self) -> ChatPlace:
        """The chat, and the topic unless it was deleted."""
        chat_id = self._now(self._configured.chat_id)
        has_moved = chat_id != self._configured.chat_id
        return ChatPlace(chat_id, None if self._topic_is_gone or has_moved else self._configured.thread_id)

    def place_of(self, chat_id: ChatId | None) -> ChatPlace:
        """None is the account's chat."""
        return self.place if chat_id is None else ChatPlace(chat_id)

    def _now(self, chat_id: ChatId) -> ChatId:
        """The id this chat has by now, through every move."""
        seen = set[ChatId]()
        while chat_id in self._moves and chat_id not in seen:
            seen.add(chat_id)
            chat_id = self._moves[chat_id]
        return chat_id

    def is_home(self, chat_id: ChatId) -> bool:
        """Whether this is the account's chat, under its present id or one it had before."""
        return self._now(chat_id) == self.place.chat_id

    async def moved(self, old: ChatId, new: ChatId) -> bool:
        """Telegram gave the group a new id. True if that was news."""
        if self._moves.get(old) == new or old == new:
            return False
        async with self._database.transaction() as connection:
            await chats.move(connection, self._account_id, old, new, self._clock.now())
        self._moves[old] = new
        return True

    def lose_topic(self) -> bool:
        """The configured topic was deleted: write to the group itself. True if that was news."""
        was_gone, self._topic_is_gone = self._topic_is_gone, True
        return not was_gone

    def mended(self, chat_id: ChatId | None) -> list[Fault]:
        """What a message that stands there proves to be over."""
        if chat_id is not None:
            return []
        return [Fault.CHAT_REFUSED] if self._topic_is_gone else [Fault.CHAT_REFUSED, Fault.TOPIC_GONE]
