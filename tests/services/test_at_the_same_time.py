"""Two processes at one database do the same at the same moment: it is done once."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.delivery.outbox_reader import BURST_CARDS, condense
from bot.domain.ids import LeadId
from bot.domain.lead import Origin, Status
from bot.domain.notice import Fault
from bot.domain.person import Person
from bot.store import erasing, parked, reminders, sealing
from bot.store.parked import ParkReason
from bot.team.claim_rules import ClaimResult
from tests.services.played import HandClock, lead
from tests.services.test_digests import ist
from tests.services.test_routing import ASHA, BOTH, EXPORT, MUTE, RAVI, route

if TYPE_CHECKING:
    from tests.services.world import World

PEOPLE = (Person(RAVI, "Ravi"), Person(ASHA, "Asha"))


@pytest.fixture
def clock() -> HandClock:
    hand = HandClock()
    hand.wall = ist(6, 11)
    return hand


async def waiting(world: World) -> Counter[str]:
    """Messages by what they are."""
    return Counter(what for (what,) in await world.rows("SELECT what FROM outbox ORDER BY outbox_id"))


async def test_one_of_two_has_the_lead_and_the_other_hears_who(both: tuple[World, World]) -> None:
    await both[0].bring(lead("1"))
    attempts = await asyncio.gather(
        *(world.services.claims.claim(LeadId(1), who) for world, who in zip(both, PEOPLE, strict=True))
    )
    won, taken = sorted(attempts, key=lambda one: one.result is ClaimResult.TAKEN)
    assert (won.result, taken.result) == (ClaimResult.WON, ClaimResult.TAKEN)
    assert taken.owner_name == won.owner_name
    assert await both[0].rows("SELECT act FROM changes") == [("claim",)]


async def test_a_status_that_two_set_is_first_one_and_then_the_other(both: tuple[World, World]) -> None:
    await both[0].bring(lead("1"))
    set_ = [
        world.services.claims.set_status(LeadId(1), status, who, is_admin=True)
        for world, who, status in zip(both, PEOPLE, (Status.WON, Status.CONTACTED), strict=True)
    ]
    assert all(one.why is None for one in await asyncio.gather(*set_))
    first, second = await both[0].rows("SELECT status_before, status_after FROM changes ORDER BY change_id")
    assert (first[0], first[1]) == ("new", second[0])


async def test_a_fault_opens_once_is_told_once_and_ends_once(both: tuple[World, World]) -> None:
    async def start(world: World) -> None:
        async with world.database.transaction() as connection:
            await world.faults.start(connection, Fault.WRONG_KEY, is_lasting=True)

    async def end(world: World) -> None:
        async with world.database.transaction() as connection:
            await world.faults.end(connection, [Fault.WRONG_KEY])

    before = (await waiting(both[0]))["notice"]
    await asyncio.gather(*map(start, both))
    told = (await waiting(both[0]))["notice"] - before
    await both[1].rows("SELECT 1")
    assert await both[0].rows("SELECT fault FROM faults") == [(Fault.WRONG_KEY.value,)]
    await asyncio.gather(*map(end, both))
    assert (await waiting(both[0]))["notice"] - before == 2 * told > 0
    assert await both[0].rows("SELECT fault FROM faults") == []


async def test_one_outage_that_shows_as_two_faults_is_one(both: tuple[World, World]) -> None:
    async def start(world: World, fault: Fault) -> None:
        async with world.database.transaction() as connection:
            await world.faults.start(connection, fault, is_lasting=True)

    before = (await waiting(both[0]))["notice"]
    await asyncio.gather(*map(start, both, (Fault.API_DOWN, Fault.NO_CONNECTION)))
    assert len(await both[0].rows("SELECT fault FROM faults")) == 1
    assert (await waiting(both[0]))["notice"] - before == 2  # the group's and the admin's


async def test_a_fault_that_ends_while_it_is_told_does_not_open_anew(both: tuple[World, World]) -> None:
    async with both[0].database.transaction() as connection:
        await both[0].faults.start(connection, Fault.API_DOWN)
    both[0].clock.pass_(hours=1)

    async def tell() -> None:
        async with both[0].database.transaction() as connection:
            await both[0].faults.tell_lasting(connection)

    async def end() -> None:
        async with both[1].database.transaction() as connection:
            await both[1].faults.end(connection, [Fault.API_DOWN])

    await asyncio.gather(end(), tell())
    assert await both[0].rows("SELECT fault FROM faults") == []


async def test_a_digest_is_made_once(both: tuple[World, World]) -> None:
    await asyncio.gather(*(world.services.digests.look() for world in both))
    both[0].clock.pass_(hours=8, minutes=1)
    await asyncio.gather(*(world.services.digests.look() for world in both))
    assert (await waiting(both[0]))["digest"] == 2  # the group's and the admin's


async def test_a_lead_is_called_out_once(both: tuple[World, World]) -> None:
    await both[0].bring(lead("1"))
    async with both[0].database.transaction() as connection:
        await connection.execute("DELETE FROM outbox")
        await connection.execute(
            "INSERT INTO escalations (lead_id, account_id, clock_at) SELECT lead_id, account_id, :at FROM leads",
            {"at": int((both[0].clock.now() - timedelta(minutes=11)).timestamp())},
        )
    await asyncio.gather(*(world.services.escalation.look() for world in both))
    assert (await waiting(both[0]))["callout"] == 1
    assert await both[0].rows("SELECT step FROM callouts") == [("group",)]


async def test_a_turn_is_given_once(both: tuple[World, World]) -> None:
    await route(both[0], ("kind:B", BOTH))

    async def bring(world: World, query_id: str) -> None:
        async with world.database.transaction() as connection:
            await world.ingest.fresh(connection, [lead(query_id, kind="B")], origin=Origin.PULL)

    await asyncio.gather(*(bring(world, str(number)) for number, world in enumerate(both * 2)))
    owners = Counter(owner for (owner,) in await both[0].rows("SELECT owner_id FROM leads ORDER BY lead_id"))
    assert owners == {RAVI: 2, ASHA: 2}
    numbers = [number for (number,) in await both[0].rows("SELECT number FROM leads ORDER BY number")]
    assert numbers == [1, 2, 3, 4]


async def test_a_lead_that_two_bring_is_stored_and_posted_once(both: tuple[World, World]) -> None:
    async def bring(world: World) -> int:
        async with world.database.transaction() as connection:
            return await world.ingest.fresh(connection, [lead("1"), lead("2")], origin=Origin.PULL)

    assert sorted(await asyncio.gather(*map(bring, both))) == [0, 2]
    assert (await waiting(both[0]))["card"] == 2


async def test_a_reminder_fires_once(both: tuple[World, World]) -> None:
    await both[0].bring(lead("1"))
    for minutes in range(3):
        due_at = both[0].clock.now() + timedelta(minutes=minutes)
        await both[0].services.reminders.add(LeadId(1), PEOPLE[0], due_at)
    both[0].clock.pass_(hours=1)
    assert sorted(await asyncio.gather(*(world.services.reminders.fire() for world in both))) == [0, 3]
    assert (await waiting(both[0]))["reminder"] == 3


async def test_a_reminder_that_is_tapped_twice_is_set_once(both: tuple[World, World]) -> None:
    await both[0].bring(lead("1"), lead("2"))
    hour = both[0].clock.now() + timedelta(hours=1)

    async def tap(world: World, seconds: int) -> int | None:
        return await world.services.reminders.add(LeadId(1), PEOPLE[0], hour + timedelta(seconds=seconds))

    assert len(set(await asyncio.gather(tap(both[0], 0), tap(both[1], 1)))) == 1
    add = both[0].services.reminders.add
    others = [
        await add(LeadId(1), PEOPLE[0], hour, "call"),
        await add(LeadId(1), PEOPLE[1], hour),
        await add(LeadId(2), PEOPLE[0], hour),
        await add(LeadId(1), PEOPLE[0], hour + timedelta(minutes=1)),
    ]
    assert await both[0].rows("SELECT count(*) FROM reminders") == [(1 + len(others),)]


async def test_a_burst_is_listed_once(both: tuple[World, World]) -> None:
    await both[0].bring(*(lead(str(number)) for number in range(30)))
    now = both[0].clock.now()
    await asyncio.gather(*(condense(world.database, world.account_id, None, now) for world in both))
    found = await waiting(both[0])
    assert found["card"] == BURST_CARDS
    listed = await both[0].rows("SELECT body FROM outbox WHERE what = 'listing' ORDER BY outbox_id")
    assert len(listed) == len(set(listed)) == found["listing"]


async def test_a_card_that_somebody_asks_for_while_a_burst_is_listed_comes(both: tuple[World, World]) -> None:
    await both[0].bring(*(lead(str(number)) for number in range(30)))
    oldest = LeadId(1)
    await asyncio.gather(
        condense(both[0].database, both[0].account_id, None, both[0].clock.now()),
        both[1].services.cards.show(oldest),
    )
    found = await both[0].rows("SELECT lead_id FROM outbox WHERE what = 'card' ORDER BY lead_id")
    assert (oldest,) in found


@pytest.mark.parametrize("is_first", [True, False])
async def test_who_touches_a_lead_that_grew_old_keeps_it(both: tuple[World, World], *, is_first: bool) -> None:
    """Whichever of the two waits for the other."""
    await both[0].bring(lead("1", mobile="+919000000031"))
    await both[0].services.claims.claim(LeadId(1), PEOPLE[0])
    for world in both:
        world.clock.pass_(hours=24 * 400)
    begun, since, before = asyncio.Event(), ist(1, 0), both[0].clock.now() - timedelta(days=300)
    kept: list[LeadId] = []

    async def age() -> None:
        if not is_first:
            await begun.wait()
        async with both[0].database.transaction() as connection:
            found, _low = await erasing.untouched(connection, both[0].account_id, 0, since=since, before=before)
            begun.set()
            await asyncio.sleep(0.1)
            account_id = both[0].account_id
            kept.extend(await erasing.still_untouched(connection, account_id, found, since=since, before=before))

    async def note() -> None:
        if is_first:
            await begun.wait()
        async with both[1].database.transaction() as connection:
            now = both[1].clock.now()
            await reminders.add(connection, both[1].account_id, 1, user_id=RAVI, text="Asha", due_at=now, now=now)
            begun.set()
            await asyncio.sleep(0.2)

    await asyncio.gather(age(), note())
    touched = await both[0].rows("SELECT 1 FROM reminders")
    assert (kept, touched) in [([], [(1,)]), ([LeadId(1)], [(1,)])]
    if not is_first:
        assert kept == []


async def test_routes_that_two_add_are_both_there(both: tuple[World, World]) -> None:
    added = [
        world.services.routes.add(typed, to, who)
        for world, typed, to, who in zip(both, ("kind:B", "kind:W"), (EXPORT, MUTE), PEOPLE, strict=True)
    ]
    await asyncio.gather(*added)
    assert await both[0].rows("SELECT rank FROM routes ORDER BY rank") == [(1,), (2,)]


async def test_what_was_parked_is_told_and_released_once(both: tuple[World, World]) -> None:
    await both[0].bring(lead("1"), lead("2"))
    async with both[0].database.transaction() as connection:
        for (outbox_id,) in await both[0].rows("SELECT outbox_id FROM outbox WHERE what = 'card' ORDER BY outbox_id"):
            await parked.park(
                connection, both[0].account_id, outbox_id, ParkReason.NOT_BUILT, version="0", now=ist(6, 9)
            )
    before = (await waiting(both[0]))["notice"]
    assert sorted(await asyncio.gather(*(world.parking.tell() for world in both))) == [False, True]
    assert (await waiting(both[0]))["notice"] == before + 1
    await asyncio.gather(*(world.parking.release() for world in both))
    assert (await waiting(both[0]))["card"] == 2
    assert await both[0].rows("SELECT 1 FROM parked") == []


@pytest.mark.parametrize("is_first", [True, False])
async def test_what_is_noted_while_a_buyer_is_forgotten_does_not_stay(
    both: tuple[World, World], *, is_first: bool
) -> None:
    await both[0].bring(lead("1", mobile="+919000000031"))
    ((buyer_id,),) = await both[0].rows("SELECT buyer_id FROM leads")
    has_begun = asyncio.Event()

    async def seal() -> None:
        if not is_first:
            await has_begun.wait()
        async with both[0].database.transaction() as connection:
            at = both[0].clock.now()
            await sealing.seal_buyers(connection, both[0].account_id, [buyer_id], at=at, is_urgent=False)
            has_begun.set()

    async def remind() -> None:
        if is_first:
            await has_begun.wait()
        async with both[1].database.transaction() as connection:
            at = both[1].clock.now()
            await reminders.add(connection, both[1].account_id, 1, user_id=RAVI, text="Asha", due_at=at, now=at)
            has_begun.set()

    await asyncio.gather(seal(), remind())
    assert await both[0].rows("SELECT text FROM reminders WHERE text <> ''") == []
