"""An account's settings as its admins see and change them. Who is one was asked before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.config.catalogue import BY_NAME
from bot.config.values import BadValueError, admins
from bot.store import account_settings, people, secrets
from bot.store.account_settings import By
from bot.team import accounts

if TYPE_CHECKING:
    from datetime import datetime

    from bot.clock import Clock
    from bot.config import Settings
    from bot.config.keyring import Keyring
    from bot.domain.ids import AccountId, UserId
    from bot.store.account_settings import SettingChange
    from bot.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSetting:
    text: str
    """Empty: none, or the default."""
    source: str
    """Where it stands, in words; empty where it stands nowhere."""
    is_own: bool
    """It stands in the database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LatestChange:
    change_id: int
    at: datetime
    by: str
    """The person's name, or the machine's user; empty for what the files said."""


class OwnSettings:
    """What is shown is what is stored, which the running service has taken up a few seconds later at most."""

    def __init__(self, database: Database, account_id: AccountId, clock: Clock, settings: Settings) -> None:
        self._database = database
        self._account_id = account_id
        self._clock = clock
        self._settings = settings

    async def all_(self) -> dict[str, ShownSetting]:
        """By name, those that are set."""
        async with self._database.reading() as connection:
            one = await accounts.one_of(connection, self._settings, self._account_id)
        settings = one.settings or self._settings
        return {
            name: ShownSetting(text=text, source=settings.sources.get(name, ""), is_own=name in one.stored.own)
            for name, text in settings.texts.items()
        }

    async def proposed(self, name: str, text: str | None, by: UserId) -> Settings | None:
        """As they would be. Raises SettingsError with every problem."""
        async with self._database.reading() as connection:
            after = await accounts.check(connection, self._settings, self._account_id, {name: text}, by=By(by))
        return after.settings

    async def put(self, name: str, text: str | None, by: UserId) -> int | None:
        """Set it, or leave it to the files (None). The change's number; None if it was so already. Raises SettingsError
        and NoSecretKeyError.
        """
        async with self._database.transaction() as connection:
            made = await accounts.change(
                connection, self._settings, self._account_id, {name: text}, by=By(by), now=self._clock.now()
            )
        return made[0] if made else None

    def must_be_kept(self, name: str) -> None:
        """Raises NoSecretKeyError where a value could not be stored: before somebody types it."""
        if BY_NAME[name].secret:
            secrets.must_have(self._keyring, name)

    async def change(self, change_id: int) -> SettingChange | None:
        async with self._database.reading() as connection:
            return await account_settings.change(connection, self._account_id, change_id, self._keyring)

    async def latest(self, name: str) -> LatestChange | None:
        async with self._database.reading() as connection:
            found = await account_settings.latest(connection, self._account_id, name, self._keyring)
            if found is None:
                return None
            by = found.by.machine
            if found.by.user_id:
                by = await people.name(connection, self._account_id, found.by.user_id) or str(found.by.user_id)
            return LatestChange(change_id=found.change_id, at=found.at, by=by)

    @property
    def _keyring(self) -> Keyring | None:
        return self._settings.of_files.secret_key


def leaves_out(text: str, user_id: UserId) -> bool:
    """Whether this person is no admin any more with these."""
    try:
        return user_id not in admins(text)
    except BadValueError:
        return False
