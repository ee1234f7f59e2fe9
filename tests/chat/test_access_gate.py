from __future__ import annotations

import dataclasses
import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from telegram import Update
from telegram.ext import ExtBot

from bot.chat import command_table, router
from bot.chat.bot_api import BotApi
from bot.chat.command import CommandScope
from bot.chat.context import LeadbellContext
from bot.chat.menu_expiry import MenuExpiry
from bot.chat.questions import OpenQuestions
from bot.chat.transport import AiohttpRequest
from bot.chat.views import Views
from bot.domain import budgets
from bot.sandbox.botapi.chats import MemberStatus as Rank
from bot.sandbox.botapi.entities import FormattedText
from bot.sandbox.botapi.messages import Body
from bot.team.access import Role
from tests.languages import heard

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    from bot.sandbox.botapi import HumanUser
    from bot.sandbox.botapi.messages import Message
    from tests.chat.conftest import Team

    Gathered = Callable[..., AbstractAsyncContextManager[Team]]

COMMANDS = ("/today", "/yesterday", "/week", "/search clock", "/lead 1", "/lead_1", "/status", "/fetch")


def a_minute_passes(team: Team) -> None:
    """Strangers are answered again."""
    team.town.clock.ahead += budgets.REFUSAL_SECONDS


async def test_strangers_get_a_sentence_and_no_data(team: Team) -> None:
    await team.has(team.lead(1))
    vikram = team.town.vikram
    for text in (*COMMANDS, "/dance"):
        assert heard("only for the members", (await team.answers(vikram, vikram.chat, text)).text)
        a_minute_passes(team)
    assert heard("Only members", (await team.answers(vikram, vikram.chat, "/help")).text)


async def test_strangers_are_checked_inside_the_group_too(team: Team) -> None:
    await team.has(team.lead(1))
    for text in (*COMMANDS, "/help", "/start"):
        assert heard("only for the members", (await team.answers(team.town.vikram, team.group, text)).text)
        a_minute_passes(team)


async def test_members_may_ask_in_private_and_admins_need_not_be_members(team: Team) -> None:
    await team.has(team.lead(1))
    for person in (team.town.asha, team.meera):
        assert "LED Clock" in (await team.answers(person, person.chat, "/today")).text


async def test_somebody_anonymous_may_look_up(team: Team) -> None:
    await team.has(team.lead(1))
    assert "LED Clock" in (await team.answers(team.town.ravi, team.group, "/today", is_anonymous=True)).text


async def test_another_chat_gets_nothing_and_its_id_is_logged_once(
    team: Team, caplog: pytest.LogCaptureFixture
) -> None:
    other = team.town.world.add_group("Secret plans", [team.town.asha], bot_role=Rank.ADMINISTRATOR)
    with caplog.at_level(logging.WARNING):
        team.town.asha.says(other, "/today")
        team.town.asha.says(other, "/dance@leadbell_bot")
        await team.ignores(other)
    told = [record.getMessage() for record in caplog.records if str(other.id) in record.getMessage()]
    assert len(told) == 1
    assert "Secret plans" not in caplog.text


async def test_leaving_revokes_at_once(team: Team) -> None:
    await team.has(team.lead(1))
    asha = team.town.asha
    assert "LED Clock" in (await team.answers(asha, asha.chat, "/today")).text
    asha.leaves(team.group)
    assert heard("only for the members", (await team.answers(asha, asha.chat, "/today")).text)


async def test_being_removed_revokes_at_once(team: Team) -> None:
    asha = team.town.asha
    await team.answers(asha, asha.chat, "/today")
    team.town.world.remove(team.group, asha, team.town.ravi)
    assert heard("only for the members", (await team.answers(asha, asha.chat, "/today")).text)


async def test_where_telegram_tells_nothing_people_count_whom_the_bot_saw(gathered: Gathered) -> None:
    async with gathered(bot_role=Rank.MEMBER) as team:
        team.group.is_hiding_members = True
        asha = team.town.asha
        assert heard("only for the members", (await team.answers(asha, asha.chat, "/status")).text)
        assert heard("Leadbell", (await team.answers(asha, team.group, "/status@leadbell_bot")).text)
        assert heard("Leadbell", (await team.answers(asha, asha.chat, "/status")).text)
        asha.leaves(team.group)
        assert heard("only for the members", (await team.answers(asha, asha.chat, "/status")).text)


async def test_in_a_public_group_writing_makes_nobody_a_member(gathered: Gathered) -> None:
    async with gathered(bot_role=Rank.MEMBER) as team:
        team.group.is_hiding_members = True
        team.group.username = "sharma_sales"
        asha = team.town.asha
        assert heard("only for the members", (await team.answers(asha, team.group, "/status@leadbell_bot")).text)
        a_minute_passes(team)
        assert heard("only for the members", (await team.answers(asha, asha.chat, "/status")).text)


@asynccontextmanager
async def discussing(gathered: Gathered) -> AsyncIterator[tuple[Team, Message]]:
    """The group is where a channel's posts are discussed, and Telegram tells nobody who is a member. Yields a post."""
    async with gathered(bot_role=Rank.MEMBER) as team:
        group = team.group
        group.kind, group.is_hiding_members, group.linked_channel = "supergroup", True, -1009000000001
        body = Body(formatted=FormattedText("New: LED clocks"))
        yield team, team.town.world.post(group, team.town.ravi, body, sender_chat=group, is_automatic_forward=True)


async def is_let_in(team: Team, person: HumanUser) -> bool:
    a_minute_passes(team)
    return not heard("only for the members", (await team.answers(person, person.chat, "/status")).text)


async def test_below_a_channels_post_writing_makes_nobody_a_member(gathered: Gathered) -> None:
    async with discussing(gathered) as (team, post):
        vikram, comment = team.town.vikram, team.town.vikram.says(team.group, "How much?", reply_to=post)
        for below in (post, comment, team.town.vikram.says(team.group, "Well?", reply_to=comment)):
            a_minute_passes(team)
            said = await team.answers(vikram, team.group, "/status@leadbell_bot", reply_to=below)
            assert heard("only for the members", said.text)
            assert not await is_let_in(team, vikram)
        asha = team.town.asha
        await team.answers(asha, team.group, "/status@leadbell_bot")
        assert await is_let_in(team, asha)


@pytest.mark.parametrize("is_inaccessible", [False, True])
async def test_neither_does_a_press_there(gathered: Gathered, *, is_inaccessible: bool) -> None:
    async with discussing(gathered) as (team, post):
        vikram, asha = team.town.vikram, team.town.asha
        await team.has(team.lead(1))
        await team.answers(asha, team.group, "/status@leadbell_bot")
        comment = asha.says(team.group, "ours", reply_to=post)
        shown = await team.answers(asha, team.group, "/lead@leadbell_bot 1", reply_to=comment)
        shown.is_inaccessible = is_inaccessible
        await vikram.presses(shown, "✋ Claim")
        assert not await is_let_in(team, vikram)


async def test_a_reply_to_a_reply_in_a_group_of_no_channel_shows_that_one_is_there(gathered: Gathered) -> None:
    async with gathered(bot_role=Rank.MEMBER) as team:
        team.group.kind, team.group.is_hiding_members = "supergroup", True
        asha = team.town.asha
        first = team.town.ravi.says(team.group, "Who calls?")
        second = team.town.ravi.says(team.group, "Well?", reply_to=first)
        await team.answers(asha, team.group, "/status@leadbell_bot", reply_to=second)
        assert await is_let_in(team, asha)


async def test_whose_group_it_is_is_not_asked_for_each_reply_nor_where_a_card_is_replied_to(gathered: Gathered) -> None:
    async with discussing(gathered) as (team, post):
        asha, (lead_id,) = team.town.asha, await team.has(team.lead(1))
        comment = asha.says(team.group, "ours", reply_to=post)
        card = await team.card(lead_id)
        before = len(team.town.api.calls.of("getChat"))
        await team.answers(asha, team.group, "/status@leadbell_bot", reply_to=card)
        assert len(team.town.api.calls.of("getChat")) == before
        assert await is_let_in(team, asha)
        for _time in range(3):
            await team.answers(team.town.vikram, team.group, "/status@leadbell_bot", reply_to=comment)
            a_minute_passes(team)
        assert len(team.town.api.calls.of("getChat")) == before + 1


async def test_while_telegram_does_not_say_whose_group_it_is_a_comment_shows_nothing(gathered: Gathered) -> None:
    async with discussing(gathered) as (team, post):
        comment = team.town.vikram.says(team.group, "How much?", reply_to=post)
        team.town.api.faults.refuse(502, "Bad Gateway", "getChat", times=None)
        await team.answers(team.town.vikram, team.group, "/status@leadbell_bot", reply_to=comment)
        assert not await is_let_in(team, team.town.vikram)


async def test_a_press_does_not_let_in_again_who_left(gathered: Gathered) -> None:
    async with gathered(bot_role=Rank.MEMBER) as team:
        team.group.is_hiding_members = True
        (number,) = await team.has(team.lead(1))
        card = await team.card(number)
        asha = team.town.asha
        await asha.presses(card, "Claim")
        asha.leaves(team.group)
        assert heard("only for the members", (await team.answers(asha, asha.chat, "/status")).text)
        await asha.presses(card, "More")
        a_minute_passes(team)
        assert heard("only for the members", (await team.answers(asha, asha.chat, "/status")).text)


async def test_joining_lets_in_at_once(team: Team) -> None:
    vikram = team.town.vikram
    await team.answers(vikram, vikram.chat, "/today")
    vikram.joins(team.group)
    assert "only for the members" not in (await team.answers(vikram, vikram.chat, "/today")).text


async def test_strangers_elsewhere_leave_no_rows_but_start_is_kept_for_when_they_join(team: Team) -> None:
    vikram = team.town.vikram
    await vikram.asks_inline("clock", vikram.chat)
    await team.answers(vikram, vikram.chat, "/today")
    async with team.database.reading() as connection:
        assert await connection.fetch_all("SELECT * FROM people") == []
    a_minute_passes(team)
    await team.answers(vikram, vikram.chat, "/start")
    vikram.joins(team.group)
    (number,) = await team.has(team.lead(1))
    card = await team.card(number)
    assert heard("private chat", (await vikram.presses(card, "Contact")).text)


def test_a_row_of_the_table_says_whom_it_is_for() -> None:
    (start,) = (command for command in command_table.COMMANDS if command.name == "start")
    guarded = dataclasses.replace(start, is_open=False, is_admin_only=True)
    assert [role for role in Role if start.is_for(role)] == list(Role)
    assert [role for role in Role if guarded.is_for(role)] == [Role.ADMIN]


async def test_a_guarded_command_says_why_it_does_nothing(team: Team) -> None:
    (status,) = (command for command in command_table.COMMANDS if command.name == "status")
    words = Views(team.services.settings.timezone, lambda: "leadbell_bot", team.services.clock.now)
    for command, said in (
        (dataclasses.replace(status, is_admin_only=True), "Only admins"),
        (dataclasses.replace(status, where=CommandScope.PRIVATE), "private chat with me"),
        (dataclasses.replace(status, where=CommandScope.GROUP), "Leadbell"),
    ):
        request = AiohttpRequest()
        async with ExtBot(team.town.world.bot.token, base_url=team.town.api.base_url, request=request) as bot:
            update = Update.de_json(
                {"update_id": 1, "message": team.town.asha.says(team.group, "/status@another_bot").wire}, bot
            )
            context = LeadbellContext(
                bot,
                BotApi(bot),
                team.services,
                team.chat.accounts,
                words,
                (command,),
                MenuExpiry(team.services.clock, {}),
                OpenQuestions(team.services.clock),
            )
            await router.command(command, update, context)
            await team.settles()
        assert said in team.group.by_bot[-1].text
