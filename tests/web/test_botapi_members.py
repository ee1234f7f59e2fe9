"""Who sees what in the sandbox: privacy mode, members, comings and goings, menus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeChat,
    ChatMemberAdministrator,
    ChatMemberRestricted,
)
from telegram.error import BadRequest, Forbidden

from bot.sandbox.botapi import MemberStatus
from bot.sandbox.botapi.town import Town, opened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

KINDS = ["message", "chat_member", "my_chat_member"]


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with opened() as town:
        yield town


@pytest.fixture
async def bot(town: Town) -> AsyncIterator[Bot]:
    async with Bot(town.world.bot.token, base_url=town.api.base_url) as bot:
        yield bot


def demote(town: Town) -> None:
    """The bot is an ordinary member, and nothing waits for it."""
    town.world.set_role(town.group, town.world.bot, MemberStatus.MEMBER)
    town.world.updates.drop()


async def texts(town: Town) -> list[str]:
    return [update["message"].get("text", "") for update in await town.updates()]


@pytest.mark.parametrize(
    ("text", "is_seen"),
    [
        ("hello", False),
        ("/today@leadbell_bot", True),
        ("/today@Leadbell_Bot now", True),
        ("/today@another_bot", False),
        ("/today", True),
        ("a/b", False),
    ],
)
async def test_in_privacy_mode_only_commands_come(town: Town, text: str, is_seen: bool) -> None:  # noqa: FBT001 - a case
    demote(town)
    town.ravi.says(town.group, text)
    assert await texts(town) == ([text] if is_seen else [])


async def test_a_bare_command_does_not_come_where_another_bot_spoke_last(town: Town) -> None:
    demote(town)
    town.group.last_bot = town.world.new_bot("Other", "other_bot")
    town.ravi.says(town.group, "/today")
    town.ravi.says(town.group, "/today@leadbell_bot")
    assert await texts(town) == ["/today@leadbell_bot"]


async def test_in_privacy_mode_replies_to_the_bot_come(town: Town) -> None:
    demote(town)
    await town.says("a card")
    town.ravi.says(town.group, "a note", reply_to=town.group.last)
    town.ravi.says(town.group, "chatter", reply_to=town.group.last)
    assert await texts(town) == ["a note"]


async def test_an_administrator_sees_everything(town: Town) -> None:
    town.ravi.says(town.group, "hello")
    assert await texts(town) == ["hello"]


async def test_the_bot_never_sees_its_own_messages_or_other_groups(town: Town) -> None:
    await town.says("mine")
    town.vikram.says(town.world.add_group("Elsewhere", [town.vikram], bot_role=None), "secret")
    assert await texts(town) == []


async def test_an_anonymous_administrator_writes_as_the_group(town: Town) -> None:
    town.ravi.says(town.group, "/today", is_anonymous=True)
    message = (await town.updates())[0]["message"]
    assert (message["from"]["id"], message["from"]["username"]) == (1087968824, "GroupAnonymousBot")
    assert message["sender_chat"]["id"] == town.group.id


async def test_comings_and_goings_are_announced(town: Town) -> None:
    demote(town)
    town.vikram.joins(town.group)
    town.vikram.leaves(town.group)
    joined, left = [update["message"] for update in await town.updates()]
    assert [user["id"] for user in joined["new_chat_members"]] == [town.vikram.id]
    assert left["left_chat_member"]["id"] == town.vikram.id


async def test_chat_member_comes_only_if_named_and_only_to_administrators(town: Town) -> None:
    town.vikram.joins(town.group)
    assert [next(iter(u.keys() - {"update_id"})) for u in await town.updates()] == ["message"]
    await town.call("getUpdates", allowed_updates=KINDS)
    town.world.remove(town.group, town.vikram, by=town.ravi)
    change = next(u["chat_member"] for u in await town.updates() if "chat_member" in u)
    assert (change["old_chat_member"]["status"], change["new_chat_member"]["status"]) == ("member", "kicked")
    demote(town)
    town.asha.leaves(town.group)
    assert all("chat_member" not in update for update in await town.updates())


async def test_the_bot_learns_what_becomes_of_itself(town: Town) -> None:
    town.world.kick_bot(town.group, by=town.ravi)
    town.world.add_bot(town.group, by=town.ravi, role=MemberStatus.ADMINISTRATOR)
    town.ravi.starts()
    town.ravi.blocks_bot()
    changes = [update["my_chat_member"] for update in await town.updates() if "my_chat_member" in update]
    roles = [(change["old_chat_member"]["status"], change["new_chat_member"]["status"]) for change in changes]
    assert roles == [("administrator", "kicked"), ("kicked", "administrator"), ("member", "kicked")]
    assert changes[0]["from"]["id"] == town.ravi.id


async def test_every_role_can_be_asked_for(town: Town, bot: Bot) -> None:
    roles: dict[str, Any] = {}
    for role in (MemberStatus.MEMBER, MemberStatus.ADMINISTRATOR, MemberStatus.LEFT, MemberStatus.KICKED):
        town.world.set_role(town.group, town.asha, role)
        roles[role] = (await bot.get_chat_member(town.group.id, town.asha.id)).status
    assert all(role == status for role, status in roles.items())
    assert (await bot.get_chat_member(town.group.id, town.ravi.id)).status == "creator"
    assert (await bot.get_chat_member(town.group.id, town.vikram.id)).status == "left"


async def test_a_restricted_person_may_be_in_or_out(town: Town, bot: Bot) -> None:
    for is_member in (True, False):
        town.world.set_role(town.group, town.asha, MemberStatus.RESTRICTED, is_member=is_member)
        found = await bot.get_chat_member(town.group.id, town.asha.id)
        assert isinstance(found, ChatMemberRestricted)
        assert (found.is_member, town.group.has(town.asha)) == (is_member, is_member)


async def test_an_administrator_without_rights_has_none(town: Town, bot: Bot) -> None:
    own = await bot.get_chat_member(town.group.id, bot.id)
    assert isinstance(own, ChatMemberAdministrator)
    assert (own.can_manage_chat, own.can_delete_messages) == (True, False)


async def test_hidden_members_are_shown_to_administrators_only(town: Town, bot: Bot) -> None:
    town.group.is_hiding_members = True
    assert (await bot.get_chat_member(town.group.id, town.asha.id)).status == "member"
    demote(town)
    with pytest.raises(BadRequest, match=r"(?i)chat_admin_required"):
        await bot.get_chat_member(town.group.id, town.asha.id)
    assert (await bot.get_chat_member(town.group.id, bot.id)).status == "member"


async def test_a_stranger_is_no_participant(town: Town, bot: Bot) -> None:
    with pytest.raises(BadRequest, match=r"(?i)participant_id_invalid"):
        await bot.get_chat_member(town.group.id, 42)


async def test_administrators_are_listed_and_everybody_is_counted(town: Town, bot: Bot) -> None:
    assert [found.user.id for found in await bot.get_chat_administrators(town.group.id)] == [town.ravi.id]
    assert await bot.get_chat_member_count(town.group.id) == 3


async def test_commands_are_kept_per_scope_and_language(town: Town, bot: Bot) -> None:
    today, heute = [BotCommand("today", "today's leads")], [BotCommand("today", "Anfragen von heute")]
    await bot.set_my_commands(today)
    await bot.set_my_commands(heute, scope=BotCommandScopeAllGroupChats(), language_code="de")
    assert await bot.get_my_commands() == tuple(today)
    assert await bot.get_my_commands(BotCommandScopeAllGroupChats(), "de") == tuple(heute)
    assert await bot.get_my_commands(BotCommandScopeAllGroupChats()) == ()
    await bot.delete_my_commands()
    assert await bot.get_my_commands() == ()


@pytest.mark.parametrize(("name", "words"), [("Today", "x"), ("a-b", "x"), ("x" * 33, "x"), ("today", "x" * 257)])
async def test_a_bad_command_is_refused(town: Town, name: str, words: str) -> None:
    _, body = await town.call("setMyCommands", commands=[{"command": name, "description": words}])
    assert body["description"].startswith("Bad Request: BOT_COMMAND_")


async def test_a_menu_for_an_unknown_chat_is_refused(bot: Bot) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.set_my_commands([BotCommand("today", "x")], scope=BotCommandScopeChat(-100))


async def test_descriptions_and_names_are_kept(bot: Bot) -> None:
    await bot.set_my_description("Brings leads")
    await bot.set_my_short_description("Leads")
    assert (await bot.get_my_description()).description == "Brings leads"
    assert (await bot.get_my_short_description("hi")).short_description == "Leads"
    assert (await bot.get_my_name()).name == "Leadbell"


async def test_get_me_tells_whether_inline_mode_is_on(town: Town, bot: Bot) -> None:
    assert (await bot.get_me()).supports_inline_queries
    town.world.bot.has_inline = False
    assert not (await bot.get_me()).supports_inline_queries


async def test_a_person_is_looked_at_before_they_press_start_but_not_written_to(town: Town, bot: Bot) -> None:
    stranger = town.world.add_person("Kiran")
    assert (await bot.get_chat(stranger.id)).first_name == "Kiran"
    with pytest.raises(Forbidden, match="can't initiate conversation"):
        await bot.send_chat_action(stranger.id, "typing")
