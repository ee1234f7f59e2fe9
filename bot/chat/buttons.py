"""What the buttons under a lead do: claim it, move it on, give it away, take it back. The card follows by itself."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.chat import commands, lead_messages, named_leads, prompts
from bot.chat.press import QUIET, PressReply, alert
from bot.chat.replies import answer
from bot.chat.views import answers, lead_codes, list_codes
from bot.chat.views import changes as work
from bot.chat.views import contact as contact_words
from bot.chat.views.lead_codes import Menu, PromptKind
from bot.domain import typed_times
from bot.domain.ids import LeadId, UserId
from bot.domain.lead import Status
from bot.domain.person import Person
from bot.i18n import _, speaking
from bot.team.claim_rules import ClaimResult, Refusal

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from bot.chat.press import Press
    from bot.domain.lead import StoredLead
    from bot.team.claim_rules import ChangeResult, ClaimAttempt

log = logging.getLogger(__name__)

WITH_STATUS: Final = frozenset(prompts.STATUSES)
"""What is asked about how a lead ended is settled with its next status."""
OLD_MENUS: Final = {Menu.WON: Status.WON, Menu.LOST: Status.LOST}
"""What buttons of older cards unfolded before it was set; now it is set at once."""


def gone() -> PressReply:
    """Also a lead of another account is none of ours."""
    log.info("a press named a lead that is not here")
    return alert(answers.gone())


async def claim(code: lead_codes.Claim, press: Press) -> PressReply:
    lead_id = LeadId(code.lead_id)
    claimed = await _take(lead_id, press)
    if claimed.result is not ClaimResult.GONE:
        await lead_messages.settle(press, lead_id, is_queued=True)
    return await _told(claimed, press)


async def _take(lead_id: LeadId, press: Press) -> ClaimAttempt:
    menus, user_id = press.context.menus, press.person.user_id
    # What somebody else looks at stays; who claims is done with what they opened themselves.
    unfolded = menus.close(lead_id) if menus.openers.get(lead_id) == user_id else None
    claimed = await press.services.claims.claim(lead_id, press.person)
    if unfolded is not None and claimed.result in {ClaimResult.TAKEN, ClaimResult.YOURS}:
        menus.open(lead_id, *unfolded, user_id)
    return claimed


async def _told(claimed: ClaimAttempt, press: Press) -> PressReply:
    if claimed.result is ClaimResult.GONE:
        return gone()
    said = _claimed(claimed)
    return said if claimed.shown is None else await with_number(claimed.shown, press, said.text)


async def with_number(stored: StoredLead, press: Press, said: str) -> PressReply:
    """For the presser alone. In the group it would be said too late without it."""
    has_started = await press.services.access.seen.has_started(press.person.user_id)
    text = contact_words.answer(stored.lead, said, None if has_started else press.context.bot_name)
    return PressReply(text, is_alert=True, aloud=said)


async def claim_from_callout(code: lead_codes.ClaimFromCallout, press: Press) -> PressReply:
    """The callout then says who has it."""
    said = await _told(await _take(LeadId(code.lead_id), press), press)
    called = await press.services.escalation.callout(code.callout_id, code.page)
    if called is not None:
        await lead_messages.put(press, press.context.views.callout(called))
    return said


def _claimed(claimed: ClaimAttempt) -> PressReply:
    if claimed.result is ClaimResult.TAKEN:
        return alert(answers.taken(claimed.number, claimed.owner_name))
    if claimed.result is ClaimResult.YOURS:
        return PressReply(_("#{number} is yours already.").format(number=claimed.number))
    return PressReply(_("#{number} is yours. Good luck!").format(number=claimed.number))


async def set_status(code: lead_codes.SetStatus, press: Press) -> PressReply:
    return (await _set(LeadId(code.lead_id), code.status, press))[1]


async def mark_lost(code: lead_codes.MarkLost, press: Press) -> PressReply:
    return (await _set(LeadId(code.lead_id), Status.LOST, press, reason=code.reason.value))[1]


async def _set(
    lead_id: LeadId, status: Status, press: Press, reason: str | None = None
) -> tuple[ChangeResult, PressReply]:
    """What came of it, and what the presser hears: an alert may be a refusal, or the number."""
    setting = press.services.claims.set_status(
        lead_id, status, press.person, is_admin=press.is_admin, reason=reason, is_pressed=True
    )
    changed = await _folded(lead_id, press, setting)
    said = _("#{number}: {status}. It can be undone for a minute.")
    said = said.format(number=changed.number, status=work.status_label(status))
    settled = await _settled(changed, lead_id, press, said)
    return changed, settled if changed.shown is None else await with_number(changed.shown, press, said)


async def _folded(lead_id: LeadId, press: Press, work: Awaitable[ChangeResult]) -> ChangeResult:
    """The edit that shows the change closes what is unfolded, too; where nothing changes it stays open."""
    menus = press.context.menus
    opener, unfolded = menus.openers.get(lead_id), menus.close(lead_id)
    changed = await work
    if not changed.ok:
        menus.open(lead_id, *unfolded, opener)
    return changed


async def _settled(changed: ChangeResult, lead_id: LeadId, press: Press, said: str) -> PressReply:
    if changed.why is not None:
        return refused(changed)
    prompts.settled(lead_id, WITH_STATUS, press.context)
    await lead_messages.settle(press, lead_id, is_queued=True)
    return PressReply(said)


def refused(changed: ChangeResult) -> PressReply:
    if changed.why is Refusal.GONE:
        return gone()
    said = answers.refusal(changed)
    # A second tap of the same thumb is no mistake to be closed with OK.
    return PressReply(said) if changed.why in {Refusal.SAME, Refusal.UNDONE} else alert(said)


async def release(code: lead_codes.Release, press: Press) -> PressReply:
    lead_id = LeadId(code.lead_id)
    releasing = press.services.claims.release(lead_id, press.person, is_admin=press.is_admin)
    changed = await _folded(lead_id, press, releasing)
    return await _settled(changed, lead_id, press, _("#{number} is free again.").format(number=changed.number))


async def reassign(code: lead_codes.Reassign, press: Press) -> PressReply:
    if not press.is_admin:
        return _admins_only()
    lead_id = LeadId(code.lead_id)
    giving = press.services.claims.reassign(lead_id, UserId(code.user_id), press.person)
    changed = await _folded(lead_id, press, giving)
    said = _("#{number} has been given to {name}.").format(number=changed.number, name=work.name(changed.owner_name))
    settled = await _settled(changed, lead_id, press, said)
    if changed.number is not None and code.user_id != press.person.user_id:
        to = Person(UserId(code.user_id), changed.owner_name or "")
        with speaking(press.services.settings.bot_language):
            words = press.context.views.given(lead_id, changed.number, to, press.person)
        await lead_messages.below(press, lead_id, words)
    return settled


def _admins_only() -> PressReply:
    return alert(_("Only admins may give a lead to somebody else. The owner may release it."))


async def undo(code: lead_codes.Undo, press: Press) -> PressReply:
    """The presser's own latest change, whichever of their changes the button was made for."""
    lead_id = LeadId(code.lead_id)
    changed = await _folded(lead_id, press, press.services.claims.undo(lead_id, press.person))
    if changed.why is Refusal.LATE:
        # Nobody can use this button any more, and no edit has come since to take it away.
        await lead_messages.settle(press, lead_id)
    return await _settled(changed, lead_id, press, _("Undone."))


async def open_menu(code: lead_codes.OpenMenu, press: Press) -> PressReply:
    lead_id = LeadId(code.lead_id)
    if code.menu in OLD_MENUS:
        return (await _set(lead_id, OLD_MENUS[code.menu], press))[1]
    if code.menu is Menu.GIVE and not press.is_admin:
        return _admins_only()
    shown = named_leads.unfolded_in(press.query.message)
    if shown is code.menu:
        return QUIET
    if code.menu is Menu.REMIND and shown is Menu.MORE:
        # No menu opens another: that would be one edit more, and take this one from under somebody's thumb.
        return await ask_for(lead_codes.AskFor(lead_id, PromptKind.TIME), press)
    menu = Menu.MORE if code.menu is Menu.GIVE else code.menu
    # For admins the names stand under More at once; where somebody else opened it, Give shows them.
    people = await press.services.claims.people() if menu is Menu.MORE and press.is_admin else []
    return QUIET if await lead_messages.unfold(press, lead_id, menu, people) else gone()


async def ask_for(code: lead_codes.AskFor, press: Press) -> PressReply:
    """Won and lost are set at once: what is asked for may never be answered."""
    lead_id = LeadId(code.lead_id)
    stored = await press.services.lookup.lead(lead_id)
    if stored is None:
        return gone()
    # The question costs a writing call; the card's buttons fold with the edit that the answer brings, or by themselves.
    status, heard = prompts.STATUSES.get(code.topic), QUIET
    if status is not None and stored.status is not status:
        changed, said = await _set(lead_id, status, press)
        if changed.why not in {None, Refusal.SAME}:
            return said
        heard = QUIET if changed.shown is None else said
    await prompts.ask(press, stored, code.topic)
    return heard


async def silence(code: lead_codes.Silence, press: Press) -> PressReply:
    lead_id, menus, user_id = LeadId(code.lead_id), press.context.menus, press.person.user_id
    if not menus.confirms(lead_id, user_id):
        # Asked back in an alert: another menu would be one edit more. Nobody confirms what they did not read.
        return PressReply(contact_words.asks_back(), is_alert=True, on_heard=partial(menus.asked, lead_id, user_id))
    press.context.menus.close(lead_id)
    found = await press.services.do_not_call.note(lead_id, press.person, is_admin=press.is_admin)
    if not found.changed.ok:
        return refused(found.changed)
    await lead_messages.settle(press, lead_id, is_queued=True)
    if found.reminders:
        with speaking(press.services.settings.bot_language):
            words = press.context.views.silenced(found, press.person)
        await lead_messages.below(press, lead_id, words)
    return PressReply(contact_words.silenced(found.changed.number or 0))


async def call_again(code: lead_codes.CallAgain, press: Press) -> PressReply:
    lead_id = LeadId(code.lead_id)
    lifting = press.services.do_not_call.lift(lead_id, press.person, is_admin=press.is_admin)
    changed = await _folded(lead_id, press, lifting)
    return await _settled(changed, lead_id, press, _("#{number} may be called again.").format(number=changed.number))


async def set_reminder(code: lead_codes.SetReminder, press: Press) -> PressReply:
    lead_id, services = LeadId(code.lead_id), press.services
    press.context.menus.close(lead_id)
    due_at = typed_times.preset(code.preset, services.clock.now(), services.settings.timezone)
    stored = await services.lookup.lead(lead_id)
    if stored is not None and stored.is_left_alone:
        return alert(contact_words.left_alone())
    if stored is None or await services.reminders.add(lead_id, press.person, due_at) is None:
        return gone()
    prompts.settled(lead_id, {PromptKind.TIME}, press.context, press.person.user_id)
    await lead_messages.settle(press, lead_id)
    return PressReply(
        press.context.views.reminder_set(stored.number, due_at, is_working_time=services.working.is_open(due_at))
    )


async def show_history(code: lead_codes.ShowHistory, press: Press) -> PressReply:
    lead_id, message = LeadId(code.lead_id), press.query.message
    stored = await press.services.lookup.lead(lead_id)
    if stored is None or message is None:
        return gone()
    found = await press.services.notes.history(lead_id)
    others = await press.services.notes.others(lead_id)
    words = press.context.views.history(stored, found, others, code.page)
    is_showing = named_leads.lead_in(message) is not None or await lead_messages.is_card(press, lead_id)
    if is_showing or not named_leads.is_shown(message):
        await answer(message, words, press.context)
    else:  # a page of it is turned
        await lead_messages.put(press, words)
    return QUIET


async def cancel_reminder(code: list_codes.CancelReminder, press: Press) -> PressReply:
    user_id = press.person.user_id
    if not await press.services.reminders.cancel(code.reminder_id, user_id):
        return alert(_("There is no such reminder of yours any more."))
    await lead_messages.put(press, await commands.mine_of(user_id, code.key, press.context))
    return PressReply(_("This reminder will not come."))


async def turn_my_list(code: list_codes.TurnMyList, press: Press) -> PressReply:
    user_id = UserId(code.user_id)
    is_own = user_id == press.person.user_id
    await lead_messages.put(press, await commands.mine_of(user_id, code.key, press.context, is_own=is_own))
    return QUIET


async def turn_open_list(code: list_codes.TurnOpenList, press: Press) -> PressReply:
    page = await press.services.work.open_leads(code.key)
    await lead_messages.put(press, press.context.views.unclaimed(page, press.services.account_id))
    return QUIET
