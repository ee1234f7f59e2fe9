"""A contact that does not arrive where the presser was told it would: they hear so, or find it below the card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.views import callback_data
from bot.chat.views.lead_codes import SendContact
from bot.domain.ids import UserId
from bot.domain.person import Person
from tests.languages import heard, worded

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from tests.chat.conftest import Team

    Gathered = Callable[..., AbstractAsyncContextManager[Team]]

AGAIN = "That did not work just now. Please press again in a moment."


async def test_whatever_keeps_it_from_the_private_chat_the_card_gets_it(team: Team) -> None:
    (lead_id,) = await team.has(team.lead(1))
    asha = team.town.asha
    await team.answers(asha, asha.chat, "/start")
    card = await team.card(lead_id)
    team.town.api.faults.server_error("sendContact", times=3)
    assert heard("private chat", (await asha.presses(card, "Contact")).text)
    contact = await team.said(team.group, 1)
    assert (contact.body.kind, contact.reply_to) == ("contact", card)


async def test_who_blocked_the_bot_hears_where_the_contact_stands_already(team: Team) -> None:
    (lead_id,) = await team.has(team.lead(1))
    asha = team.town.asha
    await team.answers(asha, asha.chat, "/start")
    card = await team.card(lead_id)
    await team.town.ravi.presses(card, "Contact")
    await team.rests()
    asha.has_blocked = True
    await asha.presses(card, "Contact")
    told = await team.said(team.group, 2)
    assert told.text.startswith("Asha: " + worded("The contact is below the card already."))
    assert told.reply_to is card


async def test_who_alone_may_have_it_hears_how_to_get_it(gathered: Gathered) -> None:
    async with gathered(numbers="claim") as team:
        (lead_id,) = await team.has(team.lead(1))
        asha = team.town.asha
        await team.answers(asha, asha.chat, "/start")
        await team.services.claims.claim(lead_id, Person(UserId(asha.id), "Asha"))
        card = await team.card(lead_id)
        await team.rests()
        asha.has_blocked = True
        await team.town.world.queries.press_data(asha, card, callback_data.encode(SendContact(lead_id)))
        told = await team.said(team.group, 1)
        assert told.text == "Asha: " + worded("To get contacts in private, open @leadbell_bot and press Start.")


async def test_who_was_told_it_is_below_the_card_hears_that_it_is_not(team: Team) -> None:
    (lead_id,) = await team.has(team.lead(1))
    card = await team.card(lead_id)
    team.town.api.faults.refuse(400, "Bad Request: not enough rights", "sendContact", times=1)
    await team.town.asha.presses(card, "Contact")
    assert (await team.said(team.group, 1)).text == f"Asha: {worded(AGAIN)}"
    await team.town.asha.presses(card, "Contact")
    assert (await team.said(team.group, 2)).body.kind == "contact"


async def test_in_private_it_is_said_where_it_was_pressed(team: Team) -> None:
    (lead_id,) = await team.has(team.lead(1))
    asha = team.town.asha
    view = await team.answers(asha, asha.chat, f"/lead {lead_id}")
    team.town.api.faults.refuse(400, "Bad Request: PHONE_NUMBER_INVALID", "sendContact", times=1)
    before = len(asha.chat.by_bot)
    await asha.presses(view, "Contact")
    assert (await team.said(asha.chat, before)).text == f"Asha: {worded(AGAIN)}"
