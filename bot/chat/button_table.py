"""What each button does. Who may press was decided before; what is said here is seen by the presser alone."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from bot.chat import (
    buttons,
    choosing,
    commands,
    contact,
    forgetting,
    greetings,
    language_command,
    lead_messages,
    routes,
    settings,
    statistics,
    test_card,
)
from bot.chat.auth import is_private, visitor_of_press
from bot.chat.press import QUIET, Hearing, Press, PressReply, alert, reply
from bot.chat.replies import answer, send
from bot.chat.views import answers, changes, lead_codes, list_codes, setting_codes
from bot.chat.views.callback_data import LARGEST, decode
from bot.domain.ids import ChatId, LeadId
from bot.i18n import _
from bot.team.strangers import RefusalChannel

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from telegram import CallbackQuery, Update

    from bot.chat.context import LeadbellContext
    from bot.chat.views.lead_codes import ShowLead
    from bot.chat.views.list_codes import OpenList, TurnCallout, TurnPage
    from bot.chat.views.setting_codes import ProveWay

    Handler = Callable[[Any, Press], Awaitable[PressReply]]

log = logging.getLogger(__name__)


async def press(update: Update, context: LeadbellContext) -> None:
    query = update.callback_query
    if query is not None:
        later, hearing = partial(_say_later, query, context), Hearing()
        work = _serve(query, context, hearing)
        await reply(query, work, context.services.troubles, hearing=hearing, later=later)


async def _say_later(query: CallbackQuery, context: LeadbellContext, refused: PressReply) -> None:
    aloud = refused.text if refused.aloud is None else refused.aloud
    await lead_messages.tell(query, aloud, context, on_sent=lambda _place: refused.heard())


async def _serve(query: CallbackQuery, context: LeadbellContext, hearing: Hearing) -> PressReply:
    visitor = await visitor_of_press(query, context.services)
    if not visitor.may_look:
        if not context.services.access.strangers.may_hear(RefusalChannel.ALERT, query.from_user.id):
            return QUIET
        log.info("a press from outside the team was refused")
        # For them alone: a crowd of outsiders is not to fill the group with refusals.
        return PressReply(answers.stranger(), is_alert=True, aloud="")
    if visitor.person is None:
        return alert(answers.anonymous())
    if context.services.is_paused:
        return alert(answers.paused())
    press = Press(query, visitor.person, visitor.role, context, hearing)
    await lead_messages.note_private(press)
    code = decode(query.data)
    mine = context.services.account_id
    # One that names another account is of a team that they are not in any more, or that is gone.
    if code is None or getattr(code, "account_id", mine) != mine:
        log.info("a press carried no code of ours, or another account's")
        return old_button()
    said_back = await HANDLERS[type(code)](code, press)
    if (lead_id := getattr(code, "lead_id", None)) is not None:
        # Whoever was given the lead by a route does something with it.
        await press.services.given_leads.answered(LeadId(lead_id), press.person.user_id)
    return said_back


def old_button() -> PressReply:
    return alert(answers.old_button())


async def _turn_page(turn: TurnPage, press: Press) -> PressReply:
    lookup = press.services.lookup
    asked_for = await lookup.recall(turn.view_id)
    if asked_for is None or press.query.message is None:
        return alert(_("This list is too old to be turned. Please send the command again."))
    page = await lookup.page(asked_for, **_key(turn), is_counted=True)
    if not page.leads:
        return PressReply(_("There are no more leads this way."))
    await lead_messages.put(press, press.context.views.page(page, turn.view_id))
    return QUIET


async def _open_list(code: OpenList, press: Press) -> PressReply:
    """Below what was pressed, which stays as it is."""
    drawn = await commands.listed(code.view_id, press.context)
    if drawn is None or press.query.message is None:
        return alert(_("This list is too old to be opened. /digest makes a new one."))
    await answer(press.query.message, drawn, press.context)
    return QUIET


def _key(turn: TurnPage) -> dict[str, int]:
    """Nothing is newer than the largest key: that is the newest page."""
    if not turn.older:
        return {"newer_than": turn.key}
    return {} if turn.key == LARGEST else {"older_than": turn.key}


async def _turn_callout(turn: TurnCallout, press: Press) -> PressReply:
    called = await press.services.escalation.callout(turn.callout_id, turn.page)
    if called is None or press.query.message is None:
        return old_button()
    await lead_messages.put(press, press.context.views.callout(called))
    return QUIET


async def _prove_way(_code: ProveWay, press: Press) -> PressReply:
    await lead_messages.put(press, test_card.proof(changes.name(press.person.name)))
    return PressReply(test_card.answer())


async def _show_lead(show: ShowLead, press: Press) -> PressReply:
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


HANDLERS: Final[Mapping[type, Handler]] = {
    lead_codes.SendContact: contact.send,
    lead_codes.ShowNumber: contact.show_number,
    lead_codes.Silence: buttons.silence,
    lead_codes.CallAgain: buttons.call_again,
    lead_codes.ShowLead: _show_lead,
    list_codes.TurnPage: _turn_page,
    list_codes.OpenList: _open_list,
    lead_codes.Claim: buttons.claim,
    lead_codes.Release: buttons.release,
    lead_codes.Reassign: buttons.reassign,
    lead_codes.SetStatus: buttons.set_status,
    lead_codes.MarkLost: buttons.mark_lost,
    lead_codes.Undo: buttons.undo,
    lead_codes.OpenMenu: buttons.open_menu,
    lead_codes.AskFor: buttons.ask_for,
    lead_codes.SetReminder: buttons.set_reminder,
    list_codes.CancelReminder: buttons.cancel_reminder,
    lead_codes.ShowHistory: buttons.show_history,
    list_codes.TurnCallout: _turn_callout,
    lead_codes.ClaimFromCallout: buttons.claim_from_callout,
    list_codes.TurnOpenList: buttons.turn_open_list,
    list_codes.TurnMyList: buttons.turn_my_list,
    setting_codes.SaveTemplate: greetings.save,
    lead_codes.Forget: forgetting.press,
    setting_codes.ProveWay: _prove_way,
    setting_codes.RoutePress: routes.press,
    setting_codes.ChooseAccount: choosing.press,
    list_codes.ShowStats: statistics.turn,
    list_codes.SendChart: statistics.send_chart,
    setting_codes.ChangeSetting: settings.press,
    setting_codes.SetLanguage: language_command.press,
}
