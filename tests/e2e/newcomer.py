"""Somebody who sets Leadbell up: types into `leadbell setup`, with a phone beside the keyboard."""

from __future__ import annotations

import asyncio
import codecs
import os
import signal
import sys
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import IO, TYPE_CHECKING

from bot.sandbox.botapi import NO_LIMITS, BotApiServer, MemberStatus, World
from bot.sandbox.simulator.server import API_KEY, Simulator
from tests import programs
from tests.e2e.stage import inherited
from tests.languages import end_of
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from bot.sandbox.botapi import Chat, HumanUser
    from tests.programs import Running

START = "/start@leadbell_bot"
PROGRAM = (sys.executable, "-m", "bot")
OTHER_TOKEN = "7100000001:AAEsomeOtherTokenThatIsNotThisBots00000"
FAST = {"POLL_EVERY": "0.001s"}
"""IndiaMART lets itself be asked again at once."""


@dataclass
class Newcomer:
    """Ravi has a group without the bot."""

    folder: Path
    world: World
    api: BotApiServer
    simulator: Simulator
    ravi: HumanUser
    group: Chat
    environment: dict[str, str] = field(default_factory=dict)
    process: Running | None = None
    said: str = ""
    answered: str = ""
    """What the press of the test card's button brought."""
    keyboard: IO[bytes] = field(init=False)
    _output: asyncio.StreamReader = field(init=False)
    _held: ExitStack = field(default_factory=ExitStack)
    _read: int = 0
    _letters: codecs.IncrementalDecoder = field(default_factory=codecs.getincrementaldecoder("utf-8"))

    async def begins(self, *arguments: str, program: Sequence[str] = PROGRAM, terminal: int | None = None) -> None:
        self.leaves()
        self.said, self._read, self._letters = "", 0, codecs.getincrementaldecoder("utf-8")()
        words, environment = arguments or ("setup",), inherited() | self.environment
        (heard, output), (typed, keys) = os.pipe(), os.pipe()
        self.keyboard, self._output = os.fdopen(keys, "wb", buffering=0), asyncio.StreamReader()
        transport, _protocol = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(self._output), os.fdopen(heard, "rb", buffering=0)
        )
        self._held.callback(self.keyboard.close)
        self._held.callback(transport.close)
        with os.fdopen(output, "wb"), os.fdopen(typed, "rb"):
            keyboard = typed if terminal is None else terminal
            if programs.forks is not None and program == PROGRAM:
                self.process = await programs.forks.start(words, self.folder, environment, [output, output, keyboard])
                return
            self.process = await asyncio.create_subprocess_exec(
                *program, *words, cwd=self.folder, env=environment, stdin=keyboard, stdout=output, stderr=output
            )

    def leaves(self) -> None:
        self._held.close()

    async def reads(self, words: str) -> None:
        """Until this is said, in the language that is spoken, after what was read before."""
        while (end := end_of(words, self.said, self._read)) < 0:
            try:
                async with asyncio.timeout(60):
                    more = await self._output.read(4096)
            except TimeoutError:
                more = b""
            assert more, f"{words!r} was not said:\n{self.said[self._read :]}"
            self.said += self._letters.decode(more)
        self._read = end

    def types(self, line: str = "") -> None:
        self.keyboard.write(f"{line}\n".encode())

    async def answers(self, question: str, line: str = "") -> None:
        await self.reads(question)
        self.types(line)

    async def ends(self) -> int:
        """The exit code, with everything read that was said."""
        assert self.process is not None
        async with asyncio.timeout(60):
            self.said += self._letters.decode(await self._output.read(), final=True)
            return await self.process.wait()

    async def stops(self) -> int:
        """As `docker stop` does it."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return await self.ends()

    def env(self) -> dict[str, str]:
        lines = (self.folder / ".env").read_text(encoding="utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))

    async def adds_the_bot(self, role: MemberStatus = MemberStatus.ADMINISTRATOR) -> None:
        """And writes /start, once the bot listens."""
        await self.listened_to()
        self.world.add_bot(self.group, self.ravi, role)
        self.ravi.says(self.group, START)

    async def listened_to(self) -> None:
        await until(lambda: self.world.updates.has_poller)

    async def sets_up(self, *arguments: str, program: Sequence[str] = PROGRAM, is_booted: bool = True) -> None:
        """From the first question to the card that is pressed, with three wrong answers on the way."""
        await self.begins(*arguments, program=program)
        await self.answers("The bot's token", "@leadbell_bot")
        await self.reads("That is the bot's name.")
        await self.answers("The bot's token", OTHER_TOKEN)
        await self.reads("Telegram refuses the token")
        await self.answers("The bot's token", self.world.bot.token)
        await self.reads("add @leadbell_bot to the sales group")
        await self.adds_the_bot()
        await self.answers("Is “Sharma Sales” the group for the leads?")
        await self.answers("Shall Ravi be an admin", "yes")
        await self.answers("How do leads come", "1")
        await self.answers("IndiaMART's key", "some-other-key")
        await self.reads("IndiaMART refuses the key")
        await self.answers("How do leads come")
        await self.answers("IndiaMART's key", API_KEY)
        await self.reads("the key works")
        await self.answers("In which language", "gu")
        await self.answers("Change one now?")
        await self.reads("Press its button")
        await self.presses()
        await self.reads("Ravi pressed the button")
        if is_booted:  # what is no whole machine starts nothing by itself
            await self.answers("start by itself", "no")
        assert await self.ends() == 0

    async def presses(self) -> None:
        await self.world.wait_for(lambda: self.group.by_bot)
        card = self.group.by_bot[-1]
        self.answered = (await self.ravi.presses(card, card.buttons[0][0])).text


@asynccontextmanager
async def arriving(folder: Path) -> AsyncIterator[Newcomer]:
    folder.mkdir(parents=True, exist_ok=True)
    world = World()
    ravi = world.add_person("Ravi", has_started=True)
    group = world.add_group("Sharma Sales", [ravi], bot_role=None)
    async with (
        Simulator(floor=timedelta(0)) as simulator,
        BotApiServer(world, limits=NO_LIMITS) as api,
    ):
        environment = {"TELEGRAM_API_URL": api.url, "INDIAMART_URL": simulator.url, "HTTP_LISTEN": "off"}
        newcomer = Newcomer(folder, world, api, simulator, ravi, group, environment)
        try:
            yield newcomer
        finally:
            if newcomer.process is not None and newcomer.process.returncode is None:
                newcomer.process.kill()
                await newcomer.process.wait()
            newcomer.leaves()


@asynccontextmanager
async def at_terminal(newcomer: Newcomer, *arguments: str) -> AsyncIterator[int]:
    """The program behind a real terminal. Yields what is typed into; what it says comes to `said` all the same."""
    keyboard, terminal = os.openpty()
    try:
        await newcomer.begins(*arguments, terminal=terminal)
        yield keyboard
    finally:
        os.close(keyboard)
        os.close(terminal)
