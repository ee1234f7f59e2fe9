"""The settings that accounts have in the database, each change of one, and what a service makes of them.

A running service looks at `accounts.revision` now and then. Where it is another one than before, `listed(since=before)`
is the accounts that changed; `StoredAccount.settings` makes each one's Settings. `follow_files` is for the start.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bot import redaction
from bot.clock import from_epoch, to_epoch
from bot.config.catalogue import BY_NAME
from bot.domain.ids import AccountId, UserId
from bot.errors import NoSecretKeyError, SettingsError
from bot.i18n import _
from bot.store import accounts, secrets
from bot.store.accounts import MAIN
from bot.store.spelling import storable

if TYPE_CHECKING:
    from datetime import datetime

    from bot.config import Settings
    from bot.config.keyring import Keyring
    from bot.store.connections import Row
    from bot.store.database import Connection

log = logging.getLogger(__name__)

LISTED: Final = """
    SELECT account_id, name, paused_at, removed_at, revision FROM accounts
    WHERE revision > :since AND (:only IS NULL OR account_id = :only OR name = 'main') ORDER BY account_id
"""

ROWS: Final = """
    SELECT account_settings.account_id, account_settings.name, value, in_file, is_secret, user_id
    FROM accounts JOIN account_settings ON account_settings.account_id = accounts.account_id
    WHERE revision > :since AND (:only IS NULL OR accounts.account_id = :only OR accounts.name = 'main')
    ORDER BY account_settings.account_id, account_settings.name
"""

ROW: Final = "SELECT * FROM account_settings WHERE account_id = :account_id AND name = :name"

PUT: Final = """
    INSERT INTO account_settings (account_id, name, value, in_file, is_secret, user_id, changed_at)
    VALUES (:account_id, :name, :value, :in_file, :is_secret, :user_id, :now)
    ON CONFLICT (account_id, name) DO UPDATE SET value = excluded.value, in_file = excluded.in_file,
        is_secret = excluded.is_secret, user_id = excluded.user_id, changed_at = excluded.changed_at
"""

TAKE_OUT: Final = "DELETE FROM account_settings WHERE account_id = :account_id AND name = :name"

NOTE: Final = """
    INSERT INTO setting_changes (account_id, name, before, after, is_secret, at, user_id, machine)
    VALUES (:account_id, :name, :before, :after, :is_secret, :now, :user_id, :machine) RETURNING change_id
"""

CHANGE: Final = """
    SELECT *, NOT EXISTS (
        SELECT 1 FROM setting_changes AS later WHERE later.account_id = setting_changes.account_id
            AND later.name = setting_changes.name AND later.change_id > setting_changes.change_id
    ) AS is_latest
    FROM setting_changes WHERE account_id = :account_id AND change_id = :change_id
"""

LATEST: Final = """
    SELECT max(change_id) AS change_id FROM setting_changes WHERE account_id = :account_id AND name = :name
"""


NOBODY: Final = UserId(0)


@dataclass(frozen=True, slots=True)
class By:
    """Who changes a setting: somebody in the chat, or the machine's user at the command line. Neither: the files."""

    user_id: UserId = NOBODY
    machine: str = ""


@dataclass(frozen=True, slots=True)
class OwnSetting:
    text: str
    in_file: str
    user_id: UserId
    """0: it was set at the command line."""

    @property
    def source(self) -> str:
        return _("the chat") if self.user_id else _("the command line")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAccount:
    account_id: AccountId
    name: str
    is_paused: bool
    is_removed: bool
    """To be served no more: its rows are about to be erased."""
    revision: int
    own: dict[str, OwnSetting]
    lost: dict[str, str] = field(default_factory=dict)
    """What cannot be decrypted: a sentence for each setting."""

    @property
    def is_served(self) -> bool:
        return not self.is_paused and not self.is_removed

    def settings(self, main: Settings) -> Settings:
        """`main` is what that account's settings came to, or what the files say. Raises SettingsError with every
        problem. No log shows what is secret in them.
        """
        if self.lost:
            raise SettingsError([*self.lost.values()])
        redaction.hide(one.text for name, one in self.own.items() if BY_NAME[name].secret)
        if self.name != MAIN:
            return main.of_account(self._texts(self.own), self._sources(self.own))
        files = main.of_files
        own = {name: one for name, one in self.own.items() if one.in_file == files.texts.get(name, "")}
        return files.changed(self._texts(own), self._sources(own))

    @staticmethod
    def _texts(own: dict[str, OwnSetting]) -> dict[str, str]:
        return {name: one.text for name, one in own.items()}

    @staticmethod
    def _sources(own: dict[str, OwnSetting]) -> dict[str, str]:
        return {name: one.source for name, one in own.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingChange:
    change_id: int
    name: str
    before: str | None
    """None: the account had none of its own."""
    after: str | None
    at: datetime
    by: By
    is_latest: bool
    """Of this setting: an earlier one cannot be undone any more."""


async def listed(
    connection: Connection, keyring: Keyring | None, since: int = 0, only: AccountId | None = None
) -> list[StoredAccount]:
    """The accounts that changed after this revision, those to be erased among them; all where it is 0. `only` this one,
    and `main`, without which its settings cannot be made.
    """
    asked = {"since": since, "only": only}
    own: dict[int, dict[str, OwnSetting]] = {}
    lost: dict[int, dict[str, str]] = {}
    for row in await connection.fetch_all(ROWS, asked):
        account_id, name = row["account_id"], row["name"]
        if name not in BY_NAME:  # of a later version
            continue
        try:
            text, in_file = (_opened(row, column, keyring) for column in ("value", "in_file"))
        except NoSecretKeyError as error:
            lost.setdefault(account_id, {})[name] = str(error)
        else:
            own.setdefault(account_id, {})[name] = OwnSetting(text or "", in_file or "", UserId(row["user_id"]))
    return [
        StoredAccount(
            account_id=AccountId(row["account_id"]),
            name=row["name"],
            is_paused=row["paused_at"] is not None,
            is_removed=row["removed_at"] is not None,
            revision=row["revision"],
            own=own.get(row["account_id"], {}),
            lost=lost.get(row["account_id"], {}),
        )
        for row in await connection.fetch_all(LISTED, asked)
    ]


async def put(
    connection: Connection,
    account_id: AccountId,
    name: str,
    text: str | None,
    *,
    by: By,
    keyring: Keyring | None,
    now: datetime,
    in_file: str = "",
) -> int | None:
    """Set it, or take it out (None); for `main` with what the files say now. The change's number, if it is one.

    Whether the text is a good one is not asked here; under the account's lock, each change follows from the one before.
    Raises NoSecretKeyError.
    """
    is_secret = BY_NAME[name].secret
    await accounts.lock(connection, account_id)
    row = await connection.fetch_one(ROW, {"account_id": account_id, "name": name})
    if _is_same(row, text, in_file, keyring):
        return None
    value = _closed(name, text, keyring)
    key = {"account_id": account_id, "name": name}
    who = {"is_secret": is_secret, "user_id": by.user_id, "now": to_epoch(now)}
    if value is None:
        await connection.execute(TAKE_OUT, key)
    else:
        await connection.execute(PUT, {**key, **who, "value": value, "in_file": _closed(name, in_file, keyring)})
    change = {"before": None if row is None else row["value"], "after": value}
    noted = await connection.fetch_one(NOTE, {**key, **who, **change, "machine": storable(by.machine)})
    await accounts.changed(connection, account_id)
    return None if noted is None else int(noted["change_id"])


async def change(
    connection: Connection, account_id: AccountId, change_id: int, keyring: Keyring | None
) -> SettingChange | None:
    """Raises NoSecretKeyError."""
    row = await connection.fetch_one(CHANGE, {"account_id": account_id, "change_id": change_id})
    if row is None or row["name"] not in BY_NAME:
        return None
    return SettingChange(
        change_id=row["change_id"],
        name=row["name"],
        before=_opened(row, "before", keyring),
        after=_opened(row, "after", keyring),
        at=from_epoch(row["at"]),
        by=By(UserId(row["user_id"]), row["machine"]),
        is_latest=bool(row["is_latest"]),
    )


async def latest(
    connection: Connection, account_id: AccountId, name: str, keyring: Keyring | None
) -> SettingChange | None:
    """Raises NoSecretKeyError."""
    row = await connection.fetch_one(LATEST, {"account_id": account_id, "name": name})
    change_id = None if row is None else row["change_id"]
    return None if change_id is None else await change(connection, account_id, change_id, keyring)


async def follow_files(connection: Connection, files: Settings, now: datetime) -> list[str]:
    """What was changed in the files after it was set in the chat counts from now on, and stays so if the files get
    their former text again. The names. Before the first `listed` of a service, and in its transaction.
    """
    main = await _main(connection, files)
    outdone = [name for name, one in main.own.items() if one.in_file != files.texts.get(name, "")]
    for name in outdone:
        await put(connection, main.account_id, name, None, by=By(), keyring=files.secret_key, now=now)
    return outdone


async def of_main(connection: Connection, files: Settings, now: datetime) -> tuple[Settings, bool]:
    """What the account `main` is served with at the start, and whether it is paused. What is no good in the database
    does not count.
    """
    await follow_files(connection, files, now)
    main = await _main(connection, files)
    try:
        return main.settings(files), main.is_paused
    except SettingsError as error:
        log.error("what was set for main beside its files is not used: %s", error)  # noqa: TRY400
        return files, main.is_paused


async def _main(connection: Connection, files: Settings) -> StoredAccount:
    account_id = await accounts.named(connection, MAIN)
    (main,) = await listed(connection, files.secret_key, only=account_id)
    return main


def _is_same(row: Row | None, text: str | None, in_file: str, keyring: Keyring | None) -> bool:
    if row is None:
        return text is None
    try:
        return (_opened(row, "value", keyring), _opened(row, "in_file", keyring)) == (text, in_file)
    except NoSecretKeyError:
        return False


def _opened(row: Row, column: str, keyring: Keyring | None) -> str | None:
    text = row[column]
    return secrets.decrypted(row["name"], text, keyring) if row["is_secret"] and text else text


def _closed(name: str, text: str | None, keyring: Keyring | None) -> str | None:
    return secrets.encrypted(name, text, keyring) if text and BY_NAME[name].secret else text
