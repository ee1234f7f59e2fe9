from __future__ import annotations

import itertools
import logging
from typing import TYPE_CHECKING

import pytest

from bot.chat import prompts, replies
from bot.chat.bot_api import reply_to
from bot.chat.views import callback_data
from bot.chat.views.lead_codes import AskFor, PromptKind
from bot.chat.views.message import RenderedMessage
from bot.domain.ids import ChatId
from bot.sandbox.botapi.chats import MemberStatus
from bot.store import database
from tests.languages import heard
from tests.waiting import until

if TYPE_CHECKING:
    from bot.sandbox.botapi import HumanUser
    from tests.chat.conftest import Team


async def test_a_group_that_becomes_a_supergroup_stays_the_home(team: Team) -> None:
    fresh = team.town.world.upgrade_to_supergroup(team.group)
    await team.town.world.wait_for(lambda: team.services.chats.place.chat_id == fresh.id)
    assert "Leadbell" in (await team.answers(team.town.asha, fresh, "/status")).text


async def test_after_a_move_no_message_is_taken_for_the_one_that_had_its_number(team: Team) -> None:
    """A supergroup numbers its messages from 1 again."""
    asha, old = team.town.asha, team.group
    old.kind, team.town.world.bot.message_numbers = "group", itertools.count(3)
    numbers = await team.has(*(team.lead(number) for number in range(1, 9)))
    card = await team.card(numbers[0])
    code = callback_data.encode(AskFor(numbers[0], PromptKind.NOTE))
    await team.town.world.queries.press_data(asha, card, code)
    question = await team.said(old, 1)
    team.room = fresh = team.town.world.upgrade_to_supergroup(old)
    stood = [await team.card(number) for number in numbers[1:]]
    assert {card.message_id, question.message_id} <= {one.message_id for one in stood}
    texts = [one.text for one in stood]
    await asha.presses(card, "Claim")
    (context,) = team.chat.accounts
    team.town.clock.ahead += 3600  # nobody has answered the question
    await prompts.tidy(context)
    await replies.send(ChatId(old.id), RenderedMessage("Hello"), context, reply_parameters=reply_to(card.message_id))
    await team.town.world.wait_for(lambda: "Hello" in fresh.texts)
    await team.settles()
    assert [one.text for one in stood] == texts
    assert not any(one.is_deleted for one in stood)
    assert [one.reply_to for one in fresh.by_bot if one.text == "Hello"] == [None]


async def test_another_groups_move_is_not_ours(team: Team) -> None:
    other = team.town.world.add_group("Other", [team.town.asha], bot_role=MemberStatus.ADMINISTRATOR)
    team.town.world.upgrade_to_supergroup(other)
    await team.answers(team.town.asha, team.group, "/status")
    assert team.services.chats.place.chat_id == team.group.id


async def test_what_waited_comes_when_the_bot_is_let_in_again(team: Team, caplog: pytest.LogCaptureFixture) -> None:
    (number,) = await team.has(team.lead(1))
    team.town.world.kick_bot(team.group, team.town.ravi)
    await team.services.cards.show(number)
    await team.town.world.wait_for(lambda: any(call.method == "sendMessage" for call in team.town.api.calls))
    with caplog.at_level(logging.INFO):
        team.town.world.add_bot(team.group, team.town.ravi, MemberStatus.ADMINISTRATOR)
        await team.town.world.wait_for(lambda: team.group.by_bot)
    assert "LED Clock" in team.group.by_bot[0].text
    assert "administrator" in caplog.text


async def test_a_restricted_member_is_one_and_a_restricted_outsider_is_not(team: Team) -> None:
    asha, world = team.town.asha, team.town.world
    for is_member in (False, True):
        world.set_role(team.group, asha, MemberStatus.RESTRICTED, is_member=is_member)
        said = await team.answers(asha, asha.chat, "/status")
        assert (heard("only for the members", said.text)) is not is_member


async def becomes(team: Team, person: HumanUser, *, has_started: bool) -> None:
    async def is_so() -> bool:
        return await team.has_started(person) is has_started

    await until(is_so)


@pytest.mark.sqlite
async def test_a_start_waits_for_other_writing(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that they do later stands for it, as it does for a note of who looked."""
    monkeypatch.setattr(database, "NOTED_WITHIN", 0.01)
    asha, ravi = team.town.asha, team.town.ravi
    async with team.database.transaction():
        asha.starts()
        await team.answers(ravi, ravi.chat, "/help")
    await becomes(team, asha, has_started=True)


async def test_another_bot_is_nobody_to_whom_a_lead_is_given(team: Team) -> None:
    rose = team.town.world.new_bot("Rose", "rose_bot")
    team.town.world.add_bot(team.group, team.town.ravi, MemberStatus.ADMINISTRATOR, rose)
    meena = team.town.world.add_person("Meena")
    meena.joins(team.group)

    async def is_known() -> bool:
        return "Meena" in [one.name for one in await team.services.claims.people()]

    await until(is_known)
    assert "Rose" not in [one.name for one in await team.services.claims.people()]


async def test_blocking_the_bot_is_noticed(team: Team) -> None:
    asha = team.town.asha
    await team.answers(asha, asha.chat, "/start")
    asha.blocks_bot()
    await becomes(team, asha, has_started=False)
    asha.unblocks_bot()
    await becomes(team, asha, has_started=True)
