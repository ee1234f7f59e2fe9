"""Whatever is done to a lead is soon on its card: once for many changes, in order, and never past the group's pace."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.card import Card
from bot.domain.ids import ChatId, LeadId, MessageId, UserId
from bot.domain.lead import Status
from bot.domain.notice import Fault
from bot.domain.person import Person
from bot.errors import DeliveryTrouble
from tests.services.fast_time import in_fast_time
from tests.services.played import flood, lead, trouble
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.ids import ChatPlace
    from bot.team.claims import Claims
    from tests.services.world import World

RAVI = Person(UserId(1), "Ravi")
LEAD = LeadId(1)


def claims(world: World) -> Claims:
    return world.services.claims


async def note(world: World, text: str, lead_id: LeadId = LEAD) -> None:
    notes = world.services.notes
    assert await notes.add(lead_id, RAVI, text)


def shown(world: World) -> list[tuple[int, str | None]]:
    """(message, latest note) of every edit."""
    return [(message_id, _note(posted.what)) for message_id, posted in world.chat.edited]


def _note(what: Any) -> str | None:
    return None if what.note is None else what.note.text


async def bring(world: World, number: int = 1) -> None:
    await world.bring(*(lead(str(n)) for n in range(1, number + 1)))
    await world.post_all()


@in_fast_time
async def test_a_claim_is_on_the_card_at_once_when_the_group_is_quiet(world: World) -> None:
    await bring(world)
    async with world.delivering():
        await asyncio.sleep(5)
        began = world.clock.monotonic()
        await claims(world).claim(LEAD, RAVI)
        await until(lambda: bool(world.chat.edited))
    message_id, edit = world.chat.edited[0]
    assert message_id == MessageId(1)
    assert edit.at - began < 1


@in_fast_time
async def test_ten_quick_changes_are_one_or_two_edits(world: World) -> None:
    """In the two seconds between a message's edits, that is: on a slow machine the changes themselves take longer."""
    await bring(world)
    async with world.delivering():
        began = world.clock.monotonic()
        for number in range(10):
            await note(world, f"note {number}")
            await asyncio.sleep(0.1)
        took = world.clock.monotonic() - began
        await asyncio.sleep(10)
    assert 1 <= len(world.chat.edited) <= 2 + took // 2
    assert shown(world)[-1] == (1, "note 9")


async def test_changes_that_wait_are_one_row(world: World) -> None:
    await bring(world)
    for number in range(10):
        await note(world, f"note {number}")
    assert await world.rows("SELECT what, lead_id FROM outbox") == [("edit", 1)]
    await world.post_all()
    assert shown(world) == [(1, "note 9")]


@in_fast_time
async def test_what_changes_while_an_edit_is_on_its_way_is_edited_in_once_more(world: World) -> None:
    await bring(world)

    async def meanwhile() -> None:
        world.chat.editing = None
        await note(world, "second")

    world.chat.editing = meanwhile
    await note(world, "first")
    await world.post_all()
    assert shown(world) == [(1, "first"), (1, "second")]
    assert world.chat.edited[1][1].at - world.chat.edited[0][1].at >= 2
    assert await world.rows("SELECT * FROM outbox") == []


@in_fast_time
async def test_a_card_that_is_on_its_way_while_its_buyer_asks_to_be_left_alone_is_masked(world: World) -> None:
    """Noted on another lead of theirs: this one stands nowhere yet."""
    await world.bring(lead("1", mobile="+919000000001"))
    await world.post_all()
    await world.bring(lead("2", mobile="+919000000001"))
    post = world.chat.post_card

    async def slowly(*arguments: Any, **options: Any) -> Any:
        found = await post(*arguments, **options)
        await world.services.do_not_call.note(LeadId(1), RAVI, is_admin=False)
        return found

    world.chat.post_card = slowly  # type: ignore[method-assign]
    await world.post_all()
    edited = [one.what for _id, one in world.chat.edited if isinstance(one.what, Card)]
    assert [one.stored.is_left_alone for one in edited if one.stored.lead_id == LeadId(2)] == [True]


async def test_what_changes_while_its_card_is_on_its_way_is_edited_in(world: World) -> None:
    await world.bring(lead("1"))

    def claim_meanwhile(_place: ChatPlace, _what: Any, _plain: bool) -> Exception | None:  # noqa: FBT001 - as it is called
        task.append(asyncio.ensure_future(note(world, "quick")))
        world.chat.refuse = lambda _place, _what, _plain: None
        return None

    task: list[asyncio.Future[None]] = []
    world.chat.refuse = claim_meanwhile
    await world.post_all()
    await task[0]
    await world.post_all()
    last = world.chat.edited[-1][1].what if world.chat.edited else world.chat.posted[-1].what
    assert _note(last) == "quick"


@in_fast_time
async def test_a_hundred_changes_keep_the_pace_and_the_last_state_stands(world: World) -> None:
    await bring(world, 12)
    async with world.delivering():
        for number in range(100):
            await note(world, f"note {number}", LeadId(number % 12 + 1))
            await asyncio.sleep(0.6)
    await world.post_all()
    times = sorted([one.at for one in world.chat.posted] + [one.at for _id, one in world.chat.edited])
    assert all(later - earlier >= 60 for earlier, later in zip(times, times[20:], strict=False))
    last: dict[int, str | None] = dict(shown(world))
    newest = {number % 12: f"note {number}" for number in range(100)}
    assert sorted(str(text) for text in last.values()) == sorted(newest.values())


@in_fast_time
async def test_a_card_deleted_by_hand_is_posted_anew_on_the_next_change(world: World) -> None:
    await bring(world)
    gone = MessageId(1)

    async def deleted() -> None:
        raise trouble(DeliveryTrouble.MISSING)

    world.chat.editing = deleted
    await note(world, "anew")
    await world.post_all()
    world.chat.editing = None
    assert [_note(card) for card in world.chat.cards] == [None, "anew"]
    assert [card.late_reason for card in world.chat.cards] == [None, None]
    await note(world, "edited")
    await world.post_all()
    assert [message_id != gone for message_id, _posted in world.chat.edited] == [True]
    assert shown(world)[-1][1] == "edited"


@in_fast_time
async def test_after_the_group_moved_a_card_is_posted_anew_on_its_next_change_only(world: World) -> None:
    await bring(world, 2)
    await world.chats.moved(world.chats.place.chat_id, ChatId(-100777))
    await note(world, "in the new group")
    await world.post_all()
    assert [(one.place.chat_id, _note(one.what)) for one in world.chat.posted[2:]] == [(-100777, "in the new group")]
    assert world.chat.edited == []


async def test_a_lead_without_a_card_gets_none_by_being_changed(world: World) -> None:
    async with world.database.transaction() as connection:
        await connection.execute("DELETE FROM outbox")
    await world.bring(lead("1"))
    async with world.database.transaction() as connection:
        await connection.execute("DELETE FROM outbox")
    await note(world, "nobody sees it in the group")
    await world.cards.refresh(LEAD)
    assert await world.rows("SELECT * FROM outbox") == []


def _flood() -> Exception:
    return flood(30)


def _down() -> Exception:
    return trouble(DeliveryTrouble.TEMPORARY)


@pytest.mark.parametrize("failure", [_flood, _down])
def test_an_edit_survives_every_passing_trouble(failure: Callable[[], Exception], tmp_path: Any) -> None:
    @in_fast_time
    async def play(world: World) -> None:
        await bring(world)
        world.chat.failures.extend([failure(), failure()])
        await note(world, "at last")
        async with world.delivering():
            await asyncio.sleep(120)
        assert shown(world) == [(1, "at last")]

    play(tmp_path)


@in_fast_time
async def test_an_edit_waits_for_a_chat_that_refuses_the_bot(world: World) -> None:
    await bring(world)
    world.chat.failures.append(trouble(DeliveryTrouble.CHAT))
    await note(world, "at last")
    async with world.delivering():
        await asyncio.sleep(700)
    assert shown(world) == [(1, "at last")]


@in_fast_time
async def test_a_card_that_telegram_refuses_as_it_is_is_edited_as_plain_text(world: World) -> None:
    await bring(world)
    world.chat.refuse = lambda _place, _what, plain: None if plain else trouble(DeliveryTrouble.MESSAGE)
    await note(world, "odd")
    await world.post_all()
    assert [posted.is_plain for _id, posted in world.chat.edited] == [True]


@in_fast_time
async def test_an_edit_does_not_prove_that_the_topic_is_there_again(world: World) -> None:
    await bring(world)
    async with world.database.transaction() as connection:
        for fault in (Fault.TOPIC_GONE, Fault.CHAT_REFUSED):
            await connection.execute(
                "INSERT INTO faults (account_id, fault, since) VALUES (1, :fault, 1)", {"fault": fault}
            )
    await note(world, "still editable")
    async with world.delivering():
        await until(lambda: bool(world.chat.edited))
        await asyncio.sleep(1)
    assert await world.rows("SELECT fault FROM faults") == [(Fault.TOPIC_GONE.value,)]


@in_fast_time
async def test_a_change_that_a_crash_kept_off_the_card_is_shown_after_the_restart(world: World) -> None:
    await bring(world)
    reached = asyncio.Event()

    async def killed() -> None:
        reached.set()
        await asyncio.sleep(3600)

    world.chat.editing = killed
    async with world.delivering():
        await claims(world).set_status(LEAD, Status.CONTACTED, RAVI, is_admin=False)
        await reached.wait()
        await note(world, "said meanwhile")
    again = await world.again()
    await again.post_all()
    assert len(again.chat.edited) == 1
    card: Card = again.chat.edited[0][1].what  # type: ignore[assignment]
    assert (card.stored.status, card.stored.owner_name, _note(card)) == (Status.CONTACTED, "Ravi", "said meanwhile")


@in_fast_time
async def test_a_clock_set_back_holds_no_edit_up(world: World) -> None:
    await bring(world)
    await note(world, "first")
    await world.post_all()
    world.clock.jump(hours=-5)
    began = world.clock.monotonic()
    await note(world, "second")
    await world.post_all()
    assert shown(world)[-1] == (1, "second")
    assert world.clock.monotonic() - began < 10
