"""How long people wait for what they press while 200 leads and fifty look-ups come in at once, at the default pace.

    python -m tests.bench.presses

Real time, a real process, and the sandbox with Telegram's own limits (20 calls a minute into a group). Ten leads stand
in the group; a minute later 200 more come, with the first of them fifty look-ups are asked, and ten people claim within
half a minute. Takes about four minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bot.sandbox.botapi import Limits
from bot.sandbox.botapi.faults import WRITING
from tests.e2e.stage import Stage, staged

if TYPE_CHECKING:
    from bot.sandbox.botapi import HumanUser, Message

SPAN = 60.0
CALLS = 20
ANSWERED_WITHIN = 1.0
SHOWN_WITHIN = 3.0
REACHABLE_WITHIN = 120.0
"""Seconds: what the product promises."""


@dataclass
class Waits:
    """Seconds."""

    answers: list[float] = field(default_factory=list)
    shown: list[float] = field(default_factory=list)
    reachable: float = float("inf")


async def claim(stage: Stage, person: HumanUser, card: Message, waits: Waits) -> None:
    begun = time.monotonic()
    await person.presses(card, "✋ Claim")
    waits.answers.append(time.monotonic() - begun)
    await stage.town.world.wait_for(lambda: f"✋ {person.name}" in card.text, SPAN * 2)
    waits.shown.append(time.monotonic() - begun)


def team(stage: Stage, size: int) -> list[HumanUser]:
    people = [stage.town.world.add_person(f"Person {number}") for number in range(size)]
    for person in people:
        person.joins(stage.town.group)
    return people


def cards(stage: Stage) -> list[Message]:
    return [one for one in stage.town.group.by_bot if one.text.splitlines()[-1].startswith("#")]


def most_in_a_span(stage: Stage) -> int:
    """Writing calls into the group, edits and deletions counted."""
    group = str(stage.town.group.id)
    times = [
        call.at
        for call in stage.town.api.calls
        if call.method.lower() in WRITING and str(call.parameters.get("chat_id")) == group
    ]
    return max(sum(begun <= at < begun + SPAN for at in times) for begun in times)


async def rush(stage: Stage, leads: int, lookups: int, pressers: int) -> Waits:
    waits, people = Waits(), team(stage, pressers)
    stage.simulator.seller.arrive_many(pressers)
    await stage.drained(within=SPAN * 2)
    await asyncio.sleep(SPAN + 2)
    free, begun = cards(stage), time.monotonic()
    stage.simulator.seller.arrive_many(leads)
    before = len(stage.town.group.by_bot)
    await stage.town.world.wait_for(lambda: len(stage.town.group.by_bot) > before)
    for number in range(lookups):
        people[number % pressers].says(stage.town.group, "/today@leadbell_bot")
    await asyncio.sleep(2)
    claiming = []
    for person, card in zip(people, free, strict=True):
        claiming.append(asyncio.create_task(claim(stage, person, card, waits)))
        await asyncio.sleep(SPAN / 2 / pressers)
    await asyncio.gather(*claiming)
    with suppress(TimeoutError):
        await stage.town.world.wait_for(lambda: not stage.lost, 2 * REACHABLE_WITHIN)
        waits.reachable = time.monotonic() - begun
    return waits


async def measure(leads: int, lookups: int, pressers: int) -> bool:
    with TemporaryDirectory(prefix="leadbell-presses-") as folder:
        settings = {"TELEGRAM_GROUP_RATE": f"{CALLS}/{SPAN:.0f}"}
        async with staged(Path(folder), settings, limits=Limits()) as stage:
            await stage.service.start()
            await stage.is_up()
            waits = await rush(stage, leads, lookups, pressers)
            most, refused = most_in_a_span(stage), len(stage.town.api.flood.violations)
    print(
        f"presses: {pressers} claims among {leads} leads and {lookups} look-ups: answered after "
        f"{max(waits.answers):.2f} s at most, on the card after {max(waits.shown):.2f} s at most "
        f"(goals {ANSWERED_WITHIN:g} s and {SHOWN_WITHIN:g} s); all leads reachable after {waits.reachable:.0f} s "
        f"(goal {REACHABLE_WITHIN:g} s); at most {most} calls in a minute, {refused} refused by Telegram"
    )
    is_quick = max(waits.answers) <= ANSWERED_WITHIN and max(waits.shown) <= SHOWN_WITHIN
    return is_quick and waits.reachable <= REACHABLE_WITHIN and most <= CALLS and not refused


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.presses", description=__doc__)
    parser.add_argument("--leads", type=int, default=200)
    parser.add_argument("--lookups", type=int, default=50)
    parser.add_argument("--pressers", type=int, default=10)
    given = parser.parse_args()
    sys.exit(0 if asyncio.run(measure(given.leads, given.lookups, given.pressers)) else 1)


if __name__ == "__main__":
    main()
