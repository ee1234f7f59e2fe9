"""What waits is posted: paced and in order of urgency, and a stop or a full disk loses and repeats nothing."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.errors import StoreError, Trouble
from bot.models import LeadId, Route
from bot.services.messenger import Heading, Turn
from tests.services.conftest import (
    GROUP,
    NOON,
    World,
    in_fast_time,
    lead,
    until,
)

if TYPE_CHECKING:
    from bot.models import Lead
from tests.services.outgoing import announce, refusing


def leads(number: int, start: int = 1) -> list[Lead]:
    return [lead(str(n), enquired_at=NOON + timedelta(seconds=n)) for n in range(start, start + number)]


async def test_a_new_lead_is_posted_at_once_into_the_topic_and_leaves_the_queue(world: World) -> None:
    await world.bring(lead("1"))
    await world.post_all(5)
    assert [one.place for one in world.chat.posted] == [GROUP]
    assert world.chat.cards[0].stored.lead.query_id == "1"
    assert await world.rows("SELECT * FROM outbox") == []
    assert await world.rows("SELECT lead_id, chat_id, message_id FROM cards") == [(1, GROUP.chat_id, 1)]


async def test_a_lead_that_comes_while_nothing_waits_is_posted_within_a_moment(world: World) -> None:
    async with world.delivering():
        await asyncio.sleep(0.1)
        for number in ("1", "2", "3"):
            await world.bring(lead(number))
            await until(lambda number=number: len(world.chat.cards) == int(number), 2)


@in_fast_time
async def test_what_is_most_urgent_goes_first_and_lists_of_old_leads_last(world: World) -> None:
    for _call in range(20):
        await world.pacer.slot(GROUP.chat_id, Turn.ANSWER)
    async with world.database.transaction() as connection:
        await world.ingest.old(connection, leads(3, start=50))
    await world.bring(*leads(2))
    await announce(world)
    async with world.delivering():
        await asyncio.sleep(30)
        assert world.chat.posted == []
        await world.cards.show(LeadId(5))
        await asyncio.sleep(120)
    kinds = [type(one.what).__name__ for one in world.chat.posted]
    assert kinds == ["Card", "Notice", "Card", "Listing"]
    assert [card.stored.lead_id for card in world.chat.cards] == [5, 4]


@in_fast_time
async def test_an_answer_does_not_wait_behind_the_cards(world: World) -> None:
    await world.bring(*leads(20))
    async with world.delivering():
        await asyncio.sleep(5)
        assert len(world.chat.cards) == 17
        await world.bring(*leads(5, start=30))
        await asyncio.sleep(20)
        await announce(world)
        await asyncio.sleep(60)
    assert type(world.chat.posted[17].what).__name__ == "Notice"


@in_fast_time
async def test_a_burst_is_ten_cards_and_lists_of_ten_with_everything_in_them(world: World) -> None:
    await world.bring(*leads(47))
    await world.post_all()
    cards = [int(card.stored.lead.query_id or 0) for card in world.chat.cards]
    assert sorted(cards) == list(range(38, 48))
    assert [listing.heading for listing in world.chat.listings] == [Heading.BURST] * 4
    listed = [int(one.lead.query_id or 0) for listing in world.chat.listings for one in listing.leads]
    assert listed == list(range(37, 0, -1))
    assert len(world.chat.posted) == 14


@in_fast_time
async def test_twenty_leads_are_no_burst(world: World) -> None:
    await world.bring(*leads(20))
    await world.post_all()
    assert len(world.chat.cards) == 20
    assert world.chat.listings == []


@in_fast_time
async def test_the_lists_of_a_burst_go_before_older_lists_of_old_leads(world: World) -> None:
    async with world.database.transaction() as connection:
        await world.ingest.old(connection, leads(20, start=100))
    await world.bring(*leads(25))
    await world.post_all()
    assert [one.heading for one in world.chat.listings] == [Heading.BURST] * 2 + [Heading.OLD] * 2


@in_fast_time
async def test_the_group_is_never_written_to_faster_than_its_pace(world: World) -> None:
    await world.bring(*leads(20))
    for _notice in range(30):
        await announce(world)
    await world.post_all()
    times = [one.at for one in world.chat.posted]
    assert len(times) == 50
    assert min(later - earlier for earlier, later in zip(times, times[20:], strict=False)) >= 59.5


@in_fast_time
async def test_asking_for_a_lead_that_has_a_card_replies_to_it(world: World) -> None:
    await world.bring(lead("1"))
    await world.post_all(60)
    await world.cards.show(LeadId(1))
    await world.post_all(60)
    assert [type(one.what).__name__ for one in world.chat.posted] == ["Card", "StoredLead"]


@in_fast_time
async def test_a_clock_that_is_set_back_holds_up_no_message(world: World) -> None:
    await world.bring(lead("1"))
    world.clock.jump(hours=-5)
    await world.post_all(30)
    assert len(world.chat.cards) == 1


async def test_a_stop_finishes_the_message_in_flight_and_starts_no_other(world: World) -> None:
    reached, go_on = asyncio.Event(), asyncio.Event()
    post = world.chat.post_card

    async def slowly(*arguments: Any, **options: Any) -> Any:
        reached.set()
        await go_on.wait()
        return await post(*arguments, **options)

    world.chat.post_card = slowly  # type: ignore[method-assign]  # Telegram takes its time
    await world.bring(lead("1"), lead("2"))
    running = asyncio.create_task(world.delivery.run())
    await reached.wait()
    stopping = asyncio.create_task(world.delivery.stop(5))
    await asyncio.sleep(0.05)
    assert not stopping.done()
    go_on.set()
    await asyncio.wait_for(asyncio.gather(stopping, running), 30)
    assert len(world.chat.cards) == 1
    assert await world.rows("SELECT lead_id FROM outbox") == [(2,)]


@pytest.mark.parametrize("reason", ["held", "away", "put off", "idle"])
async def test_a_stop_is_prompt_whatever_is_waited_for(world: World, reason: str) -> None:
    if reason == "held":
        world.pacer.hold(GROUP.chat_id, 3600)
    if reason == "away":
        world.chat.refuse = refusing(Trouble.CHAT, lambda *_any: True)
    if reason == "put off":
        await world.bring(lead("2"))
        async with world.database.transaction() as connection:
            await connection.execute("UPDATE outbox SET due_at = due_at + 300")
    if reason in {"held", "away"}:
        await world.bring(lead("1"))
    running = asyncio.create_task(world.delivery.run())
    await asyncio.sleep(0.2)
    async with asyncio.timeout(30):
        await world.delivery.stop(300)
        await running


async def test_a_message_that_hangs_does_not_hold_up_a_stop_for_longer_than_asked(world: World) -> None:
    async def never(*_arguments: Any, **_options: Any) -> Any:
        await asyncio.Event().wait()

    world.chat.post_card = never  # type: ignore[method-assign]  # Telegram hangs
    await world.bring(lead("1"))
    running = asyncio.create_task(world.delivery.run())
    await asyncio.sleep(0.1)
    async with asyncio.timeout(30):
        await world.delivery.stop(0.3)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert await world.rows("SELECT lead_id FROM outbox") == [(1,)]


@in_fast_time
async def test_a_disk_that_is_full_for_a_while_repeats_no_message(world: World) -> None:
    is_full = True
    done = world.posting._record

    async def record(*arguments: Any) -> None:
        if is_full:
            raise StoreError("the disk is full")
        await done(*arguments)

    world.posting._record = record  # type: ignore[method-assign,assignment]  # the disk is full
    await world.bring(lead("1"))
    async with world.delivering():
        await asyncio.sleep(60)
        assert len(world.chat.cards) == 1
        is_full = False
        await asyncio.sleep(10)
    assert len(world.chat.cards) == 1
    assert await world.rows("SELECT * FROM outbox") == []


@in_fast_time
async def test_what_another_process_queued_is_found_within_half_a_minute(world: World) -> None:
    async with world.delivering():
        await asyncio.sleep(1)
        async with world.database.transaction() as connection:
            await world.ingest.fresh(connection, [lead("1")], route=Route.PULL)
        await asyncio.sleep(35)
        assert len(world.chat.cards) == 1


@in_fast_time
async def test_a_list_names_every_lead_that_still_exists(world: World) -> None:
    await world.bring(*leads(30))
    with closing(sqlite3.connect(world.database.path)) as hand, hand:
        hand.execute("DELETE FROM leads WHERE lead_id = 3")
    await world.post_all(120)
    assert sum(len(listing.leads) for listing in world.chat.listings) == 19
