"""The `secrets` table: keys and tokens of accounts, encrypted. Without SECRET_KEY nothing is written there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.clock import to_epoch
from bot.config.keyring import HOW_TO_MAKE
from bot.config.values import Secret
from bot.errors import NoSecretKeyError
from bot.i18n import _

if TYPE_CHECKING:
    from datetime import datetime

    from bot.config.keyring import Keyring
    from bot.domain.ids import AccountId
    from bot.store.database import Connection

PUT: Final = """
    INSERT INTO secrets (account_id, name, ciphertext, changed_at) VALUES (:account_id, :name, :ciphertext, :now)
    ON CONFLICT (account_id, name) DO UPDATE SET ciphertext = excluded.ciphertext, changed_at = excluded.changed_at
"""

OF_ACCOUNT: Final = "SELECT name, ciphertext FROM secrets WHERE account_id = :account_id ORDER BY name"

REMOVE: Final = "DELETE FROM secrets WHERE account_id = :account_id AND name = :name"

ALL: Final = """
    SELECT secrets.account_id, accounts.name AS account, secrets.name, ciphertext
    FROM secrets JOIN accounts ON accounts.account_id = secrets.account_id ORDER BY accounts.name, secrets.name
"""

RENEW: Final = """
    UPDATE secrets SET ciphertext = :ciphertext
    WHERE account_id = :account_id AND name = :name AND ciphertext = :before
"""


@dataclass(frozen=True, slots=True)
class SecretPlace:
    account: str
    name: str
    key: int | None
    """Which key of SECRET_KEY decrypts it, counted from 1; None: none does."""


async def put(
    connection: Connection, account_id: AccountId, name: str, text: Secret, *, keyring: Keyring | None, now: datetime
) -> None:
    """Raises NoSecretKeyError where it could only be stored openly."""
    if keyring is None:
        raise NoSecretKeyError(
            _(
                "{name} is kept in the database only encrypted, and SECRET_KEY is not set. Put it into .env. To make "
                "one: {command}."
            ).format(name=name, command=HOW_TO_MAKE)
        )
    ciphertext = keyring.encrypt(text.get_secret_value())
    parameters = {"account_id": account_id, "name": name, "ciphertext": ciphertext, "now": to_epoch(now)}
    await connection.execute(PUT, parameters)


async def of_account(connection: Connection, account_id: AccountId, keyring: Keyring | None) -> dict[str, Secret]:
    """By name. Raises NoSecretKeyError where one of them cannot be decrypted."""
    found: dict[str, Secret] = {}
    for row in await connection.fetch_all(OF_ACCOUNT, {"account_id": account_id}):
        opened = None if keyring is None else keyring.decrypt(row["ciphertext"])
        if opened is None:
            raise NoSecretKeyError(
                _(
                    "No key of SECRET_KEY decrypts {name}. Put the one that it was encrypted with behind the others, "
                    "or set {name} anew."
                ).format(name=row["name"])
            )
        found[row["name"]] = Secret(opened[1])
    return found


async def remove(connection: Connection, account_id: AccountId, name: str) -> None:
    await connection.execute(REMOVE, {"account_id": account_id, "name": name})


async def places(connection: Connection, keyring: Keyring | None) -> list[SecretPlace]:
    """Of every account, which key opens what."""
    found = []
    for row in await connection.fetch_all(ALL):
        opened = None if keyring is None else keyring.decrypt(row["ciphertext"])
        found.append(SecretPlace(row["account"], row["name"], None if opened is None else opened[0]))
    return found


async def renew(connection: Connection, keyring: Keyring | None) -> int:
    """Encrypt with the first key what another one decrypts, so that the others can go. How many cannot be decrypted."""
    lost = 0
    for row in await connection.fetch_all(ALL):
        opened = None if keyring is None else keyring.decrypt(row["ciphertext"])
        if keyring is None or opened is None:
            lost += 1
        elif opened[0] > 1:
            anew = {"ciphertext": keyring.encrypt(opened[1]), "before": row["ciphertext"]}
            await connection.execute(RENEW, {"account_id": row["account_id"], "name": row["name"], **anew})
    return lost
