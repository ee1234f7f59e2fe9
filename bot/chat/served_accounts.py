"""Which account an update belongs to, of those a bot speaks for. Decided here, before any handler runs."""

from __future__ import annotations

import asyncio
import logging
import re
from typing import TYPE_CHECKING, Any, Final

from telegram import Message

from bot.chat import named_leads
from bot.chat.auth import is_private
from bot.chat.languages import Languages
from bot.chat.questions import AskedSettings
from bot.chat.webhook_book import bot_id
from bot.domain.ids import ChatId, UserId
from bot.store import chosen_accounts, leads, people, row_accounts, views
from bot.team.access import Role
from bot.team.strangers import Strangers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from telegram import Chat, Update
    from telegram.ext import Application

    from bot.chat.context import LeadbellContext
    from bot.domain.ids import AccountId
    from bot.services import Shared

    App = Application[Any, Any, Any, Any, Any, Any]

log = logging.getLogger(__name__)

SEVERAL: Final = 2
MOST_REMEMBERED: Final = 10_000
MOST_UNKNOWN: Final = 1_000
_ROUTE: Final = re.compile(r"/route(?:@\w+)?\s")
_OWNERS: Final = {
    "lead_id": leads.account_of,
    "view_id": views.account_of,
    "callout_id": row_accounts.of_callout,
    "reminder_id": row_accounts.of_reminder,
}
MOST_ASKED: Final = 10
"""Up to so many groups Telegram is asked whether somebody is in them; of more, only those where they were seen."""


class UnclearAccountError(Exception):
    """Somebody is in several teams, and has not said whose leads are meant."""

    def __init__(self, among: list[LeadbellContext]) -> None:
        super().__init__("it is not clear which account is meant")
        self.among = among


class ServedAccounts:
    """Accounts come and go while updates are handled."""

    def __init__(self, shared: Shared, application: Callable[[], App]) -> None:
        self._shared = shared
        self._application = application
        self._contexts: dict[AccountId, LeadbellContext] = {}
        self._homes: dict[int, list[LeadbellContext]] = {}
        """By chat. Whether it still is one is asked each time: groups move."""
        self._unknown_chats: set[int] = set()
        """Chats that are not configured and whose id the log has told."""
        self._choices: dict[UserId, AccountId | None] = {}
        """What was last read or written of `chosen_accounts`, so that it is not read for each update."""
        self._kept: dict[UserId, Update] = {}
        self.languages = Languages(shared, self._bot_id)
        self.asked_settings = AskedSettings(shared.clock)
        self.strangers = Strangers(shared.clock)
        """Who has none of these accounts shares few places."""

    def _bot_id(self) -> int:
        """By its token: Telegram may not have said yet who it is."""
        return bot_id(self._application().bot.token)

    def attach(self, context: LeadbellContext) -> None:
        self._contexts[context.services.account_id] = context
        self._homes.clear()

    def detach(self, account_id: AccountId) -> LeadbellContext | None:
        """What served it until now."""
        gone = self._contexts.pop(account_id, None)
        self._homes.clear()
        return gone

    def ids(self) -> list[AccountId]:
        return list(self._contexts)

    @property
    def are_several(self) -> bool:
        return len(self._contexts) >= SEVERAL

    def __iter__(self) -> Iterator[LeadbellContext]:
        return iter(tuple(self._contexts.values()))

    def is_known(self, user_id: UserId) -> bool:
        """Whether it is known, without a look anywhere, that they may look at something."""
        return any(context.services.access.is_known(user_id) for context in self._contexts.values())

    def nearest(self, update: Update) -> LeadbellContext | None:
        """Without asking anybody: whose trouble it is if this update fails."""
        chat, user = update.effective_chat, update.effective_user
        if chat is not None and not is_private(chat):
            return next(iter(self._at_home(chat.id)), None)
        known = (one for one in self if user is not None and one.services.access.is_known(UserId(user.id)))
        return next(known, next(iter(self), None))

    async def of_update(self, update: Update) -> list[LeadbellContext]:
        """In a group its account; in private and inline the person's; of who blocks the bot all of theirs."""
        chat, user = update.effective_chat, update.effective_user
        if chat is not None and not is_private(chat):
            return await self._of_group(update, chat)
        if not self.are_several or user is None:
            return list(self)[:1]
        if update.my_chat_member is not None:
            return await self._candidates(UserId(user.id))
        return [await self._of_person(UserId(user.id), update)]

    async def _of_group(self, update: Update, chat: Chat) -> list[LeadbellContext]:
        homes = self._at_home(chat.id)
        if not homes and update.message is not None and update.message.migrate_from_chat_id is not None:
            homes = self._at_home(update.message.migrate_from_chat_id)
        if not homes and (new := self._routed_here(update)) is not None:
            return [new]
        if not homes:
            self._say_unknown(chat.id)
        if len(homes) < SEVERAL or not _is_said(update):
            return homes
        # Several in one group, each in a topic of its own.
        topic = _topic(update)
        here = next((one for one in homes if one.services.chats.place.thread_id == topic), homes[0])
        return [await self._named(update, homes) or here]

    def _routed_here(self, update: Update) -> LeadbellContext | None:
        """The account whose admin sends leads to a chat that is none of its yet: nothing else is heard there."""
        message, user = update.message, update.effective_user
        if message is None or user is None or _ROUTE.match(message.text or "") is None:
            return None
        theirs = [one for one in self if one.services.access.is_admin(UserId(user.id))]
        return theirs[0] if len(theirs) == 1 else None

    def _at_home(self, chat_id: int) -> list[LeadbellContext]:
        homes = self._homes.get(chat_id, [])
        if not homes or not all(one.services.access.is_home(ChatId(chat_id)) for one in homes):
            homes = [one for one in self if one.services.access.is_home(ChatId(chat_id))]
            if homes:
                self._homes[chat_id] = homes
        return homes

    def _say_unknown(self, chat_id: int) -> None:
        """Once, so that it can be configured. Nothing else is done there."""
        if chat_id not in self._unknown_chats and len(self._unknown_chats) < MOST_UNKNOWN:
            self._unknown_chats.add(chat_id)
            log.warning(
                "the chat %d is not configured and gets no answer; TELEGRAM_CHAT_ID names the one that does", chat_id
            )

    async def _of_person(self, user_id: UserId, update: Update) -> LeadbellContext:
        """Who has none of them hears it from the first."""
        mine = await self.of_person(user_id)
        if len(mine) < SEVERAL:
            return mine[0] if mine else next(iter(self))
        # Looked up among theirs only: the lead of another account is as one that never was.
        found = await self._named(update, mine)
        if found is None and _is_in_words(update) and (asked := self.asked_settings.asked(user_id)) is not None:
            found = _among(mine, asked[0])
        if found is None:
            found = _among(mine, await self._chosen(user_id))
        if found is None:
            raise UnclearAccountError(mine)
        return found

    async def _named(self, update: Update, among: list[LeadbellContext]) -> LeadbellContext | None:
        """By what is pressed, by the list that is opened, by the lead, or by the account itself."""
        account_id: int | None
        if (pressed := named_leads.pressed(update)) is not None:
            account_id = await self._owner(*pressed)
        elif (view_id := named_leads.named_view(update)) is not None:
            async with self._shared.database.reading() as connection:
                account_id = await views.account_of(connection, view_id)
        elif (lead_id := named_leads.named(update)) is not None:
            async with self._shared.database.reading() as connection:
                account_id = await leads.account_of(connection, lead_id)
        else:
            account_id = named_leads.named_account(update)
        return _among(among, account_id)

    async def _owner(self, name: str, number: int) -> int | None:
        """The account whose row this is; see `named_leads.NAMES_ACCOUNT`."""
        if name == "account_id":
            return number
        async with self._shared.database.reading() as connection:
            return await _OWNERS[name](connection, number)

    async def _chosen(self, user_id: UserId) -> AccountId | None:
        if user_id not in self._choices:
            async with self._shared.database.reading() as connection:
                found = await chosen_accounts.get(connection, self._bot_id(), user_id)
            self._remember(user_id, found)
        return self._choices[user_id]

    async def choose(self, user_id: UserId, account_id: AccountId) -> None:
        async with self._shared.database.transaction() as connection:
            now = self._shared.clock.now()
            await chosen_accounts.choose(connection, self._bot_id(), user_id, account_id, now)
        self._remember(user_id, account_id)

    def _remember(self, user_id: UserId, account_id: AccountId | None) -> None:
        if len(self._choices) >= MOST_REMEMBERED:
            self._choices.clear()
        self._choices[user_id] = account_id

    def keep(self, user_id: UserId, update: Update) -> None:
        """What they wrote, until they have said whose leads are meant; the last of it."""
        if len(self._kept) >= MOST_REMEMBERED:
            self._kept.clear()
        self._kept[user_id] = update

    def go_on(self, user_id: UserId) -> None:
        if (update := self._kept.pop(user_id, None)) is not None:
            self._application().update_queue.put_nowait(update)

    async def of_person(self, user_id: UserId) -> list[LeadbellContext]:
        """Those they may look into."""
        candidates = await self._candidates(user_id)
        roles = await asyncio.gather(*(one.services.access.role(user_id) for one in candidates))
        return [one for one, role in zip(candidates, roles, strict=True) if role is not Role.STRANGER]

    async def _candidates(self, user_id: UserId) -> list[LeadbellContext]:
        """Whose group they may be in."""
        if len(self._contexts) <= MOST_ASKED:
            return list(self)
        async with self._shared.database.reading() as connection:
            seen = await people.accounts_of(connection, user_id)
        return [one for one in self if one.services.account_id in seen or one.services.access.is_admin(user_id)]


def _is_said(update: Update) -> bool:
    """Somebody wrote or pressed; else who came or left is all accounts' news."""
    message = update.message
    return update.callback_query is not None or (message is not None and bool(message.text or message.caption))


def _among(contexts: list[LeadbellContext], account_id: int | None) -> LeadbellContext | None:
    return next((one for one in contexts if one.services.account_id == account_id), None)


def _is_in_words(update: Update) -> bool:
    """No command: it may answer what was asked."""
    return update.message is not None and not (update.message.text or "/").startswith("/")


def _topic(update: Update) -> int | None:
    message = update.effective_message
    return message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None
