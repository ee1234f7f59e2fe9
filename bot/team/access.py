"""Who may look and act: members of the account's chat and of those its routes lead to, as Telegram tells it, and admins
from the settings.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bot.delivery.messenger import Membership
from bot.domain.ids import UserId
from bot.errors import DeliveryError, DeliveryTrouble, StoreError
from bot.log import LogSeldom
from bot.store import accounts, cards, notes, people, private_cards
from bot.store.database import written_soon
from bot.team.private_cards import drawing
from bot.team.seen import SEEN_COUNTS, Seen
from bot.team.strangers import Strangers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.clock import Clock
    from bot.delivery.chats import Chats
    from bot.delivery.messenger import Messenger
    from bot.domain.ids import AccountId, ChatId
    from bot.domain.person import Person
    from bot.store.beginnings import Beginning
    from bot.store.database import Connection, Database

log = logging.getLogger(__name__)

REMEMBERED: Final = 300.0
"""Seconds a membership is believed without asking again."""
WAITED: Final = 0.3
"""Seconds that a member of the last day waits for Telegram's word: who presses first is first. Then memory counts."""
MOST_REMEMBERED: Final = 10_000


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
        self._admins = frozenset(map(UserId, admins))
        self.strangers = Strangers(clock)
        self.seen = Seen(database, account_id, clock, chats)
        self._known: dict[UserId, _CachedMembership] = {}
        self._asking: dict[UserId, asyncio.Task[Membership]] = {}
        """What Telegram is being asked: once for all that somebody does meanwhile."""
        self._discussions: dict[ChatId, tuple[bool, float]] = {}
        """Of groups: whether a channel's posts are discussed there, and when that was said (monotonic)."""
        self._untold = LogSeldom(log, clock.monotonic)

    def is_home(self, chat_id: ChatId) -> bool:
        """Whether this is the account's chat, also under an id it had before."""
        return self._chats.is_home(chat_id)

    async def is_discussion(self, chat_id: ChatId) -> bool:
        """Whether a channel's posts are discussed in this group, so that its readers write there too; also where that
        cannot be learned now.
        """
        is_one, asked_at = self._discussions.get(chat_id, (True, float("-inf")))
        if self._clock.monotonic() - asked_at < REMEMBERED:
            return is_one
        try:
            is_one = await self._messenger.is_discussion(chat_id)
        except DeliveryError:
            return is_one
        self._discussions[chat_id] = (is_one, self._clock.monotonic())
        return is_one

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
            return await self.seen.is_recent(user_id)
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
        if before is not None and before.standing is Membership.IN and age < SEEN_COUNTS.total_seconds():
            await asyncio.wait({asking}, timeout=WAITED)
            if not asking.done():
                return self._known.get(user_id, before).standing
        return await asyncio.shield(asking)

    async def _ask(self, user_id: UserId, before: _CachedMembership | None) -> Membership:
        is_known = self.is_known(user_id)
        is_counted = not is_known and self.strangers.may_ask()
        if not is_known and not is_counted and not await self.seen.is_recent(user_id):
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
                await self._note(user_id, asked)
            if asked is Membership.IN and is_counted:
                self.strangers.was_member()
        # Who joined or left while the question was on its way is known better than the answer tells.
        now_known = self._known.get(user_id)
        return asked if now_known is None or now_known is before else now_known.standing

    async def _told(self, user_id: UserId) -> Membership:
        """Whether they are in the account's chat, or in one that its leads are routed to."""
        own, *others = self._chats.all_ids
        asked = await self._messenger.standing(own, user_id)
        return Membership.IN if asked is Membership.IN or await self._is_in(others, user_id) else asked

    async def _is_in(self, chat_ids: Sequence[ChatId], user_id: UserId) -> bool:
        """Whether Telegram says of one of these chats of routes that they are in it."""
        for chat_id in chat_ids:
            try:
                if await self._messenger.standing(chat_id, user_id) is Membership.IN:
                    return True
            except DeliveryError as error:
                log.debug("a route's chat does not tell who is a member: %s", error)
        return False

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
        self.seen.tidy()
        now = self._clock.monotonic()
        self._known = {
            user_id: known
            for user_id, known in self._known.items()
            if known.standing is Membership.IN or now - known.at < REMEMBERED
        }

    async def joined(self, person: Person) -> None:
        self._remember(person.user_id, Membership.IN)
        async with self._database.transaction() as connection:
            await people.joined(connection, self._account_id, person, self._clock.now())

    async def left(self, user_id: UserId, chat_id: ChatId) -> None:
        """Revokes at once. That they left this chat says nothing of the account's others: Telegram is asked of those,
        and where it does not tell of the account's own, they count as before if they were seen to act there.
        """
        self._remember(user_id, Membership.OUT)
        self.seen.left(user_id, chat_id)
        asked = await self._told_without(user_id, chat_id)
        known = self._known.get(user_id)
        if known is not None and known.standing is Membership.IN:
            return  # they came back while Telegram was asked
        self._remember(user_id, asked)
        if asked is Membership.OUT:
            await self._is_out(user_id)
        elif asked is Membership.UNKNOWN:
            await self.seen.only_own(user_id)

    async def _told_without(self, user_id: UserId, left: ChatId) -> Membership:
        """Of somebody who left one chat: what is known of them in the account's others. Not told is not out."""
        own, *others = self._chats.all_ids
        asked = Membership.OUT
        if not self._chats.is_own(left):
            try:
                asked = await self._messenger.standing(own, user_id)
            except DeliveryError:
                asked = Membership.UNKNOWN
        others = [one for one in others if one != self._chats.now(left)]
        return Membership.IN if asked is Membership.IN or await self._is_in(others, user_id) else asked

    async def _is_out(self, user_id: UserId) -> None:
        async with self._database.transaction() as connection:
            await people.left(connection, self._account_id, user_id, self._clock.now())
            await self._draw_anew(connection, user_id)

    async def _note(self, user_id: UserId, asked: Membership) -> None:
        """Telegram's own word: they may have come back, or left, while nobody was there to see it."""
        if asked is Membership.IN:
            await self.seen.returned(user_id)
        if asked is not Membership.OUT:
            return
        try:
            async with self._database.reading() as connection:
                seen_at = await people.last_seen(connection, self._account_id, user_id)
            if seen_at is not None:
                with written_soon():
                    await self._is_out(user_id)
        except StoreError as error:  # they are refused all the same, and it is asked again
            self._untold.say("who left is not noted yet: %s", error)

    async def follow_settings(self, before: Beginning, bot_id: int | None) -> None:
        """Who were admins, and which chat and bot it was, when the account was served last. To be called once, before
        it is served anew.
        """
        chat_id = self._chats.place.chat_id
        if (bot_id, chat_id, self._admins) == (before.bot_id, before.chat_id, before.admins):
            return
        async with self._database.transaction() as connection:
            if before.bot_id not in {None, bot_id}:
                await self._forget_bot(connection)
            for user_id in sorted(before.admins - self._admins):
                await self._draw_anew(connection, user_id)
            if before.chat_id is not None and self._chats.now(before.chat_id) != chat_id:
                await people.forget_seen(connection, self._account_id)
            await accounts.note_served(connection, self._account_id, bot_id, chat_id, self._admins)

    async def _forget_bot(self, connection: Connection) -> None:
        """In private chats and small groups each bot counts messages for itself, none edits another's, and each may
        write only to who pressed its own Start.
        """
        await people.forget_starts(connection, self._account_id)
        await cards.void_all(connection, self._account_id)
        await private_cards.forget_all(connection, self._account_id)
        await notes.forget_messages(connection, self._account_id)

    async def started(self, person: Person) -> None:
        """They pressed Start, or took a block back: what should have changed in their private chat meanwhile does."""
        await self.seen.started(person, on_news=self._draw_anew)

    async def _draw_anew(self, connection: Connection, user_id: UserId) -> None:
        """What stands in the private chat of somebody who may see less now; the outbox comes to it by itself."""
        standing = await private_cards.of_person(connection, self._account_id, user_id)
        await drawing(connection, self._account_id, standing, self._clock.now())

    def recheck(self) -> None:
        """The account has other chats now: Telegram is asked again who is in them."""
        self._known.clear()
