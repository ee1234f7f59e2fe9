"""What the chat page is told by the sandbox, and what it may ask."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from bot.errors import LeadbellError
from bot.sandbox.botapi import BotApiServer, Chat, Control, World
from bot.sandbox.botapi.page import FOLDER
from bot.sandbox.botapi.town import Town, opened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

Socket = aiohttp.ClientWebSocketResponse
KEYBOARD = {"inline_keyboard": [[{"text": "Claim", "callback_data": "c"}]]}


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with opened() as town:
        yield town


@asynccontextmanager
async def page(http: aiohttp.ClientSession, url: str) -> AsyncIterator[tuple[Socket, dict[str, Any]]]:
    """An open page, and the greeting it got."""
    async with http.ws_connect(f"{url}/page/live") as socket:
        yield socket, await said(socket, "hello")


async def said(socket: Socket, kind: str) -> dict[str, Any]:
    while True:
        event: dict[str, Any] = await socket.receive_json(timeout=5)
        if event["type"] == kind:
            return event


async def test_the_greeting_names_people_chats_and_messages(town: Town) -> None:
    await town.says("<b>a card</b>", reply_markup=KEYBOARD)
    async with page(town.http, town.api.url) as (_, hello):
        assert [bot["username"] for bot in hello["bots"]] == ["leadbell_bot"]
        assert [person["name"] for person in hello["people"]] == ["Ravi", "Asha", "Vikram"]
        assert {chat["type"] for chat in hello["chats"]} == {"private", "supergroup"}
        assert hello["chats"][0]["members"] == [town.ravi.id, town.asha.id]
        assert [(m["html"], m["keyboard"][0][0]["text"]) for m in hello["messages"]] == [("<b>a card</b>", "Claim")]


async def test_what_is_short_does_not_overtake_what_is_long(town: Town) -> None:
    """A browser has what comes compressed, and aiohttp does that with long messages in a thread."""
    async with town.http.ws_connect(f"{town.api.url}/page/live", compress=15) as socket:
        await said(socket, "hello")
        for text in ("first", "य" * 4096, "last"):
            town.ravi.says(town.group, text)
        heard = [(await said(socket, "message"))["message"]["text"] for _ in range(3)]
    assert heard == ["first", "य" * 4096, "last"]


async def test_messages_edits_deletions_and_reactions_are_shown_as_they_happen(town: Town) -> None:
    async with page(town.http, town.api.url) as (socket, _):
        where = {"chat_id": town.group.id, "message_id": (await town.says("one"))["result"]["message_id"]}
        assert (await said(socket, "message"))["message"]["text"] == "one"
        await town.call("editMessageText", text="two <3", **where)
        assert (await said(socket, "edited"))["message"]["html"] == "two &lt;3"
        await town.call("setMessageReaction", reaction=[{"type": "emoji", "emoji": "👍"}], **where)
        assert (await said(socket, "reaction"))["emoji"] == "👍"
        await town.call("deleteMessage", **where)
        assert await said(socket, "deleted") == {"type": "deleted", **where}


async def test_a_visitor_writes_as_a_person(town: Town) -> None:
    async with page(town.http, town.api.url) as (socket, _):
        await socket.send_json({"type": "send", "as": town.asha.id, "chat_id": town.group.id, "text": "/today"})
        assert (await said(socket, "message"))["message"]["from"]["name"] == "Asha"
    assert (await town.updates())[0]["message"]["from"]["id"] == town.asha.id


async def test_a_start_opens_the_private_chat_for_its_person_alone(town: Town) -> None:
    async with page(town.http, town.api.url) as (socket, _):
        await socket.send_json({"type": "start", "as": town.asha.id, "payload": "lead_1"})
        shown = (await said(socket, "message"))["message"]
        assert (shown["text"], shown["chat_id"]) == ("/start lead_1", town.asha.id)
    assert town.asha.has_started


async def test_a_press_gets_its_answer(town: Town) -> None:
    message_id = (await town.says("card", reply_markup=KEYBOARD))["result"]["message_id"]
    async with page(town.http, town.api.url) as (socket, _):
        where = {"chat_id": town.group.id, "message_id": message_id}
        await socket.send_json({"type": "press", "press_id": 7, "as": town.asha.id, "data": "c", **where})
        query = (await town.call("getUpdates", timeout=5))[1]["result"][0]["callback_query"]
        await town.call("answerCallbackQuery", callback_query_id=query["id"], text="yours", show_alert=True)
        answer = await said(socket, "callback_answer")
        assert (answer["press_id"], answer["text"], answer["show_alert"]) == (7, "yours", True)


async def test_an_inline_lookup_can_be_chosen_from(town: Town) -> None:
    content = {"message_text": "<b>lead</b>", "parse_mode": "HTML"}
    result = {"type": "article", "id": "1", "title": "Lead", "input_message_content": content}
    who = {"as": town.asha.id, "chat_id": town.group.id, "ask_id": "a"}
    async with page(town.http, town.api.url) as (socket, _):
        await socket.send_json({"type": "inline", "query": "solar", "offset": "", **who})
        query = (await town.call("getUpdates", timeout=5))[1]["result"][0]["inline_query"]
        await town.call("answerInlineQuery", inline_query_id=query["id"], results=[result])
        shown = await said(socket, "inline_results")
        assert [(r["title"], r["message_html"]) for r in shown["results"]] == [("Lead", "<b>lead</b>")]
        await socket.send_json({"type": "choose", "result_id": "1", **who})
        posted = (await said(socket, "message"))["message"]
        assert (posted["via_bot"], posted["html"]) == ("leadbell_bot", "<b>lead</b>")


async def test_topics_come_and_go_while_a_page_is_open(town: Town) -> None:
    forum = town.world.add_group("Forum", [town.ravi], is_forum=True)
    async with page(town.http, town.api.url) as (socket, _):
        topic = town.world.add_topic(forum, "Surat")
        general = {"id": None, "name": "General", "is_closed": False}
        shown = {"id": topic.thread_id, "name": "Surat", "is_closed": False}
        assert (await said(socket, "chat"))["chat"]["topics"] == [general, shown]
        where = {"chat_id": forum.id, "thread_id": topic.thread_id}
        await socket.send_json({"type": "send", "as": town.ravi.id, "text": "hello", **where})
        assert (await said(socket, "message"))["message"]["thread_id"] == topic.thread_id
        town.world.close_topic(forum, topic)
        assert (await said(socket, "chat"))["chat"]["topics"] == [general, shown | {"is_closed": True}]
        town.world.delete_topic(forum, topic)
        assert (await said(socket, "chat"))["chat"]["topics"] == [general]
        town.vikram.joins(forum)
        assert (await said(socket, "chat"))["chat"]["members"] == [town.ravi.id, town.vikram.id]


async def test_each_bot_has_its_own_private_chat_with_a_person(town: Town) -> None:
    other = town.world.new_bot("Other", "other_bot")
    async with page(town.http, town.api.url) as (socket, hello):
        chat_id = next(
            c["id"] for c in hello["chats"] if (c.get("bot_id"), c.get("person_id")) == (other.id, town.asha.id)
        )
        await socket.send_json({"type": "start", "as": town.asha.id, "bot_id": other.id})
        assert (await said(socket, "message"))["message"]["chat_id"] == chat_id
        await socket.send_json({"type": "send", "as": town.asha.id, "chat_id": chat_id, "text": "hello"})
        assert (await said(socket, "message"))["message"]["chat_id"] == chat_id
        await town.call("setMyCommands", other, commands=[{"command": "today", "description": "leads"}])
        assert (await said(socket, "commands"))["bot_id"] == other.id
    assert town.asha.chat_with(other).texts == ["/start", "hello"]
    assert town.asha.chat.texts == []


async def test_a_switch_is_thrown_for_every_page_and_a_failed_one_says_why() -> None:
    thrown: list[bool | None] = []

    async def throw(_chat: Chat | None, on: bool | None) -> None:  # noqa: FBT001 - the signature of a control
        if on is False:
            raise LeadbellError("It cannot be mended.")
        thrown.append(on)

    controls = {"down": Control("Down", group="fault", action=throw, is_switch=True)}
    async with (
        BotApiServer(World(), controls=controls) as api,
        aiohttp.ClientSession() as http,
        page(http, api.url) as (one, hello),
        page(http, api.url) as (two, _),
    ):
        assert (hello["controls"][0]["label"], hello["controls"][0]["is_on"]) == ("Down", False)
        await one.send_json({"type": "control", "name": "down", "on": True})
        assert (await said(two, "control"))["is_on"] is True
        await one.send_json({"type": "control", "name": "down", "on": False})
        assert (await said(one, "error"))["text"] == "It cannot be mended."
    assert thrown == [True]


async def test_a_flood_is_noticed_on_the_page(town: Town) -> None:
    town.api.faults.flood(retry_after=17)
    async with page(town.http, town.api.url) as (socket, _):
        await town.says("x")
        assert "17" in (await said(socket, "notice"))["text"]


@pytest.mark.parametrize("frame", ["{", "[]", '{"type": "fly"}', '{"type": "send", "as": 1}', '{"type": "control"}'])
async def test_nonsense_is_answered_with_an_error(town: Town, frame: str) -> None:
    async with page(town.http, town.api.url) as (socket, _):
        await socket.send_str(frame)
        assert (await said(socket, "error"))["text"]


async def test_another_sites_page_may_not_listen(town: Town) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await town.http.ws_connect(f"{town.api.url}/page/live", origin="http://evil.example")


@pytest.mark.parametrize("path", ["/page/nothing.js", "/page/..%2f__init__.py", "/page/file/none"])
async def test_only_the_pages_own_files_are_served(town: Town, path: str) -> None:
    async with town.http.get(town.api.url + path) as response:
        assert response.status == 404


@pytest.mark.skipif(not (FOLDER / "index.html").exists(), reason="the page is not there")
async def test_the_page_itself_is_served(town: Town) -> None:
    async with town.http.get(f"{town.api.url}/") as response:
        assert (response.status, response.content_type) == (200, "text/html")


async def test_the_server_stops_at_once_with_a_page_open() -> None:
    async with opened() as town, page(town.http, town.api.url) as (socket, _):
        await asyncio.wait_for(town.api.go_down(), 2)
        assert (await socket.receive(timeout=2)).type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}
