"""`leadbell …` as a process of its own, forked from one that has loaded it: that saves what its imports cost.

Such a process has its own id, folder, environment, files, signals and end, and Python ends it as one that was started:
only what importing does is inherited. What is about the start itself is started in truth.
"""

from __future__ import annotations

import asyncio
import gc
import io
import json
import os
import pkgutil
import runpy
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Final, Protocol, TextIO

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter
    from collections.abc import Mapping, Sequence
    from pathlib import Path

STDERR: Final = 2
PUT_OFF: Final = ("aiohttp_socks", "babel.numbers", "cryptography.fernet", "phonenumbers", "rapidfuzz.fuzz")


class Running(Protocol):
    """What is used of `asyncio.subprocess.Process`."""

    @property
    def pid(self) -> int: ...

    @property
    def returncode(self) -> int | None: ...

    async def wait(self) -> int: ...

    def send_signal(self, signal: int, /) -> None: ...

    def kill(self) -> None: ...


class ForkServer:
    """Ends with the process that made it, or when it is closed."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """What the machine sets for each of its processes."""
        self._environment = environment
        self._asks: socket.socket | None = None

    def close(self) -> None:
        if self._asks is not None:
            self._asks.close()
            self._process.wait()

    def _server(self) -> socket.socket:
        """Where its server listens, from the first time that it is wanted."""
        if self._asks is None:
            self._asks, asked = socket.socketpair()
            with asked:
                number = asked.fileno()
                self._process = subprocess.Popen(
                    [sys.executable, __file__, str(number)],
                    env=self._environment,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    pass_fds=[number],
                )
        return self._asks

    async def start(
        self, words: Sequence[str], folder: Path, environment: Mapping[str, str], files: Sequence[int]
    ) -> Running:
        """`files` are its output, its error output and, if it is to read anything, its input."""
        answers = self._asked(words, folder, environment, files)
        reader, writer = await asyncio.open_unix_connection(sock=answers)
        return ForkedProcess(int(await reader.readline()), _Answer(reader, writer))

    def run(self, words: Sequence[str], folder: Path, environment: Mapping[str, str]) -> tuple[int, str, str]:
        """Its exit code, what it said, and its complaints. Blocking."""
        with TemporaryFile() as said, TemporaryFile() as complained:
            with self._asked(words, folder, environment, [said.fileno(), complained.fileno()]) as answers:
                answers.settimeout(60)
                _pid, code = answers.makefile()
            said.seek(0)
            complained.seek(0)
            return int(code), said.read().decode(), complained.read().decode()

    def _asked(
        self, words: Sequence[str], folder: Path, environment: Mapping[str, str], files: Sequence[int]
    ) -> socket.socket:
        """For a process; its id, and once it has ended its exit code, are to be read."""
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(self._server(), [b"x"], [theirs.fileno(), *files])
        ours.sendall(json.dumps([list(words), str(folder), dict(environment)]).encode() + b"\n")
        return ours


@dataclass(frozen=True)
class _Answer:
    reader: StreamReader
    writer: StreamWriter

    async def exit_code(self) -> int:
        code = int(await self.reader.readline())
        self.writer.close()
        return code


class ForkedProcess:
    def __init__(self, pid: int, answer: _Answer) -> None:
        self.pid = pid
        self._end = asyncio.create_task(answer.exit_code())

    @property
    def returncode(self) -> int | None:
        return self._end.result() if self._end.done() else None

    async def wait(self) -> int:
        return await asyncio.shield(self._end)

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


forks: ForkServer | None = None
"""Where processes are forked, and not started."""


def _serve(asked: socket.socket) -> None:
    """Returns in each process that is to be the program."""
    before = dict(os.environ)
    _load()
    # What a module sets in the environment when it is loaded it would set in each.
    loaded = {name: value for name, value in os.environ.items() if name not in before}
    gc.freeze()  # else each would copy all of it when it ends
    while files := socket.recv_fds(asked, 1, 4)[1]:
        if os.fork() == 0:
            asked.close()
            _become_another(loaded, *files)
            return
        for file in files:
            os.close(file)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass  # so that what each cost counts as its parent's
    os._exit(0)


def _load() -> None:
    """Its modules but those of the sandbox and of the process that draws, and the libraries that it puts off."""
    import bot  # noqa: PLC0415 - by the server alone

    modules = [module.name for module in pkgutil.walk_packages(bot.__path__, "bot.")]
    for name in (*modules, *PUT_OFF):
        if not name.startswith(("bot.__main__", "bot.sandbox.", "bot.charts.")):
            import_module(name)


def _become_another(loaded: Mapping[str, str], answers: int, *files: int) -> None:
    """Returns in the program, and tells of its end."""
    with socket.socket(fileno=answers) as answer, answer.makefile("rw") as lines:
        words, folder, environment = json.loads(lines.readline())
        pid = os.fork()
        if pid:
            print(pid, file=lines, flush=True)
            print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), file=lines, flush=True)
            os._exit(0)
    for file, number in zip(files, (1, 2, 0), strict=False):
        os.dup2(file, number)
        os.close(file)
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        setattr(sys, name, _opened(number, getattr(sys, name)))
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(loaded | environment)
    time.tzset()
    sys.argv[1:], sys.path[0] = words, folder


def _opened(number: int, like: TextIO) -> TextIO:
    """As Python does it, which keeps what it once found out of a file."""
    binary = os.fdopen(number, "wb" if number else "rb", closefd=False)
    return io.TextIOWrapper(binary, like.encoding, like.errors, line_buffering=number == STDERR)


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
    runpy.run_module("bot", run_name="__main__", alter_sys=True)
