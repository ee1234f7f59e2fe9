"""What the page is shown: people, chats and messages as plain JSON, every text as safe HTML."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from bot.clock import to_epoch
from bot.i18n import _
from bot.sandbox.botapi import markup
from bot.sandbox.botapi.chats import GENERAL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.sandbox.botapi.chats import Chat, ForumTopic
    from bot.sandbox.botapi.messages import Message
    from bot.sandbox.botapi.page import Control
    from bot.sandbox.botapi.people import HumanUser
    from bot.sandbox.botapi.queries import CallbackAnswer, InlineAnswer
    from bot.sandbox.botapi.world import Event, World


def hello(world: World, controls: Mapping[str, Control]) -> dict[str, Any]:
    return {
        "type": "hello",
        "bots": [{"id": bot.id, "name": bot.name, "username": bot.username} for bot in world.bots],
        "people": [_person(person) for person in world.people.values()],
        "chats": [_chat(chat) for chat in world.every_chat() if chat.migrated_to is None],
        "messages": [message(m) for chat in world.every_chat() for m in chat.messages],
        "commands": {bot.id: bot.profile.wire for bot in world.bots},
        "controls": [_control(name, control) for name, control in controls.items()],
    }


def event(happened: Event) -> dict[str, Any]:
    if happened.bot is not None:
        return {"type": "commands", "bot_id": happened.bot.id, "commands": happened.bot.profile.wire}
    if happened.chat is not None:
        return {"type": "chat", "chat": _chat(happened.chat)}
    it = happened.message
    if it is None:
        return {"type": happened.kind}
    if happened.kind in {"message", "edited"}:
        return {"type": happened.kind, "message": message(it)}
    wire = {"type": happened.kind, "chat_id": it.chat.key, "message_id": it.message_id}
    return wire | ({"emoji": it.reaction} if happened.kind == "reaction" else {})


def callback_answer(press_id: Any, answer: CallbackAnswer) -> dict[str, Any]:
    shown = {"text": answer.text, "show_alert": answer.show_alert, "url": answer.url}
    return {"type": "callback_answer", "press_id": press_id, **shown}


def inline_answer(ask_id: Any, answer: InlineAnswer) -> dict[str, Any]:
    results = [
        {
            "id": result.id,
            "title": result.title,
            "description": result.description,
            "message_html": markup.page_html(result.body.formatted),
        }
        for result in answer.results
    ]
    shown: dict[str, Any] = {"type": "inline_results", "ask_id": ask_id, "results": results}
    if answer.button is not None:
        shown["button"] = answer.button
    rest = {"is_personal": answer.is_personal, "cache_time": answer.cache_time, "next_offset": answer.next_offset}
    return shown | rest


def message(it: Message) -> dict[str, Any]:
    sender = it.sender_chat.title if it.sender_chat is not None else it.sender.name
    shown: dict[str, Any] = {
        "chat_id": it.chat.key,
        "message_id": it.message_id,
        "from": {"id": it.sender.id, "name": sender, "is_bot": it.sender.is_bot},
        "date": to_epoch(it.date),
        "html": markup.page_html(it.body.formatted),
        "text": it.text,
    }
    optional: dict[str, Any] = {
        "thread_id": it.thread_id,
        "edit_date": None if it.edit_date is None else to_epoch(it.edit_date),
        "reply_to": None if it.reply_to is None else _quoted(it.reply_to),
        "keyboard": [list(row) for row in it.markup.rows] or None,
        "via_bot": None if it.via_bot is None else it.via_bot.username,
        "reaction": it.reaction or None,
        **_body(it),
    }
    if it.markup.kind == "force_reply":
        optional["force_reply"] = {"placeholder": it.markup.placeholder, "selective": it.markup.is_selective}
    return shown | {name: value for name, value in optional.items() if value is not None}


def _body(it: Message) -> dict[str, Any]:
    body, file = it.body, it.body.file
    if body.kind == "service":
        return {"is_service": True, "text": (words := _service(it)), "html": escape(words)}
    if body.kind == "contact":
        name = f"{body.fields['first_name']} {body.fields.get('last_name', '')}".strip()
        return {"contact": {"phone": body.fields["phone_number"], "name": name, "vcard": body.fields.get("vcard", "")}}
    if file is None:
        return {}
    url = f"/page/file/{file.file_id}"
    if body.kind == "photo":
        return {"photo": {"url": url, "caption_html": markup.page_html(body.formatted)}}
    return {"document": {"name": file.name, "url": url, "size": len(file.data)}}


def _service(it: Message) -> str:
    fields, who = it.body.fields, it.sender.name
    if "new_chat_members" in fields:
        names = ", ".join(str(user["first_name"]) for user in fields["new_chat_members"])
        return _("{names} joined the group").format(names=names)
    if "left_chat_member" in fields:
        return _("{name} left the group").format(name=fields["left_chat_member"]["first_name"])
    if "pinned_message" in fields:
        return _("{name} pinned a message").format(name=who)
    return _topic_words(fields, who) or _("The group became a supergroup")


def _topic_words(fields: dict[str, Any], who: str) -> str:
    if "forum_topic_created" in fields:
        return _("{name} made the topic “{topic}”").format(name=who, topic=fields["forum_topic_created"]["name"])
    if "forum_topic_edited" in fields:
        return _("{name} named the topic “{topic}”").format(name=who, topic=fields["forum_topic_edited"]["name"])
    if "forum_topic_closed" in fields:
        return _("{name} closed the topic").format(name=who)
    return _("{name} opened the topic again").format(name=who) if "forum_topic_reopened" in fields else ""


def _quoted(it: Message) -> dict[str, Any]:
    return {"message_id": it.message_id, "text": it.text[:200], "from_name": it.sender.name}


def _person(person: HumanUser) -> dict[str, Any]:
    return {"id": person.id, "name": person.name, "username": person.username, "is_admin": person.is_admin}


def _chat(chat: Chat) -> dict[str, Any]:
    if chat.person is not None and chat.bot is not None:
        return {"id": chat.key, "type": chat.kind, "person_id": chat.person.id, "bot_id": chat.bot.id}
    present = [member.account for member in chat.present()]
    return {
        "id": chat.id,
        "title": chat.title,
        "type": chat.kind,
        "members": [account.id for account in present if not account.is_bot],
        "bots": [account.id for account in present if account.is_bot],
        "is_forum": chat.is_forum,
        "topics": [_topic(topic) for topic in chat.topics.values()],
    }


def _topic(topic: ForumTopic) -> dict[str, Any]:
    """General's messages have no number."""
    thread_id = None if topic.thread_id == GENERAL else topic.thread_id
    return {"id": thread_id, "name": topic.name, "is_closed": topic.is_closed}


def _control(name: str, control: Control) -> dict[str, Any]:
    shown = {"name": name, "label": control.label, "group": control.group, "hint": control.hint}
    return {**shown, "is_switch": control.is_switch, "is_on": control.is_on}
