from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.card import Lateness
from bot.domain.ids import AccountId, ChatId, LeadId
from bot.domain.lead import Kind, Lead
from bot.store import bursts, outbox
from bot.store.outbox import WaitingMessages
from bot.store.outbox_messages import Draft, MessageKind, OutboxRow

if TYPE_CHECKING:
    from collections.abc import Callable

    Leads = Callable[..., Lead]

RAVI = ChatId(77)


async def queue(shelf: Any, *drafts: Draft, later: timedelta = timedelta(0)) -> None:
    async with shelf.database.transaction() as connection:
        await outbox.add(connection, shelf.account_id, drafts, shelf.now + later)


async def following(shelf: Any, chat_id: ChatId | None = None, *, later: timedelta = timedelta(0)) -> OutboxRow | None:
    async with shelf.database.reading() as connection:
        return await outbox.following(connection, shelf.account_id, chat_id, shelf.now + later)


async def drained(shelf: Any, chat_id: ChatId | None = None) -> list[OutboxRow]:
    sent: list[OutboxRow] = []
    while (row := await following(shelf, chat_id)) is not None:
        sent.append(row)
        async with shelf.database.transaction() as connection:
            await outbox.done(connection, shelf.account_id, row.outbox_id)
    return sent


def notice(text: str, turn: int = 3, **fields: Any) -> Draft:
    return Draft(what=MessageKind.NOTICE, turn=turn, body={"text": text}, **fields)


async def test_the_lower_turn_goes_first_then_the_order_of_queueing(shelf: Any) -> None:
    await queue(shelf, notice("c", 4), notice("a", 1), notice("d", 4))
    await queue(shelf, notice("b", 1))
    assert [row.body["text"] for row in await drained(shelf)] == ["a", "b", "c", "d"]


async def test_a_row_comes_back_as_it_was_queued(shelf: Any, lead: Leads) -> None:
    (added,) = await shelf.add(lead("1"))
    draft = Draft(
        what=MessageKind.CARD,
        turn=2,
        lead_id=added.lead_id,
        body={"ids": [1], "टंकी": "🟢"},
        chat_id=RAVI,
        late=Lateness.BUSY,
    )
    await queue(shelf, draft)
    row = await following(shelf, RAVI)
    assert row == OutboxRow(
        what=MessageKind.CARD, turn=2, lead_id=added.lead_id, body={"ids": [1], "टंकी": "🟢"}, chat_id=RAVI,
        late=Lateness.BUSY, outbox_id=1, queued_at=shelf.now, due_at=shelf.now, tries=0,
    )  # fmt: skip


async def test_every_address_has_its_own_queue(shelf: Any) -> None:
    await queue(shelf, notice("group"), notice("ravi", chat_id=RAVI), notice("asha", chat_id=ChatId(78)))
    async with shelf.database.reading() as connection:
        for accounts in (None, [shelf.account_id]):
            found = await outbox.waiting_chats(connection, accounts)
            assert set(found) == {(shelf.account_id, one) for one in (None, RAVI, ChatId(78))}
        assert await outbox.waiting_chats(connection, [AccountId(99)]) == []
    assert [row.body["text"] for row in await drained(shelf, RAVI)] == ["ravi"]
    assert [row.body["text"] for row in await drained(shelf)] == ["group"]


async def test_a_leads_card_is_queued_once_and_may_only_move_forward(shelf: Any, lead: Leads) -> None:
    (added,) = await shelf.add(lead("1"))
    for turn in (5, 2, 4):
        await queue(shelf, Draft(what=MessageKind.CARD, turn=turn, lead_id=added.lead_id))
    await queue(shelf, Draft(what=MessageKind.POINTER, turn=1, lead_id=added.lead_id))
    sent = await drained(shelf)
    assert [(row.what, row.turn) for row in sent] == [(MessageKind.POINTER, 1), (MessageKind.CARD, 2)]


async def test_a_row_that_is_put_off_waits_and_others_pass_it(shelf: Any) -> None:
    await queue(shelf, notice("first", 1), notice("second", 2))
    first = await following(shelf)
    assert first is not None
    async with shelf.database.transaction() as connection:
        put_off = {"later": int(shelf.now.timestamp()) + 300, "outbox_id": first.outbox_id}
        await connection.execute("UPDATE outbox SET due_at = :later WHERE outbox_id = :outbox_id", put_off)
    assert [row.body["text"] for row in await drained(shelf)] == ["second"]
    async with shelf.database.reading() as connection:
        assert await outbox.next_due(connection, shelf.account_id, None) == shelf.now + timedelta(minutes=5)
        assert await outbox.next_due(connection, shelf.account_id, RAVI) is None
    again = await following(shelf, later=timedelta(minutes=5))
    assert again is not None
    assert again.body["text"] == "first"


async def test_a_number_is_never_used_for_a_second_row(shelf: Any) -> None:
    await queue(shelf, notice("first"))
    (first,) = await drained(shelf)
    await queue(shelf, notice("second"))
    (second,) = await drained(shelf)
    assert second.outbox_id > first.outbox_id


async def test_what_is_held_up_keeps_its_first_reason(shelf: Any) -> None:
    await queue(shelf, notice("a", late=Lateness.STOPPED), notice("b"), notice("c", chat_id=RAVI))
    async with shelf.database.transaction() as connection:
        await outbox.mark_late(connection, shelf.account_id, None, Lateness.TELEGRAM)
    assert [row.late for row in await drained(shelf)] == [Lateness.STOPPED, Lateness.TELEGRAM]
    assert [row.late for row in await drained(shelf, RAVI)] == [None]


async def test_what_was_queued_for_a_person_long_ago_is_forgotten(shelf: Any) -> None:
    await queue(shelf, notice("old", chat_id=RAVI), notice("group"))
    await queue(shelf, notice("new", chat_id=RAVI), later=timedelta(hours=1))
    async with shelf.database.transaction() as connection:
        await outbox.discard(connection, shelf.account_id, RAVI, shelf.now + timedelta(minutes=1))
        assert await outbox.waiting(connection, shelf.account_id) == WaitingMessages(2, shelf.now)
    assert [row.body["text"] for row in await drained(shelf)] == ["group"]


async def test_waiting_cards_are_told_newest_enquiry_first(shelf: Any, lead: Leads) -> None:
    old = lead("old", enquired_at=shelf.now - timedelta(days=1))
    (newest,) = await shelf.add(lead("new", kind=Kind.CALL))
    (oldest,) = await shelf.add(old)
    drafts = [Draft(what=MessageKind.CARD, turn=2, lead_id=one.lead_id) for one in (oldest, newest)]
    (third,) = await shelf.add(lead("asked for"))
    await queue(shelf, *drafts, Draft(what=MessageKind.CARD, turn=0, lead_id=third.lead_id))
    async with shelf.database.transaction() as connection:
        waiting = await bursts.waiting_cards(connection, shelf.account_id, None, 2)
        assert [one.lead_ids for one in waiting] == [[newest.lead_id], [oldest.lead_id]]
        ids = [one.outbox_id for one in waiting]
        assert await outbox.remove(connection, shelf.account_id, ids, [0]) == set()  # nobody asked for these
        assert await outbox.remove(connection, shelf.account_id, ids, [2]) == set(ids)
    assert [row.lead_id for row in await drained(shelf)] == [LeadId(third.lead_id)]


async def test_an_empty_outbox_has_no_backlog(shelf: Any) -> None:
    async with shelf.database.reading() as connection:
        assert await outbox.waiting(connection, shelf.account_id) == WaitingMessages(0, None)
    assert await following(shelf) is None


@pytest.mark.parametrize(
    ("tries", "seconds"), [(0, 5), (1, 10), (2, 20), (3, 40), (4, 80), (5, 160), (6, 300), (7, 300), (10**6, 300)]
)
def test_the_wait_doubles_up_to_five_minutes(tries: int, seconds: int) -> None:
    assert outbox.backoff(tries) == timedelta(seconds=seconds)
