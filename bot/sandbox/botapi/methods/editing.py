"""Changes to messages that are there: edits, deletions, reactions, pins."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from bot.sandbox.botapi import keyboards, membership, wording
from bot.sandbox.botapi.chats import Chat, MemberStatus
from bot.sandbox.botapi.refusal import bad

if TYPE_CHECKING:
    from bot.sandbox.botapi.keyboards import ReplyMarkup
    from bot.sandbox.botapi.messages import Body, Message
    from bot.sandbox.botapi.method_context import MethodContext
    from bot.sandbox.botapi.parameters import Parameters

DELETABLE: Final = timedelta(hours=48)
_NOT_MODIFIED: Final = (
    "message is not modified: specified new message content and reply markup "
    "are exactly the same as a current content and reply markup of the message"
)


def edit_message_text(context: MethodContext, p: Parameters) -> dict[str, Any] | bool:
    formatted = wording.text(p, is_edit=True)
    markup = keyboards.read(p.mapping("reply_markup"))
    message = context.own_message(p)
    if message.body.kind != "text":
        raise bad("there is no text in the message to edit")
    return _change(context, message, replace(message.body, formatted=formatted), markup)


def edit_message_caption(context: MethodContext, p: Parameters) -> dict[str, Any] | bool:
    formatted = wording.caption(p)
    markup = keyboards.read(p.mapping("reply_markup"))
    message = context.own_message(p)
    if message.body.kind not in {"photo", "document"}:
        raise bad("there is no caption in the message to edit")
    return _change(context, message, replace(message.body, formatted=formatted), markup)


def edit_message_reply_markup(context: MethodContext, p: Parameters) -> dict[str, Any] | bool:
    markup = keyboards.read(p.mapping("reply_markup"))
    message = context.own_message(p)
    return _change(context, message, message.body, markup)


def _change(context: MethodContext, message: Message, body: Body, markup: ReplyMarkup) -> dict[str, Any] | bool:
    if markup.kind not in {"", "inline_keyboard"}:
        raise bad("inline keyboard expected")
    context.spend(message.chat)
    if (body, markup.rows) == (message.body, message.markup.rows):
        raise bad(_NOT_MODIFIED)
    context.world.change(message, body, markup)
    return True if message.inline_message_id else message.wire


def delete_message(context: MethodContext, p: Parameters) -> bool:
    chat = context.chat(p)
    message = chat.find(p.integer("message_id"))
    if message is None:
        raise bad("message to delete not found")
    _check_deletable(context, chat, message)
    context.spend(chat)
    context.world.delete(message)
    return True


def delete_messages(context: MethodContext, p: Parameters) -> bool:
    """Those that cannot be found are left out, as Telegram does."""
    chat = context.chat(p)
    ids = p.sequence("message_ids") or []
    if not 1 <= len(ids) <= 100:
        raise bad("there must be 1-100 message identifiers")
    context.spend(chat)
    for message in filter(None, (chat.find(int(message_id)) for message_id in ids)):
        context.world.delete(message)
    return True


def _check_deletable(context: MethodContext, chat: Chat, message: Message) -> None:
    bot = context.bot
    may_delete = bot.id in chat.members and "can_delete_messages" in chat.members[bot.id].rights
    if not may_delete and message.sender is not bot and chat.kind != "private":
        raise bad("message can't be deleted")
    if not may_delete and context.world.clock.now() - message.date > DELETABLE:
        raise bad("message can't be deleted for everyone")


def set_message_reaction(context: MethodContext, p: Parameters) -> bool:
    message = context.chat(p).find(p.integer("message_id"))
    if message is None:
        raise bad("message to react not found")
    reactions = p.sequence("reaction") or []
    if len(reactions) > 1:
        raise bad("REACTIONS_TOO_MANY")
    context.world.react(message, str(reactions[0].get("emoji", "")) if reactions else "")
    return True


def pin_chat_message(context: MethodContext, p: Parameters) -> bool:
    chat = context.chat(p)
    message = chat.find(p.integer("message_id"))
    if message is None:
        raise bad("message to pin not found")
    _check_pinning(context, chat)
    chat.pinned = message
    membership.announce(context.world, chat, context.bot, {"pinned_message": message.wire})
    return True


def unpin_chat_message(context: MethodContext, p: Parameters) -> bool:
    chat = context.chat(p)
    _check_pinning(context, chat)
    chat.pinned = None
    return True


def _check_pinning(context: MethodContext, chat: Chat) -> None:
    membership_ = chat.members.get(context.bot.id)
    is_able = (
        membership_ is None or membership_.role is MemberStatus.CREATOR or "can_pin_messages" in membership_.rights
    )
    if not is_able:
        raise bad("not enough rights to manage pinned messages in the chat")
