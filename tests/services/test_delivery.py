"""What waits is posted: paced and in order of urgency, and a stop or a full disk loses and repeats nothing."""

from __future__ import annotations

import asyncio
import functools
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.delivery import outbox_reader
from bot.delivery.messenger import Listing, ListingReason
from bot.delivery.outgoing import Outgoing
from bot.domain.card import Card
from bot.domain.ids import ChatId, LeadId, UserId
from bot.domain.lead import Origin, Status
from bot.domain.notice import Notice
from bot.domain.person import Person
from bot.domain.priority import Priority
from bot.errors import DeliveryTrouble
from tests import databases
from tests.services.fast_time import in_fast_time
from tests.services.played import NOON, lead
from tests.services.world import GROUP, World
from tests.waiting import until

if TYPE_CHECKING:
    from bot.domain.lead import Lead
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


def has_cards(world: World, number: int) -> bool:
    return len(world.chat.cards) == number


async def test_a_lead_that_comes_while_nothing_waits_is_posted_within_a_moment(world: World) -> None:
    async with world.delivering():
        for number in range(1, 4):  # from the second on nothing waits
            await world.bring(lead(str(number)))
            await until(functools.partial(has_cards, world, number), 2)


@in_fast_time
async def test_what_is_most_urgent_goes_first_and_lists_of_old_leads_last(world: World) -> None:
    for _call in range(20):
        world.pacer.count(GROUP.chat_id, Priority.CARD)
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
async def test_a_notice_goes_before_the_cards_and_these_leave_half_of_the_span_free(world: World) -> None:
    await world.bring(*leads(12))
    async with world.delivering():
        await asyncio.sleep(5)
        assert len(world.chat.cards) == 9
        await world.bring(*leads(5, start=30))
        await asyncio.sleep(20)
        await announce(world)
        await asyncio.sleep(60)
    assert type(world.chat.posted[9].what).__name__ == "Notice"


@in_fast_time
async def test_a_burst_is_six_cards_and_lists_of_twenty_with_everything_in_them(world: World) -> None:
    await world.bring(*leads(47))
    await world.post_all()
    cards = [int(card.stored.lead.query_id or 0) for card in world.chat.cards]
    assert sorted(cards) == list(range(42, 48))
    assert [listing.heading for listing in world.chat.listings] == [ListingReason.BURST] * 3
    listed = [int(one.lead.query_id or 0) for listing in world.chat.listings for one in listing.leads]
    assert listed == list(range(41, 0, -1))
    assert [len(listing.leads) for listing in world.chat.listings] == [20, 20, 1]


@in_fast_time
async def test_twelve_leads_are_no_burst(world: World) -> None:
    await world.bring(*leads(12))
    await world.post_all()
    assert len(world.chat.cards) == 12
    assert world.chat.listings == []


@in_fast_time
async def test_a_burst_that_comes_in_parts_fills_the_lists_that_still_wait(world: World) -> None:
    for _call in range(10):
        world.pacer.count(GROUP.chat_id, Priority.CARD)
    for part in range(10):
        await world.bring(*leads(20, start=1 + 20 * part))
        await outbox_reader.condense(world.database, world.account_id, None, world.clock.now())
    async with world.delivering():
        await asyncio.sleep(135)
    assert len(world.chat.cards) == 6
    assert [len(listing.leads) for listing in world.chat.listings] == [20] * 9 + [14]
    listed = [int(one.lead.query_id or 0) for listing in world.chat.listings for one in listing.leads]
    assert listed == list(range(194, 0, -1))
    assert world.chat.posted[-1].at - world.chat.posted[0].at < 65


@in_fast_time
async def test_two_hundred_leads_and_ten_claims_in_half_a_minute_keep_the_pace(world: World) -> None:
    claims = world.services.claims
    await announce(world)
    await world.bring(*leads(10))
    async with world.delivering():
        await asyncio.sleep(130)
        begun, edits = world.clock.monotonic(), []
        await world.bring(*leads(200, start=100))
        for number in range(1, 11):
            await claims.claim(LeadId(number), Person(UserId(number), f"Person {number}"))
            claimed_at = world.clock.monotonic()
            await asyncio.sleep(3)
            edits.append(world.chat.edited[number - 1][1].at - claimed_at)
        await asyncio.sleep(120)
    assert len(world.chat.edited) == 10
    assert max(edits) < 1
    shown = [len(one.what.leads) for one in world.chat.posted if isinstance(one.what, Listing)]
    assert (len(world.chat.cards), sum(shown)) == (10 + 6, 194)
    times = sorted([one.at for one in world.chat.posted] + [one.at for _id, one in world.chat.edited])
    assert min(later - earlier for earlier, later in zip(times, times[20:], strict=False)) >= 60
    assert world.chat.posted[-1].at - begun < 120


@in_fast_time
async def test_the_lists_of_a_burst_go_before_older_lists_of_old_leads(world: World) -> None:
    async with world.database.transaction() as connection:
        await world.ingest.old(connection, leads(20, start=100))
    await world.bring(*leads(25))
    await world.post_all()
    assert [one.heading for one in world.chat.listings] == [ListingReason.BURST] + [ListingReason.OLD] * 2


@in_fast_time
async def test_the_group_is_never_written_to_faster_than_its_pace(world: World) -> None:
    await world.bring(*leads(12))
    for _notice in range(30):
        await announce(world)
    await world.post_all()
    times = [one.at for one in world.chat.posted]
    assert len(times) == 42
    assert min(later - earlier for earlier, later in zip(times, times[20:], strict=False)) >= 59.5


@in_fast_time
async def test_people_who_press_without_end_leave_their_half_to_new_leads(world: World) -> None:
    claims = world.services.claims
    await world.bring(*leads(12))
    await world.post_all()
    for _notice in range(60):
        await announce(world)
    ravi = Person(UserId(5), "Ravi")
    async with world.delivering():
        begun = world.clock.monotonic()
        for number in range(150):
            lead_id = LeadId(number % 12 + 1)
            if not (await claims.release(lead_id, ravi, is_admin=True)).ok:
                await claims.claim(lead_id, ravi)
            await asyncio.sleep(2)
    told = [one for one in world.chat.posted if isinstance(one.what, Notice) and one.at >= begun]
    assert len(told) >= 4 * 9  # four whole spans, and what a fifth has begun
    assert len(world.chat.edited) >= 4 * 10


@in_fast_time
async def test_a_second_change_within_seconds_is_shown_in_time_while_leads_pour_in(world: World) -> None:
    claims = world.services.claims
    ravi = Person(UserId(5), "Ravi")
    await world.bring(lead("1"))
    async with world.delivering():
        await asyncio.sleep(70)
        await world.bring(*leads(200, start=100))
        await asyncio.sleep(5)
        await claims.claim(LeadId(1), ravi)
        await asyncio.sleep(1)
        changed_at = world.clock.monotonic()
        await claims.set_status(LeadId(1), Status.CONTACTED, ravi, is_admin=False)
        await asyncio.sleep(4)
        last = world.chat.edited[-1][1]
    assert isinstance(last.what, Card)
    assert last.what.stored.status is Status.CONTACTED
    assert last.at - changed_at <= 3


@in_fast_time
async def test_200_leads_are_there_within_two_minutes_although_everybody_looks_for_them(world: World) -> None:
    answered: list[float] = []

    async def answer(_chat_id: ChatId) -> None:
        answered.append(world.clock.monotonic())

    async with world.delivering():
        begun = world.clock.monotonic()
        await world.bring(*leads(200))
        await until(lambda: bool(world.chat.posted))
        for number in range(50):
            lookup = Outgoing(call=answer, turn=Priority.ANSWER, asker=UserId(number))
            world.sender.say(GROUP.chat_id, lookup)
        await asyncio.sleep(120)
    assert sum(len(listing.leads) for listing in world.chat.listings) + len(world.chat.cards) == 200
    assert world.chat.posted[-1].at - begun < 70
    assert answered


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
    running = asyncio.create_task(world.deliver())
    await reached.wait()
    stopping = asyncio.create_task(world.delivery.stop(5))
    await asyncio.sleep(0.05)
    assert not stopping.done()
    go_on.set()
    await asyncio.wait_for(stopping, 30)
    running.cancel()
    assert len(world.chat.cards) == 1
    assert await world.rows("SELECT lead_id FROM outbox") == [(2,)]


@pytest.mark.parametrize("reason", ["held", "away", "put off", "idle"])
async def test_a_stop_is_prompt_whatever_is_waited_for(world: World, reason: str) -> None:
    if reason == "held":
        world.pacer.hold(GROUP.chat_id, 3600)
    if reason == "away":
        world.chat.refuse = refusing(DeliveryTrouble.CHAT, lambda *_any: True)
    if reason == "put off":
        await world.bring(lead("2"))
        async with world.database.transaction() as connection:
            await connection.execute("UPDATE outbox SET due_at = due_at + 300")
    if reason in {"held", "away"}:
        await world.bring(lead("1"))
    if reason in {"put off", "idle"}:
        await world.bring(lead("3"))
    running = asyncio.create_task(world.deliver())
    await until(
        {"held": lambda: world.sender.waiting(GROUP.chat_id), "away": lambda: world.chat.refused}.get(
            reason, lambda: world.chat.cards
        )
    )
    async with asyncio.timeout(30):
        await world.delivery.stop(300)
    running.cancel()


async def test_a_message_that_hangs_does_not_hold_up_a_stop_for_longer_than_asked(world: World) -> None:
    reached = asyncio.Event()

    async def never(*_arguments: Any, **_options: Any) -> Any:
        reached.set()
        await asyncio.Event().wait()

    world.chat.post_card = never  # type: ignore[method-assign]  # Telegram hangs
    await world.bring(lead("1"))
    running = asyncio.create_task(world.deliver())
    await reached.wait()
    async with asyncio.timeout(30):
        await world.delivery.stop(0.3)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert await world.rows("SELECT lead_id FROM outbox") == [(1,)]


@in_fast_time
async def test_a_disk_that_is_full_for_a_while_repeats_no_message(world: World) -> None:
    await world.bring(lead("1"))
    await databases.refuse(world.database, "cards")
    async with world.delivering():
        await asyncio.sleep(60)
        assert len(world.chat.cards) == 1
        await databases.take_again(world.database, "cards")
        await asyncio.sleep(10)
    assert len(world.chat.cards) == 1
    assert await world.rows("SELECT * FROM outbox") == []


@in_fast_time
async def test_what_another_process_queued_is_found_within_half_a_minute(world: World) -> None:
    async with world.delivering():
        await asyncio.sleep(1)
        async with world.database.transaction() as connection:
            await world.ingest.fresh(connection, [lead("1")], origin=Origin.PULL)
        await asyncio.sleep(35)
        assert len(world.chat.cards) == 1


@in_fast_time
async def test_a_list_names_every_lead_that_still_exists(world: World) -> None:
    await world.bring(*leads(30))
    await world.by_hand("DELETE FROM all_leads WHERE lead_id = 3")
    await world.post_all(120)
    assert sum(len(listing.leads) for listing in world.chat.listings) == 23
