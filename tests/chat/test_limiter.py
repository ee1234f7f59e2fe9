from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import pytest
from telegram.error import RetryAfter

from bot.chat.limiter import PACED, PacedLimiter
from bot.services.messenger import Turn

if TYPE_CHECKING:
    from bot.services.pacing import Pacer

GROUP = -1001
WRITING = [
    "sendMessage",
    "sendContact",
    "sendDocument",
    "editMessageText",
    "editMessageReplyMarkup",
    "deleteMessage",
    "deleteMessages",
    "copyMessage",
    "forwardMessage",
]
PASSING = ["getChatMember", "getChat", "sendChatAction", "setMessageReaction", "editForumTopic", "deleteForumTopic"]


@dataclass
class Turnstile:
    """A pacer that notes what happens, and opens when it is told to."""

    happened: list[tuple[Any, ...]] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    async def slot(self, chat_id: int, turn: Turn) -> None:
        self.happened.append(("slot", chat_id, turn))
        await self.gate.wait()

    def hold(self, chat_id: int, seconds: float) -> None:
        self.happened.append(("hold", chat_id, seconds))


@dataclass
class Call:
    """What Telegram answers, one after the other; True when there is no more."""

    answers: list[Exception] = field(default_factory=list)
    made: int = 0

    async def __call__(self) -> bool:
        self.made += 1
        if self.answers:
            raise self.answers.pop(0)
        return True


def limiter(turnstile: Turnstile | None) -> PacedLimiter:
    made = PacedLimiter()
    made.pacer = cast("Pacer | None", turnstile)
    return made


async def ask(
    limiter: PacedLimiter,
    call: Call,
    endpoint: str = "sendMessage",
    *,
    chat_id: object = GROUP,
    mark: str | None = None,
) -> object:
    data = {} if chat_id is None else {"chat_id": chat_id}
    return await limiter.process_request(call, (), {}, endpoint, data, mark)


@pytest.mark.parametrize("endpoint", WRITING)
async def test_an_answer_waits_for_its_turn(endpoint: str) -> None:
    turnstile, call = Turnstile(), Call()
    turnstile.gate.clear()
    asked = asyncio.create_task(ask(limiter(turnstile), call, endpoint))
    await asyncio.sleep(0.02)
    assert call.made == 0
    turnstile.gate.set()
    assert await asked is True
    assert turnstile.happened == [("slot", GROUP, Turn.ANSWER)]


@pytest.mark.parametrize("endpoint", PASSING)
async def test_a_call_that_writes_nothing_passes(endpoint: str) -> None:
    turnstile = Turnstile()
    assert await ask(limiter(turnstile), Call(), endpoint) is True
    assert turnstile.happened == []


async def test_a_call_without_a_chat_passes() -> None:
    turnstile = Turnstile()
    assert await ask(limiter(turnstile), Call(), "editMessageText", chat_id=None) is True
    assert turnstile.happened == []


async def test_a_call_that_had_its_turn_passes_and_its_flood_is_the_callers() -> None:
    turnstile, call = Turnstile(), Call([RetryAfter(3)])
    with pytest.raises(RetryAfter):
        await ask(limiter(turnstile), call, mark=PACED)
    assert (turnstile.happened, call.made) == ([], 1)


async def test_a_flooded_answer_holds_its_chat_and_is_tried_once_more() -> None:
    turnstile, call = Turnstile(), Call([RetryAfter(3)])
    assert await ask(limiter(turnstile), call, chat_id=str(GROUP)) is True
    slot = ("slot", GROUP, Turn.ANSWER)
    assert turnstile.happened == [slot, ("hold", GROUP, 3.0), slot]


async def test_a_second_flood_is_the_answers_end() -> None:
    turnstile, call = Turnstile(), Call([RetryAfter(3), RetryAfter(5), RetryAfter(7)])
    with pytest.raises(RetryAfter):
        await ask(limiter(turnstile), call)
    assert call.made == 2
    assert turnstile.happened[-1] == ("hold", GROUP, 5.0)


async def test_an_answer_that_would_come_far_too_late_is_not_waited_for() -> None:
    turnstile, call = Turnstile(), Call([RetryAfter(600)])
    with pytest.raises(RetryAfter):
        await ask(limiter(turnstile), call)
    assert call.made == 1
    assert turnstile.happened[-1] == ("hold", GROUP, 600.0)


async def test_before_there_is_a_pacer_everything_passes() -> None:
    assert await ask(limiter(None), Call()) is True
