"""What Telegram brings to a process that has not that bot reaches the one that has, once."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from bot import app
from bot.bots import Bots
from bot.chat.webhook_book import secret_of
from bot.clock import Clock
from bot.config import Settings
from bot.errors import NotHeldError
from bot.health.holding import Holding
from bot.store import brought_updates, holds
from tests import databases
from tests.services.many import TOKEN
from tests.services.played import HandClock
from tests.services.test_sharing import GIVEN, TIMES
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from bot.services import Services, Shared

BOT_ID = 7100000001
LATER = b'{"update_id": 6, "message": {"text": "/find valve"}}'
UPDATE = b'{"update_id": 5, "message": {"text": "/find pump"}}'
SETTINGS = Settings.from_values(
    GIVEN | {"TELEGRAM_WEBHOOK_URL": "https://leads.example.in", "HTTP_LISTEN": "127.0.0.1:0"}
)


@dataclass
class PlayedWebhook:
    bot_id: int = BOT_ID
    secret: str = secret_of(TOKEN)
    is_open: bool = True
    taken: list[bytes] = field(default_factory=list)
    meanwhile: Callable[[], Awaitable[None]] | None = None

    async def take(self, body: bytes, *, is_whole: bool = False) -> bool:
        assert is_whole is True  # where several processes share the bots
        if self.is_open:
            self.taken.append(body)
            if self.meanwhile is not None:
                await self.meanwhile()
        return self.is_open


@dataclass
class PlayedApplication:
    webhook: PlayedWebhook = field(default_factory=PlayedWebhook)

    def attach(self, services: Any) -> None: ...

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        yield


@dataclass
class Sharer:
    """One of several processes, as far as it has the bot or has not."""

    shared: Shared
    holding: Holding
    bots: Bots
    webhook: PlayedWebhook
    session: asyncio.Task[None]

    async def has_it(self) -> None:
        async def is_taken() -> bool:
            return bool(await self.holding.take([BOT_ID], await self.holding.survey()))

        await until(is_taken)

    async def is_cut_off(self) -> None:
        self.session.cancel()
        await until(lambda: not self.holding.is_sure)

    async def is_brought(self, body: bytes) -> bool:
        take = self.bots.webhooks.find(BOT_ID, secret_of(TOKEN))
        assert take is not None
        return await take(body)

    async def kept(self) -> list[int]:
        async with self.shared.database.reading() as connection:
            return [one.update_id for one in await brought_updates.waiting(connection, [BOT_ID])]


@asynccontextmanager
async def sharer(path: Path) -> AsyncIterator[Sharer]:
    async with databases.opened(path) as database:
        clock, webhook = Clock(), PlayedWebhook()
        holding = Holding(database, clock, times=TIMES)
        shared = replace(app.share(database, clock), holding=holding, instances=holding)
        bots = Bots(shared, lambda _settings, _shared: cast("Any", PlayedApplication(webhook)))
        await bots.attach(cast("Services", SimpleNamespace(settings=SETTINGS, account_id=1)))
        await bots.start()
        session = asyncio.create_task(holding.run())
        await holding.joined()
        yield Sharer(shared, holding, bots, webhook, session)
        session.cancel()
        await asyncio.gather(session, return_exceptions=True)
        await bots.stop()


@pytest.mark.postgres
async def test_what_is_brought_to_a_process_that_was_cut_off_is_done_by_the_one_that_has_the_bot_next(
    tmp_path: Path,
) -> None:
    async with sharer(tmp_path / "leads.db") as one, sharer(tmp_path / "leads.db") as other:
        await one.has_it()
        assert await one.is_brought(UPDATE)
        assert (one.webhook.taken, await one.kept()) == ([UPDATE], [])
        await one.is_cut_off()
        assert await one.is_brought(LATER)
        await one.bots.take_brought()
        assert (one.webhook.taken, await one.kept()) == ([UPDATE], [6])
        await other.has_it()
        await other.bots.take_brought()
        assert (other.webhook.taken, await other.kept()) == ([LATER], [])


@pytest.mark.postgres
async def test_what_a_process_handles_while_another_takes_the_bot_over_is_left_to_that_one(tmp_path: Path) -> None:
    """Its own writing was refused, so that nothing of it was done: also where it does not know of the other yet."""
    async with sharer(tmp_path / "leads.db") as one, sharer(tmp_path / "leads.db") as other:

        async def taken_over() -> None:
            async with other.shared.database.transaction() as connection:
                assert await holds.take(connection, other.holding.run_id, {BOT_ID: 1})

        await one.has_it()
        one.webhook.is_open = False
        assert await one.is_brought(UPDATE)
        one.webhook.is_open, one.webhook.meanwhile = True, taken_over
        with pytest.raises(NotHeldError):
            await one.bots.take_brought()
        one.webhook.meanwhile = None
        assert (one.webhook.taken, await one.kept()) == ([UPDATE], [5])
        one.webhook.meanwhile = one.is_cut_off
        assert await one.is_brought(LATER)
        assert await other.kept() == [5, 6]


@pytest.mark.postgres
async def test_telegram_is_told_to_bring_again_what_cannot_be_kept(tmp_path: Path) -> None:
    async with sharer(tmp_path / "leads.db") as one:
        await one.is_cut_off()
        async with databases.refusing(one.shared.database, "brought_updates"):
            assert not await one.is_brought(UPDATE)


async def test_what_is_brought_elsewhere_is_kept_and_taken_once_by_who_has_the_bot(tmp_path: Path) -> None:
    async with databases.opened(tmp_path / "leads.db") as database:
        shared, webhook = app.share(database, HandClock()), PlayedWebhook()
        elsewhere = Bots(shared, cast("Any", None))
        elsewhere.hand_on(SETTINGS)
        take = elsewhere.webhooks.find(BOT_ID, secret_of(TOKEN))
        assert take is not None
        assert await take(UPDATE)
        assert await take(UPDATE)  # Telegram had no answer the first time
        assert await take(b"no update at all")
        here = Bots(shared, lambda _settings, _shared: cast("Any", PlayedApplication(webhook)))
        await here.attach(cast("Services", SimpleNamespace(settings=SETTINGS, account_id=1)))
        await here.start()
        webhook.is_open = False
        await here.take_brought()
        assert webhook.taken == []
        webhook.is_open = True
        await here.take_brought()
        await here.take_brought()
        assert webhook.taken == [UPDATE]
        await here.stop()
