from __future__ import annotations

import asyncio
import os
import re
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from bot import app
from bot.chat import key_words
from bot.cli import PRIVATE
from bot.clock import Clock
from bot.commands import check
from bot.config import LoadedSettings, load_settings
from bot.indiamart.answer import Answer, Outcome
from bot.sandbox.botapi import NO_LIMITS, BotApiServer, MemberStatus, World
from bot.sandbox.simulator.server import API_KEY, Simulator
from bot.store import webhooks
from tests import databases

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


async def test_all_is_well_line_by_line(stand: Stand, capsys: pytest.CaptureFixture[str]) -> None:
    stand.simulator.seller.arrive()
    assert await check.report(stand.loaded())
    lines = capsys.readouterr().out.splitlines()
    assert [line[:7] for line in lines] == ["ok     "] * 8
    assert "@leadbell_bot" in lines[1]
    assert "Sharma Sales" in lines[2]
    assert re.search(r"the key works: 1 lead, the newest (today|yesterday) \d{1,2}:\d\d [ap]m\.$", lines[6])
    assert lines[7].startswith("ok     What is set, and where: the environment: TELEGRAM_BOT_TOKEN, TELEGRAM_CHAT_ID,")


async def test_a_new_key_whose_leads_are_not_ready_is_no_trouble(
    stand: Stand, capsys: pytest.CaptureFixture[str]
) -> None:
    stand.simulator.seller.first_key_at = Clock().now()
    assert await check.report(stand.loaded())
    assert "the key works. It is new" in capsys.readouterr().out


async def test_the_newest_enquiry_is_told_in_the_teams_own_time(
    stand: Stand, capsys: pytest.CaptureFixture[str]
) -> None:
    zone = ZoneInfo("Pacific/Kiritimati")
    enquired_at = Clock().now() - timedelta(hours=3)
    stand.simulator.seller.arrive("W", at=enquired_at)
    await check.report(stand.loaded(TIMEZONE=zone.key))
    local = enquired_at.astimezone(zone)
    assert f"{local.hour % 12 or 12}:{local.minute:02d} {'am' if local.hour < 12 else 'pm'}." in capsys.readouterr().out


async def test_what_is_on_this_machine_is_reached_without_the_proxy(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert await check.report(stand.loaded())


async def test_leads_that_the_check_brings_are_kept_for_the_service(stand: Stand) -> None:
    record = stand.simulator.seller.arrive()
    await check.report(stand.loaded())
    async with (
        app.opened(stand.loaded().settings, Clock()) as intake,
        intake.shared.database.reading() as connection,
    ):
        rows = await connection.fetch_all("SELECT query_id FROM leads")
    assert [row["query_id"] for row in rows] == [record.query_id]


async def test_the_key_is_not_tried_twice_in_a_row(stand: Stand, capsys: pytest.CaptureFixture[str]) -> None:
    await check.report(stand.loaded(POLL_EVERY="1h"))
    await check.report(stand.loaded(POLL_EVERY="1h"))
    said = capsys.readouterr().out
    assert re.search(
        r"called a short while ago \((today|yesterday) .+\); the key can be tried from \d+:\d\d [ap]m", said
    )
    assert len(stand.simulator.calls) == 1


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({"TELEGRAM_BOT_TOKEN": "1000:some-other-token"}, "Copy it again from @BotFather"),
        ({"TELEGRAM_CHAT_ID": "-100777"}, "The bot is not in the group -100777"),
        ({"TELEGRAM_API_URL": "http://127.0.0.1:9"}, "Telegram cannot be reached"),
        ({"INDIAMART_KEY": "some-other-key"}, "IndiaMART refuses the key"),
        ({"INDIAMART_URL": "http://127.0.0.1:9"}, "IndiaMART cannot be reached"),
        ({"TELEGRAM_CHAT_ID": None}, "Add @leadbell_bot to your group now"),
        ({"DATABASE_URL": "sqlite:////proc/no/leads.db"}, "Choose another DATABASE_URL"),
    ],
)
async def test_what_is_wrong_is_said_with_what_to_do(
    stand: Stand,
    capsys: pytest.CaptureFixture[str],
    changes: dict[str, Any],
    advice: str,
) -> None:
    assert not await check.report(stand.loaded(**changes), seconds=0.2)
    out = capsys.readouterr().out
    assert any(line.startswith("to do  ") and advice in line for line in out.splitlines()), out
    assert stand.world.bot.token not in out
    assert API_KEY not in out


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("message", ["", " ", "their words"])
def test_a_reason_that_nobody_gave_is_no_empty_brackets(outcome: Outcome, message: str) -> None:
    said = key_words.advice(Answer(outcome=outcome, message=message))
    assert re.search(r"\(\s*\)|: ?\)|  | \.", said) is None
    assert ("their words" in said) == (bool(message.strip()) and outcome is not Outcome.NO_CONNECTION)


async def test_a_bot_without_rights_is_told_how_to_become_administrator(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with standing(tmp_path, MemberStatus.MEMBER) as stand:
        assert not await check.report(stand.loaded())
    assert "switch every right off" in capsys.readouterr().out


async def test_a_bot_that_may_not_write_is_told_so_and_how_its_privacy_mode_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with standing(tmp_path, MemberStatus.RESTRICTED) as stand:
        assert not await check.report(stand.loaded())
        out = capsys.readouterr().out
        assert "The bot may not write there: as an administrator it may" in out
        assert "Its privacy mode is on" in out
        stand.world.bot.is_private = False
        await check.report(stand.loaded())
        assert "Its privacy mode is on" not in capsys.readouterr().out
        assert not await check.report(stand.loaded(), has_card=True, press_seconds=0.1)
        assert "The group does not take messages (Not enough rights" in capsys.readouterr().out


async def test_a_card_that_nobody_presses_is_said_with_what_to_do(
    stand: Stand, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not await check.report(stand.loaded(), has_card=True, press_seconds=0.1)
    assert "Nobody pressed the button. If somebody did" in capsys.readouterr().out


async def test_an_admin_who_did_not_press_start_is_named(stand: Stand, capsys: pytest.CaptureFixture[str]) -> None:
    other = stand.world.add_person("Asha")
    assert not await check.report(stand.loaded(TELEGRAM_ADMINS=str(other.id)))
    assert f"The admin {other.id} cannot be written to" in capsys.readouterr().out


async def test_an_admin_who_blocked_the_bot_is_named(stand: Stand, capsys: pytest.CaptureFixture[str]) -> None:
    boss = next(person for person in stand.world.people.values() if person.name == "Ravi")
    boss.has_blocked = True
    assert not await check.report(stand.loaded())
    assert f"The admin {boss.id} cannot be written to" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("answer", "said", "is_left"),
    [
        (None, "Run this in a terminal to remove it", True),
        (False, "The webhook at crm.example stays", True),
        (True, "The webhook at crm.example is removed", False),
    ],
)
async def test_a_webhook_of_another_program_goes_only_if_a_person_says_so(
    stand: Stand,
    capsys: pytest.CaptureFixture[str],
    answer: bool | None,  # noqa: FBT001 - a table's column
    said: str,
    is_left: bool,  # noqa: FBT001
) -> None:
    stand.world.updates.webhook = "https://crm.example/hook/secret-word"
    asked: list[str] = []

    async def ask(text: str) -> bool:
        asked.append(text)
        return bool(answer)

    is_well = await check.report(stand.loaded(), ask=None if answer is None else ask)
    out = capsys.readouterr().out
    assert said in out
    assert "secret-word" not in out + "".join(asked)
    assert (is_well, bool(stand.world.updates.webhook)) == (not is_left, is_left)
    assert all("that program hears nothing from this bot any more" in text for text in asked)


HOOK = "https://leads.example.com"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("", "Telegram brings updates to leads.example.com (TELEGRAM_WEBHOOK_URL)."),
        ("Failed to resolve host: Name or service not known", "Its name is not known in the DNS."),
        ("SSL error {error:0A000086:certificate verify failed}", "Its certificate is not one that Telegram trusts"),
        ("Wrong response from the webhook: 404 Not Found", "see that the address leads to HTTP_LISTEN"),
        ("Wrong response from the webhook: 502 Bad Gateway", "Leadbell behind it may not run"),
        ("Connection timed out", "its port is open to the internet"),
    ],
)
async def test_what_keeps_telegram_from_our_webhook_is_said_in_words(
    stand: Stand, capsys: pytest.CaptureFixture[str], error: str, said: str
) -> None:
    updates = stand.world.updates
    updates.webhook = f"{HOOK}/telegram/{stand.world.bot.id}"
    updates.hook.last_error = error
    stand.world.people[next(iter(stand.world.people))].starts()
    assert await check.report(stand.loaded(TELEGRAM_WEBHOOK_URL=HOOK, HTTP_LISTEN="8080")) is not bool(error)
    out = capsys.readouterr().out
    assert said in out
    assert f"“{error}”, and 1 update waits there." in out or not error
    assert updates.webhook


async def test_a_webhook_of_ours_that_is_not_wanted_any_more_is_no_trouble(
    stand: Stand, capsys: pytest.CaptureFixture[str]
) -> None:
    settings, address = stand.loaded().settings, f"{HOOK}/telegram/{stand.world.bot.id}"
    async with app.opened(settings, Clock()) as intake, intake.shared.database.transaction() as connection:
        await webhooks.note(connection, stand.world.bot.id, address, Clock().now())
    stand.world.updates.webhook = address
    assert await check.report(stand.loaded())
    assert "Leadbell's own of before. It is removed when Leadbell starts." in capsys.readouterr().out


async def test_a_second_program_is_all_that_is_said_about_the_search(
    stand: Stand, capsys: pytest.CaptureFixture[str]
) -> None:
    stand.api.faults.refuse(409, "Conflict: terminated by other getUpdates request", "getUpdates")
    assert not await check.report(stand.loaded(TELEGRAM_CHAT_ID=None), seconds=0.2)
    out = capsys.readouterr().out
    assert "Another program is fetching" in out
    assert "No group was heard of" not in out


async def test_without_a_group_every_chat_it_hears_of_is_named(
    stand: Stand, capsys: pytest.CaptureFixture[str]
) -> None:
    group = next(chat for chat in stand.world.chats.values() if chat.id < 0)
    ravi = next(person for person in stand.world.people.values() if person.name == "Ravi")
    running = asyncio.create_task(check.report(stand.loaded(TELEGRAM_CHAT_ID=None), seconds=20))
    await stand.world.wait_for(lambda: any(call.method.lower() == "getupdates" for call in stand.api.calls))
    ravi.says(group, "/start@leadbell_bot")
    assert not await running
    assert f"TELEGRAM_CHAT_ID={group.id}" in capsys.readouterr().out
