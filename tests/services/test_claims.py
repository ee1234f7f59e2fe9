"""Exactly one person has a lead, every change is a row, and the card in the group shows what is so."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.card import Card
from bot.domain.ids import ChatId, LeadId, MessageId, UserId
from bot.domain.lead import Kind, Lead, Status
from bot.domain.person import Person
from bot.health.response_times import ResponseTimes
from bot.store import escalations, people
from bot.store.changes import ChangeKind
from bot.team.claim_rules import ClaimResult, Refusal
from bot.team.claims import Claims
from tests.services.played import NOON, lead

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.team.notes import Notes
    from tests.services.world import World

RAVI = Person(UserId(1), "Ravi")
ASHA = Person(UserId(2), "Asha")
BOSS = Person(UserId(77), "Boss")
LEAD = LeadId(1)


@dataclass
class Desk:
    """A group with one new lead whose card is posted, and what people do with it."""

    world: World
    claims: Claims
    notes: Notes

    async def state(self) -> tuple[Any, ...]:
        columns = "status, owner_id, claimed_at IS NOT NULL, won_value, lost_reason"
        return (await self.world.rows(f"SELECT {columns} FROM leads WHERE lead_id = 1"))[0]

    async def acts(self) -> list[tuple[Any, ...]]:
        return await self.world.rows("SELECT act, user_id, status_before, status_after FROM changes ORDER BY change_id")

    async def edits(self) -> int:
        return len(await self.world.rows("SELECT 1 FROM outbox WHERE what = 'edit'"))


@pytest.fixture
async def desk(world: World) -> Desk:
    await world.bring(lead("1"))
    await world.post_all()
    async with world.database.transaction() as connection:
        for person in (RAVI, ASHA):
            await people.saw(connection, world.account_id, person, at_home=NOON)
    return Desk(world, world.services.claims, world.services.notes)


@pytest.mark.parametrize("_race", range(10))
async def test_of_twenty_who_claim_at_once_one_wins_and_the_others_hear_who(desk: Desk, _race: int) -> None:
    crowd = [Person(UserId(100 + number), f"Member {number}") for number in range(20)]
    claimed = await asyncio.gather(*(desk.claims.claim(LEAD, person) for person in crowd))
    winners = [person.name for person, one in zip(crowd, claimed, strict=True) if one.result is ClaimResult.WON]
    assert len(winners) == 1
    assert {one.owner_name for one in claimed} == set(winners)
    assert sum(one.result is ClaimResult.TAKEN for one in claimed) == 19
    assert len(await desk.acts()) == 1
    await desk.world.post_all()
    edited = [posted.what for _id, posted in desk.world.chat.edited]
    assert [one.stored.owner_name for one in edited if isinstance(one, Card)] == winners
    assert len(edited) == 1
    assert len(desk.world.chat.cards) == 1


async def test_a_claim_says_who_and_how_long_after_the_enquiry(desk: Desk) -> None:
    desk.world.clock.pass_(minutes=1)
    await desk.claims.claim(LEAD, RAVI)
    card = await desk.world.cards.card(1)
    assert card is not None
    assert (card.stored.owner_name, card.stored.status) == ("Ravi", Status.CLAIMED)
    assert card.claimed_after is not None
    assert card.claimed_after.total_seconds() == 240


async def test_who_has_a_lead_may_claim_it_again_without_a_change(desk: Desk) -> None:
    await desk.claims.claim(LEAD, RAVI)
    assert (await desk.claims.claim(LEAD, RAVI)).result is ClaimResult.YOURS
    assert len(await desk.acts()) == 1


@pytest.mark.parametrize("number", [0, -1, 2, 2**40, 2**70])
async def test_a_lead_that_is_not_here_cannot_be_worked_on(desk: Desk, number: int) -> None:
    gone = LeadId(number)
    assert (await desk.claims.claim(gone, RAVI)).result is ClaimResult.GONE
    assert (await desk.claims.release(gone, RAVI, is_admin=True)).why is Refusal.GONE
    assert (await desk.claims.set_status(gone, Status.WON, RAVI, is_admin=True)).why is Refusal.GONE
    assert (await desk.claims.reassign(gone, ASHA.user_id, BOSS)).why is Refusal.GONE
    assert (await desk.claims.undo(gone, RAVI)).why is Refusal.GONE
    assert await desk.edits() == 0


async def test_another_accounts_lead_cannot_be_worked_on(desk: Desk) -> None:
    world = desk.world
    account_id = type(world.account_id)(99)
    times = ResponseTimes(account_id, world.services.working, world.parts.shared.metrics)
    other = Claims(world.database, account_id, world.clock, world.delivery.wake, times)
    assert (await other.claim(LEAD, RAVI)).result is ClaimResult.GONE
    await desk.claims.claim(LEAD, RAVI)
    assert (await other.undo(LEAD, RAVI)).why is Refusal.GONE
    assert await desk.state() == ("claimed", 1, 1, None, None)


async def test_only_the_owner_and_admins_may_release(desk: Desk) -> None:
    assert (await desk.claims.release(LEAD, RAVI, is_admin=False)).why is Refusal.UNCLAIMED
    await desk.claims.claim(LEAD, RAVI)
    refused = await desk.claims.release(LEAD, ASHA, is_admin=False)
    assert (refused.why, refused.owner_name) == (Refusal.NOT_YOURS, "Ravi")
    assert (await desk.claims.release(LEAD, BOSS, is_admin=True)).ok
    assert await desk.state() == ("new", None, 0, None, None)
    assert (await desk.claims.claim(LEAD, ASHA)).result is ClaimResult.WON
    assert (await desk.claims.release(LEAD, ASHA, is_admin=False)).ok


async def test_a_release_restarts_the_clock_of_escalation(desk: Desk) -> None:
    world = desk.world
    async with world.database.transaction() as connection:
        await escalations.start(connection, world.account_id, LEAD, NOON)
    await desk.claims.claim(LEAD, RAVI)
    world.clock.pass_(hours=2)
    await desk.claims.release(LEAD, RAVI, is_admin=False)
    async with world.database.reading() as connection:
        waiting = await escalations.waiting(connection, world.account_id, world.clock.now())
    assert [one.clock_at for one in waiting] == [world.clock.now()]


async def test_a_closed_lead_is_not_released(desk: Desk) -> None:
    await desk.claims.set_status(LEAD, Status.JUNK, RAVI, is_admin=False)
    assert (await desk.claims.release(LEAD, RAVI, is_admin=False)).why is Refusal.CLOSED


async def test_a_lead_is_given_only_to_whom_the_bot_has_seen(desk: Desk) -> None:
    assert [person.name for person in await desk.claims.people()] == ["Asha", "Ravi"]
    assert (await desk.claims.reassign(LEAD, UserId(999), BOSS)).why is Refusal.STRANGER
    assert (await desk.claims.reassign(LEAD, ASHA.user_id, BOSS)).owner_name == "Asha"
    assert (await desk.claims.reassign(LEAD, ASHA.user_id, BOSS)).why is Refusal.SAME
    assert (await desk.claims.claim(LEAD, RAVI)).owner_name == "Asha"
    assert await desk.state() == ("claimed", 2, 1, None, None)


async def test_who_sets_a_status_on_an_unclaimed_lead_claims_it(desk: Desk) -> None:
    assert (await desk.claims.set_status(LEAD, Status.CONTACTED, RAVI, is_admin=False)).owner_name == "Ravi"
    assert await desk.state() == ("contacted", 1, 1, None, None)
    assert await desk.acts() == [("status", 1, "new", "contacted")]
    refused = await desk.claims.set_status(LEAD, Status.QUOTED, ASHA, is_admin=False)
    assert (refused.why, refused.owner_name) == (Refusal.NOT_YOURS, "Ravi")
    assert (await desk.claims.set_status(LEAD, Status.QUOTED, BOSS, is_admin=True)).owner_name == "Ravi"


async def test_the_order_value_and_the_reason_can_be_told_afterwards_and_go_with_their_status(desk: Desk) -> None:
    set_status = desk.claims.set_status
    await set_status(LEAD, Status.WON, RAVI, is_admin=False)
    assert (await set_status(LEAD, Status.WON, RAVI, is_admin=False)).why is Refusal.SAME
    assert (await set_status(LEAD, Status.WON, RAVI, is_admin=False, won_value=50_000)).ok
    assert await desk.state() == ("won", 1, 1, 50_000, None)
    assert (await set_status(LEAD, Status.WON, BOSS, is_admin=True)).why is Refusal.SAME
    assert (await set_status(LEAD, Status.LOST, RAVI, is_admin=False, reason=" too \n dear ", won_value=1)).ok
    assert await desk.state() == ("lost", 1, 1, None, "too dear")
    assert (await set_status(LEAD, Status.LOST, BOSS, is_admin=True)).why is Refusal.SAME
    assert (await set_status(LEAD, Status.QUOTED, RAVI, is_admin=False)).ok
    assert await desk.state() == ("quoted", 1, 1, None, None)


@pytest.mark.parametrize(("status", "value"), [(Status.NEW, None), (Status.CLAIMED, None), (Status.WON, -1)])
async def test_what_nobody_may_set_is_refused(desk: Desk, status: Status, value: int | None) -> None:
    changed = await desk.claims.set_status(LEAD, status, RAVI, is_admin=True, won_value=value)
    assert changed.why is Refusal.CANNOT
    assert (await desk.claims.set_status(LEAD, Status.WON, RAVI, is_admin=True, won_value=10**30)).why is Refusal.CANNOT
    assert await desk.acts() == []


async def test_undo_brings_back_all_that_was_before(desk: Desk) -> None:
    await desk.claims.set_status(LEAD, Status.LOST, RAVI, is_admin=False, reason="price")
    before = await desk.state()
    await desk.claims.set_status(LEAD, Status.WON, RAVI, is_admin=False, won_value=9)
    assert (await desk.claims.undo(LEAD, RAVI)).ok
    assert await desk.state() == before
    assert [act[0] for act in await desk.acts()] == ["status", "status", "undo"]


async def test_an_undone_claim_leaves_the_lead_to_the_next(desk: Desk) -> None:
    await desk.claims.claim(LEAD, RAVI)
    assert (await desk.claims.undo(LEAD, RAVI)).ok
    assert await desk.state() == ("new", None, 0, None, None)
    assert (await desk.claims.claim(LEAD, ASHA)).result is ClaimResult.WON


async def test_undo_takes_back_the_latest_of_several_quick_changes(desk: Desk) -> None:
    for status in (Status.CONTACTED, Status.QUOTED):
        await desk.claims.set_status(LEAD, status, RAVI, is_admin=False)
    assert (await desk.claims.undo(LEAD, RAVI)).ok
    assert (await desk.state())[0] == "contacted"


async def test_a_second_tap_on_undo_takes_nothing_more_back(desk: Desk) -> None:
    for status in (Status.CONTACTED, Status.QUOTED):
        await desk.claims.set_status(LEAD, status, RAVI, is_admin=False)
    assert (await desk.claims.undo(LEAD, RAVI)).ok
    assert (await desk.claims.undo(LEAD, RAVI)).why is Refusal.UNDONE
    assert (await desk.state())[0] == "contacted"
    await desk.claims.set_status(LEAD, Status.WON, RAVI, is_admin=False)
    assert (await desk.claims.undo(LEAD, RAVI)).ok
    assert (await desk.state())[0] == "contacted"


async def test_what_somebody_else_has_changed_since_is_undone_by_them_first(desk: Desk) -> None:
    await desk.claims.set_status(LEAD, Status.CONTACTED, RAVI, is_admin=False)
    await desk.claims.set_status(LEAD, Status.JUNK, BOSS, is_admin=True)
    refused = await desk.claims.undo(LEAD, RAVI)
    assert (refused.why, refused.owner_name) == (Refusal.OVERTAKEN, "Ravi")
    assert (await desk.claims.undo(LEAD, BOSS)).ok
    assert (await desk.state())[0] == "contacted"
    assert (await desk.claims.undo(LEAD, RAVI)).owner_name is None
    assert await desk.state() == ("new", None, 0, None, None)


async def _wait(desk: Desk) -> None:
    desk.world.clock.pass_(seconds=61)


async def _set_the_clock_back(desk: Desk) -> None:
    desk.world.clock.jump(hours=-1)


async def _undo(desk: Desk) -> None:
    assert (await desk.claims.undo(LEAD, RAVI)).ok


@pytest.mark.parametrize(
    ("meanwhile", "why"), [(_wait, Refusal.LATE), (_set_the_clock_back, Refusal.LATE), (_undo, Refusal.UNDONE)]
)
async def test_nothing_is_undone_too_late_or_twice(desk: Desk, meanwhile: Callable[..., Any], why: Refusal) -> None:
    await desk.claims.claim(LEAD, RAVI)
    await meanwhile(desk)
    before = await desk.state()
    assert (await desk.claims.undo(LEAD, RAVI)).why is why
    assert await desk.state() == before


async def test_only_who_did_it_may_undo(desk: Desk) -> None:
    await desk.claims.claim(LEAD, RAVI)
    assert (await desk.claims.undo(LEAD, ASHA)).why is Refusal.NO_CHANGE
    desk.world.clock.pass_(seconds=60)
    assert (await desk.claims.undo(LEAD, RAVI)).ok


async def test_the_card_offers_to_undo_for_a_minute(desk: Desk) -> None:
    change = (await desk.claims.set_status(LEAD, Status.QUOTED, RAVI, is_admin=False)).change_id
    card = await desk.world.cards.card(1)
    desk.world.clock.pass_(seconds=61)
    later = await desk.world.cards.card(1)
    assert card is not None
    assert later is not None
    assert (card.undo_id, later.undo_id) == (change, None)


async def test_a_claim_is_not_offered_to_be_undone_but_a_gift_is(desk: Desk) -> None:
    """Who taps Claim twice must not take it back with the second tap."""
    await desk.claims.claim(LEAD, RAVI)
    claimed = await desk.world.cards.card(1)
    change = (await desk.claims.reassign(LEAD, ASHA.user_id, RAVI)).change_id
    given = await desk.world.cards.card(1)
    assert claimed is not None
    assert given is not None
    assert (claimed.undo_id, given.undo_id) == (None, change)


async def test_of_a_claim_a_release_and_a_status_at_once_every_row_follows_from_the_one_before(desk: Desk) -> None:
    crowd = [Person(UserId(100 + number), f"Member {number}") for number in range(10)]
    work = [desk.claims.claim(LEAD, person) for person in crowd]
    work += [desk.claims.release(LEAD, person, is_admin=True) for person in crowd]  # type: ignore[misc]
    work += [desk.claims.set_status(LEAD, Status.QUOTED, person, is_admin=False) for person in crowd]  # type: ignore[misc]
    await asyncio.gather(*work)
    rows = await desk.world.rows(
        "SELECT owner_before, status_before, owner_after, status_after FROM changes ORDER BY change_id"
    )
    assert rows[0][:2] == (None, "new")
    assert [row[:2] for row in rows[1:]] == [row[2:] for row in rows[:-1]]
    assert (await desk.state())[:2] == (rows[-1][3], rows[-1][2])


async def test_a_note_is_on_the_card_and_all_is_in_the_history(desk: Desk) -> None:
    clock = desk.world.clock
    await desk.claims.claim(LEAD, RAVI)
    for text in ("wants a drawing", " sent <it> \n"):
        clock.pass_(seconds=5)
        assert await desk.notes.add(LEAD, ASHA, text)
    clock.pass_(seconds=5)
    await desk.claims.reassign(LEAD, ASHA.user_id, RAVI)
    card = await desk.world.cards.card(1)
    assert card is not None
    assert card.note is not None
    assert (card.note.who, card.note.text) == ("Asha", "sent <it>")
    history = await desk.notes.history(LEAD)
    assert [(one.what, one.who, one.owner_after, one.text) for one in history] == [
        (ChangeKind.CLAIM, "Ravi", "Ravi", None),
        (None, "Asha", None, "wants a drawing"),
        (None, "Asha", None, "sent <it>"),
        (ChangeKind.REASSIGN, "Ravi", "Asha", None),
    ]


async def test_what_happens_within_a_second_is_told_in_its_order(desk: Desk) -> None:
    for status in (Status.CONTACTED, Status.QUOTED, Status.WON):
        await desk.claims.set_status(LEAD, status, RAVI, is_admin=False)
    for text in ("first", "second", "third"):
        await desk.notes.add(LEAD, RAVI, text)
    found = await desk.notes.history(LEAD)
    assert [entry.after for entry in found][:3] == [Status.CONTACTED, Status.QUOTED, Status.WON]
    assert [entry.text for entry in found][3:] == ["first", "second", "third"]


async def test_a_message_that_telegram_brings_again_is_noted_once(desk: Desk) -> None:
    message = (ChatId(-1001), MessageId(40))
    assert await desk.notes.add(LEAD, RAVI, "call on Friday", message=message)
    assert not await desk.notes.add(LEAD, RAVI, "call on Friday", message=message)
    assert await desk.notes.add(LEAD, RAVI, "call on Friday")
    assert len(await desk.notes.history(LEAD)) == 2


@pytest.mark.parametrize("text", ["", " \n\t"])
async def test_nothing_is_no_note(desk: Desk, text: str) -> None:
    assert not await desk.notes.add(LEAD, RAVI, text)
    assert not await desk.notes.add(LeadId(5), RAVI, "for nobody")
    assert await desk.edits() == 0


@pytest.mark.parametrize("text", ["\x00\ud800 odd", "😀" * 5000, "'; DROP TABLE notes; --"])
async def test_any_text_can_be_noted(desk: Desk, text: str) -> None:
    assert await desk.notes.add(LEAD, RAVI, text)
    assert len((await desk.notes.history(LEAD))[0].text or "") <= 4096


async def test_the_buyers_other_leads_are_told_newest_first(desk: Desk) -> None:
    same: list[Lead] = [lead(str(n), mobile="+919000000001", kind=Kind.CALL) for n in (2, 3)]
    await desk.world.bring(*same, lead("4"))
    assert [one.lead.query_id for one in await desk.notes.others(LEAD)] == ["3", "2"]
