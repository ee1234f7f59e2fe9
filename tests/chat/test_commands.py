from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from bot.chat import command_table
from bot.domain.ids import LeadId
from bot.sandbox.botapi.automatic import annotate
from bot.sandbox.botapi.entities import FormattedText
from bot.sandbox.botapi.messages import Body
from tests.languages import heard, worded

if TYPE_CHECKING:
    from tests.chat.conftest import Team


async def test_today_lists_the_leads_with_a_button_each(team: Team) -> None:
    first, second = await team.has(team.lead(1), team.lead(2))
    said = await team.answers(team.town.asha, team.group, "/today")
    assert said.reply_to is not None
    assert {f"#{first}", f"#{second}"} <= {word for row in said.buttons for word in row}


ALONE: Final = [command.name for command in command_table.COMMANDS if command.stands_alone]


@pytest.mark.parametrize("name", ALONE)
async def test_what_stands_behind_a_command_that_stands_alone_is_refused(team: Team, name: str) -> None:
    await team.has(team.lead(1))
    said = await team.answers(team.meera, team.meera.chat, f"/{name} foo")
    assert heard("nothing is understood", said.text)
    assert said.buttons == []


async def test_search_finds_by_words_and_says_so_when_nothing_matches(team: Team) -> None:
    await team.has(team.lead(1, product="Solar Inverter"), team.lead(2))
    assert "Solar Inverter" in (await team.answers(team.town.asha, team.group, "/search inverter")).text
    assert heard("Nothing matches", (await team.answers(team.town.asha, team.group, "/search parrot")).text)


async def test_search_without_words_explains_itself(team: Team) -> None:
    assert heard("for example", (await team.answers(team.town.asha, team.group, "/search")).text)


async def test_search_takes_odd_words(team: Team) -> None:
    for words in ('"', "*", "%", "🦜", "x" * 4000, "kind: since:never"):
        assert (await team.answers(team.town.asha, team.group, f"/search {words}")).text


@pytest.mark.english
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("kind:XX", "I do not understand “kind:XX”: kinds are W, B, P, WA, BIZ."),
        ("kind:enquiree", "kinds are W, B, P, WA, BIZ. Did you mean “kind:enquiry”?"),
        ("status:foo", "“status:foo”: statuses are open, claimed, contacted, quoted, won, lost, junk."),
        ("status:quotd", "Did you mean “status:quoted”?"),
        ("since:abc", "“since:abc”: write 2026-01-31, or how long ago: 12h, 7d, 2w, 3mo or 1y."),
        ("since:7x", "“since:7x”: write 2026-01-31"),
        ("by:nobody", "I do not understand “by:nobody”: people are me, Asha."),
        ("by:ahsa", "Did you mean “by:Asha”?"),
        ("by:", "“by:”: write a name, as by:ravi, or by:me."),
        ("city:---", "“city:---”: write a city, as city:surat."),
        ("staus:won", "I do not understand “staus:won”. Did you mean “status:won”?"),
    ],
)
async def test_a_filter_that_is_not_understood_is_named_with_what_would_be(team: Team, typed: str, said: str) -> None:
    await team.has(team.lead(1))
    await team.answers(team.town.asha, team.group, "/help")
    assert worded(said) in (await team.answers(team.town.asha, team.group, f"/search clock {typed}")).text


@pytest.mark.parametrize("typed", ["kind:W", "kind:v", "by:asha", "by:me", "status:new", "since:3mo", "12:30"])
async def test_a_filter_that_is_understood_is_not_complained_about(team: Team, typed: str) -> None:
    """Also a kind that IndiaMART has only just thought of."""
    await team.has(team.lead(1), team.lead(2, kind="V"))
    await team.town.asha.presses(await team.card(LeadId(1)), "✋ Claim")
    assert "understand" not in (await team.answers(team.town.asha, team.group, f"/search clock {typed}")).text


async def test_a_lead_is_shown_by_its_number_in_every_spelling(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    for text in (f"/lead {number}", f"/lead #{number}", f"/lead_{number}", f"/lead_{number}@leadbell_bot"):
        assert "LED Clock" in (await team.answers(team.town.asha, team.group, text)).text


async def test_a_lead_that_is_not_there_is_said_not_to_be(team: Team) -> None:
    for text in ("/lead 99", "/lead_99", "/lead 9999999999999999999"):
        said = await team.answers(team.town.asha, team.group, text)
        assert "#99" in said.text
        assert heard("There is no lead #", said.text)
    assert heard("/lead 1234", (await team.answers(team.town.asha, team.group, "/lead abc")).text)


async def test_an_unknown_command_gets_one_sentence_where_it_is_meant_for_the_bot(team: Team) -> None:
    assert "/help" in (await team.answers(team.town.asha, team.town.asha.chat, "/dance")).text
    assert "/help" in (await team.answers(team.town.asha, team.group, "/dance@leadbell_bot")).text
    team.town.asha.says(team.group, "/dance")
    team.town.asha.says(team.group, "/dance@other_bot")
    team.town.asha.says(team.group, "/today@other_bot")
    team.town.asha.says(team.group, "/lead_1@other_bot")
    await team.ignores(team.group)


async def test_edited_messages_are_left_alone(team: Team) -> None:
    message = team.town.asha.says(team.group, "good morning")
    team.town.asha.edits(message, "/today")
    await team.ignores(team.group)


async def test_what_came_through_inline_mode_is_left_alone(team: Team) -> None:
    world = team.town.world
    body = Body(formatted=annotate(FormattedText("/today")))
    world.post(team.group, team.town.asha, body, via_bot=world.bot)
    await team.ignores(team.group)


async def test_an_answer_comes_although_the_command_was_deleted(team: Team) -> None:
    asked = team.town.asha.says(team.group, "/today")
    team.town.world.delete(asked)
    await team.town.world.wait_for(lambda: team.group.by_bot)
    assert team.group.by_bot[0].reply_to is None


async def test_start_says_how_to_be_let_in_and_is_remembered(team: Team) -> None:
    vikram = team.town.vikram
    said = await team.answers(vikram, vikram.chat, "/start")
    assert heard("Only members", said.text)
    assert await team.has_started(vikram)


async def test_a_link_to_a_lead_shows_it_to_members_only(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    asha, vikram = team.town.asha, team.town.vikram
    assert "LED Clock" in (await team.answers(asha, asha.chat, f"/start lead_{number}")).text
    assert "LED Clock" not in (await team.answers(vikram, vikram.chat, f"/start lead_{number}")).text


@pytest.mark.english
async def test_help_lists_the_table(team: Team) -> None:
    said = await team.answers(team.town.asha, team.group, "/help")
    helpful = [command for command in command_table.COMMANDS if command.in_menu and command.name != "help"]
    assert [command.name for command in helpful if command.purpose is None] == ["language"]  # its line is the first
    assert all(command.usage in said.text for command in helpful if not command.is_admin_only)
    assert not heard("/template", said.text)
    assert heard("/template", (await team.answers(team.meera, team.meera.chat, "/help")).text)
    assert all(f"| `{command.usage}` |" in command_table.commands_table() for command in command_table.COMMANDS)


async def test_the_menus_offer_the_table(team: Team) -> None:
    menus = team.town.world.profile.menus.values()
    await team.town.world.wait_for(lambda: len(menus) == 2)
    names = [command.name for command in command_table.COMMANDS if command.in_menu and not command.is_admin_only]
    assert all([command["command"] for command in menu.commands] == names for menu in menus)


async def test_status_and_fetch_answer(team: Team) -> None:
    assert heard("Leadbell", (await team.answers(team.town.asha, team.group, "/status")).text)
    assert heard("nothing to fetch", (await team.answers(team.town.asha, team.group, "/fetch")).text)


async def test_answers_stay_in_their_topic(team: Team) -> None:
    topic = team.town.world.add_topic(team.group, "Leads")
    team.group.is_forum = True
    assert (await team.answers(team.town.asha, team.group, "/today", topic=topic)).thread_id == topic.thread_id


@pytest.mark.parametrize("command", ["/lead ", "/lead #", "/lead_", "/routes ", "/audit ", "/start lead_"])
@pytest.mark.parametrize("number", ["999", "9" * 19, "9" * 55])
async def test_a_number_that_no_lead_has_is_said_to_be_none_however_long(team: Team, command: str, number: str) -> None:
    said = await team.answers(team.meera, team.meera.chat, f"{command}{number}")
    assert said.text == worded(f"There is no lead #{number}. Try /search, or /today for the newest ones.")
