"""What reaches the buyer: the number, for the presser alone; and a contact, to their private chat or under the card."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from bot.chat import lead_messages, replies
from bot.chat.bot_api import reply_to
from bot.chat.buttons import gone, with_number
from bot.chat.press import QUIET, PressReply, alert, press_again
from bot.chat.views import contact, text
from bot.chat.views.buttons import best_number
from bot.chat.views.vcard import vcard
from bot.domain.ids import ChatId, LeadId
from bot.errors import CrowdedError, StoreError
from bot.i18n import _, language, speaking
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
    return alert((await _below_card(stored, press))[0])


async def _send_privately(stored: StoredLead, press: Press) -> None:
    context, user_id, spoken = press.context, press.person.user_id, language()

    async def instead(_error: DeliveryError) -> None:
        """They were told that it is there: they blocked the bot, and Telegram had not told, or it takes no contact."""
        try:
            with speaking(spoken):
                await _instead(stored, press)
        except (CrowdedError, StoreError) as error:
            log.warning("a contact that was promised could not be brought: %s", type(error).__name__)

    await replies.send_contact(ChatId(user_id), _contact(stored), context, on_failed=instead)


async def _instead(stored: StoredLead, press: Press) -> None:
    context, is_alone = press.context, press.reader.is_alone
    if context.services.audit.rule.is_open and not is_alone:
        said, is_posted = await _below_card(stored, press)
        if not is_posted:
            await lead_messages.tell(press.query, said, context)
        return
    is_reached = is_alone or await context.services.access.seen.has_started(press.person.user_id)
    await lead_messages.tell(press.query, press_again() if is_reached else _how(context), context)


def _how(context: LeadbellContext) -> str:
    return _("To get contacts in private, open @{bot} and press Start.").format(bot=context.bot_name)


async def _below_card(stored: StoredLead, press: Press) -> tuple[str, bool]:
    """What to say of it, and whether it comes there now."""
    cards, how = press.services.cards, _how(press.context)
    card = await cards.posted(stored.lead_id)
    if card is None:
        return how, False
    if not await cards.claim_contact(stored.lead_id):
        return _("The contact is below the card already.") + " " + how, False
    await _post(stored, card, press)
    return _("The contact is below the card.") + " " + how, True


async def _post(stored: StoredLead, card: CardMessage, press: Press) -> None:
    lead_id, context, again = stored.lead_id, press.context, press_again()
    cards = context.services.cards

    async def release(_error: DeliveryError) -> None:
        cards.release_contact(lead_id)
        await lead_messages.tell(press.query, again, context)

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
