"""Topics of forum groups: made, renamed, closed, opened again and deleted, by people or by a bot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox.botapi.chats import GENERAL, TOPIC_COLOR, Chat, ForumTopic
from bot.sandbox.botapi.messages import Body

if TYPE_CHECKING:
    from bot.sandbox.botapi.messages import Message
    from bot.sandbox.botapi.people import User
    from bot.sandbox.botapi.world import World


def add(world: World, chat: Chat, name: str, by: User | None = None) -> ForumTopic:
    """Its first message says that it was made, and lends the topic its number."""
    make_forum(chat)
    topic = ForumTopic(world.next_message_id(chat), name, author=by or owner(world, chat))
    chat.topics[topic.thread_id] = topic
    fields = {"forum_topic_created": {"name": name, "icon_color": TOPIC_COLOR}}
    topic.first = _announce(world, chat, topic, fields, topic.author)
    world.changed(chat)
    return topic


def make_forum(chat: Chat) -> None:
    chat.is_forum = True
    chat.topics.setdefault(GENERAL, ForumTopic(GENERAL, "General"))


def rename(world: World, chat: Chat, topic: ForumTopic, name: str, by: User | None = None) -> None:
    topic.name = name
    _announce(world, chat, topic, {"forum_topic_edited": {"name": name}}, by)
    world.changed(chat)


def set_open(world: World, chat: Chat, topic: ForumTopic, *, is_open: bool, by: User | None = None) -> None:
    """In a closed one only who may manage topics, or made it, can write."""
    topic.is_closed = not is_open
    _announce(world, chat, topic, {"forum_topic_reopened" if is_open else "forum_topic_closed": {}}, by)
    world.changed(chat)


def delete(world: World, chat: Chat, topic: ForumTopic) -> None:
    """The topic and everything in it is gone. No bot is told."""
    del chat.topics[topic.thread_id]
    for message in [m for m in chat.messages if m.thread_id == topic.thread_id]:
        world.delete(message)
    world.changed(chat)


def may_write(chat: Chat, topic: ForumTopic | None, account: User) -> bool:
    return topic is None or not topic.is_closed or topic.author is account or chat.may(account, "can_manage_topics")


def owner(world: World, chat: Chat) -> User:
    return next((m.account for m in chat.present()), world.bot)


def _announce(world: World, chat: Chat, topic: ForumTopic, fields: dict[str, Any], by: User | None) -> Message:
    thread_id = None if topic.thread_id == GENERAL else topic.thread_id
    return world.post(chat, by or owner(world, chat), Body("service", fields=fields), thread_id=thread_id)
