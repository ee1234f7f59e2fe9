"""With `NUMBERS=claim`: a number that comes too late for the presser's alert is told nobody else, and is not lost."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.chat import press
from bot.domain.ids import UserId
from bot.domain.person import Person
from tests.languages import worded

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    import pytest

    from bot.domain.ids import LeadId
    from bot.sandbox.botapi import Message
    from tests.chat.conftest import Team

    Gathered = Callable[..., AbstractAsyncContextManager[Team]]

AGAIN = "That did not work just now. Please press again in a moment."


async def claimed(team: Team) -> tuple[LeadId, Message]:
    (lead_id,) = await team.has(team.lead(1))
    await team.services.claims.claim(lead_id, Person(UserId(team.town.asha.id), "Asha"))
    return lead_id, await team.card(lead_id)


async def audited(team: Team) -> int:
    async with team.database.reading() as connection:
        return len(await connection.fetch_all("SELECT user_id FROM audit"))


def takes_long(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "PATIENCE", 0.05)
    team.town.api.faults.slow("getChatMember", seconds=1)


async def test_who_started_the_bot_gets_it_in_private(gathered: Gathered, monkeypatch: pytest.MonkeyPatch) -> None:
    async with gathered(numbers="claim") as team:
        _lead_id, card = await claimed(team)
        asha = team.town.asha
        team.town.world.receive(asha, asha.chat, "/start")
        await team.rests()
        team.town.clock.ahead += 301  # who is a member is asked again
        before = len(asha.chat.by_bot)
        takes_long(team, monkeypatch)
        await asha.presses(card, "📞 Number")
        assert "00001" in (await team.said(asha.chat, before)).text
        await team.rests()
        assert team.group.last is card


async def test_who_did_not_is_asked_to_press_again_and_nothing_is_noted(
    gathered: Gathered, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with gathered(numbers="claim") as team:
        _lead_id, card = await claimed(team)
        asha, before = team.town.asha, await audited(team)
        takes_long(team, monkeypatch)
        await asha.presses(card, "📞 Number")
        told = await team.said(team.group, 1)
        assert told.text == f"Asha: {worded(AGAIN)}"
        assert await audited(team) == before
        monkeypatch.setattr(press, "PATIENCE", 10)
        assert "00001" in (await asha.presses(card, "📞 Number")).text
        assert await audited(team) == before + 1


async def test_a_number_whose_alert_telegram_does_not_take_is_asked_for_again(gathered: Gathered) -> None:
    async with gathered(numbers="claim") as team:
        _lead_id, card = await claimed(team)
        team.town.api.faults.server_error("answerCallbackQuery")
        pressed = asyncio.create_task(team.town.asha.presses(card, "📞 Number", seconds=60))
        assert (await team.said(team.group, 1)).text == f"Asha: {worded(AGAIN)}"
        pressed.cancel()
