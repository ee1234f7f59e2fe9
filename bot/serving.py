"""The accounts that this process serves: each begins, is rebuilt and ends by itself."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from bot import app
from bot.intake.push_inbox import HandingOn
from bot.web.push import PushAddresses

if TYPE_CHECKING:
    from bot.bots import Bots
    from bot.config import Settings
    from bot.domain.ids import AccountId
    from bot.services import AccountParts, Intake, Shared

log = logging.getLogger(__name__)

FINISH_SECONDS: Final = 4.0
"""How long the messages in flight of an account that is rebuilt may take."""


class Serving:
    def __init__(self, shared: Shared, bots: Bots) -> None:
        self._shared = shared
        self._bots = bots
        self.accounts: dict[AccountId, AccountParts] = {}
        """All that are served, and those that are paused: they are there for whoever asks something."""
        self.addresses = PushAddresses()

    async def serve(self, found: Intake) -> None:
        """In the place of what served the account until now."""
        shared, settings = self._shared, found.settings
        before = self.accounts.get(found.account_id)
        if before is not None:
            await self._let_finish(before)
        parts = await app.build(found, self._bots.of(settings).messenger(settings), before)
        if before is None:
            await app.begin(parts)
        else:
            await parts.services.escalation.start()
            if before.intake.settings.telegram_bot_token != settings.telegram_bot_token:
                await self._bots.detach(found.account_id, before.intake.settings)
        await self._bots.attach(parts.services)
        self.accounts[found.account_id] = parts
        self._put_address(parts)
        if not parts.is_paused:
            shared.outbox.add(found.account_id, parts.services.delivery)
            if found.poller is not None and not shared.polls.has(found.account_id, found.poller):
                shared.polls.add(found.account_id, found.poller)

    def hand_on(self, account_id: AccountId, settings: Settings) -> None:
        """What comes here for an account that another process serves is kept for that one."""
        shared, token = self._shared, settings.push_token
        self._bots.hand_on(settings)
        if token is None:
            self.addresses.remove(account_id)
        else:
            inbox = HandingOn(shared.database, account_id, shared.clock, shared.metrics)
            self.addresses.put(account_id, token.get_secret_value(), inbox)

    def _put_address(self, parts: AccountParts) -> None:
        """Also of a paused account: what is pushed cannot be fetched later."""
        token = parts.intake.settings.push_token
        if parts.inbox is None or token is None:
            self.addresses.remove(parts.account_id)
        else:
            self.addresses.put(parts.account_id, token.get_secret_value(), parts.inbox)

    async def _let_finish(self, parts: AccountParts) -> None:
        self._shared.polls.remove(parts.account_id)
        self._shared.outbox.remove(parts.account_id)
        await parts.services.delivery.leave(FINISH_SECONDS)

    async def leave(self, account_id: AccountId, *, is_handed_over: bool = False) -> None:
        parts = self.accounts.get(account_id)
        if parts is None:
            return
        self.addresses.remove(account_id)
        await self._let_finish(parts)
        await parts.services.sender.stop(FINISH_SECONDS)
        await self._bots.detach(account_id, parts.intake.settings, is_handed_over=is_handed_over)
        del self.accounts[account_id]
        log.info("an account is served no more")
