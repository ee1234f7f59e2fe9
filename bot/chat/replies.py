"""What is said to people: in the chat and topic they asked in, as a reply where others talk too.

Nothing here waits: the chat's sender takes it over, and makes the call when its turn comes. All messages are written
in here and in `bot.chat.messenger`, which speaks for the outbox, but for a test card (`test_card.py`) and the sentence
for who asked while the bot was failing (`failed_answers.py`).
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import telegram
from telegram.error import Forbidden, TelegramError

from bot.chat.auth import is_private
from bot.chat.bot_api import as_parameters, photo_parameters, reply_to
from bot.chat.errors import is_unchanged, translate
from bot.chat.views.message import RenderedMessage
from bot.delivery.outgoing import Outgoing
from bot.domain.ids import ChatId, MessageId, UserId
from bot.domain.priority import Priority
from bot.errors import CrowdedError, DeliveryError, DeliveryTrouble
from bot.i18n import _

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Hashable

    from bot.chat.context import LeadbellContext
    from bot.delivery.outgoing import Call
    from bot.domain.photo import Photo
    from bot.services import Services

    OnSent = Callable[[tuple[ChatId, MessageId]], None]

log = logging.getLogger(__name__)


async def answer(
    asked: telegram.MaybeInaccessibleMessage,
    message: RenderedMessage,
    context: LeadbellContext,
    *,
    turn: Priority | None = None,
    on_sent: OnSent | None = None,
) -> None:
    """To a person's message as to a look-up, unless told otherwise; to a press on one of ours as to a press.

    `on_sent` is told where it stands, unless it had to be said as plain text.
    """
    is_lookup = turn is Priority.ANSWER if turn is not None else not _is_ours(asked)
    chat_id, where = ChatId(asked.chat.id), _beside(asked)
    if is_lookup:
        hand_over(chat_id, _looked_up(asked, message, context, where, on_sent), context.services)
    else:
        await send(chat_id, message, context, on_sent=on_sent, **where)


async def send(
    chat_id: ChatId, message: RenderedMessage, context: LeadbellContext, *, on_sent: OnSent | None = None, **where: Any
) -> None:
    """What a press caused. What is pressed twice before it could be said is said once."""
    call, plain = _calls(chat_id, message, context, where, on_sent)
    reply = where.get("reply_parameters")
    key = ("said", chat_id, None if reply is None else reply["message_id"], message.text)
    hand_over(chat_id, Outgoing(call=call, turn=Priority.PRESS, key=key, plain=plain), context.services)


async def redraw(
    chat_id: ChatId,
    message_id: int,
    message: RenderedMessage,
    context: LeadbellContext,
    *,
    turn: Priority = Priority.PRESS,
) -> None:
    """In the place of what the message says. If it is redrawn again before its turn comes, that is one call."""
    make = _change("editMessageText", chat_id, context, message_id=message_id, **as_parameters(message))
    outgoing = Outgoing(call=make, turn=turn, key=place_of(chat_id, message_id))
    hand_over(chat_id, outgoing, context.services)


async def redraw_buttons(chat_id: ChatId, message_id: int, message: RenderedMessage, context: LeadbellContext) -> None:
    """Only what stands under the message."""
    markup = message.reply_markup
    make = _change("editMessageReplyMarkup", chat_id, context, message_id=message_id, reply_markup=markup)
    outgoing = Outgoing(call=make, turn=Priority.PRESS, key=place_of(chat_id, message_id))
    hand_over(chat_id, outgoing, context.services)


def delete(chat_id: ChatId, message_id: int, context: LeadbellContext, *, turn: Priority = Priority.PRESS) -> None:
    """One of our own messages that nobody needs any more; where it cannot be deleted, it stays."""
    change = _change("deleteMessage", chat_id, context, message_id=message_id)

    async def make(to: ChatId) -> None:
        try:
            await change(to)
        except DeliveryError as error:
            if error.trouble not in {DeliveryTrouble.CHAT, DeliveryTrouble.MISSING, DeliveryTrouble.MESSAGE}:
                raise
            log.debug("a message could not be deleted: %s", error.description)

    outgoing = Outgoing(call=make, turn=turn, key=place_of(chat_id, message_id))
    # So much is waiting that it is not worth a refusal: then it stays.
    context.services.sender.say(chat_id, outgoing)


async def send_contact(
    chat_id: ChatId,
    contact: dict[str, Any],
    context: LeadbellContext,
    *,
    on_failed: Callable[[DeliveryError], Awaitable[None]],
    on_sent: Callable[[], Awaitable[None]] | None = None,
    **where: Any,
) -> None:
    call = _call("sendContact", chat_id, context, contact, where)

    async def make(to: ChatId) -> None:
        await call(to)
        if on_sent is not None:
            await on_sent()

    outgoing = Outgoing(call=make, turn=Priority.PRESS, on_failed=on_failed)
    hand_over(chat_id, outgoing, context.services)


def send_document(chat_id: ChatId, name: str, content: bytes, context: LeadbellContext) -> None:
    """A file, as the answer to a look-up. It is uploaded by the library: no other message carries one."""

    async def make(to: ChatId) -> None:
        await context.bot.send_document(to, telegram.InputFile(content, name, attach=True))

    hand_over(chat_id, Outgoing(call=_checked(make, context.services), turn=Priority.ANSWER), context.services)


def send_photo(
    asked: telegram.MaybeInaccessibleMessage,
    photo: Photo,
    context: LeadbellContext,
    *,
    to: ChatId | None = None,
    turn: Priority = Priority.ANSWER,
) -> None:
    """As the answer to a look-up; words, where there is no picture, or a chat takes none. `to` where it was answered
    elsewhere.
    """
    chat_id = ChatId(asked.chat.id)
    where = _beside(asked) if to in {None, chat_id} else {}
    call, _plain = _calls(to or chat_id, RenderedMessage(photo.in_words.text), context, where)
    said = Outgoing(call=call, turn=turn)
    if photo.png is None:
        hand_over(to or chat_id, said, context.services)
        return

    async def make(there: ChatId) -> None:
        await context.bot.send_photo(there, **photo_parameters(photo), **(where if there == (to or chat_id) else {}))

    async def instead(_error: DeliveryError) -> None:
        hand_over(to or chat_id, said, context.services)

    picture = Outgoing(call=_checked(make, context.services), turn=turn, on_failed=instead)
    hand_over(to or chat_id, picture, context.services)


def hand_over(chat_id: ChatId, outgoing: Outgoing, services: Services) -> None:
    """Raises `CrowdedError` where too much waits for this chat; then nothing comes of it."""
    if not services.sender.say(chat_id, outgoing):
        raise CrowdedError(_("Too much is waiting for Telegram here. Please press again in a minute."))


def place_of(chat_id: ChatId, message_id: int) -> Hashable:
    """The key of all changes of one message."""
    return ("message", chat_id, message_id)


def _looked_up(
    asked: telegram.MaybeInaccessibleMessage,
    message: RenderedMessage,
    context: LeadbellContext,
    where: dict[str, Any],
    on_sent: OnSent | None,
) -> Outgoing:
    call, plain = _calls(ChatId(asked.chat.id), message, context, where, on_sent)
    user = None if not isinstance(asked, telegram.Message) or asked.sender_chat is not None else asked.from_user
    if user is None:
        return Outgoing(call=call, turn=Priority.ANSWER, plain=plain)
    asker = UserId(user.id)

    async def privately() -> Outgoing | None:
        if not await context.services.access.seen.has_started(asker):
            return None
        there, as_plain = _calls(ChatId(asker), message, context, {}, on_sent)
        return Outgoing(call=there, turn=Priority.ANSWER, asker=asker, plain=as_plain)

    is_alone = is_private(asked.chat)
    return Outgoing(
        call=call, turn=Priority.ANSWER, asker=asker, plain=plain, privately=None if is_alone else privately
    )  # fmt: skip


def _calls(
    chat_id: ChatId,
    message: RenderedMessage,
    context: LeadbellContext,
    where: dict[str, Any],
    on_sent: OnSent | None = None,
) -> tuple[Call, Call]:
    """As it should be, and as plain text without buttons."""

    def stands(to: ChatId, sent: dict[str, Any]) -> None:
        if on_sent is not None:
            on_sent((to, MessageId(sent["message_id"])))

    make = _call("sendMessage", chat_id, context, as_parameters(message), where, stands)
    return make, _call("sendMessage", chat_id, context, as_parameters(message, plain=True), where)


def _call(
    method: str,
    chat_id: ChatId,
    context: LeadbellContext,
    parameters: dict[str, Any],
    where: dict[str, Any],
    on_sent: Callable[[ChatId, dict[str, Any]], None] = lambda _to, _sent: None,
) -> Call:
    """`where` it is said in this chat. One that moves gives its numbers to other messages."""

    async def make(to: ChatId) -> None:
        place = where if to == chat_id else {}
        on_sent(to, await context.api.call(method, chat_id=to, **parameters, **place))

    return _checked(make, context.services)


def _change(method: str, chat_id: ChatId, context: LeadbellContext, **parameters: object) -> Call:
    """Of a message of this chat; where that has moved there is nothing to change: its number is another's there."""

    async def make(to: ChatId) -> None:
        if to != chat_id:
            raise DeliveryError(DeliveryTrouble.MISSING, "the group has moved")
        await context.api.call(method, chat_id=to, **parameters)

    return _checked(make, context.services)


def _checked(make: Callable[[ChatId], Awaitable[object]], services: Services) -> Call:
    """Somebody who blocked the bot meanwhile is noted."""

    async def call(chat_id: ChatId) -> None:
        try:
            await make(chat_id)
        except Forbidden as error:
            if chat_id > 0:
                await services.access.seen.stopped(UserId(chat_id))
            raise translate(error) from None
        except TelegramError as error:
            if not is_unchanged(error):
                raise translate(error) from None

    return call


def _is_ours(asked: telegram.MaybeInaccessibleMessage) -> bool:
    """Whether the bot wrote it: then a press on it is answered. Nobody has just written what is out of reach."""
    return (
        not isinstance(asked, telegram.Message)
        or not asked.is_accessible
        or (asked.from_user is not None and asked.from_user.is_bot)
    )


def _beside(asked: telegram.MaybeInaccessibleMessage) -> dict[str, Any]:
    """In a group: as a reply, in the same topic. Replies outside forums carry a thread id that may not be sent."""
    if is_private(asked.chat):
        return {}
    return {
        "message_thread_id": _topic(asked),
        "reply_parameters": reply_to(asked.message_id),
    }


def _topic(asked: telegram.MaybeInaccessibleMessage) -> int | None:
    if isinstance(asked, telegram.Message) and asked.is_topic_message:
        return asked.message_thread_id
    return None
