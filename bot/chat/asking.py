"""Questions to one person, answered by a reply; and notes, which are replies to a lead's card.

Nothing is kept in memory: what a reply is about stands in the message it replies to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from telegram import ReactionTypeEmoji
from telegram.constants import ReactionEmoji
from telegram.error import BadRequest

from bot.chat import views
from bot.chat.answers import Answer
from bot.chat.gate import is_served, visitor_of_message
from bot.chat.render import prompts
from bot.chat.render.callback import Topic
from bot.chat.render.message import Message
from bot.chat.sending import answer
from bot.i18n import _
from bot.models import ChatId, LeadId, MessageId, Status
from bot.services.messenger import Turn

if TYPE_CHECKING:
    import telegram
    from telegram import Update

    from bot.chat.context import LeadbellContext
    from bot.chat.gate import Visitor
    from bot.chat.press import Press

STATUSES: Final = {Topic.VALUE: Status.WON, Topic.REASON: Status.LOST}
"""What is set when one asks for it."""


async def ask(press: Press, lead_id: LeadId, topic: Topic) -> None:
    message = press.query.message
    if message is not None:
        await answer(message, prompts.prompt(topic, lead_id, press.person, press.context.bot_name), press.context)


async def reply(update: Update, context: LeadbellContext) -> None:
    """A reply to one of our questions, or to a lead's card; any other is not for us."""
    message = update.message
    if message is None or not _words(message) or not _is_to_us(message, context):
        return
    if not is_served(message.chat, context):
        return
    meant = await _meant(message, context)
    if meant is None:
        return
    visitor = await visitor_of_message(message, context.services)
    if visitor is not None:
        await _take(message, visitor, meant, context)


def _words(message: telegram.Message) -> str:
    return message.text or message.caption or ""


def _is_to_us(message: telegram.Message, context: LeadbellContext) -> bool:
    replied = message.reply_to_message
    return replied is not None and replied.from_user is not None and replied.from_user.id == context.bot.id


async def _meant(message: telegram.Message, context: LeadbellContext) -> tuple[Topic, LeadId] | None:
    replied = message.reply_to_message
    if replied is None:
        return None
    asked = prompts.asked(replied)
    if asked is not None:
        return asked[0], LeadId(asked[1])
    place = ChatId(message.chat.id), MessageId(replied.message_id)
    lead_id = await context.services.work.lead_of_card(*place) or views.lead_in(replied)
    return None if lead_id is None else (Topic.NOTE, lead_id)


async def _take(
    message: telegram.Message, visitor: Visitor, meant: tuple[Topic, LeadId], context: LeadbellContext
) -> None:
    if not visitor.may_look:
        await answer(message, context.words.stranger(), context)
    elif visitor.person is None:
        await answer(message, context.words.anonymous(), context)
    else:
        typed = Answer(message, _words(message), visitor.person, visitor.role, context)
        said = await typed.take(*meant)
        if said is None:
            await _nod(message, context)
        else:
            await answer(message, said, context, turn=Turn.PRESS)


async def _nod(message: telegram.Message, context: LeadbellContext) -> None:
    """A sign that it was understood, which floods nobody."""
    try:
        await context.bot.set_message_reaction(
            message.chat.id, message.message_id, ReactionTypeEmoji(ReactionEmoji.THUMBS_UP)
        )
    except BadRequest:
        # The group may not allow reactions.
        await answer(message, Message(_("Noted.")), context, turn=Turn.PRESS)
