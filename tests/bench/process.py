"""A program under measurement, as a process of its own; what it costs is read from /proc (Linux only)."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import aiohttp

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncIterator, Mapping

    from tests.programs import Running

ROOT: Final = Path(__file__).parents[2]
_TICKS: Final = os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def running(module: str, *arguments: str, environment: Mapping[str, str] | None = None) -> AsyncIterator[Process]:
    """`python -m module …`; ended when the context is left."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *arguments,
        cwd=ROOT,
        env=kept | dict(environment or {}),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            try:
                async with asyncio.timeout(15):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()


def memory(process: Running) -> float:
    """MB of the resident set that are this process's own or shared, as `top` shows it."""
    return _status(process, "VmRSS")


def peak(process: Running) -> float:
    """The most it ever was, MB."""
    return _status(process, "VmHWM")


def _status(process: Running, name: str) -> float:
    text = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) / 1024 for line in text.splitlines() if line.startswith(name))


def of_family(pid: int) -> float:
    """MB of a server and those it started, what they share counted once."""
    return sum(map(_own_and_share, (pid, *_children(pid)))) / 1024


def _own_and_share(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return 0  # it has ended
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))


def processor_time(process: Running) -> float:
    """Seconds, of user and system."""
    return _processor_time(process.pid)


def of_children(pid: int) -> float:
    """Seconds of processor that a server and those it started have used; also those who have ended."""
    return sum(map(int, _stat(pid)[11:15])) / _TICKS + sum(map(_processor_time, _children(pid)))


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def _processor_time(pid: int) -> float:
    fields = _stat(pid)
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()


async def is_up(url: str) -> None:
    """Returns when somebody listens there."""
    async with aiohttp.ClientSession() as session, asyncio.timeout(30):
        while True:
            try:
                async with session.get(url):
                    return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.1)
