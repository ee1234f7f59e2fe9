"""A backup every night: made once, told once if it fails and once when it works again, the oldest pruned."""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from bot.clock import Clock
from bot.config import Settings
from bot.domain.ids import AccountId
from bot.errors import StoreFullError
from bot.health import nightly
from bot.health.faults import Faults
from bot.health.nightly import BackupFolder, NightlyBackup, last_night
from bot.health.troubles import Troubles
from bot.i18n import shown
from bot.store import accounts
from bot.store.sqlite import SqliteDatabase
from tests.store.test_store_failures import public, without_rights

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.store.database import Database

__all__ = ["public"]

KOLKATA = ZoneInfo("Asia/Kolkata")
NOON = datetime(2026, 11, 28, 12, 0, tzinfo=KOLKATA)
NIGHT = timedelta(days=1)
VALUES = {"TELEGRAM_BOT_TOKEN": "1000:sandbox-token", "TELEGRAM_CHAT_ID": "-100123", "INDIAMART_KEY": "key-of-the-test"}


class SetClock(Clock):
    def __init__(self) -> None:
        self.at = NOON.astimezone(UTC)

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()


@dataclass
class Night:
    folder: Path
    database: Database
    settings: Settings
    clock: SetClock
    backups: NightlyBackup

    def starts_again(self, **changed: str) -> None:
        given = VALUES | {"DATABASE_URL": f"sqlite:///{self.database.path.as_posix()}"} | changed
        self.settings = Settings.from_values(given)
        faults = Faults(AccountId(1), self.clock, [77, 78])
        self.backups = NightlyBackup(
            self.database, self.clock, self.settings, faults=lambda: faults, troubles=Troubles(self.clock)
        )

    async def passes(self, by: timedelta = NIGHT) -> None:
        self.clock.at += by
        await self.backups.look()

    def names(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())

    async def told(self) -> list[tuple[str, int, str]]:
        """What was said, to whom, with the reason."""
        async with self.database.reading() as connection:
            rows = await connection.fetch_all("SELECT chat_id, body FROM outbox ORDER BY outbox_id")
        said = [(json.loads(row["body"]), row["chat_id"]) for row in rows]
        return [(body["code"], chat_id, shown(body["facts"].get("message", ""))) for body, chat_id in said]


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Night]:
    safe = folder / "safe"
    safe.mkdir()
    async with SqliteDatabase(folder / "leads.db") as database:
        async with database.transaction() as connection:
            await accounts.open_account(connection)
        night = Night(safe, database, None, SetClock(), None)  # type: ignore[arg-type]
        night.starts_again(BACKUP_DIR=str(safe), BACKUP_KEEP="3")
        yield night


@pytest.mark.parametrize(
    ("now", "night"),
    [
        (datetime(2026, 11, 28, 2, 59, 59, tzinfo=KOLKATA), date(2026, 11, 27)),
        (datetime(2026, 11, 28, 3, 0, tzinfo=KOLKATA), date(2026, 11, 28)),
        (datetime(2026, 11, 27, 22, 0, tzinfo=UTC), date(2026, 11, 28)),
    ],
)
def test_a_night_begins_at_three_by_the_accounts_time(now: datetime, night: date) -> None:
    assert last_night(now, KOLKATA) == night


async def test_there_is_one_a_night_and_the_oldest_of_ours_go(tmp_path: Path) -> None:
    async with opened(tmp_path) as night:
        others = {"leads-2020-01-01.db.txt", "shop-2020-01-01.db", "leads-2020-99-01.db", "leads-2031-01-01.db"}
        for name in others:
            (night.folder / name).touch()
        for _look in range(3):
            await night.backups.look()
        assert set(night.names()) == {"leads-2026-11-28.db"} | others
        for _night in range(4):
            await night.passes()
        made = {f"leads-2026-{day}.db" for day in ("11-30", "12-01", "12-02")}
        assert set(night.names()) == made | others
        assert await night.told() == []
    with closing(sqlite3.connect(night.folder / "leads-2026-12-02.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT name FROM accounts").fetchall() == [("main",)]


async def test_a_night_that_was_missed_is_made_up_for_at_the_start(tmp_path: Path) -> None:
    async with opened(tmp_path) as night:
        await night.backups.look()
        night.clock.at += timedelta(days=5, hours=7)  # the machine is off; it is 7 in the evening
        night.starts_again(BACKUP_DIR=str(night.folder))
        await night.backups.look()
        assert night.names() == ["leads-2026-11-28.db", "leads-2026-12-03.db"]


async def test_a_folder_that_is_gone_is_told_once_and_once_when_it_is_back(tmp_path: Path) -> None:
    async with opened(tmp_path) as night:
        shutil.move(night.folder, tmp_path / "unplugged")
        await night.backups.look()
        for _look in range(3):
            await night.passes(timedelta(hours=1))
        night.starts_again(BACKUP_DIR=str(night.folder))  # and a restart repeats nothing
        await night.backups.look()
        reason = "the folder is not there"
        assert await night.told() == [("fault_started", 77, reason), ("fault_started", 78, reason)]
        assert not night.folder.exists()
        shutil.move(tmp_path / "unplugged", night.folder)
        await night.passes(timedelta(minutes=1))
        assert night.names() == []  # not at every look
        await night.passes(timedelta(hours=1))
        await night.passes(timedelta(hours=1))
        assert (await night.told())[2:] == [("fault_ended", 77, ""), ("fault_ended", 78, "")]
        assert night.names() == ["leads-2026-11-28.db"]


async def test_no_room_is_told_before_anything_is_filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(tmp_path) as night:
        monkeypatch.setattr(nightly, "LEAST_ROOM", 2**60)
        await night.backups.look()
        [(code, _chat, reason), _other] = await night.told()
        assert (code, reason.endswith("MB are needed")) == ("fault_started", True)
        assert night.names() == []


@pytest.mark.skipif(sys.platform == "win32", reason="rights work otherwise there")
async def test_a_folder_that_cannot_be_written_is_told_without_its_name(public: Path) -> None:
    async with opened(public) as night:
        await night.backups.look()
        night.folder.chmod(0o555)
        for path in (public, *public.glob("leads.db*")):
            path.chmod(0o777)
        with without_rights():
            await night.passes()
        [(_code, _chat, reason), _other] = await night.told()
        assert reason == "Permission denied"
        night.folder.chmod(0o755)


def test_a_folder_that_can_have_no_such_name_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreFullError, match="cannot be written"):
        BackupFolder(tmp_path / ("a" * 300), tmp_path / "leads.db", 7).confirm()


async def test_a_damaged_database_makes_no_backup_and_keeps_the_ones_before(tmp_path: Path) -> None:
    async with opened(tmp_path) as night:
        await night.backups.look()
        async with night.database.transaction() as connection:
            await connection.execute("CREATE TABLE spare (x)")
            await connection.execute("INSERT INTO spare VALUES (zeroblob(9000))")
        async with night.database.transaction() as connection:
            await connection.execute("PRAGMA writable_schema = ON")
            await connection.execute("UPDATE sqlite_master SET rootpage = 3 WHERE name = 'spare'")
        await night.passes()
        assert {code for code, _chat, _reason in await night.told()} == {"fault_started"}
        assert night.names() == ["leads-2026-11-28.db"]


async def test_switching_it_off_ends_the_trouble(tmp_path: Path) -> None:
    async with opened(tmp_path) as night:
        night.folder.rmdir()
        await night.backups.look()
        night.starts_again()
        await night.backups.look()
        assert {code for code, _chat, _reason in (await night.told())[2:]} == {"fault_ended"}
