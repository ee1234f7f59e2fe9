"""/fetch, against the simulator: it always ends with what came of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.sandbox.simulator.faults import SimulatorFault
from tests.e2e.shop import Shop, prepared
from tests.languages import heard, worded

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.sandbox.botapi import HumanUser

FLOOR = timedelta(minutes=5)


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    """The first call is over, and the next is five minutes off."""
    async with prepared(tmp_path, POLL_EVERY="5m") as shop, shop.serving():
        await shop.simulator.called(1)
        await shop.idle()
        await shop.until(lambda: shop.group.texts)
        yield shop


async def answered(shop: Shop, count: int = 1, *people: HumanUser) -> list[str]:
    """What the bot says to /fetch, so many messages, the cards left out."""
    before = len(shop.group.by_bot)
    for person in people or (shop.town.asha,):
        person.says(shop.group, "/fetch")

    def said() -> list[str]:
        return [one.text for one in shop.group.by_bot[before:] if "IndiaMART" in one.text.splitlines()[0]]

    await shop.until(lambda: len(said()) >= count, 15)
    return said()


@pytest.mark.parametrize(("leads", "words"), [(0, "nothing new"), (1, "1 new lead"), (3, "3 new leads")])
async def test_it_says_how_many_leads_are_new(shop: Shop, leads: int, words: str) -> None:
    shop.clock.ahead += FLOOR
    for _lead in range(leads):
        shop.simulator.seller.arrive("W")
    assert await answered(shop) == [worded(f"IndiaMART answered: {words}.")]
    await shop.has_cards(leads)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (SimulatorFault.WRONG_KEY, "IndiaMART refused the key."),
        (SimulatorFault.BLOCKED, "IndiaMART has blocked the key for now."),
        (SimulatorFault.HTTP_502, "IndiaMART gave no proper answer."),
        pytest.param(SimulatorFault.TRUNCATED, "IndiaMART gave no proper answer.", marks=pytest.mark.english),
    ],
)
async def test_it_says_what_went_wrong_and_when_it_is_tried_again(
    shop: Shop, fault: SimulatorFault, words: str
) -> None:
    shop.clock.ahead += FLOOR
    shop.simulator.faults.queue(fault)
    (said,) = await answered(shop)
    assert said.startswith(worded(words))
    assert heard("It is asked again at ", said)


async def test_where_no_call_is_allowed_yet_it_says_when_one_is(shop: Shop) -> None:
    (said,) = await answered(shop)
    assert heard("IndiaMART allows no call before that: the next poll is at ", said)
    assert len(shop.simulator.calls) == 1


async def test_a_slow_call_is_announced_and_its_end_is_said_to_everybody_who_asked(shop: Shop) -> None:
    """Ravi asks while the call that Asha caused is under way: both hear of the one call."""
    shop.clock.ahead += FLOOR
    shop.simulator.faults.queue(SimulatorFault.HANG)
    before = len(shop.group.by_bot)
    asking = await answered(shop, 2, shop.town.asha, shop.town.ravi)
    assert asking == [worded("Asking IndiaMART now. What comes of it is said here.")] * 2
    shop.simulator.release()
    await shop.until(lambda: len(shop.group.by_bot) == before + 4)
    first, second = shop.group.by_bot[before + 2 :]
    assert heard("It is asked again at ", first.text)
    assert first.text == second.text
    assert len(shop.simulator.calls) == 2


@pytest.mark.english  # no words are looked at
async def test_other_commands_are_answered_while_hundreds_wait_for_a_slow_call(shop: Shop) -> None:
    shop.clock.ahead += FLOOR
    shop.simulator.faults.queue(SimulatorFault.HANG)
    for _time in range(300):
        shop.town.asha.says(shop.group, "/fetch")
    try:
        assert (await shop.asks(shop.town.ravi, "/help")).text
    finally:
        shop.simulator.release()
