"""Where the account's chat is now: the configured id, through every move to a supergroup."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.ids import ChatId, ChatPlace
from bot.domain.notice import Fault
from bot.domain.routes import GENERAL
from bot.store import chats, routes

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.ids import AccountId
    from bot.store.beginnings import Beginning
    from bot.store.database import Database


class Chats:
    """The place cards go to."""

    def __init__(
        self, database: Database, account_id: AccountId, clock: Clock, configured: ChatPlace, known: Beginning
    ) -> None:
        self._database = database
        self._account_id = account_id
        self._clock = clock
        self._configured = configured
        self._moves = known.moves
        self._topic_is_gone = False
        self._lost_topics = known.lost_topics
        self._others = known.route_chats
        """Chats of routes."""

    async def follow_routes(self) -> None:
        """The routes were changed: their chats are the account's, too."""
        async with self._database.reading() as connection:
            self._others = frozenset(await routes.chat_ids(connection, self._account_id))

    @property
    def place(self) -> ChatPlace:
        """The chat, and the topic unless it was deleted."""
        chat_id = self.now(self._configured.chat_id)
        has_moved = chat_id != self._configured.chat_id
        return ChatPlace(chat_id, None if self._topic_is_gone or has_moved else self._configured.thread_id)

    def place_of(self, chat_id: ChatId | None, thread_id: int | None = None) -> ChatPlace:
        """None is the account's chat, and its own topic. What was meant for a lost topic goes to the chat's General."""
        if chat_id is None and thread_id is None:
            return self.place
        place = ChatPlace(self.place.chat_id if chat_id is None else self.now(chat_id), thread_id)
        return replace(place, thread_id=None) if thread_id == GENERAL or place in self._lost_topics else place

    @property
    def all_ids(self) -> list[ChatId]:
        """The account's own chat, then those of its routes."""
        own = self.place.chat_id
        return [own, *sorted({self.now(one) for one in self._others} - {own})]

    def now(self, chat_id: ChatId) -> ChatId:
        """The id this chat has by now, through every move."""
        seen = set[ChatId]()
        while chat_id in self._moves and chat_id not in seen:
            seen.add(chat_id)
            chat_id = self._moves[chat_id]
        return chat_id

    def is_home(self, chat_id: ChatId) -> bool:
        """Whether this is the account's chat or one of its routes', under its present id or one it had before."""
        now = self.now(chat_id)
        return now == self.place.chat_id or now in {self.now(one) for one in self._others}

    def is_own(self, chat_id: ChatId) -> bool:
        """Whether this is the account's chat itself."""
        return self.now(chat_id) == self.place.chat_id

    def stands(self, chat_id: ChatId, address: ChatId | None) -> bool:
        """Whether what was posted in this chat, for this address, is there still: in a chat that moved it is not."""
        return chat_id == self.place_of(address).chat_id

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

    async def lose_route_topic(self, place: ChatPlace) -> bool:
        """A route's topic was deleted. True if that was news."""
        if place in self._lost_topics or place.thread_id is None:
            return False
        async with self._database.transaction() as connection:
            await chats.lose_topic(connection, self._account_id, place, self._clock.now())
        self._lost_topics.add(place)
        return True

    def mended(self, chat_id: ChatId | None, thread_id: int | None = None) -> list[Fault]:
        """What a message that stands there proves to be over: one in a route's topic, nothing of the account's own."""
        if chat_id is not None:
            return []
        return (
            [Fault.CHAT_REFUSED]
            if self._topic_is_gone or thread_id is not None
            else [Fault.CHAT_REFUSED, Fault.TOPIC_GONE]
        )
