"""The demo as a process: tuned as the service is, and open to a phone when it is told so."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
import tempfile
from typing import TYPE_CHECKING

import aiohttp
import pytest

from bot.errors import LeadbellError
from bot.sandbox.botapi.town import WoundClock
from bot.sandbox.demo import demo_world

if TYPE_CHECKING:
    from asyncio.subprocess import Process

pytestmark = pytest.mark.english  # the demo is in English

TUNED = """
import asyncio, gc, json, os, sys
from bot.commands.entry import Commands
from bot.config import Settings

async def main():
    if sys.argv[1] == "demo":
        work = Commands().demo(port=0, host="127.0.0.1", names=())
    else:
        work = Commands().run(Settings.from_values(json.loads(os.environ["SETTINGS"])))
    task = asyncio.create_task(work)
    while not gc.get_freeze_count() and not task.done():
        await asyncio.sleep(0.05)
    found = sys.getswitchinterval(), gc.get_threshold(), gc.isenabled(), gc.get_freeze_count() > 0
    print("TUNED", found)
    task.cancel()

asyncio.run(main())
"""
"""Starts the one or the other in this process, and says how it is tuned when it runs."""


async def tuning(program: str, settings: dict[str, str]) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", TUNED, program, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        env=os.environ | {"SETTINGS": json.dumps(settings)},
    )  # fmt: skip
    said, _nothing = await asyncio.wait_for(process.communicate(), 60)
    found = re.search(r"TUNED .*", said.decode())
    assert found is not None
    return found[0]


async def test_the_demo_is_tuned_as_the_service_is() -> None:
    async with demo_world(WoundClock(), port=0) as world:
        assert await tuning("demo", {}) == await tuning("run", world.settings)


async def started(*arguments: str, last: str) -> tuple[Process, str]:
    """The demo, and what it says until the line with `last`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", "--port", "0", *arguments,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None
    said = ""
    async with asyncio.timeout(60):
        while last not in said:
            line = await process.stdout.readline()
            assert line, said
            said += line.decode()
    return process, said


async def test_it_says_what_it_means_to_let_others_in() -> None:
    process, said = await started("--host", "0.0.0.0", "--name", "shop.local", last="End it")  # noqa: S104 - what is tested
    try:
        assert "Whoever can reach this machine can open it" in said
        assert "http://shop.local:" in said
        url = re.search(r"http://127\.0\.0\.1:\d+/", said)
        assert url is not None
        async with aiohttp.ClientSession() as http:
            async with http.get(url[0]) as page:
                assert page.status == 200
            async with http.get(url[0], headers={"Host": "evil.example"}) as page:
                assert page.status == 403
    finally:
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 20) == 0


async def test_alone_it_speaks_of_nobody_else() -> None:
    process, _said = await started(last="The sales group is at")
    process.terminate()
    said, _nothing = await asyncio.wait_for(process.communicate(), 20)
    assert (process.returncode, said) == (0, b"")


async def test_without_a_folder_for_temporary_files_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere/at/all")
    with pytest.raises(LeadbellError, match="Name one in TMPDIR"):
        async with demo_world(WoundClock(), port=0):
            pass
