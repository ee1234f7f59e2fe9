"""What `check` does with the key: one call inside the budget, in nobody's turn, and nothing lost by it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.lead import Window
from bot.health.instances import Instances
from bot.indiamart.answer import Answer, Outcome
from tests.services.played import NOON, failed, lead, leads_answer

if TYPE_CHECKING:
    from tests.services.world import World

DAY = timedelta(days=1)


async def test_a_good_key_brings_the_last_day_and_its_newest_enquiry(world: World) -> None:
    hour = timedelta(hours=1)
    found = leads_answer(lead("1", enquired_at=NOON - hour), lead("2", enquired_at=NOON - 3 * hour))
    world.indiamart.answers.append(found)
    tried = await world.pulling.key_check.run()
    assert (tried.works, tried.newest) == (True, NOON - hour)
    assert world.indiamart.windows == [Window(NOON - DAY, NOON)]


async def test_what_the_try_brings_is_stored_once_and_the_next_poll_asks_for_it_again(world: World) -> None:
    found = leads_answer(lead("1", enquired_at=NOON - timedelta(hours=2)))
    world.indiamart.answers.extend([found, found])
    await world.pulling.key_check.run()
    assert await world.rows("SELECT identity FROM leads") == [("W:1",)]
    await world.poll()
    assert world.indiamart.windows[1].start == world.indiamart.windows[0].start + timedelta(minutes=5, seconds=1)
    assert await world.rows("SELECT identity FROM leads") == [("W:1",)]


async def test_what_is_older_than_anybody_wants_is_not_stored(world: World) -> None:
    """v1 brings two hundred rows, however old: nobody wants them as cards."""
    old = [lead(str(number), enquired_at=NOON - number * DAY) for number in range(2, 200)]
    world.indiamart.answers.append(leads_answer(lead("1", enquired_at=NOON - timedelta(minutes=1)), *old))
    tried = await world.pulling.key_check.run()
    assert tried.answer is not None
    assert len(tried.answer.leads) == 199
    assert await world.rows("SELECT identity FROM leads") == [("W:1",)]


async def test_an_answer_cut_short_shows_all_the_same_that_the_key_works(world: World) -> None:
    found = Answer(outcome=Outcome.LEADS, leads=(lead("1", enquired_at=NOON),), announced=700)
    world.indiamart.answers.append(found)
    assert (await world.pulling.key_check.run()).works


@pytest.mark.parametrize("outcome", [Outcome.BAD_KEY, Outcome.HUNG, Outcome.MALFORMED])
async def test_a_failure_is_reported_and_starts_no_fault(world: World, outcome: Outcome) -> None:
    world.indiamart.answers.append(failed(outcome, message="as scripted"))
    tried = await world.pulling.key_check.run()
    assert not tried.works
    assert tried.answer is not None
    assert tried.answer.message == "as scripted"
    assert await world.rows("SELECT 1 FROM faults UNION ALL SELECT 1 FROM coverage") == []


async def test_a_key_whose_leads_are_still_being_prepared_works(world: World) -> None:
    world.indiamart.answers.append(failed(Outcome.NOT_READY, message="available after 24 hours"))
    assert (await world.pulling.key_check.run()).works
    assert await world.rows("SELECT 1 FROM coverage") == []


async def test_the_try_counts_in_the_call_budget(world: World) -> None:
    await world.pulling.key_check.run()
    again = await world.pulling.key_check.run()
    assert (again.answer, again.not_before) == (None, NOON + timedelta(minutes=5, seconds=1))
    assert await world.poller.due_in() == pytest.approx(300)
    world.clock.pass_(minutes=5)
    assert (await world.pulling.key_check.run()).works


async def test_how_long_indiamart_wants_no_call_is_obeyed(world: World) -> None:
    world.indiamart.answers.append(failed(Outcome.BLOCKED, wait=900.0))
    await world.pulling.key_check.run()
    assert await world.poller.due_in() == pytest.approx(900, abs=2)


async def test_a_running_service_keeps_its_turn(world: World) -> None:
    await Instances(world.database, world.clock).start()
    assert (await world.pulling.key_check.run()).not_before is None
    assert world.indiamart.windows == []
    await world.poll()
    world.clock.pass_(seconds=60)
    tried = await world.pulling.key_check.run()
    assert (tried.answer, tried.last_outcome, tried.not_before) == (None, "nothing", None)
    assert len(world.indiamart.windows) == 1


async def test_a_service_that_was_killed_is_in_nobodys_way_for_long(world: World) -> None:
    await Instances(world.database, world.clock).start()
    world.clock.pass_(minutes=2)
    assert (await world.pulling.key_check.run()).works
