"""Keys and tokens in the database: encrypted. Without SECRET_KEY nothing secret is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.config.keyring import HOW_TO_MAKE
from bot.errors import NoSecretKeyError
from bot.i18n import _

if TYPE_CHECKING:
    from bot.config.keyring import Keyring
    from bot.store.database import Connection

ALL: Final = """
    SELECT account_settings.account_id, accounts.name AS account, account_settings.name, value, in_file
    FROM account_settings JOIN accounts ON accounts.account_id = account_settings.account_id
    WHERE is_secret = 1 ORDER BY accounts.name, account_settings.name
"""

RENEW: Final = """
    UPDATE account_settings SET value = :value, in_file = :in_file
    WHERE account_id = :account_id AND name = :name AND value = :was
"""

CHANGES: Final = "SELECT change_id, before, after FROM setting_changes WHERE is_secret = 1"

RENEW_CHANGE: Final = "UPDATE setting_changes SET before = :before, after = :after WHERE change_id = :change_id"


@dataclass(frozen=True, slots=True)
class SecretPlace:
    account: str
    name: str
    key: int | None
    """Which key of SECRET_KEY decrypts it, counted from 1; None: none does."""


def encrypted(name: str, text: str, keyring: Keyring | None) -> str:
    """Raises NoSecretKeyError where it could only be stored openly. Nothing needs no key."""
    return must_have(keyring, name).encrypt(text) if text else ""


def must_have(keyring: Keyring | None, name: str) -> Keyring:
    """Raises NoSecretKeyError."""
    if keyring is None:
        raise NoSecretKeyError(
            _(
                "{name} is kept in the database only encrypted, and SECRET_KEY is not set. Put it into .env. To make "
                "one: {command}."
            ).format(name=name, command=HOW_TO_MAKE)
        )
    return keyring


def decrypted(name: str, ciphertext: str, keyring: Keyring | None) -> str:
    """Raises NoSecretKeyError where no key does it."""
    if not ciphertext:
        return ""
    found = None if keyring is None else keyring.decrypt(ciphertext)
    if found is None:
        raise NoSecretKeyError(
            _(
                "No key of SECRET_KEY decrypts {name}. Put the one that it was encrypted with behind the others, "
                "or set {name} anew."
            ).format(name=name)
        )
    return found[1]


async def places(connection: Connection, keyring: Keyring | None) -> list[SecretPlace]:
    """Of every account, which key opens what."""
    found = []
    for row in await connection.fetch_all(ALL):
        opened = None if keyring is None else keyring.decrypt(row["value"])
        found += (
            [SecretPlace(row["account"], row["name"], None if opened is None else opened[0])] if row["value"] else []
        )
    return found


async def renew(connection: Connection, keyring: Keyring | None) -> int:
    """Encrypt with the first key what another decrypts, so that the others can go. How many that are used none does."""
    lost = 0
    for row in await connection.fetch_all(ALL):
        value, in_file = _anew(row["value"], keyring), _anew(row["in_file"], keyring)
        lost += value is None
        if (value, in_file) != (row["value"], row["in_file"]) and value is not None:
            key = {"account_id": row["account_id"], "name": row["name"], "was": row["value"]}
            await connection.execute(RENEW, {**key, "value": value, "in_file": in_file or row["in_file"]})
    for row in await connection.fetch_all(CHANGES):
        before, after = _anew(row["before"], keyring), _anew(row["after"], keyring)
        if (before, after) != (row["before"], row["after"]):
            anew = {"before": before or row["before"], "after": after or row["after"]}
            await connection.execute(RENEW_CHANGE, {"change_id": row["change_id"], **anew})
    return lost


def _anew(ciphertext: str | None, keyring: Keyring | None) -> str | None:
    """Under the first key; None where no key decrypts it, or there is nothing."""
    if not ciphertext:
        return ciphertext
    opened = None if keyring is None else keyring.decrypt(ciphertext)
    if keyring is None or opened is None:
        return None
    return ciphertext if opened[0] == 1 else keyring.encrypt(opened[1])
