"""When IndiaMART is called, for which window, and what an answer does to the next call."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.card import Lateness
from bot.domain.lead import Window
from bot.domain.notice import Fault
from bot.errors import StoreError
from bot.health.troubles import Activity, Cause
from bot.indiamart.answer import Answer, Outcome
from bot.intake.coverage import OLDEST
from bot.intake.fetch_report import PollSummary
from tests import databases
from tests.services.fast_time import in_fast_time
from tests.services.played import NOON, failed, lead, leads_answer
from tests.waiting import until

if TYPE_CHECKING:
    from tests.services.world import World

MINUTES = 60.0
DAY = timedelta(days=1)
WEEK = timedelta(days=7)


async def test_the_first_poll_is_at_once_and_covers_the_lookback(world: World) -> None:
    assert await world.poller.due_in() == 0
    await world.poll()
    assert world.indiamart.windows == [Window(NOON - DAY, NOON)]
    assert await world.spans() == [Window(NOON - DAY, NOON)]


async def test_the_next_poll_is_an_interval_later_and_starts_an_overlap_before_the_last_end(world: World) -> None:
    await world.poll()
    assert await world.poller.due_in() == 5 * MINUTES
    await world.poll()
    window = world.indiamart.windows[-1]
    assert window.start == NOON - timedelta(minutes=20)
    assert window.end == NOON + timedelta(minutes=5, seconds=1)
    assert await world.spans() == [Window(NOON - DAY, window.end)]


async def test_a_lookback_of_twenty_days_goes_newest_first_and_then_oldest_first_without_a_hole(
    world: World,
) -> None:
    world = await world.again(LOOKBACK="20d")
    for _poll in range(6):
        await world.poll()
    windows = world.indiamart.windows
    assert max(window.length for window in windows) <= WEEK
    assert windows[0] == Window(NOON - WEEK, NOON)
    history = [window for window in windows[1:] if window.end < NOON]
    assert [window.end < NOON for window in windows] == [False, True, False, True, False, False]
    assert history[0].start >= NOON - 20 * DAY
    assert [window.end for window in history] == sorted(window.end for window in history)
    assert len(await world.spans()) == 1
    assert (await world.spans())[0].start <= NOON - 20 * DAY + timedelta(minutes=1)
    assert await world.poller.backlog() == timedelta(0)


async def test_slots_alternate_between_new_leads_and_history_and_come_at_the_floor(
    database_pace: World,
) -> None:
    world = database_pace
    await world.cover()
    await world.poller.want(NOON - 30 * DAY)
    kinds = []
    for _poll in range(6):
        await world.poll()
        kinds.append(world.indiamart.windows[-1].end >= NOON)
    assert kinds == [True, False, True, False, True, False]
    gaps = [b - a for a, b in zip(world.indiamart.called_at, world.indiamart.called_at[1:], strict=False)]
    assert set(gaps) == {5 * MINUTES + 1}  # not the hour of POLL_EVERY, and never below the floor


@pytest.fixture
async def database_pace(world: World) -> World:
    """Polls hourly, though the floor is five minutes."""
    return await world.again(POLL_EVERY="1h")


async def test_a_cut_short_answer_keeps_its_leads_moves_no_coverage_and_halves_the_window(world: World) -> None:
    world.indiamart.answers.append(leads_answer(lead("1"), announced=900))
    await world.poll()
    assert await world.spans() == []
    assert await world.rows("SELECT query_id FROM leads") == [("1",)]
    assert await world.poller.due_in() == 5 * MINUTES
    await world.poll()
    assert world.indiamart.windows[-1].length == timedelta(hours=12)
    assert await world.rows("SELECT count(*) FROM faults") == [(0,)]


async def test_an_answer_that_is_too_large_halves_the_window(world: World) -> None:
    world.indiamart.answers.append(failed(Outcome.TOO_LARGE))
    await world.poll()
    await world.poll()
    assert world.indiamart.windows[-1].length == timedelta(hours=12)


@pytest.mark.parametrize("outcome", [Outcome.TRUNCATED, Outcome.HUNG])
async def test_the_third_stumble_over_a_window_halves_it(world: World, outcome: Outcome) -> None:
    world.indiamart.answers.extend([failed(outcome)] * 3)
    for _poll in range(3):
        await world.poll()
        assert world.indiamart.windows[-1].length >= DAY
    await world.poll()
    assert world.indiamart.windows[-1].length <= timedelta(hours=12, minutes=20)


async def test_a_chunk_of_history_that_hangs_three_times_is_halved_although_new_windows_succeed(world: World) -> None:
    await world.cover()
    await world.poller.want(NOON - 6 * DAY)
    world.indiamart.respond = lambda window: failed(Outcome.HUNG if window.length > DAY else Outcome.NOTHING)
    for _poll in range(60):
        await world.poll()
    history = [window for window in world.indiamart.windows if window.length > DAY]
    assert history[0] == history[1] == history[2]
    assert history[3].length < history[0].length * 0.51


async def test_a_chunk_at_the_moving_end_of_indiamarts_year_is_put_off_and_halved_like_any_other(world: World) -> None:
    await world.cover()
    await world.poller.want(NOON - OLDEST)
    edge = NOON - 350 * DAY
    world.indiamart.respond = lambda window: failed(
        Outcome.HUNG if window.end < edge and window.length > 4 * DAY else Outcome.NOTHING
    )
    for _poll in range(6):
        await world.poll()
    assert any(edge < window.end < NOON - 300 * DAY for window in world.indiamart.windows)
    for _poll in range(60):
        await world.poll()
    assert any(window.end < edge and window.length <= 4 * DAY for window in world.indiamart.windows)


async def test_windows_grow_back_only_after_one_of_full_length_succeeded(world: World) -> None:
    await world.cover()
    await world.poller.want(NOON - 28 * DAY)
    await world.poll()
    world.indiamart.answers.append(failed(Outcome.TOO_LARGE))
    await world.poll()
    assert (await world.account()).longest_window == WEEK / 2
    await world.poll()  # a short new window says nothing about long ones
    assert (await world.account()).longest_window == WEEK / 2
    await world.poll()
    assert world.indiamart.windows[-1].length == WEEK / 2
    assert (await world.account()).longest_window is None


async def test_the_newest_window_is_not_halved_below_a_minute(world: World) -> None:
    world.indiamart.answers.extend([failed(Outcome.TOO_LARGE)] * 20)
    for _poll in range(20):
        await world.poll()
    assert world.indiamart.windows[-1].length == timedelta(minutes=1)
    assert await world.rows("SELECT fault FROM faults") == [("api_down",)]


async def test_a_chunk_that_fails_is_put_off_for_an_hour_while_others_go_on(world: World) -> None:
    await world.cover()
    await world.poller.want(NOON - 21 * DAY)
    await world.poll()
    world.indiamart.answers.append(failed(Outcome.THEIR_FAULT))
    failed_at = None
    history = []
    for _poll in range(30):
        await world.poll()
        window = world.indiamart.windows[-1]
        if window.end < NOON:
            failed_at = failed_at or world.clock.monotonic()
            history.append((window, world.clock.monotonic() - failed_at))
    oldest = history[0][0]
    assert [window.end > oldest.end for window, _after in history] == [False, True, True, False]
    assert 3600 <= history[3][1] < 3600 + 11 * MINUTES
    assert len(await world.spans()) == 1


async def test_the_daily_second_look_is_one_regular_poll_that_starts_48_hours_back(world: World) -> None:
    every = 30 if databases.is_postgres() else 5
    world = await world.again(POLL_EVERY=f"{every}m")
    await world.cover(hours=72)
    for _poll in range(3000 // every):
        await world.poll()
    long = [window for window in world.indiamart.windows if window.length > timedelta(hours=1)]
    assert [window.length for window in long] == [timedelta(hours=48)] * 2
    assert DAY <= long[0].end - NOON < DAY + timedelta(minutes=every + 1)
    assert DAY <= long[1].end - long[0].end < DAY + timedelta(minutes=every + 1)


async def test_a_second_look_that_is_too_much_is_owed_again_in_smaller_chunks(world: World) -> None:
    await world.cover(hours=72)
    world.clock.pass_(hours=24)
    world.indiamart.answers.append(leads_answer(lead("1"), announced=900))
    await world.poll()
    assert world.indiamart.windows[-1].length == timedelta(hours=48)
    for _poll in range(6):
        await world.poll()
    assert world.indiamart.windows[1].length <= timedelta(hours=24)
    assert max(window.length for window in world.indiamart.windows[1:]) < timedelta(hours=26)
    assert len(await world.spans()) == 1
    assert await world.poller.backlog() == timedelta(0)


@pytest.mark.parametrize(
    ("outcome", "waits"),
    [
        (Outcome.THEIR_FAULT, [5, 10, 15, 15]),
        (Outcome.MALFORMED, [5, 10, 15, 15]),
        (Outcome.TRUNCATED, [5, 10, 15, 15]),
        (Outcome.HUNG, [5, 10, 15, 15]),
        (Outcome.NO_CONNECTION, [5, 10, 15, 15]),
        (Outcome.UNREACHABLE, [5, 10, 15, 15]),
        (Outcome.REFUSED, [5, 10, 15, 15]),
        (Outcome.BAD_KEY, [60, 60, 60, 60]),
        (Outcome.NOT_READY, [5, 5, 5, 5]),
        (Outcome.TOO_LARGE, [5, 5, 5, 5]),
        (Outcome.TOO_SOON, [5, 5, 5, 5]),
        (Outcome.BLOCKED, [15, 15, 15, 15]),
    ],
)
async def test_after_a_failure_the_next_call_waits(world: World, outcome: Outcome, waits: list[int]) -> None:
    for minutes in waits:
        world.indiamart.answers.append(failed(outcome))
        await world.poll()
        assert await world.poller.due_in() == minutes * MINUTES
    assert await world.spans() == []


@pytest.mark.parametrize(
    ("outcome", "announced", "after_restart"),
    [
        (Outcome.TOO_SOON, 7 * MINUTES, 7 * MINUTES),
        (Outcome.BLOCKED, None, 15 * MINUTES),
        (Outcome.BAD_KEY, None, 5 * MINUTES),
        (Outcome.THEIR_FAULT, None, 5 * MINUTES),
    ],
)
async def test_only_waits_that_indiamart_announced_survive_a_restart(
    world: World, outcome: Outcome, announced: float | None, after_restart: float
) -> None:
    world.indiamart.answers.extend([failed(outcome, wait=announced)] * 2)
    await world.poll()
    await world.poll()
    again = await world.again()
    assert await again.poller.due_in() == pytest.approx(after_restart, abs=1)
    assert await again.poller.due_in() >= after_restart - 1e-6 - (1 if announced is None else 0)


async def test_a_wrong_key_on_the_old_api_is_tried_hourly_too(world: World) -> None:
    world.pulling.budget.floor = timedelta(minutes=15)
    world.indiamart.answers.append(failed(Outcome.BAD_KEY))
    await world.poll()
    assert await world.poller.due_in() == 60 * MINUTES


async def test_a_sleep_of_the_machine_counts_for_the_next_poll_as_any_time_does(world: World) -> None:
    await world.poll()
    world.clock.sleep(minutes=4)
    assert await world.poller.due_in() == 1 * MINUTES
    world.clock.sleep(hours=8)
    assert await world.poller.due_in() == 0
    world.clock.jump(hours=-8)
    assert await world.poller.due_in() == 0


async def test_a_wait_that_indiamart_announced_goes_on_while_the_machine_sleeps(world: World) -> None:
    world.indiamart.answers.append(failed(Outcome.BLOCKED, wait=900.0))
    await world.poll()
    world.clock.sleep(minutes=10)
    assert await world.poller.due_in() == 5 * MINUTES
    world.clock.sleep(minutes=5)
    assert await world.poller.due_in() == 0


async def test_a_request_to_fetch_never_calls_before_the_budget_allows(world: World) -> None:
    await world.poll()
    world.clock.pass_(minutes=2)
    report = await world.poller.fetch_now()
    assert not report.started
    assert report.next_at == world.clock.now() + timedelta(minutes=3)
    assert await world.poller.due_in() == 3 * MINUTES


async def test_a_request_to_fetch_is_for_new_leads_and_may_come_before_our_own_schedule(world: World) -> None:
    await world.cover()
    await world.poller.want(NOON - 30 * DAY)
    world.indiamart.answers.append(failed(Outcome.BAD_KEY))
    await world.poll()
    world.clock.pass_(minutes=6)
    assert await world.poller.due_in() > 0
    assert (await world.poller.fetch_now()).started
    assert await world.poller.due_in() == 0
    await world.poll()
    assert world.indiamart.windows[-1].end > NOON
    gaps = [b - a for a, b in zip(world.indiamart.called_at, world.indiamart.called_at[1:], strict=False)]
    assert min(gaps) >= 5 * MINUTES


@pytest.mark.parametrize(
    ("answer", "polled"),
    [
        (leads_answer(lead("1"), lead("2")), PollSummary(Outcome.LEADS, new=2, is_complete=True)),
        (leads_answer(lead("1"), announced=9), PollSummary(Outcome.LEADS, new=1)),
        (failed(Outcome.NOTHING), PollSummary(Outcome.NOTHING, is_complete=True)),
        (failed(Outcome.BAD_KEY), PollSummary(Outcome.BAD_KEY)),
    ],
)
async def test_everybody_who_asked_to_fetch_hears_what_came_of_it(
    world: World, answer: Answer, polled: PollSummary
) -> None:
    world.indiamart.answers.append(answer)
    reports = [await world.poller.fetch_now() for _person in range(3)]
    await world.poll()
    assert [report.polled is not None and report.polled.result() for report in reports] == [polled] * 3


async def test_who_waits_no_longer_for_a_poll_stops_none(world: World) -> None:
    report = await world.poller.fetch_now()
    assert report.polled is not None
    report.polled.cancel()
    await world.poll()
    world.clock.pass_(minutes=6)
    again = await world.poller.fetch_now()
    await world.poll()
    assert again.polled is not None
    assert again.polled.result().outcome is Outcome.NOTHING


async def test_a_poll_that_could_not_be_stored_is_over_too(world: World) -> None:
    report = await world.poller.fetch_now()
    async with world.database.transaction() as connection:
        await connection.execute("DROP TABLE faults", {})
    with pytest.raises(StoreError):
        await world.poller.step()
    assert report.polled is not None
    assert report.polled.result() == PollSummary()


@in_fast_time
async def test_what_could_not_be_stored_is_stored_when_it_can_be_without_another_call(world: World) -> None:
    world.indiamart.answers.append(leads_answer(lead("1")))
    await databases.refuse(world.database, "all_leads")
    async with world.polling():
        await until(lambda: len(world.indiamart.windows) == 1)
        await asyncio.sleep(60)
        assert await world.rows("SELECT * FROM leads") == []
        assert [(one.work, one.cause) for one in world.troubles.current] == [(Activity.POLL, Cause.DATABASE)]
        await databases.take_again(world.database, "all_leads")
        await asyncio.sleep(10)
        assert await world.rows("SELECT query_id FROM leads") == [("1",)]
        assert len(world.indiamart.windows) == 1
        assert world.troubles.current == []


@in_fast_time
async def test_leads_that_no_disk_took_in_time_say_so(world: World) -> None:
    await world.poll()
    world.indiamart.respond = lambda window: leads_answer(lead("1", enquired_at=window.start + timedelta(minutes=18)))
    await databases.refuse(world.database, "all_leads")
    async with world.polling():
        await asyncio.sleep(1200)
        await databases.take_again(world.database, "all_leads")
        await asyncio.sleep(400)
        assert ("not_stored",) in await world.rows("SELECT late FROM outbox WHERE what = 'card'")


async def test_leads_that_a_poll_in_time_would_have_brought_are_marked_with_the_reason(world: World) -> None:
    await world.poll()
    world.indiamart.answers.extend([failed(Outcome.UNREACHABLE)] * 4)
    for _poll in range(4):
        await world.poll()
    world.clock.pass_(seconds=await world.poller.due_in())
    now = world.clock.now()
    fresh = lead("1", enquired_at=now - timedelta(minutes=1))
    missed = lead("2", enquired_at=now - timedelta(minutes=30))
    world.indiamart.answers.append(leads_answer(fresh, missed))
    await world.poll()
    assert await world.rows("SELECT query_id, late FROM outbox JOIN leads USING (lead_id) ORDER BY query_id") == [
        ("1", None),
        ("2", Lateness.NO_CONNECTION),
    ]


async def test_after_a_stop_the_leads_of_the_meantime_say_that_leadbell_was_not_running(world: World) -> None:
    await world.poll()
    world.clock.pass_(hours=3)
    world = await world.again()
    missed = lead("2", enquired_at=world.clock.now() - timedelta(hours=1))
    world.indiamart.answers.append(leads_answer(missed))
    await world.poll()
    assert await world.rows("SELECT late FROM outbox") == [(Lateness.STOPPED,)]


@pytest.mark.parametrize("restarts", [False, True])
@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (Outcome.BAD_KEY, Lateness.KEY_REFUSED),
        (Outcome.BLOCKED, Lateness.KEY_BLOCKED),
        (Outcome.TOO_SOON, Lateness.KEY_SHARED),
        (Outcome.NO_CONNECTION, Lateness.NO_CONNECTION),
        (Outcome.UNREACHABLE, Lateness.NO_CONNECTION),
        (Outcome.THEIR_FAULT, Lateness.INDIAMART),
    ],
)
async def test_leads_that_a_fault_held_up_name_that_fault(
    world: World,
    outcome: Outcome,
    reason: Lateness,
    restarts: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """Also where Leadbell was started anew meanwhile, as one does to give it the right key."""
    await world.poll()
    for _poll in range(4):
        world.indiamart.answers.append(failed(outcome))
        await world.poll()
    if restarts:
        world = await world.again()
    world.clock.pass_(seconds=await world.poller.due_in())
    missed = lead("2", enquired_at=world.clock.now() - timedelta(minutes=15))
    world.indiamart.answers.append(leads_answer(missed))
    await world.poll()
    assert await world.rows("SELECT late FROM outbox WHERE lead_id IS NOT NULL") == [(reason,)]


async def test_what_is_wrong_with_history_only_makes_nothing_late(world: World) -> None:
    await world.poll()
    async with world.database.transaction() as connection:
        await world.faults.start(connection, Fault.NOT_READY)
    world.clock.pass_(hours=3)
    world = await world.again()
    world.indiamart.answers.append(leads_answer(lead("2", enquired_at=world.clock.now() - timedelta(hours=1))))
    await world.poll()
    assert await world.rows("SELECT late FROM outbox WHERE lead_id IS NOT NULL") == [(Lateness.STOPPED,)]


async def test_a_poll_that_ran_in_time_marks_nothing(world: World) -> None:
    await world.poll()
    world.indiamart.answers.append(leads_answer(lead("2", enquired_at=NOON - timedelta(hours=1))))
    await world.poll()
    assert await world.rows("SELECT late FROM outbox") == [(None,)]


async def test_a_halved_window_after_a_stop_still_tells_why_its_leads_are_late(world: World) -> None:
    await world.poll()
    world.clock.pass_(hours=6)
    world = await world.again()
    world.indiamart.answers.append(leads_answer(announced=900))
    await world.poll()
    await world.poll()
    missed = lead("7", enquired_at=world.clock.now() - timedelta(hours=5))
    world.indiamart.answers.append(leads_answer(missed))
    await world.poll()
    assert world.indiamart.windows[-1].end < world.clock.now() - timedelta(hours=1)
    assert await world.rows("SELECT late FROM outbox") == [(Lateness.STOPPED,)]


async def test_without_network_at_the_first_start_nothing_is_decided_about_how_far_back(world: World) -> None:
    world.clock.jump(days=-9000)
    world.indiamart.answers.append(failed(Outcome.UNREACHABLE))
    await world.poll()
    assert (await world.account()).wanted_from is None
    world.indiamart.answers.append(Answer(outcome=Outcome.REFUSED, server_time=NOON))
    await world.poll()
    assert (await world.account()).wanted_from == NOON - DAY
