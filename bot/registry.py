"""Which accounts this process serves. It follows the database: each is added, rebuilt, paused and removed by itself.

What an account that is rebuilt has in flight is finished first: the message on its way by the parts that began it, the
call to IndiaMART by the poller that made it, beside the new one. Nothing of it is done twice, because both go by the
same rows.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from bot import app
from bot.config.clashes import Taken
from bot.delivery.alarm import Audience
from bot.domain.notice import NoticeCode
from bot.errors import SettingsError, StoreError
from bot.health.troubles import Activity
from bot.i18n import speaking
from bot.log import LogOnce
from bot.serving import Serving
from bot.store import account_settings, accounts
from bot.store.accounts import MAIN

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Collection

    from bot.bots import Bots
    from bot.config import Settings
    from bot.domain.ids import AccountId
    from bot.indiamart.answer import LeadSource
    from bot.services import AccountParts, Intake, Shared
    from bot.store.account_settings import StoredAccount

log = logging.getLogger(__name__)

LOOK_EVERY: Final = 1.0
"""Seconds between looks at whether any account has changed."""
TRY_AGAIN: Final = 5.0
"""The same after a trouble of the database, or a mistake that nobody thought of."""
AT_ONCE: Final = 64
"""Accounts that are built or stopped at the same time."""


class Registry:
    """`start()` serves what is there, `follow()` what changes, until cancelled."""

    def __init__(
        self,
        shared: Shared,
        files: Settings,
        bots: Bots,
        sources: Callable[[Settings, Shared], LeadSource | None] = app.lead_source,
    ) -> None:
        self._shared, self._bots, self._sources = shared, bots, sources
        self._files = self._main_settings = files
        self.serving = Serving(shared, bots)
        self.accounts = self.serving.accounts
        self.addresses = self.serving.addresses
        self._stored: dict[AccountId, StoredAccount] = {}
        self._broken: dict[AccountId, str] = {}
        """Why an account that is there cannot be served as it is set; empty for a paused one, which is not to be."""
        self._taken = Taken()
        self._revision = 0
        self._changing: dict[AccountId, asyncio.Task[None]] = {}
        self._places = asyncio.Semaphore(AT_ONCE)
        self._trouble = LogOnce(log)
        self._main: AccountId | None = None
        self._main_elsewhere: AccountParts | None = None
        """Its parts, which do nothing here, where another process has its bot."""

    @property
    def main(self) -> AccountParts:
        assert self._main is not None  # noqa: S101 - `start` begins with it
        found = self.accounts.get(self._main, self._main_elsewhere)
        assert found is not None  # noqa: S101 - likewise
        return found

    def has_main(self) -> bool:
        """Of several processes on one database, one has."""
        return self._main in self.accounts

    async def follow_bots(self, bots: Collection[int]) -> None:
        """Serve their accounts, or do so no more, as this process has them now or not."""
        has_main = self.has_main()
        for account_id, stored in list(self._stored.items()):
            if self.serving.bot_of.get(account_id) in bots or stored.is_removed:
                self._change(stored)
        if theirs := {task for number, task in self._changing.items() if self.serving.bot_of.get(number) in bots}:
            await asyncio.wait(theirs)
        if self.has_main() and not has_main:
            for account_id in self._stored.keys() - self.serving.bot_of.keys():  # broken ones are main's to be told of
                self._change(self._stored[account_id])

    @asynccontextmanager
    async def leaving(self, bot_id: int) -> AsyncIterator[None]:
        """Serve none of its accounts any more: what is in flight was finished, and in here none is taken up again."""
        self.serving.leaving.add(bot_id)
        try:
            await self.follow_bots({bot_id})
            yield
        finally:
            self.serving.leaving.discard(bot_id)

    @property
    def broken(self) -> list[str]:
        """Names of those that are to be served, and cannot be as they are set."""
        return [self._stored[account_id].name for account_id, reason in self._broken.items() if reason]

    @property
    def at_work(self) -> list[AccountParts]:
        return [parts for parts in self.accounts.values() if not parts.is_paused]

    def audiences(self, bot_id: int | None) -> list[Audience]:
        """Who hears of a trouble of this bot, or of the whole service: those who mend that, and whose bot it is.

        Of several processes on one database, the one that has main's bot can tell main's admins; the others log it.
        """
        main, has_main = self.main, self.has_main()
        if bot_id is None or bot_id == main.at_work.bot_id:
            return [Audience(main.account_id, main.speaker)] if has_main else []
        theirs = [parts for parts in self.at_work if parts.at_work.bot_id == bot_id]
        names = ", ".join(self._stored[parts.account_id].name for parts in theirs)
        mains = [Audience(main.account_id, main.speaker, names)] if has_main else []
        return [*mains, *(Audience(parts.account_id, parts.speaker) for parts in theirs)]

    async def start(self, main: Intake) -> None:
        """`main` may be polling already. The others follow."""
        self._main, self._main_settings = main.account_id, main.settings
        self._taken.put(main.account_id, MAIN, main.settings)
        if self._shared.holding is None:
            await self.serving.serve(main)
        else:
            self._main_elsewhere = await app.build(main, self._bots.of(main.settings).messenger(main.settings))
        for one in await self._changed():
            if one.account_id != self._main or self._shared.holding is not None:
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
            with suppress(SettingsError):  # which is told where main itself is taken up
                self._main_settings = self._stored[self.main.account_id].settings(self._files)
            changed = list(self._stored.values())  # others have what is main's: its bot
        for one in changed:
            self._change(one)

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
        if stored.is_removed:
            await self._remove(stored)
            return
        settings = await self._settings_or_former(stored)
        if settings is None:
            return
        now = await self._here(account_id)
        if not self.serving.is_ours(settings):
            await self.serving.hand_over(account_id, settings)
        elif (
            now is None
            or account_id in self.serving.unfinished
            or (now.intake.settings, now.is_paused) != (settings, stored.is_paused)
        ):
            shared, leads = self._shared, self._sources(settings, self._shared)
            await self.serving.serve(await app.intake(settings, shared, leads, account_id, is_paused=stored.is_paused))
            log.info("the account %s is %s", stored.name, "paused" if stored.is_paused else "served")
            self._try_broken()

    async def _remove(self, stored: StoredAccount) -> None:
        account_id = stored.account_id
        self._broken.pop(account_id, None)
        self._taken.remove(account_id)
        await self.serving.remove(account_id)
        bot_id = None
        with suppress(SettingsError):
            bot_id = stored.settings(self._main_settings).bot_id
        if await self.serving.lets_go(bot_id, has_main=self.has_main()):
            async with self._shared.database.transaction() as connection:
                await accounts.let_go(connection, account_id, self._shared.clock.now())
        self._try_broken()

    async def _settings_or_former(self, stored: StoredAccount) -> Settings | None:
        """What served it goes on where it cannot be served as it is set."""
        try:
            settings = self._settings(stored)
        except SettingsError as error:
            await self._note_broken(stored, " ".join(error.problems))
            now = self.accounts.get(stored.account_id)
            return None if now is None else now.intake.settings
        self._broken.pop(stored.account_id, None)
        if settings.bot_id is not None:
            self.serving.bot_of[stored.account_id] = settings.bot_id
        return settings

    async def _here(self, account_id: AccountId) -> AccountParts | None:
        """What serves it; without what did so by a hold that is no more."""
        now = self.accounts.get(account_id)
        if now is not None and self.serving.hold(now.intake.settings.bot_id) is not now.intake.hold:
            await self.serving.leave(account_id, is_handed_over=True)
            return None
        return now

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

    async def _note_broken(self, stored: StoredAccount, problems: str) -> None:
        """Once, and main's admins hear of it; but not while it is paused: somebody may still be setting it up."""
        if not self.has_main():
            return
        reason = "" if stored.is_paused else problems
        if self._broken.get(stored.account_id) == reason:
            return
        self._broken[stored.account_id] = reason
        if stored.is_paused:
            log.info("the account %s is paused, and could not be served as it is set: %s", stored.name, problems)
            return
        level = logging.ERROR if stored.name == MAIN or "TELEGRAM_CHAT_ID" in stored.own else logging.WARNING
        log.log(level, "the account %s cannot be served as it is set: %s", stored.name, problems)
        try:
            with speaking(self._main_settings.bot_language):
                self._settings(stored)
        except SettingsError as the_same:  # in the language of those who mend it: a log is English
            problems = " ".join(the_same.problems)
        async with self.main.intake.database.transaction() as connection:
            facts = {"account": stored.name, "message": problems}
            await self.main.intake.faults.tell_admins(connection, NoticeCode.ACCOUNT_BROKEN, facts)
        self.main.services.delivery.wake()
