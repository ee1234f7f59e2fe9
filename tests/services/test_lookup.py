"""Finding leads: periods in the account's zone, pages that turn both ways, views that are remembered."""

from __future__ import annotations

import os
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from bot.domain.ids import LeadId, UserId
from bot.domain.lead import Origin, Status
from bot.files.rows import LeadRow
from bot.intake.imports import Imports
from bot.lookup.lists import LeadPage, ListQuery, Lookup, Period, decode, encode
from bot.store import adding, changes, prepared_leads
from bot.store.changes import ChangeKind, LeadState
from tests import databases
from tests.services.played import NOON, lead
from tests.services.test_pruning import pruning
from tests.services.world import ADMIN, World

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from bot.domain.lead import Lead

KOLKATA = ZoneInfo("Asia/Kolkata")


@pytest.fixture(params=["UTC", "America/New_York"])
def _machine_zone(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield
    os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
    time.tzset()


@pytest.fixture
def lookup(world: World) -> Lookup:
    return world.services.lookup


async def store(world: World, rows: Sequence[Lead], batch: int | None = None) -> None:
    async with world.database.transaction() as connection:
        now = world.clock.now()
        await adding.add(
            connection, world.account_id, prepared_leads.of_all(rows), origin=Origin.PULL, now=now, batch=batch
        )


def at(number: int, *moment: int) -> Lead:
    """A lead enquired at a moment of Indian time."""
    return lead(str(number), enquired_at=datetime(*moment, tzinfo=KOLKATA))  # type: ignore[arg-type,misc]  # date parts


def names(page: LeadPage) -> list[int]:
    return [int(one.lead.query_id or 0) for one in page.leads]


@pytest.mark.usefixtures("_machine_zone")
async def test_a_day_is_a_day_in_the_accounts_zone(world: World, lookup: Lookup) -> None:
    world.clock.wall = datetime(2026, 1, 5, 20, 0, tzinfo=UTC)  # half past one at night on the 6th, in India
    await store(
        world,
        [
            at(1, 2025, 12, 30, 23, 59),
            at(2, 2025, 12, 31, 0, 0),
            at(3, 2026, 1, 4, 23, 59, 59),
            at(4, 2026, 1, 5, 0, 0),
            at(5, 2026, 1, 5, 23, 59, 59),
            at(6, 2026, 1, 6, 0, 0),
            at(7, 2026, 1, 6, 1, 0),
        ],
    )
    assert names(await lookup.page(lookup.of_period(Period.TODAY))) == [7, 6]
    assert names(await lookup.page(lookup.of_period(Period.YESTERDAY))) == [5, 4]
    assert names(await lookup.page(lookup.of_period(Period.WEEK))) == [7, 6, 5, 4, 3, 2]


async def test_a_page_turned_after_midnight_stays_on_its_day(world: World, lookup: Lookup) -> None:
    world.clock.wall = datetime(2026, 1, 5, 23, 58, tzinfo=KOLKATA).astimezone(UTC)
    await store(world, [at(number, 2026, 1, 5, 12, number) for number in range(1, 16)])
    first = await lookup.page(await recalled(lookup, lookup.of_period(Period.TODAY)))
    world.clock.pass_(minutes=10)
    await store(world, [at(99, 2026, 1, 6, 0, 1)])
    second = await lookup.page(first.query, older_than=first.older)
    assert names(second) == [5, 4, 3, 2, 1]
    assert names(await lookup.page(lookup.of_period(Period.TODAY))) == [99]


async def recalled(lookup: Lookup, query: ListQuery) -> ListQuery:
    found = await lookup.recall(lookup.remember(query))
    assert found == query
    return query


async def test_the_counts_are_of_the_whole_period_by_kind_and_status(world: World, lookup: Lookup) -> None:
    await store(world, [lead(str(n), kind="B" if n > 9 else "W", enquired_at=NOON) for n in range(1, 13)])
    async with world.database.transaction() as connection:
        await connection.execute("UPDATE all_leads SET status = 'won' WHERE lead_id = 1")
    counts = (await lookup.page(lookup.of_period(Period.TODAY))).counts
    assert counts is not None
    assert counts.total == 12
    assert counts.by_kind == (("W", 9), ("B", 3))
    assert counts.by_status == ((Status.NEW, 11), (Status.WON, 1))
    assert (await lookup.page(ListQuery(words="clock"))).counts is None


async def test_what_was_counted_is_counted_anew_when_something_has_changed(
    world: World, lookup: Lookup, tmp_path: Path
) -> None:
    async def shown() -> dict[Status, int]:
        found = (await lookup.page(lookup.of_period(Period.TODAY))).counts
        assert found is not None
        return dict(found.by_status)

    async def write(statement: str) -> None:
        async with world.database.transaction() as connection:
            await connection.execute(statement)

    await store(world, [lead("1", enquired_at=NOON)])
    assert await shown() == {Status.NEW: 1}
    await write("UPDATE all_leads SET status = 'junk'")
    assert await shown() == {Status.JUNK: 1}
    await write("UPDATE all_leads SET status = 'new'")
    async with databases.opened(tmp_path / "leads.db") as of_another_process:
        await Imports(of_another_process, world.account_id, world.clock).take([LeadRow(lead("2", enquired_at=NOON))])
    assert await shown() == {Status.NEW: 2}
    for act, before, after in ((ChangeKind.STATUS, Status.NEW, Status.WON), (ChangeKind.UNDO, Status.WON, Status.NEW)):
        async with world.database.transaction() as connection:
            await changes.make(
                connection,
                world.account_id,
                LeadId(1),
                act=act,
                user_id=UserId(ADMIN),
                before=LeadState(status=before),
                after=LeadState(status=after),
                now=world.clock.now(),
            )
        assert await shown() == Counter([after, Status.NEW])


QUERIES = [ListQuery(), ListQuery(period=Period.TODAY, day="2026-01-05"), ListQuery(words="clock"), ListQuery(batch=7)]


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("number", [1, 9, 10, 11, 20, 21, 35])
async def test_turning_pages_both_ways_shows_each_lead_once(
    world: World, lookup: Lookup, query: ListQuery, number: int
) -> None:
    # Some were enquired in the same second.
    rows = [lead(str(n), enquired_at=NOON - timedelta(seconds=n // 3)) for n in range(1, number + 1)]
    await store(world, rows, batch=7)
    page = await lookup.page(query)
    down = names(page)
    assert page.newer is None
    while page.older is not None:
        page = await lookup.page(query, older_than=page.older)
        assert page.leads
        down += names(page)
    assert sorted(down) == list(range(1, number + 1))
    up = names(page)
    while page.newer is not None:
        page = await lookup.page(query, newer_than=page.newer)
        up = names(page) + up
    assert up == down


async def test_new_leads_do_not_shift_a_page_that_is_turned(world: World, lookup: Lookup) -> None:
    await store(world, [lead(str(n), enquired_at=NOON - timedelta(minutes=n)) for n in range(1, 21)])
    first = await lookup.page(ListQuery(words="clock"))
    await store(world, [lead(str(n), enquired_at=NOON + timedelta(minutes=n)) for n in range(30, 45)])
    second = await lookup.page(ListQuery(words="clock"), older_than=first.older)
    assert names(first) + names(second) == list(range(1, 21))


@pytest.mark.parametrize("typed", ["status=open", "status:opne", "value=50000", "kind=W"])
async def test_a_filter_that_is_not_understood_is_named(lookup: Lookup, typed: str) -> None:
    assert [one.typed for one in await lookup.bad_filters(ListQuery(words=typed))] == [typed]


async def test_a_page_whose_leads_no_longer_match_is_no_dead_end(world: World, lookup: Lookup) -> None:
    await store(world, [lead(str(n), enquired_at=NOON - timedelta(minutes=n)) for n in range(1, 16)])
    query = ListQuery(words="status:open")
    first = await lookup.page(query)
    async with world.database.transaction() as connection:
        await connection.execute(
            "UPDATE all_leads SET status = 'won', owner_id = 5 WHERE CAST(query_id AS INTEGER) > 10"
        )
    second = await lookup.page(query, older_than=first.older)
    assert names(second) == list(range(1, 11))


async def test_a_view_that_is_too_old_is_not_there(world: World, lookup: Lookup) -> None:
    view = lookup.remember(ListQuery(words="clock"))
    assert lookup.remember(ListQuery(words="clock")) == view
    await lookup.written()
    await pruning(world, world.clock.now).look()
    assert await lookup.recall(view) == ListQuery(words="clock")
    world.clock.pass_(days=91)
    await pruning(world, world.clock.now).look()
    assert await lookup.recall(view) is None
    assert await lookup.recall(10**6) is None


@pytest.mark.parametrize(
    "query", [*QUERIES, ListQuery(words='"*%💡', asker=5), ListQuery(period=Period.WEEK, day="2026-01-01")]
)
def test_a_query_survives_being_stored(query: ListQuery) -> None:
    assert decode(encode(query)) == query


async def test_the_view_of_a_run_of_old_leads_shows_them_all(world: World, lookup: Lookup) -> None:
    async with world.database.transaction() as connection:
        await world.ingest.old(connection, [lead(str(n)) for n in range(1, 121)])
        await world.ingest.finish_old(connection)
    await store(world, [lead("500")])
    rows = await world.rows("SELECT view_id FROM views")
    query = await lookup.recall(rows[0][0])
    assert query is not None
    page = await lookup.page(query, size=200)
    assert sorted(names(page)) == list(range(1, 121))


@pytest.mark.parametrize("number", [0, -1, 10**30, 2**63, 2**30 + 1])
async def test_a_number_that_is_no_leads_finds_nothing(world: World, lookup: Lookup, number: int) -> None:
    await store(world, [lead("1")])
    assert await lookup.lead(number) is None
    assert await lookup.lead(1) is not None


@pytest.mark.parametrize("words", ["", "   ", "*", "'\"%_", "💡", "kind:", "x" * 4000, "since:99999999d", "( NEAR"])
async def test_odd_words_never_fail(world: World, lookup: Lookup, words: str) -> None:
    await store(world, [lead("1")])
    page = await lookup.page(ListQuery(words=words))
    assert len(page.leads) <= 1
