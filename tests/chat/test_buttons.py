"""Working a lead by its buttons, pressed by people; the card follows through the outbox."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import pytest

from bot.chat.views import callback_data, lead_codes
from bot.chat.views.lead_codes import Menu
from bot.domain.ids import ChatId, UserId
from bot.domain.lead import LostReason, Status
from bot.domain.person import Person
from bot.domain.typed_times import Preset
from tests.languages import heard, worded

if TYPE_CHECKING:
    from bot.sandbox.botapi.messages import Message
    from bot.sandbox.botapi.queries import CallbackAnswer
    from tests.chat.conftest import Team


async def shows(team: Team, card: Message, words: str) -> None:
    """Edits of one card are three seconds apart."""
    await team.town.world.wait_for(lambda: words in card.text or worded(words) in card.text)


async def offers(team: Team, card: Message, button: str) -> None:
    await team.town.world.wait_for(lambda: any(worded(button) in row for row in card.buttons))


def as_ravi(team: Team) -> Person:
    return Person(UserId(team.town.ravi.id), "Ravi")


def edits(team: Team) -> list[str]:
    """Every call so far that changed a message."""
    return [call.method for call in team.town.api.calls if call.method.lower().startswith("editmessage")]


async def unfolds(team: Team, card: Message, *buttons: str) -> CallbackAnswer:
    """Ravi presses one button after the other."""
    answer = await team.town.ravi.presses(card, buttons[0])
    for button in buttons[1:]:
        answer = await team.town.ravi.presses(card, button)
    return answer


async def test_whoever_claims_first_has_the_lead_and_the_card_says_so(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    answer = await team.town.ravi.presses(card, "✋ Claim")
    assert (answer.text, answer.show_alert) == (worded(f"#{number} is yours. Good luck!"), False)
    await shows(team, card, "✋ Ravi, after 16\u00a0min")
    assert worded("✋ Claim") not in str(card.buttons)


async def test_everybody_who_loses_a_race_hears_the_winners_name(team: Team) -> None:
    people = [team.town.world.add_person(f"Person {n}") for n in range(20)]
    for person in people:
        person.joins(team.group)
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    claim = callback_data.encode(lead_codes.Claim(number))
    press = team.town.world.queries.press_data
    answers = await asyncio.gather(*(press(person, card, claim) for person in people))
    winners = [person.name for person, answer in zip(people, answers, strict=True) if heard("is yours", answer.text)]
    assert len(winners) == 1
    lost = [answer for answer in answers if answer.show_alert]
    assert [answer.text for answer in lost] == [worded(f"{winners[0]} was first: #{number} is taken.")] * 19
    await shows(team, card, f"✋ {winners[0]}")
    assert len(await team.services.notes.history(number)) == 1


async def test_pressing_claim_again_changes_nothing(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    data = callback_data.encode(lead_codes.Claim(number))
    await team.town.ravi.presses(card, "✋ Claim")
    answer = await team.town.world.queries.press_data(team.town.ravi, card, data)
    assert answer.text == worded(f"#{number} is yours already.")


async def test_a_buyer_who_comes_back_is_offered_to_who_knows_them(team: Team) -> None:
    first, second = await team.has(team.lead(1), team.lead(2, mobile="+919000000001"))
    await team.town.ravi.presses(await team.card(first), "✋ Claim")
    card = await team.card(second)
    assert card.buttons[0] == worded(["✋ Claim (Ravi knows this buyer)"])
    await team.town.asha.presses(card, "✋ Claim")
    await shows(team, card, "✋ Asha")


async def test_who_knows_a_buyer_is_suggested_over_leads_that_nobody_took(team: Team) -> None:
    same = {"mobile": "+919000000001"}
    first, _second, third = await team.has(team.lead(1), team.lead(2, **same), team.lead(3, **same))
    await team.town.ravi.presses(await team.card(first), "✋ Claim")
    card = await team.card(third)
    assert worded("open") in card.text
    assert card.buttons[0] == worded(["✋ Claim (Ravi knows this buyer)"])


async def test_who_left_the_group_is_suggested_to_nobody(team: Team) -> None:
    first, second = await team.has(team.lead(1), team.lead(2, mobile="+919000000001"))
    await team.town.asha.presses(await team.card(first), "✋ Claim")
    await team.services.access.left(UserId(team.town.asha.id), ChatId(team.group.id))
    assert (await team.card(second)).buttons[0] == worded(["✋ Claim", "💬 WhatsApp", "📋 Copy"])


async def test_more_unfolds_below_and_hides_nothing_that_others_need(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    before = card.buttons
    text = card.text
    await team.town.ravi.presses(card, "⋯ More")
    assert card.buttons[0] == before[0]
    assert card.buttons[1] == worded(["⏰ Remind", "👤 Contact", "‹ Back"])
    assert card.buttons[2:] == worded(
        [
            ["🗣 Contacted", "📄 Quoted", "🏆 Won"],
            ["💔 Lost", "🗑 Junk", "📝 Note"],
            ["🕘 History", "👥 Give to …", "🔕 Do not call"],
        ]
    )
    await team.town.ravi.presses(card, "‹ Back")
    assert card.buttons == before
    assert card.text == text


async def test_a_status_claims_an_unclaimed_lead_and_folds_the_buttons(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    answer = await unfolds(team, card, "⋯ More", "🗣 Contacted")
    assert answer.text == worded(f"#{number}: 🗣 Contacted. It can be undone for a minute.")
    await shows(team, card, "🗣 Contacted")
    assert "✋ Ravi" in card.text
    assert card.buttons[0] == worded(["↩️ Undo", "💬 WhatsApp", "📋 Copy"])
    assert card.buttons[-1] == worded(["⏰ Remind", "👤 Contact", "⋯ More"])


async def test_from_claim_to_won_takes_one_press_and_one_edit_each(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    for press, (button, words) in enumerate(
        {"✋ Claim": "✋ Ravi", "🗣 Contacted": "🗣 Contacted", "📄 Quoted": "📄 Quoted", "🏆 Won": "🏆 Won"}.items(), 1
    ):
        await team.town.ravi.presses(card, button)
        await shows(team, card, words)
        assert len(edits(team)) == press
    team.town.clock.ahead += 62
    await team.looks()
    assert len(edits(team)) == 4


async def test_opening_more_and_choosing_is_two_edits_and_no_third_comes_to_close_it(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    await unfolds(team, card, "⋯ More", "🗑 Junk")
    await shows(team, card, "🗑 Junk")
    assert card.buttons[-1] == worded(["⏰ Remind", "👤 Contact", "⋯ More"])
    assert edits(team) == ["editMessageReplyMarkup", "editMessageText"]
    team.town.clock.ahead += 62
    await team.looks()
    assert edits(team) == ["editMessageReplyMarkup", "editMessageText"]


async def test_what_comes_next_stands_on_the_card_and_the_rest_under_more(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    await team.town.ravi.presses(card, "✋ Claim")
    await shows(team, card, "✋ Ravi")
    assert card.buttons == worded(
        [
            ["💬 WhatsApp", "📋 Copy"],
            ["🗣 Contacted", "📄 Quoted"],
            ["🏆 Won", "💔 Lost"],
            ["⏰ Remind", "👤 Contact", "⋯ More"],
        ]
    )
    await team.town.ravi.presses(card, "⋯ More")
    assert card.buttons[4:] == worded(
        [["🗑 Junk", "📝 Note", "🕘 History"], ["🙌 Release", "👥 Give to …", "🔕 Do not call"]]
    )


async def test_any_undo_button_takes_back_the_pressers_latest_change(team: Team) -> None:
    """Contacted, Quoted, Undo in one go: the button that is pressed was made for the older change."""
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    contacted = await team.services.claims.set_status(number, Status.CONTACTED, as_ravi(team), is_admin=False)
    button = callback_data.encode(lead_codes.Undo(number, contacted.change_id or 0))
    press = team.town.world.queries.press_data
    await press(team.town.ravi, card, callback_data.encode(lead_codes.SetStatus(number, Status.QUOTED)))
    assert (await press(team.town.ravi, card, button)).text == worded("Undone.")
    await shows(team, card, "🗣 Contacted")
    again = await press(team.town.ravi, card, button)
    assert (again.text, again.show_alert) == (worded("It is undone already."), False)
    refused = await press(team.town.asha, card, button)
    assert (refused.text, refused.show_alert) == (worded("Only who made the last change may undo it."), True)


async def test_an_undo_button_that_is_pressed_too_late_goes_away(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    await unfolds(team, card, "⋯ More", "🗑 Junk")
    await offers(team, card, "↩️ Undo")
    async with team.database.transaction() as connection:
        await connection.execute("UPDATE changes SET at = at - 61", {})
    answer = await team.town.ravi.presses(card, "↩️ Undo")
    assert answer.text == worded("A change can be undone for a minute. Set the right status instead.")
    await team.town.world.wait_for(lambda: worded("↩️ Undo") not in str(card.buttons))
    assert worded("🗑 Junk") in card.text


@pytest.mark.parametrize(("menu", "words"), [(Menu.WON, "🏆 Won"), (Menu.LOST, "💔 Lost")])
async def test_won_and_lost_of_an_older_cards_menu_set_it(team: Team, menu: Menu, words: str) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    await team.town.world.queries.press_data(
        team.town.ravi, card, callback_data.encode(lead_codes.OpenMenu(number, menu))
    )
    await shows(team, card, words)


async def test_a_refused_choice_leaves_more_open_until_its_minute_is_over(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    await team.town.ravi.presses(card, "✋ Claim")
    await shows(team, card, "✋ Ravi")
    await team.town.asha.presses(card, "⋯ More")
    assert (await team.town.asha.presses(card, "🗑 Junk")).show_alert
    assert worded("‹ Back") in card.buttons[3]
    team.town.clock.ahead += 62
    await team.town.world.wait_for(lambda: worded("⋯ More") in card.buttons[-1])


async def test_the_actor_undoes_within_a_minute_and_nobody_else(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    await team.town.ravi.presses(card, "✋ Claim")
    await shows(team, card, "✋ Ravi")
    await unfolds(team, card, "⋯ More", "🗑 Junk")
    await offers(team, card, "↩️ Undo")
    answer = await team.town.asha.presses(card, "↩️ Undo")
    assert answer.show_alert
    assert heard("Only who made the last change", answer.text)
    assert (await team.town.ravi.presses(card, "↩️ Undo")).text == worded("Undone.")
    await team.town.world.wait_for(lambda: worded("Junk") not in card.text)
    stored = await team.services.lookup.lead(number)
    assert stored is not None
    assert stored.status is Status.CLAIMED


async def test_an_undo_that_is_too_late_says_so(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    data = callback_data.encode(lead_codes.Undo(number, 12345))
    answer = await team.town.world.queries.press_data(team.town.ravi, card, data)
    assert answer.show_alert


async def test_a_status_that_is_tapped_twice_asks_for_no_ok(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    data = callback_data.encode(lead_codes.SetStatus(number, Status.CONTACTED))
    await team.town.world.queries.press_data(team.town.ravi, card, data)
    answer = await team.town.world.queries.press_data(team.town.ravi, card, data)
    assert (answer.text, answer.show_alert) == (worded("It is so already."), False)
    assert len(await team.services.notes.history(number)) == 1


async def test_only_the_owner_and_admins_move_a_lead_on(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    await team.town.ravi.presses(card, "✋ Claim")
    await shows(team, card, "✋ Ravi")
    await team.town.asha.presses(card, "⋯ More")
    answer = await team.town.asha.presses(card, "📄 Quoted")
    assert answer.show_alert
    assert answer.text == worded("Ravi has this lead. Only Ravi and admins may change it.")
    assert heard("Quoted", (await team.meera.presses(card, "📄 Quoted")).text)
    await shows(team, card, "📄 Quoted")
    assert "✋ Ravi" in card.text


async def test_a_lost_lead_has_a_reason(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    await unfolds(team, card, "⋯ More", "💔 Lost")
    await offers(team, card, "price too high")
    await team.town.ravi.presses(card, "price too high")
    await shows(team, card, "💔 Lost: price too high")


async def test_a_lead_is_won_without_a_value_too(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    await unfolds(team, card, "⋯ More", "🏆 Won")
    await shows(team, card, "🏆 Won")


async def test_the_owner_releases_and_the_claim_button_is_back(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    await team.town.ravi.presses(card, "✋ Claim")
    await shows(team, card, "✋ Ravi")
    await team.town.asha.presses(card, "⋯ More")
    refused = await team.town.asha.presses(card, "🙌 Release")
    assert "Ravi" in refused.text
    assert heard("has this lead", refused.text)
    await team.town.ravi.presses(card, "🙌 Release")
    await offers(team, card, "✋ Claim")
    assert "✋ Ravi" not in card.text


async def test_an_admin_gives_a_lead_to_somebody_the_bot_has_seen(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    await team.town.asha.presses(card, "⋯ More")
    answer = await team.town.asha.presses(card, "👥 Give to …")
    assert answer.show_alert
    assert heard("Only admins", answer.text)
    await team.meera.presses(card, "👥 Give to …")
    before = len(team.group.by_bot)
    assert (await team.meera.presses(card, "Asha")).text == worded(f"#{number} has been given to Asha.")
    await shows(team, card, "✋ Asha")
    told = await team.said(team.group, before)
    assert told.reply_to is card
    assert told.text == worded(f"👥 Asha, Meera gave you #{number}. A reply to this is noted on it.")
    assert f'href="tg://user?id={team.town.asha.id}"' in told.html


async def test_an_admin_who_takes_a_lead_over_is_not_told_so(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    await team.town.ravi.presses(card, "✋ Claim")
    await shows(team, card, "✋ Ravi")
    await team.meera.presses(card, "⋯ More")
    await team.meera.presses(card, "👥 Meera")
    await shows(team, card, "✋ Meera")
    await offers(team, card, "↩️ Undo")
    assert team.group.by_bot == [card]
    await team.meera.presses(card, "↩️ Undo")
    await team.town.world.wait_for(lambda: "✋ Ravi" in card.text)


async def test_a_view_is_redrawn_by_the_press_and_the_card_by_the_outbox(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    asha = team.town.asha
    view = await team.answers(asha, asha.chat, f"/lead {number}")
    await asha.presses(view, "✋ Claim")
    await team.settles()
    assert worded("✋ Asha") in view.text
    await shows(team, card, "✋ Asha")
    await asha.presses(view, "⋯ More")
    await team.settles()
    await asha.presses(view, "📄 Quoted")
    await team.settles()
    assert worded("📄 Quoted") in view.text
    assert view.buttons[-1][-1] == worded("⋯ More")


async def test_an_edit_takes_nothing_from_under_a_thumb(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    await team.town.ravi.presses(card, "⋯ More")
    await team.town.asha.presses(card, "✋ Claim")
    await shows(team, card, "✋ Asha")
    assert any(worded("🗣 Contacted") in row for row in card.buttons)
    await team.town.asha.presses(card, "🗣 Contacted")
    await team.town.world.wait_for(lambda: worded("🗣 Contacted") in card.text)
    assert not any(worded("🗣 Contacted") in row for row in card.buttons)


async def test_what_is_unfolded_folds_by_itself(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    asha = team.town.asha
    view = await team.answers(asha, asha.chat, f"/lead {number}")
    before = card.buttons
    await team.town.ravi.presses(card, "⋯ More")
    await asha.presses(view, "⋯ More")
    team.town.clock.ahead += 62
    await team.town.world.wait_for(lambda: card.buttons == before and view.buttons[-1][-1] == worded("⋯ More"))


@pytest.mark.english
async def test_history_tells_everything_and_the_buyers_other_leads(team: Team) -> None:
    first, second = await team.has(team.lead(1), team.lead(2, mobile="+919000000001", product="Wall Clock"))
    card = await team.card(second)
    await team.town.ravi.presses(card, "✋ Claim")
    await shows(team, card, "✋ Ravi")
    await team.town.ravi.presses(card, "💔 Lost")
    await offers(team, card, "bought elsewhere")
    await team.town.ravi.presses(card, "bought elsewhere")
    await shows(team, card, "💔 Lost: bought elsewhere")
    await unfolds(team, card, "⋯ More", "🕘 History")
    history = team.group.last
    assert history.reply_to is card
    lines = history.text.split("\n")
    assert lines[0] == worded(f"🕘 History of #{second}")
    assert lines[1].endswith("Ravi: lost, bought elsewhere")
    assert lines[2].endswith("Ravi: claimed → lost")
    assert lines[3].endswith("Ravi: ✋ claimed")
    assert f"/lead_{first}" in history.text


async def test_a_long_history_has_pages_and_every_note_is_whole(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    notes = [f"{n:02} " + "x" * 700 for n in range(9)]
    for note in notes:
        team.town.ravi.says(team.group, note, reply_to=card)
    await shows(team, card, "📝 Ravi: 0")
    await team.town.world.wait_for(lambda: sum(message.reaction == "👍" for message in team.group.messages) == 9)
    await unfolds(team, card, "⋯ More", "🕘 History")
    history = team.group.last
    seen = history.text
    while any(worded("Older ›") in row for row in history.buttons):
        await team.town.asha.presses(history, "Older")
        seen += history.text
    assert all(note in seen for note in notes)
    await team.town.asha.presses(history, "Newer")


@pytest.mark.parametrize(
    "code",
    [
        lead_codes.Claim(99),
        lead_codes.SetStatus(99, Status.QUOTED),
        lead_codes.MarkLost(99, LostReason.PRICE),
        lead_codes.Release(99),
        lead_codes.OpenMenu(99, Menu.MORE),
        lead_codes.AskFor(99, lead_codes.PromptKind.NOTE),
        lead_codes.SetReminder(99, Preset.HOUR),
        lead_codes.ShowHistory(99, 0),
        lead_codes.SendContact(99),
        lead_codes.ShowLead(99),
        lead_codes.ClaimFromCallout(99, 1, 0),
        lead_codes.Undo(99, 1),
    ],
)
async def test_a_lead_that_is_not_ours_is_not_here(
    team: Team, code: callback_data.Code, caplog: pytest.LogCaptureFixture
) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    before = (card.text, card.buttons)
    with caplog.at_level(logging.INFO, "bot"):
        answer = await team.town.world.queries.press_data(team.town.ravi, card, callback_data.encode(code))
    assert (answer.text, answer.show_alert) == (worded("This lead is not here any more."), True)
    assert (card.text, card.buttons) == before
    assert "a press named a lead that is not here" in caplog.text


@pytest.mark.parametrize("button", ["✋ Claim", "⋯ More", "⏰ Remind"])
async def test_an_outsiders_press_changes_nothing_and_leaves_a_line_without_a_name(
    team: Team, button: str, caplog: pytest.LogCaptureFixture
) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    before = (card.text, card.buttons)
    with caplog.at_level(logging.INFO, "bot"):
        answer = await team.town.vikram.presses(card, button)
    assert answer.show_alert
    assert heard("only for the members", answer.text)
    assert (card.text, card.buttons) == before
    assert "a press from outside the team was refused" in caplog.text
    assert "Vikram" not in caplog.text


async def test_a_forged_code_gets_an_alert_and_a_line(team: Team, caplog: pytest.LogCaptureFixture) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    with caplog.at_level(logging.INFO, "bot"):
        answer = await team.town.world.queries.press_data(team.town.ravi, card, f"2k{number}")
    assert heard("button is old", answer.text)
    assert "a press carried no code of ours" in caplog.text
    stored = await team.services.lookup.lead(number)
    assert stored is not None
    assert stored.owner_id is None
