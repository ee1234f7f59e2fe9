"""Leads, outbox rows and coverage are one commit; a lead is posted once however often it comes."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.budgets import LEADS_PER_COMMIT
from bot.domain.lead import Origin
from bot.domain.notice import NoticeCode
from bot.errors import StoreError
from bot.indiamart.answer import Answer, Outcome
from bot.lookup.lists import ListQuery
from bot.store import coverage
from tests.services.played import NOON, lead, leads_answer

if TYPE_CHECKING:
    from bot.domain.lead import Lead
    from tests.services.world import World

DAY = timedelta(days=1)


async def fresh(world: World, *rows: Lead) -> int:
    async with world.database.transaction() as connection:
        return await world.ingest.fresh(connection, rows, origin=Origin.PULL)


async def old(world: World, *rows: Lead) -> int:
    async with world.database.transaction() as connection:
        return await world.ingest.old(connection, rows)


async def finish(world: World) -> None:
    async with world.database.transaction() as connection:
        await world.ingest.finish_old(connection)


async def listed(world: World) -> list[list[str]]:
    """QUERY_IDs of the lists that wait, in the order of the queue."""
    names = dict(await world.rows("SELECT lead_id, query_id FROM leads ORDER BY lead_id"))
    bodies = await world.rows("SELECT body FROM outbox WHERE what = 'listing' ORDER BY outbox_id")
    return [[names[number] for number in json.loads(body)["lead_ids"]] for (body,) in bodies]


async def test_leads_their_cards_and_the_coverage_are_stored_together(world: World) -> None:
    world.indiamart.answers.append(leads_answer(lead("1"), lead("2")))
    await world.poll()
    assert await world.rows("SELECT query_id FROM leads ORDER BY query_id") == [("1",), ("2",)]
    assert await world.rows("SELECT what, turn, lead_id FROM outbox ORDER BY lead_id") == [
        ("card", 3, 1),
        ("card", 3, 2),
    ]
    assert len(await world.spans()) == 1


async def test_what_cannot_be_stored_moves_no_coverage(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(*_arguments: object) -> None:
        raise StoreError("the disk is full")

    with monkeypatch.context() as disk:
        disk.setattr(coverage, "add", full)
        world.indiamart.answers.append(leads_answer(lead("1")))
        with pytest.raises(StoreError):
            await world.poll()
    assert await world.rows("SELECT count(*) FROM leads") == [(0,)]
    assert await world.rows("SELECT count(*) FROM outbox") == [(0,)]
    assert await world.poller.due_in() == 300
    world.indiamart.answers.append(leads_answer(lead("1")))
    await world.poll()
    assert await world.rows("SELECT count(*) FROM leads") == [(1,)]


async def test_a_lead_seen_twice_is_posted_once(world: World) -> None:
    world.indiamart.answers.extend([leads_answer(lead("1"), lead("1")), leads_answer(lead("1"))])
    await world.poll()
    await world.poll()
    async with world.database.transaction() as connection:
        assert await world.ingest.fresh(connection, [lead("1")], origin=Origin.PUSH) == 0
    assert await world.rows("SELECT count(*) FROM leads") == [(1,)]
    assert await world.rows("SELECT count(*) FROM outbox") == [(1,)]


async def test_a_pushed_lead_that_is_pulled_later_is_posted_once(world: World) -> None:
    async with world.database.transaction() as connection:
        assert await world.ingest.fresh(connection, [lead("1")], origin=Origin.PUSH) == 1
    world.indiamart.answers.append(leads_answer(lead("1")))
    await world.poll()
    assert await world.rows("SELECT origin FROM leads") == [("push",)]
    assert await world.rows("SELECT count(*) FROM outbox") == [(1,)]


async def test_thousands_of_leads_in_one_answer_are_each_stored_queued_and_found_once(world: World) -> None:
    count = 2 * LEADS_PER_COMMIT + 70
    rows = [
        lead(
            str(number),
            name=f"Asha no{number}",
            mobile=f"+9190000{number % (count - 10):05}",
            enquired_at=NOON - timedelta(seconds=count - number),
        )
        for number in range(count)
    ]
    assert await fresh(world, *rows, *rows[:3]) == count
    assert await fresh(world, *rows) == 0
    assert await world.rows("SELECT count(*), count(DISTINCT query_id) FROM leads") == [(count, count)]
    assert await world.rows("SELECT count(*), count(DISTINCT lead_id) FROM outbox WHERE what = 'card'") == [
        (count,) * 2
    ]
    assert await world.rows("SELECT count(*) FROM buyers") == [(count - 10,)]
    assert await world.rows("SELECT count(*) FROM lead_phones") == [(count,)]
    for number in (0, LEADS_PER_COMMIT, count - 1):
        found = await world.services.lookup.page(ListQuery(words=f"no{number}"))
        assert [one.lead.query_id for one in found.leads] == [str(number)]


async def test_the_same_number_of_another_kind_is_another_lead(world: World) -> None:
    world.indiamart.answers.append(leads_answer(lead("1"), lead("1", kind="P")))
    await world.poll()
    assert await world.rows("SELECT count(*) FROM leads") == [(2,)]


async def test_a_chunk_that_ended_over_a_day_ago_is_listed_and_its_rows_dates_do_not_matter(world: World) -> None:
    await world.cover(hours=30)
    await world.poller.want(NOON - 5 * DAY)
    await world.poll()
    world.indiamart.answers.append(leads_answer(lead("1"), lead("2", enquired_at=NOON)))
    await world.poll()
    assert await world.rows("SELECT what, turn FROM outbox") == [("listing", 6)]
    assert await listed(world) == [["2", "1"]]


async def test_a_gap_that_ended_today_brings_cards(world: World) -> None:
    await world.cover(hours=2)
    await world.poller.want(NOON - timedelta(hours=10))
    await world.poll()
    world.indiamart.answers.append(leads_answer(lead("1", enquired_at=NOON - timedelta(hours=9))))
    await world.poll()
    assert await world.rows("SELECT what FROM outbox") == [("card",)]


async def test_old_leads_are_listed_ten_at_a_time_newest_first(world: World) -> None:
    await old(world, *(lead(str(n), enquired_at=NOON - timedelta(minutes=n)) for n in range(1, 24)))
    names = [[str(n) for n in range(start, min(start + 10, 24))] for start in (1, 11, 21)]
    assert await listed(world) == names


async def test_beyond_a_hundred_old_leads_of_one_run_only_their_number_is_told(world: World) -> None:
    for start in (1, 81, 161):
        await old(world, *(lead(str(n)) for n in range(start, start + 80)))
    await finish(world)
    assert sum(len(one) for one in await listed(world)) == 100
    (body,) = (await world.rows("SELECT body FROM outbox WHERE what = 'notice'"))[0]
    told = json.loads(body)
    assert told["code"] == NoticeCode.OLD_STORED
    assert told["facts"]["count"] == 240
    assert await world.rows("SELECT count(*) FROM leads") == [(240,)]
    assert await world.rows("SELECT batch FROM accounts") == [(None,)]


async def test_a_run_of_a_hundred_old_leads_needs_no_further_message(world: World) -> None:
    await old(world, *(lead(str(n)) for n in range(1, 101)))
    await finish(world)
    assert await world.rows("SELECT count(*) FROM outbox WHERE what = 'notice'") == [(0,)]


async def test_the_next_run_has_its_own_hundred(world: World) -> None:
    await old(world, *(lead(str(n)) for n in range(1, 121)))
    await finish(world)
    world.clock.pass_(hours=1)
    await old(world, *(lead(str(n)) for n in range(201, 211)))
    assert sum(len(one) for one in await listed(world)) == 110


async def test_a_chunk_that_never_comes_does_not_keep_the_number_of_old_leads_secret(world: World) -> None:
    await world.cover(hours=30)
    await world.poller.want(NOON - 13 * DAY)
    rows = [lead(str(n)) for n in range(1, 151)]
    bad = NOON - timedelta(days=9)
    world.indiamart.respond = lambda window: (
        leads_answer(*rows)
        if window.end < NOON - DAY and not window.start <= bad < window.end
        else Answer(outcome=Outcome.THEIR_FAULT if window.start <= bad < window.end else Outcome.NOTHING)
    )
    for _poll in range(8):
        await world.poll()
    assert await world.poller.backlog() > timedelta(0)
    codes = [json.loads(body)["code"] for (body,) in await world.rows("SELECT body FROM outbox WHERE what = 'notice'")]
    assert codes == [NoticeCode.OLD_STORED]
