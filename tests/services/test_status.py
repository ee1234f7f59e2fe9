"""`leadbell status` on a database file: one process has all bots. Of several processes `test_sharing` tells."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.clock import Clock
from bot.commands import status
from bot.config import Settings
from bot.domain.ids import AccountId
from bot.health.instances import Instances
from bot.store import accounts, holds, runs
from tests import databases
from tests.services.test_sharing import GIVEN

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.sqlite


async def told(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[bool, dict[str, Any]]:
    is_well = await status.report(Settings.from_values({**GIVEN, "DATABASE_URL": databases.url(path)}), is_json=True)
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return is_well, found


async def test_status_says_who_runs_and_how_late_each_account_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "leads.db"
    async with databases.opened(path) as database:
        async with database.transaction() as connection:
            main = await accounts.open_account(connection)
            await holds.name(connection, 7100000001, "leadbell_bot")
        assert await told(path, capsys) == (False, {
            "processes": [],
            "bots": [{"name": "@leadbell_bot", "process": None, "accounts": [
                {"name": "main", "is_paused": False, "poll_late": None, "waiting": 0, "waiting_for": 0.0, "faults": 0}
            ]}],
            "not_served": [],
        })  # fmt: skip
        clock = Clock()
        await Instances(database, clock).start()
        async with database.transaction() as connection:
            await accounts.answered(
                connection, AccountId(main), "leads", is_ok=True, new=1, now=clock.now() - timedelta(minutes=5)
            )
        is_well, found = await told(path, capsys)
        assert is_well
        (process,) = found["processes"]
        assert (process["bots"], process["accounts"]) == (1, 1)
        (bot,) = found["bots"]
        assert bot["process"] == process["name"]
        assert 298 < bot["accounts"][0]["poll_late"] < 400


async def test_status_is_a_table_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with databases.opened(tmp_path / "leads.db") as database:
        await Instances(database, Clock()).start()
        files = Settings.from_values({**GIVEN, "DATABASE_URL": databases.url(tmp_path / "leads.db")})
        assert await status.report(files, is_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:3] == ["process", "version", "since"]
    assert any(line.split()[:1] == ["7100000001"] for line in lines)


async def test_times_are_shown_in_the_timezone_of_the_settings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    zone = {"TIMEZONE": "Etc/GMT+11"}
    async with databases.opened(tmp_path / "leads.db") as database:
        await Instances(database, Clock()).start()
        async with database.reading() as connection:
            (run,) = await runs.all_of(connection)
        files = Settings.from_values({**GIVEN, **zone, "DATABASE_URL": databases.url(tmp_path / "leads.db")})
        await status.report(files, is_json=False)
    assert f"{run.started_at.astimezone(files.timezone):%d %b %H:%M:%S}" in capsys.readouterr().out
