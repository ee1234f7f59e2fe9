"""What `leadbell setup` finds in its way: groups that are none, webhooks, moves, rights, settings from elsewhere."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from bot.sandbox.botapi import MemberStatus
from bot.sandbox.simulator.server import API_KEY, CRM_KEY, MOBILE
from tests.e2e.newcomer import FAST, START, arriving, at_terminal

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.english  # each language: tests/e2e/test_setup_languages.py

OTHER_TOKEN = "7100000001:AAEsomeOtherTokenThatIsNotThisBots00000"


async def test_chats_that_are_no_group_are_told_what_they_are(tmp_path: Path) -> None:
    async with arriving(tmp_path) as newcomer:
        await newcomer.begins()
        await newcomer.answers("The bot's token", f"Use this token to access the HTTP API: {newcomer.world.bot.token}")
        await newcomer.reads("Listening")
        newcomer.ravi.starts()
        await newcomer.reads("That was the bot's private chat with Ravi")
        other = newcomer.world.add_group("Cricket", [newcomer.ravi])
        newcomer.ravi.says(other, START)
        await newcomer.answers("Is “Cricket” the group for the leads?", "no")
        await newcomer.reads("in the right group")
        forum = newcomer.world.add_group("Sharma Forum", [newcomer.ravi], topics=["Leads"], bot_role=None)
        newcomer.world.add_bot(forum, newcomer.ravi, newcomer.world.chats[forum.id].role(newcomer.ravi))
        await newcomer.reads("The bot is in “Sharma Forum” now")
        topic = next(one for number, one in forum.topics.items() if number != 1)
        newcomer.ravi.says(forum, START, topic=topic)
        await newcomer.answers("Is “Sharma Forum” the group for the leads?")
        await newcomer.reads("Shall Ravi be an admin")
        assert newcomer.env()["TELEGRAM_CHAT_ID"] == f"{forum.id}:{topic.thread_id}"


async def test_a_group_that_moved_and_a_foreign_webhook_are_mended_by_asking(tmp_path: Path) -> None:
    async with arriving(tmp_path) as newcomer:
        young = newcomer.world.add_group("Young", [newcomer.ravi], kind="group")
        grown = newcomer.world.upgrade_to_supergroup(young)
        newcomer.world.updates.webhook = "https://crm.example/hook"
        newcomer.environment |= {
            "TELEGRAM_BOT_TOKEN": newcomer.world.bot.token,
            "TELEGRAM_PROXY": "off",
        }
        (tmp_path / ".env").write_text(f"TELEGRAM_CHAT_ID={young.id}\nTELEGRAM_ADMIN=1\n", encoding="utf-8")
        await newcomer.begins()
        await newcomer.reads("TELEGRAM_ADMIN in .env is not a setting and is not used. Did you mean TELEGRAM_ADMINS?")
        await newcomer.reads("a program at crm.example")
        await newcomer.answers("Remove it?", "y")
        await newcomer.reads("its new id is written down")
        await newcomer.reads("Leads go to the group “Young”")
        assert newcomer.world.updates.webhook == ""
        env = newcomer.env()
        assert (env["TELEGRAM_CHAT_ID"], env["TELEGRAM_PROXY"]) == (str(grown.id), "off")


async def test_a_folder_that_cannot_be_written_is_said_before_anything_is_asked(tmp_path: Path) -> None:
    async with arriving(tmp_path) as newcomer:
        (tmp_path / ".env").symlink_to("/proc/leadbell.env")
        await newcomer.begins()
        assert await newcomer.ends() == 1
        assert "cannot be written" in newcomer.said
        assert "token" not in newcomer.said


async def test_a_young_group_may_become_a_supergroup_on_the_way(tmp_path: Path) -> None:
    async with arriving(tmp_path) as newcomer:
        newcomer.group = newcomer.world.add_group("Young", [newcomer.ravi], kind="group", bot_role=None)
        await newcomer.begins()
        await newcomer.answers("The bot's token", newcomer.world.bot.token)
        await newcomer.adds_the_bot(MemberStatus.MEMBER)
        await newcomer.answers("Is “Young” the group")
        await newcomer.answers("Shall Ravi be an admin")
        await newcomer.reads("Look again")
        grown = newcomer.world.upgrade_to_supergroup(newcomer.group)
        newcomer.world.set_role(grown, newcomer.world.bot, MemberStatus.ADMINISTRATOR, by=newcomer.ravi)
        newcomer.types("y")
        await newcomer.reads("its new id is written down")
        await newcomer.reads("The bot is an administrator there")
        assert newcomer.env()["TELEGRAM_CHAT_ID"] == str(grown.id)


async def test_a_group_that_takes_no_messages_is_said_at_the_test_card(tmp_path: Path) -> None:
    async with arriving(tmp_path) as newcomer:
        newcomer.world.add_bot(newcomer.group, newcomer.ravi, MemberStatus.ADMINISTRATOR)
        (tmp_path / ".env").write_text(
            f"TELEGRAM_CHAT_ID={newcomer.group.id}\nPUSH_TOKEN=k7Qw2ZpX9mB4tR8sVn3dd\n", encoding="utf-8"
        )
        newcomer.environment["HTTP_LISTEN"] = "127.0.0.1:0"
        newcomer.api.faults.refuse(
            400, "Bad Request: not enough rights to send text messages to the chat", "sendMessage"
        )
        await newcomer.begins()
        await newcomer.answers("The bot's token", newcomer.world.bot.token)
        await newcomer.answers("In which language")
        await newcomer.answers("Change one now?")
        await newcomer.reads("The group does not take messages (Not enough rights to send text messages to the chat)")
        await newcomer.answers("Post another test card?")
        await newcomer.presses()
        await newcomer.reads("Ravi pressed the button")


async def test_what_a_secret_file_or_the_environment_says_stays_there(tmp_path: Path) -> None:
    async with arriving(tmp_path) as newcomer:
        (tmp_path / "token").write_text(newcomer.world.bot.token, encoding="utf-8")
        newcomer.environment |= {"TELEGRAM_BOT_TOKEN_FILE": str(tmp_path / "token"), "INDIAMART_KEY": "some-other-key"}
        newcomer.world.add_bot(newcomer.group, newcomer.ravi, MemberStatus.ADMINISTRATOR)
        (tmp_path / ".env").write_text(f"TELEGRAM_CHAT_ID={newcomer.group.id}\n", encoding="utf-8")
        await newcomer.begins()
        await newcomer.reads("IndiaMART refuses the key")
        await newcomer.answers("How do leads come")
        await newcomer.answers("IndiaMART's key", API_KEY)
        assert await newcomer.ends() == 1
        assert "INDIAMART_KEY is set in the environment, which wins over .env" in newcomer.said
        assert newcomer.env()["TELEGRAM_BOT_TOKEN_FILE"] == str(tmp_path / "token")
        assert "TELEGRAM_BOT_TOKEN" not in newcomer.env()


async def test_what_is_not_asked_for_has_to_be_right_before(tmp_path: Path) -> None:
    async with arriving(tmp_path) as newcomer:
        newcomer.environment |= {"POLL_EVERY": "often", "TELEGRAM_BOT_TOKEN": "nonsense"}
        await newcomer.begins()
        assert await newcomer.ends() == 2
        assert "TELEGRAM_BOT_TOKEN: it does not look like a bot token" in newcomer.said
        del newcomer.environment["TELEGRAM_BOT_TOKEN"]
        await newcomer.begins()
        assert await newcomer.ends() == 2
        assert "POLL_EVERY" in newcomer.said
        assert "asks for what is needed" in newcomer.said


async def test_check_asks_at_a_terminal_before_it_removes_a_webhook(tmp_path: Path) -> None:
    async with arriving(tmp_path) as newcomer:
        newcomer.world.add_bot(newcomer.group, newcomer.ravi, MemberStatus.ADMINISTRATOR)
        newcomer.world.updates.webhook = "https://crm.example/hook"
        newcomer.environment |= {
            "TELEGRAM_BOT_TOKEN": newcomer.world.bot.token,
            "TELEGRAM_CHAT_ID": str(newcomer.group.id),
            "INDIAMART_KEY": API_KEY,
        }
        async with at_terminal(newcomer, "check") as keyboard:
            await newcomer.reads("Remove it?")
            assert newcomer.world.updates.webhook
            os.write(keyboard, b"yes\n")
            await newcomer.reads("The webhook at crm.example is removed.")
            assert await newcomer.ends() == 0
        assert not newcomer.world.updates.webhook


async def test_the_old_key_goes_with_a_mobile_and_who_writes_as_the_group_is_no_admin(tmp_path: Path) -> None:
    async with arriving(tmp_path) as newcomer:
        newcomer.world.add_bot(newcomer.group, newcomer.ravi, MemberStatus.ADMINISTRATOR)
        await newcomer.begins()
        await newcomer.answers("The bot's token", newcomer.world.bot.token)
        await newcomer.listened_to()
        newcomer.ravi.says(newcomer.group, START, is_anonymous=True)
        await newcomer.answers("Is “Sharma Sales” the group")
        await newcomer.reads("That was written anonymously, as the group")
        await newcomer.answers("How do leads come", "4")
        await newcomer.answers("How do leads come", "2")
        await newcomer.answers("The mobile number registered with IndiaMART", "12345")
        await newcomer.reads("it is not an Indian mobile number of ten digits")
        await newcomer.answers("The mobile number registered with IndiaMART", MOBILE)
        await newcomer.answers("IndiaMART's key", MOBILE)
        await newcomer.reads("That is a phone number.")
        await newcomer.answers("IndiaMART's key", CRM_KEY)
        await newcomer.reads("the key works")
        await newcomer.answers("In which language")
        await newcomer.reads("Change one now?")
        env = newcomer.env()
        assert (env["INDIAMART_MOBILE"], env["INDIAMART_KEY"]) == (MOBILE, CRM_KEY)
        assert "TELEGRAM_ADMINS" not in env


@pytest.mark.parametrize(
    ("api", "way", "key", "left"),
    [
        ("v1", "1", API_KEY, "v2"),
        ("v2", "2", CRM_KEY, "v1"),
        ("v1", "3", "", "v2"),
        ("v2", "1", API_KEY, "v2"),
    ],
)
async def test_the_way_that_is_chosen_counts_whatever_api_was_set(
    tmp_path: Path, api: str, way: str, key: str, left: str
) -> None:
    async with arriving(tmp_path) as newcomer:
        newcomer.world.add_bot(newcomer.group, newcomer.ravi, MemberStatus.ADMINISTRATOR)
        newcomer.environment |= FAST | {"TELEGRAM_BOT_TOKEN": newcomer.world.bot.token, "HTTP_LISTEN": "127.0.0.1:0"}
        mobile = f"INDIAMART_MOBILE={MOBILE}\n" if api == "v1" else ""
        (tmp_path / ".env").write_text(
            f"TELEGRAM_CHAT_ID={newcomer.group.id}\nINDIAMART_API={api}\nINDIAMART_KEY=refused-key\n{mobile}",
            encoding="utf-8",
        )
        await newcomer.begins()
        await newcomer.reads("IndiaMART refuses the key")
        await newcomer.answers("How do leads come", way)
        if way == "2":
            await newcomer.answers("The mobile number registered with IndiaMART", MOBILE)
        if key:
            await newcomer.answers("IndiaMART's key", key)
            await newcomer.reads("the key works")
        await newcomer.answers("In which language")
        env = newcomer.env()
        assert (env.get("INDIAMART_API"), env.get("INDIAMART_KEY", "")) == (left, key)
        assert ("INDIAMART_MOBILE" in env) == (way == "2")


async def test_of_a_pasted_message_the_token_is_taken_and_nothing_else(tmp_path: Path) -> None:
    async with arriving(tmp_path) as newcomer, at_terminal(newcomer) as keyboard:
        await newcomer.reads("The bot's token")
        said = f"Done! Congratulations on it.\n\nUse this token:\n{newcomer.world.bot.token}\nKeep it safe.\n\n\n"
        os.write(keyboard, said.encode())
        await newcomer.reads("the token is @leadbell_bot's")
        await newcomer.adds_the_bot()
        await newcomer.reads("Is “Sharma Sales” the group for the leads? [y/n] (y): ")
        os.write(keyboard, b"no\n")
        await newcomer.reads("Then write /start@leadbell_bot in the right group.")
