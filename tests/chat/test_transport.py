from __future__ import annotations

import asyncio
import io
import logging
import time
import traceback
from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.chat.transport import AiohttpRequest
from bot.sandbox.botapi import town as towns

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from bot.sandbox.botapi.town import Town

pytestmark = pytest.mark.english  # nothing is said


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with towns.opened() as opened:
        yield opened


def bot_of(town: Town, token: str | None = None) -> Bot:
    return Bot(
        token or town.world.bot.token,
        base_url=town.api.base_url,
        base_file_url=town.api.base_file_url,
        request=AiohttpRequest(),
        get_updates_request=AiohttpRequest(connections=1),
    )


@pytest.fixture
async def bot(town: Town) -> AsyncIterator[Bot]:
    async with bot_of(town) as bot:
        yield bot


def sends(town: Town) -> int:
    return sum(call.method.lower() == "sendmessage" for call in town.api.calls)


async def failure_of(call: Awaitable[object]) -> TelegramError:
    with pytest.raises(TelegramError) as caught:
        await call
    return caught.value


async def test_a_message_goes_there_and_its_id_comes_back(town: Town, bot: Bot) -> None:
    sent = await bot.send_message(town.group.id, "नमस्ते <&> 👍")
    assert [(m.message_id, m.text) for m in town.group.messages][-1] == (sent.message_id, "नमस्ते <&> 👍")


async def test_what_goes_with_a_message_is_written_as_the_library_would(town: Town, bot: Bot) -> None:
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("नमस्ते 👍", callback_data="c:1")]])
    await bot.send_message(town.group.id, "x", reply_markup=keyboard, disable_notification=True)
    markup = town.group.messages[-1].markup.wire
    assert markup is not None
    (button,) = markup["inline_keyboard"][0]
    assert (button["text"], button["callback_data"]) == ("नमस्ते 👍", "c:1")


async def test_a_file_is_uploaded_and_downloaded_as_it_was(town: Town, bot: Bot) -> None:
    content = bytes(range(256)) * 2000
    sent = await bot.send_document(town.group.id, io.BytesIO(content), filename="leads 1.csv")
    assert sent.document is not None
    file = await sent.document.get_file()
    assert bytes(await file.download_as_bytearray()) == content


async def test_an_answer_that_does_not_come_in_time_is_timed_out(town: Town, bot: Bot) -> None:
    town.api.faults.hang("sendMessage")
    began = time.monotonic()
    error = await failure_of(bot.send_message(town.group.id, "x", read_timeout=0.2))
    assert isinstance(error, TimedOut)
    assert time.monotonic() - began < 10


async def test_a_long_poll_outlives_the_ordinary_read_timeout(town: Town) -> None:
    short = AiohttpRequest(read_seconds=0.5)
    updates = AiohttpRequest(connections=1, read_seconds=0.5)
    async with Bot(town.world.bot.token, town.api.base_url, request=short, get_updates_request=updates) as bot:
        assert await bot.get_updates(timeout=1) == ()


async def test_a_full_pool_times_out_without_sending(town: Town) -> None:
    request = AiohttpRequest(connections=1)
    async with Bot(town.world.bot.token, town.api.base_url, request=request) as bot:
        town.api.faults.slow("getMe", seconds=3)
        slow = asyncio.create_task(bot.get_me())
        await town.world.wait_for(lambda: len(town.api.calls.of("getMe")) == 2)
        error = await failure_of(bot.send_message(town.group.id, "x", pool_timeout=0.1, connect_timeout=0.1))
        assert isinstance(error, TimedOut)
        assert sends(town) == 0
        await slow


@pytest.mark.parametrize("is_accepted", [True, False])
async def test_a_reset_is_told_and_the_message_is_never_sent_a_second_time(
    town: Town, bot: Bot, *, is_accepted: bool
) -> None:
    await bot.send_message(town.group.id, "the connection is kept from here on")
    town.api.faults.reset("sendMessage", is_accepted=is_accepted)
    error = await failure_of(bot.send_message(town.group.id, "once"))
    assert isinstance(error, NetworkError)
    assert sends(town) == 2
    assert sum(message.text == "once" for message in town.group.messages) == int(is_accepted)


async def test_connections_are_kept_and_survive_the_servers_restart(town: Town, bot: Bot) -> None:
    await town.api.go_down()
    error = await failure_of(bot.send_message(town.group.id, "x"))
    assert isinstance(error, NetworkError)
    assert bot.token not in str(error)
    await town.api.come_up()
    assert (await bot.send_message(town.group.id, "x")).text == "x"


async def test_a_refused_connection_is_told_in_the_systems_words() -> None:
    bot = Bot("123456:" + "x" * 35, base_url="http://127.0.0.1:9/bot", request=AiohttpRequest())
    error = await failure_of(bot.send_message(1, "x"))
    await bot.request.shutdown()
    assert error.message == "Connection refused"
    assert bot.token not in str(error)


async def test_errors_keep_what_telegram_says(town: Town, bot: Bot) -> None:
    town.api.faults.refuse(400, "Bad Request: chat not found", "sendMessage")
    assert isinstance(await failure_of(bot.send_message(town.group.id, "x")), BadRequest)
    town.api.faults.flood("sendMessage", retry_after=7)
    assert isinstance(await failure_of(bot.send_message(town.group.id, "x")), RetryAfter)


async def test_a_proxys_page_is_neither_quoted_nor_logged(
    town: Town, bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    town.api.faults.server_error("sendMessage", code=502, is_html=True)
    error = await failure_of(bot.send_message(town.group.id, "x"))
    assert str(error) == "Bad Gateway (502)"
    assert "nginx" not in caplog.text


@pytest.mark.parametrize("status", [200, 403, 404, 413, 302])
async def test_whatever_answers_in_telegrams_place_is_a_network_error(
    status: int, served: Callable[[web.Response], Awaitable[str]]
) -> None:
    url = await served(web.Response(status=status, text="<html>who goes there</html>", headers={"Location": "/"}))
    bot = Bot("123456:" + "x" * 35, base_url=url, request=AiohttpRequest())
    error = await failure_of(bot.send_message(1, "x"))
    await bot.request.shutdown()
    assert type(error) is NetworkError
    assert "who goes" not in str(error)


@pytest.fixture
async def served() -> AsyncIterator[Callable[[web.Response], Awaitable[str]]]:
    runners: list[web.AppRunner] = []

    async def serve(response: web.Response) -> str:
        async def answer(_request: web.Request) -> web.Response:
            return response

        application = web.Application()
        application.router.add_route("*", "/{rest:.*}", answer)
        runner = web.AppRunner(application)
        await runner.setup()
        runners.append(runner)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}/bot"

    yield serve
    for runner in runners:
        await runner.cleanup()


async def test_the_token_is_in_no_exception_and_no_log_line(
    town: Town, bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    told: list[str] = []
    for strike in (town.api.faults.reset, town.api.faults.server_error, town.api.faults.hang):
        strike("sendMessage")
        error = await failure_of(bot.send_message(town.group.id, "x", read_timeout=0.2))
        told += everything(error)
    await town.api.go_down()
    told += everything(await failure_of(bot.send_message(town.group.id, "x")))
    nowhere = Bot(town.world.bot.token, base_url="http://[not an address/bot", request=AiohttpRequest())
    told += everything(await failure_of(nowhere.send_message(town.group.id, "x")))
    await nowhere.request.shutdown()
    secret = town.world.bot.token.split(":")[1]
    assert secret not in "\n".join(told)
    assert secret not in caplog.text


def everything(error: BaseException) -> list[str]:
    told = traceback.format_exception(error)
    link: BaseException | None = error
    while link is not None:
        told += [str(link), repr(link)]
        link = link.__cause__ or link.__context__
    return told


async def test_a_wrong_token_is_an_invalid_token(town: Town) -> None:
    bot = bot_of(town, "123456:" + "x" * 35)
    assert isinstance(await failure_of(bot.get_me()), InvalidToken)
    await bot.request.shutdown()


async def test_after_the_shutdown_a_last_message_still_goes_out(town: Town, bot: Bot) -> None:
    await bot.shutdown()
    assert (await bot.send_message(town.group.id, "the last one")).message_id


def test_one_bot_serves_two_event_loops_one_after_the_other() -> None:
    request = AiohttpRequest()

    async def greet() -> None:
        async with towns.opened() as town:
            bot = Bot(town.world.bot.token, base_url=town.api.base_url, request=request)
            assert (await bot.send_message(town.group.id, "x")).text == "x"

    async def last() -> None:
        await greet()
        await request.shutdown()

    asyncio.run(greet())
    asyncio.run(last())
