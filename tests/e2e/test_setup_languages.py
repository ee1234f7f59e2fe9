"""`leadbell setup` as somebody types it whose machine speaks another language, with every wrong answer on the way: no
English is left at the terminal or in the group, and what is written down is the same in each.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
from typing import TYPE_CHECKING, Final

import pytest

from bot.domain import hour_words
from bot.i18n import ENGLISH, LANGUAGES, speaking
from bot.sandbox.botapi import MemberStatus
from bot.sandbox.simulator.server import API_KEY, CRM_KEY, MOBILE
from tests import catalogues
from tests.e2e.newcomer import FAST, OTHER_TOKEN, START, arriving
from tests.languages import heard, speak, worded
from tests.pages import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.newcomer import Newcomer

pytestmark = pytest.mark.english  # each language, in each test

LIBRARIES: Final = re.compile(r"[a-z]{2,}(?: [a-z]{2,}){3,}", re.IGNORECASE)
"""What a library says by itself is in no catalogue of ours: it has at least so many words."""
IN_BRACKETS: Final = re.compile(r"\([^()]*\)")
"""Where IndiaMART is quoted."""


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    speak(request.param, "")
    yield request.param
    speak(ENGLISH, "")


async def test_setup_is_walked_in_each_language(tmp_path: Path, language: str) -> None:
    taken = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    port = taken.sockets[0].getsockname()[1]
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "systemctl").symlink_to("/bin/true")
    async with taken, arriving(tmp_path / "ours") as newcomer:
        del newcomer.environment["HTTP_LISTEN"]
        (newcomer.folder / ".env").write_text(f"HTTP_LISTEN=127.0.0.1:{port}\n", encoding="utf-8")
        newcomer.environment |= FAST | {
            "LC_ALL": f"{language}_IN.UTF-8",
            "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
            "HOME": str(tmp_path / "home"),
        }
        newcomer.simulator.seller.arrive_many(3)
        await newcomer.begins()
        await _token_and_group(newcomer)
        await _key(newcomer)
        await _offers(newcomer, language)
        await newcomer.answers("start by itself", "perhaps")
        await newcomer.answers("Type one of these", "system")
        await newcomer.reads("Leadbell is set up")
        assert await newcomer.ends() == 0
        _is_written(newcomer, port, language)
        _is_in(language, newcomer)


async def test_a_key_that_indiamart_may_not_be_asked_for_is_tried_later_and_told_to_the_admins(
    tmp_path: Path, language: str
) -> None:
    async with arriving(tmp_path) as newcomer:
        newcomer.world.add_bot(newcomer.group, newcomer.ravi)
        newcomer.environment |= {"POLL_EVERY": "3s", "LC_ALL": f"{language}_IN.UTF-8"}
        given = {
            "TELEGRAM_BOT_TOKEN": newcomer.world.bot.token,
            "TELEGRAM_CHAT_ID": str(newcomer.group.id),
            "TELEGRAM_ADMINS": str(newcomer.ravi.id),
            "INDIAMART_KEY": "some-other-key",
        }
        (tmp_path / ".env").write_text("".join(f"{name}={text}\n" for name, text in given.items()), encoding="utf-8")
        await newcomer.begins()
        await newcomer.answers("Look again", "n")
        await newcomer.reads("IndiaMART refuses the key")
        await newcomer.answers("How do leads come")
        await newcomer.answers("IndiaMART's key", API_KEY)
        await newcomer.reads("the key can be tried from")
        await newcomer.reads("the admins hear how it went")
        await newcomer.answers("In which language")
        await newcomer.answers("Change one now?")
        await newcomer.presses()
        await newcomer.answers("start by itself", "no")
        assert await newcomer.ends() == 0
        await newcomer.begins("run")
        told = worded("✅ The IndiaMART key works")
        await newcomer.world.wait_for(lambda: told in "\n".join(newcomer.ravi.chat.texts), 60)


async def _token_and_group(newcomer: Newcomer) -> None:
    await newcomer.answers("The bot's token")
    await newcomer.answers("An answer is needed", "@leadbell_bot")
    for wrong, said in (
        (str(newcomer.group.id), "That is the bot's name."),
        ("90000 77001", "That is a chat's id."),
        ("7100000001:", "That is a phone number."),
        (CRM_KEY, "That is only the token's beginning."),
        (OTHER_TOKEN, "it does not look like a bot token"),
        (newcomer.world.bot.token, "Telegram refuses the token"),
    ):
        await newcomer.reads(said)
        await newcomer.answers("The bot's token", wrong)
    await newcomer.reads("On your phone, add @")
    await newcomer.listened_to()
    newcomer.ravi.starts()
    await newcomer.reads("That was the bot's private chat")
    other = newcomer.world.add_group("Cricket", [newcomer.ravi])
    newcomer.ravi.says(other, START)
    await newcomer.answers("Is “Cricket” the group for the leads?", "perhaps")
    await newcomer.answers("Type y for yes", "no")
    await newcomer.reads("in the right group")
    await newcomer.adds_the_bot(MemberStatus.MEMBER)
    await newcomer.answers("Is “Sharma Sales” the group for the leads?")
    await newcomer.reads("The bot is no administrator there")
    await newcomer.answers("be an admin of Leadbell")
    await newcomer.answers("Look again, once it is an administrator", "n")


async def _key(newcomer: Newcomer) -> None:
    await newcomer.answers("How do leads come from IndiaMART?", "4")
    await newcomer.answers("Type one of these", "2")
    await newcomer.answers("The mobile number registered with IndiaMART", "12345")
    await newcomer.reads("it is not an Indian mobile number")
    await newcomer.answers("The mobile number registered with IndiaMART", MOBILE)
    await newcomer.answers("IndiaMART's key", MOBILE)
    await newcomer.reads("That is a phone number.")
    await newcomer.answers("IndiaMART's key", "some-other-key")
    await newcomer.reads("IndiaMART refuses the key")
    await newcomer.answers("How do leads come from IndiaMART?", "2")
    await newcomer.answers("The mobile number registered with IndiaMART", MOBILE)
    await newcomer.answers("IndiaMART's key", CRM_KEY)
    await newcomer.reads("the key works")


async def _offers(newcomer: Newcomer, language: str) -> None:
    """Weekdays are typed in the language, and the bot's language is the machine's."""
    with speaking(language):
        weekdays = hour_words.in_words("Mon-Fri 10:00-18:00")
    await newcomer.answers("In which language does the bot speak")
    await newcomer.answers("Change one now?", "y")
    for question, *wrong, right in (
        ("When does the team work?", "all day", weekdays),
        ("Days off: dates", "someday", "IN"),
        ("When does the group hear", "often", "19:00"),
        ("What do you pay IndiaMART a year", "much", "75k"),
        ("How many BuyLeads", "many", "25"),
        ("A folder for a checked backup", "/proc/leadbell", "backups"),
    ):
        for one in wrong:
            await newcomer.answers(question, one)
            if one.startswith("/"):
                await newcomer.answers("There is no folder", "y")
        await newcomer.answers(question, right)
    await newcomer.answers("There is no folder", "y")
    await newcomer.reads("Another program has port")
    await newcomer.presses()
    await newcomer.reads("pressed the button")


def _is_written(newcomer: Newcomer, port: int, language: str) -> None:
    env = newcomer.env()
    assert len(env.pop("SECRET_KEY")) == 44
    assert int(env.pop("HTTP_LISTEN").rpartition(":")[2]) > port
    assert env == {
        "TELEGRAM_BOT_TOKEN": newcomer.world.bot.token,
        "TELEGRAM_CHAT_ID": str(newcomer.group.id),
        "TELEGRAM_ADMINS": str(newcomer.ravi.id),
        "TELEGRAM_API_URL": newcomer.api.url,
        "INDIAMART_URL": newcomer.simulator.url,
        "INDIAMART_MOBILE": MOBILE,
        "INDIAMART_KEY": CRM_KEY,
        "POLL_EVERY": FAST["POLL_EVERY"],
        "BOT_LANGUAGE": language,
        "WORKING_HOURS": "'Mon-Fri 10:00-18:00'",
        "HOLIDAYS": "IN",
        "DIGEST": "19:00",
        "FEE_PER_YEAR": "75k",
        "BUYLEADS_PER_WEEK": "25",
        "BACKUP_DIR": str(newcomer.folder / "backups"),
    }


def _is_in(language: str, newcomer: Newcomer) -> None:
    group = [text for one in newcomer.group.by_bot for text in (one.text, *map(str, one.buttons))]
    everything = [newcomer.said, newcomer.answered, *group]
    assert all(everything)
    if language != ENGLISH:
        assert [(piece, text) for piece in catalogues.english(language) for text in everything if piece in text] == []
        assert [found for text in everything for found in LIBRARIES.findall(_without_quotations(text))] == []


def _without_quotations(text: str) -> str:
    """IndiaMART and systemd are quoted in their own words, and a path is as it is."""
    for path in (str(ROOT), sys.prefix):
        text = text.replace(path, "")
    lines = IN_BRACKETS.sub("", text).splitlines()
    return "\n".join(line for line in lines if not heard("systemd says", line))
