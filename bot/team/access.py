"""Who may look and act: members of the account's chat as Telegram tells it, and admins from the settings."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bot.delivery.messenger import Membership
from bot.errors import DeliveryError, DeliveryTrouble, StoreError
from bot.log import LogOnce, LogSeldom
from bot.store import people, private_cards
from bot.store.database import written_within
from bot.team.private_cards import drawing
from bot.team.strangers import Strangers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from bot.clock import Clock
    from bot.delivery.chats import Chats
    from bot.delivery.messenger import Messenger
    from bot.domain.ids import AccountId, ChatId, UserId
    from bot.domain.person import Person
    from bot.store.database import Connection, Database

log = logging.getLogger(__name__)

REMEMBERED: Final = 300.0
"""Seconds a membership is believed without asking again."""
NOTED: Final = 600.0
"""Seconds within which it is not written down again that the same person acts."""
SEEN_COUNTS: Final = timedelta(hours=24)
"""Where Telegram does not tell: how long somebody who acted in the chat counts as a member."""
MOST_REMEMBERED: Final = 10_000
NOTED_WITHIN: Final = 0.3
"""Seconds within which the writing begins: no look-up waits longer for a note about who asked."""


class Role(StrEnum):
    ADMIN = "admin"
    MEMBER = "member"
    ANONYMOUS = "anonymous"
    """The group itself speaks: may look up, not act."""
    STRANGER = "stranger"


@dataclass(frozen=True, slots=True)
class _CachedMembership:
    """What was last known of somebody, and when (monotonic)."""

    standing: Membership
    at: float


@dataclass(frozen=True, slots=True)
class _LastSeen:
    """What was last written down of somebody who acted, and when (monotonic)."""

    person: Person
    is_home: bool
    at: float


class Access:
    def __init__(
        self,
        database: Database,
        account_id: AccountId,
        clock: Clock,
        messenger: Messenger,
        *,
        chats: Chats,
        admins: Sequence[int],
    ) -> None:
        self._database = database
        self._account_id = account_id
        self._clock = clock
        self._messenger = messenger
        self._chats = chats
        self._admins = frozenset(admins)
        self.strangers = Strangers(clock)
        self._known: dict[UserId, _CachedMembership] = {}
        self._asking: dict[UserId, asyncio.Task[Membership]] = {}
        """What Telegram is being asked: once for all that somebody does meanwhile."""
        self._noted: dict[UserId, _LastSeen] = {}
        self._unwritten: dict[UserId, float] = {}
        """Who acted at home, and when (monotonic), while the database took no note of it."""
        self._trouble = LogOnce(log)
        self._untold = LogSeldom(log, clock.monotonic)
        self._started: dict[UserId, float] = {}
        """Who was last written down to have pressed Start, and when (monotonic)."""

    def is_home(self, chat_id: ChatId) -> bool:
        """Whether this is the account's chat, also under an id it had before."""
        return self._chats.is_home(chat_id)

    def is_admin(self, user_id: UserId) -> bool:
        return user_id in self._admins

    async def role(self, user_id: UserId) -> Role:
        if user_id in self._admins:
            return Role.ADMIN
        if not await self._is_member(user_id):
            return Role.STRANGER
        self.strangers.is_let_in(user_id)
        return Role.MEMBER

    @property
    def remembered(self) -> frozenset[UserId]:
        """Of whom it is kept in mind what Telegram said of them."""
        return frozenset(self._known)

    def is_known(self, user_id: UserId) -> bool:
        """Whether it is known, without a look anywhere, that they may."""
        known = self._known.get(user_id)
        return user_id in self._admins or (known is not None and known.standing is Membership.IN)

    def anonymous(self, sender_chat_id: ChatId) -> Role:
        """Somebody who posts as a chat: the group itself, or a stranger."""
        return Role.ANONYMOUS if self._chats.is_home(sender_chat_id) else Role.STRANGER

    async def _is_member(self, user_id: UserId) -> bool:
        standing = await self._standing(user_id)
        if standing is Membership.UNKNOWN:
            return await self._was_seen(user_id)
        return standing is Membership.IN

    async def _standing(self, user_id: UserId) -> Membership:
        before = self._known.get(user_id)
        age = self._age(before)
        if before is not None and age < REMEMBERED:
            return before.standing
        asking = self._asking.get(user_id)
        if asking is None:
            asking = self._asking[user_id] = asyncio.create_task(self._ask(user_id, before), name="membership")
            asking.add_done_callback(lambda _task: self._asking.pop(user_id, None))
        return await asyncio.shield(asking)

    async def _ask(self, user_id: UserId, before: _CachedMembership | None) -> Membership:
        is_known = self.is_known(user_id)
        is_counted = not is_known and self.strangers.may_ask()
        if not is_known and not is_counted and not await self._was_seen(user_id):
            return Membership.OUT
        age = self._age(before)
        try:
            asked = await self._told(user_id)
        except DeliveryError as error:
            if error.trouble is not DeliveryTrouble.TEMPORARY:
                self._untold.say("Telegram does not tell who is a member: %s", error)
            # Somebody who was known is not locked out by Telegram's bad hour.
            is_of_today = before is not None and age < SEEN_COUNTS.total_seconds()
            asked = before.standing if before is not None and is_of_today else Membership.UNKNOWN
        else:
            if self._known.get(user_id) is before:
                self._remember(user_id, asked)
                await self._believe(user_id, asked)
            if asked is Membership.IN and is_counted:
                self.strangers.was_member()
        # Who joined or left while the question was on its way is known better than the answer tells.
        now_known = self._known.get(user_id)
        return asked if now_known is None or now_known is before else now_known.standing

    async def _told(self, user_id: UserId) -> Membership:
        """Whether they are in the account's chat, or in one that its leads are routed to."""
        own, *others = self._chats.all_ids
        asked = await self._messenger.standing(own, user_id)
        for chat_id in others:
            if asked is Membership.IN:
                break
            try:
                if await self._messenger.standing(chat_id, user_id) is Membership.IN:
                    asked = Membership.IN
            except DeliveryError as error:
                log.debug("a route's chat does not tell who is a member: %s", error)
        return asked

    async def _believe(self, user_id: UserId, told: Membership) -> None:
        """Telegram's own word undoes what was seen before: somebody who left may have come back unnoticed."""
        if told is not Membership.IN:
            return
        async with self._database.reading() as connection:
            has_left = await people.has_left(connection, self._account_id, user_id)
        if has_left:
            try:
                async with self._noting() as connection:
                    await people.returned(connection, self._account_id, user_id)
            except StoreError as error:
                self._trouble.say(str(error))

    def _age(self, known: _CachedMembership | None) -> float:
        return float("inf") if known is None else self._clock.monotonic() - known.at

    def _remember(self, user_id: UserId, standing: Membership) -> None:
        if len(self._known) >= MOST_REMEMBERED:  # never the team's, for strangers to crowd out
            self._known = {one: known for one, known in self._known.items() if known.standing is Membership.IN}
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        self._known[user_id] = _CachedMembership(standing, self._clock.monotonic())

    def tidy(self) -> None:
        """Strangers who pressed or wrote leave no trace; to be called now and then."""
        self.strangers.tidy()
        now = self._clock.monotonic()
        self._known = {
            user_id: known
            for user_id, known in self._known.items()
            if known.standing is Membership.IN or now - known.at < REMEMBERED
        }
        self._noted = {user_id: noted for user_id, noted in self._noted.items() if now - noted.at < NOTED}
        self._unwritten = {user_id: at for user_id, at in self._unwritten.items() if now - at < NOTED}
        self._started = {user_id: at for user_id, at in self._started.items() if now - at < NOTED}

    async def _was_seen(self, user_id: UserId) -> bool:
        async with self._database.reading() as connection:
            seen_at = await people.last_seen(connection, self._account_id, user_id)
            if seen_at is None and user_id in self._unwritten:
                return not await people.has_left(connection, self._account_id, user_id)
        return seen_at is not None and self._clock.now() - seen_at < SEEN_COUNTS

    async def saw(self, person: Person, chat_id: ChatId | None) -> None:
        """Note that somebody acted; a message in the account's chat also shows that they are in it.

        It does not where strangers can speak or press, as in a public group (pass no chat for that), nor for somebody
        who was seen to leave: only joining, or Telegram's own word, undoes that. A database that cannot be written now
        keeps nobody from looking something up.
        """
        is_home = chat_id is not None and self._chats.is_home(chat_id)
        if self._is_noted(person, is_home=is_home):
            return
        at_home = self._clock.now() if is_home else None
        try:
            async with self._noting() as connection:
                await people.saw(connection, self._account_id, person, at_home=at_home)
        except StoreError as error:
            self._trouble.say(str(error))
            if is_home:
                self._unwritten[person.user_id] = self._clock.monotonic()
            return
        self._trouble.over()
        self._unwritten.pop(person.user_id, None)
        if len(self._noted) >= MOST_REMEMBERED:
            self._noted.clear()
        self._noted[person.user_id] = _LastSeen(person, is_home, self._clock.monotonic())

    @asynccontextmanager
    async def _noting(self) -> AsyncIterator[Connection]:
        with written_within(NOTED_WITHIN):
            async with self._database.transaction() as connection:
                yield connection

    def _is_noted(self, person: Person, *, is_home: bool) -> bool:
        """Whether the same was written down a short while ago: not every command has to wait for the disk."""
        noted = self._noted.get(person.user_id)
        if noted is None or noted.person != person or self._clock.monotonic() - noted.at >= NOTED:
            return False
        return noted.is_home or not is_home

    async def joined(self, person: Person) -> None:
        self._remember(person.user_id, Membership.IN)
        async with self._database.transaction() as connection:
            await people.joined(connection, self._account_id, person, self._clock.now())

    async def left(self, user_id: UserId) -> None:
        """Revokes at once."""
        self._remember(user_id, Membership.OUT)
        self._noted.pop(user_id, None)
        if len(self._chats.all_ids) > 1 and await self._is_still_in(user_id):
            return
        async with self._database.transaction() as connection:
            now = self._clock.now()
            await people.left(connection, self._account_id, user_id, now)
            # What stands in their private chat is masked; the outbox comes to it by itself.
            standing = await private_cards.of_person(connection, self._account_id, user_id)
            await drawing(connection, self._account_id, standing, now)

    async def _is_still_in(self, user_id: UserId) -> bool:
        """Of somebody who left one of several chats: whether they are in another."""
        try:
            asked = await self._told(user_id)
        except DeliveryError:
            return False
        self._remember(user_id, asked)
        return asked is Membership.IN

    def recheck(self) -> None:
        """The account has other chats now: Telegram is asked again who is in them."""
        self._known.clear()

    async def started(self, user_id: UserId) -> None:
        """They pressed Start: the bot may write to them. Where that cannot be kept now, they may press it again."""
        now = self._clock.monotonic()
        if now - self._started.get(user_id, float("-inf")) < NOTED:
            return
        try:
            async with self._noting() as connection:
                await people.started(connection, self._account_id, user_id, self._clock.now())
        except StoreError as error:
            self._trouble.say(str(error))
        else:
            self._started[user_id] = now

    async def has_started(self, user_id: UserId) -> bool:
        async with self._database.reading() as connection:
            return await people.has_started(connection, self._account_id, user_id)

    async def stopped(self, user_id: UserId) -> None:
        """They blocked the bot."""
        self._started.pop(user_id, None)
        async with self._database.transaction() as connection:
            await people.stopped(connection, self._account_id, user_id)
