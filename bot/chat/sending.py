"""Answers to people: in the chat and topic they asked in, as a reply where others talk too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import telegram
from telegram import LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import Forbidden

from bot.chat.gate import is_private
from bot.chat.transport import unread
from bot.models import ChatId, UserId

if TYPE_CHECKING:
    from bot.chat.context import LeadbellContext
    from bot.chat.render.message import Message


class _NoPreview(LinkPreviewOptions):
    """Goes with every message, and the library would take it apart each time."""

    __slots__ = ()

    def to_dict(self, recursive: bool = True) -> dict[str, Any]:  # noqa: FBT001, FBT002, ARG002 - the library's signature
        return {"is_disabled": True}


NO_PREVIEW: Final = _NoPreview(is_disabled=True)


async def answer(asked: telegram.MaybeInaccessibleMessage, message: Message, context: LeadbellContext) -> None:
    await send(ChatId(asked.chat.id), message, context, **_beside(asked))


async def send(chat_id: ChatId, message: Message, context: LeadbellContext, **where: Any) -> None:
    """Somebody who blocked the bot meanwhile is noted, and gets nothing."""
    try:
        with unread():
            await context.bot.send_message(
                chat_id,
                message.text,
                parse_mode=ParseMode.HTML,
                reply_markup=message.keyboard or message.question,
                link_preview_options=NO_PREVIEW,
                **where,
            )
    except Forbidden:
        if chat_id < 0:
            raise
        await context.services.access.stopped(UserId(chat_id))


def _beside(asked: telegram.MaybeInaccessibleMessage) -> dict[str, Any]:
    """In a group: as a reply, in the same topic. Replies outside forums carry a thread id that may not be sent."""
    if is_private(asked.chat):
        return {}
    return {
        "message_thread_id": _topic(asked),
        "reply_parameters": ReplyParameters(asked.message_id, allow_sending_without_reply=True),
    }


def _topic(asked: telegram.MaybeInaccessibleMessage) -> int | None:
    if isinstance(asked, telegram.Message) and asked.is_topic_message:
        return asked.message_thread_id
    return None


async def redraw(chat_id: ChatId, message_id: int, message: Message, context: LeadbellContext) -> None:
    with unread():
        await context.bot.edit_message_text(
            message.text,
            chat_id=chat_id,
            message_id=message_id,
            parse_mode=ParseMode.HTML,
            reply_markup=message.keyboard,
            link_preview_options=NO_PREVIEW,
        )
