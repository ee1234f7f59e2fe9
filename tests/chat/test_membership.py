from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bot.sandbox.botapi.chats import MemberStatus
from tests.languages import heard
from tests.waiting import until

if TYPE_CHECKING:
    import pytest

    from bot.sandbox.botapi import HumanUser
    from tests.chat.conftest import Team


async def test_a_group_that_becomes_a_supergroup_stays_the_home(team: Team) -> None:
    fresh = team.town.world.upgrade_to_supergroup(team.group)
    await team.town.world.wait_for(lambda: team.services.chats.place.chat_id == fresh.id)
    assert "Leadbell" in (await team.answers(team.town.asha, fresh, "/status")).text


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
