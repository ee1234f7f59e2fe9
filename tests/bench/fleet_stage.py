"""Several Leadbells on one PostgreSQL, each with ways of its own to the servers, between the two of the sandbox."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from bot.clock import Clock
from bot.config.keyring import keyring as read_keyring
from bot.config.keyring import new_key
from bot.sandbox.botapi import NO_LIMITS, MemberStatus
from bot.sandbox.botapi import town as towns
from bot.sandbox.simulator.server import Simulator
from bot.store import account_settings, accounts, engines
from bot.store.account_settings import By
from tests.bench.relay import relaying
from tests.bench.servers import DATABASE, Server
from tests.e2e.stage import Desk, Service, Stage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from bot.sandbox.botapi import BotUser
    from bot.sandbox.botapi.town import Town
    from tests.bench.relay import Relay

HOLDERS: Final = "SELECT holds.bot_id, runs.pid FROM holds JOIN runs ON runs.run_id = holds.run_id"


@dataclass
class Member:
    """One of the processes, and its ways to the servers."""

    service: Service
    relays: list[Relay]

    @property
    def pid(self) -> int:
        assert self.service.process is not None
        return self.service.process.pid


@dataclass
class FleetStage(Stage):
    """`service` is any of them: they are alike."""

    servers: list[Server] = field(default_factory=list)
    """The last one is written to."""
    members: list[Member] = field(default_factory=list)
    bots: list[BotUser] = field(default_factory=list)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        return self.servers[-1].ask(statement)

    def has_tables(self) -> bool:
        return True

    def holders(self) -> dict[int, int]:
        """The process of each bot."""
        return dict(self.rows(HOLDERS))


async def furnish(stage: FleetStage, number: int, of_a_bot: int) -> None:
    """So many bots, each with so many accounts; `main` has the first bot as well."""
    world = stage.town.world
    stage.bots = [world.bot, *(world.new_bot(f"Leadbell {n}", f"leadbell_{n}_bot") for n in range(2, number + 1))]
    settings = stage.service.settings
    keyring, now = read_keyring(settings["SECRET_KEY"]), Clock().now()
    async with engines.database(stage.servers[-1].url) as database, database.transaction() as connection:
        await accounts.open_account(connection)
        for place in range(1, number * of_a_bot):
            bot = stage.bots[place % number]
            name = f"shop-{place}"
            group = world.add_group(name, [stage.town.asha], bot_role=None)
            world.add_bot(group, stage.town.asha, MemberStatus.ADMINISTRATOR, bot)
            desk = Desk(group, stage.simulator.add_seller())
            stage.others.append(desk)
            account_id = await accounts.add(connection, name)
            assert account_id is not None
            own = {
                "TELEGRAM_CHAT_ID": str(group.id),
                "TELEGRAM_BOT_TOKEN": bot.token,
                "INDIAMART_KEY": desk.seller.api_key,
                **{word: settings[word] for word in ("POLL_EVERY", "TELEGRAM_GROUP_RATE", "DIGEST", "OVERLAP")},
            }
            for word, text in own.items():
                await account_settings.put(connection, account_id, word, text, by=By(), keyring=keyring, now=now)


@asynccontextmanager
async def staged(folder: Path, processes: int, *, has_standby: bool) -> AsyncIterator[FleetStage]:
    """The servers and the two of the sandbox, running; the processes not yet."""
    async with AsyncExitStack() as stack:
        town = await stack.enter_async_context(towns.opened(limits=NO_LIMITS))
        simulator = await stack.enter_async_context(Simulator(floor=timedelta(0)))
        first = Server(folder / "first")
        await asyncio.to_thread(first.make)
        stack.callback(first.stop, "immediate")
        servers = [first]
        if has_standby:
            second = await asyncio.to_thread(first.standby, folder / "second")
            stack.callback(second.stop, "immediate")
            servers.insert(0, second)
        settings = _settings(town, simulator)
        members = [await _member(stack, folder / f"process-{n}", servers[::-1], settings) for n in range(processes)]
        yield FleetStage(town, simulator, members[0].service, servers=servers, members=members)


def _settings(town: Town, simulator: Simulator) -> dict[str, str]:
    return {
        "TELEGRAM_BOT_TOKEN": town.world.bot.token,
        "TELEGRAM_CHAT_ID": str(town.group.id),
        "TELEGRAM_API_URL": town.api.url,
        "TELEGRAM_GROUP_RATE": "1000/1",
        "INDIAMART_KEY": simulator.seller.api_key,
        "INDIAMART_URL": simulator.url,
        "POLL_EVERY": "2s",
        "OVERLAP": "60s",
        "DIGEST": "off",
        "HTTP_LISTEN": "off",
        "SECRET_KEY": new_key(),
    }


async def _member(stack: AsyncExitStack, folder: Path, servers: Sequence[Server], settings: dict[str, str]) -> Member:
    folder.mkdir()
    relays = [await stack.enter_async_context(relaying(server.port)) for server in servers]
    hosts = ",".join(f"127.0.0.1:{relay.port}" for relay in relays)
    url = f"postgresql://leadbell@{hosts}/{DATABASE}?target_session_attrs=read-write"
    service = Service(folder, settings | {"DATABASE_URL": url})
    stack.push_async_callback(service.kill)
    return Member(service, relays)
