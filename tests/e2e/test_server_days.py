"""What a server may refuse or do: each command says it in a sentence, and a service lives through it."""

from __future__ import annotations

import asyncio
import os
import shutil
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import aiohttp
import pytest

from bot.errors import StoreRefusedError
from bot.store import engines
from tests import databases
from tests.e2e.stage import staged
from tests.e2e.test_transfer import Shop
from tests.ports import free_port
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.e2e.stage import Stage
    from tests.postgres import Server

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.english,  # logs, and the command line's words
]

PASSWORD: Final = "letters-and-digits-7"
OTHER: Final = "another-9-of-theirs"
SETTINGS: Final = {
    "TELEGRAM_BOT_TOKEN": "7100000001:AAEinvented-for-tests-0123456789abcdef",
    "TELEGRAM_CHAT_ID": "-1001",
    "TELEGRAM_API_URL": "http://127.0.0.1:9",
    "INDIAMART_KEY": "a-key-of-nobody",
    "INDIAMART_URL": "http://127.0.0.1:9",
    "HTTP_LISTEN": "off",
}
BAD_SETTINGS: Final = 2
FAILED: Final = 1


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """One that may be stopped. `guarded` has a password, `barred` may not come in, `guest` may make nothing."""
    from tests import postgres  # noqa: PLC0415 - an extra's

    with postgres.server(like=os.environ[databases.SERVER]) as server:
        server.ask(
            f"CREATE ROLE guarded LOGIN PASSWORD '{PASSWORD}'",
            "CREATE ROLE barred LOGIN",
            "CREATE ROLE guest LOGIN",
            "CREATE DATABASE kept OWNER guarded",
            "CREATE DATABASE bare OWNER guarded",
            "CREATE DATABASE made OWNER leadbell",
        )
        yield server


def address(server: Server, who: str = "leadbell", name: str = "kept", more: str = "") -> str:
    return f"postgresql://{who}@/{name}?host={server.folder}{more}"


@pytest.fixture
def shop(tmp_path: Path, logging_as_it_was: None) -> Shop:
    return Shop(tmp_path)


def told(shop: Shop, url: str, code: int, sentence: str) -> None:
    """By what needs the database: in one sentence, whose reason is not the password."""
    for words, wanted in (("run", code), ("status", code), ("check", FAILED)):
        exit_code, said, complained = shop.run(words, **SETTINGS, DATABASE_URL=url)
        assert (words, exit_code) == (words, wanted), said + complained
        [line] = [one for one in (said + complained).splitlines() if sentence in one]
        assert words != "check" or line.startswith("to do")
        assert not any(secret in said + complained for secret in (PASSWORD, OTHER))


@pytest.mark.parametrize(
    ("who", "name", "more", "code", "sentence"),
    [
        (f"guarded:{OTHER}", "kept", "", BAD_SETTINGS, "does not let Leadbell in (connection failed"),
        ("guarded", "kept", f"&password={OTHER}", BAD_SETTINGS, "does not let Leadbell in (connection failed"),
        ("guarded", "kept", "", BAD_SETTINGS, "does not let Leadbell in"),
        ("barred", "kept", "", BAD_SETTINGS, "does not let Leadbell in"),
        ("nobody", "kept", "", BAD_SETTINGS, "does not let Leadbell in"),
        (f"guarded:{PASSWORD}", "none", "", BAD_SETTINGS, "does not let Leadbell in"),
        (f"guarded:{PASSWORD}", "kept", "&pass=1", BAD_SETTINGS, "it must be postgresql://user:password@host/name"),
        ("guest", "made", "", FAILED, "refuses its user what Leadbell needs"),
    ],
)
def test_who_may_not_come_in_is_told_so(
    server: Server, shop: Shop, who: str, name: str, more: str, code: int, sentence: str
) -> None:
    told(shop, address(server, who, name, more), code, sentence)


def test_a_server_that_is_away_is_told(shop: Shop, tmp_path: Path) -> None:
    url = f"postgresql://guarded:{PASSWORD}@/kept?host={tmp_path}"
    told(shop, url, FAILED, "Look whether the server runs")


async def test_an_older_server_is_refused_by_its_number(server: Server, tmp_path: Path) -> None:
    """It is today's; its number is changed on the way."""
    async with aging(server, tmp_path) as url:
        with pytest.raises(StoreRefusedError, match=r"is on PostgreSQL 13\. Leadbell needs 14 or newer\."):
            async with engines.database(url):
                pass


@asynccontextmanager
async def aging(server: Server, folder: Path) -> AsyncIterator[str]:
    async def pass_on(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter, change: Callable[[bytes], bytes]
    ) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65_536):
                writer.write(change(data))
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    def older(data: bytes) -> bytes:
        before, named, after = data.partition(b"server_version\0")
        return before + named + b"13" + after[2:] if named else data

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        theirs, ours = await asyncio.open_unix_connection(str(server.folder / ".s.PGSQL.5432"))
        await asyncio.gather(pass_on(reader, ours, bytes), pass_on(theirs, writer, older))
        gone.set()

    gone = asyncio.Event()
    async with await asyncio.start_unix_server(meet, str(folder / ".s.PGSQL.5432")):
        yield f"postgresql://leadbell@/made?host={folder}"
        await gone.wait()


@contextmanager
def away(server: Server) -> Iterator[None]:
    server.stop()
    yield
    server.start()


@contextmanager
def standby(server: Server) -> Iterator[None]:
    """As after a failover that turned the roles round: what is written comes from elsewhere."""
    signal = server.data / "standby.signal"
    server.stop()
    signal.touch()
    shutil.chown(signal, server.data.owner())
    server.start()
    yield
    server.stop()
    signal.unlink()
    server.start()


@contextmanager
def only_read(server: Server) -> Iterator[None]:
    """As providers do it where a disk is nearly full."""
    server.set("default_transaction_read_only", "on")
    yield
    server.set("default_transaction_read_only", "off")


@contextmanager
def other_password(server: Server) -> Iterator[None]:
    """Somebody changed it, and the server was restarted."""
    server.ask(f"ALTER ROLE guarded PASSWORD '{OTHER}'")
    server.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'guarded'")
    yield
    server.ask(f"ALTER ROLE guarded PASSWORD '{PASSWORD}'")


@pytest.mark.parametrize(
    ("day", "code", "sentence"),
    [(standby, BAD_SETTINGS, "is a standby, which can only be read"), (only_read, FAILED, "can only be read")],
)
def test_a_server_that_is_only_read_is_refused_at_the_start(
    server: Server, shop: Shop, day: Callable[[Server], AbstractContextManager[None]], code: int, sentence: str
) -> None:
    """Before its tables are made, that is: a service that has them waits until it can write."""
    with day(server):
        told(shop, address(server, f"guarded:{PASSWORD}", "bare"), code, sentence)


@dataclass
class Living:
    """A service on that server."""

    stage: Stage
    http: aiohttp.ClientSession

    async def becomes(self, status: int, reason: str = "") -> None:
        """Ready, or not for this reason among others."""

        async def is_so() -> bool:
            try:
                async with self.http.get(f"http://{self.stage.service.settings['HTTP_LISTEN']}/readyz") as answer:
                    return answer.status == status and (not reason or reason in (await answer.json())["reasons"])
            except aiohttp.ClientError:
                assert self.stage.service.is_running, self.stage.service.log[-2000:]
                return False

        await until(is_so, 90)

    def has_said(self, words: str, since: int) -> bool:
        return words in self.stage.service.log[since:]

    async def works(self) -> None:
        """A lead becomes a card."""
        lead = self.stage.simulator.seller.arrive()
        await self.stage.town.world.wait_for(
            lambda: any(lead.query_id in text for text in self.stage.town.group.texts), 60
        )


async def test_a_service_says_each_of_a_servers_days_and_goes_on_after_it(server: Server, tmp_path: Path) -> None:
    url = address(server, f"guarded:{PASSWORD}")
    settings = {"DATABASE_URL": url, "HTTP_LISTEN": f"127.0.0.1:{free_port()}"}
    async with staged(tmp_path, settings) as stage, aiohttp.ClientSession() as http:
        living = Living(stage, http)
        await stage.service.start()
        await living.becomes(200)
        for day, reason, sentence in (
            (away, "database", "cannot be reached"),
            (standby, "disk", "can only be read"),
            (only_read, "disk", "can only be read"),
            (other_password, "database", "does not let Leadbell in"),
        ):
            before = len(stage.service.log)
            with day(server):
                await living.becomes(503, reason)
                await until(partial(living.has_said, sentence, before), 60)
            await living.becomes(200)
            await living.works()
        assert await stage.service.stop() == 0
        said = stage.service.log
        assert not any(secret in said for secret in (PASSWORD, OTHER, "Traceback"))


async def test_a_service_says_that_its_server_hangs_and_is_gone_in_time_all_the_same(
    server: Server, tmp_path: Path
) -> None:
    """Its connections stay, and what was asked and is given up would end only after ten seconds: the stop does
    not wait for that, also where nobody but the event loop knows of it.
    """
    server.ask("CREATE DATABASE hung")
    settings = {"DATABASE_URL": address(server, name="hung"), "HTTP_LISTEN": f"127.0.0.1:{free_port()}"}
    async with staged(tmp_path, settings) as stage, aiohttp.ClientSession() as http:
        living = Living(stage, http)
        await stage.service.start()
        await living.becomes(200)
        with server.standing_still():
            await living.becomes(503, "database")
            assert await stage.service.stop() == 0
        assert "Traceback" not in stage.service.log
