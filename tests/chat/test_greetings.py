"""/template: shown before it is saved, and only by admins."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.domain.lead import Kind
from tests.languages import heard, worded

if TYPE_CHECKING:
    from bot.sandbox.botapi.messages import Message
    from tests.chat.conftest import Team

GREETING = "Hello {name} & <co>, {product}? {owner}"


def greeted(card: Message) -> str:
    return parse_qs(urlsplit(str(card.button("💬 WhatsApp")["url"])).query)["text"][0]


@pytest.mark.english
async def test_a_greeting_is_shown_filled_in_before_it_is_saved(team: Team) -> None:
    (number,) = await team.has(team.lead(1))
    meera = team.meera
    said = await team.answers(meera, meera.chat, f"/template {GREETING}")
    assert "Hello Buyer 1 & <co>, LED Clock? Meera" in said.text
    assert said.text.endswith("While nobody has claimed the lead:\nHello Buyer 1 & <co>, LED Clock?")
    assert await team.services.templates.all_() == {}
    assert (await meera.presses(said, "💾 Save")).text == worded("Saved.")
    assert await team.services.templates.all_() == {None: GREETING}
    await team.settles()
    assert said.buttons == []
    card = await team.card(number)
    assert greeted(card) == "Hello Buyer 1 & <co>, LED Clock?"
    await team.town.ravi.presses(card, "✋ Claim")
    await team.town.world.wait_for(lambda: greeted(card).endswith("? Ravi"))


async def test_one_kind_may_have_its_own_and_lose_it_again(team: Team) -> None:
    meera = team.meera
    said = await team.answers(meera, meera.chat, "/template kind:b Namaste {name}")
    await meera.presses(said, "💾 Save")
    assert await team.services.templates.all_() == {Kind.BUYLEAD: "Namaste {name}"}
    assert "Namaste {name}" in (await team.answers(meera, meera.chat, "/template")).text
    assert heard("Removed", (await team.answers(meera, meera.chat, "/template kind:B off")).text)
    assert heard("None was set", (await team.answers(meera, meera.chat, "/template off")).text)
    assert await team.services.templates.all_() == {}


@pytest.mark.parametrize(
    ("typed", "words"),
    [("Hello {nmae}", "{nmae}"), ("x" * 501, "This is 1 character too long."), ("kind:X Hello", "no such kind")],
)
async def test_what_cannot_be_saved_is_explained(team: Team, typed: str, words: str) -> None:
    said = await team.answers(team.meera, team.meera.chat, f"/template {typed}")
    assert heard(words, said.text)
    assert said.buttons == []


async def test_only_admins_set_it(team: Team) -> None:
    said = await team.answers(team.town.ravi, team.group, "/template Hello")
    assert heard("Only admins", said.text)
    team.meera.joins(team.group)
    preview = await team.answers(team.meera, team.group, "/template Hello")
    answer = await team.town.ravi.presses(preview, "💾 Save")
    assert heard("Only admins", answer.text)
    assert await team.services.templates.all_() == {}
