"""Presses come first: in a burst of 200 leads and behind fifty look-ups, by the sandbox's own record of its calls.

A minute is scaled down to six seconds: the order, the counts and the shares are those of 20/60.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.sandbox.botapi import FloodRate, Limits
from bot.sandbox.botapi.faults import WRITING
from tests.claiming import claimed
from tests.e2e.stage import Stage, staged
from tests.languages import worded

if TYPE_CHECKING:
    from pathlib import Path

    from bot.sandbox.botapi import HumanUser, Message

SPAN = 6.0
LIMITS = Limits(group=FloodRate(20, SPAN), private=FloodRate(1, 0.1))
SETTINGS = {"TELEGRAM_GROUP_RATE": f"20/{SPAN:.0f}"}
BETWEEN = 10
"""Half of the calls of a span: the others are the presses' own."""
LONG = pytest.mark.english
"""Ten seconds and more, of whose words only the answer to a Claim is looked at, which test_two_bots.py reads."""


def team(stage: Stage, size: int) -> list[HumanUser]:
    people = [stage.town.world.add_person(f"Person {number}") for number in range(size)]
    for person in people:
        person.joins(stage.town.group)
    return people


def cards(stage: Stage) -> list[Message]:
    return [one for one in stage.town.group.by_bot if one.text.splitlines()[-1].startswith("#")]


def taken(stage: Stage) -> list[float]:
    """When each writing call into the group was made, edits and deletions counted."""
    group = str(stage.town.group.id)
    return [
        call.at
        for call in stage.town.api.calls
        if call.method.lower() in WRITING and str(call.parameters.get("chat_id")) == group
    ]


def most_in_a_span(stage: Stage) -> int:
    times = taken(stage)
    return max(sum(begun <= at < begun + SPAN for at in times) for begun in times)


async def has_cards(stage: Stage, number: int) -> None:
    """So many leads stand there as cards, and their calls count no more."""
    await stage.service.start()
    await stage.is_up()
    stage.simulator.seller.arrive_many(number)
    await stage.drained(within=30)
    await asyncio.sleep(SPAN + 1)


async def claims(stage: Stage, person: HumanUser, card: Message) -> None:
    """Answered, and on the card before more than a few of the rest have had a turn."""
    before = len(taken(stage))
    await claimed(person, card)
    await stage.town.world.wait_for(lambda: f"✋ {person.name}" in card.text, 10)
    assert len(taken(stage)) - before <= BETWEEN


@LONG
async def test_ten_claims_in_a_burst_of_200_are_answered_and_shown_and_all_leads_come(tmp_path: Path) -> None:
    async with staged(tmp_path, SETTINGS, limits=LIMITS) as stage:
        people = team(stage, 10)
        await has_cards(stage, 10)
        free = cards(stage)
        assert len(free) == 10
        stage.simulator.seller.arrive_many(200)
        await stage.town.world.wait_for(lambda: len(stage.town.group.by_bot) > 12)
        for person, card in zip(people, free, strict=True):
            await claims(stage, person, card)
            await asyncio.sleep(SPAN / 2 / len(people))
        await stage.drained(within=2 * SPAN + 5)
        assert stage.lost == set()
        assert stage.town.api.flood.violations == []
        assert most_in_a_span(stage) <= 20


@LONG
async def test_behind_fifty_lookups_a_claim_is_answered_and_shown(tmp_path: Path) -> None:
    async with staged(tmp_path, SETTINGS, limits=LIMITS) as stage:
        people = team(stage, 10)
        await has_cards(stage, 1)
        [card] = cards(stage)
        for number in range(50):
            people[number % 10].says(stage.town.group, "/today@leadbell_bot")
        await stage.town.world.wait_for(lambda: len(stage.town.group.by_bot) >= 10)
        await claims(stage, people[0], card)
        assert most_in_a_span(stage) <= 20
        assert stage.town.api.flood.violations == []
        assert await stage.service.stop() == 0


@LONG
async def test_what_was_asked_while_telegram_refused_everything_is_answered_when_it_ends(tmp_path: Path) -> None:
    async with staged(tmp_path, SETTINGS, limits=LIMITS) as stage:
        ravi = stage.town.ravi
        await has_cards(stage, 1)
        [card] = cards(stage)
        before = len(stage.town.group.by_bot)
        flood = stage.town.api.faults.flood(retry_after=3, times=None)
        for _question in range(3):
            ravi.says(stage.town.group, "/today@leadbell_bot")
        await stage.town.world.wait_for(lambda: flood.struck > 0)
        await claimed(ravi, card)
        assert "✋ Ravi" not in card.text
        stage.town.api.faults.lift(flood)
        await stage.town.world.wait_for(lambda: "✋ Ravi" in card.text)
        await stage.town.world.wait_for(lambda: len(stage.town.group.by_bot) == before + 3)


async def test_a_lookup_the_group_has_no_room_for_comes_in_private(tmp_path: Path) -> None:
    settings = {"TELEGRAM_GROUP_RATE": "20/60"}
    async with staged(tmp_path, settings, limits=Limits(private=FloodRate(1, 0.1))) as stage:
        ravi, asha = stage.town.ravi, stage.town.asha
        await stage.service.start()
        await stage.is_up()
        ravi.starts()
        await stage.town.world.wait_for(lambda: ravi.chat.by_bot)
        for number in range(12):
            (ravi if number else asha).says(stage.town.group, "/today@leadbell_bot")
        await stage.town.world.wait_for(lambda: len(ravi.chat.by_bot) >= 3)
        assert len(stage.town.group.by_bot) == 10  # half of twenty, the greeting among them
        assert ravi.chat.by_bot[-1].text.startswith(worded("Today"))
        assert asha.chat.by_bot == []


@LONG
async def test_a_kill_in_the_middle_loses_no_claim_and_keeps_the_pace(tmp_path: Path) -> None:
    async with staged(tmp_path, SETTINGS, limits=LIMITS) as stage:
        [person] = team(stage, 1)
        await has_cards(stage, 1)
        [card] = cards(stage)
        stage.simulator.seller.arrive_many(200)
        await stage.town.world.wait_for(lambda: len(stage.town.group.by_bot) >= 8)
        await claimed(person, card)
        await stage.service.kill()
        await stage.service.start()
        await stage.town.world.wait_for(lambda: f"✋ {person.name}" in card.text, 10)
        await stage.drained(within=4 * SPAN)
        assert stage.lost == set()
        assert len(stage.town.api.flood.violations) <= 1  # the call in flight at the kill was not written down
