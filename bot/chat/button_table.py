"""What each button does. Who may press was decided before; what is said here is seen by the presser alone."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from bot.chat import buttons, commands, contact, lead_messages, test_card
from bot.chat.auth import is_private, is_served, person_of, visitor_of_press
from bot.chat.press import QUIET, Press, PressReply, alert, reply
from bot.chat.replies import answer, redraw, send
from bot.chat.views import answers, changes
from bot.chat.views.callback_data import LARGEST, ProveWay, SendContact, ShowLead, TurnCallout, TurnPage, decode
from bot.chat.views.message import said
from bot.domain.ids import ChatId, LeadId
from bot.i18n import _
from bot.team.strangers import RefusalChannel

if TYPE_CHECKING:
    from telegram import CallbackQuery, Update

    from bot.chat.context import LeadbellContext
    from bot.chat.views.callback_data import Code
    from bot.chat.views.message import RenderedMessage

log = logging.getLogger(__name__)


async def press(update: Update, context: LeadbellContext) -> None:
    query = update.callback_query
    if query is not None:
        later = partial(_say_later, query, context)
        await reply(query, _serve(query, context), context.services.troubles, later=later)


async def _say_later(query: CallbackQuery, context: LeadbellContext, refused: str) -> None:
    """Below what was pressed, and by name: a group may have pressed meanwhile."""
    if query.message is not None and is_served(query.message.chat, context):
        words = said(f"{changes.name(person_of(query.from_user).name)}: {refused}")
        await answer(query.message, words, context)


async def _serve(query: CallbackQuery, context: LeadbellContext) -> PressReply:
    # A press on an inline message carries no chat.
    if query.message is not None and not is_served(query.message.chat, context):
        return QUIET
    visitor = await visitor_of_press(query, context.services)
    if not visitor.may_look:
        if not context.services.access.strangers.may_hear(RefusalChannel.ALERT, query.from_user.id):
            return QUIET
        log.info("a press from outside the team was refused")
        return alert(answers.stranger())
    if visitor.person is None:
        return alert(answers.anonymous())
    return await _do(decode(query.data), Press(query, visitor.person, visitor.role, context))


async def _do(code: Code | None, press: Press) -> PressReply:  # noqa: PLR0911 - one per kind of code
    query, context = press.query, press.context
    await lead_messages.note_private(press)
    match code:
        case TurnPage() as turn:
            return await _turn(turn, query, context)
        case ShowLead() as show:
            return await _show(show, press)
        case TurnCallout() as leaf:
            return await _leaf(leaf, query, context)
        case SendContact() as wanted:
            return await contact.send(LeadId(wanted.lead_id), press)
        case ProveWay():
            return await _prove(press)
        case None:
            log.info("a press carried no code of ours")
            return old_button()
        case _:
            return await buttons.serve(code, press)


def old_button() -> PressReply:
    return alert(answers.old_button())


async def _turn(turn: TurnPage, query: CallbackQuery, context: LeadbellContext) -> PressReply:
    asked_for = await context.services.lookup.recall(turn.view_id)
    if asked_for is None or query.message is None:
        return alert(_("This list is too old to be turned. Please send the command again."))
    page = await context.services.lookup.page(asked_for, **_key(turn), is_counted=True)
    if not page.leads:
        return PressReply(_("There are no more leads this way."))
    return await _redraw(context.views.page(page, turn.view_id), query, context)


def _key(turn: TurnPage) -> dict[str, int]:
    """Nothing is newer than the largest key: that is the newest page."""
    if not turn.older:
        return {"newer_than": turn.key}
    return {} if turn.key == LARGEST else {"older_than": turn.key}


async def _leaf(leaf: TurnCallout, query: CallbackQuery, context: LeadbellContext) -> PressReply:
    called = await context.services.escalation.callout(leaf.callout_id, leaf.page)
    return old_button() if called is None else await _redraw(context.views.callout(called), query, context)


async def _prove(press: Press) -> PressReply:
    name = changes.name(press.person.name)
    await _redraw(test_card.proof(name), press.query, press.context)
    return PressReply(test_card.answer())


async def _redraw(words: RenderedMessage, query: CallbackQuery, context: LeadbellContext) -> PressReply:
    message = query.message
    if message is None:
        return old_button()
    await redraw(ChatId(message.chat.id), message.message_id, words, context)
    return QUIET


async def _show(show: ShowLead, press: Press) -> PressReply:
    """In the group the lead's one card is brought up; in a private chat a view of it is sent."""
    query, context = press.query, press.context
    if query.message is None:
        return old_button()
    if await context.services.lookup.lead(show.lead_id) is None:
        return buttons.gone()
    if is_private(query.message.chat):
        view = await commands.view_of(show.lead_id, press.reader, context)
        if view is not None:
            await send(ChatId(query.message.chat.id), view, context)
        return QUIET
    await context.services.cards.show(LeadId(show.lead_id))
    return PressReply(_("The lead's card comes below."))
