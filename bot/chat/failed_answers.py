"""A handler failed: what the log learns of it, and what the person is told."""

from __future__ import annotations

import logging
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from telegram import Update
from telegram.error import NetworkError, TelegramError

from bot.chat.errors import translate
from bot.chat.replies import hand_over
from bot.chat.views import answers
from bot.delivery.outgoing import Outgoing
from bot.domain.ids import ChatId, UserId
from bot.domain.priority import Priority
from bot.errors import CrowdedError, DeliveryError, StoreError
from bot.health.troubles import Activity, Troubles, cause_of
from bot.i18n import ENGLISH, _, speaking
from bot.team.strangers import RefusalChannel

if TYPE_CHECKING:
    from telegram import Message
    from telegram.ext import CallbackContext

    from bot.chat.served_accounts import ServedAccounts
    from bot.services import Services
    from bot.team.access import Access

log = logging.getLogger(__name__)


class FailedAnswers:
    """A handler failed: the log learns where, the person that it did."""

    def __init__(self, accounts: ServedAccounts, troubles: Troubles) -> None:
        self._accounts = accounts
        self._troubles = troubles

    async def __call__(self, update: object, context: CallbackContext[Any, Any, Any, Any]) -> None:
        error = context.error
        if error is None:
            return
        level = logging.WARNING if isinstance(error, NetworkError) else logging.ERROR
        # Not the error's text: it may quote what somebody wrote.
        failure = translate(error) if isinstance(error, TelegramError) else error
        if isinstance(failure, DeliveryError):
            self._troubles.count(Activity.UPDATE, cause_of(failure))
        else:
            self._troubles.failed(Activity.UPDATE, error)
        log.log(level, "An answer failed: %s at %s", type(error).__name__, _where(error))
        if isinstance(update, Update):
            with suppress(TelegramError, CrowdedError):
                await self._tell(update, error)

    async def _tell(self, update: Update, error: Exception) -> None:
        found = self._accounts.nearest(update)
        with speaking(ENGLISH if found is None else await self._accounts.languages.of_update(update, found)):
            words = _("Something went wrong here. Please try again in a moment.")
            if isinstance(error, StoreError):
                words = answers.not_stored(error)
        if update.callback_query is not None:
            await update.callback_query.answer(words, show_alert=True)
        elif update.message is not None and found is not None and _may_answer(update.message, found.services.access):
            _say(update.message, words, found.services)


def _say(asked: Message, words: str, services: Services) -> None:
    async def make(chat_id: ChatId) -> None:
        try:
            if chat_id == asked.chat_id:
                await asked.reply_text(words)
            else:  # the group has moved
                await asked.get_bot().send_message(chat_id, words)
        except TelegramError as error:
            raise translate(error) from None

    hand_over(ChatId(asked.chat_id), Outgoing(call=make, turn=Priority.ANSWER), services)


def _may_answer(message: Message, access: Access) -> bool:
    """Who is not known is told one sentence a minute."""
    user = message.from_user
    is_known = user is not None and access.is_known(UserId(user.id))
    return is_known or access.strangers.may_hear(RefusalChannel.TROUBLE, user.id if user else message.chat_id)


def _where(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "/bot/" in frame.filename.replace("\\", "/")] or list(frames)
    return " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(own[-3:])) or "an unknown place"
