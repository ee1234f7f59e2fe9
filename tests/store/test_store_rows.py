from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.card import Lateness
from bot.domain.ids import ChatId, LeadId, MessageId, UserId
from bot.domain.person import Person
from bot.store import (
    account_settings,
    accounts,
    beginnings,
    cards,
    chats,
    faults,
    holds,
    people,
    push_log,
    pushes,
    runs,
    unreadable,
    views,
)
from bot.store.cards import PostedCard

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.lead import Lead

    Leads = Callable[..., Lead]

GROUP, MOVED = ChatId(-40), ChatId(-1001)
RAVI = UserId(77)
HOUR = timedelta(hours=1)


async def account(shelf: Any) -> accounts.Account:
    async with shelf.database.reading() as connection:
        return await accounts.get(connection, shelf.account_id)


async def take(shelf: Any, seen: datetime | None, now: datetime) -> bool:
    async with shelf.database.transaction() as connection:
        return await accounts.take_slot(connection, shelf.account_id, seen=seen, now=now)


async def test_an_account_is_made_once(shelf: Any) -> None:
    async with shelf.database.transaction() as connection:
        assert await accounts.open_account(connection) == shelf.account_id
        assert await accounts.open_account(connection, "second") != shelf.account_id
    fresh = await account(shelf)
    assert (fresh.name, fresh.last_call_at, fresh.hold_until, fresh.last_new, fresh.batch) == (
        "main",
        None,
        None,
        0,
        None,
    )


async def test_of_two_who_saw_the_same_last_call_one_gets_the_slot(shelf: Any) -> None:
    assert await take(shelf, None, shelf.now)
    assert not await take(shelf, None, shelf.now + HOUR)
    assert (await account(shelf)).last_call_at == shelf.now
    assert await take(shelf, shelf.now, shelf.now + HOUR)
    assert not await take(shelf, shelf.now, shelf.now + HOUR)
    assert not await take(shelf, None, shelf.now + HOUR)
    assert (await account(shelf)).last_call_at == shelf.now + HOUR


async def test_a_taken_slot_ends_the_hold(shelf: Any) -> None:
    async with shelf.database.transaction() as connection:
        await accounts.hold(connection, shelf.account_id, shelf.now + HOUR)
    assert (await account(shelf)).hold_until == shelf.now + HOUR
    assert await take(shelf, None, shelf.now)
    assert (await account(shelf)).hold_until is None


async def test_a_bad_answer_keeps_what_the_last_good_one_said(shelf: Any) -> None:
    for outcome, is_ok, new, later in (("leads", True, 4, 0), ("blocked", False, 0, 1)):
        async with shelf.database.transaction() as connection:
            now = shelf.now + later * HOUR
            await accounts.answered(connection, shelf.account_id, outcome, is_ok=is_ok, new=new, now=now)
    now = await account(shelf)
    assert (now.last_outcome, now.last_answer_at) == ("blocked", shelf.now + HOUR)
    assert (now.last_ok_at, now.last_new) == (shelf.now, 4)


async def test_an_earlier_wish_for_leads_stays(shelf: Any) -> None:
    for ago in (2, 5, 1):
        async with shelf.database.transaction() as connection:
            await accounts.want_from(connection, shelf.account_id, shelf.now - ago * HOUR)
    assert (await account(shelf)).wanted_from == shelf.now - 5 * HOUR


async def test_windows_runs_and_rereads_are_kept(shelf: Any) -> None:
    async with shelf.database.transaction() as connection:
        await accounts.limit_window(connection, shelf.account_id, HOUR)
        await accounts.set_batch(connection, shelf.account_id, 9, 40)
        await accounts.reread(connection, shelf.account_id, shelf.now)
    now = await account(shelf)
    assert (now.longest_window, now.batch, now.batch_listed, now.reread_at) == (HOUR, 9, 40, shelf.now)
    async with shelf.database.transaction() as connection:
        await accounts.limit_window(connection, shelf.account_id, None)
        await accounts.set_batch(connection, shelf.account_id, None, 0)
    now = await account(shelf)
    assert (now.longest_window, now.batch, now.batch_listed) == (None, None, 0)


async def test_the_first_connection_is_announced_once(shelf: Any) -> None:
    async with shelf.database.transaction() as connection:
        assert await accounts.connect(connection, shelf.account_id, shelf.now)
        assert not await accounts.connect(connection, shelf.account_id, shelf.now + HOUR)
    assert (await account(shelf)).connected_at == shelf.now


async def test_an_account_that_is_not_there_is_an_error(shelf: Any) -> None:
    with pytest.raises(LookupError):
        async with shelf.database.reading() as connection:
            await accounts.get(connection, shelf.account_id + 1)


async def see(shelf: Any, *, at_home: datetime | None, name: str = "Ravi") -> None:
    async with shelf.database.transaction() as connection:
        await people.saw(connection, shelf.account_id, Person(RAVI, name, None), at_home=at_home)


async def last_seen(shelf: Any) -> datetime | None:
    async with shelf.database.reading() as connection:
        return await people.last_seen(connection, shelf.account_id, RAVI)


async def test_only_acts_in_the_accounts_chat_show_that_somebody_is_in_it(shelf: Any) -> None:
    assert await last_seen(shelf) is None
    await see(shelf, at_home=None)
    assert await last_seen(shelf) is None
    await see(shelf, at_home=shelf.now)
    await see(shelf, at_home=None, name="Ravi \ud83d")
    assert await last_seen(shelf) == shelf.now
    assert await shelf.rows("SELECT name FROM people") == [("Ravi ?",)]


async def test_who_left_does_not_count_until_they_join_again(shelf: Any) -> None:
    await see(shelf, at_home=shelf.now)
    async with shelf.database.transaction() as connection:
        await people.left(connection, shelf.account_id, RAVI, shelf.now)
    await see(shelf, at_home=None)
    assert await last_seen(shelf) is None
    assert (await shelf.rows("SELECT left_at IS NOT NULL FROM people")) == [(1,)]
    await see(shelf, at_home=shelf.now + HOUR)
    assert await last_seen(shelf) is None
    async with shelf.database.transaction() as connection:
        later = shelf.now + HOUR
        await people.joined(connection, shelf.account_id, Person(RAVI, "Ravi", None), later)
    assert await last_seen(shelf) == shelf.now + HOUR
    assert (await shelf.rows("SELECT left_at FROM people")) == [(None,)]


async def test_start_and_block_are_remembered(shelf: Any) -> None:
    await see(shelf, at_home=None)
    async with shelf.database.transaction() as connection:
        assert not await people.has_started(connection, shelf.account_id, RAVI)
        await people.started(connection, shelf.account_id, RAVI, shelf.now)
        assert await people.has_started(connection, shelf.account_id, RAVI)
        await people.stopped(connection, shelf.account_id, RAVI)
        assert not await people.has_started(connection, shelf.account_id, RAVI)


async def test_the_same_view_keeps_its_number_and_another_gets_another(shelf: Any) -> None:
    async with shelf.database.transaction() as connection:
        first, second = await views.remember(connection, shelf.account_id, ["a", "b"], shelf.now)
        assert await views.remember(connection, shelf.account_id, ["a"], shelf.now + HOUR) == [first]
        assert second != first
        assert await views.recall(connection, shelf.account_id, first) == "a"
        assert (await views.remember(connection, shelf.account_id, ["c"], shelf.now))[0] not in {first, second}
        assert await views.recall(connection, shelf.account_id + 1, first) is None
        assert await views.recall(connection, shelf.account_id, 10**30) is None


async def test_a_group_that_moved_twice_is_known_by_both_old_ids(shelf: Any) -> None:
    async with shelf.database.transaction() as connection:
        await chats.move(connection, shelf.account_id, GROUP, ChatId(-1000), shelf.now)
        await chats.move(connection, shelf.account_id, GROUP, MOVED, shelf.now)
        await chats.move(connection, shelf.account_id, ChatId(-1000), MOVED, shelf.now)
        known = await beginnings.of(connection, [shelf.account_id])
        assert known[shelf.account_id].moves == {GROUP: MOVED, ChatId(-1000): MOVED}


async def test_send_times_are_kept_as_long_as_they_matter(shelf: Any) -> None:
    async with shelf.database.transaction() as connection:
        for at in (100.25, 130.5, 161.0):
            await chats.sent(connection, shelf.account_id, [(GROUP, at)], forget_before=at - 60)
        for since, sends in ((0, [(GROUP, 130.5), (GROUP, 161.0)]), (150, [(GROUP, 161.0)])):
            known = await beginnings.of(connection, [shelf.account_id], since)
            assert known[shelf.account_id].sends == sends


async def test_a_wait_that_telegram_asked_for_is_kept_until_it_is_over(shelf: Any) -> None:
    async with shelf.database.transaction() as connection:
        await chats.held(connection, shelf.account_id, [(GROUP, 100.25, 399.5)])
        for now, holds in ((200, [(GROUP, 100.25, 400.0)]), (401, [])):
            await chats.sent(connection, shelf.account_id, [], forget_before=now)
            known = (await beginnings.of(connection, [shelf.account_id]))[shelf.account_id]
            assert (known.sends, known.holds) == ([], holds)


async def test_what_cannot_be_read_is_kept_once(shelf: Any) -> None:
    async with shelf.database.transaction() as connection:
        for raws, new in ((["{}"], 1), (["{}", "{1}", "{1}", "\ud800\0"], 2), (["\ud800\0"], 0), ([], 0)):
            rows = [(raw, "no kind") for raw in raws]
            assert await unreadable.keep(connection, shelf.account_id, rows, origin="push", now=shelf.now) == new


async def test_any_text_from_outside_is_kept_without_what_no_database_takes(shelf: Any) -> None:
    odd, me = "a\udcff\0b", shelf.account_id
    async with shelf.database.transaction() as connection:
        await pushes.keep(connection, me, b"odd", content_type=odd, reason=None, now=shelf.now)
        await faults.start(connection, me, "api_down", message=odd, now=shelf.now)
        await holds.name(connection, 5, odd)
        await people.joined(connection, me, Person(RAVI, odd, odd), shelf.now)
        (view,) = await views.remember(connection, me, [odd], shelf.now)
        by = account_settings.By(RAVI, odd)
        await account_settings.put(connection, me, "OVERLAP", "30m", by=by, keyring=None, now=shelf.now)
        changed = await account_settings.latest(connection, me, "OVERLAP", None)
        kept = [
            (await pushes.pending(connection, me))[0].content_type,
            (await faults.current(connection, me))[0].message,
            (await holds.all_of(connection))[5].username,
            await views.recall(connection, me, view),
            *(await connection.fetch_all("SELECT name, username FROM people"))[0],
            changed and changed.by.machine,
        ]
    assert set(kept) == {"a?b"}


async def test_pushed_bytes_wait_until_they_are_leads_or_given_up(shelf: Any) -> None:
    bodies = [b'{"a": 1}', b"\xff\x00", b""]
    async with shelf.database.transaction() as connection:
        for body in bodies:
            await pushes.keep(connection, shelf.account_id, body, reason=None, now=shelf.now)
        await pushes.keep(connection, shelf.account_id, b"odd", reason="no lead", now=shelf.now)
        waiting = await pushes.pending(connection, shelf.account_id)
        assert [kept.body for kept in waiting] == bodies
        assert len(await pushes.pending(connection, shelf.account_id, limit=2)) == 2
        await pushes.remove(connection, shelf.account_id, waiting[0].push_id)
        await pushes.give_up(connection, shelf.account_id, waiting[1].push_id, "no lead")
        assert await pushes.pending(connection, shelf.account_id) == waiting[2:]
    assert await shelf.rows("SELECT count(*) FROM pushes") == [(3,)]


async def test_the_latest_pushes_are_remembered_and_no_more(shelf: Any) -> None:
    async with shelf.database.transaction() as connection:
        for second in range(push_log.KEPT + 5):
            at = shelf.now + timedelta(seconds=second)
            await push_log.add(connection, shelf.account_id, "known", now=at, number=second)
        newest = await push_log.newest(connection, shelf.account_id, 3)
        assert [entry.number for entry in newest] == [24, 23, 22]
    assert await shelf.rows("SELECT count(*), min(number) FROM push_log") == [(push_log.KEPT, 5)]


async def test_refusals_of_one_kind_share_a_row_for_a_day(shelf: Any) -> None:
    async with shelf.database.transaction() as connection:
        for hours, number in ((0, 2), (1, 3), (26, 1)):
            at = shelf.now + timedelta(hours=hours)
            await push_log.count_up(connection, shelf.account_id, "too_large", now=at, number=number)
        newest = await push_log.newest(connection, shelf.account_id, 5)
    assert [(entry.number, entry.received_at - shelf.now) for entry in newest] == [
        (1, timedelta(hours=26)),
        (5, timedelta(hours=1)),
    ]


async def test_a_fault_keeps_its_start_and_is_told_once(shelf: Any) -> None:
    async with shelf.database.transaction() as connection:
        await faults.start(connection, shelf.account_id, "api_down", message="500", now=shelf.now)
        await faults.start(connection, shelf.account_id, "api_down", message="502", now=shelf.now + HOUR)
        assert await faults.tell(connection, shelf.account_id, "api_down", shelf.now + HOUR)
        assert not await faults.tell(connection, shelf.account_id, "api_down", shelf.now + HOUR)
        (one,) = await faults.current(connection, shelf.account_id)
        assert one == faults.OpenFault("api_down", shelf.now, "502", shelf.now + HOUR)
        assert await faults.end(connection, shelf.account_id, "api_down") == one
        assert await faults.end(connection, shelf.account_id, "api_down") is None
        assert not await faults.tell(connection, shelf.account_id, "api_down", shelf.now)


def posted(lead_id: LeadId, now: datetime, message_id: int, **fields: Any) -> PostedCard:
    values: dict[str, Any] = {"late_by": None, "late_reason": None, "nth": 1, "earlier_lead_id": None}
    return PostedCard(
        lead_id=lead_id, chat_id=GROUP, message_id=MessageId(message_id), posted_at=now, **{**values, **fields}
    )


async def test_a_card_posted_anew_keeps_the_facts_of_its_first_posting(shelf: Any, lead: Leads) -> None:
    (added,) = await shelf.add(lead("1"))
    late = timedelta(minutes=12)
    first = posted(added.lead_id, shelf.now, 5, late_by=late, late_reason=Lateness.TELEGRAM, nth=3, earlier_lead_id=1)
    async with shelf.database.transaction() as connection:
        assert await cards.get(connection, shelf.account_id, added.lead_id) is None
        await cards.add(connection, shelf.account_id, first)
        assert await cards.get(connection, shelf.account_id, added.lead_id) == first
        await cards.add(connection, shelf.account_id, posted(added.lead_id, shelf.now + HOUR, 6))
        kept = await cards.get(connection, shelf.account_id, added.lead_id)
        assert kept is not None
        assert (kept.message_id, kept.late_by, kept.nth, kept.posted_at) == (6, late, 3, shelf.now)
        assert await cards.lead_of(connection, shelf.account_id, GROUP, MessageId(6)) == added.lead_id
        assert await cards.lead_of(connection, shelf.account_id, GROUP, MessageId(5)) is None
        assert await cards.lead_of(connection, shelf.account_id, MOVED, MessageId(6)) is None


async def test_the_contact_under_a_card_is_posted_once(shelf: Any, lead: Leads) -> None:
    (added,) = await shelf.add(lead("1"))
    async with shelf.database.transaction() as connection:
        assert not await cards.lacks_contact(connection, shelf.account_id, added.lead_id)
        await cards.add(connection, shelf.account_id, posted(added.lead_id, shelf.now, 5))
        assert await cards.lacks_contact(connection, shelf.account_id, added.lead_id)
        await cards.contact_posted(connection, shelf.account_id, added.lead_id, shelf.now)
        assert not await cards.lacks_contact(connection, shelf.account_id, added.lead_id)
        await cards.add(connection, shelf.account_id, posted(added.lead_id, shelf.now, 6))
        assert await cards.lacks_contact(connection, shelf.account_id, added.lead_id)


async def test_a_run_hears_of_others_that_are_alive_and_forgets_the_dead(shelf: Any) -> None:
    async with shelf.database.transaction() as connection:
        killed = await runs.start(connection, 100.0)
        alive = await runs.start(connection, 150.0)
        assert await runs.beat(connection, alive, now=155.0, forget_before=95.0) == {killed: 100.0}
        mine = await runs.start(connection, 160.0)
        assert await runs.beat(connection, mine, now=161.0, forget_before=101.0) == {alive: 155.0}
        await runs.beat(connection, alive, now=165.0, forget_before=105.0)
        assert await runs.beat(connection, mine, now=166.0, forget_before=106.0) == {alive: 165.0}
        await runs.end(connection, alive)
        assert await runs.beat(connection, mine, now=171.0, forget_before=111.0) == {}
    assert killed != mine
    assert await shelf.rows("SELECT run_id FROM runs") == [(mine,)]
