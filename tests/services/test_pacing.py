"""The pace of each chat: never more than N in any sliding span, half of them kept for what presses cause."""

from __future__ import annotations

import asyncio

import pytest

from bot.delivery.pacing import BotPace, Pacer
from bot.domain.ids import AccountId, ChatId
from bot.domain.priority import Priority
from tests.services.fast_time import in_fast_time
from tests.services.world import GROUP, World

CHAT = GROUP.chat_id
OTHER = ChatId(-2002)
PERSON = ChatId(55)


def spend(pacer: Pacer, turn: Priority, *, most: int = 100, is_contended: bool = False) -> int:
    """Send as much of this as may go at once. How much that was."""
    for spent in range(most):
        if pacer.opens_in(CHAT, turn, is_contended=is_contended) > 0:
            return spent
        pacer.count(CHAT, turn)
    return most


async def test_of_twenty_calls_ten_are_kept_for_presses(world: World) -> None:
    assert spend(world.pacer, Priority.CARD) == 9
    assert spend(world.pacer, Priority.ANSWER) == 1  # of their half one is kept for look-ups
    assert spend(world.pacer, Priority.PRESS, is_contended=True) == 10
    assert world.pacer.opens_in(CHAT, Priority.PRESS) == pytest.approx(61)


async def test_lookups_leave_the_half_of_presses_alone(world: World) -> None:
    assert spend(world.pacer, Priority.ANSWER) == 10
    assert spend(world.pacer, Priority.PRESS) == 10


async def test_presses_leave_the_other_half_to_what_waits(world: World) -> None:
    assert spend(world.pacer, Priority.PRESS, is_contended=True) == 10
    assert spend(world.pacer, Priority.CARD) == 9


async def test_a_new_leads_card_finds_room_after_a_minute_full_of_presses(world: World) -> None:
    assert spend(world.pacer, Priority.PRESS) == 18
    assert spend(world.pacer, Priority.CARD) == 2


async def test_lookups_leave_most_of_their_half_to_the_cards_that_wait(world: World) -> None:
    assert spend(world.pacer, Priority.ANSWER, is_contended=True) == 2
    assert spend(world.pacer, Priority.CARD) == 8


@pytest.mark.parametrize(("turn", "most"), [(Priority.PRESS, 10), (Priority.ANSWER, 5), (Priority.CARD, 5)])
async def test_what_nobody_waits_for_goes_out_while_half_is_left(world: World, turn: Priority, most: int) -> None:
    for _call in range(most):
        assert world.pacer.spare_in(CHAT) == 0
        world.pacer.count(CHAT, turn)
    assert 60 <= world.pacer.spare_in(CHAT) <= 61
    world.pacer.count(PERSON, turn)
    assert 1 <= world.pacer.spare_in(PERSON) <= 1.1


@pytest.mark.parametrize("turn", [Priority.PRESS, Priority.ANSWER, Priority.CARD])
async def test_a_chat_that_takes_one_call_at_a_time_takes_any(world: World, turn: Priority) -> None:
    assert world.pacer.opens_in(PERSON, turn, is_contended=True) == 0
    world.pacer.count(PERSON, turn)
    assert 1 <= world.pacer.opens_in(PERSON, turn) <= 1.1
    world.clock.pass_(seconds=1.1)
    assert world.pacer.opens_in(PERSON, turn) == 0


async def test_one_full_chat_holds_up_no_other(world: World) -> None:
    world.pacer.hold(CHAT, 3600)
    assert world.pacer.opens_in(OTHER, Priority.LIST) == 0
    assert world.pacer.opens_in(PERSON, Priority.LIST) == 0
    assert world.pacer.opens_in(CHAT, Priority.PRESS) == 3600


@pytest.mark.parametrize("uptime", [-86_400.0, 0.0, 1.0, 1e9])
async def test_a_chat_is_open_whatever_the_monotonic_clock_shows(world: World, uptime: float) -> None:
    world.clock.mono = uptime
    assert world.pacer.opens_in(CHAT) == 0
    assert world.pacer.reserve(PERSON, uptime) <= uptime
    world.pacer.hold(CHAT, 30)
    assert world.pacer.opens_in(CHAT) == 30


async def test_a_restart_remembers_what_was_sent_and_keeps_the_half_of_presses(world: World) -> None:
    spend(world.pacer, Priority.CARD)
    world.clock.pass_(seconds=20)
    await world.pacer.written()
    pacer = (await world.again()).pacer
    assert pacer.opens_in(CHAT, Priority.CARD) == pytest.approx(40, abs=1.5)
    assert pacer.opens_in(OTHER) == 0
    assert spend(pacer, Priority.PRESS) == 11


async def test_messages_of_the_future_count_as_just_sent(world: World) -> None:
    spend(world.pacer, Priority.CARD)
    spend(world.pacer, Priority.PRESS)
    world.clock.jump(hours=-5)
    await world.pacer.written()
    pacer = (await world.again()).pacer
    assert pacer.opens_in(CHAT, Priority.PRESS) == pytest.approx(60, abs=1)


@pytest.mark.parametrize(("passed", "left"), [(5.0, 295.0), (-3600.0, 300.0), (301.0, 0.0)])
async def test_a_restart_waits_as_telegram_asked(world: World, passed: float, left: float) -> None:
    """Never longer, where the clock was set back."""
    world.pacer.hold(CHAT, 300)
    await world.pacer.written()
    world.clock.jump(seconds=passed)
    pacer = (await world.again()).pacer
    assert pacer.opens_in(CHAT, Priority.PRESS) == pytest.approx(left, abs=1)
    assert pacer.opens_in(OTHER) == 0


async def test_a_clock_that_jumps_within_a_run_changes_nothing(world: World) -> None:
    spend(world.pacer, Priority.CARD)
    for hours in (5, -10):
        world.clock.jump(hours=hours)
        assert world.pacer.opens_in(CHAT, Priority.CARD) == pytest.approx(60, abs=1.5)


async def test_all_private_chats_together_get_a_few_messages_a_second(world: World) -> None:
    now = world.clock.monotonic()
    places = [world.pacer.reserve(ChatId(1000 + number), now) - now for number in range(100)]
    in_a_second = [sum(start < place <= start + 1 for place in places) for start in (-0.01, 0.5, 1, 3)]
    assert max(in_a_second) <= 26
    assert places[-1] == pytest.approx((100 - 10) / 15, abs=0.1)


async def test_the_chats_of_all_accounts_of_one_bot_take_turns_at_thirty_a_second(world: World) -> None:
    bot, now = BotPace(), world.clock.monotonic()
    one, other = (
        Pacer(world.database, AccountId(number), world.clock, calls=20, span=60.0, bot=bot) for number in (1, 2)
    )
    first = [one.reserve(ChatId(-number), now) for number in range(1, 91)]
    new = other.reserve(CHAT, now)
    second = [one.reserve(ChatId(-number), now) for number in range(1, 91)]
    assert max(first) < new < min(second)  # whoever comes waits for one message of each chat, not for all they have
    assert new - now == pytest.approx((91 - 10) / 30, abs=0.1)
    assert max(second) - now == pytest.approx((181 - 10) / 30, abs=0.1)
    assert BotPace().reserve(CHAT, now, 1.0) <= now  # another bot's are its own


async def test_what_presses_cause_waits_for_no_other_chat_and_moves_the_others_back(world: World) -> None:
    now = world.clock.monotonic()
    before = world.pacer.reserve(CHAT, now)
    for _press in range(30):
        world.pacer.count(OTHER, Priority.PRESS)
    assert world.pacer.opens_in(CHAT, Priority.PRESS) == 0
    assert world.pacer.reserve(CHAT, now) - before == pytest.approx(31 / 30, abs=0.1)


async def test_chats_that_have_been_quiet_leave_nothing_behind(world: World) -> None:
    for number in range(20_000):
        world.pacer.count(ChatId(1000 + number), Priority.ANSWER)
    world.pacer.count(CHAT, Priority.CARD)
    world.pacer.hold(OTHER, 3600)
    world.clock.pass_(seconds=30)
    world.pacer.tidy()
    assert world.pacer.remembered == {CHAT, OTHER}
    world.clock.pass_(hours=1)
    world.pacer.tidy()
    assert world.pacer.remembered == frozenset()


@in_fast_time
async def test_send_times_are_not_kept_for_ever(world: World) -> None:
    for _call in range(30):
        world.pacer.count(CHAT, Priority.CARD)
        await asyncio.sleep(10)
    assert (await world.rows("SELECT count(*) FROM sends"))[0][0] <= 8
