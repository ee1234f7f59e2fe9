"""One bot that speaks for two sellers. Sharma's group is Ravi's and Asha's, Gupta's is Asha's and Vikram's."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from bot.chat import served_accounts
from bot.chat.views import callback_data, lead_codes, settings
from bot.domain.ids import LeadId, UserId
from tests.languages import heard, worded
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.sandbox.botapi.messages import Message
    from bot.sandbox.botapi.people import HumanUser
    from tests.chat.conftest import Team


SECRET = next(number for number, row in settings.ROWS.items() if row.entry.secret)


@dataclass
class Both:
    sharma: Team
    gupta: Team
    pump: LeadId
    """Sharma's lead."""
    drill: LeadId
    """Gupta's."""

    async def asks(self, person: HumanUser, text: str) -> str:
        """In private."""
        return (await self.sharma.answers(person, person.chat, text)).text

    async def chooses(self, person: HumanUser, name: str) -> None:
        await person.presses(await self.sharma.answers(person, person.chat, "/account"), name)
        await self.sharma.rests()


@pytest.fixture
async def both(team: Team) -> AsyncIterator[Both]:
    town = team.town
    async with team.beside("Gupta Tools", town.asha, town.vikram) as other:
        (pump,) = await team.has(team.lead(1, product="Water Pump"))
        (drill,) = await other.has(other.lead(2, product="Drill"))
        yield Both(team, other, pump, drill)


def labels(message: Message) -> list[str]:
    return [label for row in message.buttons for label in row]


async def test_each_group_sees_its_own_leads(both: Both) -> None:
    for one, other in ((both.sharma, both.gupta), (both.gupta, both.sharma)):
        text = (await one.answers(one.town.asha, one.group, "/today@leadbell_bot")).text
        assert ("Water Pump" in text, "Drill" in text) == (one is both.sharma, other is both.sharma)


async def test_each_numbers_its_own(both: Both) -> None:
    for team, product in ((both.sharma, "Water Pump"), (both.gupta, "Drill")):
        assert product in (await team.answers(team.town.asha, team.group, "/lead_1")).text


@pytest.mark.english
async def test_a_claim_in_one_group_changes_nothing_in_the_other(both: Both) -> None:
    card, other = await both.sharma.card(both.pump), await both.gupta.card(both.drill)
    assert heard("is yours", (await both.sharma.town.ravi.presses(card, "✋ Claim")).text)
    await both.gupta.rests()
    assert worded("✋ Claim") in labels(other)
    assert heard("is yours", (await both.gupta.town.vikram.presses(other, "✋ Claim")).text)


@pytest.mark.parametrize("is_there", [True, False])
async def test_a_button_with_the_others_id_is_as_one_of_a_lead_that_never_was(both: Both, *, is_there: bool) -> None:
    card = await both.sharma.card(both.pump)
    lead_id = both.drill if is_there else LeadId(4711)
    ravi, queries = both.sharma.town.ravi, both.sharma.town.world.queries
    for code in (
        lead_codes.Claim(lead_id),
        lead_codes.OpenMenu(lead_id, lead_codes.Menu.MORE),
        lead_codes.SendContact(lead_id),
        lead_codes.ShowLead(lead_id),
        lead_codes.ShowHistory(lead_id, 0),
        lead_codes.ShowNumber(lead_id),
        lead_codes.AskFor(lead_id, lead_codes.PromptKind.NOTE),
    ):
        answer = await queries.press_data(ravi, card, callback_data.encode(code))
        assert answer.text == worded("This lead is not here any more.")
    assert await both.asks(ravi, f"/start note_{lead_id}") == worded("This lead is not here any more.")
    assert await both.asks(ravi, f"/start lead_1_{lead_id}") == worded("This lead is not here any more.")


@pytest.mark.english
async def test_whoever_is_in_one_team_never_hears_that_there_is_another(both: Both) -> None:
    ravi = both.sharma.town.ravi
    assert "Water Pump" in await both.asks(ravi, "/today")
    assert await both.asks(ravi, "/account") == "You are in one team here: its leads are what I show you."
    assert "account" not in await both.asks(ravi, "/help")
    assert "Drill" not in await both.asks(ravi, "/search drill")
    answer = await ravi.asks_inline("", ravi.chat)
    assert [one.title for one in answer.results] == ["Enquiry · Water Pump"]


async def test_whoever_is_in_none_hears_one_polite_sentence(both: Both) -> None:
    outsider = both.sharma.town.world.add_person("Outsider")
    assert heard("only for the members", await both.asks(outsider, "/today"))
    assert (await outsider.asks_inline("")).results == ()


async def test_who_is_in_both_is_asked_once_and_then_answered(both: Both) -> None:
    asha = both.sharma.town.asha
    asked = await both.sharma.answers(asha, asha.chat, "/today")
    assert heard("several teams", asked.text)
    assert labels(asked) == ["Sharma Solar", "Gupta Tools"]
    await asha.presses(asked, "Gupta Tools")
    await both.sharma.town.world.wait_for(lambda: "Drill" in asha.chat.by_bot[-1].text)
    assert "Gupta Tools" in asha.chat.by_bot[-2].text
    assert "Drill" in await both.asks(asha, "/today")
    answer = await asha.asks_inline("", asha.chat)
    assert [one.title for one in answer.results] == worded(["Enquiry · Drill"])


@pytest.mark.english
async def test_a_number_opens_the_leads_of_its_own_team_whatever_was_chosen_since(both: Both) -> None:
    asha, vikram = both.sharma.town.asha, both.sharma.town.vikram
    await both.chooses(asha, "Sharma Solar")
    digest = await both.sharma.answers(asha, asha.chat, "/digest evening")
    figures = await both.sharma.answers(asha, asha.chat, "/stats today")
    (link, *_others) = re.findall(r"start=(list_[0-9]+)", str(digest.body.wire))
    await both.chooses(asha, "Gupta Tools")
    before = len(asha.chat.by_bot)
    await asha.presses(digest, "✋ 1")
    await both.sharma.town.world.wait_for(lambda: len(asha.chat.by_bot) > before)
    assert "Water Pump" in asha.chat.by_bot[-1].text
    assert "Water Pump" in await both.asks(asha, f"/start {link}")
    await asha.presses(figures, "💰 Trade")
    await both.sharma.town.world.wait_for(lambda: "Water Pump" in figures.text)
    assert "too old" in await both.asks(vikram, f"/start {link}")


async def test_what_was_chosen_can_be_changed_and_is_kept_in_the_database(both: Both) -> None:
    asha = both.sharma.town.asha
    await both.chooses(asha, "Gupta Tools")
    assert "✓ Gupta Tools" in labels(await both.sharma.answers(asha, asha.chat, "/account"))
    await both.chooses(asha, "Sharma Solar")
    assert "Water Pump" in await both.asks(asha, "/today")
    async with both.sharma.database.reading() as connection:
        (row,) = await connection.fetch_all("SELECT bot_id, user_id, account_id FROM chosen_accounts")
    assert tuple(row) == (both.sharma.town.world.bot.id, asha.id, both.sharma.services.account_id)


async def test_who_leaves_the_chosen_team_is_answered_for_the_one_that_is_left(both: Both) -> None:
    asha = both.sharma.town.asha
    await both.chooses(asha, "Gupta Tools")
    asha.leaves(both.gupta.group)
    await both.gupta.rests()
    assert "Water Pump" in await both.asks(asha, "/today")


async def test_who_leaves_the_chosen_of_three_teams_is_asked_again(both: Both) -> None:
    asha = both.sharma.town.asha
    async with both.sharma.beside("Verma Steel", asha):
        await both.chooses(asha, "Gupta Tools")
        asha.leaves(both.gupta.group)
        await both.gupta.rests()
        asked = await both.sharma.answers(asha, asha.chat, "/today")
        assert labels(asked) == ["Sharma Solar", "Verma Steel"]


async def test_an_inline_look_up_leads_to_the_question_where_it_is_not_clear(both: Both) -> None:
    asha = both.sharma.town.asha
    answer = await asha.asks_inline("pump", asha.chat)
    assert answer.results == ()
    assert heard("several teams", await both.asks(asha, "/start account"))


async def test_an_inline_result_opens_the_lead_of_its_account_whatever_is_chosen(both: Both) -> None:
    asha = both.sharma.town.asha
    await both.chooses(asha, "Gupta Tools")
    (button,) = (await asha.asks_inline("", asha.chat)).results[0].markup.buttons
    await both.chooses(asha, "Sharma Solar")
    assert "Drill" in await both.asks(asha, f"/start {button['url'].partition('start=')[2]}")
    assert "Water Pump" in await both.asks(asha, "/lead 1")


async def test_a_button_in_private_belongs_to_the_account_whose_lead_it_names(both: Both) -> None:
    asha = both.sharma.town.asha
    await both.chooses(asha, "Gupta Tools")
    view = await both.sharma.answers(asha, asha.chat, "/lead 1")
    await both.chooses(asha, "Sharma Solar")
    assert (await asha.presses(view, "✋ Claim")).text == worded("#1 is yours. Good luck!")
    await both.gupta.rests()
    lead = await both.gupta.services.lookup.lead(both.drill)
    assert lead is not None
    assert lead.owner_id == asha.id


async def test_a_note_in_private_goes_to_the_lead_that_is_replied_to(both: Both) -> None:
    asha = both.sharma.town.asha
    await both.chooses(asha, "Gupta Tools")
    view = await both.sharma.answers(asha, asha.chat, "/lead 1")
    await both.chooses(asha, "Sharma Solar")
    asha.says(asha.chat, "wants two", reply_to=view)
    await both.sharma.rests()
    assert [one.text for one in await both.gupta.services.notes.history(both.drill)] == ["wants two"]


@pytest.mark.english
async def test_a_list_in_private_is_turned_in_the_account_it_shows(both: Both) -> None:
    asha = both.sharma.town.asha
    await both.gupta.has(*(both.gupta.lead(number, product=f"Drill {number}") for number in range(3, 20)))
    await both.chooses(asha, "Gupta Tools")
    page: Message = await both.sharma.answers(asha, asha.chat, "/today")
    await both.chooses(asha, "Sharma Solar")
    (older,) = (label for label in labels(page) if "lder" in label)
    await asha.presses(page, older)
    await until(lambda: "Drill 5" in page.text)


async def test_plain_text_and_a_contact_in_private_are_a_search(both: Both) -> None:
    vikram = both.sharma.town.vikram
    assert "Drill" in await both.asks(vikram, "drill")
    assert "Drill" in await both.asks(vikram, "90000 00002")
    assert "Drill" not in await both.asks(vikram, "water pump")
    before = len(vikram.chat.by_bot)
    contact = {"phone_number": "919000000002", "first_name": "Buyer"}
    wire = {name: value for name, value in vikram.chat.messages[-2].wire.items() if name != "text"}
    both.sharma.town.world.updates.put("message", wire | {"contact": contact})
    assert "Drill" in (await both.sharma.said(vikram.chat, before)).text


async def test_an_admin_counts_as_a_member(both: Both) -> None:
    meera = both.sharma.meera  # main's, and of no group
    assert "Water Pump" in await both.asks(meera, "/today")
    meera.joins(both.gupta.group)
    await both.gupta.rests()
    assert heard("several teams", await both.asks(meera, "/today"))


async def test_who_left_one_group_may_not_press_there_any_more_but_in_the_other(both: Both) -> None:
    asha, card, other = both.sharma.town.asha, await both.sharma.card(both.pump), await both.gupta.card(both.drill)
    asha.leaves(both.sharma.group)
    await both.sharma.rests()
    assert heard("only for the members", (await asha.presses(card, "✋ Claim")).text)
    assert heard("is yours", (await asha.presses(other, "✋ Claim")).text)


async def test_who_speaks_as_a_group_looks_up_that_groups_leads(both: Both) -> None:
    ravi = both.sharma.town.ravi
    ravi.says(both.sharma.group, "/today@leadbell_bot", is_anonymous=True)
    assert "Water Pump" in (await both.sharma.said(both.sharma.group, 0)).text


async def test_a_start_is_noted_by_every_account_of_theirs_and_so_is_a_block(both: Both) -> None:
    asha = both.sharma.town.asha
    await both.chooses(asha, "Sharma Solar")
    await both.asks(asha, "/start")
    for team in (both.sharma, both.gupta):
        assert await team.has_started(asha)
    asha.blocks_bot()
    await both.sharma.rests()
    for team in (both.sharma, both.gupta):
        assert not await team.has_started(asha)


async def test_a_paused_account_says_so_and_shows_nothing_and_the_other_goes_on(both: Both) -> None:
    sharma = both.sharma
    card = await sharma.card(both.pump)
    sharma.chat.attach(replace(sharma.services, is_paused=True))
    asha = sharma.town.asha
    assert worded("paused") in (await sharma.answers(asha, sharma.group, "/today@leadbell_bot")).text
    assert worded("paused") in (await sharma.town.ravi.presses(card, "✋ Claim")).text
    assert worded("paused") in (await sharma.answers(asha, sharma.group, "wants two", reply_to=card)).text
    assert await sharma.services.notes.history(both.pump) == []
    assert (await sharma.town.ravi.asks_inline("", sharma.town.ravi.chat)).results == ()
    assert "Drill" in (await both.gupta.answers(asha, both.gupta.group, "/today@leadbell_bot")).text


async def test_who_chose_an_account_that_is_paused_now_gets_to_the_other(both: Both) -> None:
    sharma, asha = both.sharma, both.sharma.town.asha
    await both.chooses(asha, "Sharma Solar")
    sharma.chat.attach(replace(sharma.services, is_paused=True))
    assert heard("paused", await both.asks(asha, "/today"))
    assert heard("paused", await both.asks(asha, "/start"))
    assert await sharma.has_started(asha)
    asked = await sharma.answers(asha, asha.chat, "/start account")
    assert {label.removeprefix("✓ ") for label in labels(asked)} == {"Sharma Solar", "Gupta Tools"}
    await both.chooses(asha, "Gupta Tools")
    assert "Drill" in await both.asks(asha, "/today")


async def test_a_key_that_one_account_asked_for_is_not_searched_for_in_the_other(both: Both) -> None:
    meera, gupta = both.sharma.meera, both.gupta.services
    both.gupta.chat.attach(replace(gupta, access=both.sharma.services.access))
    both.sharma.chat.accounts.asked_settings.ask(UserId(meera.id), gupta.account_id, SECRET)
    await both.sharma.chat.accounts.choose(UserId(meera.id), both.sharma.services.account_id)
    assert heard("Reply with the new value", await both.asks(meera, "a-key-of-gupta"))
    await both.sharma.settles()
    assert not any("a-key-of-gupta" in one.text for one in meera.chat.messages)


async def test_an_account_that_is_taken_off_is_answered_no_more_and_the_other_is(both: Both) -> None:
    both.sharma.chat.detach(both.gupta.services.account_id)
    vikram, asha = both.sharma.town.vikram, both.sharma.town.asha
    vikram.says(both.gupta.group, "/today@leadbell_bot")
    await both.gupta.ignores(both.gupta.group)
    assert "Water Pump" in await both.asks(asha, "/today")
    assert heard("only for the members", await both.asks(vikram, "/today"))


async def test_of_many_groups_telegram_is_asked_about_those_in_which_somebody_was_seen(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served_accounts, "MOST_ASKED", 1)
    town = both.sharma.town
    vikram, unseen = town.vikram, town.world.add_person("Unseen")
    unseen.joins(both.sharma.group)
    await both.sharma.rests()
    await both.gupta.answers(vikram, both.gupta.group, "/today@leadbell_bot")
    before = len(town.api.calls.of("getChatMember"))
    assert "Drill" in await both.asks(vikram, "/today")
    assert "Water Pump" in await both.asks(unseen, "/today")
    assert "Water Pump" in await both.asks(both.sharma.meera, "/today")  # an admin, seen nowhere
    assert len(town.api.calls.of("getChatMember")) == before
