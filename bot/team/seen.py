"""What is written down of people who act: that they were seen, at home or elsewhere, and whether the bot may write to
them. A database that cannot be written now keeps nobody from looking something up.
"""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.errors import StoreBusyError, StoreError
from bot.log import LogOnce
from bot.store import people
from bot.store.database import written_soon

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Collection
    from datetime import datetime

    from bot.clock import Clock
    from bot.delivery.chats import Chats
    from bot.domain.ids import AccountId, ChatId, UserId
    from bot.domain.person import Person
    from bot.store.database import Connection, Database

log = logging.getLogger(__name__)

NOTED: Final = 600.0
"""Seconds within which it is not written down again that the same person acts."""
SEEN_COUNTS: Final = timedelta(hours=24)
"""Where Telegram does not tell: how long somebody who acted in the chat counts as a member."""
MOST_NOTED: Final = 10_000


@dataclass(frozen=True, slots=True)
class _LastSeen:
    """What was last written down of somebody who acted, and when (monotonic)."""

    person: Person
    is_home: bool
    at: float


class Seen:
    def __init__(self, database: Database, account_id: AccountId, clock: Clock, chats: Chats) -> None:
        self._database = database
        self._account_id = account_id
        self._clock = clock
        self._chats = chats
        self._noted: dict[UserId, _LastSeen] = {}
        self._unwritten: dict[UserId, float] = {}
        """Who acted at home, and when (monotonic), while the database took no note of it."""
        self._own: dict[UserId, datetime] = {}
        """Who acted in the account's own chat, not only in one of a route, and when."""
        self._started: dict[UserId, float] = {}
        """Who was last written down to have pressed Start, and when (monotonic)."""
        self._trouble = LogOnce(log)
        self.of_same_bot: Callable[[], Collection[AccountId]] = tuple
        """The accounts that this one's bot speaks for: who pressed its Start did so for all of them."""

    async def saw(self, person: Person, chat_id: ChatId | None) -> None:
        """Note that somebody acted; a message in the account's chat also shows that they are in it.

        It does not where strangers can speak or press, as in a public group (pass no chat for that), nor for somebody
        who was seen to leave: only joining, or Telegram's own word, undoes that.
        """
        is_home = chat_id is not None and self._chats.is_home(chat_id)
        if chat_id is not None and self._chats.is_own(chat_id):
            if len(self._own) >= MOST_NOTED:
                self._own.clear()
            self._own[person.user_id] = self._clock.now()
        if self._is_noted(person, is_home=is_home):
            return
        at_home = self._clock.now() if is_home else None
        try:
            await self._write(person, at_home)
        except StoreError as error:
            if not isinstance(error, StoreBusyError):  # else it is written down with what they do next
                self._trouble.say(str(error))
            if is_home:
                self._unwritten[person.user_id] = self._clock.monotonic()
            return
        self._trouble.over()
        self._unwritten.pop(person.user_id, None)
        if len(self._noted) >= MOST_NOTED:
            self._noted.clear()
        self._noted[person.user_id] = _LastSeen(person, is_home, self._clock.monotonic())

    async def _write(self, person: Person, at_home: datetime | None) -> None:
        accounts = self.of_same_bot()
        async with self._noting() as connection:
            await people.saw(connection, self._account_id, person, at_home=at_home)
            if len(accounts) > 1 and person.user_id not in self._noted:
                await people.inherit_start(connection, self._account_id, person.user_id, accounts)

    @asynccontextmanager
    async def _noting(self) -> AsyncIterator[Connection]:
        with written_soon():
            async with self._database.transaction() as connection:
                yield connection

    def _is_noted(self, person: Person, *, is_home: bool) -> bool:
        """Whether the same was written down a short while ago: not every command has to wait for the disk."""
        noted = self._noted.get(person.user_id)
        if noted is None or noted.person != person or self._clock.monotonic() - noted.at >= NOTED:
            return False
        return noted.is_home or not is_home

    async def is_recent(self, user_id: UserId) -> bool:
        """Whether they acted at home lately, and were not seen to leave."""
        async with self._database.reading() as connection:
            seen_at = await people.last_seen(connection, self._account_id, user_id)
            if seen_at is None and user_id in self._unwritten:
                return not await people.has_left(connection, self._account_id, user_id)
        return seen_at is not None and self._clock.now() - seen_at < SEEN_COUNTS

    async def returned(self, user_id: UserId) -> None:
        """Telegram's own word undoes what was seen before: somebody who left may have come back unnoticed."""
        async with self._database.reading() as connection:
            has_left = await people.has_left(connection, self._account_id, user_id)
        if has_left:
            try:
                async with self._noting() as connection:
                    await people.returned(connection, self._account_id, user_id)
            except StoreError as error:
                self._trouble.say(str(error))

    def left(self, user_id: UserId, chat_id: ChatId) -> None:
        """What they do next is written down again."""
        self._noted.pop(user_id, None)
        if self._chats.is_own(chat_id):
            self._own.pop(user_id, None)
        if user_id not in self._own:
            self._unwritten.pop(user_id, None)

    async def only_own(self, user_id: UserId) -> None:
        """They left a route's chat: of what they did, only that in the account's own chat shows where they are now."""
        async with self._database.transaction() as connection:
            await people.seen_only(connection, self._account_id, user_id, self._own.get(user_id))

    async def started(self, person: Person, on_news: Callable[[Connection, UserId], Awaitable[None]]) -> None:
        """They pressed Start: the bot may write to them. `on_news`: what is done with it where it could not before.

        This waits for other writing, as nothing that they do later stands for it; where it cannot be kept even so, they
        may press it again.
        """
        now = self._clock.monotonic()
        if now - self._started.get(person.user_id, float("-inf")) < NOTED:
            return
        try:
            async with self._database.transaction() as connection:
                is_news = not await people.has_started(connection, self._account_id, person.user_id)
                await people.saw(connection, self._account_id, person)
                await people.started(connection, self._account_id, person.user_id, self._clock.now())
                if is_news:
                    await on_news(connection, person.user_id)
        except StoreError as error:
            self._trouble.say(str(error))
        else:
            self._started[person.user_id] = now

    async def has_started(self, user_id: UserId) -> bool:
        async with self._database.reading() as connection:
            return await people.has_started(connection, self._account_id, user_id)

    async def stopped(self, user_id: UserId) -> None:
        """They blocked the bot."""
        self._started.pop(user_id, None)
        async with self._database.transaction() as connection:
            await people.stopped(connection, self._account_id, user_id)

    def tidy(self) -> None:
        """To be called now and then."""
        now = self._clock.monotonic()
        self._noted = {user_id: noted for user_id, noted in self._noted.items() if now - noted.at < NOTED}
        self._unwritten = {user_id: at for user_id, at in self._unwritten.items() if now - at < NOTED}
        self._started = {user_id: at for user_id, at in self._started.items() if now - at < NOTED}
        since = self._clock.now() - SEEN_COUNTS
        self._own = {user_id: at for user_id, at in self._own.items() if at > since}
