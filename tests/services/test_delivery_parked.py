"""Rows that cannot be said as anything: each steps aside with its reason, and everything else arrives."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.card import Card
from bot.domain.ids import ChatId, ChatPlace, LeadId, LeadNumber
from bot.domain.lead import Origin
from bot.domain.notice import Notice, NoticeCode
from bot.errors import StoreError
from bot.store import accounts, adding, prepared_leads
from bot.store.parked import ParkedSummary, ParkReason
from tests.services.fast_time import in_fast_time
from tests.services.outgoing import announce
from tests.services.played import NOON, lead
from tests.services.world import ADMIN, GROUP, World

if TYPE_CHECKING:
    from pathlib import Path

FACTS: dict[str, Any] = {"count": 1, "view": 1}
NOTICE = {"what": "notice", "body": {"code": "old_stored", "facts": FACTS}}
LISTING = {"what": "listing", "body": {"heading": "burst", "lead_ids": [1]}}

ROWS: dict[str, tuple[dict[str, Any], ParkReason]] = {
    "unknown kind": ({"what": "hologram"}, ParkReason.UNKNOWN_KIND),
    "no kind": ({"what": ""}, ParkReason.UNKNOWN_KIND),
    "kind with a NUL": ({"what": "card\0"}, ParkReason.UNKNOWN_KIND),
    "unknown turn": (NOTICE | {"turn": 99}, ParkReason.UNKNOWN_TURN),
    "turn below all": (NOTICE | {"turn": -5}, ParkReason.UNKNOWN_TURN),
    "turn in words": (NOTICE | {"turn": "first"}, ParkReason.BAD_COLUMN),
    "chat 0": (NOTICE | {"chat_id": 0}, ParkReason.BAD_ADDRESS),
    "chat in words": (NOTICE | {"chat_id": "@sales"}, ParkReason.BAD_ADDRESS),
    "chat in fractions": (NOTICE | {"chat_id": 1.5}, ParkReason.BAD_ADDRESS),
    "due in words": (NOTICE | {"due_at": "soon"}, ParkReason.BAD_COLUMN),
    "due beyond time": (NOTICE | {"due_at": 2**62}, ParkReason.BAD_COLUMN),
    "due before time": (NOTICE | {"due_at": -(2**62)}, ParkReason.BAD_COLUMN),
    "queued in words": (NOTICE | {"queued_at": "yesterday"}, ParkReason.BAD_COLUMN),
    "queued beyond time": (NOTICE | {"queued_at": 2**62}, ParkReason.BAD_COLUMN),
    "lead in words": ({"what": "card", "lead_id": "first"}, ParkReason.BAD_COLUMN),
    "body null": (NOTICE | {"body": None}, ParkReason.BAD_BODY),
    "body cut": (NOTICE | {"body": b"{"}, ParkReason.BAD_BODY),
    "body empty": (NOTICE | {"body": ""}, ParkReason.BAD_BODY),
    "body a list": (NOTICE | {"body": []}, ParkReason.BAD_BODY),
    "body a number": (NOTICE | {"body": 7}, ParkReason.BAD_BODY),
    "body no UTF-8": (NOTICE | {"body": b"\xff\xfe"}, ParkReason.BAD_BODY),
    "body deeper than any": (NOTICE | {"body": b"[" * 100_000}, ParkReason.BAD_BODY),
    "body of NULs": (NOTICE | {"body": b"\0\0"}, ParkReason.BAD_BODY),
    "notice without code": (NOTICE | {"body": {"facts": FACTS}}, ParkReason.BAD_FACTS),
    "notice without facts": (NOTICE | {"body": {"code": "old_stored"}}, ParkReason.BAD_FACTS),
    "unknown notice": (NOTICE | {"body": {"code": "party", "facts": FACTS}}, ParkReason.BAD_FACTS),
    "notice whose code is a list": (NOTICE | {"body": {"code": [], "facts": FACTS}}, ParkReason.BAD_FACTS),
    "facts a list": (NOTICE | {"body": {"code": "old_stored", "facts": []}}, ParkReason.BAD_FACTS),
    "a fact nested": (NOTICE | {"body": {"code": "old_stored", "facts": {"count": {}}}}, ParkReason.BAD_FACTS),
    "unknown heading": (LISTING | {"body": {"heading": "best", "lead_ids": [1]}}, ParkReason.BAD_FACTS),
    "no heading": (LISTING | {"body": {"lead_ids": [1]}}, ParkReason.BAD_FACTS),
    "no leads": (LISTING | {"body": {"heading": "burst"}}, ParkReason.BAD_FACTS),
    "leads no list": (LISTING | {"body": {"heading": "burst", "lead_ids": 1}}, ParkReason.BAD_FACTS),
    "leads in words": (LISTING | {"body": {"heading": "burst", "lead_ids": ["1"]}}, ParkReason.BAD_FACTS),
    "leads beyond numbers": (LISTING | {"body": {"heading": "burst", "lead_ids": [2**80]}}, ParkReason.BAD_FACTS),
    "an empty list": (LISTING | {"body": {"heading": "burst", "lead_ids": []}}, ParkReason.LEAD_MISSING),
    "leads that are not there": (LISTING | {"body": {"heading": "old", "lead_ids": [404]}}, ParkReason.LEAD_MISSING),
    "another account's leads": (LISTING | {"body": {"heading": "old", "lead_ids": [2]}}, ParkReason.LEAD_MISSING),
    "a card without a lead": ({"what": "card"}, ParkReason.LEAD_MISSING),
    "a card of a lead that is not there": ({"what": "card", "lead_id": 404}, ParkReason.LEAD_MISSING),
    "a card beyond numbers": ({"what": "card", "lead_id": 2**62}, ParkReason.LEAD_MISSING),
    "a card of another account's lead": ({"what": "card", "lead_id": 2}, ParkReason.LEAD_MISSING),
    "an edit of another account's lead": ({"what": "edit", "lead_id": 2}, ParkReason.LEAD_MISSING),
    "a pointer to nothing": ({"what": "pointer"}, ParkReason.LEAD_MISSING),
    "a pointer to another account's lead": ({"what": "pointer", "lead_id": 2}, ParkReason.LEAD_MISSING),
    "a reminder without a number": ({"what": "reminder"}, ParkReason.BAD_FACTS),
    "a reminder whose number is an object": ({"what": "reminder", "body": {"reminder_id": {}}}, ParkReason.BAD_FACTS),
    "a callout without a number": ({"what": "callout"}, ParkReason.BAD_FACTS),
    "a callout beyond numbers": ({"what": "callout", "body": {"callout_id": 2**70}}, ParkReason.BAD_FACTS),
}


async def put(world: World, **columns: Any) -> None:
    """By hand, as no program of ours would: on a connection of its own, which holds to no reference."""
    row = {
        "account_id": world.account_id,
        "turn": 2,
        "what": "notice",
        "queued_at": 0,
        "due_at": 0,
        "body": "{}",
    } | columns
    if isinstance(row["body"], (dict, list)) or row["body"] is None:
        row["body"] = json.dumps(row["body"])
    names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)

    statement = f"INSERT INTO outbox ({names}) VALUES ({marks})"
    if not world.database.is_file and isinstance(row.get("chat_id"), float):
        pytest.skip("PostgreSQL rounds it")
    try:
        await world.by_hand(statement, row)
    except StoreError:
        pytest.skip("PostgreSQL keeps no such value")


async def another_accounts_lead(world: World) -> None:
    async with world.database.transaction() as connection:
        other = await accounts.open_account(connection, "other")
        await adding.add(connection, other, prepared_leads.of_all([lead("9")]), origin=Origin.PULL, now=NOON)


async def parked_rows(world: World) -> list[tuple[Any, ...]]:
    return await world.rows("SELECT what, reason FROM parked ORDER BY parked_id")


def is_all_that_is_right_said(world: World) -> bool:
    group = [one.what for one in world.chat.posted if one.place == GROUP]
    private = [one for one in world.chat.posted if one.place == ChatPlace(ChatId(ADMIN))]
    return any(isinstance(one, Card) for one in group) and len(private) == 1


@pytest.mark.parametrize("name", ROWS)
def test_a_row_that_is_no_message_steps_aside_at_once_and_all_others_arrive(name: str, tmp_path: Path) -> None:
    @in_fast_time
    async def play(world: World) -> None:
        columns, reason = ROWS[name]
        await world.bring(lead("1"))
        await another_accounts_lead(world)
        async with world.database.transaction() as connection:
            await connection.execute("UPDATE outbox SET outbox_id = outbox_id + 1000")
        await put(world, **columns)
        await announce(world, ADMIN)
        await world.post_all(20)
        assert is_all_that_is_right_said(world)
        assert [one[1] for one in await parked_rows(world)] == [reason]
        assert await world.rows("SELECT * FROM outbox") == []

    play(tmp_path)


@in_fast_time
async def test_rows_of_all_these_kinds_together_hold_nobody_up(world: World) -> None:
    await another_accounts_lead(world)
    for columns, _reason in ROWS.values():
        await put(world, **columns)
    await world.bring(lead("1"))
    await announce(world, ADMIN)
    async with world.delivering():
        await asyncio.sleep(5)
        assert len(world.chat.cards) == 1
    status = await world.services.report.status()
    assert status.parked.number >= len(ROWS) - 4  # of some leads there are several, and each is parked once


@in_fast_time
async def test_a_heading_and_facts_that_are_only_odd_are_said_all_the_same(world: World) -> None:
    await world.bring(lead("1", name="\u202eAsha\0" + "x" * 9000))
    odd = {"code": "fault_started", "facts": {"fault": "unknown", "message": "\0" * 10 + "y" * 100_000}}
    await put(world, what="notice", body=odd, late="bored")
    await put(world, what="listing", body={"heading": "burst", "lead_ids": [1, 404]})
    await world.post_all(20)
    assert len(world.chat.posted) == 3
    assert await parked_rows(world) == []


@in_fast_time
async def test_one_lead_that_spoils_a_list_keeps_none_of_the_others_from_the_group(world: World) -> None:
    await has_leads(world, 20)
    body = {"heading": "burst", "lead_ids": list(range(1, 21))}
    await put(world, what="listing", turn=5, body=body)

    def spoiled(_place: ChatPlace, what: Any, _plain: bool) -> Exception | None:  # noqa: FBT001 - as called
        return ZeroDivisionError() if any(one.lead_id == 7 for one in what.leads) else None

    world.chat.refuse = spoiled
    await world.post_all(60)
    listed = [one.lead_id for listing in world.chat.listings for one in listing.leads]
    assert sorted(listed) == [n for n in range(1, 21) if n != 7]
    assert len(world.chat.listings) <= 5
    assert await world.rows("SELECT what, reason, body FROM parked") == [
        ("listing", "not_built", json.dumps({"heading": "burst", "lead_ids": [7]}))
    ]


async def has_leads(world: World, number: int) -> None:
    async with world.database.transaction() as connection:
        rows = [lead(str(n), enquired_at=NOON + timedelta(seconds=n)) for n in range(1, number + 1)]
        await adding.add(connection, world.account_id, prepared_leads.of_all(rows), origin=Origin.PULL, now=NOON)


@in_fast_time
async def test_admins_hear_once_of_what_was_parked_however_much_it_is(world: World) -> None:
    for _row in range(40):
        await put(world, what="hologram")
    await world.bring(lead("1"))
    await world.post_all(20)
    assert await world.parking.tell()
    assert not await world.parking.tell()
    await world.post_all(20)
    assert [one.facts for one in world.chat.notices] == [{"unknown_kind": 40}]
    await put(world, what="hologram")
    await put(world, what="notice")
    await world.post_all(20)
    assert not await world.parking.tell()  # so soon after the last
    await asyncio.sleep(700)
    assert await world.parking.tell()
    await world.post_all(20)
    assert world.chat.notices[-1] == Notice(NoticeCode.PARKED, {"bad_facts": 1, "unknown_kind": 1})
    assert [one.place.chat_id for one in world.chat.posted if isinstance(one.what, Notice)] == [ADMIN, ADMIN]


@in_fast_time
async def test_that_the_news_of_parked_messages_cannot_be_said_is_no_news(world: World) -> None:
    await put(world, what="hologram")
    await world.post_all(20)
    world.chat.refuse = lambda _place, what, _plain: ZeroDivisionError() if isinstance(what, Notice) else None
    assert await world.parking.tell()
    await world.post_all(20)
    assert len(await parked_rows(world)) == 2
    await asyncio.sleep(3600)
    assert not await world.parking.tell()


@in_fast_time
async def test_status_names_how_many_why_and_which_leads(world: World) -> None:
    await world.bring(lead("1"), lead("2"))
    await put(world, what="hologram")
    world.chat.refuse = lambda *_any: ZeroDivisionError()
    await world.post_all(20)
    status = await world.services.report.status()
    assert status.parked == ParkedSummary((("not_built", 2), ("unknown_kind", 1)), (LeadNumber(2), LeadNumber(1)))
    assert status.waiting == 0


@in_fast_time
async def test_a_card_that_can_be_posted_later_is_parked_no_more(world: World) -> None:
    world.chat.refuse = lambda *_any: ZeroDivisionError()
    await world.bring(lead("1"))
    await world.post_all(20)
    assert await parked_rows(world) == [("card", "not_built")]
    world.chat.refuse = lambda *_any: None
    await world.cards.show(LeadId(1))
    await world.post_all(20)
    assert len(world.chat.cards) == 1
    assert await parked_rows(world) == []


@in_fast_time
async def test_another_version_tries_what_was_parked_once_and_parks_what_it_cannot_say_either(world: World) -> None:
    await announce(world)
    await world.bring(lead("1"), lead("2"), lead("3"))
    world.chat.refuse = lambda *_any: ZeroDivisionError()
    await put(world, what="hologram")
    await put(world, what="card", lead_id=404)
    await world.post_all(20)
    assert len(await parked_rows(world)) == 6
    world.chat.refuse = lambda _place, what, _plain: (
        ZeroDivisionError() if isinstance(what, Card) and what.stored.lead_id == 3 else None
    )
    await world.parking.release()  # the same version starts again
    assert await world.rows("SELECT * FROM outbox") == []
    again = await world.again(version="99.0")
    again.chat.refuse = world.chat.refuse
    await again.parking.release()
    await again.post_all(60)
    assert {card.stored.lead_id for card in again.chat.cards} == {1, 2}
    assert len(again.chat.notices) == 1
    assert await world.rows("SELECT what, lead_id, version FROM parked ORDER BY what, lead_id") == [
        ("card", 3, "99.0"), ("hologram", None, "99.0"),
    ]  # fmt: skip


@in_fast_time
async def test_news_of_days_ago_is_not_told_by_the_next_version(world: World) -> None:
    world.chat.refuse = lambda *_any: ZeroDivisionError()
    await announce(world)
    await world.post_all(20)
    await asyncio.sleep(timedelta(days=3).total_seconds())
    await (await world.again(version="99.0")).parking.release()
    assert await world.rows("SELECT 1 FROM outbox") == []
    assert await parked_rows(world) == []


async def test_a_fault_that_only_another_version_knows_spoils_neither_status_nor_watch(world: World) -> None:
    async with world.database.transaction() as connection:
        await connection.execute(
            "INSERT INTO faults (account_id, fault, since) VALUES (:account_id, 'eclipse', 0)",
            {"account_id": world.account_id},
        )
        await world.faults.tell_lasting(connection)
    status = await world.services.report.status()
    assert [fault for fault, _since, _words in status.faults] == [None]


def test_the_reasons_are_words_that_stay() -> None:
    assert [one.value for one in ParkReason] == [
        "unknown_kind", "unknown_turn", "bad_address", "bad_column", "bad_body", "bad_facts", "lead_missing",
        "not_built", "refused",
    ]  # fmt: skip
