"""What is open, what is mine, and how the team did."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from bot.domain.ids import ChatId, LeadId, MessageId, UserId
from bot.domain.lead import Kind, Origin, Status
from bot.domain.person import Person
from bot.lookup.worklists import WorkLists, WorkPage
from bot.store import adding, prepared_leads
from tests.services.played import NOON, lead
from tests.services.world import GROUP, World

if TYPE_CHECKING:
    from bot.team.claims import Claims

RAVI = Person(UserId(1), "Ravi")
ASHA = Person(UserId(2), "Asha")
INDIA = ZoneInfo("Asia/Kolkata")


def claims(world: World) -> Claims:
    return world.services.claims


def work(world: World) -> WorkLists:
    return world.services.work


def numbers(page: WorkPage) -> list[int]:
    return [entry.stored.lead_id for entry in page.entries]


async def bring(world: World, number: int) -> None:
    """Lead 1 is the oldest."""
    await world.bring(*(lead(str(n), enquired_at=NOON + timedelta(seconds=n)) for n in range(1, number + 1)))


async def test_open_leads_come_oldest_first_and_turn_both_ways(world: World) -> None:
    await bring(world, 25)
    first = await work(world).open_leads()
    assert (numbers(first), first.total, first.before) == (list(range(1, 11)), 25, None)
    second = await work(world).open_leads(first.after or 0)
    third = await work(world).open_leads(second.after or 0)
    assert (numbers(second), numbers(third), third.after) == (list(range(11, 21)), list(range(21, 26)), None)
    back = await work(world).open_leads(third.before or 0)
    assert numbers(back) == numbers(second)
    assert numbers(await work(world).open_leads(back.before or 0)) == numbers(first)


async def test_open_buyleads_come_first_until_they_end(world: World) -> None:
    ended = [lead("0", kind=Kind.BUYLEAD, enquired_at=NOON - timedelta(days=3))]
    kinds = (Kind.ENQUIRY, Kind.BUYLEAD)
    live = [lead(str(n), kind=kinds[n % 2], enquired_at=NOON + timedelta(seconds=n)) for n in range(2, 27)]
    await world.bring(*ended, *live)
    first = await work(world).open_leads()
    second = await work(world).open_leads(first.after or 0)
    third = await work(world).open_leads(second.after or 0)
    pages = [[entry.stored.lead.query_id for entry in page.entries] for page in (first, second, third)]
    buyleads, others = [str(n) for n in range(3, 27, 2)], ["0", *(str(n) for n in range(2, 27, 2))]
    assert [number for page in pages for number in page] == [*buyleads, *others]
    back = await work(world).open_leads(third.before or 0)
    assert (back, (await work(world).open_leads(back.before or 0))) == (second, first)


async def test_leads_claimed_meanwhile_make_no_page_skip_one(world: World) -> None:
    await bring(world, 25)
    first = await work(world).open_leads()
    for number in (1, 2, 3):
        await claims(world).claim(LeadId(number), RAVI)
    assert numbers(await work(world).open_leads(first.after or 0))[0] == 11
    assert numbers(await work(world).open_leads())[0] == 4


async def test_a_page_of_which_all_is_claimed_leads_back_to_the_first(world: World) -> None:
    await bring(world, 11)
    key = (await work(world).open_leads()).after or 0
    await claims(world).claim(LeadId(11), RAVI)
    assert numbers(await work(world).open_leads(key)) == list(range(1, 11))
    for number in range(1, 11):
        await claims(world).claim(LeadId(number), RAVI)
    assert await work(world).open_leads(key) == WorkPage(entries=(), total=0)


async def test_ancient_leads_of_a_backfill_do_not_bury_what_is_open(world: World) -> None:
    async with world.database.transaction() as connection:
        old = [lead(str(n), enquired_at=NOON - timedelta(days=days)) for n, days in ((1, 200), (2, 3))]
        await adding.add(
            connection, world.account_id, prepared_leads.of_all(old), origin=Origin.PULL, now=NOON, batch=1
        )
        live = [lead("3", enquired_at=NOON - timedelta(days=300))]
        await adding.add(connection, world.account_id, prepared_leads.of_all(live), origin=Origin.PUSH, now=NOON)
    page = await work(world).open_leads()
    assert [entry.stored.lead.query_id for entry in page.entries] == ["3", "2"]
    assert (page.total, page.too_old) == (2, 1)


async def test_mine_comes_by_next_reminder_and_leaves_out_what_is_closed(world: World) -> None:
    await bring(world, 6)
    for number in range(1, 6):
        await claims(world).claim(LeadId(number), RAVI)
    await claims(world).set_status(LeadId(5), Status.WON, RAVI, is_admin=False)
    reminders = world.services.reminders
    for number, hours in ((3, 5), (1, 2), (1, 9), (6, 3)):
        await reminders.add(LeadId(number), RAVI, NOON + timedelta(hours=hours), f"in {hours}")
    await reminders.add(LeadId(2), ASHA, NOON + timedelta(hours=1))
    page = await work(world).mine(RAVI.user_id)
    assert numbers(page) == [1, 6, 3, 4, 2]
    assert [[one.text for one in entry.reminders] for entry in page.entries[:2]] == [["in 2", "in 9"], ["in 3"]]
    assert page.total == 5


@pytest.mark.parametrize("key", [-3, 10**9])
async def test_mine_turns_by_tens_and_takes_any_key(world: World, key: int) -> None:
    await bring(world, 12)
    for number in range(1, 13):
        await claims(world).claim(LeadId(number), RAVI)
    first = await work(world).mine(RAVI.user_id, key)
    second = await work(world).mine(RAVI.user_id, first.after or 0)
    assert (len(first.entries), first.before, numbers(second), second.after) == (10, None, [2, 1], None)
    assert await work(world).mine(RAVI.user_id, second.before or 0) == first
    assert (await work(world).mine(ASHA.user_id)).total == 0


async def test_leads_closed_meanwhile_make_no_page_of_mine_skip_one(world: World) -> None:
    await bring(world, 34)
    for number in range(1, 35):
        await claims(world).claim(LeadId(number), RAVI)
    at = NOON + timedelta(hours=1)
    for number in range(1, 13):  # six are due together, six later
        await world.services.reminders.add(LeadId(number), RAVI, at + timedelta(hours=number // 7))
    first = await work(world).mine(RAVI.user_id)
    second = await work(world).mine(RAVI.user_id, first.after or 0)
    third = await work(world).mine(RAVI.user_id, second.after or 0)
    fourth = await work(world).mine(RAVI.user_id, third.after or 0)
    pages = [first, second, third, fourth]
    assert [one for page in pages for one in numbers(page)] == [*range(6, 0, -1), *range(12, 6, -1), *range(34, 12, -1)]
    for number in numbers(second)[2:5]:
        await claims(world).set_status(LeadId(number), Status.LOST, RAVI, is_admin=False)
    ((cancelled,),) = await world.rows("SELECT reminder_id FROM reminders WHERE lead_id = 6")
    await world.services.reminders.cancel(cancelled, RAVI.user_id)
    assert numbers(await work(world).mine(RAVI.user_id, third.before or 0))[:2] == numbers(second)[:2]
    assert numbers(await work(world).mine(RAVI.user_id, second.after or 0)) == numbers(third)
    assert numbers(await work(world).mine(RAVI.user_id, third.after or 0)) == [*numbers(fourth), 6]


async def test_a_card_leads_to_its_lead(world: World) -> None:
    await world.bring(lead("1"))
    await world.post_all()
    assert await work(world).lead_of_card(GROUP.chat_id, MessageId(1)) == 1
    assert await work(world).lead_of_card(GROUP.chat_id, MessageId(2)) is None
    assert await work(world).lead_of_card(ChatId(-5), MessageId(1)) is None
