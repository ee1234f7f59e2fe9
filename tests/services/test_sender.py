"""One sender per chat: what is handed over goes out in order of urgency and at the chat's pace, or is dropped."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from bot.delivery.outgoing import Outgoing
from bot.delivery.pacing import Pacer
from bot.delivery.sender import Sender
from bot.domain.ids import ChatId, UserId
from bot.domain.priority import Priority
from bot.errors import DeliveryError, DeliveryTrouble
from bot.i18n import language, speaking
from tests import databases
from tests.services.fast_time import in_fast_time
from tests.services.played import flood, trouble
from tests.services.world import GROUP, World

if TYPE_CHECKING:
    from collections.abc import Hashable

CHAT = GROUP.chat_id
OTHER = ChatId(-2002)
RAVI = UserId(31)
ASHA = UserId(32)


@dataclass
class Desk:
    """Hands things over, and keeps what was called: (what, chat, time)."""

    world: World
    made: list[tuple[str, ChatId, float]] = field(default_factory=list)
    failures: list[DeliveryError] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)
    started: set[UserId] = field(default_factory=set)
    """Who can be written to in private."""

    @property
    def names(self) -> list[str]:
        return [name for name, _chat, _at in self.made]

    def outgoing(
        self, name: str, turn: Priority, *, key: Hashable | None = None, asker: UserId | None = None
    ) -> Outgoing:
        async def call(chat_id: ChatId) -> None:
            if self.failures:
                raise self.failures.pop(0)
            self.made.append((name, chat_id, self.world.clock.monotonic()))

        async def plain(chat_id: ChatId) -> None:
            self.made.append((f"{name} plain", chat_id, self.world.clock.monotonic()))

        async def privately() -> Outgoing | None:
            return self.outgoing(name, turn, asker=asker) if asker in self.started else None

        async def on_failed(_error: DeliveryError) -> None:
            self.given_up.append(name)

        return Outgoing(
            call=call,
            turn=turn,
            key=key,
            asker=asker,
            plain=plain,
            privately=None if asker is None else privately,
            on_failed=on_failed,
        )

    def press(self, name: str, chat_id: ChatId = CHAT, **how: Any) -> bool:
        return self.world.sender.say(chat_id, self.outgoing(name, Priority.PRESS, **how))

    def look_up(self, name: str, chat_id: ChatId = CHAT, **how: Any) -> bool:
        return self.world.sender.say(chat_id, self.outgoing(name, Priority.ANSWER, **how))

    async def has_used_up(self, share: Priority, number: int) -> None:
        """So much was sent into the group a moment ago."""
        for _call in range(number):
            self.world.pacer.count(CHAT, share)


@in_fast_time
async def test_handing_over_waits_for_nothing_and_everything_comes_at_the_pace(world: World) -> None:
    desk, before = Desk(world), world.clock.monotonic()
    for number in range(30):
        desk.press(f"p{number}")
        desk.look_up(f"l{number}")
    assert world.clock.monotonic() - before < 0.5
    await asyncio.sleep(50)
    assert len(desk.made) == 20
    await asyncio.sleep(400)
    times = [at for _name, _chat, at in desk.made]
    assert min(later - earlier for earlier, later in zip(times, times[20:], strict=False)) >= 60
    assert [name for name in desk.names if name.startswith("p")] == [f"p{number}" for number in range(30)]


@in_fast_time
async def test_a_press_goes_at_once_in_a_minute_used_up_by_lookups(world: World) -> None:
    desk = Desk(world)
    for number in range(50):
        desk.look_up(f"l{number}")
    await asyncio.sleep(1)
    assert len(desk.made) == 10
    for number in range(10):
        before = world.clock.monotonic()
        desk.press(f"p{number}")
        await asyncio.sleep(2)
        assert desk.made[-1][0] == f"p{number}"
        assert desk.made[-1][2] - before < 0.5


@in_fast_time
async def test_the_most_urgent_goes_first_when_a_slot_opens(world: World) -> None:
    desk = Desk(world)
    await desk.has_used_up(Priority.CARD, 20)
    turns = [Priority.OLD, Priority.LIST, Priority.EDIT, Priority.CARD, Priority.NOTICE, Priority.REMINDER]

    async def take(turn: Priority) -> None:
        await world.sender.turn(CHAT, turn)
        desk.made.append((turn.name, CHAT, world.clock.monotonic()))

    async with asyncio.TaskGroup() as group:
        for turn in turns:
            group.create_task(take(turn))
        await asyncio.sleep(30)
        desk.look_up("ANSWER")
        desk.press("PRESS")
    await asyncio.sleep(1)
    assert sorted(desk.names[:2]) == ["ANSWER", "PRESS"]
    assert desk.names[2:] == [turn.name for turn in sorted(turns)]


@in_fast_time
async def test_what_follows_later_speaks_as_whoever_handed_it_over(world: World) -> None:
    """Whatever the lane waited for before: a card of the outbox, somebody else's answer."""
    desk, heard = Desk(world), list[str]()
    desk.started = {RAVI}

    async def call(_chat_id: ChatId) -> None:
        heard.append(language())

    async def refused(_chat_id: ChatId) -> None:
        raise trouble(DeliveryTrouble.CHAT)

    async def on_failed(_error: DeliveryError) -> None:
        heard.append(language())

    async def privately() -> Outgoing | None:
        heard.append(language())
        return Outgoing(call=call, turn=Priority.ANSWER, asker=RAVI)

    world.sender.pacer.hold(CHAT, 15)
    with speaking("gu"):
        desk.press("first")
    with speaking("hi"):
        world.sender.say(CHAT, Outgoing(call=call, turn=Priority.PRESS))
        world.sender.say(CHAT, Outgoing(call=refused, turn=Priority.PRESS, on_failed=on_failed))
        world.sender.say(CHAT, Outgoing(call=call, turn=Priority.ANSWER, asker=RAVI, privately=privately))
    await asyncio.sleep(70)
    assert heard == ["hi"] * 4


@in_fast_time
async def test_what_takes_the_place_of_another_speaks_for_itself(world: World) -> None:
    desk, heard = Desk(world), list[str]()

    async def call(_chat_id: ChatId) -> None:
        heard.append(language())

    world.sender.pacer.hold(CHAT, 5)
    desk.press("before", key="one")
    with speaking("ta"):
        world.sender.say(CHAT, Outgoing(call=call, turn=Priority.PRESS, key="one"))
    await asyncio.sleep(10)
    assert heard == ["ta"]
    assert desk.made == []


@in_fast_time
async def test_a_message_redrawn_again_before_its_turn_is_redrawn_once_as_it_is_last(world: World) -> None:
    desk = Desk(world)
    await desk.has_used_up(Priority.CARD, 20)
    for number in range(5):
        desk.press(f"page {number}", key=("message", 7))
    desk.press("another", key=("message", 8))
    await asyncio.sleep(70)
    assert sorted(desk.names) == ["another", "page 4"]


@in_fast_time
async def test_two_changes_of_one_message_do_not_overtake_each_other(world: World) -> None:
    desk, gate = Desk(world), asyncio.Event()

    async def slowly(chat_id: ChatId) -> None:
        await gate.wait()
        desk.made.append(("first", chat_id, 0))

    world.sender.say(CHAT, Outgoing(call=slowly, turn=Priority.PRESS, key="7"))
    desk.press("second", key="7")
    desk.press("of another", key="8")
    await asyncio.sleep(1)
    assert desk.names == ["of another"]
    gate.set()
    await asyncio.sleep(1)
    assert desk.names == ["of another", "first", "second"]


@in_fast_time
async def test_what_is_forgotten_takes_no_call(world: World) -> None:
    desk = Desk(world)
    world.sender.pacer.hold(CHAT, 5)
    desk.press("unfolded", key="7")
    world.sender.forget(CHAT, "7")
    await asyncio.sleep(10)
    assert desk.names == []
    assert world.sender.is_idle


@in_fast_time
async def test_a_lookup_that_would_wait_ten_seconds_comes_in_private_to_who_has_started(world: World) -> None:
    desk = Desk(world, started={RAVI})
    await desk.has_used_up(Priority.CARD, 10)
    before = world.clock.monotonic()
    desk.look_up("ravi's", asker=RAVI)
    desk.look_up("asha's", asker=ASHA)
    await asyncio.sleep(12)
    assert [(name, chat) for name, chat, _at in desk.made] == [("ravi's", ChatId(RAVI))]
    assert desk.made[0][2] - before < 11
    await asyncio.sleep(45)
    assert desk.names == ["ravi's"]
    assert world.sender.is_idle is False
    await asyncio.sleep(5)
    assert world.sender.is_idle
    assert desk.names == ["ravi's"]  # the span opened after 61 s, and then nobody waited any more


@in_fast_time
async def test_a_lookup_is_answered_where_it_was_asked_if_that_is_possible_in_time(world: World) -> None:
    desk = Desk(world, started={RAVI})
    await desk.has_used_up(Priority.CARD, 10)
    await asyncio.sleep(55)
    desk.look_up("ravi's", asker=RAVI)
    await asyncio.sleep(8)
    assert [(name, chat) for name, chat, _at in desk.made] == [("ravi's", CHAT)]


@in_fast_time
async def test_what_was_asked_in_the_last_minute_of_a_flood_is_answered_when_it_ends(world: World) -> None:
    desk = Desk(world)
    desk.failures.append(flood(100))
    desk.look_up("asked first", asker=RAVI)
    await asyncio.sleep(30)
    desk.look_up("too early", asker=ASHA)
    desk.press("pressed")
    await asyncio.sleep(20)
    for number in range(4):
        desk.look_up(f"in time {number}", asker=ASHA)
    await asyncio.sleep(49)
    assert desk.names == []
    await asyncio.sleep(3)
    assert desk.names == ["pressed", *(f"in time {number}" for number in range(4))]


@in_fast_time
async def test_a_flood_holds_up_its_own_chat_alone(world: World) -> None:
    desk = Desk(world)
    desk.failures.append(flood(40))
    desk.press("here")
    await asyncio.sleep(1)
    desk.press("there", OTHER)
    await asyncio.sleep(1)
    assert desk.names == ["there"]
    await asyncio.sleep(40)
    assert desk.names == ["there", "here"]


@in_fast_time
async def test_a_call_that_telegram_fails_is_tried_three_times_and_then_given_up(world: World) -> None:
    desk = Desk(world)
    desk.failures += [trouble(DeliveryTrouble.TEMPORARY)] * 2
    desk.press("at last")
    await asyncio.sleep(10)
    assert desk.names == ["at last"]
    desk.failures += [trouble(DeliveryTrouble.TEMPORARY)] * 9
    desk.press("never")
    await asyncio.sleep(60)
    assert len(desk.failures) == 6
    assert desk.given_up == ["never"]
    assert world.sender.is_idle


@pytest.mark.parametrize(
    "kind", [DeliveryTrouble.CHAT, DeliveryTrouble.MISSING, DeliveryTrouble.TOPIC, DeliveryTrouble.TOKEN]
)
async def test_what_a_chat_refuses_is_given_up_at_once(world: World, kind: DeliveryTrouble) -> None:
    desk = Desk(world, failures=[trouble(kind)])
    desk.press("refused")
    await world.sender.stop(1)
    assert (desk.names, desk.given_up) == ([], ["refused"])


@in_fast_time
async def test_what_telegram_refuses_as_it_is_goes_out_as_plain_text(world: World) -> None:
    desk = Desk(world, failures=[trouble(DeliveryTrouble.MESSAGE)])
    desk.look_up("a card")
    await asyncio.sleep(1)
    assert desk.names == ["a card plain"]


@in_fast_time
async def test_a_group_that_moves_gets_what_waited_for_it_under_its_new_id(world: World) -> None:
    new = ChatId(-100777)
    desk = Desk(world, failures=[DeliveryError(DeliveryTrouble.MOVED, "as scripted", moved_to=new)])
    desk.press("news")
    await asyncio.sleep(1)
    assert [(name, chat) for name, chat, _at in desk.made] == [("news", new)]
    assert world.chats.place.chat_id == new


@in_fast_time
async def test_of_one_persons_many_lookups_the_newest_ten_wait(world: World) -> None:
    desk = Desk(world)
    world.sender.pacer.hold(CHAT, 30)
    for number in range(25):
        desk.look_up(f"{number}", asker=RAVI)
    desk.look_up("asha's", asker=ASHA)
    assert world.sender.waiting(CHAT) == 11
    await asyncio.sleep(40)
    assert desk.names == [*(f"{number}" for number in range(15, 25))][: len(desk.names)]


async def test_what_waits_is_bounded_per_chat_and_in_all(world: World) -> None:
    desk = Desk(world)
    world.sender.pacer.hold(CHAT, 3600)
    for number in range(500):
        desk.look_up("?", asker=UserId(1000 + number))
    assert world.sender.waiting(CHAT) == 100
    for number in range(3_000):
        chat_id = ChatId(5000 + number)
        world.sender.pacer.hold(chat_id, 3600)
        desk.look_up("?", chat_id)
    assert world.sender.lookups_waiting == 2_000
    assert world.sender.waiting(CHAT) == 0  # the oldest gave way
    await world.sender.stop(1)


async def test_what_presses_caused_is_refused_at_the_door_and_never_dropped(world: World) -> None:
    desk = Desk(world)
    world.sender.pacer.hold(CHAT, 3600)
    taken = [desk.press(f"{number}") for number in range(310)]
    assert taken == [True] * 300 + [False] * 10
    assert desk.press("of another chat", OTHER)
    assert world.sender.waiting(CHAT) == 300
    await world.sender.stop(1)


@in_fast_time
async def test_whoever_stops_waiting_leaves_the_queue_and_takes_no_slot(world: World) -> None:
    world.sender.pacer.hold(CHAT, 5)
    waiting = [asyncio.create_task(world.sender.turn(CHAT, Priority.CARD)) for _call in range(5)]
    await asyncio.sleep(1)
    assert world.sender.waiting(CHAT) == 5
    for task in waiting:
        task.cancel()
    await asyncio.sleep(0.1)
    assert world.sender.is_idle
    await world.sender.turn(CHAT, Priority.LIST)
    assert world.pacer.opens_in(CHAT, Priority.LIST) == 0


@in_fast_time
async def test_very_many_strangers_leave_nothing_behind(world: World) -> None:
    many = 2_000 if databases.is_postgres() else 20_000
    pacer = Pacer(
        world.database, world.account_id, world.clock, calls=20, span=0.01
    )  # a Bot API server that takes that many
    sender, desk = Sender(pacer, world.clock, world.troubles), Desk(world)
    for number in range(many):
        sender.say(ChatId(1000 + number), desk.outgoing("only for members", Priority.ANSWER))
        if number % 100 == 0:
            await asyncio.sleep(0.1)
    await asyncio.sleep(100)
    sender.tidy()
    assert len(desk.made) == many
    assert sender.is_idle
    assert (sender.lookups_waiting, pacer.remembered) == (0, frozenset())


async def test_a_stop_lets_out_what_presses_caused_and_drops_lookups(world: World) -> None:
    desk, gate = Desk(world), asyncio.Event()

    async def slowly(chat_id: ChatId) -> None:
        await gate.wait()
        desk.made.append(("in flight", chat_id, 0))

    world.sender.say(CHAT, Outgoing(call=slowly, turn=Priority.PRESS, key="7"))
    desk.press("behind it", key="7")
    world.sender.pacer.hold(OTHER, 3600)
    desk.look_up("looked up", OTHER)
    await asyncio.sleep(0)
    stopping = asyncio.create_task(world.sender.stop(4))
    await asyncio.sleep(0)
    desk.press("pressed meanwhile")
    desk.look_up("asked meanwhile")
    gate.set()
    await asyncio.wait_for(stopping, 2)
    assert sorted(desk.names) == ["behind it", "in flight", "pressed meanwhile"]
    assert world.sender.is_idle


async def test_a_stop_waits_no_longer_than_it_may(world: World) -> None:
    async def never(_chat_id: ChatId) -> None:
        await asyncio.Event().wait()

    desk = Desk(world)
    world.sender.say(CHAT, Outgoing(call=never, turn=Priority.PRESS))
    world.sender.pacer.hold(OTHER, 3600)
    desk.press("would have to wait an hour", OTHER)
    loop = asyncio.get_running_loop()
    before = loop.time()
    await world.sender.stop(0.2)
    assert loop.time() - before < 1
    assert desk.names == []


@in_fast_time
async def test_telegram_slow_to_take_lookups_holds_up_no_press(world: World) -> None:
    async def never(_chat_id: ChatId) -> None:
        await asyncio.sleep(3600)

    world = await world.again(TELEGRAM_GROUP_RATE="100/60")
    desk = Desk(world)
    for _number in range(40):
        world.sender.say(CHAT, Outgoing(call=never, turn=Priority.ANSWER))
    desk.press("claimed")
    await asyncio.sleep(1)
    assert desk.names == ["claimed"]
    await world.sender.stop(0.1)
