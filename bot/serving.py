"""The accounts that this process serves: each begins, is rebuilt and ends by itself."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from bot import app
from bot.errors import StoreError
from bot.intake.push_inbox import HandingOn
from bot.store import beginnings, escalations, holds
from bot.web.push import PushAddresses

if TYPE_CHECKING:
    from bot.bots import Bots
    from bot.config import Settings
    from bot.domain.ids import AccountId
    from bot.health.holding import Hold
    from bot.services import AccountParts, Intake, Shared
    from bot.store.beginnings import Beginning

log = logging.getLogger(__name__)

FINISH_SECONDS: Final = 4.0
"""How long the messages in flight may take: of an account that goes from here, as nobody serves it meanwhile; and of
all at a clean stop, the whole of which stays under 10 s.
"""
ANSWERED_WITHIN: Final = 16.0
"""The same of one that is rebuilt: Telegram may take as long to answer as `chat/transport.py` waits. What is given up
before would be sent again.
"""


class Beginnings:
    """What accounts begin with. All who ask while somebody's is read are answered together: thousands at a start."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._asked: list[tuple[Intake, asyncio.Future[Beginning]]] = []
        self._reading: asyncio.Task[None] | None = None

    async def of(self, found: Intake) -> Beginning:
        answer: asyncio.Future[Beginning] = asyncio.get_running_loop().create_future()
        self._asked.append((found, answer))
        if self._reading is None:
            self._reading = asyncio.create_task(self._read(), name="beginnings")
        return await answer

    async def _read(self) -> None:
        try:
            while self._asked:
                asked, self._asked = self._asked, []
                known = await self._known([found for found, _answer in asked])
                for found, answer in asked:
                    result = known[found.account_id]
                    if answer.done():
                        continue
                    if isinstance(result, Exception):
                        answer.set_exception(result)
                    else:
                        answer.set_result(result)
        finally:
            self._reading = None

    async def _known(self, these: list[Intake]) -> dict[AccountId, Beginning | Exception]:
        """Or why it is not."""
        known: dict[AccountId, Beginning | Exception] = {
            found.account_id: StoreError("the account is not there any more", "no account") for found in these
        }
        since = self._shared.clock.now().timestamp() - max(one.settings.telegram_group_rate.seconds for one in these)
        try:
            async with self._shared.database.reading() as connection:
                known |= await beginnings.of(connection, known, since)
        except Exception as error:  # noqa: BLE001 - it is for whoever asked
            return dict.fromkeys(known, error)
        await self._look_anew(these, known)
        return known

    async def _look_anew(self, these: list[Intake], known: dict[AccountId, Beginning | Exception]) -> None:
        """Who served them before may have had other hours. A single process does so for all of them at its start."""
        of_bot: defaultdict[Hold, dict[AccountId, Intake]] = defaultdict(dict)
        for found in these:
            one = known[found.account_id]
            if found.hold is not None and not isinstance(one, Exception) and one.has_callouts:
                of_bot[found.hold][found.account_id] = found
        for theirs in of_bot.values():
            try:
                async with next(iter(theirs.values())).database.transaction() as connection:
                    await escalations.look_anew(connection, theirs)
            except Exception as error:  # noqa: BLE001 - as above
                known |= dict.fromkeys(theirs, error)


class Serving:
    def __init__(self, shared: Shared, bots: Bots) -> None:
        self._shared = shared
        self._bots = bots
        self._beginnings = Beginnings(shared)
        self.accounts: dict[AccountId, AccountParts] = {}
        """All that are served, and those that are paused: they are there for whoever asks something."""
        self.addresses = PushAddresses()
        self.bot_of: dict[AccountId, int] = {}
        """Of every account whose settings are good, wherever it is served."""
        self.leaving: set[int] = set()
        """Bots that are about to be let go."""
        self.unfinished: set[AccountId] = set()
        """What served these does nothing more for them, and nothing has taken its place yet: that may have failed."""

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
            self.unfinished.add(found.account_id)
            await self._let_finish(before, ANSWERED_WITHIN)
        known = await self._beginnings.of(found)
        parts = await app.build(found, self._bots.of(settings).messenger(settings), before, known)
        if before is None:
            await app.begin(parts, known)
        else:
            await parts.services.escalation.start()
            if before.intake.settings.telegram_bot_token != settings.telegram_bot_token:
                await self._bots.detach(found.account_id, before.intake.settings)
        await parts.services.access.follow_settings(known, settings.bot_id)
        await self._bots.attach(parts.services)
        if before is not None:  # what served it until now may have set one after `known` was read
            await parts.services.chats.follow_routes()
        self.accounts[found.account_id] = parts
        self.unfinished.discard(found.account_id)
        self._put_address(parts)
        if not parts.is_paused:
            shared.outbox.add(found.account_id, parts.services.delivery)
            if found.poller is not None and not shared.polls.has(found.account_id, found.poller):
                found.poller.begin(known)
                shared.polls.add(found.account_id, found.poller)

    async def hand_over(self, account_id: AccountId, settings: Settings) -> None:
        """What comes here for an account that another process serves is kept for that one. A push also while what
        served it here still finishes: IndiaMART must not hear that there is no such address.
        """
        self._hand_on_pushes(account_id, settings)
        await self.leave(account_id)
        self._bots.hand_on(settings)

    def _hand_on_pushes(self, account_id: AccountId, settings: Settings) -> None:
        shared, token = self._shared, settings.push_token
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

    async def _let_finish(self, parts: AccountParts, seconds: float = FINISH_SECONDS) -> None:
        parts.intake.faults.retire()
        self._shared.polls.remove(parts.account_id)
        self._shared.outbox.remove(parts.account_id)
        await parts.services.delivery.leave(seconds)

    async def remove(self, account_id: AccountId) -> None:
        """It calls IndiaMART no more when this returns, but for a call that hangs; that one may still be taken in."""
        poll = self._shared.polls.under_way(account_id)
        self.bot_of.pop(account_id, None)
        self.addresses.remove(account_id)
        await self.leave(account_id)
        if poll is not None:
            await asyncio.wait({poll}, timeout=FINISH_SECONDS)

    async def leave(self, account_id: AccountId, *, is_handed_over: bool = False) -> None:
        """Its address stays, for whoever serves it next: what is pushed to an inbox whose hold is no more is kept."""
        parts = self.accounts.get(account_id)
        if parts is None:
            return
        self.unfinished.add(account_id)
        await self._let_finish(parts)
        await parts.services.sender.stop(FINISH_SECONDS)
        await self._bots.detach(account_id, parts.intake.settings, is_handed_over=is_handed_over)
        del self.accounts[account_id]
        self.unfinished.discard(account_id)
        log.info("an account is served no more")
