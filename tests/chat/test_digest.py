"""/digest, and what its numbers open: below it in the group, in private where they are links."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from bot.domain.lead import Kind
from tests.languages import heard, worded

if TYPE_CHECKING:
    from tests.chat.conftest import Team


@pytest.mark.english
async def test_a_digests_button_lists_its_leads_below_it(team: Team) -> None:
    numbers = await team.has(*(team.lead(number) for number in range(1, 13)))
    asha = team.town.asha
    said = await team.answers(asha, team.group, "/digest evening")
    assert worded("✋ 12 unclaimed") in said.text
    before, text = len(team.group.by_bot), said.text
    await asha.presses(said, "✋ 12")
    await team.town.world.wait_for(lambda: len(team.group.by_bot) > before)
    listed = team.group.by_bot[-1]
    assert listed.text.startswith("Unclaimed: 12 leads")
    assert said.text == text
    await asha.presses(listed, "Older ›")
    await team.town.world.wait_for(lambda: f"/lead_{numbers[0]} " in listed.text)


@pytest.mark.english
async def test_a_number_that_is_a_link_shows_its_leads_in_private(team: Team) -> None:
    (number, _other) = await team.has(team.lead(1), team.lead(2, kind=Kind.BUYLEAD))
    ravi = team.town.ravi
    said = await team.answers(ravi, ravi.chat, "/digest evening")
    links = re.findall(r"start=(list_[0-9]+)", str(said.body.wire))
    found = [(await team.answers(ravi, ravi.chat, f"/start {link}")).text for link in dict.fromkeys(links)]
    assert any(f"/lead_{number} " in text and text.startswith("Came, Enquiry") for text in found)
    assert (await team.answers(ravi, ravi.chat, "/start list_123")).text == worded("This list is too old to be opened.")


async def test_which_digest_may_be_said(team: Team) -> None:
    asha = team.town.asha
    assert "🗓" in (await team.answers(asha, team.group, "/digest week")).text
    assert heard("shows how it stands now", (await team.answers(asha, team.group, "/digest soon")).text)


async def test_open_missed_lists_calls_until_somebody_sets_a_status(team: Team) -> None:
    (number, _other) = await team.has(team.lead(1, kind=Kind.CALL, call_seconds=3), team.lead(2))
    asha = team.town.asha
    said = await team.answers(asha, team.group, "/open missed")
    assert said.text.startswith(worded("Missed calls not returned: 1 lead"))
    card = await team.card(number)
    await asha.presses(card, "✋ Claim")
    assert (await team.answers(asha, team.group, "/open missed")).text.startswith(
        worded("Missed calls not returned: 1 lead")
    )
    await team.town.world.wait_for(lambda: worded("Contacted") in str(card.markup.buttons))
    await asha.presses(card, "🗣 Contacted")
    said = await team.answers(asha, team.group, "/open missed")
    assert said.text == worded("✅ Every missed call has been returned.")
