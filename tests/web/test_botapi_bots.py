"""Several bots in one sandbox: each has its own token, updates, chats, limits and members' consent."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from bot.sandbox.botapi import BotUser, FloodRate, Limits, MemberStatus
from bot.sandbox.botapi.limits import UNLIMITED
from bot.sandbox.botapi.town import Town, opened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@dataclass(frozen=True, slots=True)
class Pair:
    """A town whose group has two bots, both administrators."""

    town: Town
    first: BotUser
    second: BotUser

    async def says(self, bot: BotUser, text: str, **parameters: Any) -> tuple[int, dict[str, Any]]:
        return await self.town.call("sendMessage", bot, **{"chat_id": self.town.group.id, "text": text} | parameters)

    async def texts(self, bot: BotUser) -> list[str]:
        return [update["message"].get("text", "-") for update in await self.town.updates(bot)]


@pytest.fixture
async def pair() -> AsyncIterator[Pair]:
    limits = Limits(FloodRate(2, 60), UNLIMITED, FloodRate(4, 60))
    async with opened(limits=limits) as town:
        second = town.world.new_bot("Patel Pumps", "patel_bot")
        town.world.add_bot(town.group, town.ravi, MemberStatus.ADMINISTRATOR, second)
        await town.updates()
        await town.updates(second)
        yield Pair(town, town.world.bot, second)


async def test_each_token_is_another_bot_and_an_unknown_one_nobody(pair: Pair) -> None:
    names = [(await pair.town.call("getMe", bot))[1]["result"]["username"] for bot in (pair.first, pair.second)]
    assert names == ["leadbell_bot", "patel_bot"]
    pair.town.world.revoke_token(pair.second)
    async with pair.town.http.get(f"{pair.town.api.base_url}7100000002:{'A' * 35}/getMe") as response:
        assert response.status == 401
    assert (await pair.town.call("getMe", pair.first))[0] == 200


async def test_updates_and_what_was_asked_for_are_each_bots_own(pair: Pair) -> None:
    await pair.town.call("getUpdates", pair.second, allowed_updates=["callback_query"])
    pair.town.asha.says(pair.town.group, "hello")
    assert await pair.texts(pair.second) == []
    assert await pair.texts(pair.first) == ["hello"]


async def test_no_bot_hears_or_changes_what_another_wrote(pair: Pair) -> None:
    message_id = (await pair.says(pair.first, "mine"))[1]["result"]["message_id"]
    assert await pair.texts(pair.second) == []
    where = {"chat_id": pair.town.group.id, "message_id": message_id}
    assert (await pair.town.call("editMessageText", pair.second, text="yours", **where))[0] == 400
    assert (await pair.town.call("deleteMessage", pair.second, **where))[0] == 400


async def test_a_press_goes_to_the_bot_whose_button_it_is(pair: Pair) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Claim", "callback_data": "c"}]]}
    await pair.says(pair.second, "a card", reply_markup=keyboard)
    with pytest.raises(TimeoutError):
        await pair.town.asha.presses(pair.town.group.last, "Claim", seconds=0.01)
    assert await pair.town.updates(pair.first) == []
    query_id = (await pair.town.updates(pair.second))[0]["callback_query"]["id"]
    assert (await pair.town.call("answerCallbackQuery", pair.first, callback_query_id=query_id))[0] == 400
    assert (await pair.town.call("answerCallbackQuery", pair.second, callback_query_id=query_id))[0] == 200


async def test_an_inline_query_goes_to_the_bot_that_is_named(pair: Pair) -> None:
    asha = pair.town.asha
    with pytest.raises(TimeoutError):
        await asha.asks_inline("solar", asha.chat_with(pair.second), bot=pair.second, seconds=0.01)
    assert await pair.town.updates(pair.first) == []
    query = (await pair.town.updates(pair.second))[0]["inline_query"]
    assert (query["query"], query["chat_type"]) == ("solar", "sender")
    answer = {"inline_query_id": query["id"], "results": [], "cache_time": 300}
    assert (await pair.town.call("answerInlineQuery", pair.first, **answer))[0] == 400
    assert (await pair.town.call("answerInlineQuery", pair.second, **answer))[0] == 200
    with pytest.raises(TimeoutError):  # the other's answer is not remembered for this one
        await asha.asks_inline("solar", asha.chat, seconds=0.01)


async def test_start_and_block_are_of_one_bot_and_person(pair: Pair) -> None:
    asha = pair.town.asha
    asha.starts(bot=pair.second)
    private = {"chat_id": asha.id}
    assert (await pair.says(pair.first, "hello", **private))[0] == 403
    status, body = await pair.says(pair.second, "hello", **private)
    assert (status, body["result"]["chat"]["id"]) == (200, asha.id)
    assert (asha.chat.texts, asha.chat_with(pair.second).texts) == ([], ["/start", "hello"])
    asha.starts()
    asha.blocks_bot(pair.second)
    assert [(await pair.says(bot, "again", **private))[0] for bot in (pair.first, pair.second)] == [200, 403]
    assert await pair.texts(pair.first) == ["/start"]


async def test_two_private_chats_have_one_id_and_the_same_message_numbers(pair: Pair) -> None:
    asha = pair.town.asha
    asked = [asha.starts(bot=bot) for bot in (pair.first, pair.second)]
    assert len({(message.chat.id, message.message_id) for message in asked}) == 1
    assert len({message.chat.key for message in asked}) == 2


async def test_membership_rights_and_privacy_mode_are_each_bots_own(pair: Pair) -> None:
    town = pair.town
    town.world.set_role(town.group, pair.second, MemberStatus.MEMBER)
    town.asha.says(town.group, "chatter")
    town.asha.says(town.group, "/today@patel_bot")
    town.vikram.joins(town.group)
    seen = [next(iter(update.keys() - {"update_id"})) for update in await town.updates(pair.second)]
    assert seen == ["my_chat_member", "message", "message"]  # its role, its command, who came; not the chatter
    assert [text for text in await pair.texts(pair.first) if text != "-"] == ["chatter", "/today@patel_bot"]
    town.world.kick_bot(town.group, town.ravi, pair.second)
    assert [(await pair.says(bot, "x"))[0] for bot in (pair.first, pair.second)] == [200, 403]


async def test_a_bare_command_reaches_the_bot_that_spoke_last(pair: Pair) -> None:
    for bot in (pair.first, pair.second):
        pair.town.world.set_role(pair.town.group, bot, MemberStatus.MEMBER)
        await pair.town.updates(bot)
    await pair.says(pair.second, "a card")
    pair.town.asha.says(pair.town.group, "/today")
    assert [await pair.texts(bot) for bot in (pair.first, pair.second)] == [[], ["/today"]]


async def test_limits_are_counted_for_each_bot_and_group_and_in_all(pair: Pair) -> None:
    assert [(await pair.says(pair.first, "x"))[0] for _ in range(3)] == [200, 200, 429]
    assert [(await pair.says(pair.second, "x"))[0] for _ in range(3)] == [200, 200, 429]
    assert [len(pair.town.api.flood_of(bot).violations) for bot in (pair.first, pair.second)] == [1, 1]
    pair.town.asha.starts()
    private = {"chat_id": pair.town.asha.id}
    assert [(await pair.says(pair.first, "x", **private))[0] for _ in range(3)] == [200, 200, 429]


async def test_a_fault_may_be_one_bots(pair: Pair) -> None:
    pair.town.api.faults.flood(times=None, bot=pair.second)
    assert [(await pair.says(bot, "x"))[0] for bot in (pair.first, pair.second)] == [200, 429]
    assert [call.status for call in pair.town.api.calls.by(pair.second).of("sendMessage")] == [429]


async def test_menus_and_files_are_each_bots_own(pair: Pair) -> None:
    await pair.town.call("setMyCommands", pair.first, commands=[{"command": "today", "description": "leads"}])
    assert (await pair.town.call("getMyCommands", pair.second))[1]["result"] == []
    url = f"{pair.town.api.base_url}{pair.first.token}/sendDocument"
    async with pair.town.http.post(
        url, data={"chat_id": str(pair.town.group.id), "document": BytesIO(b"%PDF")}
    ) as response:
        file_id = (await response.json())["result"]["document"]["file_id"]
    assert (await pair.town.call("getFile", pair.first, file_id=file_id))[0] == 200
    assert (await pair.town.call("getFile", pair.second, file_id=file_id))[0] == 400
