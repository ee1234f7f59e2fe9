from __future__ import annotations

import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from telegram import InputFile
from telegram.error import BadRequest, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.chat import errors
from bot.chat.bot_api import BotApi, reply_to
from bot.chat.transport import AiohttpRequest
from bot.errors import DeliveryTrouble
from bot.sandbox.botapi import town as towns

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable

pytestmark = pytest.mark.english  # nothing is said

TOKEN = "123456789:" + "x" * 35
ANSWERS: list[tuple[int, dict[str, Any] | str]] = [
    (400, {"ok": False, "error_code": 400, "description": "Bad Request: chat not found"}),
    (400, {"ok": False, "error_code": 400, "description": "Bad Request: message is not modified"}),
    (400, {"ok": False, "error_code": 400, "description": "moved", "parameters": {"migrate_to_chat_id": -1002}}),
    (401, {"ok": False, "error_code": 401, "description": "Unauthorized"}),
    (403, {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"}),
    (404, {"ok": False, "error_code": 404, "description": "Not Found"}),
    (409, {"ok": False, "error_code": 409, "description": "Conflict: terminated by other getUpdates request"}),
    (413, {"ok": False, "error_code": 413, "description": "Request Entity Too Large"}),
    (429, {"ok": False, "error_code": 429, "description": "Too Many", "parameters": {"retry_after": 7}}),
    (429, {"ok": False, "error_code": 429, "description": "Too Many"}),
    (500, {"ok": False, "error_code": 500, "description": "Internal Server Error"}),
    (502, {"ok": False, "error_code": 502, "description": "Bad Gateway"}),
    (599, {"ok": False, "description": "who knows"}),
    (400, {"ok": False}),
    (403, "<html>a proxy's page</html>"),
    (200, "<html>a proxy's page</html>"),
    (200, "[1]"),
]


@asynccontextmanager
async def answering(status: int, body: dict[str, Any] | str) -> AsyncIterator[ExtBot[Any]]:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=status, text=body if isinstance(body, str) else json.dumps(body))

    application = web.Application()
    application.router.add_route("*", "/{rest:.*}", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    request = AiohttpRequest()
    try:
        yield ExtBot(TOKEN, f"http://127.0.0.1:{runner.addresses[0][1]}/bot", request=request)
    finally:
        await request.shutdown()
        await runner.cleanup()


async def failure_of(call: Awaitable[object]) -> TelegramError:
    with pytest.raises(TelegramError) as caught:
        await call
    return caught.value


@pytest.mark.parametrize(("status", "body"), ANSWERS)
async def test_a_refusal_means_what_it_means_to_the_library(status: int, body: dict[str, Any] | str) -> None:
    async with answering(status, body) as bot:
        expected = await failure_of(bot.send_message(1, "x"))
        found = await failure_of(BotApi(bot).call("sendMessage", chat_id=1, text="x"))
    assert type(found) is type(expected)
    ours, library = errors.translate(found), errors.translate(expected)
    assert (ours.trouble, ours.retry_after, ours.moved_to) == (library.trouble, library.retry_after, library.moved_to)
    assert TOKEN not in f"{found!r}{ours!r}"


@pytest.mark.parametrize(
    "result",
    [
        None, True, [], {}, "x", {"message_id": "x"}, {"message_id": None}, {"message_id": True}, {"message_id": 1.5},
        {"message_id": -1}, {"message_id": 10**30},
    ],
)  # fmt: skip
async def test_what_tells_of_no_message_may_have_been_sent_and_is_tried_again(result: object) -> None:
    async with answering(200, {"ok": True, "result": result}) as bot:
        found = [
            errors.translate(await failure_of(call))
            for call in (
                BotApi(bot).call("sendMessage", chat_id=1, text="x"),
                bot.send_photo(1, InputFile(b"x", "x.png", attach=True)),
            )
        ]
    assert [(one.trouble, one.is_of_the_way) for one in found] == [(DeliveryTrouble.TEMPORARY, False)] * 2


@pytest.mark.parametrize("text", ["a+b & c;d=e%25 #1?", "दिल्ली 😀\nthe second line\ttab", "<b>'\"</b> $!()*~\u00a0/"])
async def test_every_letter_arrives_as_it_was_given(text: str) -> None:
    async with towns.opened() as town:
        request = AiohttpRequest()
        bot: ExtBot[None] = ExtBot(town.world.bot.token, town.api.base_url, request=request)
        sent = await BotApi(bot).call("sendMessage", chat_id=town.group.id, text=text)
        await request.shutdown()
    assert sent["text"] == text.strip()


async def test_a_refusal_with_a_status_of_success_is_a_refusal() -> None:
    async with answering(200, {"ok": False, "error_code": 429, "parameters": {"retry_after": 3}}) as bot:
        error = await failure_of(BotApi(bot).call("sendMessage", chat_id=1, text="x"))
    assert isinstance(error, RetryAfter)
    assert errors.seconds(error) == 3


@pytest.mark.parametrize(("wait", "seconds"), [(1.5, 1.5), (10**30, 10**8), (-1, 0), (0, 0)])
async def test_any_wait_can_be_told(wait: float, seconds: float) -> None:
    async with answering(429, {"ok": False, "parameters": {"retry_after": wait}}) as bot:
        error = await failure_of(BotApi(bot).call("sendMessage", chat_id=1, text="x"))
    assert isinstance(error, RetryAfter)
    assert errors.seconds(error) == seconds


async def test_what_is_nested_goes_as_json_and_what_is_none_stays_out() -> None:
    async with towns.opened() as town:
        request = AiohttpRequest()
        bot: ExtBot[None] = ExtBot(town.world.bot.token, town.api.base_url, request=request)
        keyboard = {"inline_keyboard": [[{"text": "नमस्ते 👍", "callback_data": "c:1"}]]}
        sent = await BotApi(bot).call(
            "sendMessage",
            chat_id=town.group.id,
            text="a=b&c <नमस्ते> 👍 ½",
            message_thread_id=None,
            disable_notification=True,
            reply_markup=keyboard,
            reply_parameters=reply_to(999),
        )
        await request.shutdown()
        message = town.group.messages[-1]
        assert (message.message_id, message.text) == (sent["message_id"], "a=b&c <नमस्ते> 👍 ½")
        assert message.markup.wire == keyboard


async def test_a_refusal_in_odd_shapes_is_a_refusal() -> None:
    async with answering(400, {"ok": False, "description": 7, "parameters": "none"}) as bot:
        error = await failure_of(BotApi(bot).call("sendMessage", chat_id=1, text="x"))
    assert isinstance(error, BadRequest)


async def test_a_bot_on_another_transport_is_refused() -> None:
    with pytest.raises(TypeError):
        BotApi(ExtBot(TOKEN))
