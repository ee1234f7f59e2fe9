"""When the service counts as ready."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.domain.ids import MessageId
from bot.domain.notice import NoticeCode
from bot.errors import DeliveryTrouble, StoreFullError
from bot.health.readiness import Readiness, UnreadyReason
from bot.health.troubles import Activity
from bot.indiamart.answer import Outcome
from bot.patience import Patience
from tests import databases
from tests.services.played import failed, flood, lead, trouble
from tests.services.world import GROUP
from tests.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    from bot.domain.card import Card
    from bot.domain.ids import ChatPlace
    from bot.errors import DeliveryError
    from tests.services.world import World


@pytest.fixture
def readiness(world: World) -> Readiness:
    return world.readiness


PUSHED = {"PUSH_TOKEN": "p" * 40}
"""Where leads come by push too, no poll makes a service unready."""


async def test_not_ready_before_the_first_answer(world: World, readiness: Readiness) -> None:
    assert await readiness.reasons() == [UnreadyReason.NO_POLL_YET]
    await world.poll()
    assert await readiness.reasons() == []


async def test_not_ready_once_two_polls_were_missed(world: World, readiness: Readiness) -> None:
    await world.poll()
    world.clock.pass_(minutes=11)
    assert await readiness.reasons() == []
    world.clock.pass_(seconds=40)
    assert await readiness.reasons() == [UnreadyReason.POLLS_FAIL]
    await world.poll()
    assert await readiness.reasons() == []


@pytest.mark.parametrize("outcome", [Outcome.BAD_KEY, Outcome.BLOCKED])
async def test_not_ready_as_soon_as_the_key_is_dead(outcome: Outcome, world: World, readiness: Readiness) -> None:
    await world.poll()
    world.indiamart.answers.append(failed(outcome))
    await world.poll()
    assert await readiness.reasons() == [UnreadyReason.POLLS_FAIL]


async def test_one_poll_that_failed_is_no_reason(world: World, readiness: Readiness) -> None:
    await world.poll()
    world.indiamart.answers.append(failed(Outcome.THEIR_FAULT))
    await world.poll()
    assert await readiness.reasons() == []


async def test_push_alone_is_enough(world: World) -> None:
    for changed in (PUSHED, PUSHED | {"INDIAMART_KEY": ""}):
        assert await (await world.again(**changed)).readiness.reasons() == []


async def test_a_database_that_cannot_be_written_is_a_reason(world: World) -> None:
    world = await world.again(**PUSHED)
    readiness = world.readiness
    world.troubles.failed(Activity.WRITE, StoreFullError())
    assert await readiness.reasons() == [UnreadyReason.DISK]


async def test_a_database_that_cannot_be_read_is_a_reason(world: World, tmp_path: Path) -> None:
    world = await world.again(**PUSHED)
    readiness = world.readiness
    await asyncio.to_thread(databases.by_hand, tmp_path / "leads.db", "DROP TABLE outbox")
    assert await readiness.reasons() == [UnreadyReason.DATABASE]


async def test_a_server_that_hangs_is_a_reason_at_once_and_asked_nothing_more_until_it_goes_on(world: World) -> None:
    """What was asked of it ends only long after it was given up."""
    world = await world.again(**PUSHED)
    hanging = databases.Hanging(world.parts.shared.database)
    readiness = replace(world.readiness, database=hanging, patience=Patience(0.01))
    for _again in range(2):
        asked = asyncio.create_task(readiness.reasons())
        await asyncio.wait({asked}, timeout=30)
        assert asked.result() == [UnreadyReason.DATABASE]
    assert hanging.asked == 1
    hanging.goes_on.set()

    async def is_ready() -> bool:
        return await replace(readiness, patience=Patience(30)).reasons() == []

    await until(is_ready)


async def test_a_lead_that_nobody_posts_is_a_reason_after_30_seconds(world: World) -> None:
    world = await world.again(**PUSHED)
    readiness = world.readiness
    await world.bring(lead("1"))
    world.clock.pass_(seconds=30)
    assert await readiness.reasons() == []
    world.clock.pass_(seconds=1)
    assert await readiness.reasons() == [UnreadyReason.OUTBOX_STUCK]


@pytest.mark.parametrize(
    "error", [trouble(DeliveryTrouble.TEMPORARY), trouble(DeliveryTrouble.CHAT), trouble(DeliveryTrouble.TOKEN)]
)
async def test_a_chat_that_takes_nothing_is_a_reason_after_30_seconds(error: DeliveryError, world: World) -> None:
    world = await world.again(**PUSHED)
    readiness = world.readiness
    world.chat.refuse = lambda place, _what, _plain: error if place == GROUP else None
    await world.bring(lead("1"))
    async with world.delivering():
        await until(lambda: world.chat.refused == 1)
        world.clock.pass_(seconds=29)
        assert await readiness.reasons() == []
        world.clock.pass_(seconds=2)
        assert await readiness.reasons() == [UnreadyReason.OUTBOX_STUCK]


async def test_a_message_that_hangs_on_its_way_is_a_reason_after_30_seconds(world: World) -> None:
    world = await world.again(**PUSHED)
    readiness, began, gate = world.readiness, asyncio.Event(), asyncio.Event()

    async def is_done() -> bool:
        return not await world.rows("SELECT 1 FROM outbox")

    async def hang(_place: ChatPlace, _card: Card, *, plain: bool = False) -> MessageId:
        began.set()
        await gate.wait()
        return MessageId(1 + plain)

    setattr(world.chat, "post_card", hang)  # noqa: B010 - mypy lets nobody replace a method
    await world.bring(lead("1"))
    async with world.delivering():
        await began.wait()
        world.clock.pass_(seconds=31)
        assert await readiness.reasons() == [UnreadyReason.OUTBOX_STUCK]
        gate.set()
        await until(is_done)


async def test_a_paced_backlog_is_no_reason_as_long_as_slots_are_used(world: World) -> None:
    world = await world.again(**PUSHED)
    readiness = world.readiness
    async with world.database.transaction() as connection:
        for number in range(25):
            await world.faults.announce(connection, NoticeCode.OLD_STORED, {"count": number, "view": 1})
    async with world.delivering():
        await until(lambda: len(world.chat.posted) == 9)
        world.clock.pass_(seconds=50)
        assert await readiness.reasons() == []
        world.clock.pass_(seconds=50)
        assert await readiness.reasons() == [UnreadyReason.OUTBOX_STUCK]  # a slot is open, and nobody takes it


async def test_obeying_telegrams_flood_limit_is_no_reason(world: World) -> None:
    world = await world.again(**PUSHED)
    readiness = world.readiness
    world.chat.failures.append(flood(300))
    await world.bring(lead("1"))
    async with world.delivering():
        await until(lambda: world.chat.refused == 1)
        world.clock.pass_(seconds=200)
        assert await readiness.reasons() == []


async def test_ready_again_when_the_chat_takes_messages_again(world: World) -> None:
    world = await world.again(**PUSHED)
    readiness = world.readiness
    world.chat.failures.append(trouble(DeliveryTrouble.CHAT))
    await world.bring(lead("1"))
    async with world.delivering():
        await until(lambda: world.chat.refused == 1)
        world.clock.pass_(seconds=60)
        assert await readiness.reasons() == [UnreadyReason.OUTBOX_STUCK]
        world.delivery.revive(GROUP.chat_id)
        await until(lambda: len(world.chat.cards) == 1)

        async def is_ready() -> bool:
            return await readiness.reasons() == []

        await until(is_ready)
