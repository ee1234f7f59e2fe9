"""Flood control in the sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from telegram import Bot
from telegram.error import RetryAfter

from bot.clock import Clock
from bot.sandbox.botapi import NO_LIMITS, FloodRate, Limits
from bot.sandbox.botapi.limits import FloodControl
from bot.sandbox.botapi.refusal import RefusedError
from bot.sandbox.botapi.town import Town, WoundClock, opened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class StoppedClock(Clock):
    def __init__(self) -> None:
        self.seconds = 100.0

    def monotonic(self) -> float:
        return self.seconds


class HandWoundClock(WoundClock):
    """Stands still until it is wound on, however long the calls take."""

    def monotonic(self) -> float:
        return 100.0 + self.ahead


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with opened(clock=HandWoundClock()) as town:
        yield town


@pytest.fixture
async def bot(town: Town, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # without it the library warns of its own future
    async with Bot(town.world.bot.token, base_url=town.api.base_url) as bot:
        yield bot


async def test_the_21st_message_within_a_minute_is_refused(town: Town) -> None:
    for number in range(20):
        assert (await town.says(str(number)))["ok"]
    status, body = await town.call("sendMessage", chat_id=town.group.id, text="x")
    wait = body["parameters"]["retry_after"]
    assert (status, body["error_code"]) == (429, 429)
    assert body["description"] == f"Too Many Requests: retry after {wait}"
    assert 55 <= wait <= 60
    assert len(town.group.by_bot) == 20
    assert [violation.was_warned for violation in town.api.flood.violations] == [False]
    town.clock.ahead += 60
    assert (await town.says("x"))["ok"]


async def test_edits_and_deletions_count_like_messages(town: Town) -> None:
    message_id = (await town.says("0"))["result"]["message_id"]
    where = {"chat_id": town.group.id, "message_id": message_id}
    for number in range(18):
        assert (await town.call("editMessageText", text=f"n{number}", **where))[0] == 200
    assert (await town.call("deleteMessage", **where))[0] == 200
    assert (await town.call("sendMessage", chat_id=town.group.id, text="x"))[0] == 429


async def test_a_private_chat_takes_one_a_second(town: Town, bot: Bot) -> None:
    town.ravi.starts()
    await bot.send_message(town.ravi.id, "one")
    with pytest.raises(RetryAfter):
        await bot.send_message(town.ravi.id, "two")
    town.clock.ahead += 1
    await bot.send_message(town.ravi.id, "two")


def test_thirty_a_second_go_out_in_all() -> None:
    clock = StoppedClock()
    control = FloodControl(Limits(), clock)
    for chat_id in range(-30, 0):
        control.spend(chat_id)
    with pytest.raises(RefusedError, match="retry after 1"):
        control.spend(-31)
    clock.seconds += 1
    control.spend(-31)


async def test_one_chats_flood_does_not_touch_another(town: Town) -> None:
    other = town.world.add_group("Other", [town.ravi])
    for number in range(21):
        await town.says(str(number))
    assert (await town.call("sendMessage", chat_id=other.id, text="x"))[0] == 200


async def test_looking_answering_and_typing_are_not_counted(town: Town) -> None:
    for _ in range(25):
        await town.call("getChat", chat_id=town.group.id)
        await town.call("sendChatAction", chat_id=town.group.id, action="typing")
    assert (await town.says("x"))["ok"]


async def test_what_is_refused_for_its_content_is_not_counted(town: Town) -> None:
    for _ in range(25):
        await town.says("<b>")
    assert (await town.says("x"))["ok"]


async def test_hammering_is_noticed_and_can_be_punished() -> None:
    async with opened(limits=Limits(group=FloodRate(1, 10), penalty=5)) as town:
        await town.says("one")
        waits = [(await town.says("x"))["parameters"]["retry_after"] for _ in range(3)]
        assert waits == [10, 15, 20]
        assert [violation.was_warned for violation in town.api.flood.violations] == [False, True, True]
        town.clock.ahead += 11
        assert not (await town.says("too soon"))["ok"]
        town.clock.ahead += 30
        assert (await town.says("two"))["ok"]


async def test_limits_can_be_lifted() -> None:
    async with opened(limits=NO_LIMITS) as town:
        assert all([(await town.says(str(number)))["ok"] for number in range(50)])
