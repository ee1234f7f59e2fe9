"""Which accounts this process serves. It follows the database: each is added, rebuilt, paused and removed by itself.

What an account that is rebuilt has in flight is finished first: the message on its way by the parts that began it, the
call to IndiaMART by the poller that made it, beside the new one. Nothing of it is done twice, because both go by the
same rows.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from bot import app
from bot.config.clashes import Taken
from bot.delivery.alarm import Audience
from bot.domain.notice import NoticeCode
from bot.errors import SettingsError, StoreError
from bot.health.troubles import Activity
from bot.log import LogOnce
from bot.store import account_settings, accounts
from bot.store.accounts import MAIN
from bot.web.push import PushAddresses

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.bots import Bots
    from bot.config import Settings
    from bot.domain.ids import AccountId
    from bot.indiamart.answer import LeadSource
    from bot.services import AccountParts, Intake, Shared
    from bot.store.account_settings import StoredAccount

log = logging.getLogger(__name__)

LOOK_EVERY: Final = 1.0
"""Seconds between looks at whether any account has changed."""
AT_ONCE: Final = 16
"""Accounts that are built or stopped at the same time."""
FINISH_SECONDS: Final = 4.0
"""How long the messages in flight of an account that is rebuilt may take."""


TRY_AGAIN: Final = 5.0
"""Seconds after a trouble of the database, or a mistake that nobody thought of."""


class Registry:
    """`start()` serves what is there, `follow()` what changes, until cancelled."""

    def __init__(
        self,
        shared: Shared,
        files: Settings,
        bots: Bots,
        sources: Callable[[Settings, Shared], LeadSource | None] = app.lead_source,
    ) -> None:
        self._shared = shared
        self._files = files
        self._main_settings = files
        self._bots = bots
        self._sources = sources
        self.accounts: dict[AccountId, AccountParts] = {}
        """All that are served, and those that are paused: they are there for whoever asks something."""
        self.addresses = PushAddresses()
        self._stored: dict[AccountId, StoredAccount] = {}
        self._broken: dict[AccountId, str] = {}
        """Why an account that is there cannot be served as it is set; empty for a paused one, which is not to be."""
        self._taken = Taken()
        self._revision = 0
        self._changing: dict[AccountId, asyncio.Task[None]] = {}
        self._places = asyncio.Semaphore(AT_ONCE)
        self._trouble = LogOnce(log)
        self._main: AccountId | None = None

    @property
    def main(self) -> AccountParts:
        assert self._main is not None  # noqa: S101 - `start` begins with it
        return self.accounts[self._main]

    @property
    def broken(self) -> list[str]:
        """Names of those that are to be served, and cannot be as they are set."""
        return [self._stored[account_id].name for account_id, reason in self._broken.items() if reason]

    @property
    def at_work(self) -> list[AccountParts]:
        return [parts for parts in self.accounts.values() if not parts.is_paused]

    def audiences(self, bot_id: int | None) -> list[Audience]:
        """Who hears of a trouble of this bot, or of the whole service: those who mend that, and whose bot it is."""
        main = self.main
        if bot_id is None or bot_id == main.at_work.bot_id:
            return [Audience(main.account_id, main.speaker)]
        theirs = [parts for parts in self.at_work if parts.at_work.bot_id == bot_id]
        names = ", ".join(self._stored[parts.account_id].name for parts in theirs)
        own = [Audience(parts.account_id, parts.speaker) for parts in theirs]
        return [Audience(main.account_id, main.speaker, names), *own]

    async def start(self, main: Intake) -> None:
        """`main` may be polling already. The others follow."""
        self._main, self._main_settings = main.account_id, main.settings
        self._taken.put(main.account_id, MAIN, main.settings)
        await self._serve(main)
        for one in await self._changed():
            if one.account_id != self._main:
                self._change(one)
        await self._settled()

    async def follow(self) -> None:
        try:
            while True:
                await asyncio.sleep(LOOK_EVERY)
                await self.look()
        finally:
            for task in self._changing.values():
                task.cancel()
            await self._settled()

    async def look(self) -> None:
        try:
            changed = await self._changed()
        except StoreError as error:
            self._trouble.say(str(error))
            self._shared.troubles.failed(Activity.WATCH, error)
            return
        self._trouble.over()
        if any(one.account_id == self._main for one in changed):
            self._note_main()
            changed = list(self._stored.values())  # others have what is main's: its bot
        for one in changed:
            self._change(one)

    def _note_main(self) -> None:
        with suppress(SettingsError):  # which is told where main itself is taken up
            self._main_settings = self._stored[self.main.account_id].settings(self._files)

    async def _changed(self) -> list[StoredAccount]:
        """The accounts that are another than at the last look."""
        async with self._shared.database.reading() as connection:
            revision = await accounts.revision(connection)
            if revision == self._revision:
                return []
            found = await account_settings.listed(connection, self._files.secret_key, self._revision)
        self._revision = revision
        self._stored |= {one.account_id: one for one in found}
        return found

    async def _settled(self) -> None:
        while self._changing:
            await asyncio.wait(set(self._changing.values()))
            await asyncio.sleep(0)

    def _change(self, stored: StoredAccount) -> None:
        """One account's changes go one after the other, and wait for no other account's."""
        account_id = stored.account_id
        task = asyncio.create_task(self._follow(stored, self._changing.get(account_id)), name=f"account {stored.name}")
        self._changing[account_id] = task
        task.add_done_callback(partial(self._is_changed, account_id))

    def _is_changed(self, account_id: AccountId, task: asyncio.Task[None]) -> None:
        if self._changing.get(account_id) is task:
            del self._changing[account_id]

    async def _follow(self, stored: StoredAccount, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait({before})
        while True:
            try:
                async with self._places:
                    return await self._become(stored)
            except StoreError as error:
                self._shared.troubles.failed(Activity.WATCH, error)
            except Exception as error:
                log.exception("the account %s could not be taken up; it is tried again", stored.name)
                self._shared.troubles.failed(Activity.WATCH, error)
            await asyncio.sleep(TRY_AGAIN)
            stored = self._stored[stored.account_id]

    async def _become(self, stored: StoredAccount) -> None:
        account_id = stored.account_id
        now = self.accounts.get(account_id)
        if stored.is_removed:
            self._broken.pop(account_id, None)
            self._taken.remove(account_id)
            await self._leave(account_id)
            async with self._shared.database.transaction() as connection:
                await accounts.let_go(connection, account_id, self._shared.clock.now())
            self._try_broken()
            return
        try:
            settings = self._settings(stored)
        except SettingsError as error:
            await self._note_broken(stored, " ".join(error.problems))
            if now is None:
                return
            settings = now.intake.settings  # what served it goes on
        else:
            self._broken.pop(account_id, None)
        if now is None or now.intake.settings != settings or now.is_paused != stored.is_paused:
            shared, leads = self._shared, self._sources(settings, self._shared)
            await self._serve(await app.intake(settings, shared, leads, account_id, is_paused=stored.is_paused))
            log.info("the account %s is %s", stored.name, "paused" if stored.is_paused else "served")
            self._try_broken()

    def _settings(self, stored: StoredAccount) -> Settings:
        settings = stored.settings(self._main_settings)
        # The one that was there before goes on.
        found = [] if stored.name == MAIN else self._taken.clashes(settings, before=stored.account_id)
        if found:
            raise SettingsError(found)
        self._taken.put(stored.account_id, stored.name, settings)
        return settings

    def _try_broken(self) -> None:
        """What they lacked may be free now."""
        for account_id in self._broken:
            self._change(self._stored[account_id])

    async def _serve(self, found: Intake) -> None:
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

    async def _leave(self, account_id: AccountId) -> None:
        parts = self.accounts.get(account_id)
        if parts is None:
            return
        self.addresses.remove(account_id)
        await self._let_finish(parts)
        await parts.services.sender.stop(FINISH_SECONDS)
        await self._bots.detach(account_id, parts.intake.settings)
        del self.accounts[account_id]
        log.info("an account is served no more")

    async def _note_broken(self, stored: StoredAccount, problems: str) -> None:
        """Once, and main's admins hear of it; but not while it is paused: somebody may still be setting it up."""
        reason = "" if stored.is_paused else problems
        if self._broken.get(stored.account_id) == reason:
            return
        self._broken[stored.account_id] = reason
        if stored.is_paused:
            log.info("the account %s is paused, and could not be served as it is set: %s", stored.name, problems)
            return
        is_begun = stored.name == MAIN or "TELEGRAM_CHAT_ID" in stored.own
        level = logging.ERROR if is_begun else logging.WARNING
        log.log(level, "the account %s cannot be served as it is set: %s", stored.name, problems)
        async with self._shared.database.transaction() as connection:
            facts = {"account": stored.name, "message": problems}
            await self.main.intake.faults.tell_admins(connection, NoticeCode.ACCOUNT_BROKEN, facts)
        self.main.services.delivery.wake()
