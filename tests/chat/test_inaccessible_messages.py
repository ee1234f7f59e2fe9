"""Of what was pressed Telegram may tell the ids alone (`date: 0`): only what is known is written over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.chat.views import callback_data
from bot.chat.views.lead_codes import ClaimFromCallout, Menu, OpenMenu, ShowHistory
from bot.domain.ids import UserId
from bot.domain.person import Person
from bot.store import escalations
from tests.languages import heard, worded
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from bot.domain.ids import LeadId
    from bot.sandbox.botapi import HumanUser, Message
    from bot.sandbox.botapi.chats import Chat
    from tests.chat.conftest import Team

    Gathered = Callable[..., AbstractAsyncContextManager[Team]]


def out_of_reach(message: Message) -> Message:
    message.is_inaccessible = True
    return message


def looks(message: Message) -> tuple[str, list[list[str]]]:
    return message.text, message.buttons


async def view(team: Team, person: HumanUser, room: Chat, lead_id: LeadId) -> Message:
    return out_of_reach(await team.answers(person, room, f"/lead {lead_id}"))


@pytest.mark.parametrize("is_private", [False, True])
async def test_history_comes_below_a_showing_of_the_lead(team: Team, *, is_private: bool) -> None:
    """It may be the lead's one card, whose buttons nobody could press any more."""
    (lead_id,) = await team.has(team.lead(1))
    asha = team.town.asha
    room = asha.chat if is_private else team.group
    shown = await view(team, asha, room, lead_id) if is_private else out_of_reach(await team.card(lead_id))
    before, said = looks(shown), len(room.by_bot)
    await team.town.world.queries.press_data(asha, shown, callback_data.encode(ShowHistory(lead_id, 0)))
    assert (await team.said(room, said)).text.startswith("🕘")
    await team.rests()
    assert looks(shown) == before


async def test_a_card_that_is_out_of_reach_unfolds_and_folds_by_its_ids(team: Team) -> None:
    (lead_id,) = await team.has(team.lead(1))
    card, asha = out_of_reach(await team.card(lead_id)), team.town.asha
    folded = card.buttons
    await asha.presses(card, "⋯ More")
    await team.town.world.wait_for(lambda: worded("‹ Back") in str(card.buttons))
    await asha.presses(card, "‹ Back")
    await team.town.world.wait_for(lambda: card.buttons == folded)
    assert team.group.last is card


@pytest.mark.parametrize("menu", [Menu.NONE, Menu.MORE])
async def test_who_unfolds_or_folds_a_view_gets_it_below_with_buttons_that_work(team: Team, menu: Menu) -> None:
    (lead_id,) = await team.has(team.lead(1))
    asha = team.town.asha
    old = await view(team, asha, asha.chat, lead_id)
    before, said = looks(old), len(asha.chat.by_bot)
    await team.town.world.queries.press_data(asha, old, callback_data.encode(OpenMenu(lead_id, menu)))
    anew = await team.said(asha.chat, said)
    assert looks(anew) == before
    await asha.presses(anew, "⋯ More")
    await team.town.world.wait_for(lambda: worded("‹ Back") in str(anew.buttons))
    assert looks(old) == before


async def test_who_claims_on_a_view_is_shown_below_that_it_is_claimed(team: Team) -> None:
    (lead_id,) = await team.has(team.lead(1))
    asha = team.town.asha
    old = await view(team, asha, asha.chat, lead_id)
    before, said = looks(old), len(asha.chat.by_bot)
    assert heard("is yours", (await asha.presses(old, "✋ Claim")).text)
    assert worded("✋ Asha") in (await team.said(asha.chat, said)).text
    assert looks(old) == before


async def test_a_list_and_a_history_are_turned_below(team: Team) -> None:
    lead_id, *_others = await team.has(*(team.lead(number) for number in range(1, 26)))
    asha = team.town.asha
    page = out_of_reach(await team.answers(asha, team.group, "/week"))
    before = looks(page)
    await asha.presses(page, "Older")
    turned = await team.said(team.group, 1)
    assert turned.reply_to is page
    assert "/lead_1" in turned.text
    assert looks(page) == before
    data = callback_data.encode(ShowHistory(lead_id, 0))
    await team.town.world.queries.press_data(asha, page, data)
    assert (await team.said(team.group, 2)).reply_to is page


async def test_a_callout_comes_anew_and_not_the_lead(team: Team) -> None:
    lead_ids = await team.has(team.lead(1), team.lead(2))
    services, asha = team.services, team.town.asha
    async with team.database.transaction() as connection:
        callout_id = await escalations.call_out(
            connection, services.account_id, escalations.EscalationStep.GROUP, lead_ids, is_last=False,
            now=services.clock.now(),
        )  # fmt: skip
    called = out_of_reach(await team.answers(asha, team.group, "/open"))  # nothing tells it from a callout
    before = looks(called)
    data = callback_data.encode(ClaimFromCallout(lead_ids[0], callout_id, 0))
    assert heard("is yours", (await team.town.world.queries.press_data(asha, called, data)).text)
    anew = await team.said(team.group, 1)
    await team.rests()
    assert (len(team.group.by_bot), looks(called)) == (2, before)
    assert "LED Clock" not in anew.text


async def test_a_greeting_that_cannot_be_read_any_more_is_not_saved(team: Team) -> None:
    said = out_of_reach(await team.answers(team.meera, team.meera.chat, "/template Namaste {name}"))
    assert heard("button is old", (await team.meera.presses(said, "💾 Save")).text)
    assert await team.services.templates.all_() == {}


@pytest.mark.english
async def test_a_number_that_is_shown_again_below_is_masked_with_a_release(gathered: Gathered) -> None:
    async with gathered(numbers="claim") as team:
        (lead_id,) = await team.has(team.lead(1))
        asha = team.town.asha
        await team.answers(asha, asha.chat, "/start")
        old = await view(team, asha, asha.chat, lead_id)
        said = len(asha.chat.by_bot)
        await team.services.claims.claim(lead_id, Person(UserId(asha.id), "Asha"))
        given = await team.said(asha.chat, said)
        await team.rests()
        await team.town.world.queries.press_data(asha, old, callback_data.encode(OpenMenu(lead_id, Menu.MORE)))
        below = await team.said(asha.chat, said + 1)
        assert "00001" in below.text
        await recorded(team, lead_id, below)
        await team.services.claims.release(lead_id, Person(UserId(asha.id), "Asha"), is_admin=False)
        await team.town.world.wait_for(lambda: not any("00001" in one.text for one in (old, given, below)))


async def recorded(team: Team, lead_id: LeadId, message: Message) -> None:
    async def stands() -> bool:
        async with team.database.reading() as connection:
            rows = await connection.fetch_all(
                "SELECT message_id FROM private_cards WHERE lead_id = :id", {"id": lead_id}
            )
        return message.message_id in {row["message_id"] for row in rows}

    await until(stands)
