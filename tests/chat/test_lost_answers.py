"""Telegram does not take the answer to a press: what was pressed is done all the same, and a refusal is said below."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from bot.chat import press
from bot.domain.ids import UserId
from bot.domain.person import Person
from tests.languages import heard, worded

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.sandbox.botapi import HumanUser, Message
    from bot.sandbox.botapi.faults import BotApiFaults
    from tests.chat.conftest import Team

ANSWER = "answerCallbackQuery"
LOSSES = ("flood", "server error", "reset", "too old")


def lose(faults: BotApiFaults, how: str) -> None:
    """The next answer."""
    if how == "flood":
        faults.flood(ANSWER)
    elif how == "server error":
        faults.server_error(ANSWER)
    elif how == "reset":
        faults.reset(ANSWER)
    else:
        faults.refuse(400, "Bad Request: query is too old and response timeout expired or query ID is invalid", ANSWER)


@asynccontextmanager
async def unanswered(team: Team, person: HumanUser, message: Message, button: str, how: str) -> AsyncIterator[None]:
    """Pressed, with the answer lost; leaves when all has come of it, and nothing was answered."""
    lose(team.town.api.faults, how)
    pressed = asyncio.create_task(person.presses(message, button, seconds=60))
    await team.town.world.wait_for(lambda: not [*team.town.api.faults])
    yield
    await team.rests()
    assert not pressed.done(), "a second answer"
    pressed.cancel()


@pytest.mark.parametrize("how", LOSSES)
async def test_a_claim_whose_answer_is_lost_is_no_failure(team: Team, how: str) -> None:
    (lead_id,) = await team.has(team.lead(1))
    card = await team.card(lead_id)
    async with unanswered(team, team.town.asha, card, "✋ Claim", how):
        await team.town.world.wait_for(lambda: worded("✋ Asha") in card.text)
    assert team.group.last is card


@pytest.mark.parametrize("how", LOSSES)
async def test_a_press_goes_on_where_telegram_does_not_take_that_it_takes_a_moment(
    team: Team, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(press, "PATIENCE", 0.05)
    (lead_id,) = await team.has(team.lead(1))
    card = await team.card(lead_id)
    team.town.api.faults.slow("getChatMember", seconds=1)
    async with unanswered(team, team.town.asha, card, "✋ Claim", how):
        await team.town.world.wait_for(lambda: worded("✋ Asha") in card.text)
    assert team.group.last is card


@pytest.mark.parametrize("how", LOSSES)
async def test_who_was_not_first_hears_it_below_the_card_where_the_answer_is_lost(team: Team, how: str) -> None:
    (lead_id,) = await team.has(team.lead(1))
    card = await team.card(lead_id)
    await team.services.claims.claim(lead_id, Person(UserId(team.town.ravi.id), "Ravi"))
    async with unanswered(team, team.town.asha, card, "✋ Claim", how):
        told = await team.said(team.group, 1)
    assert told.reply_to is card
    assert told.text.startswith("Asha: ")
    assert "Ravi" in told.text


@pytest.mark.english
@pytest.mark.parametrize("is_late", [False, True])
async def test_nobody_confirms_what_they_were_not_asked(
    team: Team, monkeypatch: pytest.MonkeyPatch, *, is_late: bool
) -> None:
    """The question is lost with the answer, and cannot be said below either: the next press asks it."""
    (lead_id,) = await team.has(team.lead(1))
    card, asha = await team.card(lead_id), team.town.asha
    await asha.presses(card, "⋯ More")
    await team.rests()
    if is_late:
        monkeypatch.setattr(press, "PATIENCE", 0)
    with team.town.api.faults.during(team.town.api.faults.refuse(403, "Forbidden: no", "sendMessage", times=None)):
        lose(team.town.api.faults, "server error")
        pressed = asyncio.create_task(asha.presses(card, "🔕 Do not call", seconds=60))
        await team.town.world.wait_for(lambda: team.town.api.calls.of("sendMessage"))
        await team.rests()
        pressed.cancel()
    monkeypatch.setattr(press, "PATIENCE", 10)
    team.town.clock.ahead += 2
    asked = await asha.presses(card, "🔕 Do not call")
    assert heard("ask not to be called", asked.text)
    await team.rests()
    assert "Do not call:" not in card.text


@pytest.mark.english
async def test_a_question_that_could_only_be_asked_below_is_confirmed_as_any_other(team: Team) -> None:
    (lead_id,) = await team.has(team.lead(1))
    card, asha = await team.card(lead_id), team.town.asha
    await asha.presses(card, "⋯ More")
    await team.rests()
    async with unanswered(team, asha, card, "🔕 Do not call", "flood"):
        told = await team.said(team.group, 1)
    assert heard("ask not to be called", told.text)
    team.town.clock.ahead += 2
    assert heard("do not call. It can be undone", (await asha.presses(card, "🔕 Do not call")).text)


async def test_a_crowd_of_outsiders_whose_answers_are_lost_is_not_told_so_in_the_group(team: Team) -> None:
    (lead_id,) = await team.has(team.lead(1))
    card = await team.card(lead_id)
    async with unanswered(team, team.town.vikram, card, "✋ Claim", "flood"):
        pass
    assert team.group.last is card
