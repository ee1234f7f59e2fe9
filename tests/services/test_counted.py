"""Metrics count what was committed, and nothing else."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from bot.domain.lead import Origin
from bot.errors import StoreError
from tests import databases
from tests.services.played import lead, leads_answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.lead import Lead
    from tests.services.world import World

NOTHING: dict[tuple[str, ...], float] = {}


def counted(world: World, name: str, *labels: str) -> dict[tuple[str, ...], float]:
    """What is above nothing, by labels."""
    samples = [one for metric in world.ingest.metrics.registry.collect() for one in metric.samples]
    return {
        tuple(one.labels[label] for label in labels): one.value
        for one in samples
        if one.name == f"leadbell_{name}_total" and one.value
    }


def polled(world: World, *rows: Lead) -> None:
    world.indiamart.answers.append(leads_answer(*rows))


async def full(world: World, *, is_full: bool) -> None:
    """SQLite itself refuses every further page."""
    if databases.is_postgres():
        await (databases.refuse if is_full else databases.take_again)(world.database, "all_leads")
        return
    async with world.database.transaction() as connection:
        ((pages,),) = await connection.fetch_all("PRAGMA page_count")
        await connection.execute(f"PRAGMA max_page_count = {pages if is_full else 1_000_000}")


def many(number: int) -> Sequence[Lead]:
    return [lead(str(n), message="x" * 500) for n in range(1, number + 1)]


async def test_leads_of_a_poll_that_could_not_be_stored_are_not_counted(world: World) -> None:
    await full(world, is_full=True)
    polled(world, *many(300))
    with pytest.raises(StoreError):
        await world.poll()
    assert counted(world, "leads", "kind", "route") == NOTHING
    assert counted(world, "polls", "outcome") == {}
    await full(world, is_full=False)
    polled(world, *many(300))
    await world.poll()
    assert counted(world, "leads", "kind", "route") == {("W", "pull"): 300}
    assert counted(world, "polls", "outcome") == {("leads",): 1}


async def test_leads_are_counted_once_they_are_committed_and_each_once(world: World) -> None:
    for _again in range(2):
        polled(world, *many(3))
        await world.poll()
    assert counted(world, "leads", "kind", "route") == {("W", "pull"): 3}


async def test_a_push_that_was_cancelled_before_its_commit_is_not_counted(world: World) -> None:
    async with world.ingest.committing(world.database) as connection:
        await world.ingest.fresh(connection, many(2), origin=Origin.PUSH)
        assert counted(world, "leads", "kind", "route") == NOTHING
    assert counted(world, "leads", "kind", "route") == {("W", "push"): 2}
    with suppress(asyncio.CancelledError):
        async with world.ingest.committing(world.database) as connection:
            await world.ingest.fresh(connection, [lead("7")], origin=Origin.PUSH)
            raise asyncio.CancelledError
    assert await world.rows("SELECT query_id FROM leads WHERE query_id = '7'") == []
    assert counted(world, "leads", "kind", "route") == {("W", "push"): 2}


@pytest.mark.postgres
async def test_leads_of_two_transactions_that_are_open_at_once_are_counted_once(world: World) -> None:
    began, may_end = asyncio.Event(), asyncio.Event()

    async def push() -> None:
        async with world.ingest.committing(world.database):
            began.set()
            await may_end.wait()

    async with world.ingest.committing(world.database) as connection:
        pushing = asyncio.create_task(push())
        await began.wait()
        await world.ingest.fresh(connection, [lead("1")], origin=Origin.PULL)
    may_end.set()
    await pushing
    assert counted(world, "leads", "kind", "route") == {("W", "pull"): 1}
