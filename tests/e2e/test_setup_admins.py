"""Who becomes an admin by `leadbell setup`: it asks as long as there is none, and offers whoever presses the card."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from bot.sandbox.botapi import MemberStatus
from bot.sandbox.simulator.server import API_KEY
from tests.e2e.newcomer import FAST, arriving

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.newcomer import Newcomer

pytestmark = pytest.mark.english  # each language: tests/e2e/test_setup_languages.py

NONE_SET = "No admin is set"


def is_set_up(newcomer: Newcomer, **more: str) -> None:
    newcomer.world.add_bot(newcomer.group, newcomer.ravi, MemberStatus.ADMINISTRATOR)
    given = {
        "TELEGRAM_BOT_TOKEN": newcomer.world.bot.token,
        "TELEGRAM_CHAT_ID": str(newcomer.group.id),
        "INDIAMART_KEY": API_KEY,
        "BOT_LANGUAGE": "en",
    }
    text = "".join(f"{name}={value}\n" for name, value in (given | more).items())
    (newcomer.folder / ".env").write_text(text, encoding="utf-8")


async def comes_to_the_card(newcomer: Newcomer) -> None:
    await newcomer.answers("Change one now?")
    await newcomer.reads("Press its button")


async def test_an_admin_question_that_was_interrupted_is_asked_again_of_who_presses_the_card(tmp_path: Path) -> None:
    async with arriving(tmp_path) as newcomer:
        newcomer.environment |= FAST
        await newcomer.begins()
        await newcomer.answers("The bot's token", newcomer.world.bot.token)
        await newcomer.adds_the_bot()
        await newcomer.answers("Is “Sharma Sales” the group")
        await newcomer.reads("Shall Ravi be an admin")
        assert newcomer.process is not None
        newcomer.process.send_signal(signal.SIGINT)
        assert await newcomer.ends() == 1
        await newcomer.begins()
        await newcomer.answers("How do leads come", "1")
        await newcomer.answers("IndiaMART's key", API_KEY)
        await newcomer.answers("In which language")
        await comes_to_the_card(newcomer)
        await newcomer.presses()
        await newcomer.answers("Shall Ravi be an admin")
        await newcomer.reads(f"The admin {newcomer.ravi.id} can be written to.")
        await newcomer.answers("start by itself", "no")
        assert await newcomer.ends() == 0
        assert newcomer.env()["TELEGRAM_ADMINS"] == str(newcomer.ravi.id)
        assert NONE_SET not in newcomer.said


async def test_who_was_turned_down_is_not_asked_about_twice_in_one_run_but_in_the_next(tmp_path: Path) -> None:
    async with arriving(tmp_path) as newcomer:
        newcomer.environment |= FAST
        await newcomer.begins()
        await newcomer.answers("The bot's token", newcomer.world.bot.token)
        await newcomer.adds_the_bot()
        await newcomer.answers("Is “Sharma Sales” the group")
        await newcomer.answers("Shall Ravi be an admin", "no")
        await newcomer.answers("How do leads come", "1")
        await newcomer.answers("IndiaMART's key", API_KEY)
        await newcomer.answers("In which language")
        await comes_to_the_card(newcomer)
        await newcomer.presses()
        await newcomer.reads(NONE_SET)
        await newcomer.answers("start by itself", "no")
        assert await newcomer.ends() == 0
        assert newcomer.said.count("be an admin of Leadbell") == 1
        await newcomer.begins()
        await comes_to_the_card(newcomer)
        await newcomer.presses()
        await newcomer.answers("Shall Ravi be an admin", "yes")
        await newcomer.answers("start by itself", "no")
        assert await newcomer.ends() == 0
        assert newcomer.env()["TELEGRAM_ADMINS"] == str(newcomer.ravi.id)


@pytest.mark.parametrize(("answer", "is_one"), [("", "no"), ("y", "yes")])
async def test_a_further_admin_is_who_presses_the_card_of_a_later_run(tmp_path: Path, answer: str, is_one: str) -> None:
    async with arriving(tmp_path) as newcomer:
        newcomer.environment |= FAST
        boss = newcomer.world.add_person("Asha", has_started=True)
        is_set_up(newcomer, TELEGRAM_ADMINS=str(boss.id))
        await newcomer.begins()
        await comes_to_the_card(newcomer)
        await newcomer.presses()
        await newcomer.answers(
            f"Ravi (Telegram's number {newcomer.ravi.id}) pressed it. Shall Ravi be an admin", answer
        )
        await newcomer.answers("start by itself", "no")
        assert await newcomer.ends() == 0
        admins = [str(boss.id), str(newcomer.ravi.id)] if is_one == "yes" else [str(boss.id)]
        assert newcomer.env()["TELEGRAM_ADMINS"].split(",") == admins


async def test_an_admin_who_presses_is_not_asked_about(tmp_path: Path) -> None:
    async with arriving(tmp_path) as newcomer:
        newcomer.environment |= FAST
        is_set_up(newcomer, TELEGRAM_ADMINS=str(newcomer.ravi.id))
        await newcomer.begins()
        await comes_to_the_card(newcomer)
        await newcomer.presses()
        await newcomer.answers("start by itself", "no")
        assert await newcomer.ends() == 0
        assert "be an admin of Leadbell" not in newcomer.said


async def test_where_the_environment_names_the_admins_it_is_said_that_they_are_set_there(tmp_path: Path) -> None:
    async with arriving(tmp_path) as newcomer:
        boss = newcomer.world.add_person("Asha", has_started=True)
        newcomer.environment |= FAST | {"TELEGRAM_ADMINS": str(boss.id)}
        is_set_up(newcomer)
        await newcomer.begins()
        await comes_to_the_card(newcomer)
        await newcomer.presses()
        await newcomer.answers("Shall Ravi be an admin", "y")
        await newcomer.reads("TELEGRAM_ADMINS is set in the environment, which wins over .env.")
        await newcomer.answers("start by itself", "no")
        assert await newcomer.ends() == 0


async def test_check_notes_that_there_is_no_admin_as_long_as_there_is_none(tmp_path: Path) -> None:
    async with arriving(tmp_path) as newcomer:
        is_set_up(newcomer)
        await newcomer.begins("check")
        assert await newcomer.ends() == 0
        assert f"note   {NONE_SET}" in newcomer.said
        is_set_up(newcomer, TELEGRAM_ADMINS=str(newcomer.ravi.id))
        await newcomer.begins("check")
        await newcomer.ends()
        assert NONE_SET not in newcomer.said


async def test_beside_a_service_that_answers_the_card_the_numbers_are_typed(tmp_path: Path) -> None:
    async with arriving(tmp_path) as newcomer, arriving(tmp_path) as running:
        newcomer.environment |= FAST
        is_set_up(newcomer)
        running.environment = newcomer.environment
        await running.begins("run")
        await newcomer.listened_to()
        await newcomer.begins()
        await newcomer.answers("Change one now?")
        await newcomer.answers("The Telegram numbers of this group's admins", "Ravi")
        await newcomer.reads("TELEGRAM_ADMINS:")
        await newcomer.answers("The Telegram numbers of this group's admins", str(newcomer.ravi.id))
        await newcomer.answers("start by itself", "no")
        assert await newcomer.ends() == 0
        assert newcomer.env()["TELEGRAM_ADMINS"] == str(newcomer.ravi.id)
        assert NONE_SET not in newcomer.said
