"""Which account an update belongs to, of those a bot speaks for. Decided here, before any handler runs."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from bot.chat.auth import is_private
from bot.domain.ids import ChatId, UserId
from bot.store import people
from bot.team.access import Role
from bot.team.strangers import Strangers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from telegram import Chat, Update

    from bot.chat.context import LeadbellContext
    from bot.domain.ids import AccountId
    from bot.services import Shared

log = logging.getLogger(__name__)

MOST_UNKNOWN: Final = 1_000
MOST_ASKED: Final = 10
"""Up to so many groups Telegram is asked whether somebody is in them; of more, only those where they were seen."""


class ServedAccounts:
    """Accounts come and go while updates are handled."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._contexts: dict[AccountId, LeadbellContext] = {}
        self._homes: dict[int, LeadbellContext] = {}
        """By chat. Whether it still is one is asked each time: groups move."""
        self._unknown_chats: set[int] = set()
        """Chats that are not configured and whose id the log has told."""
        self.strangers = Strangers(shared.clock)
        """Who has none of these accounts shares few places."""

    def attach(self, context: LeadbellContext) -> None:
        self._contexts[context.services.account_id] = context

    def detach(self, account_id: AccountId) -> LeadbellContext | None:
        """What served it until now."""
        gone = self._contexts.pop(account_id, None)
        self._homes = {chat_id: context for chat_id, context in self._homes.items() if context is not gone}
        return gone

    def __iter__(self) -> Iterator[LeadbellContext]:
        return iter(tuple(self._contexts.values()))

    def is_known(self, user_id: UserId) -> bool:
        """Whether it is known, without a look anywhere, that they may look at something."""
        return any(context.services.access.is_known(user_id) for context in self._contexts.values())

    def nearest(self, update: Update) -> LeadbellContext | None:
        """Without asking anybody: whose trouble it is if this update fails."""
        chat, user = update.effective_chat, update.effective_user
        if chat is not None and not is_private(chat):
            return self._at_home(chat.id)
        known = (one for one in self if user is not None and one.services.access.is_known(UserId(user.id)))
        return next(known, next(iter(self), None))

    async def of_update(self, update: Update) -> list[LeadbellContext]:
        """In a group its account; in private and inline the person's; of who blocks the bot all of theirs."""
        chat, user = update.effective_chat, update.effective_user
        if chat is not None and not is_private(chat):
            return self._of_group(update, chat)
        if len(self._contexts) < 2 or user is None:
            return list(self)[:1]
        if update.my_chat_member is not None:
            return await self._candidates(UserId(user.id))
        return [await self._of_person(UserId(user.id))]

    def _of_group(self, update: Update, chat: Chat) -> list[LeadbellContext]:
        found = self._at_home(chat.id)
        if found is None and update.message is not None and update.message.migrate_from_chat_id is not None:
            found = self._at_home(update.message.migrate_from_chat_id)
        if found is None:
            self._say_unknown(chat.id)
        return [] if found is None else [found]

    def _at_home(self, chat_id: int) -> LeadbellContext | None:
        known = self._homes.get(chat_id)
        if known is None or not known.services.access.is_home(ChatId(chat_id)):
            known = next((one for one in self if one.services.access.is_home(ChatId(chat_id))), None)
            if known is not None:
                self._homes[chat_id] = known
        return known

    def _say_unknown(self, chat_id: int) -> None:
        """Once, so that it can be configured. Nothing else is done there."""
        if chat_id not in self._unknown_chats and len(self._unknown_chats) < MOST_UNKNOWN:
            self._unknown_chats.add(chat_id)
            log.warning(
                "the chat %d is not configured and gets no answer; TELEGRAM_CHAT_ID names the one that does", chat_id
            )

    async def _of_person(self, user_id: UserId) -> LeadbellContext:
        """Who has none of them hears it from the first."""
        mine = await self.of_person(user_id)
        return mine[0] if mine else next(iter(self))

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
