"""Topics of forum groups, as a bot makes and changes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox.botapi import topics
from bot.sandbox.botapi.chats import GENERAL
from bot.sandbox.botapi.refusal import bad

if TYPE_CHECKING:
    from bot.sandbox.botapi.chats import Chat, ForumTopic
    from bot.sandbox.botapi.method_context import MethodContext
    from bot.sandbox.botapi.parameters import Parameters

_NAME_LENGTH = 128


def create_forum_topic(context: MethodContext, p: Parameters) -> dict[str, Any]:
    chat, name = context.forum(p), _name(p)
    context.check_topic_right(chat)
    return topics.add(context.world, chat, name, context.bot).wire


def edit_forum_topic(context: MethodContext, p: Parameters) -> bool:
    chat, topic = context.topic(p)
    topics.rename(context.world, chat, topic, _name(p), context.bot)
    return True


def close_forum_topic(context: MethodContext, p: Parameters) -> bool:
    return _set_open(context, *context.topic(p), is_open=False)


def reopen_forum_topic(context: MethodContext, p: Parameters) -> bool:
    return _set_open(context, *context.topic(p), is_open=True)


def close_general_forum_topic(context: MethodContext, p: Parameters) -> bool:
    return _set_open(context, *_general(context, p), is_open=False)


def reopen_general_forum_topic(context: MethodContext, p: Parameters) -> bool:
    return _set_open(context, *_general(context, p), is_open=True)


def delete_forum_topic(context: MethodContext, p: Parameters) -> bool:
    topics.delete(context.world, *context.topic(p))
    return True


def _set_open(context: MethodContext, chat: Chat, topic: ForumTopic, *, is_open: bool) -> bool:
    if topic.is_closed is not is_open:
        raise bad("TOPIC_NOT_MODIFIED")
    topics.set_open(context.world, chat, topic, is_open=is_open, by=context.bot)
    return True


def _general(context: MethodContext, p: Parameters) -> tuple[Chat, ForumTopic]:
    chat = context.forum(p)
    context.check_topic_right(chat)
    return chat, chat.topics[GENERAL]


def _name(p: Parameters) -> str:
    name = p.text("name").strip()
    if not 1 <= len(name) <= _NAME_LENGTH:
        raise bad("TOPIC_TITLE_EMPTY" if not name else "TOPIC_TITLE_TOO_LONG")
    return name
