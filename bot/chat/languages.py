"""In which language people are spoken to: a group in its account's, a person alone in their own."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from bot.chat.auth import is_private
from bot.domain.ids import UserId
from bot.errors import StoreError
from bot.i18n import LANGUAGES
from bot.store import languages
from bot.store.database import written_soon
from bot.store.languages import PersonsLanguage

if TYPE_CHECKING:
    from collections.abc import Callable

    from telegram import Update

    from bot.chat.context import LeadbellContext
    from bot.domain.ids import ChatId
    from bot.services import Shared

log = logging.getLogger(__name__)

MOST_REMEMBERED: Final = 10_000


class Languages:
    """Of the people who write to one bot: what they chose by /language, else what their Telegram is in."""

    def __init__(self, shared: Shared, bot_id: Callable[[], int]) -> None:
        self._shared = shared
        self._bot_id = bot_id
        self._known: dict[UserId, PersonsLanguage | None] = {}
        """What was last read or written, so that it is not read for each update and message. Nothing of strangers; None
        of members whose Telegram is in a language that is none of ours.
        """
        self.with_menu: set[ChatId] = set()
        """Groups whose menu of commands is in a language of their own."""

    async def of_update(self, update: Update, context: LeadbellContext) -> str:
        chat, user, groups = update.effective_chat, update.effective_user, context.services.settings.bot_language
        if user is None or (chat is not None and not is_private(chat)):
            return groups
        known = await self._get(UserId(user.id))
        if known is not None and known.is_chosen:
            return known.language
        return _ours(user.language_code) or (known.language if known else groups)

    async def of_person(self, user_id: UserId) -> str | None:
        """None where nothing is known."""
        known = await self._get(user_id)
        return None if known is None else known.language

    async def of_chat(self, chat_id: ChatId | None, groups: str) -> str:
        """None is the account's group."""
        if chat_id is None or chat_id < 0:
            return groups
        return await self.of_person(UserId(chat_id)) or groups

    async def note(self, update: Update) -> None:
        """What a member's Telegram is in, for what is said to them later; no look-up waits or fails for it."""
        user = update.effective_user
        if user is None:
            return
        user_id, language = UserId(user.id), _ours(user.language_code)
        known = await self._get(user_id, is_member=True)
        if language is not None and (known is None or (known.language != language and not known.is_chosen)):
            try:
                with written_soon():
                    async with self._shared.database.transaction() as connection:
                        await languages.guess(connection, self._bot_id(), user_id, language)
                        # What they chose meanwhile counts.
                        known = await languages.get(connection, self._bot_id(), user_id)
            except StoreError:  # it is noted with what they write next
                return
            self._remember(user_id, known)

    async def choose(self, user_id: UserId, language: str) -> None:
        async with self._shared.database.transaction() as connection:
            await languages.choose(connection, self._bot_id(), user_id, language)
        self._remember(user_id, PersonsLanguage(language, is_chosen=True))

    async def _get(self, user_id: UserId, *, is_member: bool = False) -> PersonsLanguage | None:
        """Nothing is known of it while the database does not answer; what is said then is said all the same."""
        if user_id in self._known:
            return self._known[user_id]
        try:
            async with self._shared.database.reading() as connection:
                found = await languages.get(connection, self._bot_id(), user_id)
        except StoreError as error:
            log.warning("a person's language cannot be read: %s", type(error).__name__)
            return None
        if user_id not in self._known and (is_member or found is not None):  # else it was chosen meanwhile
            self._remember(user_id, found)
        return found

    def _remember(self, user_id: UserId, known: PersonsLanguage | None) -> None:
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        self._known[user_id] = known


def _ours(code: str | None) -> str | None:
    """`hi`, `en-GB`."""
    language = (code or "").partition("-")[0].lower()
    return language if language in LANGUAGES else None
