"""The accounts that this process serves: each begins, is rebuilt and ends by itself."""

from __future__ import annotations

import logging
from collections import Counter
from typing import TYPE_CHECKING, Final

from bot import app
from bot.intake.push_inbox import HandingOn
from bot.store import holds
from bot.web.push import PushAddresses

if TYPE_CHECKING:
    from bot.bots import Bots
    from bot.config import Settings
    from bot.domain.ids import AccountId
    from bot.health.holding import Hold
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
        self.bot_of: dict[AccountId, int] = {}
        """Of every account whose settings are good, wherever it is served."""
        self.leaving: set[int] = set()
        """Bots that are about to be let go."""

    def weights(self) -> Counter[int]:
        """How many accounts speak through each bot, wherever they are served."""
        return Counter(self.bot_of.values())

    def hold(self, bot_id: int | None) -> Hold | None:
        """None where another process has the bot, and where there is only one process."""
        holding = self._shared.holding
        return None if holding is None or bot_id is None or bot_id in self.leaving else holding.bots.get(bot_id)

    def is_ours(self, settings: Settings) -> bool:
        return self._shared.holding is None or self.hold(settings.bot_id) is not None

    async def lets_go(self, bot_id: int | None, *, has_main: bool) -> bool:
        """Who says that a removed account is served no more: of several processes on one database the one that has its
        bot; the one that has main's, where none has.
        """
        if self._shared.holding is None or self.hold(bot_id) is not None:
            return True
        if not has_main:
            return False
        async with self._shared.database.reading() as connection:
            row = (await holds.all_of(connection)).get(bot_id or 0)
        return row is None or row.run_id is None

    def changed_hands(self) -> set[int]:
        """Bots of accounts that are served here by a hold that is no more."""
        known = (parts.intake.hold for parts in self.accounts.values())
        return {hold.bot_id for hold in known if hold is not None and self.hold(hold.bot_id) is not hold}

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
