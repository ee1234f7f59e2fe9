"""Whether a card says that it is late, and whose doing it was."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.domain.card import Lateness
from bot.domain.ids import LeadId
from bot.errors import DeliveryTrouble
from tests.services.fast_time import in_fast_time
from tests.services.outgoing import announce, refusing
from tests.services.played import flood, lead, trouble

if TYPE_CHECKING:
    from tests.services.world import World


@in_fast_time
async def test_a_card_within_ten_minutes_says_nothing_about_being_late(world: World) -> None:
    world.chat.failures.extend([trouble(DeliveryTrouble.TEMPORARY)] * 5)
    await world.bring(lead("1"))
    await world.post_all(590)
    assert [(card.late_by, card.late_reason) for card in world.chat.cards] == [(None, None)]


@in_fast_time
async def test_cards_that_pacing_held_up_say_that_many_came(world: World) -> None:
    for _notice in range(240):
        await announce(world)
    await world.bring(lead("1"))
    await world.post_all()
    assert [card.late_reason for card in world.chat.cards] == [Lateness.BUSY]


@in_fast_time
async def test_cards_that_waited_while_leadbell_was_stopped_say_so(world: World) -> None:
    await world.bring(lead("1"))
    await asyncio.sleep(3600)
    again = await world.again()
    await again.post_all(60)
    assert [card.late_reason for card in again.chat.cards] == [Lateness.STOPPED]


@in_fast_time
async def test_a_long_flood_limit_is_telegrams_doing(world: World) -> None:
    world.chat.failures.append(flood(900))
    await world.bring(lead("1"))
    await world.post_all()
    assert [card.late_reason for card in world.chat.cards] == [Lateness.TELEGRAM]


@in_fast_time
async def test_a_card_that_somebody_asked_for_later_is_not_late(world: World) -> None:
    async with world.database.transaction() as connection:
        await world.ingest.old(connection, [lead("1")])
    await world.post_all(60)
    await asyncio.sleep(7200)
    await world.cards.show(LeadId(1))
    await world.post_all(60)
    assert [card.late_reason for card in world.chat.cards] == [None]


@in_fast_time
async def test_a_late_card_that_somebody_asks_for_still_says_that_it_is_late(world: World) -> None:
    world.chat.refuse = refusing(DeliveryTrouble.TEMPORARY, lambda *_any: True)
    await world.bring(lead("1"))
    async with world.delivering():
        await asyncio.sleep(1200)
        await world.cards.show(LeadId(1))
        world.chat.refuse = lambda *_any: None
        await asyncio.sleep(310)
    assert [card.late_reason for card in world.chat.cards] == [Lateness.TELEGRAM]
