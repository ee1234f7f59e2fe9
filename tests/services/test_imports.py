"""Leads from files into the database, and out of it in order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from bot.domain import spans
from bot.domain.ids import UserId
from bot.domain.lead import Lead
from bot.domain.person import Person
from bot.errors import LeadbellError
from bot.files.rows import LeadRow
from bot.intake.imports import Imports, ImportTally
from bot.lookup.exports import STRETCH, Exports
from bot.store import notes, people

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.store.exports import ExportedLead
    from tests.services.world import World

NOON = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
IST = ZoneInfo("Asia/Kolkata")


@pytest.fixture
def imports(world: World) -> Imports:
    return Imports(world.database, world.account_id, world.clock)


def rows(found: Iterable[Lead]) -> list[LeadRow]:
    return [LeadRow(lead) for lead in found]


def made(count: int, *, first: int = 0) -> list[Lead]:
    """The oldest first, an hour apart."""
    return [
        Lead(kind="W", query_id=str(number), enquired_at=NOON - timedelta(hours=5_000 - number), mobile="+919000000031")
        for number in range(first, first + count)
    ]


async def exported(world: World, *, since: datetime | None = None, until: datetime | None = None) -> list[ExportedLead]:
    exports = Exports(world.database, world.account_id, since=since, until=until)
    await exports.note("me", NOON)
    found = [kept async for stretch in exports.stretches() for kept in stretch]
    assert await exports.count() == len(found)
    return found


async def test_imported_leads_are_found_and_never_posted_nor_called_out(world: World, imports: Imports) -> None:
    await imports.take(rows(made(30)))
    assert await world.rows("SELECT DISTINCT origin, batch FROM leads") == [("import", None)]
    assert await world.rows("SELECT count(*) FROM lead_search") == [(30,)]
    for table in ("outbox", "cards", "escalations"):
        assert await world.rows(f"SELECT count(*) FROM {table}") == [(0,)]
    await world.post_all(seconds=1)
    assert world.chat.posted == []


async def test_what_is_known_is_skipped_within_a_file_and_between_two(world: World, imports: Imports) -> None:
    await imports.take(rows(made(5) + made(5, first=3)))
    await imports.take(rows(made(10)))
    assert imports.tally == ImportTally(new=10, known=10)
    assert await world.rows("SELECT count(*) FROM leads") == [(10,)]


async def test_a_lead_that_was_posted_stays_as_it_is(world: World, imports: Imports) -> None:
    (lead,) = made(1)
    await world.bring(lead._replace(name="Asha"))
    await imports.take(rows([lead._replace(name="Other")]))
    assert await world.rows("SELECT name, origin FROM leads") == [("Asha", "pull")]


async def test_all_leads_come_out_once_the_oldest_first(world: World, imports: Imports) -> None:
    count = 2 * STRETCH + 1
    await imports.take(rows(made(count)[::-1]))
    assert [kept.stored.lead.query_id for kept in await exported(world)] == [str(number) for number in range(count)]


async def test_leads_of_one_second_are_not_lost_between_two_stretches(world: World, imports: Imports) -> None:
    await imports.take(rows([one._replace(enquired_at=NOON) for one in made(STRETCH + 5)]))
    assert len(await exported(world)) == STRETCH + 5


async def test_what_comes_in_meanwhile_costs_nothing_and_repeats_nothing(world: World, imports: Imports) -> None:
    await imports.take(rows(made(STRETCH + 5)))
    found: list[str | None] = []
    exports = Exports(world.database, world.account_id, since=None, until=None)
    await exports.note("me", NOON)
    async for stretch in exports.stretches():
        found += [kept.stored.lead.query_id for kept in stretch]
        await imports.take(rows(made(STRETCH + 10)))
    assert found == [str(number) for number in range(STRETCH + 5)]


async def test_a_span_begins_with_its_first_moment_and_ends_before_its_last(world: World, imports: Imports) -> None:
    leads = made(10)
    await imports.take(rows(leads))
    found = await exported(world, since=leads[3].enquired_at, until=leads[6].enquired_at)
    assert [kept.stored.lead.query_id for kept in found] == ["3", "4", "5"]


async def test_what_the_team_did_comes_out_with_its_names(world: World, imports: Imports) -> None:
    await imports.take(rows(made(2)))
    (lead_id,) = [kept.stored.lead_id for kept in await exported(world)][:1]
    async with world.database.transaction() as connection:
        ravi = UserId(5)
        await people.saw(connection, world.account_id, Person(ravi, "Ravi", None), at_home=NOON)
        for text in ("first", "last"):
            await notes.add(connection, world.account_id, lead_id, user_id=ravi, text=text, now=NOON)
        await connection.execute("UPDATE all_leads SET owner_id = 5, status = 'won', won_value = 7 WHERE lead_id = 1")
    first, second = await exported(world)
    assert (first.stored.owner_name, first.stored.won_value) == ("Ravi", 7)
    assert first.note is not None
    assert (first.note.who, first.note.text) == ("Ravi", "last")
    assert (second.stored.owner_name, second.note) == (None, None)


# --- spans of time as they are typed


@pytest.mark.parametrize("text", ["2026-01-31", " 2026-1-31 ", "31-01-2026", "31/1/2026", "31.01.2026"])
def test_a_day_begins_and_ends_at_the_accounts_midnight(text: str) -> None:
    assert spans.since(text, NOON, IST) == datetime(2026, 1, 30, 18, 30, tzinfo=UTC)
    assert spans.until(text, NOON, IST) == datetime(2026, 1, 31, 18, 30, tzinfo=UTC)


def test_a_day_may_be_named() -> None:
    assert spans.since("yesterday", NOON, IST) == datetime(2026, 1, 3, 18, 30, tzinfo=UTC)
    assert spans.until("yesterday", NOON, IST) == datetime(2026, 1, 4, 18, 30, tzinfo=UTC)


@pytest.mark.parametrize(("text", "ago"), [("30d", 30), ("2W", 14), ("24 h", 1), ("1y", 365), ("3 months", 90)])
def test_so_long_ago_is_a_moment(text: str, ago: int) -> None:
    assert spans.since(text, NOON, IST) == spans.until(text, NOON, IST) == NOON - timedelta(days=ago)


@pytest.mark.parametrize("text", ["", "some day", "2026-02-31", "30", "1 mon", "99999y", "x" * 500])
def test_what_is_no_day_is_said_with_a_good_example(text: str) -> None:
    with pytest.raises(
        LeadbellError, match=r"--until: “.*” is no day and no length of time\. Write for example 2026-01-31"
    ) as caught:
        spans.until(text, NOON, IST)
    assert len(str(caught.value)) < 200
