"""`leadbell setup` as somebody types it, between the sandbox's Telegram and IndiaMART's simulator."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
from typing import TYPE_CHECKING

import pytest

from bot.chat import test_card
from bot.i18n import speaking
from bot.sandbox.botapi import MemberStatus
from bot.sandbox.simulator.server import API_KEY
from tests.e2e.newcomer import FAST, OTHER_TOKEN, arriving, at_terminal

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.english  # each language: tests/e2e/test_setup_languages.py


async def test_three_wrong_answers_are_said_in_words_and_the_card_is_pressed(tmp_path: Path) -> None:
    async with arriving(tmp_path) as newcomer:
        newcomer.environment |= FAST
        newcomer.simulator.seller.arrive_many(3)
        await newcomer.sets_up()
        assert "the key works: 3 leads" in newcomer.said
        env = newcomer.env()
        assert env["TELEGRAM_BOT_TOKEN"] == newcomer.world.bot.token
        assert env["TELEGRAM_CHAT_ID"] == str(newcomer.group.id)
        assert env["TELEGRAM_ADMINS"] == str(newcomer.ravi.id)
        assert env["INDIAMART_KEY"] == API_KEY
        assert env["INDIAMART_URL"] == newcomer.simulator.url
        assert len(env["SECRET_KEY"]) == 44
        assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
        with speaking("gu"):  # what the group is to be spoken to in, and not what the machine speaks
            assert newcomer.group.texts[-1] == test_card.proof("Ravi").text
        assert OTHER_TOKEN not in newcomer.said


async def test_what_is_right_is_kept_when_it_is_run_again(tmp_path: Path) -> None:
    async with arriving(tmp_path) as newcomer:
        newcomer.environment |= FAST
        newcomer.world.add_bot(newcomer.group, newcomer.ravi)
        given = f"# ours\nTELEGRAM_CHAT_ID={newcomer.group.id}\nINDIAMART_KEY={API_KEY}\nTELEGRAM_BOT_TOKEN=nonsense\n"
        (tmp_path / ".env").write_text(given, encoding="utf-8")
        await newcomer.begins()
        await newcomer.reads("TELEGRAM_BOT_TOKEN: it does not look like a bot token")
        await newcomer.answers("The bot's token", newcomer.world.bot.token)
        await newcomer.reads("Leads go to the group “Sharma Sales”")
        await newcomer.reads("The bot is no administrator there")
        await newcomer.reads("Its privacy mode is on")
        await newcomer.answers("Look again", "n")
        await newcomer.reads("the key works")
        await newcomer.answers("In which language")
        await newcomer.answers("Change one now?", "n")
        await newcomer.presses()
        await newcomer.answers("Shall Ravi be an admin", "n")
        await newcomer.answers("start by itself", "no")
        assert await newcomer.ends() == 0
        assert (tmp_path / ".env").read_text(encoding="utf-8").startswith("# ours\nTELEGRAM_CHAT_ID=")


async def test_it_goes_on_where_it_was_killed(tmp_path: Path) -> None:
    async with arriving(tmp_path) as newcomer:
        await newcomer.begins()
        await newcomer.answers("The bot's token", newcomer.world.bot.token)
        await newcomer.reads("add @leadbell_bot to the sales group")
        assert newcomer.process is not None
        newcomer.process.kill()
        await newcomer.process.wait()
        await newcomer.begins()
        await newcomer.reads("the token is @leadbell_bot's")
        await newcomer.adds_the_bot()
        await newcomer.answers("Is “Sharma Sales” the group")
        await newcomer.answers("Shall Ravi be an admin", "n")
        await newcomer.reads("How do leads come")
        newcomer.keyboard.close()
        assert await newcomer.ends() == 1
        assert "Nobody answers." in newcomer.said
        assert "Traceback" not in newcomer.said
        await newcomer.begins()
        await newcomer.reads("Leads go to the group")
        await newcomer.answers("How do leads come", "3")
        await newcomer.reads("PUSH_TOKEN: it leads to HTTP_LISTEN, which is off.")
        newcomer.keyboard.close()
        assert await newcomer.ends() == 1
        (tmp_path / ".env").write_text(
            (tmp_path / ".env").read_text(encoding="utf-8").replace("HTTP_LISTEN=off\n", ""), encoding="utf-8"
        )
        del newcomer.environment["HTTP_LISTEN"]
        await newcomer.begins()
        await newcomer.answers("How do leads come", "3")
        await newcomer.reads("https://your.name/indiamart/")
        assert "TELEGRAM_ADMINS" not in newcomer.env()


async def test_check_posts_the_same_card(tmp_path: Path) -> None:
    async with arriving(tmp_path) as newcomer:
        newcomer.world.add_bot(newcomer.group, newcomer.ravi)
        newcomer.environment |= {
            "TELEGRAM_BOT_TOKEN": newcomer.world.bot.token,
            "TELEGRAM_CHAT_ID": str(newcomer.group.id),
            "INDIAMART_KEY": API_KEY,
        }
        await newcomer.begins("check", "--post")
        await newcomer.presses()
        await newcomer.ends()
        assert "ok     Ravi pressed the button" in newcomer.said


async def test_beside_a_running_service_the_card_is_answered_by_that(tmp_path: Path) -> None:
    async with arriving(tmp_path) as newcomer, arriving(tmp_path) as second:
        newcomer.world.add_bot(newcomer.group, newcomer.ravi)
        newcomer.environment |= {
            "TELEGRAM_BOT_TOKEN": newcomer.world.bot.token,
            "TELEGRAM_CHAT_ID": str(newcomer.group.id),
            "INDIAMART_KEY": API_KEY,
        }
        await newcomer.begins("run")
        await newcomer.listened_to()
        await newcomer.world.wait_for(lambda: newcomer.group.texts)
        second.environment = newcomer.environment
        await second.begins("check", "--post")
        await second.ends()
        assert "the running service answers" in second.said
        card = newcomer.group.by_bot[-1]
        answer = await newcomer.ravi.presses(card, "👍 It works")
        assert answer.text == "It works: your press has come back."
        await newcomer.world.wait_for(lambda: newcomer.group.texts[-1].startswith("✅ Ravi pressed the button"))


async def test_what_the_team_did_while_the_service_was_down_is_left_to_it(tmp_path: Path) -> None:
    async with arriving(tmp_path) as newcomer:
        newcomer.world.add_bot(newcomer.group, newcomer.ravi)
        newcomer.environment |= FAST | {
            "TELEGRAM_BOT_TOKEN": newcomer.world.bot.token,
            "TELEGRAM_CHAT_ID": str(newcomer.group.id),
            "INDIAMART_KEY": API_KEY,
        }
        newcomer.simulator.seller.arrive()
        await newcomer.begins("run")
        await newcomer.world.wait_for(lambda: any(one.buttons for one in newcomer.group.by_bot))
        card = next(one for one in newcomer.group.by_bot if one.buttons)
        await newcomer.stops()
        newcomer.ravi.says(newcomer.group, "wants a call at six", reply_to=card)
        await newcomer.begins("check", "--post")
        await newcomer.reads("What was pressed and written since Leadbell stopped waits for it (1 update)")
        await newcomer.ends()
        waiting = [one["message"]["text"] for one in newcomer.world.updates.waiting]
        assert waiting == ["wants a call at six"]
        proof = newcomer.group.by_bot[-1]
        await newcomer.begins("run")
        await newcomer.listened_to()
        await newcomer.ravi.presses(proof, proof.buttons[0][0])
        await newcomer.world.wait_for(lambda: "wants a call at six" in card.text)


async def test_what_is_offered_can_be_changed_and_the_files_that_start_it_are_written(tmp_path: Path) -> None:
    taken = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    port = taken.sockets[0].getsockname()[1]
    folder = tmp_path / "Sharma & Sons 100 %"
    async with taken, arriving(folder) as newcomer:
        newcomer.world.add_bot(newcomer.group, newcomer.ravi, MemberStatus.ADMINISTRATOR)
        del newcomer.environment["HTTP_LISTEN"]
        newcomer.environment |= {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "HOME": str(tmp_path / "home")}
        (tmp_path / "bin").mkdir()
        (tmp_path / "bin" / "systemctl").symlink_to("/bin/true")
        given = {
            "TELEGRAM_BOT_TOKEN": newcomer.world.bot.token,
            "TELEGRAM_CHAT_ID": str(newcomer.group.id),
            "PUSH_TOKEN": "k7Qw2ZpX9mB4tR8sVn3dd",
            "HTTP_LISTEN": f"127.0.0.1:{port}",
        }
        (folder / ".env").write_text("".join(f"{name}={text}\n" for name, text in given.items()), encoding="utf-8")
        await newcomer.begins()
        await newcomer.reads("Leads come by push only")
        await newcomer.answers("In which language")
        await newcomer.answers("Change one now?", "y")
        await newcomer.answers("When does the team work?", "all day")
        await newcomer.reads("WORKING_HOURS:")
        await newcomer.answers("When does the team work?", "Mon-Fri 10:00-18:00")
        await newcomer.answers("Days off", "IN")
        await newcomer.answers("When does the group hear", "19:00")
        await newcomer.answers("What do you pay IndiaMART a year", "75k")
        await newcomer.answers("How many BuyLeads", "many")
        await newcomer.reads("BUYLEADS_PER_WEEK:")
        await newcomer.answers("How many BuyLeads", "25")
        await newcomer.answers("a checked backup every night", "backups")
        await newcomer.answers("There is no folder", "y")
        await newcomer.reads(f"Another program has port {port}")
        await newcomer.presses()
        await newcomer.answers("Shall Ravi be an admin", "n")
        await newcomer.answers("start by itself", "system")
        await newcomer.reads("WorkingDirectory=")
        await newcomer.reads("sudo systemctl enable --now leadbell")
        assert await newcomer.ends() == 0
        env = newcomer.env()
        assert env["WORKING_HOURS"] == "'Mon-Fri 10:00-18:00'"
        assert env["BACKUP_DIR"] == f"'{folder / 'backups'}'"
        assert env["HTTP_LISTEN"] != f"127.0.0.1:{port}"
        assert (folder / "backups").is_dir()
        unit = (folder / "leadbell.service").read_text(encoding="utf-8")
        assert f"WorkingDirectory={str(folder).replace('%', '%%')}\n" in unit
        await newcomer.begins("check")
        assert await newcomer.ends() == 0, newcomer.said


@pytest.mark.parametrize("question", ["The bot's token", "add @leadbell_bot to the sales group"])
async def test_ctrl_c_ends_at_a_question_and_while_it_listens(tmp_path: Path, question: str) -> None:
    async with arriving(tmp_path) as newcomer:
        await newcomer.begins()
        if not question.startswith("The bot"):
            await newcomer.answers("The bot's token", newcomer.world.bot.token)
            await newcomer.listened_to()
        await newcomer.reads(question)
        assert newcomer.process is not None
        newcomer.process.send_signal(signal.SIGINT)
        assert await newcomer.ends() == 1
        assert "“leadbell setup” goes on from there." in newcomer.said
        assert "Traceback" not in newcomer.said


async def test_at_a_terminal_ctrl_c_ends_as_well(tmp_path: Path) -> None:
    async with arriving(tmp_path) as newcomer, at_terminal(newcomer) as keyboard:
        await newcomer.reads("The bot's token")
        os.write(keyboard, f"{newcomer.world.bot.token}\n".encode())
        await newcomer.reads("add @leadbell_bot to the sales group")
        assert newcomer.process is not None
        newcomer.process.send_signal(signal.SIGINT)
        assert await newcomer.ends() == 1
        assert "Stopped." in newcomer.said
