"""The service as a process that is killed, stopped, and given disks and files that do not work."""

from __future__ import annotations

import asyncio
import ctypes
import os
import random
import re
import signal
import sys
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from bot.clock import Clock
from bot.health.instances import Instances
from bot.store.migrate import migrate
from bot.store.sqlite import SqliteDatabase
from tests import databases
from tests.bench.chaos import TOKEN
from tests.e2e.shop import MovedClock
from tests.e2e.stage import Stage, staged
from tests.ports import free_port
from tests.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="signals and limits as POSIX has them"),
    pytest.mark.english,  # what is said of a file is read in test_database_file.py, and the rest are files and logs
]

LEADS = int(os.environ.get("CRASH_LEADS", "80"))
KILLS = int(os.environ.get("CRASH_KILLS", "8"))
"""The full figures are 300 and 25."""


async def arrive(stage: Stage, count: int, seconds: float) -> None:
    for _number in range(count):
        stage.simulator.seller.arrive()
        await asyncio.sleep(seconds / count)


@pytest.mark.timeout(180 + 4 * KILLS)
async def test_kills_at_any_moment_lose_nothing_and_repeat_one_message_each_at_most(tmp_path: Path) -> None:
    chance = random.Random(5)
    async with staged(tmp_path) as stage, asyncio.TaskGroup() as group:
        coming = group.create_task(arrive(stage, LEADS, 0.8 * KILLS))
        for _kill in range(KILLS):
            await stage.service.start()
            await asyncio.sleep(chance.uniform(0, chance.choice((0.2, 2.4))))  # every other in the middle of its start
            await stage.service.kill()
        await coming
        await stage.service.start()
        await stage.is_up()
        await stage.drained()
        assert stage.lost == set()
        assert stage.repeated <= KILLS
        assert stage.rows("SELECT count(*) FROM leads") == [(LEADS,)]
        assert await stage.service.stop() == 0


async def test_a_clean_stop_loses_and_repeats_nothing(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage, asyncio.TaskGroup() as group:
        stage.town.api.faults.slow("sendMessage", seconds=0.05, times=None)
        coming = group.create_task(arrive(stage, 40, 6))
        for seconds in (0.2, 0.9, 1.6):
            await stage.service.start()
            await stage.is_up()  # before that there is nobody yet who could stop cleanly
            await asyncio.sleep(seconds)
            assert await stage.service.stop() == 0
        await coming
        await stage.service.start()
        await stage.is_up()
        await stage.drained()
        assert stage.lost == set()
        assert stage.repeated == 0
        assert await stage.service.stop() == 0
        assert "Traceback" not in stage.service.log


async def test_a_stop_waits_for_nobody_who_never_answers(tmp_path: Path) -> None:
    """Telegram takes every call and answers none, and a push is sent by half: still less than ten seconds."""
    port = free_port()
    settings = {"HTTP_LISTEN": f"127.0.0.1:{port}", "PUSH_TOKEN": TOKEN}
    async with staged(tmp_path, settings) as stage:
        await stage.service.start()
        await stage.is_up()
        stage.town.api.faults.hang(times=None)
        stage.simulator.seller.arrive_many(3)
        stage.town.ravi.says(stage.town.group, "/today")
        await stage.service.says("3 new")
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = f"POST /indiamart/{TOKEN} HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\nExpect: 100-continue\r\n\r\n"
        writer.write(f"{head}{{".encode())
        assert await reader.readline() == b"HTTP/1.1 100 Continue\r\n"
        assert await stage.service.stop() == 0
        writer.close()
        assert "Traceback" not in stage.service.log


async def test_a_stop_does_not_wait_for_another_programs_lock(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.service.start()
        await stage.is_up()
        stage.town.api.faults.slow("sendMessage", seconds=2.0, times=None)
        stage.simulator.seller.arrive_many(3)
        await stage.service.says("3 new")
        async with databases.locked(stage.service.database):
            await asyncio.sleep(0.5)
            assert await stage.service.stop() == 0
        stage.town.api.faults.clear()
        await stage.service.start()
        await stage.drained()
        assert stage.lost == set()
        assert stage.repeated <= 1
        assert "Traceback" not in stage.service.log


def full_disk(size: int) -> None:
    """No file may grow beyond this; writing more fails as on a full disk."""
    import resource  # noqa: PLC0415 - there is none on Windows

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@pytest.mark.sqlite
async def test_a_full_disk_is_said_and_costs_nothing_once_there_is_room(tmp_path: Path) -> None:
    async with staged(tmp_path, {"POLL_EVERY": "0.5s"}) as stage:
        migrate(tmp_path / "empty.db")
        stage.service.before = partial(full_disk, (tmp_path / "empty.db").stat().st_size + 5_000)
        await stage.service.start()
        stage.simulator.seller.arrive_many(15)
        await stage.drained(within=5)
        async with asyncio.timeout(60):
            while not any(
                "New leads do not come through" in text for text in stage.town.group.texts
            ):  # there is no admin
                stage.simulator.seller.arrive_many(15)
                await asyncio.sleep(0.5)
        said = stage.service.log
        assert "cannot be written" in said
        assert "Traceback" not in said
        assert said.count("cannot be written") < 12
        assert await stage.service.stop() == 0
        assert "Traceback" not in stage.service.log
        stage.service.before = None
        await stage.service.start()
        await stage.drained()
        assert stage.lost == set()
        assert stage.repeated <= 1


async def refuses(stage: Stage) -> str:
    """What the service says before it ends with exit code 1."""
    await stage.service.start()
    assert await stage.service.ends() == 1
    said = stage.service.log
    assert "Traceback" not in said
    assert len(said.splitlines()) <= 2
    return said


@pytest.mark.sqlite
async def test_a_damaged_file_is_refused_in_a_sentence_and_left_alone(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.service.database.write_bytes(b"this is no database" * 1000)
        assert "is damaged, or not a Leadbell database" in await refuses(stage)
        assert stage.service.database.read_bytes() == b"this is no database" * 1000
        assert stage.town.group.by_bot == []


@pytest.mark.sqlite
async def test_a_file_that_is_damaged_while_it_runs_is_told_in_a_few_sentences(tmp_path: Path) -> None:
    port = free_port()

    async def polls_go_on_failing() -> bool:
        async with stage.town.http.get(f"http://127.0.0.1:{port}/metrics") as answer:
            found = re.search(r'^leadbell_failures_total\{.*work="poll"\} (\d+)', await answer.text(), re.MULTILINE)
        return found is not None and int(found[1]) >= 3

    async with staged(tmp_path, {"POLL_EVERY": "0.5s", "HTTP_LISTEN": f"127.0.0.1:{port}"}) as stage:
        stage.simulator.seller.arrive_many(15)
        await stage.service.start()
        await stage.drained()
        databases.by_hand(stage.service.database, "PRAGMA wal_checkpoint(TRUNCATE)")  # else polls read on there
        with stage.service.database.open("r+b") as file:
            file.seek(4096)
            file.write(random.Random(5).randbytes(200_000))
        await stage.service.says("is damaged, or not a Leadbell database")
        await until(polls_go_on_failing, 120)
        assert "Traceback" not in stage.service.log
        assert len(re.findall(r"bot\.intake\.poller: .* is damaged", stage.service.log)) == 1
        assert stage.service.log.count("is damaged") <= 6
        assert await stage.service.stop() == 0


async def test_a_newer_schema_is_refused_in_a_sentence(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        async with databases.opened(stage.service.database):
            pass
        newer = "UPDATE schema_version SET version = 99" if databases.is_postgres() else "PRAGMA user_version = 99"
        databases.by_hand(stage.service.database, newer)
        assert "newer Leadbell" in await refuses(stage)


@pytest.mark.sqlite
async def test_a_folder_nobody_may_write_into_is_said_in_a_sentence(tmp_path: Path) -> None:
    async with staged(tmp_path, {"DATABASE_URL": "sqlite:////proc/leadbell/leads.db"}) as stage:
        assert "cannot be" in await refuses(stage)


def obedient() -> None:
    """Permissions count for root too."""
    libc = ctypes.CDLL(None)
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        libc.prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


@pytest.mark.sqlite
@pytest.mark.skipif(sys.platform != "linux", reason="capabilities are Linux'")
async def test_a_read_only_database_is_refused_in_a_sentence(tmp_path: Path) -> None:
    async with staged(tmp_path, {"DATABASE_URL": f"sqlite:///{tmp_path / 'data' / 'leads.db'}"}) as stage:
        path = tmp_path / "data" / "leads.db"
        async with SqliteDatabase(path):
            pass
        path.chmod(0o444)
        path.parent.chmod(0o555)
        stage.service.before = obedient
        said = await refuses(stage)
        path.parent.chmod(0o755)
        assert "cannot be written" in said
        assert "Make room on the disk, or let Leadbell's user write there." in said


@pytest.mark.sqlite  # on a server several share the bots: tests/services/test_sharing.py
async def test_a_second_leadbell_on_the_same_database_is_warned_of_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with SqliteDatabase(tmp_path / "leads.db") as database:
        first, second = Instances(database, Clock()), Instances(database, Clock())
        await first.start()
        assert await first.beat() == 0
        await second.start()
        for _beat in range(3):
            await first.beat()
            await second.beat()
        assert (
            caplog.messages
            == ["another Leadbell runs on the same database: stop one of them, or give it its own DATABASE_URL"] * 2
        )
        await first.end()
        assert await second.beat() == 0


@pytest.mark.sqlite
async def test_a_run_that_was_killed_is_no_second_leadbell(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with SqliteDatabase(tmp_path / "leads.db") as database:
        killed, next_ = Instances(database, Clock()), Instances(database, Clock())
        await killed.start()
        await killed.beat()
        await next_.start()
        assert await next_.beat() == 0
        assert caplog.messages == []


@pytest.mark.sqlite
async def test_a_clock_that_is_set_back_makes_no_second_leadbell(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = MovedClock()
    async with SqliteDatabase(tmp_path / "leads.db") as database:
        killed, next_ = Instances(database, clock), Instances(database, clock)
        await killed.start()
        await killed.beat()
        clock.ahead = timedelta(hours=-3)
        await next_.start()
        for _beat in range(3):
            assert await next_.beat() == 0
            clock.ahead += timedelta(seconds=30)
        assert caplog.messages == []
