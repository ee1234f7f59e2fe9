"""Buttons of two sellers whom one bot speaks for: who is in both teams presses them, and has chosen one since."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.chat.views import callback_data, list_codes
from tests.chat.test_two_accounts import Both
from tests.languages import worded

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.chat.conftest import Team


@pytest.fixture
async def both(team: Team) -> AsyncIterator[Both]:
    """Meera is an admin of both."""
    town = team.town
    async with team.beside("Gupta Tools", town.asha, town.vikram, TELEGRAM_ADMINS=str(team.meera.id)) as other:
        (pump,) = await team.has(team.lead(1, product="Water Pump"))
        (drill,) = await other.has(other.lead(2, product="Drill"))
        yield Both(team, other, pump, drill)


PRESSES = {
    "/template Namaste {name}": "💾 Save",
    "/route city:surat -> mute": "↩️ Undo",
}


async def stored(team: Team) -> tuple[object, ...]:
    return await team.services.templates.all_(), [one.route.query for one in await team.services.routes.all()]


@pytest.mark.parametrize("said", ["/template Namaste {name}", "/route city:surat -> mute"])
async def test_a_button_of_one_team_acts_for_it_whatever_was_chosen_since(both: Both, said: str) -> None:
    sharma, gupta, meera = both.sharma, both.gupta, both.sharma.meera
    await both.chooses(meera, "Gupta Tools")
    await gupta.answers(meera, meera.chat, "/route city:pune -> mute")
    before = await stored(gupta)
    await both.chooses(meera, "Sharma Solar")
    message = await sharma.answers(meera, meera.chat, said)
    await both.chooses(meera, "Gupta Tools")
    await meera.presses(message, PRESSES[said])
    await sharma.rests()
    assert await stored(gupta) == before
    assert await stored(sharma) == ({None: "Namaste {name}"} if "template" in said else {}, [])


async def test_a_list_of_one_team_is_turned_in_it_whatever_was_chosen_since(both: Both) -> None:
    sharma, asha = both.sharma, both.sharma.town.asha
    await both.chooses(asha, "Sharma Solar")
    message = await sharma.answers(asha, asha.chat, "/open")
    await both.chooses(asha, "Gupta Tools")
    for code in list_codes.TurnOpenList(sharma.services.account_id, 0), list_codes.TurnOpenList(4711, 0):
        await sharma.town.world.queries.press_data(asha, message, callback_data.encode(code))
        await sharma.rests()
        assert "Water Pump" in message.text


@pytest.mark.parametrize("data", ["1va", "1Rz1", "1o0", "1y5.3"])
async def test_a_button_from_before_it_named_its_team_says_that_it_is_old(both: Both, data: str) -> None:
    sharma, meera = both.sharma, both.sharma.meera
    await both.chooses(meera, "Gupta Tools")
    message = await sharma.answers(meera, meera.chat, "/routes")
    said = await sharma.town.world.queries.press_data(meera, message, data)
    assert said.text == worded("This button is old. Please open the lead or the list again.")


async def test_a_button_of_a_team_that_somebody_is_not_in_acts_for_no_other(both: Both) -> None:
    vikram = both.gupta.town.vikram
    message = await both.gupta.answers(vikram, vikram.chat, "/open")
    code = callback_data.encode(list_codes.TurnOpenList(both.sharma.services.account_id, 0))
    said = await both.gupta.town.world.queries.press_data(vikram, message, code)
    assert said.text == worded("This button is old. Please open the lead or the list again.")
    assert "Drill" in message.text
