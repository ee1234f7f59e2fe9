"""The buyer as a Telegram contact: to the presser's private chat, else under the card for all, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot.chat import replies
from bot.chat.auth import is_private
from bot.chat.bot_api import reply_to
from bot.chat.buttons import gone
from bot.chat.press import QUIET, PressReply, alert
from bot.chat.views import text
from bot.chat.views.buttons import best_number
from bot.chat.views.vcard import vcard
from bot.domain.ids import ChatId, UserId
from bot.errors import CrowdedError, DeliveryTrouble
from bot.i18n import _

if TYPE_CHECKING:
    from telegram import CallbackQuery

    from bot.chat.context import LeadbellContext
    from bot.domain.ids import LeadId, MessageId
    from bot.domain.lead import StoredLead
    from bot.errors import DeliveryError

LONGEST_NAME: Final = 64


async def send(lead_id: LeadId, query: CallbackQuery, context: LeadbellContext) -> PressReply:
    stored = await context.services.lookup.lead(lead_id)
    if stored is None:
        return gone()
    if not best_number(stored.lead):
        return alert(_("This lead came without a phone number."))
    if await _send_privately(stored, query, context):
        is_alone = query.message is not None and is_private(query.message.chat)
        return QUIET if is_alone else alert(_("The contact is in your private chat with me."))
    return await _reply_to_card(stored, context)


async def _send_privately(stored: StoredLead, query: CallbackQuery, context: LeadbellContext) -> bool:
    """False where Telegram does not let the bot write to the presser."""
    user_id = UserId(query.from_user.id)
    is_alone = query.message is not None and is_private(query.message.chat)
    if not is_alone and not await context.services.access.has_started(user_id):
        return False

    async def instead(error: DeliveryError) -> None:
        """They blocked the bot, and Telegram had not told."""
        if error.trouble is DeliveryTrouble.CHAT and not is_alone:
            await _reply_to_card(stored, context)

    await replies.send_contact(ChatId(user_id), _contact(stored), context, on_failed=instead)
    return True


async def _reply_to_card(stored: StoredLead, context: LeadbellContext) -> PressReply:
    how = _("To get contacts in private, open @{bot} and press Start.").format(bot=context.bot_name)
    card = await context.services.cards.posted(stored.lead_id)
    if card is None:
        return alert(how)
    if not await context.services.contacts.claim_reply(stored.lead_id):
        return alert(_("The contact is below the card already.") + " " + how)
    await _post(stored, card, context)
    return alert(_("The contact is below the card.") + " " + how)


async def _post(stored: StoredLead, card: MessageId, context: LeadbellContext) -> None:
    place = context.services.chats.place

    async def release(_error: DeliveryError) -> None:
        await context.services.contacts.release_reply(stored.lead_id)

    try:
        await replies.send_contact(
            place.chat_id,
            _contact(stored),
            context,
            on_failed=release,
            message_thread_id=place.thread_id,
            reply_parameters=reply_to(card),
        )
    except CrowdedError:
        await context.services.contacts.release_reply(stored.lead_id)
        raise


def _contact(stored: StoredLead) -> dict[str, Any]:
    lead = stored.lead
    name = (
        text.plain_line(lead.name) or text.plain_line(lead.company) or _("Lead {number}").format(number=stored.lead_id)
    )
    return {"phone_number": best_number(lead), "first_name": text.shorten(name, LONGEST_NAME), "vcard": vcard(stored)}
