"""Showings of a lead: its card, which only the outbox redraws, and views, which are redrawn when they are pressed.

The card is known by its ids. What else was pressed, and is out of Telegram's reach, is never written over: it may be
anything. The answer then comes below it.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bot.chat.auth import is_private, person_of
from bot.chat.bot_api import reply_to
from bot.chat.named_leads import is_shown, lead_in
from bot.chat.replies import answer, place_of, redraw, redraw_buttons, send
from bot.chat.views import changes
from bot.chat.views.lead_codes import Menu
from bot.chat.views.message import said
from bot.domain.ids import ChatId, LeadId, MessageId, UserId
from bot.domain.priority import Priority
from bot.errors import CrowdedError, StoreError
from bot.i18n import speaking
from bot.store.audit import Seen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import CallbackQuery

    from bot.chat.context import LeadbellContext
    from bot.chat.menu_expiry import Place
    from bot.chat.press import Press
    from bot.chat.replies import OnSent
    from bot.chat.views.message import RenderedMessage
    from bot.domain.card import Card
    from bot.domain.person import Person
    from bot.domain.sight import Reader, Sight


log = logging.getLogger(__name__)


async def is_card(press: Press, lead_id: LeadId) -> bool:
    """Whether the press was on the lead's one card."""
    message = press.query.message
    if message is None or is_private(message.chat):
        return False
    posted = await press.services.cards.posted(lead_id)
    return posted is not None and (posted.place.chat_id, posted.message_id) == (message.chat.id, message.message_id)


async def settle(press: Press, lead_id: LeadId, *, is_queued: bool = False) -> None:
    """Show how things are now, with nothing unfolded. `is_queued`: the card's edit is in the outbox already."""
    message, place = press.query.message, _place(press)
    if place is not None:
        # Also of a card: one that was pressed before it was written down as posted was unfolded as a view.
        press.context.menus.forget(lead_id, place)
    if message is not None and await is_card(press, lead_id):
        # What was unfolded under it, and waits to be shown, is closed in the edit that shows how things are now.
        press.services.sender.forget(ChatId(message.chat.id), place_of(ChatId(message.chat.id), message.message_id))
        if not is_queued:
            await press.services.cards.refresh(lead_id)
    elif lead_in(message) == lead_id:
        await draw(press, lead_id)
    elif message is not None and not is_shown(message):
        await _show_below(press, lead_id)


def _place(press: Press) -> tuple[ChatId, MessageId] | None:
    message = press.query.message
    return None if message is None else (ChatId(message.chat.id), MessageId(message.message_id))


async def note_private(press: Press) -> None:
    """What is pressed in a private chat may show the number next."""
    place, lead_id = _place(press), lead_in(press.query.message)
    if place is not None and lead_id is not None and press.reader.is_alone:
        await press.services.audit.stands(lead_id, press.person.user_id, place[1])


async def _sight(press: Press, card: Card) -> Sight:
    return await press.services.audit.sight([card.stored], press.reader, Seen.PRIVATE)


async def draw(press: Press, lead_id: LeadId, menu: Menu = Menu.NONE, people: Sequence[Person] = ()) -> None:
    """Redraw the pressed view."""
    card = await press.services.cards.card(lead_id)
    if card is not None:
        await put(press, press.context.views.card(card, menu, people, to=await _sight(press, card)))


async def view(card: Card, reader: Reader, context: LeadbellContext) -> RenderedMessage | None:
    """The lead with working buttons. None where the outbox brings it, so that it can be masked again."""
    audit = context.services.audit
    if not audit.rule.is_open and audit.rule.may_see(card.stored, reader):
        await audit.post_privately(card.stored.lead_id, reader.user_id)
        return None
    return context.views.card(card, to=await audit.sight([card.stored], reader, Seen.LOOKUP))


async def _show_below(press: Press, lead_id: LeadId) -> None:
    card = await press.services.cards.card(lead_id)
    words = None if card is None else await view(card, press.reader, press.context)
    if words is not None:
        await put(press, words)


async def put(press: Press, words: RenderedMessage) -> None:
    """In the place of the pressed message; below it where it is out of Telegram's reach."""
    message = press.query.message
    if message is not None and not is_shown(message):
        await answer(message, words, press.context)
    elif message is not None:
        await redraw(ChatId(message.chat.id), message.message_id, words, press.context)


async def tell(query: CallbackQuery, words: str, context: LeadbellContext, *, on_sent: OnSent | None = None) -> None:
    """What could not be answered to its presser: below what was pressed, and by name, as others may have pressed."""
    if query.message is None:
        return
    try:
        name = changes.name(person_of(query.from_user).name)
        await answer(query.message, said(f"{name}: {words}"), context, on_sent=on_sent)
    except CrowdedError:
        log.warning("what became of a press could not be said: too much is waiting")


async def below(press: Press, lead_id: LeadId, words: RenderedMessage) -> None:
    """In the group, as a reply to the lead's card where it has one."""
    posted = await press.services.cards.posted(lead_id)
    place = press.services.chats.place if posted is None else posted.place
    card = reply_to(None if posted is None else posted.message_id)
    await send(place.chat_id, words, press.context, message_thread_id=place.thread_id, reply_parameters=card)


async def unfold(press: Press, lead_id: LeadId, menu: Menu, people: Sequence[Person] = ()) -> bool:
    """Change the buttons under the pressed showing; the words of a card are left to the outbox. False: no such lead."""
    message = press.query.message
    card = await press.services.cards.card(lead_id)
    if card is None or message is None:
        return False
    if await is_card(press, lead_id):
        words = press.context.views.card(card, menu, people)
        press.context.menus.open(lead_id, menu, people, press.person.user_id)
        await redraw_buttons(ChatId(message.chat.id), message.message_id, words, press.context)
    elif not is_shown(message):
        await _show_below(press, lead_id)
    else:
        await put(press, press.context.views.card(card, menu, people, to=await _sight(press, card)))
        remember = press.context.menus.forget if menu is Menu.NONE else press.context.menus.close_later
        remember(lead_id, _place(press))
    return True


async def fold(context: LeadbellContext) -> None:
    """Fold what is due; what cannot be now is tried again at the next look, and keeps nothing else open."""
    failed: StoreError | None = None
    for lead_id, place in context.menus.take_due():
        try:
            await _fold(lead_id, place, context)
        except StoreError as error:
            context.menus.put_back(lead_id, place)
            failed = failed or error
    if failed is not None:
        raise failed


async def _fold(lead_id: LeadId, place: Place | None, context: LeadbellContext) -> None:
    if place is None:
        await context.services.cards.refresh(lead_id, turn=Priority.EDIT)
        return
    if place[0] > 0 and not context.services.audit.rule.is_open:
        await context.services.audit.redraw_privately(lead_id, UserId(place[0]), place[1])
        return
    card = await context.services.cards.card(lead_id)
    if card is not None:
        groups = context.services.settings.bot_language
        with speaking(await context.accounts.languages.of_chat(place[0], groups)):
            await redraw(*place, context.views.card(card), context, turn=Priority.EDIT)
