"""What /status says."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.lead import Kind
from bot.domain.notice import Fault
from bot.domain.usual import FewReason, Usual
from bot.indiamart.answer import Outcome
from tests.services.played import NOON, failed, lead, leads_answer
from tests.services.world import GROUP, World


async def test_a_fresh_start_has_polled_nothing_yet(world: World) -> None:
    status = await world.services.report.status()
    assert (status.last_poll, status.last_outcome, status.leads, status.waiting) == (None, None, 0, 0)
    assert status.next_poll == NOON
    assert status.faults == ()


async def test_the_last_poll_what_waits_and_until_when(world: World) -> None:
    world.indiamart.answers.append(leads_answer(lead("1"), lead("2")))
    await world.poll()
    await world.poller.want(NOON - timedelta(days=3))
    world.pacer.hold(GROUP.chat_id, 90)
    status = await world.services.report.status()
    now = world.clock.now()
    assert (status.last_poll, status.last_outcome, status.last_new) == (now, "leads", 2)
    assert status.next_poll == now + timedelta(minutes=5)
    assert status.backlog == timedelta(days=2)
    assert (status.leads, status.waiting, status.waiting_since) == (2, 2, now)
    assert status.paced_until == now + timedelta(seconds=90)


async def test_open_faults_are_named_with_their_own_words(world: World) -> None:
    world.indiamart.answers.append(failed(Outcome.BAD_KEY, message="CRM key is incorrect"))
    await world.poll()
    status = await world.services.report.status()
    assert status.faults == ((Fault.WRONG_KEY, world.clock.now(), "CRM key is incorrect"),)


async def test_where_leads_only_come_by_push_there_is_no_next_poll(world: World) -> None:
    status = await (await world.again(INDIAMART_KEY="", PUSH_TOKEN="p" * 40)).services.report.status()
    assert (status.api, status.next_poll, status.has_push, status.backlog) == (None, None, True, timedelta())


async def test_few_leads_are_told_beside_what_is_usual_by_this_hour_on_this_weekday(world: World) -> None:
    """NOON is a Monday, 5:30 pm in India."""
    number = iter(range(1, 1000))
    world = await world.again(HOLIDAYS="2025-12-22")
    await world.bring(lead(str(next(number)), enquired_at=NOON - timedelta(weeks=7, days=2)))
    for weeks in range(1, 8):
        at = NOON - timedelta(weeks=weeks)
        early = [lead(str(next(number)), enquired_at=at - timedelta(minutes=30 * n)) for n in range(1, 13)]
        late = [lead(str(next(number)), enquired_at=at + timedelta(minutes=n)) for n in range(1, 9)]
        view = [lead(str(next(number)), enquired_at=at - timedelta(minutes=5), kind=Kind.CATALOGUE_VIEW)]
        await world.bring(*early, *late, *view)
    await world.bring(lead(str(next(number)), enquired_at=NOON - timedelta(minutes=5)))
    status = await world.services.report.status()
    assert status.usual == Usual(1, (12,) * 6)
    assert status.few == (FewReason.POLLS_FAIL,)
    await world.poll()
    assert (await world.services.report.status()).few == (FewReason.NOTHING_THERE,)


async def test_without_enough_weeks_nothing_is_called_few(world: World) -> None:
    await world.bring(*(lead(str(n), enquired_at=NOON - timedelta(weeks=1, minutes=n)) for n in range(1, 30)))
    status = await world.services.report.status()
    assert status.usual is not None
    assert (status.usual.is_known, status.few) == (False, ())
