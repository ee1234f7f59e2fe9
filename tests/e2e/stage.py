"""The whole service as a process of its own, between the two servers of the sandbox; what it lost and repeated."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.clock import Clock
from bot.config.keyring import keyring as read_keyring
from bot.config.keyring import new_key
from bot.sandbox.botapi import NO_LIMITS, MemberStatus
from bot.sandbox.botapi import town as towns
from bot.sandbox.simulator.server import Simulator
from bot.store import account_settings, accounts
from bot.store.account_settings import By
from tests import databases, programs
from tests.languages import spoken
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from pathlib import Path

    from bot.sandbox.botapi import Chat, Limits, Message
    from bot.sandbox.botapi.town import Town
    from bot.sandbox.simulator.seller import Seller
    from tests.programs import Running

CARD = re.compile(r"^#[\d,]+ · (\S+) (\S+)", re.MULTILINE)
"""How a card names its lead: IndiaMART's kind and id."""

INHERITED = (
    *("PATH", "HOME", "TZ", "SYSTEMROOT", "COVERAGE_PROCESS_START"),
    *("LD_PRELOAD", "CLOCK_AHEAD"),  # the hour that .ci/nightly sets
)


def inherited() -> dict[str, str]:
    """The environment of a process that is to know no settings but the test's."""
    return {name: os.environ[name] for name in INHERITED if name in os.environ} | {"LC_ALL": "C.UTF-8"}


@dataclass
class Service:
    """`python -m bot run` in a folder of its own, with these settings and no others."""

    folder: Path
    settings: dict[str, str]
    program: str = "bot"
    process: Running | None = None
    before: Callable[[], None] | None = None
    """Runs in the child before the program."""

    @property
    def log(self) -> str:
        """All that it said, through every restart."""
        path = self.folder / "log.txt"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    @property
    def database(self) -> Path:
        return self.folder / "leads.db"

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.returncode is None

    async def start(self, *arguments: str) -> None:
        words, environment = arguments or ("run",), inherited() | self.settings
        with (self.folder / "log.txt").open("ab") as log:
            if programs.forks is not None and self.program == "bot" and self.before is None:
                self.process = await programs.forks.start(words, self.folder, environment, [log.fileno()] * 2)
                return
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                self.program,
                *words,
                cwd=self.folder,
                env=environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=self.before,
            )

    async def ends(self, within: float = 60.0) -> int:
        """Its exit code."""
        assert self.process is not None
        async with asyncio.timeout(within):
            return await self.process.wait()

    async def says(self, words: str, within: float = 60.0) -> None:
        """Until this stands in the log."""
        await until(lambda: words in self.log, within)

    async def kill(self) -> None:
        """At any moment, without a word."""
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()

    async def stop(self) -> int:
        """As `docker stop` does it."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return await self.ends(within=10.0)


@dataclass(frozen=True)
class Desk:
    """A seller, and the group that their leads go to."""

    group: Chat
    seller: Seller


@dataclass
class Stage:
    town: Town
    simulator: Simulator
    service: Service
    others: list[Desk] = field(default_factory=list)
    """Of the accounts beside `main`."""
    pushed: list[tuple[str, str]] = field(default_factory=list)
    """Leads that came by push and got 200."""

    @property
    def desks(self) -> list[Desk]:
        return [Desk(self.town.group, self.simulator.seller), *self.others]

    @property
    def shown(self) -> Counter[tuple[str, str]]:
        """How often each lead, by kind and id, can be reached from `main`'s group: by its card, or a list's button."""
        return self._shown(self.town.group)

    @property
    def expected(self) -> set[tuple[str, str]]:
        """In `main`'s group."""
        return _arrived(self.simulator.seller) | set(self.pushed)

    @property
    def lost(self) -> set[tuple[str, str]]:
        """In the group that they belong into."""
        lost = self.expected - set(self.shown)
        return lost.union(*(_arrived(desk.seller) - set(self._shown(desk.group)) for desk in self.others))

    @property
    def strayed(self) -> set[tuple[str, str]]:
        """Leads that can be reached from a group which is another seller's."""
        strayed = set(self.shown) - self.expected
        return strayed.union(*(set(self._shown(desk.group)) - _arrived(desk.seller) for desk in self.others))

    @property
    def repeated(self) -> int:
        return sum(self.repeats)

    @property
    def repeats(self) -> list[int]:
        """Messages too many, by group: those that show, among others, a lead which an earlier one showed already."""
        known, found = self._known(), []
        for desk in self.desks:
            seen, repeated = set[tuple[str, str]](), 0
            for message in desk.group.by_bot:
                leads = set(_leads(message, known))
                repeated += not leads.isdisjoint(seen)
                seen |= leads
            found.append(repeated)
        return found

    async def beside(self, name: str, settings: Mapping[str, str] | None = None, *, is_v1: bool = False) -> Desk:
        """Another account of the same bot, as `leadbell account add` makes it; the service may run or not."""
        desk = Desk(
            self.town.world.add_group(name, [self.town.asha], bot_role=MemberStatus.ADMINISTRATOR),
            self.simulator.add_seller(),
        )
        own = {
            "TELEGRAM_CHAT_ID": str(desk.group.id),
            "DIGEST": "off",
            "BOT_LANGUAGE": spoken(),
            "INDIAMART_KEY": desk.seller.crm_key if is_v1 else desk.seller.api_key,
            **({"INDIAMART_MOBILE": desk.seller.mobile} if is_v1 else {}),
            **{word: self.service.settings[word] for word in ("POLL_EVERY", "TELEGRAM_GROUP_RATE")},
            **(settings or {}),
        }
        keyring, now = read_keyring(self.service.settings["SECRET_KEY"]), Clock().now()
        async with databases.opened(self.service.database) as database, database.transaction() as connection:
            await accounts.open_account(connection)
            account_id = await accounts.add(connection, name)
            assert account_id is not None
            for word, text in own.items():
                await account_settings.put(connection, account_id, word, text, by=By(), keyring=keyring, now=now)
        self.others.append(desk)
        return desk

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        return databases.by_hand(self.service.database, statement)

    async def is_up(self) -> None:
        """Until a service that was just started asks Telegram for updates."""
        before = len(self.town.api.calls)

        def asks() -> bool:
            assert self.service.is_running, f"it ended: {self.service.log[-2000:]}"
            return any(call.method == "getUpdates" for call in list(self.town.api.calls)[before:])

        await self.town.world.wait_for(asks, 60)

    async def drained(self, within: float = 60) -> None:
        """Until every lead is shown and nothing waits; returns all the same when the time is over."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        while loop.time() < deadline:
            if not self.lost and self.rows("SELECT count(*) FROM outbox") == [(0,)]:
                return
            await asyncio.sleep(0.2)

    def has_tables(self) -> bool:
        """Whether the service came so far: the file is there before its tables are."""
        if databases.is_postgres():
            return True
        return self.service.database.exists() and bool(self.rows("SELECT 1 FROM sqlite_master WHERE name = 'outbox'"))

    def _shown(self, group: Chat) -> Counter[tuple[str, str]]:
        known, found = self._known(), Counter[tuple[str, str]]()
        for message in group.by_bot:
            found.update(_leads(message, known))
        return found

    def _known(self) -> Mapping[int, tuple[str, str]]:
        if not self.has_tables():
            return {}
        rows = self.rows("SELECT lead_id, kind, query_id FROM leads ORDER BY lead_id")
        return {lead_id: (kind, query_id) for lead_id, kind, query_id in rows}


def _arrived(seller: Seller) -> set[tuple[str, str]]:
    return {(record.kind, record.query_id) for record in seller.records}


def _leads(message: Message, known: Mapping[int, tuple[str, str]]) -> list[tuple[str, str]]:
    card = CARD.search(message.text)
    if card is not None:
        return [(card[1], card[2])]
    codes = [button.get("callback_data", "") for button in message.markup.buttons]
    return [known[int(code[2:])] for code in codes if code.startswith("1s") and int(code[2:]) in known]


@asynccontextmanager
async def staged(
    folder: Path,
    settings: Mapping[str, str] | None = None,
    *,
    floor: timedelta = timedelta(0),
    limits: Limits = NO_LIMITS,
    seed: int = 0,
) -> AsyncIterator[Stage]:
    """The two servers, running, and the service, not yet started."""
    folder.mkdir(parents=True, exist_ok=True)
    async with (
        towns.opened(limits=limits, language=spoken()) as town,
        Simulator(floor=floor, seed=seed, push_retry=timedelta(seconds=0.5)) as simulator,
    ):
        values = {
            "TELEGRAM_BOT_TOKEN": town.world.bot.token,
            "TELEGRAM_CHAT_ID": str(town.group.id),
            "DIGEST": "off",
            "TELEGRAM_API_URL": town.api.url,
            "TELEGRAM_GROUP_RATE": "1000/1",
            "INDIAMART_KEY": simulator.seller.api_key,
            "INDIAMART_URL": simulator.url,
            "POLL_EVERY": "0.3s",
            "DATABASE_URL": databases.url(folder / "leads.db"),
            "HTTP_LISTEN": "off",
            "SECRET_KEY": new_key(),
            "BOT_LANGUAGE": spoken(),
        }
        service = Service(folder, values | dict(settings or {}))
        try:
            yield Stage(town, simulator, service)
        finally:
            await service.kill()
