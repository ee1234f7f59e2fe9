"""The methods of the Bot API that the sandbox knows: one table, by name in lower case."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from bot.sandbox.botapi.method_context import MethodContext
from bot.sandbox.botapi.methods import (
    callbacks,
    editing,
    files,
    forum_topics,
    identity,
    inline,
    members,
    sending,
    updating,
)
from bot.sandbox.botapi.parameters import Parameters

Method = Callable[[MethodContext, Parameters], Any | Awaitable[Any]]

METHODS: Final[Mapping[str, Method]] = {
    "getme": identity.get_me,
    "logout": identity.agree,
    "close": identity.agree,
    "getupdates": updating.get_updates,
    "setwebhook": updating.set_webhook,
    "deletewebhook": updating.delete_webhook,
    "getwebhookinfo": updating.get_webhook_info,
    "setmycommands": identity.set_my_commands,
    "getmycommands": identity.get_my_commands,
    "deletemycommands": identity.delete_my_commands,
    "setmyname": identity.set_my_name,
    "getmyname": identity.get_my_name,
    "setmydescription": identity.set_my_description,
    "getmydescription": identity.get_my_description,
    "setmyshortdescription": identity.set_my_short_description,
    "getmyshortdescription": identity.get_my_short_description,
    "sendmessage": sending.send_message,
    "sendcontact": sending.send_contact,
    "sendphoto": sending.send_photo,
    "senddocument": sending.send_document,
    "sendchataction": sending.send_chat_action,
    "copymessage": sending.copy_message,
    "forwardmessage": sending.forward_message,
    "editmessagetext": editing.edit_message_text,
    "editmessagecaption": editing.edit_message_caption,
    "editmessagereplymarkup": editing.edit_message_reply_markup,
    "deletemessage": editing.delete_message,
    "deletemessages": editing.delete_messages,
    "setmessagereaction": editing.set_message_reaction,
    "pinchatmessage": editing.pin_chat_message,
    "unpinchatmessage": editing.unpin_chat_message,
    "answercallbackquery": callbacks.answer_callback_query,
    "answerinlinequery": inline.answer_inline_query,
    "getchat": members.get_chat,
    "getchatmember": members.get_chat_member,
    "getchatadministrators": members.get_chat_administrators,
    "getchatmembercount": members.get_chat_member_count,
    "leavechat": members.leave_chat,
    "createforumtopic": forum_topics.create_forum_topic,
    "editforumtopic": forum_topics.edit_forum_topic,
    "closeforumtopic": forum_topics.close_forum_topic,
    "reopenforumtopic": forum_topics.reopen_forum_topic,
    "deleteforumtopic": forum_topics.delete_forum_topic,
    "closegeneralforumtopic": forum_topics.close_general_forum_topic,
    "reopengeneralforumtopic": forum_topics.reopen_general_forum_topic,
    "getfile": files.get_file,
}
