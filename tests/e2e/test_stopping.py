"""SIGTERM ends the process within 10 s whatever is being worked on, and nothing that was stored is lost."""

from __future__ import annotations

import asyncio
import gzip
import signal
import sys
from typing import TYPE_CHECKING

import aiohttp
import pytest

from tests import databases
from tests.bench.chaos import TOKEN
from tests.e2e.stage import Stage, staged
from tests.ports import free_port
from tests.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them"),
    pytest.mark.english,  # what is looked at are logs
]

HOSTILE = {
    "many small items": b'{"RESPONSE": [' + b"{}," * 80_000 + b"{}]}",
    "numbers": b'{"CODE": 200, "RESPONSE": [' + b"1," * 120_000 + b"1]}",
    "deep": b'{"RESPONSE": ' + b"[" * 120_000,
    "broken rows": b'{"CODE": 200, "RESPONSE": [' + b'{"UNIQUE_QUERY_ID": "1", "SENDER_NAME": "\x00", ' * 5_000,
}


async def ends(stage: Stage) -> None:
    """In time, which is what `stop` waits for; by itself, not by giving up."""
    assert await stage.service.stop() == 0
    assert "Traceback" not in stage.service.log


@pytest.mark.parametrize("kind", HOSTILE)
async def test_in_the_middle_of_pushed_bodies(tmp_path: Path, kind: str) -> None:
    port = free_port()
    async with staged(tmp_path, {"PUSH_TOKEN": TOKEN, "HTTP_LISTEN": f"127.0.0.1:{port}"}) as stage:
        await stage.service.start()
        await stage.is_up()
        await stage.service.says("listening on")
        async with aiohttp.ClientSession() as session:

            async def push() -> None:
                headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
                address = f"http://127.0.0.1:{port}/indiamart/{TOKEN}"
                body = gzip.compress(HOSTILE[kind][:255_000])
                try:
                    while True:
                        async with session.post(address, data=body, headers=headers):
                            began.set()
                except aiohttp.ClientError:
                    return

            began = asyncio.Event()
            async with asyncio.TaskGroup() as group:
                for _number in range(4):
                    group.create_task(push())
                await began.wait()
                await ends(stage)


@pytest.mark.parametrize("kind", HOSTILE)
async def test_in_the_middle_of_pulled_bodies(tmp_path: Path, kind: str) -> None:
    async with staged(tmp_path, {"POLL_EVERY": "0.05s"}) as stage:
        for _number in range(200):
            stage.simulator.faults.can(HOSTILE[kind] + HOSTILE[kind].replace(b"]}", b"") * 8)
        await stage.service.start()
        await stage.simulator.called(1)
        assert await stage.service.stop() in {0, 1}  # a thread that reads is not waited for to its end
        assert "Traceback" not in stage.service.log


async def test_while_another_program_holds_the_database(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.service.start()
        await stage.is_up()
        stage.simulator.seller.arrive_many(20)
        await stage.service.says("20 new")
        async with databases.locked(stage.service.database):
            stage.simulator.seller.arrive_many(20)
            await stage.service.says("is busy" if databases.is_postgres() else "in use by another program")
            await ends(stage)
        await stage.service.start()
        await stage.drained()
        assert stage.lost == set()


async def test_while_an_import_is_read_and_stored(tmp_path: Path) -> None:
    rows = "".join(f"{90000_00000 + number},Buyer {number},{'=' * 500}\n" for number in range(60_000))
    (tmp_path / "leads.csv").write_text("Mobile,Name,Requirement\n" + rows)
    async with staged(tmp_path) as stage:
        await stage.service.start("import", "leads.csv")
        await until(lambda: stage.has_tables() and stage.rows("SELECT count(*) FROM leads") != [(0,)], 60)
        assert stage.service.process is not None
        stage.service.process.send_signal(signal.SIGTERM)
        assert await stage.service.ends(within=10) in {0, 1}
        assert "Traceback" not in stage.service.log


async def test_while_the_event_loop_is_held_up(tmp_path: Path) -> None:
    """By whatever nobody thought of: the process ends all the same, and says so."""
    program = "import asyncio, time\nfrom bot import log\nfrom bot.commands import run, terminal\n"
    program += "terminal.GIVEN_UP_AFTER = 1.0\nlog.configure('info', 'text')\n"
    program += "async def main():\n    run.stopped()\n    print('held', flush=True)\n"
    program += "    while True:\n        time.sleep(0.01)\n"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program + "asyncio.run(main())\n",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    await process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(10):
        said = await process.stderr.read()
        assert await process.wait() == 1
    assert b"ended without it" in said


async def test_a_backfill_that_is_ended_says_so(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.service.start("backfill", "--days", "365")
        await stage.simulator.called(2)
        assert stage.service.process is not None
        stage.service.process.send_signal(signal.SIGTERM)
        assert await stage.service.ends(within=10) == 1
        assert "Stopped." in stage.service.log
