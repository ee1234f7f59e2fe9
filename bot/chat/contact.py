"""What reaches the buyer: the number, for the presser alone; and a contact, to their private chat or under the card."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from bot.chat import replies
from bot.chat.bot_api import reply_to
from bot.chat.buttons import gone, with_number
from bot.chat.press import QUIET, PressReply, alert, press_again
from bot.chat.views import contact, text
from bot.chat.views.buttons import best_number
from bot.chat.views.vcard import vcard
from bot.domain.ids import ChatId, LeadId
from bot.errors import CrowdedError, DeliveryTrouble, StoreError
from bot.i18n import _
from bot.store.audit import Seen

if TYPE_CHECKING:
    from bot.chat.context import LeadbellContext
    from bot.chat.press import Press
    from bot.chat.views.lead_codes import SendContact, ShowNumber
    from bot.domain.lead import StoredLead
    from bot.errors import DeliveryError
    from bot.team.cards import CardMessage

log = logging.getLogger(__name__)

LONGEST_NAME: Final = 64


async def show_number(code: ShowNumber, press: Press) -> PressReply:
    lead_id = LeadId(code.lead_id)
    if not press.hearing.is_open:
        return await _number_too_late(lead_id, press)
    stored, may_see = await press.services.audit.reveal(lead_id, press.alone, Seen.NUMBER)
    if stored is None:
        return gone()
    if not may_see:
        return alert(contact.refusal(stored))
    return replace(await with_number(stored, press, f"#{stored.number}"), aloud=press_again())


async def _number_too_late(lead_id: LeadId, press: Press) -> PressReply:
    """The alert it would stand in is spent. Nothing is noted as seen that they do not see."""
    stored = await press.services.lookup.lead(lead_id)
    if stored is None:
        return gone()
    if not press.services.audit.rule.may_see(stored, press.alone):
        return alert(contact.refusal(stored))
    if not await press.services.access.seen.has_started(press.person.user_id):
        return alert(press_again())
    await press.services.audit.post_privately(lead_id, press.person.user_id)
    return QUIET


async def send(code: SendContact, press: Press) -> PressReply:
    audit = press.services.audit
    stored = await press.services.lookup.lead(code.lead_id)
    if stored is None:
        return gone()
    if not audit.rule.may_see(stored, press.alone):
        return alert(contact.refusal(stored))
    if not best_number(stored.lead):
        return alert(_("This lead came without a phone number."))
    return await _give(stored, press)


async def _give(stored: StoredLead, press: Press) -> PressReply:
    context, audit = press.context, press.services.audit
    is_reached = press.reader.is_alone or await context.services.access.seen.has_started(press.person.user_id)
    if not is_reached and not audit.rule.is_open:
        return alert(_how(context))
    if not (await audit.sight([stored], press.alone, Seen.CONTACT)).shows(stored):
        return alert(press_again())
    if is_reached:
        await _send_privately(stored, press)
        return QUIET if press.reader.is_alone else alert(_("The contact is in your private chat with me."))
    return await _reply_to_card(stored, context)


async def _send_privately(stored: StoredLead, press: Press) -> None:
    context, is_alone = press.context, press.reader.is_alone
    user_id = press.person.user_id

    async def instead(error: DeliveryError) -> None:
        """They blocked the bot, and Telegram had not told."""
        if error.trouble is DeliveryTrouble.CHAT and not is_alone and context.services.audit.rule.is_open:
            await _reply_to_card(stored, context)

    await replies.send_contact(ChatId(user_id), _contact(stored), context, on_failed=instead)


def _how(context: LeadbellContext) -> str:
    return _("To get contacts in private, open @{bot} and press Start.").format(bot=context.bot_name)


async def _reply_to_card(stored: StoredLead, context: LeadbellContext) -> PressReply:
    how = _how(context)
    card = await context.services.cards.posted(stored.lead_id)
    if card is None:
        return alert(how)
    if not await context.services.cards.claim_contact(stored.lead_id):
        return alert(_("The contact is below the card already.") + " " + how)
    await _post(stored, card, context)
    return alert(_("The contact is below the card.") + " " + how)


async def _post(stored: StoredLead, card: CardMessage, context: LeadbellContext) -> None:
    lead_id, cards = stored.lead_id, context.services.cards

    async def release(_error: DeliveryError) -> None:
        cards.release_contact(lead_id)

    async def posted() -> None:
        try:
            await cards.contact_posted(lead_id)
        except StoreError as error:
            log.warning("that a contact stands below its card could not be kept: %s", error)

    try:
        await replies.send_contact(
            card.place.chat_id,
            _contact(stored),
            context,
            on_failed=release,
            on_sent=posted,
            message_thread_id=card.place.thread_id,
            reply_parameters=reply_to(card.message_id),
        )
    except CrowdedError:
        cards.release_contact(lead_id)
        raise


def _contact(stored: StoredLead) -> dict[str, Any]:
    lead = stored.lead
    name = (
        text.plain_line(lead.name) or text.plain_line(lead.company) or _("Lead {number}").format(number=stored.number)
    )
    return {"phone_number": best_number(lead), "first_name": text.shorten(name, LONGEST_NAME), "vcard": vcard(stored)}
