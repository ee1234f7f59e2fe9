"""Forum groups in the sandbox: topics by number, what a bot is told of them, and what it may do in them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from telegram import Bot, ReplyParameters
from telegram.error import BadRequest

from bot.sandbox.botapi.chats import Chat, ForumTopic, MemberStatus
from bot.sandbox.botapi.town import Town, opened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

VCARD = {"phone_number": "+919000000031", "first_name": "Asha"}


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with opened() as town:
        yield town


@pytest.fixture
async def bot(town: Town) -> AsyncIterator[Bot]:
    async with Bot(town.world.bot.token, base_url=town.api.base_url) as bot:
        yield bot


@pytest.fixture
def forum(town: Town) -> Chat:
    return town.world.add_group("Forum", [town.ravi, town.asha], topics=["Leads"], bot_role=MemberStatus.ADMINISTRATOR)


@pytest.fixture
def topic(forum: Chat) -> ForumTopic:
    return forum.topics[max(forum.topics)]


def let_manage(town: Town, forum: Chat) -> None:
    own = forum.members[town.world.bot.id]
    forum.members[town.world.bot.id] = replace(own, rights=frozenset({"can_manage_topics"}))


async def test_every_sending_method_reaches_a_topic(town: Town, forum: Chat, topic: ForumTopic) -> None:
    where = {"chat_id": forum.id, "message_thread_id": topic.thread_id}
    _, body = await town.call("sendMessage", text="x", **where)
    await town.call("sendContact", **VCARD, **where)
    source = {"from_chat_id": forum.id, "message_id": body["result"]["message_id"]}
    await town.call("copyMessage", **source, **where)
    await town.call("forwardMessage", **source, **where)
    assert [message.thread_id for message in forum.by_bot] == [topic.thread_id] * 4
    assert (body["result"]["message_thread_id"], body["result"]["is_topic_message"]) == (topic.thread_id, True)
    assert body["result"]["chat"]["is_forum"]


async def test_general_is_written_to_without_a_number(town: Town, forum: Chat) -> None:
    sent = (await town.call("sendMessage", chat_id=forum.id, text="x"))[1]["result"]
    assert {"message_thread_id", "is_topic_message", "reply_to_message"}.isdisjoint(sent)
    status, body = await town.call("sendMessage", chat_id=forum.id, text="x", message_thread_id=1)
    assert (status, body["description"]) == (400, "Bad Request: message thread not found")
    typing = {"chat_id": forum.id, "action": "typing", "message_thread_id": 1}
    assert (await town.call("sendChatAction", **typing))[0] == 200


async def test_a_message_in_a_topic_answers_the_making_of_the_topic(town: Town, forum: Chat, topic: ForumTopic) -> None:
    await town.updates()
    town.asha.says(forum, "hello", topic=topic)
    town.asha.says(forum, "hello")
    there, general = [update["message"] for update in await town.updates()]
    assert (there["message_thread_id"], there["is_topic_message"]) == (topic.thread_id, True)
    assert there["reply_to_message"]["forum_topic_created"]["name"] == "Leads"
    assert {"message_thread_id", "is_topic_message", "reply_to_message"}.isdisjoint(general)


async def test_an_answer_outside_topics_carries_a_thread_that_may_not_be_sent_back(town: Town) -> None:
    await town.says("a card")
    town.asha.says(town.group, "a note", reply_to=town.asha.says(town.group, "why?", reply_to=town.group.last))
    *_, note = [update["message"] for update in await town.updates()]
    assert note["message_thread_id"] == town.group.by_bot[0].message_id
    assert "is_topic_message" not in note
    refused = await town.says("x", message_thread_id=note["message_thread_id"])
    assert refused["description"] == "Bad Request: message thread not found"


async def test_a_reply_goes_to_the_topic_of_what_it_answers(
    town: Town, bot: Bot, forum: Chat, topic: ForumTopic
) -> None:
    asked = town.ravi.says(forum, "/today", topic=topic)
    sent = await bot.send_message(forum.id, "x", reply_parameters=ReplyParameters(asked.message_id))
    assert sent.message_thread_id == topic.thread_id


async def test_a_closed_topic_takes_messages_only_from_who_may_manage_topics(
    town: Town, bot: Bot, forum: Chat, topic: ForumTopic
) -> None:
    town.world.close_topic(forum, topic)
    with pytest.raises(BadRequest, match=r"(?i)topic_closed"):
        await bot.send_message(forum.id, "x", message_thread_id=topic.thread_id)
    with pytest.raises(ValueError, match="closed"):
        town.asha.says(forum, "x", topic=topic)
    town.ravi.says(forum, "the owner may", topic=topic)
    let_manage(town, forum)
    await bot.send_message(forum.id, "x", message_thread_id=topic.thread_id)
    town.world.reopen_topic(forum, topic)
    town.asha.says(forum, "x", topic=topic)
    assert [next(iter(m.body.fields), m.text) for m in forum.messages if m.thread_id == topic.thread_id] == [
        "forum_topic_created",
        "forum_topic_closed",
        "the owner may",
        "x",
        "forum_topic_reopened",
        "x",
    ]


async def test_a_deleted_topic_takes_its_messages_along_and_nobody_is_told(
    town: Town, bot: Bot, forum: Chat, topic: ForumTopic
) -> None:
    sent = await bot.send_message(forum.id, "x", message_thread_id=topic.thread_id)
    await town.updates()
    town.world.delete_topic(forum, topic)
    assert await town.updates() == []
    with pytest.raises(BadRequest, match=r"(?i)message thread not found"):
        await bot.send_message(forum.id, "x", message_thread_id=topic.thread_id)
    with pytest.raises(BadRequest, match=r"(?i)message to edit not found"):
        await bot.edit_message_text("y", forum.id, sent.message_id)


async def test_a_bot_with_the_right_makes_and_changes_topics(town: Town, bot: Bot, forum: Chat) -> None:
    with pytest.raises(BadRequest, match=r"(?i)not enough rights"):
        await bot.create_forum_topic(forum.id, "Surat")
    let_manage(town, forum)
    await town.updates()
    made = await bot.create_forum_topic(forum.id, "Surat")
    where = forum.id, made.message_thread_id
    await bot.edit_forum_topic(*where, name="Surat and Baroda")
    await bot.close_forum_topic(*where)
    with pytest.raises(BadRequest, match=r"(?i)TOPIC_NOT_MODIFIED"):
        await bot.close_forum_topic(*where)
    await bot.reopen_forum_topic(*where)
    await bot.close_general_forum_topic(forum.id)
    await bot.reopen_general_forum_topic(forum.id)
    told = [update["message"] for update in await town.updates()]
    kinds = ["created", "edited", "closed", "reopened", "closed", "reopened"]
    assert [f"forum_topic_{kind}" in message for kind, message in zip(kinds, told, strict=True)] == [True] * 6
    assert [message.get("message_thread_id") for message in told] == [made.message_thread_id] * 4 + [None] * 2
    await bot.delete_forum_topic(*where)
    with pytest.raises(BadRequest, match=r"(?i)message thread not found"):
        await bot.delete_forum_topic(*where)


async def test_topics_are_only_in_forums(bot: Bot, town: Town) -> None:
    with pytest.raises(BadRequest, match=r"(?i)not a forum"):
        await bot.create_forum_topic(town.group.id, "Surat")
