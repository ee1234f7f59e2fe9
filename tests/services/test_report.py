"""What /status says."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.notice import Fault
from bot.indiamart.answer import Outcome
from tests.services.conftest import GROUP, NOON, World, failed, lead, leads_answer


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
