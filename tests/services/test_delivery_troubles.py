"""Every trouble that Telegram can make: nothing is dropped, and one chat's trouble holds up no other."""

from __future__ import annotations

import asyncio
import itertools
from datetime import timedelta
from typing import Any

import pytest

from bot.delivery import outbox_bodies
from bot.domain.card import Card, Lateness
from bot.domain.ids import ChatId, ChatPlace, LeadId
from bot.domain.notice import Fault, Notice, NoticeCode
from bot.domain.photo import Photo
from bot.domain.priority import Priority
from bot.errors import DeliveryTrouble
from bot.store import outbox
from bot.store.parked import ParkReason
from tests.services.fast_time import in_fast_time
from tests.services.outgoing import announce, refusing
from tests.services.played import NOON, flood, lead, leads_answer, trouble
from tests.services.world import ADMIN, GROUP, World

NEW_HOME = ChatId(-100777)


def is_card(_place: ChatPlace, what: Any) -> bool:
    return isinstance(what, Card)


async def told(world: World) -> list[tuple[str, str]]:
    """(code, fault) of what was told to the admin in private."""
    found = [one.what for one in world.chat.posted if one.place == ChatPlace(ChatId(ADMIN))]
    return [(one.code, str(one.facts.get("fault"))) for one in found if isinstance(one, Notice)]


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
    world.chat.refuse = refusing(DeliveryTrouble.MESSAGE, lambda _place, _what, plain: not plain)
    await world.bring(lead("1"))
    await world.post_all(5)
    assert [one.is_plain for one in world.chat.posted] == [True]
    assert await world.rows("SELECT count(*) FROM cards") == [(1,)]


@in_fast_time
async def test_what_is_said_once_more_as_plain_text_keeps_the_pace(world: World) -> None:
    again, tries = await world.again(TELEGRAM_GROUP_RATE="5/10"), list[float]()

    def refuse(_place: ChatPlace, _what: Any, plain: bool) -> Exception | None:  # noqa: FBT001 - as called
        tries.append(again.clock.monotonic())
        return None if plain else trouble(DeliveryTrouble.MESSAGE)

    again.chat.refuse = refuse
    await again.bring(*(lead(str(n)) for n in range(1, 11)))
    await again.post_all()
    assert len(tries) == 20
    assert min(later - earlier for earlier, later in zip(tries, tries[5:], strict=False)) >= 10


@in_fast_time
async def test_a_group_that_takes_no_pictures_gets_their_words_and_its_leads(world: World) -> None:
    def no_pictures(_place: ChatPlace, what: Any, _plain: bool) -> Exception | None:  # noqa: FBT001 - as called
        return trouble(DeliveryTrouble.CHAT) if isinstance(what, Photo) and what.png else None

    world.chat.refuse = no_pictures
    drafts = outbox_bodies.photos([Photo("Leads by day", b"png", "Mon 3")], turn=Priority.NOTICE)
    async with world.database.transaction() as connection:
        await outbox.add(connection, world.account_id, drafts, world.clock.now())
    await world.bring(lead("1"))
    await world.post_all(5)
    assert [one.what for one in world.chat.posted if isinstance(one.what, Photo)] == [Photo("Mon 3", words="Mon 3")]
    assert len(world.chat.cards) == 1
    assert world.chat.cards[0].late_reason is None
    assert await told(world) == []


@in_fast_time
async def test_no_lead_waits_for_charts(world: World) -> None:
    drafts = outbox_bodies.photos([Photo("Leads by day", b"png")])
    async with world.database.transaction() as connection:
        await outbox.add(connection, world.account_id, drafts, world.clock.now())
    await world.bring(lead("1"))
    await world.post_all(5)
    assert [type(one.what) for one in world.chat.posted] == [Card, Photo]


@in_fast_time
async def test_a_message_that_cannot_be_rendered_goes_out_as_plain_text(world: World) -> None:
    world.chat.refuse = lambda _place, _what, plain: None if plain else ZeroDivisionError()
    await world.bring(lead("1"))
    await world.post_all(5)
    assert [one.is_plain for one in world.chat.posted] == [True]


@pytest.mark.parametrize(
    ("error", "reason"),
    [(trouble(DeliveryTrouble.MESSAGE), ParkReason.REFUSED), (ZeroDivisionError(), ParkReason.NOT_BUILT)],
)
def test_a_message_that_is_refused_as_plain_text_too_is_parked_and_blocks_nothing(
    tmp_path: Any, error: Exception, reason: ParkReason
) -> None:
    @in_fast_time
    async def play(world: World) -> None:
        def is_first(_place: ChatPlace, what: Any, _plain: bool) -> Exception | None:  # noqa: FBT001 - as called
            return error if isinstance(what, Card) and what.stored.lead_id == 1 else None

        world.chat.refuse = is_first
        await world.bring(lead("1"), lead("2", enquired_at=NOON))
        async with world.delivering():
            await asyncio.sleep(100)
            assert [card.stored.lead_id for card in world.chat.cards] == [2]
            tries = world.chat.refused
            await world.bring(lead("3"))
            await asyncio.sleep(2)
            assert len(world.chat.cards) == 2
            await asyncio.sleep(3600)
            assert world.chat.refused == tries == 2  # once with markup, once without
        assert await world.rows("SELECT * FROM outbox") == []
        assert await world.rows("SELECT lead_id, what, reason FROM parked") == [(1, "card", reason)]

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
    world.chat.refuse = refusing(DeliveryTrouble.CHAT, lambda place, _what, _plain: place == GROUP)
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
    world.chat.refuse = refusing(DeliveryTrouble.CHAT, lambda place, _what, _plain: place == GROUP)
    await world.bring(lead("1"))
    async with world.delivering():
        await asyncio.sleep(60)
        world.chat.refuse = lambda *_any: None
        world.delivery.revive(GROUP.chat_id)
        await asyncio.sleep(1)
        assert len(world.chat.cards) == 1


@in_fast_time
async def test_an_admin_who_never_pressed_start_holds_up_nobody_and_gets_no_stale_news(world: World) -> None:
    world.chat.refuse = refusing(DeliveryTrouble.CHAT, lambda place, _what, _plain: place.chat_id == ADMIN)
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
    world.chat.refuse = refusing(DeliveryTrouble.TOPIC, lambda place, _what, _plain: place.thread_id is not None)
    await world.bring(lead("1"), lead("2"))
    await world.post_all(60)
    assert {one.place for one in world.chat.posted if is_card(one.place, one.what)} == {ChatPlace(GROUP.chat_id)}
    again = await world.again()
    again.chat.refuse = world.chat.refuse
    await again.bring(lead("3"))
    await again.post_all(60)
    assert len(again.chat.cards) == 1
    assert await told(world) == [(NoticeCode.FAULT_STARTED, Fault.TOPIC_GONE)]
    assert await told(again) == []
    assert again.chat.refused == 1


@in_fast_time
async def test_a_topic_that_is_there_again_after_a_restart_ends_the_fault(world: World) -> None:
    world.chat.refuse = refusing(DeliveryTrouble.TOPIC, lambda place, _what, _plain: place.thread_id is not None)
    await world.bring(lead("1"))
    await world.post_all(60)
    again = await world.again()
    await again.bring(lead("2"))
    await again.post_all(60)
    assert await told(again) == [(NoticeCode.FAULT_ENDED, Fault.TOPIC_GONE)]


@in_fast_time
async def test_a_group_that_moved_is_written_to_under_its_new_id_now_and_after_a_restart(world: World) -> None:
    moved = trouble(DeliveryTrouble.MOVED)
    moved.moved_to = NEW_HOME
    world.chat.refuse = lambda place, _what, _plain: moved if place.chat_id == GROUP.chat_id else None
    await world.bring(lead("1"))
    await world.post_all(60)
    assert world.chat.refused == 1
    assert [one.place for one in world.chat.posted if is_card(one.place, one.what)] == [ChatPlace(NEW_HOME)]
    assert await told(world) == [(NoticeCode.CHAT_MOVED, "None")]
    assert world.chats.is_home(GROUP.chat_id)
    assert world.chats.is_home(NEW_HOME)
    again = await world.again()
    await again.bring(lead("2"))
    await again.post_all(60)
    assert [one.place for one in again.chat.posted] == [ChatPlace(NEW_HOME)]


@pytest.mark.parametrize("kind", [DeliveryTrouble.TEMPORARY, DeliveryTrouble.TOKEN])
def test_while_telegram_is_away_it_is_tried_from_five_seconds_to_five_minutes_for_as_long_as_it_takes(
    tmp_path: Any, kind: DeliveryTrouble
) -> None:
    @in_fast_time
    async def play(world: World) -> None:
        tries: list[float] = []

        def down(_place: ChatPlace, _what: Any, _plain: bool) -> Exception | None:  # noqa: FBT001 - as called
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
        assert await world.rows("SELECT lead_id, late_reason FROM cards ORDER BY lead_id") == [
            (1, "telegram"),
            (2, "telegram"),
        ]

    play(tmp_path)


@in_fast_time
async def test_polling_goes_on_while_telegram_is_away(world: World) -> None:
    world.chat.refuse = refusing(DeliveryTrouble.TEMPORARY, lambda *_any: True)
    world.indiamart.answers.extend(leads_answer(lead(str(n))) for n in range(1, 4))
    async with world.delivering():
        for _poll in range(3):
            await asyncio.sleep(await world.poller.due_in())
            await world.poller.step()
    assert await world.rows("SELECT count(*) FROM outbox") == [(3,)]


@in_fast_time
async def test_a_lead_asked_for_while_the_group_moves_is_posted_there_instead_of_a_reply_to_nothing(
    world: World,
) -> None:
    await world.bring(lead("1"))
    await world.post_all(60)
    moved = trouble(DeliveryTrouble.MOVED)
    moved.moved_to = NEW_HOME
    world.chat.refuse = lambda place, _what, _plain: moved if place.chat_id == GROUP.chat_id else None
    await world.cards.show(LeadId(1))
    await world.post_all(60)
    shown = [one for one in world.chat.posted if one.place.chat_id == NEW_HOME]
    assert [type(one.what).__name__ for one in shown] == ["Card"]
    assert await world.rows("SELECT chat_id FROM cards") == [(NEW_HOME,)]
