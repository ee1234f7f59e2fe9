"""Outsiders who write and press as fast as they can, against the whole service: nobody of the team notices.

`tests/bench/outsiders.py` does the same for a whole minute, with a stopwatch.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.chat.views import callback_data
from bot.chat.views.lead_codes import Claim, SendContact, ShowLead
from bot.chat.views.list_codes import TurnCallout, TurnPage
from tests.claiming import claimed
from tests.e2e.stage import Stage, staged

if TYPE_CHECKING:
    from pathlib import Path

    from bot.sandbox.botapi import HumanUser, Message

pytestmark = pytest.mark.english  # hundreds of presses; what a Claim is answered is read in test_two_bots.py

COMMANDS = ("/today", "/start", "/help", "/search pump", "/lead_1", "/status", "/dance", "/week")


def forged(number: int) -> str:
    codes = (
        Claim(number),
        SendContact(number),
        ShowLead(number),
        TurnPage(number, older=True, key=number),
        TurnCallout(number, number),
    )
    return [*(callback_data.encode(code) for code in codes), "forged", "1c0", "9z"][number % 8]


async def writes(outsider: HumanUser, times: int, pause: float) -> None:
    for number in range(times):
        outsider.says(outsider.chat, COMMANDS[number % len(COMMANDS)])
        await asyncio.sleep(pause)


async def presses(stage: Stage, outsider: HumanUser, message: Message, times: int, pause: float) -> None:
    """Without waiting for an answer."""
    queries = stage.town.world.queries
    pressed = []
    for number in range(1, times + 1):
        pressed.append(asyncio.create_task(queries.press_data(outsider, message, forged(number), seconds=30)))
        await asyncio.sleep(pause)
    await asyncio.gather(*pressed)


async def has_cards(stage: Stage, number: int) -> list[Message]:
    await stage.service.start()
    await stage.is_up()
    stage.simulator.seller.arrive_many(number)
    await stage.drained(within=30)
    return [one for one in stage.town.group.by_bot if one.text.splitlines()[-1].startswith("#")]


async def test_a_claim_is_answered_while_outsiders_write_and_press_as_fast_as_they_can(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        cards = await has_cards(stage, 10)
        writer, presser = stage.town.vikram, stage.town.world.add_person("Mallory")
        at_it = asyncio.gather(writes(writer, 100, 0.02), presses(stage, presser, cards[0], 100, 0.02))
        for card in cards:
            await claimed(stage.town.asha, card)
        await at_it
        await stage.town.world.wait_for(lambda: writer.chat.by_bot)
        assert len(writer.chat.by_bot) == 1
        assert presser.chat.by_bot == []
        asked = [call.parameters["user_id"] for call in stage.town.api.calls if call.method == "getChatMember"]
        assert len(asked) == len(set(map(str, asked)))
        known = stage.rows("SELECT user_id, started_at IS NULL FROM people ORDER BY user_id")
        assert [row for row in known if row[0] == writer.id] == [(writer.id, 0)]
        await stage.town.world.wait_for(lambda: all("✋ Asha" in card.text for card in cards))
        assert await stage.service.stop() == 0
