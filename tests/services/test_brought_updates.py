"""What Telegram brings to a process that has not that bot reaches the one that has, once."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from bot import app
from bot.bots import Bots
from bot.chat.webhook_book import secret_of
from bot.config import Settings
from tests import databases
from tests.services.many import TOKEN
from tests.services.played import HandClock
from tests.services.test_sharing import GIVEN

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.services import Services

BOT_ID = 7100000001
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

    async def take(self, body: bytes) -> bool:
        if self.is_open:
            self.taken.append(body)
        return self.is_open


@dataclass
class PlayedApplication:
    webhook: PlayedWebhook = field(default_factory=PlayedWebhook)

    def attach(self, services: Any) -> None: ...

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        yield


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
