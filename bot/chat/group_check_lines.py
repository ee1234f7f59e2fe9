"""What a check says of the group that leads go to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telegram.error import BadRequest, Forbidden, TelegramError

from bot.chat.check_line import CheckLine
from bot.i18n import _, in_brackets

if TYPE_CHECKING:
    from telegram import ChatFullInfo


def found(chat: ChatFullInfo, thread_id: int | None) -> CheckLine:
    if thread_id is not None and not chat.is_forum:
        return CheckLine(
            False,
            _("The group “{title}” has no topics. Take “:{topic}” off TELEGRAM_CHAT_ID.").format(
                title=chat.title, topic=thread_id
            ),
        )
    return CheckLine(True, _("Leads go to the group “{title}”.").format(title=chat.title))


def no_group(chat: ChatFullInfo) -> str:
    return _(
        "“{title}” is no group, and only in a group a team can press buttons. Make a group, and put the bot into it."
    ).format(title=chat.title or chat.full_name)


def moved(chat_id: int) -> str:
    return _("The group became a supergroup. Set TELEGRAM_CHAT_ID={chat_id}").format(chat_id=chat_id)


def unreachable(chat_id: int, error: TelegramError) -> str:
    if isinstance(error, (BadRequest, Forbidden)):
        return _(
            "The bot is not in the group {chat_id}{reason}. Add it there, or take TELEGRAM_CHAT_ID out of the "
            "settings and run this again to find the right id."
        ).format(chat_id=chat_id, reason=in_brackets(error.message))
    return no_answer(error)


def no_answer(error: TelegramError) -> str:
    return _("Telegram did not answer{reason}. Run this again in a minute.").format(reason=in_brackets(error.message))
