"""What waits is posted: paced, in order of urgency, through every trouble Telegram can make, and nothing is dropped."""

from __future__ import annotations

import asyncio
import itertools
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.errors import StoreError, Trouble
from bot.models import Card, ChatId, Lateness, LeadId, Place, Route
from bot.services.messenger import Fault, Heading, Notice, NoticeCode, Turn
from bot.store import outbox
from bot.store.outbox import Draft, What
from tests.services.conftest import (
    ADMIN,
    GROUP,
    NOON,
    World,
    assemble,
    flood,
    in_fast_time,
    lead,
    leads_answer,
    trouble,
    until,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.models import Lead

NEW_HOME = ChatId(-100777)


def leads(number: int, start: int = 1) -> list[Lead]:
    return [lead(str(n), enquired_at=NOON + timedelta(seconds=n)) for n in range(start, start + number)]


async def announce(world: World, chat_id: int | None = None, count: int = 1) -> None:
    body = {"code": NoticeCode.OLD_STORED.value, "facts": {"count": count, "view": 1}}
    draft = Draft(what=What.NOTICE, turn=Turn.NOTICE, body=body, chat_id=None if chat_id is None else ChatId(chat_id))
    async with world.database.transaction() as connection:
        await outbox.add(connection, world.account_id, [draft], world.clock.now())
    world.delivery.wake()


def is_card(_place: Place, what: Any) -> bool:
    return isinstance(what, Card)


def refusing(kind: Trouble, when: Callable[[Place, Any, bool], bool]) -> Callable[[Place, Any, bool], Exception | None]:
    return lambda place, what, plain: trouble(kind) if when(place, what, plain) else None


async def told(world: World) -> list[tuple[str, str]]:
    """(code, fault) of what was told to the admin in private."""
    found = [one.what for one in world.chat.posted if one.place == Place(ChatId(ADMIN))]
    return [(one.code, str(one.facts.get("fault"))) for one in found if isinstance(one, Notice)]


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
async def test_a_flood_limit_is_obeyed_for_that_chat_only(world: World) -> None:
    world.chat.failures.append(flood(40))
    await world.bring(lead("1"))
    async with world.delivering():
        await asyncio.sleep(1)
        await announce(world, ADMIN)
        await asyncio.sleep(3)
        assert [one.place.chat_id for one in world.chat.posted] == [ADMIN]
        await asyncio.sleep(50)
    group = [one for one in world.chat.posted if one.place == GROUP]
    assert len(group) == 1
    assert group[0].at - 1000 >= 40
    assert world.chat.refused == 1


@in_fast_time
async def test_a_message_that_is_refused_for_its_own_sake_goes_out_as_plain_text_at_once(world: World) -> None:
    world.chat.refuse = refusing(Trouble.MESSAGE, lambda _place, _what, plain: not plain)
    await world.bring(lead("1"))
    await world.post_all(5)
    assert [one.is_plain for one in world.chat.posted] == [True]
    assert await world.rows("SELECT count(*) FROM cards") == [(1,)]


@in_fast_time
async def test_a_message_that_cannot_be_rendered_goes_out_as_plain_text(world: World) -> None:
    world.chat.refuse = lambda _place, _what, plain: None if plain else ZeroDivisionError()
    await world.bring(lead("1"))
    await world.post_all(5)
    assert [one.is_plain for one in world.chat.posted] == [True]


@pytest.mark.parametrize("error", [trouble(Trouble.MESSAGE), ZeroDivisionError()])
def test_a_message_that_is_refused_as_plain_text_too_is_put_off_and_blocks_nothing(
    tmp_path: Any, error: Exception
) -> None:
    @in_fast_time
    async def play(world: World) -> None:
        def is_first(_place: Place, what: Any, _plain: bool) -> Exception | None:  # noqa: FBT001 - as called
            return error if isinstance(what, Card) and what.stored.lead_id == 1 else None

        world.chat.refuse = is_first
        await world.bring(lead("1"), lead("2", enquired_at=NOON))
        async with world.delivering():
            await asyncio.sleep(100)
            assert [card.stored.lead_id for card in world.chat.cards] == [2]
            tries = world.chat.refused
            await world.bring(lead("3"))  # while the first is put off
            await asyncio.sleep(2)
            assert len(world.chat.cards) == 2
            await asyncio.sleep(3600)
            assert (await world.rows("SELECT lead_id FROM outbox")) == [(1,)]
            assert 20 < world.chat.refused - tries < 40  # every five minutes at last, twice each
            world.chat.refuse = lambda *_any: None
            await asyncio.sleep(400)
        assert await world.rows("SELECT * FROM outbox") == []

    play(tmp_path)


@in_fast_time
async def test_a_mistake_of_ours_in_one_message_blocks_no_other(world: World) -> None:
    await world.bring(lead("1"))
    async with world.database.transaction() as connection:
        await connection.execute("UPDATE outbox SET what = 'notice', body = '{}', turn = 2")
    await world.bring(lead("2"))
    await world.post_all(20)
    assert [card.stored.lead_id for card in world.chat.cards] == [2]


@in_fast_time
async def test_a_chat_that_refuses_the_bot_keeps_its_queue_and_is_tried_every_ten_minutes(world: World) -> None:
    world.chat.refuse = refusing(Trouble.CHAT, lambda place, _what, _plain: place == GROUP)
    await world.bring(lead("1"), lead("2"))
    async with world.delivering():
        await asyncio.sleep(5)
        assert world.chat.refused == 1
        assert await told(world) == [(NoticeCode.FAULT_STARTED, Fault.CHAT_REFUSED)]
        await world.bring(lead("3"))
        await asyncio.sleep(590)
        assert world.chat.refused == 1
        await asyncio.sleep(10)
        assert world.chat.refused == 2
        await asyncio.sleep(1200)
        assert world.chat.refused == 4
        world.chat.refuse = lambda *_any: None
        await asyncio.sleep(610)
    assert len(world.chat.cards) == 3
    assert await told(world) == [
        (NoticeCode.FAULT_STARTED, Fault.CHAT_REFUSED),
        (NoticeCode.FAULT_ENDED, Fault.CHAT_REFUSED),
    ]
    assert {card.late_reason for card in world.chat.cards} == {Lateness.TELEGRAM}


@in_fast_time
async def test_a_group_that_lets_the_bot_in_again_is_written_to_at_once(world: World) -> None:
    world.chat.refuse = refusing(Trouble.CHAT, lambda place, _what, _plain: place == GROUP)
    await world.bring(lead("1"))
    async with world.delivering():
        await asyncio.sleep(60)
        world.chat.refuse = lambda *_any: None
        world.delivery.revive(GROUP.chat_id)
        await asyncio.sleep(1)
        assert len(world.chat.cards) == 1


@in_fast_time
async def test_an_admin_who_never_pressed_start_holds_up_nobody_and_gets_no_stale_news(world: World) -> None:
    world.chat.refuse = refusing(Trouble.CHAT, lambda place, _what, _plain: place.chat_id == ADMIN)
    await announce(world, ADMIN, count=1)
    async with world.delivering():
        await world.bring(lead("1"))
        await asyncio.sleep(5)
        assert len(world.chat.cards) == 1
        world.clock.jump(hours=25)
        await announce(world, ADMIN, count=2)
        await asyncio.sleep(700)
        world.chat.refuse = lambda *_any: None
        world.delivery.revive(ChatId(ADMIN))
        await asyncio.sleep(2)
    assert [notice.facts["count"] for notice in world.chat.notices] == [2]


@in_fast_time
async def test_a_deleted_topic_sends_everything_to_the_group_itself_and_the_admins_hear_of_it_once(
    world: World,
) -> None:
    world.chat.refuse = refusing(Trouble.TOPIC, lambda place, _what, _plain: place.thread_id is not None)
    await world.bring(lead("1"), lead("2"))
    await world.post_all(60)
    assert {one.place for one in world.chat.posted if is_card(one.place, one.what)} == {Place(GROUP.chat_id)}
    again = await assemble(world.database, world.clock)
    again.chat.refuse = world.chat.refuse
    await again.bring(lead("3"))
    await again.post_all(60)
    assert len(again.chat.cards) == 1
    assert await told(world) == [(NoticeCode.FAULT_STARTED, Fault.TOPIC_GONE)]
    assert await told(again) == []
    assert again.chat.refused == 1


@in_fast_time
async def test_a_topic_that_is_there_again_after_a_restart_ends_the_fault(world: World) -> None:
    world.chat.refuse = refusing(Trouble.TOPIC, lambda place, _what, _plain: place.thread_id is not None)
    await world.bring(lead("1"))
    await world.post_all(60)
    again = await assemble(world.database, world.clock)
    await again.bring(lead("2"))
    await again.post_all(60)
    assert await told(again) == [(NoticeCode.FAULT_ENDED, Fault.TOPIC_GONE)]


@in_fast_time
async def test_a_group_that_moved_is_written_to_under_its_new_id_now_and_after_a_restart(world: World) -> None:
    moved = trouble(Trouble.MOVED)
    moved.moved_to = NEW_HOME
    world.chat.refuse = lambda place, _what, _plain: moved if place.chat_id == GROUP.chat_id else None
    await world.bring(lead("1"))
    await world.post_all(60)
    assert world.chat.refused == 1
    assert [one.place for one in world.chat.posted if is_card(one.place, one.what)] == [Place(NEW_HOME)]
    assert await told(world) == [(NoticeCode.CHAT_MOVED, "None")]
    assert world.chats.is_home(GROUP.chat_id)
    assert world.chats.is_home(NEW_HOME)
    again = await assemble(world.database, world.clock)
    await again.bring(lead("2"))
    await again.post_all(60)
    assert [one.place for one in again.chat.posted] == [Place(NEW_HOME)]


@pytest.mark.parametrize("kind", [Trouble.TEMPORARY, Trouble.TOKEN])
def test_while_telegram_is_away_it_is_tried_from_five_seconds_to_five_minutes_for_as_long_as_it_takes(
    tmp_path: Any, kind: Trouble
) -> None:
    @in_fast_time
    async def play(world: World) -> None:
        tries: list[float] = []

        def down(_place: Place, _what: Any, _plain: bool) -> Exception | None:  # noqa: FBT001 - as called
            tries.append(world.clock.monotonic())
            return trouble(kind)

        world.chat.refuse = down
        await world.bring(lead("1"))
        async with world.delivering():
            await asyncio.sleep(1800)
            await world.bring(lead("2"))  # comes while Telegram is away
            await asyncio.sleep(1800)
            world.chat.refuse = lambda *_any: None
            await asyncio.sleep(310)
        gaps = [round(later - earlier) for earlier, later in itertools.pairwise(tries)]
        assert gaps[:8] == [5, 10, 20, 40, 80, 160, 300, 300]
        assert max(gaps) <= 301
        assert [card.late_reason for card in world.chat.cards] == [Lateness.TELEGRAM] * 2
        assert world.chat.cards[0].late_by is not None
        assert world.chat.cards[0].late_by >= timedelta(hours=1)
        assert await world.rows("SELECT lead_id, late_reason FROM cards") == [(1, "telegram"), (2, "telegram")]

    play(tmp_path)


@in_fast_time
async def test_a_card_within_ten_minutes_says_nothing_about_being_late(world: World) -> None:
    world.chat.failures.extend([trouble(Trouble.TEMPORARY)] * 5)
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
    again = await assemble(world.database, world.clock)
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
    world.chat.refuse = refusing(Trouble.TEMPORARY, lambda *_any: True)
    await world.bring(lead("1"))
    async with world.delivering():
        await asyncio.sleep(1200)
        await world.cards.show(LeadId(1))
        world.chat.refuse = lambda *_any: None
        await asyncio.sleep(310)
    assert [card.late_reason for card in world.chat.cards] == [Lateness.TELEGRAM]


@in_fast_time
async def test_asking_for_a_lead_that_has_a_card_replies_to_it(world: World) -> None:
    await world.bring(lead("1"))
    await world.post_all(60)
    await world.cards.show(LeadId(1))
    await world.post_all(60)
    assert [type(one.what).__name__ for one in world.chat.posted] == ["Card", "StoredLead"]


@in_fast_time
async def test_a_lead_asked_for_while_the_group_moves_is_posted_there_instead_of_a_reply_to_nothing(
    world: World,
) -> None:
    await world.bring(lead("1"))
    await world.post_all(60)
    moved = trouble(Trouble.MOVED)
    moved.moved_to = NEW_HOME
    world.chat.refuse = lambda place, _what, _plain: moved if place.chat_id == GROUP.chat_id else None
    await world.cards.show(LeadId(1))
    await world.post_all(60)
    shown = [one for one in world.chat.posted if one.place.chat_id == NEW_HOME]
    assert [type(one.what).__name__ for one in shown] == ["Card"]
    assert await world.rows("SELECT chat_id FROM cards") == [(NEW_HOME,)]


@in_fast_time
async def test_a_clock_that_is_set_back_holds_up_no_message(world: World) -> None:
    await world.bring(lead("1"))
    world.clock.jump(hours=-5)
    await world.post_all(30)
    assert len(world.chat.cards) == 1


@in_fast_time
async def test_polling_goes_on_while_telegram_is_away(world: World) -> None:
    world.chat.refuse = refusing(Trouble.TEMPORARY, lambda *_any: True)
    world.indiamart.answers.extend(leads_answer(lead(str(n))) for n in range(1, 4))
    async with world.delivering():
        for _poll in range(3):
            await asyncio.sleep(await world.poller.due_in())
            await world.poller.step()
    assert await world.rows("SELECT count(*) FROM outbox") == [(3,)]


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
    await asyncio.wait_for(asyncio.gather(stopping, running), 2)
    assert len(world.chat.cards) == 1
    assert await world.rows("SELECT lead_id FROM outbox") == [(2,)]


@pytest.mark.parametrize("reason", ["held", "away", "put off", "idle"])
async def test_a_stop_is_prompt_whatever_is_waited_for(world: World, reason: str) -> None:
    if reason == "held":
        world.pacer.hold(GROUP.chat_id, 3600)
    if reason == "away":
        world.chat.refuse = refusing(Trouble.CHAT, lambda *_any: True)
    if reason == "put off":
        world.chat.refuse = refusing(Trouble.MESSAGE, lambda *_any: True)
    if reason != "idle":
        await world.bring(lead("1"))
    running = asyncio.create_task(world.delivery.run())
    await asyncio.sleep(0.2)
    before = time.monotonic()
    await world.delivery.stop(5)
    await running
    assert time.monotonic() - before < 0.2


async def test_a_message_that_hangs_does_not_hold_up_a_stop_for_longer_than_asked(world: World) -> None:
    async def never(*_arguments: Any, **_options: Any) -> Any:
        await asyncio.Event().wait()

    world.chat.post_card = never  # type: ignore[method-assign]  # Telegram hangs
    await world.bring(lead("1"))
    running = asyncio.create_task(world.delivery.run())
    await asyncio.sleep(0.1)
    before = time.monotonic()
    await world.delivery.stop(0.3)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert time.monotonic() - before < 1
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
    async with world.database.transaction() as connection:
        await connection.execute("DELETE FROM leads WHERE lead_id = 3")
    await world.post_all(120)
    assert sum(len(listing.leads) for listing in world.chat.listings) == 19
