"""Long answers: how much of them one transaction holds, and what is left when one in the middle fails."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain import budgets
from bot.errors import StoreError
from bot.indiamart import v2
from bot.indiamart.answer import Answer, Outcome
from bot.intake.portions import portions
from tests import databases
from tests.services.played import NOON, lead, leads_answer

if TYPE_CHECKING:
    from tests.services.world import World

MOST = budgets.LEADS_PER_COMMIT


@pytest.mark.parametrize("count", [0, 1, MOST, MOST + 1, 2 * MOST, 3 * MOST + 7])
def test_every_lead_is_in_one_portion_in_its_order(count: int) -> None:
    given = [lead(str(number)) for number in range(count)]
    found = list(portions(given))
    assert [one for portion in found for one in portion] == given
    assert all(0 < len(portion) <= MOST for portion in found)


def test_the_oldest_leads_come_first_whichever_end_they_are_at() -> None:
    day = [lead(str(n), enquired_at=NOON + timedelta(minutes=n)) for n in range(2 * MOST + 1)]
    for given in (day, day[::-1]):
        assert [one for portion in portions(given) for one in portion] == day


def test_long_messages_make_portions_of_fewer_leads() -> None:
    given = [lead(str(number), message="x" * budgets.TEXT) for number in range(40)]
    found = list(portions(given))
    assert [one for portion in found for one in portion] == given
    lengths = [sum(len(one.message or "") + len(one.raw) for one in portion) for portion in found]
    assert max(lengths) <= budgets.CHARACTERS_PER_COMMIT
    assert len(found) == 3


def test_a_lead_that_is_too_long_alone_is_a_portion() -> None:
    long = lead("1", message="x" * (budgets.CHARACTERS_PER_COMMIT + 1))
    assert [len(portion) for portion in portions([lead("0"), long, lead("2")])] == [1, 1, 1]


async def test_what_was_stored_before_a_failure_stays_and_the_rest_comes_with_the_next_answer(world: World) -> None:
    rows = [lead(str(number)) for number in range(5 * MOST)]
    await databases.refuse(world.database, "all_leads", when="number > 1300")
    world.indiamart.answers.append(leads_answer(*rows))
    with pytest.raises(StoreError):
        await world.poll()
    assert await world.rows("SELECT count(*) FROM leads") == [(2 * MOST,)]
    assert await world.rows("SELECT count(*) FROM outbox WHERE what = 'card'") == [(2 * MOST,)]
    assert await world.spans() == []
    await databases.take_again(world.database, "all_leads")
    world.indiamart.answers.append(leads_answer(*rows))
    await world.poll()
    assert await world.rows("SELECT count(*), count(DISTINCT query_id) FROM leads") == [(5 * MOST, 5 * MOST)]
    assert await world.rows("SELECT count(*) FROM outbox WHERE what = 'card'") == [(5 * MOST,)]
    assert len(await world.spans()) == 1


async def test_an_answer_over_the_budget_is_a_smaller_window_and_its_beginning_is_kept(world: World) -> None:
    body = b'{"CODE":200,"RESPONSE":[' + b'{"SENDER_NAME":"a"},' * budgets.PULLED_ROWS + b'{"SENDER_NAME":"b"}]}'
    answer = v2.read(200, body)
    assert (answer.outcome, len(answer.leads), answer.is_complete) == (Outcome.TOO_LARGE, 0, False)
    world.indiamart.answers.append(answer)
    await world.poll()
    ((raw,),) = await world.rows("SELECT raw FROM unreadable")
    assert raw.startswith('[{"SENDER_NAME":"a"}')
    assert await world.spans() == []
    await world.poll()
    assert world.indiamart.windows[1].length < world.indiamart.windows[0].length * 0.51


def test_rows_stand_for_as_many_as_were_counted() -> None:
    rows = b'{"UNIQUE_QUERY_ID":"1"},' + b'{"a":1},' * 298 + b'{"a":2}'
    answer: Answer = v2.read(200, b'{"CODE":200,"TOTAL_RECORDS":300,"RESPONSE":[' + rows + b"]}")
    assert len(answer.unreadable) == budgets.BAD_ROWS + 1
    assert (answer.rows, answer.is_complete) == (300, True)
