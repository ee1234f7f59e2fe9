"""In which language people are spoken to: a group in its account's, a person alone in their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.chat.auth import is_private
from bot.domain.ids import UserId
from bot.i18n import LANGUAGES

if TYPE_CHECKING:
    from telegram import Update

    from bot.chat.context import LeadbellContext
    from bot.domain.ids import ChatId

MOST_REMEMBERED: Final = 10_000


class Languages:
    """Of the people who write to one bot: what they chose by /language, else what their Telegram is in."""

    def __init__(self) -> None:
        self._guessed: dict[UserId, str] = {}

    async def of_update(self, update: Update, context: LeadbellContext) -> str:
        chat, user, groups = update.effective_chat, update.effective_user, context.services.settings.bot_language
        if user is None or (chat is not None and not is_private(chat)):
            return groups
        self._hear(UserId(user.id), user.language_code)
        return await self.of_person(UserId(user.id)) or groups

    async def of_person(self, user_id: UserId) -> str | None:
        """None where nothing is known."""
        return self._guessed.get(user_id)

    async def of_chat(self, chat_id: ChatId | None, groups: str) -> str:
        """None is the account's group."""
        if chat_id is None or chat_id < 0:
            return groups
        return await self.of_person(UserId(chat_id)) or groups

    def _hear(self, user_id: UserId, code: str | None) -> None:
        """`hi`, `en-GB`."""
        language = (code or "").partition("-")[0].lower()
        if language not in LANGUAGES or self._guessed.get(user_id) == language:
            return
        if len(self._guessed) >= MOST_REMEMBERED:
            self._guessed.clear()
        self._guessed[user_id] = language
