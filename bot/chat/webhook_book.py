"""Which webhook of a bot is ours: what Leadbell has told Telegram stands in the database, also after a kill."""

from __future__ import annotations

import hmac
import logging
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from bot.store import webhooks

if TYPE_CHECKING:
    from telegram.ext import ExtBot

    from bot.services import Shared

log = logging.getLogger(__name__)

_PURPOSE: Final = b"the secret header of Leadbell's webhook"


def address_below(base: str, token: str) -> str:
    return f"{base}/telegram/{bot_id(token)}"


def bot_id(token: str) -> int:
    """It stands in front of the token."""
    return int(token.partition(":")[0])


def secret_of(token: str) -> str:
    """What Telegram shows that it is Telegram. Made of the token, so that it is the same after a restart and is kept
    nowhere; the token cannot be told from it.
    """
    return hmac.digest(token.encode(), _PURPOSE, "sha256").hex()


def webhook_host(address: str) -> str:
    """Whose it is. What stands behind the host is often a secret."""
    return urlsplit(address).hostname or "?"


class WebhookBook:
    def __init__(self, shared: Shared, bot: ExtBot[Any]) -> None:
        self._shared = shared
        self._bot = bot
        self._bot_id = bot_id(bot.token)

    async def is_ours(self, address: str) -> bool:
        async with self._shared.database.reading() as connection:
            return bool(address) and address in await webhooks.noted(connection, self._bot_id)

    async def note(self, address: str) -> None:
        """Before Telegram is told: what a kill leaves behind is known again."""
        async with self._shared.database.transaction() as connection:
            await webhooks.note(connection, self._bot_id, address, self._shared.clock.now())

    async def settle(self, address: str) -> None:
        """Telegram has taken it."""
        async with self._shared.database.transaction() as connection:
            await webhooks.settle(connection, self._bot_id, address)

    async def take_away(self) -> None:
        """If there is one of ours. What waits at Telegram stays, for whoever asks for it next."""
        async with self._shared.database.reading() as connection:
            ours = await webhooks.noted(connection, self._bot_id)
        if not ours:
            return
        address = (await self._bot.get_webhook_info()).url
        if address in ours:
            await self._bot.delete_webhook()
            log.info("The webhook at %s is removed", webhook_host(address))
        async with self._shared.database.transaction() as connection:
            await webhooks.forget(connection, self._bot_id)
