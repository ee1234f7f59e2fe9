"""People see and type their account's own numbers; buttons and links name a lead among all accounts'."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.chat.views.callback_data import encode
from bot.chat.views.lead_codes import Claim, ShowLead
from bot.domain.ids import UserId
from bot.domain.lead import Origin
from bot.domain.person import Person
from bot.store import accounts, adding, prepared_leads
from tests.chat.test_due_messages import call_out
from tests.chat.test_prompts import asked, nods
from tests.languages import heard, worded

if TYPE_CHECKING:
    from bot.domain.ids import LeadId
    from bot.sandbox.botapi.messages import Message
    from tests.chat.conftest import Team

OTHERS = 7


@pytest.fixture
async def lead_id(team: Team) -> LeadId:
    """The account's first lead; another account had some before."""
    async with team.database.transaction() as connection:
        other = await accounts.open_account(connection, "other")
        rows = prepared_leads.of_all([team.lead(100 + number, name="Their Buyer") for number in range(OTHERS)])
        await adding.add(connection, other, rows, origin=Origin.PULL, now=team.services.clock.now())
    (found,) = await team.has(team.lead(1))
    assert found == OTHERS + 1
    return found


def everything(message: Message) -> str:
    return message.html + str(message.buttons)


async def test_a_card_names_the_number_and_is_found_by_it(team: Team, lead_id: LeadId) -> None:
    asha, card = team.town.asha, await team.card(lead_id)
    assert "#1 · W" in card.text
    for typed in ("/lead 1", "/lead #1", "/lead_1", "/start lead_1", f"/start note_{lead_id}"):
        assert "Buyer 1" in (await team.answers(asha, asha.chat, typed)).text
    found = await team.answers(asha, asha.chat, "/search #1")
    assert "/lead_1 " in found.text
    assert "#1" in str(found.buttons)


@pytest.mark.parametrize("typed", [f"/lead {OTHERS + 1}", "/lead 2", "/start lead_2", f"/lead_{OTHERS}"])
async def test_no_number_leads_to_another_accounts_lead(team: Team, lead_id: LeadId, typed: str) -> None:
    asha = team.town.asha
    await team.card(lead_id)
    assert heard("There is no lead #", (await team.answers(asha, asha.chat, typed)).text)


async def test_no_link_or_button_leads_to_another_accounts_lead(team: Team, lead_id: LeadId) -> None:
    asha, card = team.town.asha, await team.card(lead_id)
    said = await team.answers(asha, asha.chat, "/start note_1")
    assert said.text == worded("This lead is not here any more.")
    for code in (ShowLead(1), Claim(1)):
        answer = await team.town.world.queries.press_data(asha, card, encode(code))
        assert answer.text == worded("This lead is not here any more.")
    assert await team.services.lookup.lead(1) is None


@pytest.mark.english
async def test_whatever_a_press_says_names_the_number(team: Team, lead_id: LeadId) -> None:
    ravi, asha, card = team.town.ravi, team.town.asha, await team.card(lead_id)
    assert (await ravi.presses(card, "✋ Claim")).text == worded("#1 is yours. Good luck!")
    await team.town.world.wait_for(lambda: worded("Contacted") in str(card.buttons))
    assert (await ravi.presses(card, "Contacted")).text.startswith("#1: ")
    taken = await team.town.world.queries.press_data(asha, card, encode(Claim(lead_id)))
    assert "#1 is taken" in taken.text
    await ravi.presses(card, "⏰ Remind")
    assert "#1" in (await ravi.presses(card, "in 1\u00a0h")).text
    mine = await team.answers(ravi, ravi.chat, "/mine")
    assert "✖️ #1" in str(mine.buttons)
    assert "/lead_1 " in mine.text
    assert f"#{lead_id}" not in everything(mine)


async def test_a_question_names_the_number_and_its_answer_finds_the_lead(team: Team, lead_id: LeadId) -> None:
    card = await team.card(lead_id)
    question = await asked(team, card, "⋯ More", "📝 Note")
    assert "#1" in question.text
    await nods(team, team.town.ravi.says(team.group, "sent the drawing", reply_to=question))
    await team.town.world.wait_for(lambda: "sent the drawing" in card.text)


async def test_callouts_inline_results_and_history_name_the_number(team: Team, lead_id: LeadId) -> None:
    asha, card = team.town.asha, await team.card(lead_id)
    said = await call_out(team, [lead_id])
    assert "#1" in str(said.buttons)
    assert f"#{lead_id}" not in everything(said)
    answer = await asha.asks_inline("", team.group)
    assert len(answer.results) == 1
    assert "start=lead_1" in str(answer.results[0].markup.buttons)
    await team.services.claims.claim(lead_id, Person(UserId(asha.id), "Asha"))
    before = len(team.group.by_bot)
    await team.town.ravi.presses(card, "⋯ More")
    await team.town.ravi.presses(card, "🕘 History")
    assert worded("History of #1") in (await team.said(team.group, before)).text
