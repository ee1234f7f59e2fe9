"""Every outcome of a call to IndiaMART: what is stored, who hears of it, and when."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.notice import Fault
from bot.indiamart import v2
from bot.indiamart.answer import Answer, Outcome, Unreadable
from tests.services.played import NOON, failed, lead, leads_answer
from tests.services.world import ADMIN, World

if TYPE_CHECKING:
    from bot.domain.lead import Window

GROUP_AND_ADMIN = {None, ADMIN}


@dataclass(frozen=True)
class Expected:
    fault: Fault | None
    is_told_at_once: bool = False
    hold: int | None = None
    moves_coverage: bool = False


TABLE = {
    Outcome.LEADS: Expected(None, moves_coverage=True),
    Outcome.NOTHING: Expected(None, moves_coverage=True),
    Outcome.TOO_SOON: Expected(Fault.KEY_SHARED, hold=420),
    Outcome.BLOCKED: Expected(Fault.KEY_BLOCKED, is_told_at_once=True, hold=900),
    Outcome.BAD_KEY: Expected(Fault.WRONG_KEY, is_told_at_once=True),
    Outcome.NOT_READY: Expected(Fault.NOT_READY, is_told_at_once=True),
    Outcome.REFUSED: Expected(Fault.REFUSED, is_told_at_once=True),
    Outcome.THEIR_FAULT: Expected(Fault.API_DOWN),
    Outcome.MALFORMED: Expected(Fault.API_DOWN),
    Outcome.TRUNCATED: Expected(Fault.API_DOWN),
    Outcome.TOO_LARGE: Expected(None),
    Outcome.HUNG: Expected(Fault.API_DOWN),
    Outcome.NO_CONNECTION: Expected(Fault.NO_CONNECTION),
    Outcome.UNREACHABLE: Expected(Fault.NO_CONNECTION),
}


async def told(world: World) -> list[tuple[str, str, int | None]]:
    """(code, fault, to whom) in the order of telling."""
    rows = await world.rows("SELECT body, chat_id FROM outbox WHERE what = 'notice' ORDER BY outbox_id")
    return [(json.loads(body)["code"], json.loads(body)["facts"]["fault"], chat_id) for body, chat_id in rows]


async def facts(world: World) -> dict[str, Any]:
    rows = await world.rows("SELECT body FROM outbox WHERE what = 'notice' ORDER BY outbox_id DESC")
    return dict(json.loads(rows[0][0])["facts"])


async def tell_lasting(world: World) -> None:
    async with world.database.transaction() as connection:
        await world.faults.tell_lasting(connection)


@pytest.mark.parametrize("outcome", list(Outcome))
async def test_an_outcome_means(world: World, outcome: Outcome) -> None:
    expected = TABLE[outcome]
    await world.cover()
    world.clock.pass_(minutes=5)
    before = await world.spans()
    world.indiamart.answers.append(failed(outcome, wait=420.0 if outcome is Outcome.TOO_SOON else None))
    await world.poll()
    assert ((await world.spans())[-1].end > before[-1].end) == expected.moves_coverage
    faults = await world.rows("SELECT fault FROM faults ORDER BY fault")
    assert faults == ([] if expected.fault is None else [(expected.fault,)])
    addressed = {(code, fault, chat) for code, fault, chat in await told(world)}
    is_told = expected.is_told_at_once
    assert addressed == {("fault_started", expected.fault, chat) for chat in GROUP_AND_ADMIN if is_told}
    account = await world.account()
    assert account.last_outcome == outcome
    assert account.last_ok_at == (world.clock.now() if expected.moves_coverage else None)
    held = None if account.hold_until is None else account.hold_until - world.clock.now()
    assert held == (None if expected.hold is None else timedelta(seconds=expected.hold))


FAULTY = [outcome for outcome, expected in TABLE.items() if expected.fault is not None]


@pytest.mark.parametrize("outcome", FAULTY)
async def test_a_fault_that_lasts_is_told_once_at_its_start_and_once_at_its_end(world: World, outcome: Outcome) -> None:
    world.indiamart.answers.extend([failed(outcome)] * 12)
    for _poll in range(12):
        await world.poll()
    for _poll in range(3):
        await world.poll()
    expected = TABLE[outcome].fault
    assert await told(world) == [
        (code, expected, chat) for code in ("fault_started", "fault_ended") for chat in (None, ADMIN)
    ]
    assert await world.rows("SELECT * FROM faults") == []


PATIENT = [outcome for outcome in FAULTY if not TABLE[outcome].is_told_at_once]


@pytest.mark.parametrize("outcome", PATIENT)
async def test_a_fault_shorter_than_half_an_hour_is_never_told(world: World, outcome: Outcome) -> None:
    world.indiamart.answers.append(failed(outcome))
    await world.poll()
    world.clock.pass_(minutes=20)
    await tell_lasting(world)
    await world.poll()
    assert await told(world) == []
    assert await world.rows("SELECT * FROM faults") == []


@pytest.mark.parametrize("outcome", PATIENT)
async def test_a_fault_of_half_an_hour_is_told_without_waiting_for_the_next_call(
    world: World, outcome: Outcome
) -> None:
    world.indiamart.answers.append(failed(outcome, message="their words"))
    await world.poll()
    since = world.clock.now()
    world.clock.pass_(minutes=29, seconds=59)
    await tell_lasting(world)
    assert await told(world) == []
    world.clock.pass_(seconds=1)
    await tell_lasting(world)
    await tell_lasting(world)
    assert {chat for _code, _fault, chat in await told(world)} == GROUP_AND_ADMIN
    assert await facts(world) == {
        "fault": TABLE[outcome].fault,
        "since": int(since.timestamp()),
        "message": "their words",
    }


async def test_a_blocked_key_tells_how_long_it_is_blocked(world: World) -> None:
    world.indiamart.answers.append(failed(Outcome.BLOCKED))
    await world.poll()
    assert (await facts(world))["wait"] == 900


async def test_a_fault_outlives_a_restart_and_is_not_told_again(world: World) -> None:
    world.indiamart.answers.append(failed(Outcome.BAD_KEY))
    await world.poll()
    again = await world.again()
    again.indiamart.answers.append(failed(Outcome.BAD_KEY))
    await again.poll()
    assert len(await told(world)) == 2


async def test_history_that_is_not_ready_does_not_flap_while_new_leads_come(world: World) -> None:
    await world.cover()
    await world.poller.want(NOON - timedelta(days=10))
    is_ready = False

    def respond(window: Window) -> Answer:
        is_old = window.start < NOON - timedelta(days=1) and not is_ready
        return failed(Outcome.NOT_READY if is_old else Outcome.NOTHING)

    world.indiamart.respond = respond
    for _poll in range(60):
        await world.poll()
    assert [code for code, _fault, _chat in await told(world)] == ["fault_started"] * 2
    is_ready = True
    for _poll in range(60):
        await world.poll()
    assert [code for code, _fault, _chat in await told(world)] == ["fault_started"] * 2 + ["fault_ended"] * 2
    assert len(await world.spans()) == 1


async def test_history_that_is_not_ready_lets_the_leads_of_today_in(world: World) -> None:
    since = NOON - timedelta(hours=2)
    world.indiamart.respond = lambda window: failed(Outcome.NOT_READY if window.start < since else Outcome.NOTHING)
    for _poll in range(6):
        await world.poll()
    assert (await world.spans())[-1].end > NOON


async def test_a_refused_window_that_is_mended_is_over_although_history_is_still_owed(world: World) -> None:
    await world.cover()
    await world.poller.want(NOON - timedelta(days=60))
    world.indiamart.answers.append(failed(Outcome.REFUSED))
    await world.poll()
    await world.poll()
    await world.poll()
    assert await world.rows("SELECT * FROM faults") == []
    assert await world.poller.backlog() > timedelta(days=30)


async def test_an_answer_about_the_key_shows_that_indiamart_can_be_reached(world: World) -> None:
    world.indiamart.answers.extend([failed(Outcome.UNREACHABLE)] * 5)
    for _poll in range(5):
        await world.poll()
    world.indiamart.answers.append(failed(Outcome.BAD_KEY))
    await world.poll()
    assert await world.rows("SELECT fault FROM faults ORDER BY fault") == [("wrong_key",)]
    assert ("fault_ended", "no_connection", None) in await told(world)


@pytest.mark.parametrize("first", [failed(Outcome.NOT_READY), leads_answer(lead("1"), announced=500)])
async def test_an_answer_that_only_a_good_key_gets_ends_the_trouble_with_the_key(world: World, first: Answer) -> None:
    """A new key has no history yet, and after a long trouble its first window may be too much for one call."""
    world.indiamart.answers.extend([failed(Outcome.BAD_KEY), first])
    await world.poll()
    await world.poll()
    assert ("wrong_key",) not in await world.rows("SELECT fault FROM faults ORDER BY fault")
    assert ("fault_ended", "wrong_key", None) in await told(world)


@pytest.mark.parametrize("minutes", [5, 35])
async def test_an_outage_that_shows_in_two_ways_is_told_as_one(world: World, minutes: int) -> None:
    """At first names are not found, later the answers are a gateway's: before, or after, people were told."""
    world.indiamart.answers.append(failed(Outcome.UNREACHABLE))
    await world.poll()
    world.clock.pass_(minutes=minutes)
    await tell_lasting(world)
    world.indiamart.answers.extend([failed(Outcome.THEIR_FAULT), failed(Outcome.UNREACHABLE)] * 6)
    for _poll in range(12):
        await world.poll()
    assert len(await world.rows("SELECT fault FROM faults ORDER BY fault")) == 1
    await world.poll()
    assert [(code, chat) for code, _fault, chat in await told(world)] == [
        ("fault_started", None),
        ("fault_started", ADMIN),
        ("fault_ended", None),
        ("fault_ended", ADMIN),
    ]


@pytest.mark.parametrize("outcome", [Outcome.MALFORMED, Outcome.THEIR_FAULT])
async def test_a_page_from_a_router_without_a_clock_is_no_witness_of_the_time(world: World, outcome: Outcome) -> None:
    await world.cover()
    world.indiamart.answers.append(failed(outcome, server_time=datetime(1970, 1, 1, tzinfo=UTC)))
    await world.poll()
    await world.poll()
    assert world.indiamart.windows[-1].end >= NOON
    assert await told(world) == []


async def test_rows_that_are_no_leads_are_kept_told_to_the_admins_once_and_do_not_hold_the_window(
    world: World,
) -> None:
    bad = Unreadable('{"QUERY_TYPE": []}', "no kind")
    for _poll in range(3):
        world.indiamart.answers.append(
            Answer(outcome=Outcome.LEADS, leads=(lead("1"),), unreadable=(bad,), announced=2)
        )
        await world.poll()
    assert await world.rows("SELECT raw FROM unreadable") == [('{"QUERY_TYPE": []}',)]
    assert await told(world) == [("fault_started", "unreadable", ADMIN)]
    assert (await facts(world))["count"] == 1
    assert (await world.spans())[-1].end == world.indiamart.windows[-1].end


async def test_without_admins_the_group_hears_of_what_only_admins_would(world: World) -> None:
    world = await world.again(TELEGRAM_ADMINS="")
    world.indiamart.answers.append(Answer(outcome=Outcome.LEADS, unreadable=(Unreadable("{}", "empty"),)))
    await world.poll()
    assert await told(world) == [("fault_started", "unreadable", None)]


async def test_a_cut_short_answer_is_no_fault_while_windows_can_shrink(world: World) -> None:
    world.indiamart.answers.extend([leads_answer(lead("1"), announced=500)] * 3)
    for _poll in range(3):
        await world.poll()
    assert await world.rows("SELECT * FROM faults") == []


async def untried(world: World) -> None:
    async with world.database.transaction() as connection:
        await world.faults.key_untried(connection)


async def test_of_a_key_that_was_set_untried_the_admins_hear_that_it_works(world: World) -> None:
    await untried(world)
    await tell_lasting(world)
    assert await told(world) == []
    await world.poll()
    await world.poll()
    assert await told(world) == [("fault_ended", Fault.KEY_UNTRIED, ADMIN)]


async def test_of_a_key_that_was_set_untried_and_is_wrong_people_hear_just_that(world: World) -> None:
    await untried(world)
    world.indiamart.answers.append(failed(Outcome.BAD_KEY))
    await world.poll()
    await world.poll()
    assert [(code, fault) for code, fault, _chat in await told(world)] == [
        *[("fault_started", Fault.WRONG_KEY)] * 2,
        *[("fault_ended", Fault.WRONG_KEY)] * 2,
    ]


async def test_a_key_that_could_not_be_tried_stays_so_while_indiamart_is_down(world: World) -> None:
    await untried(world)
    world.indiamart.answers.append(failed(Outcome.THEIR_FAULT))
    await world.poll()
    assert await told(world) == []
    assert (str(Fault.KEY_UNTRIED),) in await world.rows("SELECT fault FROM faults ORDER BY fault")


@pytest.mark.parametrize("outcome", [None, Outcome.BAD_KEY])
async def test_the_answer_to_a_former_key_says_nothing_of_the_new_one(world: World, outcome: Outcome | None) -> None:
    await untried(world)
    world.faults.retire()  # as when the account is served with other settings, while a poll is under way
    world.indiamart.answers.extend([failed(outcome)] if outcome else [])
    await world.poll()
    assert await told(world) == []
    assert await world.rows("SELECT fault FROM faults") == [(Fault.KEY_UNTRIED,)]


@pytest.mark.parametrize("status", [200, 429, 500])
async def test_no_word_of_a_row_stands_in_a_log_a_fault_or_what_is_told(
    world: World, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    row = b'{"SENDER_NAME":"Asha Testwala","SENDER_ADDRESS":"Pune","QUERY_MESSAGE":"need pumps"}'
    world.indiamart.respond = lambda _window: v2.read(status, b'{"RESPONSE":' + row + b"}")
    with caplog.at_level("DEBUG", "bot"):
        for _poll in range(8):
            await world.poll()
    kept = [await world.rows("SELECT message FROM faults"), await told(world), (await facts(world))["message"]]
    assert kept[0] != []
    assert not [word for word in ("Asha", "Pune", "pumps") if word in f"{caplog.text}{kept}"]
