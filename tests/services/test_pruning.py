"""What only grows is pruned by its age, a little at a time, and never too early however wrong a clock is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.notice import Fault
from bot.health.pruning import Pruning
from bot.store import accounts, retention
from tests import databases
from tests.services.played import NOON, lead, leads_answer
from tests.services.world import World, assemble

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bot.store.retention import RetentionRule
    from tests.services.played import HandClock

YEARS = timedelta(days=3650)
WEEK = timedelta(days=7)

# (table, its row stamped :at, where :n is another number for each)
STAMPED = {
    "unreadable": (
        "INSERT INTO unreadable (account_id, digest, raw, reason, origin, seen_at) VALUES (1, :n, '', '', '', :at)"
    ),
    "pushes": "INSERT INTO pushes (account_id, received_at, body, reason) VALUES (1, :at, :body, 'no lead in it')",
    "parked": (
        "INSERT INTO parked (account_id, turn, what, body, queued_at, reason, version, parked_at) "
        "VALUES (1, 1, 'x', '', 0, 'unknown_kind', '1', :at)"
    ),
    "views": "INSERT INTO views (view_id, account_id, query, created_at) VALUES (:n, 1, '', :at)",
    "reminders fired": (
        "INSERT INTO reminders (account_id, lead_id, user_id, made_at, due_at, fired_at) VALUES (1, 1, 1, 0, 0, :at)"
    ),
    "reminders cancelled": (
        "INSERT INTO reminders (account_id, lead_id, user_id, made_at, due_at, cancelled_at) "
        "VALUES (1, 1, 1, 0, 0, :at)"
    ),
    "escalations": (
        "INSERT INTO escalations (lead_id, account_id, clock_at, settled_at) VALUES (:n, 1, 0, :at)"
    ),
    "callouts": "INSERT INTO callouts (account_id, step, made_at) VALUES (1, 'group', :at)",
}  # fmt: skip
KEPT_FOR_EVER = {
    "pushes": "INSERT INTO pushes (account_id, received_at, body) VALUES (1, 0, :body)",
    "reminders": "INSERT INTO reminders (account_id, lead_id, user_id, made_at, due_at) VALUES (1, 1, 1, 0, 0)",
    "escalations": "INSERT INTO escalations (lead_id, account_id, clock_at) VALUES (1, 1, 0)",
}
"""What still waits is never too old."""


async def by_hand(world: World, statement: str, at: datetime, number: int = 1, first: int = 1) -> None:
    """Whatever it refers to."""
    rows = [{"n": str(n), "at": int(at.timestamp()), "body": b"\0"} for n in range(first, first + number)]
    await world.by_hand(statement, *rows)


def kept_of(name: str) -> RetentionRule:
    """How the rows of a table are kept."""
    table = name.split(maxsplit=1)[0].upper()
    return next(kept for kept in retention.RETENTION if kept.prune == getattr(retention, table))


async def number(world: World, name: str) -> int:
    ((found,),) = await world.rows(f"SELECT count(*) FROM {name.split(maxsplit=1)[0]}")
    return int(found)


def prunes(world: World, *, is_told: bool = True) -> Pruning:
    return pruning(world, world.clock.now if is_told else lambda: None)


def pruning(world: World, told_time: Callable[[], datetime | None]) -> Pruning:
    return Pruning(world.database, world.clock, told_time)


@pytest.mark.parametrize("name", STAMPED)
async def test_what_is_older_than_it_is_kept_goes_and_what_is_younger_stays(world: World, name: str) -> None:
    await world.bring(lead("1"), lead("2"))
    await by_hand(world, STAMPED[name], NOON - kept_of(name).span - timedelta(seconds=1), first=1)
    await by_hand(world, STAMPED[name], NOON - kept_of(name).span, first=2)
    await prunes(world).look()
    assert await number(world, name) == 1
    world.clock.pass_(seconds=1)
    await prunes(world).look()
    assert await number(world, name) == 0


@pytest.mark.parametrize("name", ["unreadable", "pushes", "parked", "views", "reminders fired", "callouts"])
async def test_very_many_go_in_steps_that_leave_room_for_others(tmp_path: Path, clock: HandClock, name: str) -> None:
    seen: list[str] = []
    async with databases.opened(tmp_path / "leads.db", seen.append) as database:
        world = await assemble(database, clock)
        await world.bring(lead("1"))
        await by_hand(world, STAMPED[name], NOON - YEARS, number=1100)
        seen.clear()
        await prunes(world).look()
        assert await number(world, name) == 0
    kept = next(
        kept for kept in retention.RETENTION if kept.prune == getattr(retention, name.split(maxsplit=1)[0].upper())
    )
    steps = [at for at, statement in enumerate(seen) if statement == kept.prune]
    assert len(steps) == 1100 // kept.at_once + 1
    assert kept.at_once <= 250
    if not databases.is_postgres():  # whose connections keep BEGIN and COMMIT to themselves
        assert all(seen[at - 1] == "BEGIN IMMEDIATE" and seen[at + 1] == "COMMIT" for at in steps)


@pytest.mark.parametrize("name", KEPT_FOR_EVER)
async def test_what_still_waits_is_never_pruned(world: World, name: str) -> None:
    await world.bring(lead("1"))
    await by_hand(world, KEPT_FOR_EVER[name], NOON)
    world.clock.pass_(days=9999)
    await prunes(world).look()
    assert await number(world, name) == 1


async def test_a_callout_goes_with_its_leads_once_no_escalation_names_it(world: World) -> None:
    await world.bring(lead("1"), lead("2"))
    old = NOON - YEARS
    await by_hand(world, STAMPED["callouts"], old, number=3)
    for n in (1, 2, 3):
        await by_hand(world, f"INSERT INTO callout_leads VALUES ({n}, 1, 1), ({n}, 2, 2)", NOON)
    await by_hand(
        world,
        "INSERT INTO escalations VALUES (1, 1, 0, NULL, 1, NULL, NULL, 0), (2, 1, 0, NULL, NULL, 2, NULL, 0)",
        NOON,
    )
    await prunes(world).look()
    assert await world.rows("SELECT callout_id FROM callouts ORDER BY callout_id") == [(1,), (2,)]
    assert await number(world, "callout_leads") == 4
    await by_hand(world, "UPDATE escalations SET settled_at = :at", old)
    await prunes(world).look()
    for table in ("callouts", "callout_leads", "escalations"):
        assert await number(world, table) == 0


@pytest.mark.parametrize("is_told", [True, False], ids=["IndiaMART tells the time", "push only"])
@pytest.mark.parametrize("jump", [YEARS, -YEARS, timedelta(days=200), timedelta(days=-200)], ids=str)
async def test_no_jump_of_the_clock_prunes_anything_early(world: World, jump: timedelta, *, is_told: bool) -> None:
    await world.bring(lead("1"))
    for n, statement in enumerate(STAMPED.values(), start=2):
        await by_hand(world, statement, NOON, first=n)
    before = {name: await number(world, name) for name in STAMPED}
    real = world.clock.now
    offset = timedelta(0)
    told = (lambda: real() - offset) if is_told else (lambda: None)
    looking = pruning(world, told)
    await looking.look()
    world.clock.jump(seconds=jump.total_seconds())
    offset = jump
    for _look in range(16):
        world.clock.pass_(days=5)
        await looking.look()
        await pruning(world, told).look()  # as after a start
    assert {name: await number(world, name) for name in STAMPED} == before
    world.clock.jump(seconds=-jump.total_seconds())
    offset = timedelta(0)
    for _look in range(60):
        world.clock.pass_(days=5)
        await looking.look()
    assert {name: await number(world, name) for name in STAMPED} == dict.fromkeys(STAMPED, 0)


async def test_where_nobody_tells_the_time_what_was_stored_is_kept_for_longer_by_the_time_that_nothing_ran(
    world: World,
) -> None:
    await by_hand(world, STAMPED["views"], NOON)
    await prunes(world, is_told=False).look()
    world.clock.pass_(days=400)  # it was off
    await prunes(world, is_told=False).look()
    assert await number(world, "views") == 1
    await prunes(world, is_told=True).look()
    assert await number(world, "views") == 0


async def test_the_time_that_passes_between_looks_adds_up_to_the_second(world: World) -> None:
    looking = prunes(world, is_told=False)
    await looking.look()
    for _look in range(101):
        world.clock.pass_(seconds=0.7)
        await looking.look()
    assert await world.rows("SELECT until FROM passed") == [(int(NOON.timestamp()) + 70,)]


async def test_nothing_is_pruned_while_people_are_told_that_the_clock_is_wrong(world: World) -> None:
    await by_hand(world, STAMPED["views"], NOON - YEARS)
    async with world.database.transaction() as connection:
        await world.faults.start(connection, Fault.CLOCK_WRONG, skew=7200)
    await prunes(world).look()
    assert await number(world, "views") == 1
    async with world.database.transaction() as connection:
        await world.faults.end(connection, [Fault.CLOCK_WRONG])
    await prunes(world).look()
    assert await number(world, "views") == 0


async def test_what_is_dated_before_the_database_was_connected_was_dated_by_a_wrong_clock(world: World) -> None:
    async with world.database.transaction() as connection:
        await accounts.connect(connection, world.account_id, NOON - timedelta(days=900))
    await by_hand(world, STAMPED["views"], datetime(1970, 1, 1, tzinfo=UTC), first=1)
    await by_hand(world, STAMPED["views"], NOON - timedelta(days=899), first=2)
    await prunes(world).look()
    assert await world.rows("SELECT view_id FROM views") == [(1,)]


async def test_an_older_database_is_first_pruned_by_the_time_of_its_last_poll(world: World) -> None:
    """The clock may have been set wrong before the first look ever."""
    world.indiamart.answers.append(leads_answer(lead("1")))
    await world.poll()
    await by_hand(world, STAMPED["views"], NOON)
    world.clock.jump(days=5000)
    await prunes(world, is_told=False).look()
    assert await number(world, "views") == 1


async def test_indiamarts_time_is_told_as_of_now(world: World) -> None:
    assert world.parts.shared.clock.told() is None
    answer: Any = leads_answer(lead("1"))
    told = NOON + WEEK
    world.indiamart.answers.append(type(answer)(outcome=answer.outcome, leads=answer.leads, server_time=told))
    await world.poll()
    world.clock.pass_(hours=2)
    world.clock.jump(days=1000)
    found = world.parts.shared.clock.told()
    assert found is not None
    assert abs(found - told - timedelta(hours=2)) < timedelta(seconds=5)
