"""/open, /mine, /stats: lists to work from, and how it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.domain.ids import UserId
from bot.domain.person import Person
from tests.languages import heard, worded

if TYPE_CHECKING:
    from tests.chat.conftest import Team


@pytest.mark.english
async def test_open_lists_what_nobody_has_claimed_the_oldest_first_in_pages(team: Team) -> None:
    numbers = await team.has(*(team.lead(number) for number in range(1, 24)))
    await team.town.ravi.presses(await team.card(numbers[0]), "✋ Claim")
    asha = team.town.asha
    said = await team.answers(asha, team.group, "/open")
    first = said.text
    assert first.startswith("✋ 22 unclaimed leads, BuyLeads and the oldest first")
    assert first.index(f"/lead_{numbers[1]} ") < first.index(f"/lead_{numbers[2]} ")
    assert f"/lead_{numbers[0]} " not in first
    await asha.presses(said, "More ›")
    await asha.presses(said, "More ›")
    assert f"/lead_{numbers[-1]} " in said.text
    await asha.presses(said, "‹ Back")
    await asha.presses(said, "‹ Back")
    assert said.text == first


async def test_open_says_when_everything_is_claimed(team: Team) -> None:
    assert (await team.answers(team.town.asha, team.group, "/open")).text == worded("✅ Every lead is claimed.")


async def test_a_lists_number_leads_to_the_card(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    said = await team.answers(team.town.asha, team.group, "/open")
    await team.town.asha.presses(said, f"#{number}")
    assert "LED Clock" in (await team.said(team.group, 1)).text


def spaced(text: str) -> str:
    """With ordinary blanks between numbers and units."""
    return text.replace("\u00a0", " ")


async def test_mine_lists_my_leads_with_their_reminders_and_cancels_them(team: Team) -> None:
    numbers = await team.has(*(team.lead(number) for number in range(1, 4)))
    asha = team.town.asha
    for number in numbers[:2]:
        await asha.presses(await team.card(number), "✋ Claim")
    card = await team.card(numbers[2])
    await asha.presses(card, "⏰ Remind")
    await asha.presses(card, "in 1 h")
    said = await team.answers(asha, asha.chat, "/mine")
    lines = said.text.split("\n")
    assert lines[0] == worded("📋 Asha: 3 leads, by next reminder")
    assert f"/lead_{numbers[2]} " in lines[2]
    assert lines[4].startswith("⏰ ")
    cancel = f"✖️ #{numbers[2]}"
    data = said.button(cancel)["callback_data"]
    assert (await asha.presses(said, cancel)).text == worded("This reminder will not come.")
    await team.settles()
    assert "⏰" not in said.text
    assert heard("no such reminder", (await team.town.world.queries.press_data(asha, said, data)).text)


async def test_nobody_cancels_somebody_elses_reminder(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    await team.town.asha.presses(card, "⏰ Remind")
    await team.town.asha.presses(card, "in 1 h")
    said = await team.answers(team.town.asha, team.group, "/mine")
    assert (await team.town.ravi.presses(said, "✖️")).show_alert
    assert len(await team.services.reminders.of(UserId(team.town.asha.id))) == 1


async def test_turning_somebodys_list_stays_with_their_leads(team: Team) -> None:
    numbers = await team.has(*(team.lead(number) for number in range(1, 13)))
    asha = team.town.asha
    for number in numbers:
        # Without cards: so many, and their edits, would be more than Telegram takes in a minute.
        await team.services.claims.claim(number, Person(UserId(asha.id), asha.name))
    said = await team.answers(asha, team.group, "/mine")
    await team.town.ravi.presses(said, "More ›")
    assert said.text.startswith(worded("📋 Asha: 12 leads"))


@pytest.mark.english
async def test_mine_without_leads_points_to_the_open_ones(team: Team) -> None:
    said = (await team.answers(team.town.ravi, team.group, "/mine")).text
    assert said == "You have no leads. /open lists those that nobody has claimed."


@pytest.mark.english
async def test_stats_say_how_it_goes_page_by_page(team: Team) -> None:
    numbers = await team.has(*(team.lead(number) for number in range(1, 4)))
    card = await team.card(numbers[0])
    await team.town.ravi.presses(card, "✋ Claim")
    await team.town.world.wait_for(lambda: "✋ Ravi" in card.text)
    for button in ("⋯ More", "🗣 Contacted"):
        await team.town.ravi.presses(card, button)
    said = await team.answers(team.town.asha, team.group, "/stats")
    assert spaced(said.text).startswith(
        "📊 The last 7 days: 3 leads\nNone in the time before\n\n🟢 Enquiry 3\nopen 2 · contacted 1\n"
    )
    for button, words in (
        ("👥 People", "\nRavi · 1 claimed · 1 called\n⏱ "),
        ("🎯 Results", "\n🟢 Enquiry 3 · 1 called · none won"),
        ("💰 Trade", "\n📦 LED Clock · 3\n\n📍 Ernakulam · 3"),
        ("📊 Summary", "\n🟢 Enquiry 3\n"),
    ):
        await team.town.asha.presses(said, button)
        await team.town.world.wait_for(lambda words=words: words in spaced(said.text))  # type: ignore[misc]


async def test_a_button_under_the_stats_brings_the_chart(team: Team) -> None:
    await team.has(team.lead(1))
    said = await team.answers(team.town.asha, team.group, "/stats today")
    await team.town.asha.presses(said, "🔻 Funnel")
    await team.town.world.wait_for(lambda: team.group.messages[-1].body.kind == "photo", seconds=60)
    photo = team.group.messages[-1]
    assert photo.text == "\n".join(worded(["From lead to order, by kind", "Today: 1 lead"]))
    assert photo.body.file is not None
    assert photo.body.file.width == 1080
    assert photo.reply_to is said


@pytest.mark.english
@pytest.mark.parametrize(
    ("typed", "heading"),
    [
        ("7d", "The last 7 days: 1 lead"),
        ("30 days", "The last 30 days: 1 lead"),
        ("2w", "The last 14 days: 1 lead"),
        ("12h", "The last 12 h: 1 lead"),
        ("90 minutes", "The last 1 h 30 min: 1 lead"),
        ("3m", "The last 3 min: 0 leads"),
        ("month", "This month: 1 lead"),
        ("kind:W 24 H", "The last 1 d · Enquiry: 1 lead"),
        ("BuyLeads", "The last 7 days · BuyLead: 0 leads"),
    ],
)
async def test_stats_tell_of_what_was_asked_for(team: Team, typed: str, heading: str) -> None:
    """The one lead is a quarter of an hour old."""
    await team.has(team.lead(1))
    said = (await team.answers(team.town.asha, team.group, f"/stats {typed}")).text
    assert spaced(said).split("\n")[0] == f"📊 {heading}"


@pytest.mark.english
@pytest.mark.parametrize("typed", ["forever", "0d", "-3d", "<b>"])
async def test_stats_of_no_length_are_refused_with_an_example(team: Team, typed: str) -> None:
    said = (await team.answers(team.town.asha, team.group, f"/stats {typed}")).text
    assert said.startswith(f"“{typed}” is not understood.")
    assert heard("12h (hours), 7d (days), 2w (weeks), 3mo (months)", said)


@pytest.mark.english
async def test_stats_name_the_word_they_do_not_understand_and_what_is_near(team: Team) -> None:
    said = (await team.answers(team.town.asha, team.group, "/stats yesteday 30 BuyLead")).text
    assert said.startswith("“yesteday” is not understood. Did you mean yesterday?\n“30” has no unit.\nA time: today,")
