"""Long polling in the sandbox: offsets, one poller, what is asked for."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest
from telegram import Bot, Update
from telegram.ext import ApplicationBuilder, CommandHandler, ContextTypes

from bot.sandbox.botapi import BotApiServer, World
from bot.sandbox.botapi.town import Town, opened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with opened() as town:
        yield town


@pytest.fixture
async def bot(town: Town) -> AsyncIterator[Bot]:
    async with Bot(town.world.bot.token, base_url=town.api.base_url) as bot:
        yield bot


async def test_a_poll_waits_for_the_next_update(town: Town) -> None:
    poll = asyncio.create_task(town.call("getUpdates", timeout=5))
    await town.world.wait_for(lambda: town.world.updates.has_poller)
    town.ravi.says(town.group, "hello")
    _, body = await poll
    assert [update["message"]["text"] for update in body["result"]] == ["hello"]


async def test_a_poll_without_news_ends_empty(town: Town) -> None:
    begun = time.monotonic()
    assert await town.call("getUpdates", timeout=1) == (200, {"ok": True, "result": []})
    assert time.monotonic() - begun >= 0.9


async def test_updates_come_again_until_they_are_confirmed(town: Town) -> None:
    for text in ("one", "two", "three"):
        town.ravi.says(town.group, text)
    first = (await town.call("getUpdates", limit=2))[1]["result"]
    assert [update["message"]["text"] for update in first] == ["one", "two"]
    assert (await town.call("getUpdates", limit=2))[1]["result"] == first
    rest = (await town.call("getUpdates", offset=first[-1]["update_id"] + 1))[1]["result"]
    assert [update["message"]["text"] for update in rest] == ["three"]


async def test_a_negative_offset_keeps_only_the_last(town: Town) -> None:
    for text in ("one", "two"):
        town.ravi.says(town.group, text)
    assert [u["message"]["text"] for u in (await town.call("getUpdates", offset=-1))[1]["result"]] == ["two"]


async def test_the_second_poller_ends_the_first_with_409(town: Town) -> None:
    first = asyncio.create_task(town.call("getUpdates", timeout=10))
    await town.world.wait_for(lambda: town.world.updates.has_poller)
    second = asyncio.create_task(town.call("getUpdates", timeout=1))
    status, body = await first
    assert (status, body["error_code"]) == (409, 409)
    assert body["description"].startswith("Conflict: terminated by other getUpdates request")
    assert (await second)[0] == 200


async def test_only_the_kinds_asked_for_come_and_the_wish_is_remembered(town: Town) -> None:
    await town.call("getUpdates", allowed_updates=["callback_query"])
    town.ravi.says(town.group, "unseen")
    assert await town.updates() == []
    await town.call("getUpdates", allowed_updates=[])
    town.ravi.says(town.group, "seen")
    assert len(await town.updates()) == 1


async def test_pending_updates_can_be_dropped(town: Town, bot: Bot) -> None:
    town.ravi.says(town.group, "old")
    assert (await bot.get_webhook_info()).pending_update_count == 1
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == ()


async def test_edited_messages_are_told_apart(town: Town) -> None:
    town.ravi.edits(town.ravi.says(town.group, "one"), "two")
    first, second = await town.updates()
    assert (first["message"]["text"], second["edited_message"]["text"]) == ("one", "two")


async def test_a_real_application_answers_a_command() -> None:
    async def today(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message is not None
        await update.message.reply_text("no leads yet")

    world = World()
    ravi = world.add_person("Ravi")
    group = world.add_group("Sales", [ravi])
    async with BotApiServer(world) as api:
        application = ApplicationBuilder().token(world.bot.token).base_url(api.base_url).build()
        application.add_handler(CommandHandler("today", today))
        assert application.updater is not None
        async with application:
            await application.start()
            await application.updater.start_polling()
            asked = ravi.says(group, "/today@leadbell_bot")
            answer = await world.wait_for(lambda: group.by_bot[-1] if group.by_bot else None)
            await application.updater.stop()
            await application.stop()
    assert answer is not None
    assert (answer.text, answer.chat) == ("no leads yet", asked.chat)


async def test_the_server_stops_at_once_with_a_poll_open() -> None:
    async with opened() as town:
        poll = asyncio.create_task(town.call("getUpdates", timeout=50))
        await town.world.wait_for(lambda: town.world.updates.has_poller)
        async with asyncio.timeout(25):
            await town.api.go_down()
        assert isinstance((await asyncio.gather(poll, return_exceptions=True))[0], Exception)


async def test_a_condition_that_never_holds_ends_the_waiting(town: Town) -> None:
    with pytest.raises(TimeoutError):
        await town.world.wait_for(lambda: False, seconds=0.05)
