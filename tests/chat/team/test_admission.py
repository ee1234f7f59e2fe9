"""Who may: every command, press and inline query is checked, also inside the group."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from bot.sandbox.botapi import MemberStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.chat.team.conftest import Office

COMMANDS = ["/today", "/yesterday", "/week", "/search asha", "/lead 1", "/lead_1", "/status", "/fetch", "/start lead_1"]
DATA = ("Asha", "Testwala", "90000", "/lead_", "PERC", "2640000001")


def shows_nothing(text: str) -> bool:
    return bool(text) and not any(word in text for word in DATA)


@pytest.mark.parametrize("command", [*COMMANDS, "/help", "/start", "/weather"])
async def test_a_stranger_gets_one_polite_message_without_data(office: Office, command: str) -> None:
    await office.keeps(office.lead())
    answer = await office.asks(office.town.vikram, command)
    assert shows_nothing(answer.text)
    assert answer.buttons == []
    await office.settles()
    assert len(office.town.vikram.chat.by_bot) == 1


@pytest.mark.parametrize("command", COMMANDS)
async def test_an_admin_from_outside_the_group_may_look(office: Office, command: str) -> None:
    await office.keeps(office.lead())
    assert "not a member" not in (await office.asks(office.boss, command)).text
    assert not shows_nothing((await office.asks(office.boss, "/lead 1")).text)


@pytest.mark.parametrize(
    ("role", "is_member", "may"),
    [
        (MemberStatus.CREATOR, True, True),
        (MemberStatus.ADMINISTRATOR, True, True),
        (MemberStatus.MEMBER, True, True),
        (MemberStatus.RESTRICTED, True, True),
        (MemberStatus.RESTRICTED, False, False),
        (MemberStatus.LEFT, False, False),
        (MemberStatus.KICKED, False, False),
    ],
)
async def test_what_counts_as_being_in_the_team(office: Office, role: MemberStatus, is_member: bool, may: bool) -> None:  # noqa: FBT001 - a table
    await office.keeps(office.lead())
    office.town.world.set_role(office.group, office.town.vikram, role, is_member=is_member)
    answer = await office.asks(office.town.vikram, "/lead 1")
    assert ("Asha Testwala" in answer.text) is may


async def test_a_membership_is_asked_for_once_in_five_minutes(office: Office) -> None:
    for _time in range(3):
        await office.asks(office.town.asha, "/today")
    assert len(office.town.api.calls.of("getChatMember")) == 1


async def test_without_administration_those_count_who_acted_in_the_group(opens: Callable[..., Any]) -> None:
    async with opens(bot_role=MemberStatus.MEMBER) as office:
        office.group.is_hiding_members = True
        await office.keeps(office.lead())
        assert shows_nothing((await office.asks(office.town.asha, "/lead 1")).text)
        await office.answer(office.group, lambda: office.town.asha.says(office.group, "/status@leadbell_bot"))
        assert "Asha Testwala" in (await office.asks(office.town.asha, "/lead 1")).text
        office.town.asha.leaves(office.group)
        await office.settles()
        assert shows_nothing((await office.asks(office.town.asha, "/lead 1")).text)


async def test_a_chat_that_is_not_configured_gets_nothing_and_its_id_is_logged(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    other = office.town.world.add_group(
        "Others", [office.town.asha, office.town.vikram], bot_role=MemberStatus.ADMINISTRATOR
    )
    await office.keeps(office.lead())
    for text in ("/today", "/start", "/help@leadbell_bot", "/lead_1", "/weather@leadbell_bot"):
        assert await office.is_silent(other, partial(office.town.asha.says, other, text))
    assert str(other.id) in caplog.text
    assert "Others" not in caplog.text


async def test_no_words_of_people_or_buyers_are_logged(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    await office.receives(office.lead())
    await office.asks(office.town.asha, "/search testwala kochi")
    await office.asks(office.town.vikram, "/search blue whale")
    await office.town.asha.asks_inline("ernakulam", chat_type="sender")
    own = "\n".join(one.getMessage() for one in caplog.records if not one.name.startswith(("asyncio", "aiosqlite")))
    for word in ("Testwala", "90000", "kochi", "whale", "ernakulam", office.town.world.bot.token):
        assert word not in own


async def test_a_strangers_press_is_answered_and_does_nothing(office: Office) -> None:
    card = await office.receives(office.lead())
    answer = await office.town.vikram.presses(card, "👤 Contact")
    assert shows_nothing(answer.text)
    await office.settles()
    assert office.town.vikram.chat.by_bot == []
    assert len(office.group.by_bot) == 1


async def test_a_stranger_cannot_turn_a_page_that_was_forwarded_to_them(office: Office) -> None:
    await office.keeps(*office.leads(23))
    page = await office.asks(office.town.asha, "/today")
    before = page.text
    answer = await office.town.vikram.presses(page, "Older ›")
    assert shows_nothing(answer.text)
    assert page.text == before


async def test_a_strangers_inline_query_is_empty(office: Office) -> None:
    await office.keeps(office.lead())
    for words in ("", "asha", "9000000031"):
        answer = await office.town.vikram.asks_inline(words, chat_type="sender")
        assert answer.results == ()
        assert answer.is_personal
