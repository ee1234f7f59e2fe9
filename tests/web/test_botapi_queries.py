"""Presses of buttons and inline lookups in the sandbox."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest

from bot.sandbox.botapi.town import Town, opened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

KEYBOARD = InlineKeyboardMarkup(
    [[InlineKeyboardButton("✋ Claim", callback_data="c:1"), InlineKeyboardButton("Open", url="https://t.me/x")]]
)


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with opened() as town:
        yield town


@pytest.fixture
async def bot(town: Town) -> AsyncIterator[Bot]:
    async with Bot(town.world.bot.token, base_url=town.api.base_url) as bot:
        yield bot


async def next_update(town: Town, kind: str) -> dict[str, Any]:
    """The next update of this kind; it and all before it are confirmed."""
    while True:
        for update in (await town.call("getUpdates", timeout=5))[1]["result"]:
            await town.call("getUpdates", offset=update["update_id"] + 1)
            if kind in update:
                found: dict[str, Any] = update[kind]
                return found


def article(number: int = 1, **fields: Any) -> dict[str, Any]:
    content = {"message_text": f"<b>lead {number}</b>", "parse_mode": "HTML"}
    return {"type": "article", "id": str(number), "title": f"Lead {number}", "input_message_content": content, **fields}


async def answer(town: Town, results: list[dict[str, Any]], **fields: Any) -> dict[str, Any]:
    query = await next_update(town, "inline_query")
    return (await town.call("answerInlineQuery", inline_query_id=query["id"], results=results, **fields))[1]


async def test_a_press_waits_for_its_answer(town: Town, bot: Bot) -> None:
    await bot.send_message(town.group.id, "card", reply_markup=KEYBOARD)
    press = asyncio.create_task(town.asha.presses(town.group.last, "Claim"))
    query = await next_update(town, "callback_query")
    assert (query["data"], query["from"]["id"]) == ("c:1", town.asha.id)
    assert query["message"]["reply_markup"]["inline_keyboard"][0][0]["text"] == "✋ Claim"
    await bot.answer_callback_query(query["id"], "yours", show_alert=True)
    await bot.answer_callback_query(query["id"], "again")
    assert ((await press).text, (await press).show_alert) == ("yours", True)


async def test_a_link_button_opens_without_the_bot(town: Town, bot: Bot) -> None:
    await bot.send_message(town.group.id, "card", reply_markup=KEYBOARD)
    assert (await town.asha.presses(town.group.last, "Open")).url == "https://t.me/x"


async def test_a_button_that_is_not_there_cannot_be_pressed(town: Town, bot: Bot) -> None:
    await bot.send_message(town.group.id, "card", reply_markup=KEYBOARD)
    with pytest.raises(LookupError, match="Release"):
        await town.asha.presses(town.group.last, "Release")


async def test_a_press_nobody_answers_runs_out(town: Town, bot: Bot) -> None:
    await bot.send_message(town.group.id, "card", reply_markup=KEYBOARD)
    with pytest.raises(TimeoutError):
        await town.asha.presses(town.group.last, "c:1", seconds=0.05)


async def test_an_answer_after_15_seconds_is_too_late(town: Town, bot: Bot) -> None:
    await bot.send_message(town.group.id, "card", reply_markup=KEYBOARD)
    with pytest.raises(TimeoutError):
        await town.asha.presses(town.group.last, "c:1", seconds=0.05)
    query = await next_update(town, "callback_query")
    town.clock.ahead += 15
    with pytest.raises(BadRequest, match="Query is too old and response timeout expired"):
        await bot.answer_callback_query(query["id"])


async def test_an_answer_is_checked(town: Town, bot: Bot) -> None:
    with pytest.raises(BadRequest, match=r"(?i)message_too_long"):
        await bot.answer_callback_query("1", "x" * 201)
    with pytest.raises(BadRequest, match=r"(?i)url_invalid"):
        await bot.answer_callback_query("1", url="https://example.com")
    with pytest.raises(BadRequest, match=r"(?i)query id is invalid"):
        await bot.answer_callback_query("1")


@pytest.mark.parametrize("chat_type", ["sender", "supergroup", "private", None])
async def test_an_inline_query_says_where_it_was_asked_or_nothing(town: Town, chat_type: str | None) -> None:
    chat = {"sender": town.ravi.chat, "supergroup": town.group}.get(chat_type or "")
    asking = asyncio.create_task(
        town.ravi.asks_inline("solar", chat, chat_type=chat_type if chat_type == "private" else None)
    )
    query = await next_update(town, "inline_query")
    assert (query["query"], query.get("chat_type")) == ("solar", chat_type)
    asking.cancel()


async def test_inline_results_come_to_who_asked(town: Town) -> None:
    asking = asyncio.create_task(town.ravi.asks_inline("solar", town.group))
    button = {"text": "Let me in", "start_parameter": "join"}
    assert (await answer(town, [article(1)], is_personal=True, cache_time=30, button=button, next_offset="10"))["ok"]
    given = await asking
    assert [(result.title, result.text) for result in given.results] == [("Lead 1", "lead 1")]
    assert (given.button, given.is_personal, given.cache_time, given.next_offset) == (button, True, 30, "10")


async def test_a_personal_answer_is_cached_for_its_asker_whatever_the_chat(town: Town) -> None:
    asking = asyncio.create_task(town.ravi.asks_inline("solar", town.ravi.chat))
    await answer(town, [article(1)], is_personal=True, cache_time=30)
    first = await asking
    assert await town.ravi.asks_inline("solar", town.group) is first
    with pytest.raises(TimeoutError):
        await town.asha.asks_inline("solar", town.group, seconds=0.05)
    town.clock.ahead += 30
    with pytest.raises(TimeoutError):
        await town.ravi.asks_inline("solar", town.group, seconds=0.05)


async def test_cache_time_0_asks_again(town: Town) -> None:
    asking = asyncio.create_task(town.ravi.asks_inline("solar", town.group))
    await answer(town, [], is_personal=True, cache_time=0)
    await asking
    with pytest.raises(TimeoutError):
        await town.ravi.asks_inline("solar", town.group, seconds=0.05)


@pytest.mark.parametrize(
    ("results", "complaint"),
    [
        ([article(number) for number in range(51)], "RESULTS_TOO_MUCH"),
        ([article(1), article(1)], "RESULT_ID_DUPLICATE"),
        ([article(1, id="x" * 65)], "RESULT_ID_INVALID"),
        ([article(1, title="")], "ARTICLE_TITLE_EMPTY"),
        ([article(1, input_message_content={"message_text": ""})], "message text is empty"),
        ([article(1, reply_markup={"inline_keyboard": [[{"text": "x", "url": "tel:1"}]]})], "BUTTON_URL_INVALID"),
    ],
)
async def test_bad_results_are_refused(town: Town, results: list[dict[str, Any]], complaint: str) -> None:
    asking = asyncio.create_task(town.ravi.asks_inline("solar", town.group))
    assert (await answer(town, results))["description"] == f"Bad Request: {complaint}"
    asking.cancel()


async def test_an_inline_answer_after_10_seconds_is_too_late(town: Town) -> None:
    with pytest.raises(TimeoutError):
        await town.ravi.asks_inline("solar", town.group, seconds=0.05)
    town.clock.ahead += 10
    assert (await answer(town, []))["description"].startswith("Bad Request: query is too old")


async def test_without_inline_mode_nothing_is_asked(town: Town) -> None:
    town.world.bot.has_inline = False
    with pytest.raises(TimeoutError):
        await town.ravi.asks_inline("solar", town.group, seconds=0.05)
    assert await town.updates() == []


async def test_a_chosen_result_is_posted_via_the_bot_and_can_be_pressed_and_edited(town: Town, bot: Bot) -> None:
    markup = {"inline_keyboard": [[{"text": "Open", "callback_data": "o"}]]}
    asking = asyncio.create_task(town.ravi.asks_inline("solar", town.group))
    await answer(town, [article(1, reply_markup=markup)])
    message = town.ravi.chooses((await asking).results[0], town.group)
    posted, chosen = await town.updates()
    assert posted["message"]["via_bot"]["id"] == bot.id
    inline_id = chosen["chosen_inline_result"]["inline_message_id"]
    assert chosen["chosen_inline_result"]["query"] == "solar"
    press = asyncio.create_task(town.asha.presses(message, "Open"))
    query = await next_update(town, "callback_query")
    assert (query["inline_message_id"], "message" in query) == (inline_id, False)
    await bot.answer_callback_query(query["id"])
    await press
    assert await bot.edit_message_text("taken", inline_message_id=inline_id) is True
    assert message.text == "taken"
