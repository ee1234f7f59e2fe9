"""Names without a letter and texts with controls in them: nothing raises, and each gets its sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.chat.views import callback_data
from bot.chat.views.lead_codes import AskFor, PromptKind
from tests.languages import heard, worded

if TYPE_CHECKING:
    from tests.chat.conftest import Team

ODD = "\x00\x01 a\x00b \x1b[31m\x7f\x85"


def failures(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [line for line in caplog.messages if "failed" in line or "could not be served" in line]


@pytest.mark.parametrize(
    "command", ["search", "lead", "stats", "mine", "today", "start", "template", "template kind:B", "x"]
)
@pytest.mark.parametrize("text", [ODD, "\x00", "\x00" * 300])
async def test_controls_in_a_command_are_dropped(
    command: str, text: str, team: Team, caplog: pytest.LogCaptureFixture
) -> None:
    await team.has(team.lead(1, name="a b"))
    said = await team.answers(team.meera, team.meera.chat, f"/{command} {text}")
    assert "went wrong" not in said.text
    assert "\x00" not in said.text
    assert failures(caplog) == []


async def test_a_greeting_with_controls_is_saved_without_them(team: Team) -> None:
    said = await team.answers(team.meera, team.meera.chat, "/template Hello\x00 {name}\x07, good day")
    assert (await team.meera.presses(said, "Save")).text == worded("Saved.")
    assert set((await team.services.templates.all_()).values()) == {"Hello  {name} , good day"}


async def test_a_note_of_controls_only_is_no_note(team: Team, caplog: pytest.LogCaptureFixture) -> None:
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    team.town.asha.says(team.group, "\x00\x00", reply_to=card)
    team.town.asha.says(team.group, "call\x00 back", reply_to=card)
    await team.town.world.wait_for(lambda: "call  back" in card.text or "call back" in card.text)
    assert failures(caplog) == []


async def test_inline_words_with_controls_find_what_they_name(team: Team, caplog: pytest.LogCaptureFixture) -> None:
    await team.has(team.lead(1))
    answer = await team.town.asha.asks_inline("\x00clock\x00", chat_type="sender")
    assert len(answer.results) == 1
    assert failures(caplog) == []


@pytest.mark.parametrize("name", ["", "\u3164", "\u2800", "\u200b", "\u0301", "@durov", "evil.com"])
async def test_a_person_of_any_name_works_a_lead_like_everybody(
    name: str, team: Team, caplog: pytest.LogCaptureFixture
) -> None:
    person = team.town.world.add_person(name)
    person.joins(team.group)
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    assert heard("is yours", (await person.presses(card, "✋ Claim")).text)
    await team.town.world.wait_for(lambda: "✋ " in card.text)
    owner = next(line for line in card.text.splitlines() if line.startswith("✋ "))
    assert worded("a colleague") in owner or name.replace("@", "").replace("evil.", "") in owner
    for text in ("/mine", "/stats", "/start", "/status", "/template x"):
        assert not heard("went wrong", (await team.answers(person, person.chat, text)).text)
    await team.town.world.queries.press_data(person, card, callback_data.encode(AskFor(number, PromptKind.NOTE)))
    await team.town.world.queries.press_data(
        team.town.ravi, card, callback_data.encode(AskFor(number, PromptKind.NOTE))
    )
    assert (await person.asks_inline("clock", chat_type="sender")).results
    person.leaves(team.group)
    await team.settles()
    assert failures(caplog) == []
    assert not [one for message in team.group.by_bot for one in message.body.formatted.entities if one.kind in LIVE]


LIVE = {"mention", "url", "hashtag", "cashtag"}


async def test_what_a_buyer_typed_is_live_in_no_inline_result(team: Team) -> None:
    words = "see evil.com @durov http://x.example /claim #tag"
    await team.has(team.lead(1, name=words, company=words, message=words, product=words, email="asha@example.com"))
    for chat_type in ("sender", "group"):
        answer = await team.town.asha.asks_inline("durov", chat_type=chat_type)
        shown = str([result.text for result in answer.results])
        for live in ("@durov", "evil.com", "://", " /claim", "#tag"):
            assert live not in shown
