"""What is decided by a lead that somebody is changing at this moment is decided by the lead as it is then."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from bot.domain.ids import LeadId
from bot.domain.lead import Kind, Status
from bot.domain.person import Person
from bot.store import changes, escalations
from bot.store.changes import ChangeKind, LeadState
from tests.services.played import HandClock, lead
from tests.services.test_digests import ist
from tests.services.test_routing import ASHA, BOTH, RAVI, route
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine
    from typing import Any

    from tests.services.world import World

pytestmark = pytest.mark.postgres

PERSON, OTHER = Person(RAVI, "Ravi"), Person(ASHA, "Asha")
HELD = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.fixture
def clock() -> HandClock:
    hand = HandClock()
    hand.wall = ist(6, 11)
    return hand


async def bring(world: World, *rows: Any) -> None:
    """As posted live."""
    await world.bring(*rows)
    async with world.database.transaction() as connection:
        await connection.execute("DELETE FROM outbox")
        for number in range(1, 1 + len(rows)):
            await escalations.start(connection, world.account_id, LeadId(number), world.clock.now())


@asynccontextmanager
async def changing(world: World, lead_id: LeadId, act: ChangeKind, after: LeadState) -> AsyncIterator[None]:
    """As `Claims` does it; it is not committed before the block is left."""
    async with world.database.transaction() as connection:
        found = await changes.state(connection, world.account_id, lead_id)
        assert found is not None
        now = world.clock.now()
        await changes.make(
            connection, world.account_id, lead_id, act=act, user_id=ASHA, before=found[1], after=after, now=now
        )
        if after.owner_id is None:
            await escalations.restart(connection, world.account_id, [lead_id], now)
        yield


async def held_up(world: World, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """It waits for a row that somebody else holds."""
    task = asyncio.create_task(work)

    async def is_held_up() -> bool:
        return bool((await world.rows(HELD))[0][0])

    await until(is_held_up)
    return task


async def called_out(world: World) -> list[tuple[str, int]]:
    rows = await world.rows(
        "SELECT step, lead_id FROM callouts JOIN callout_leads ON callout_leads.callout_id = callouts.callout_id"
        " ORDER BY callouts.callout_id, place"
    )
    return [(step, lead_id) for step, lead_id in rows]


async def test_a_lead_that_is_let_go_while_somebody_looks_is_called_out(both: tuple[World, World]) -> None:
    first, second = both
    await bring(first, lead("1"))
    await first.services.claims.claim(LeadId(1), PERSON)
    first.clock.pass_(minutes=9, seconds=30)
    async with changing(first, LeadId(1), ChangeKind.RELEASE, LeadState()):
        looking = await held_up(second, second.services.escalation.look())
    await looking
    first.clock.pass_(minutes=10)
    await second.services.escalation.look()
    assert await called_out(first) == [("group", 1)]


async def test_a_returned_call_that_is_let_go_while_somebody_looks_is_called_out_as_missed(
    both: tuple[World, World],
) -> None:
    first, second = both
    await bring(first, lead("1", kind=Kind.CALL, call_seconds=4))
    await first.services.claims.set_status(LeadId(1), Status.CONTACTED, PERSON, is_admin=False)
    await first.services.escalation.look()
    first.clock.pass_(minutes=2)
    async with changing(first, LeadId(1), ChangeKind.RELEASE, LeadState()):
        looking = await held_up(second, second.services.escalation.look())
    await looking
    first.clock.pass_(minutes=5)
    await second.services.escalation.look()
    assert await called_out(first) == [("missed", 1)]


async def test_a_given_lead_that_is_given_back_while_somebody_looks_still_goes_back_unanswered(
    both: tuple[World, World],
) -> None:
    first, second = both
    await route(first, ("kind:B", BOTH))
    await bring(first, lead("1", kind="B"))
    given = await first.services.lookup.lead(1)
    assert given is not None
    assert given.owner_id == RAVI
    await first.services.claims.release(LeadId(1), OTHER, is_admin=True)
    first.clock.pass_(minutes=2)
    back = LeadState(owner_id=RAVI, claimed_at=given.claimed_at, status=Status.CLAIMED)
    async with changing(first, LeadId(1), ChangeKind.UNDO, back):
        looking = await held_up(second, second.services.given_leads.look())
    await looking
    first.clock.pass_(minutes=30)
    await second.services.given_leads.look()
    assert await first.rows("SELECT owner_id FROM leads") == [(None,)]


async def test_a_lead_that_is_let_go_while_its_buyer_is_to_be_left_alone_is_called_out_only_once_they_may_be_called(
    both: tuple[World, World],
) -> None:
    first, second = both
    await bring(first, lead("1", mobile="+919000000031"), lead("2", mobile="+919000000031"))
    for number in (1, 2):
        await first.services.claims.claim(LeadId(number), PERSON)
    await first.services.escalation.look()
    async with changing(first, LeadId(2), ChangeKind.RELEASE, LeadState()):
        assert (await second.services.do_not_call.note(LeadId(1), PERSON, is_admin=False)).changed.ok
    first.clock.pass_(minutes=40)
    await first.services.escalation.look()
    assert await called_out(first) == []
    await first.services.do_not_call.lift(LeadId(1), PERSON, is_admin=False)
    await first.services.escalation.look()
    assert await called_out(first) == []
    first.clock.pass_(minutes=10)
    await first.services.escalation.look()
    assert await called_out(first) == [("group", 2)]
