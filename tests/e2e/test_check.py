from __future__ import annotations

import asyncio
import os
import re
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from bot import app
from bot.chat import key_check_line
from bot.cli import PRIVATE
from bot.clock import Clock
from bot.commands import check
from bot.config import LoadedSettings, load_settings
from bot.config.extras import Extra, how_to_add
from bot.i18n import speaking
from bot.indiamart.answer import Answer, Outcome
from bot.sandbox.botapi import NO_LIMITS, BotApiServer, MemberStatus, World
from bot.sandbox.simulator.server import API_KEY, Simulator
from bot.store import holds
from tests import databases
from tests.languages import heard, plain, spoken, worded

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@dataclass
class Stand:
    """A group with the bot in it, IndiaMART, and the settings that fit them."""

    world: World
    simulator: Simulator
    api: BotApiServer
    folder: Path
    values: dict[str, str] = field(default_factory=dict)

    def loaded(self, **changes: str | None) -> LoadedSettings:
        values = {name: value for name, value in {**self.values, **changes}.items() if value is not None}
        with speaking(spoken()):
            return load_settings(values, self.folder, optional=frozenset({"TELEGRAM_CHAT_ID", "INDIAMART_KEY"}))


@asynccontextmanager
async def standing(folder: Path, role: MemberStatus = MemberStatus.ADMINISTRATOR) -> AsyncIterator[Stand]:
    os.umask(PRIVATE)  # as every command does
    world = World(Clock())
    ravi = world.add_person("Ravi", has_started=True)
    group = world.add_group("Sharma Sales", [ravi], kind="supergroup", bot_role=role)
    async with (
        Simulator(Clock(), floor=timedelta(seconds=1)) as simulator,
        BotApiServer(world, limits=NO_LIMITS) as api,
    ):
        values = {
            "TELEGRAM_BOT_TOKEN": world.bot.token,
            "TELEGRAM_CHAT_ID": str(group.id),
            "TELEGRAM_ADMINS": str(ravi.id),
            "TELEGRAM_API_URL": api.url,
            "INDIAMART_KEY": API_KEY,
            "INDIAMART_URL": simulator.url,
            "POLL_EVERY": "1s",
            "DATABASE_URL": databases.url(folder / "leads.db"),
        }
        yield Stand(world, simulator, api, folder, values)


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    async with standing(tmp_path) as made:
        yield made


async def reported(loaded: LoadedSettings, **how: Any) -> bool:
    with speaking(spoken()):  # as the machine does whose command it is
        return await check.report(loaded, **how)


def begins(line: str, sign: str) -> bool:
    return line.startswith(worded(f"{sign}x").removesuffix("x"))


def clocked(sentence: str) -> str:
    """A pattern: the sentence with a time of today or yesterday for TIME, and of any day for CLOCK."""
    clock = rf"\\d{{1,2}}:\\d\\d ({worded('am')}|{worded('pm')})"
    days = (plain(worded(sentence.replace("TIME", f"{day} CLOCK"))) for day in ("today", "yesterday"))
    return "(?:" + "|".join(re.sub("CLOCK", clock, re.escape(one)) for one in days) + ")"


async def test_all_is_well_line_by_line(stand: Stand, capsys: pytest.CaptureFixture[str]) -> None:
    stand.simulator.seller.arrive()
    assert await reported(stand.loaded())
    lines = plain(capsys.readouterr().out).splitlines()
    assert [begins(line, "ok     ") for line in lines] == [True] * 8
    assert "@leadbell_bot" in lines[1]
    assert "Sharma Sales" in lines[2]
    assert re.search(clocked("IndiaMART: the key works: 1 lead, the newest TIME.") + "$", lines[6])
    assert heard("What is set, and where", lines[7])
    assert f"{worded('the environment')}: TELEGRAM_BOT_TOKEN, TELEGRAM_CHAT_ID," in lines[7]


async def test_that_charts_are_bars_of_text_is_said_with_what_to_install(
    stand: Stand, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert await reported(stand.loaded())
    last = capsys.readouterr().out.splitlines()[-1]
    assert begins(last, "note   ")
    assert heard("Charts are sent as bars of text", last)
    assert last.endswith(how_to_add(Extra.CHARTS))


async def test_a_new_key_whose_leads_are_not_ready_is_no_trouble(
    stand: Stand, capsys: pytest.CaptureFixture[str]
) -> None:
    stand.simulator.seller.first_key_at = Clock().now()
    assert await reported(stand.loaded())
    assert heard("the key works. It is new", capsys.readouterr().out)


async def test_the_newest_enquiry_is_told_in_the_teams_own_time(
    stand: Stand, capsys: pytest.CaptureFixture[str]
) -> None:
    zone = ZoneInfo("Pacific/Kiritimati")
    enquired_at = Clock().now() - timedelta(hours=3)
    stand.simulator.seller.arrive("W", at=enquired_at)
    await reported(stand.loaded(TIMEZONE=zone.key))
    local = enquired_at.astimezone(zone)
    half = worded("am" if local.hour < 12 else "pm")
    assert f"{local.hour % 12 or 12}:{local.minute:02d} {half}" in plain(capsys.readouterr().out)


async def test_what_is_on_this_machine_is_reached_without_the_proxy(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert await reported(stand.loaded())


async def test_leads_that_the_check_brings_are_kept_for_the_service(stand: Stand) -> None:
    record = stand.simulator.seller.arrive()
    await reported(stand.loaded())
    async with (
        app.opened(stand.loaded().settings, Clock()) as intake,
        intake.shared.database.reading() as connection,
    ):
        rows = await connection.fetch_all("SELECT query_id FROM leads")
    assert [row["query_id"] for row in rows] == [record.query_id]


async def test_the_key_is_not_tried_twice_in_a_row(stand: Stand, capsys: pytest.CaptureFixture[str]) -> None:
    await reported(stand.loaded(POLL_EVERY="1h"))
    await reported(stand.loaded(POLL_EVERY="1h"))
    said = capsys.readouterr().out
    said = plain(said)
    assert re.search(clocked("IndiaMART was called a short while ago (TIME); the key can be tried from CLOCK."), said)
    assert len(stand.simulator.calls) == 1


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({"TELEGRAM_BOT_TOKEN": "1000:some-other-token"}, "Copy it again from @BotFather"),
        ({"TELEGRAM_CHAT_ID": "-100777"}, "The bot is not in the group|-100777"),
        ({"TELEGRAM_API_URL": "http://127.0.0.1:9"}, "Telegram cannot be reached"),
        ({"INDIAMART_KEY": "some-other-key"}, "IndiaMART refuses the key"),
        ({"INDIAMART_URL": "http://127.0.0.1:9"}, "IndiaMART cannot be reached"),
        ({"TELEGRAM_CHAT_ID": None}, "to your group now|@leadbell_bot"),
        ({"DATABASE_URL": "sqlite:////proc/no/leads.db"}, "Choose another DATABASE_URL"),
    ],
)
async def test_what_is_wrong_is_said_with_what_to_do(
    stand: Stand,
    capsys: pytest.CaptureFixture[str],
    changes: dict[str, Any],
    advice: str,
) -> None:
    assert not await reported(stand.loaded(**changes), seconds=0.2)
    out = capsys.readouterr().out
    assert any(
        begins(line, "to do  ") and all(heard(one, line) for one in advice.split("|")) for line in out.splitlines()
    ), out
    assert stand.world.bot.token not in out
    assert API_KEY not in out


@pytest.mark.english
@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("message", ["", " ", "their words"])
def test_a_reason_that_nobody_gave_is_no_empty_brackets(outcome: Outcome, message: str) -> None:
    said = key_check_line.advice(Answer(outcome=outcome, message=message))
    assert re.search(r"\(\s*\)|: ?\)|  | \.", said) is None
    assert ("their words" in said) == (bool(message.strip()) and outcome is not Outcome.NO_CONNECTION)


async def test_a_bot_without_rights_is_told_how_to_become_administrator(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with standing(tmp_path, MemberStatus.MEMBER) as stand:
        assert not await reported(stand.loaded())
    assert heard("switch every right off", capsys.readouterr().out)


async def test_a_bot_that_may_not_write_is_told_so_and_how_its_privacy_mode_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with standing(tmp_path, MemberStatus.RESTRICTED) as stand:
        assert not await reported(stand.loaded())
        out = capsys.readouterr().out
        assert heard("The bot may not write there: as an administrator it may", out)
        assert heard("Its privacy mode is on", out)
        stand.world.bot.is_private = False
        await reported(stand.loaded())
        assert not heard("Its privacy mode is on", capsys.readouterr().out)
        assert not await reported(stand.loaded(), has_card=True, press_seconds=0.1)
        out = capsys.readouterr().out
        assert heard("The group does not take messages", out)
        assert "(Not enough rights" in out


async def test_a_card_that_nobody_presses_is_said_with_what_to_do(
    stand: Stand, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not await reported(stand.loaded(), has_card=True, press_seconds=0.1)
    assert heard("Nobody pressed the button. If somebody did", capsys.readouterr().out)


def unwritable(person: int) -> str:
    return worded(f"The admin {person} cannot be written to. They have to open @leadbell_bot and press Start.")


async def test_an_admin_who_did_not_press_start_is_named(stand: Stand, capsys: pytest.CaptureFixture[str]) -> None:
    other = stand.world.add_person("Asha")
    assert not await reported(stand.loaded(TELEGRAM_ADMINS=str(other.id)))
    assert unwritable(other.id) in capsys.readouterr().out


async def test_an_admin_who_blocked_the_bot_is_named(stand: Stand, capsys: pytest.CaptureFixture[str]) -> None:
    boss = next(person for person in stand.world.people.values() if person.name == "Ravi")
    boss.has_blocked = True
    assert not await reported(stand.loaded())
    assert unwritable(boss.id) in capsys.readouterr().out


async def test_a_second_program_is_all_that_is_said_about_the_search(
    stand: Stand, capsys: pytest.CaptureFixture[str]
) -> None:
    stand.api.faults.refuse(409, "Conflict: terminated by other getUpdates request", "getUpdates")
    assert not await reported(stand.loaded(TELEGRAM_CHAT_ID=None), seconds=0.2)
    out = capsys.readouterr().out
    assert heard("Another program is fetching", out)
    assert not heard("No group was heard of", out)


async def test_without_a_group_every_chat_it_hears_of_is_named(
    stand: Stand, capsys: pytest.CaptureFixture[str]
) -> None:
    group = next(chat for chat in stand.world.chats.values() if chat.id < 0)
    ravi = next(person for person in stand.world.people.values() if person.name == "Ravi")
    running = asyncio.create_task(reported(stand.loaded(TELEGRAM_CHAT_ID=None), seconds=20))
    await stand.world.wait_for(lambda: any(call.method.lower() == "getupdates" for call in stand.api.calls))
    ravi.says(group, "/start@leadbell_bot")
    assert not await running
    assert f"TELEGRAM_CHAT_ID={group.id}" in capsys.readouterr().out


async def test_what_waits_for_a_service_is_looked_at_and_left(stand: Stand, capsys: pytest.CaptureFixture[str]) -> None:
    await was_served(stand)
    group = next(chat for chat in stand.world.chats.values() if chat.id < 0)
    ravi = next(person for person in stand.world.people.values() if person.name == "Ravi")
    ravi.says(group, "/today@leadbell_bot")
    running = asyncio.create_task(reported(stand.loaded(TELEGRAM_CHAT_ID=None), seconds=20))
    await stand.world.wait_for(lambda: any(call.method.lower() == "getupdates" for call in stand.api.calls))
    ravi.says(group, "/start@leadbell_bot")
    assert not await running
    assert f"TELEGRAM_CHAT_ID={group.id}" in capsys.readouterr().out
    waiting = [one["message"]["text"] for one in stand.world.updates.waiting]
    assert waiting == ["/today@leadbell_bot", "/start@leadbell_bot"]


async def test_behind_a_hundred_that_wait_for_a_service_nothing_is_heard_and_that_is_said(
    stand: Stand, capsys: pytest.CaptureFixture[str]
) -> None:
    await was_served(stand)
    group = next(chat for chat in stand.world.chats.values() if chat.id < 0)
    ravi = next(person for person in stand.world.people.values() if person.name == "Ravi")
    for _ in range(100):
        ravi.says(group, "/today@leadbell_bot")
    assert not await reported(stand.loaded(TELEGRAM_CHAT_ID=None), seconds=20)
    assert heard("updates wait for Leadbell, which has served this bot", capsys.readouterr().out)
    assert len(stand.world.updates.waiting) == 100


async def was_served(stand: Stand) -> None:
    """By a service that does not run now."""
    async with (
        app.opened(stand.loaded().settings, Clock()) as intake,
        intake.shared.database.transaction() as connection,
    ):
        await holds.name(connection, stand.world.bot.id, "leadbell_bot")
