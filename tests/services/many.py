"""A process that serves many accounts, between as many sellers and groups that the test plays."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot import app
from bot.bots import Bots
from bot.config import Settings
from bot.config.keyring import new_key
from bot.domain.ids import AccountId
from bot.registry import Registry
from bot.rounds import Rounds
from bot.store import account_settings, accounts
from bot.store.account_settings import By
from tests import databases
from tests.services.fast_time import LoopClock, in_loop, without_syncs
from tests.services.played import RecordingChat, ScriptedIndiaMart
from tests.services.world import GROUP

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine
    from pathlib import Path

    from bot.services import AccountParts, Services, Shared
    from bot.store.connections import Connection

TOKEN = "7100000001:AAEinvented-for-tests-0123456789abcdef"


class Seller(ScriptedIndiaMart):
    """Its answers come as scripted, without the test's time standing still for anybody."""

    floor = timedelta(seconds=10)

    async def fetch(self, window: Any) -> Any:
        self.windows.append(window)
        self.called_at.append(self.clock.monotonic())
        await asyncio.sleep(0.1)
        return self.answers.popleft() if self.answers else self.respond(window)


@dataclass
class PlayedBot:
    """In place of `ChatApplication`."""

    chats: dict[int, RecordingChat]
    """By the group's id."""
    clock: LoopClock
    attached: dict[AccountId, Services] = field(default_factory=dict)
    is_running: bool = False
    webhook: None = None

    def messenger(self, settings: Settings) -> RecordingChat:
        return self.chats.setdefault(settings.telegram_chat_id, RecordingChat(clock=self.clock))

    def attach(self, services: Services) -> None:
        self.attached[services.account_id] = services

    def detach(self, account_id: AccountId) -> None:
        self.attached.pop(account_id, None)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        self.is_running = True
        yield
        self.is_running = False


@dataclass
class Town:
    shared: Shared
    files: Settings
    clock: LoopClock
    sellers: dict[str, Seller] = field(default_factory=dict)
    """By key."""
    bots: dict[str, PlayedBot] = field(default_factory=dict)
    """By token."""
    made: Bots = field(init=False)
    registry: Registry = field(init=False)

    def __post_init__(self) -> None:
        self.made = Bots(self.shared, self._bot)  # type: ignore[arg-type]  # played
        self.registry = Registry(self.shared, self.files, self.made, self._source)

    def _bot(self, settings: Settings, _shared: Shared) -> PlayedBot:
        return self.bots.setdefault(settings.telegram_bot_token.get_secret_value(), PlayedBot({}, self.clock))

    def _source(self, settings: Settings, _shared: Shared) -> Seller | None:
        key = settings.indiamart_key
        return None if key is None else self.seller(key.get_secret_value())

    def seller(self, key: str) -> Seller:
        return self.sellers.setdefault(key, Seller(self.clock))

    def chat(self, number: int, token: str = TOKEN) -> RecordingChat:
        return self.bots[token].chats[group(number)]

    def parts(self, number: int) -> AccountParts:
        return self.registry.accounts[AccountId(number)]

    async def add(self, number: int, **settings: str) -> None:
        """As `leadbell account add`: a seller and a group of its own."""
        given = {
            "TELEGRAM_CHAT_ID": str(group(number)),
            "INDIAMART_KEY": key(number),
            "TELEGRAM_ADMINS": "5",
            "POLL_EVERY": "10s",
        } | settings
        async with self.shared.database.transaction() as connection:
            assert await accounts.add(connection, f"shop-{number}") == number
            await self._put(connection, number, given)

    async def change(self, number: int, **settings: str) -> None:
        async with self.shared.database.transaction() as connection:
            await self._put(connection, number, settings)

    async def _put(self, connection: Connection, number: int, settings: dict[str, str]) -> None:
        for name, text in settings.items():
            await account_settings.put(
                connection,
                AccountId(number),
                name,
                text or None,
                by=By(),
                keyring=self.files.secret_key,
                now=self.clock.now(),
                in_file=self.files.texts.get(name, "") if number == 1 else "",
            )

    async def rows(self, statement: str) -> list[tuple[Any, ...]]:
        async with self.shared.database.reading() as connection:
            return databases.in_order(statement, [tuple(row) for row in await connection.fetch_all(statement)])

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """As `lifecycle` runs it, but for what watches the machine."""
        main = await app.intake(self.files, self.shared, self._source(self.files, self.shared))
        await self.registry.start(main)
        rounds = Rounds(self.shared, self.registry.accounts)
        work = [self.shared.polls.run(), self.shared.outbox.run(), self.registry.follow()]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one) for one in (*work, *(rounds.run(one) for one in rounds.all()))]
            yield
            await self.shared.outbox.stop(5)
            for task in tasks:
                task.cancel()


def group(number: int) -> int:
    return GROUP.chat_id - number


def key(number: int) -> str:
    return f"a-key-of-seller-{number}"


def in_town(scenario: Callable[[Town], Coroutine[Any, Any, None]]) -> Callable[[Path], None]:
    """A test in which waiting costs nothing."""

    async def play(path: Path) -> None:
        async with databases.opened(path / "leads.db") as database:
            await without_syncs(database)
            async with database.transaction() as connection:
                await accounts.open_account(connection)
            clock = LoopClock()
            given = {
                "TELEGRAM_BOT_TOKEN": TOKEN,
                "TELEGRAM_CHAT_ID": str(group(1)),
                "TELEGRAM_ADMINS": "77",
                "INDIAMART_KEY": key(1),
                "INDIAMART_URL": "http://127.0.0.1:9",  # none of IndiaMART's: it may be asked as often as one likes
                "POLL_EVERY": "10s",
                "SECRET_KEY": new_key(),
            }
            await scenario(Town(app.share(database, clock), Settings.from_values(given), clock))

    return in_loop(play, scenario)
