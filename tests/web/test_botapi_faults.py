"""Faults in the sandbox, as a client meets them."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest
from telegram import Bot
from telegram.error import BadRequest, Conflict, NetworkError, RetryAfter, TimedOut

from bot.sandbox.botapi.town import Town, opened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with opened() as town:
        yield town


@pytest.fixture
async def bot(town: Town, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # without it the library warns of its own future
    async with Bot(town.world.bot.token, base_url=town.api.base_url) as bot:
        yield bot


async def test_a_flood_fault_strikes_the_next_calls_only(town: Town, bot: Bot) -> None:
    fault = town.api.faults.flood(retry_after=7, times=2)
    for _ in range(2):
        with pytest.raises(RetryAfter, match="0:00:07"):
            await bot.send_message(town.group.id, "x")
    await bot.send_message(town.group.id, "x")
    assert (fault.struck, len(town.group.by_bot)) == (2, 1)


async def test_a_flood_fault_lets_updates_through(town: Town, bot: Bot) -> None:
    town.api.faults.flood(times=None)
    assert await bot.get_updates() == ()


async def test_a_fault_may_be_for_one_chat_only(town: Town, bot: Bot) -> None:
    other = town.world.add_group("Other", [town.ravi])
    town.api.faults.flood(times=None, chat_id=other.id)
    await bot.send_message(town.group.id, "x")
    with pytest.raises(RetryAfter):
        await bot.send_message(other.id, "x")


@pytest.mark.parametrize("code", [500, 502, 504])
async def test_a_server_error_does_nothing(town: Town, bot: Bot, code: int) -> None:
    town.api.faults.server_error(code=code)
    with pytest.raises(NetworkError):
        await bot.send_message(town.group.id, "x")
    assert town.group.by_bot == []


async def test_a_gateways_page_is_html(town: Town, bot: Bot) -> None:
    town.api.faults.server_error("sendMessage", is_html=True)
    with pytest.raises(NetworkError):
        await bot.send_message(town.group.id, "x")


async def test_an_exact_error_is_said_exactly(town: Town, bot: Bot) -> None:
    town.api.faults.refuse(400, "Bad Request: TOPIC_CLOSED", "sendMessage")
    assert (await bot.get_chat(town.group.id)).id == town.group.id
    with pytest.raises(BadRequest, match=r"(?i)topic_closed"):
        await bot.send_message(town.group.id, "x")


async def test_another_instance_takes_the_updates(town: Town, bot: Bot) -> None:
    town.api.faults.conflict()
    with pytest.raises(Conflict):
        await bot.get_updates()
    assert await bot.get_updates() == ()


async def test_a_reset_before_accepting_leaves_nothing(town: Town, bot: Bot) -> None:
    town.api.faults.reset("sendMessage")
    with pytest.raises(NetworkError):
        await bot.send_message(town.group.id, "x")
    assert town.group.by_bot == []


async def test_a_reset_after_accepting_leaves_the_message(town: Town, bot: Bot) -> None:
    town.api.faults.reset("sendMessage", is_accepted=True)
    with pytest.raises(NetworkError):
        await bot.send_message(town.group.id, "x")
    assert [message.text for message in town.group.by_bot] == ["x"]


@pytest.mark.parametrize("is_accepted", [False, True])
async def test_a_hanging_call_runs_out_of_time(town: Town, bot: Bot, is_accepted: bool) -> None:  # noqa: FBT001 - a case
    town.api.faults.hang("sendMessage", is_accepted=is_accepted)
    with pytest.raises(TimedOut):
        await bot.send_message(town.group.id, "x", read_timeout=0.2)
    assert len(town.group.by_bot) == int(is_accepted)
    await bot.send_message(town.group.id, "y", read_timeout=2)


async def test_a_hanging_call_goes_on_when_the_fault_is_lifted(town: Town, bot: Bot) -> None:
    fault = town.api.faults.hang("sendMessage")
    sending = asyncio.create_task(bot.send_message(town.group.id, "x", read_timeout=5))
    await town.world.wait_for(lambda: fault.struck)
    town.api.faults.lift(fault)
    assert (await sending).text == "x"


async def test_a_slow_answer_comes_late(town: Town, bot: Bot) -> None:
    begun = time.monotonic()
    town.api.faults.slow("sendMessage", seconds=0.3)
    await bot.send_message(town.group.id, "x")
    assert time.monotonic() - begun >= 0.3


async def test_a_server_that_is_down_refuses_and_comes_back_as_it_was(town: Town, bot: Bot) -> None:
    await bot.send_message(town.group.id, "one")
    url = town.api.url
    await town.api.go_down()
    with pytest.raises(NetworkError):
        await bot.send_message(town.group.id, "lost")
    await town.api.come_up()
    await bot.send_message(town.group.id, "two")
    assert town.api.url == url
    assert town.group.texts == ["one", "two"]


async def test_a_fault_lasts_as_long_as_it_is_held(town: Town, bot: Bot) -> None:
    with town.api.faults.during(town.api.faults.flood(times=None)), pytest.raises(RetryAfter):
        await bot.send_message(town.group.id, "x")
    await bot.send_message(town.group.id, "x")
    assert list(town.api.faults) == []


async def test_every_call_is_recorded(town: Town, bot: Bot) -> None:
    town.api.calls.clear()
    await bot.send_message(town.group.id, "x")
    with pytest.raises(BadRequest):
        await bot.send_message(-100, "x")
    first, second = town.api.calls.of("sendMessage")
    assert (first.status, first.parameters["text"], second.status) == (200, "x", 400)
    assert town.api.calls.refused(400) == [second]
