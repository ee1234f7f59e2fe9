"""Questions to one person, answered by a reply; and notes, which are replies to a lead's card.

What a reply is about stands in the message it replies to, and nowhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from telegram import ReactionTypeEmoji
from telegram.constants import ReactionEmoji
from telegram.error import TelegramError

from bot.chat import router
from bot.chat import settings as chat_settings
from bot.chat.auth import is_private, may_hear, visitor_of_message
from bot.chat.named_leads import lead_in
from bot.chat.questions import STANDS, OpenQuestion
from bot.chat.replies import answer, delete
from bot.chat.typed_answers import TypedAnswer
from bot.chat.views import answers, prompts, settings
from bot.chat.views.lead_codes import PromptKind
from bot.chat.views.message import said
from bot.chat.written import words
from bot.domain.ids import ChatId, LeadId, MessageId
from bot.domain.lead import Status
from bot.domain.priority import Priority
from bot.i18n import _

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    import telegram
    from telegram import Update

    from bot.chat.auth import Visitor
    from bot.chat.context import LeadbellContext
    from bot.chat.press import Press
    from bot.chat.replies import OnSent
    from bot.domain.ids import UserId
    from bot.domain.lead import StoredLead
    from bot.domain.person import Person

STATUSES: Final = {PromptKind.VALUE: Status.WON, PromptKind.REASON: Status.LOST}
"""What is set when one asks for it."""


async def ask(press: Press, stored: StoredLead, topic: PromptKind) -> None:
    message, context, lead_id = press.query.message, press.context, stored.lead_id
    if message is None:
        return
    # The menu it was asked from waits for the answer, whose edit closes it.
    context.menus.keep_open(lead_id, STANDS)
    words = prompts.prompt(topic, stored, press.person, context.bot_name)
    await answer(message, words, context, on_sent=_stands(lead_id, topic, press.person, context))


def _stands(lead_id: LeadId, topic: PromptKind, person: Person, context: LeadbellContext) -> OnSent:
    def stands(place: tuple[ChatId, MessageId]) -> None:
        if place[0] < 0:
            _delete(context.questions.stand(place, OpenQuestion(lead_id, topic, person.user_id)), context)

    return stands


def settled(
    lead_id: LeadId, topics: Collection[PromptKind], context: LeadbellContext, user_id: UserId | None = None
) -> None:
    """Nobody has to answer these any more, or only this person does not."""
    _delete(context.questions.settled(lead_id, topics, user_id), context)


async def tidy(context: LeadbellContext) -> None:
    """Those that nobody answered in time."""
    _delete(context.questions.overdue(), context, turn=Priority.EDIT)


def _delete(
    places: Iterable[tuple[ChatId, MessageId]], context: LeadbellContext, *, turn: Priority = Priority.PRESS
) -> None:
    for chat_id, message_id in places:
        delete(chat_id, message_id, context, turn=turn)


async def reply(update: Update, context: LeadbellContext) -> None:
    """A reply to one of our questions, or to a lead's card; any other is not for us, but in private, where it is a
    search as all words are.
    """
    message = update.message
    if message is None or not words(message):
        return
    is_to_us = _is_to_us(message, context)
    asked = settings.asked(message.reply_to_message) if is_to_us else None
    meant = await _meant(message, context) if is_to_us and asked is None else None
    if asked is None and meant is None:
        if is_private(message.chat) and message.text:
            await router.words(update, context)
        return
    visitor = await visitor_of_message(message, context.services)
    if visitor is None:
        return
    if context.services.is_paused and visitor.may_look:
        await _say_paused(message, asked, context)
    elif asked is not None:
        await chat_settings.take(message, words(message), visitor, asked, context)
    elif meant is not None:
        await _take(message, visitor, meant, context)


async def _say_paused(message: telegram.Message, asked: tuple[int, int] | None, context: LeadbellContext) -> None:
    if asked is not None:
        chat_settings.delete_secret(message, asked[1], context)
    await answer(message, said(answers.paused()), context)


def _is_to_us(message: telegram.Message, context: LeadbellContext) -> bool:
    replied = message.reply_to_message
    return replied is not None and replied.from_user is not None and replied.from_user.id == context.bot.id


async def _meant(message: telegram.Message, context: LeadbellContext) -> tuple[PromptKind, LeadId] | None:
    replied = message.reply_to_message
    if replied is None:
        return None
    asked = prompts.asked(replied)
    if asked is not None:
        return asked[0], LeadId(asked[1])
    place = ChatId(message.chat.id), MessageId(replied.message_id)
    lead_id = await context.services.work.lead_of_card(*place) or lead_in(replied)
    return None if lead_id is None else (PromptKind.NOTE, lead_id)


async def _take(
    message: telegram.Message, visitor: Visitor, meant: tuple[PromptKind, LeadId], context: LeadbellContext
) -> None:
    if not visitor.may_look:
        if may_hear(visitor, message, context.services):
            await answer(message, said(answers.stranger()), context)
    elif visitor.person is None:
        await answer(message, said(answers.anonymous()), context)
    else:
        topic, lead_id = meant
        taken = await TypedAnswer(message, words(message), visitor.person, visitor.role, context).take(topic, lead_id)
        if taken.is_settled:
            _clear(message, context)
        if taken.said is None:
            await _nod(message, context)
        else:
            stands = _stands(lead_id, topic, visitor.person, context) if taken.said.is_question else None
            await answer(message, taken.said, context, turn=Priority.PRESS, on_sent=stands)


def _clear(message: telegram.Message, context: LeadbellContext) -> None:
    """A question in the group goes once it is answered; one that is asked again was answered, too."""
    question, chat_id = message.reply_to_message, ChatId(message.chat.id)
    if question is not None and prompts.is_question(question) and not is_private(message.chat):
        context.questions.forget((chat_id, MessageId(question.message_id)))
        delete(chat_id, question.message_id, context)


async def _nod(message: telegram.Message, context: LeadbellContext) -> None:
    """A sign that it was understood, which floods nobody."""
    try:
        await context.bot.set_message_reaction(
            message.chat.id, message.message_id, ReactionTypeEmoji(ReactionEmoji.THUMBS_UP)
        )
    except TelegramError:
        # The group may not allow reactions, or takes none now. What was said is kept: nobody is to say it again.
        await answer(message, said(_("Noted.")), context, turn=Priority.PRESS)
