"""The `pushes` table: pushed bodies, byte for byte, that are not leads in the database (yet)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.clock import to_epoch
from bot.domain.ids import AccountId
from bot.store.spelling import storable

if TYPE_CHECKING:
    from datetime import datetime

    from bot.store.database import Connection

KEEP: Final = """
    INSERT INTO pushes (account_id, received_at, body, digest, content_type, reason)
    VALUES (:account_id, :now, :body, :digest, :content_type, :reason)
    ON CONFLICT (account_id, digest) DO NOTHING RETURNING push_id
"""

PENDING: Final = """
    SELECT push_id, body, content_type FROM pushes WHERE account_id = :account_id AND reason IS NULL
    ORDER BY push_id LIMIT :limit
"""

HANDED_ON: Final = "handed on"
"""As the reason: it is to be taken in by the process that has the account's bot."""

WAITING: Final = """
    SELECT push_id, body, content_type FROM pushes WHERE account_id = :account_id AND reason = 'handed on'
    ORDER BY push_id LIMIT :limit
"""

WAITING_ACCOUNTS: Final = "SELECT DISTINCT account_id FROM pushes WHERE reason = 'handed on'"

REMOVE: Final = "DELETE FROM pushes WHERE push_id = :push_id AND account_id = :account_id"

GIVE_UP: Final = "UPDATE pushes SET reason = :reason WHERE push_id = :push_id AND account_id = :account_id"


class KeptPush(NamedTuple):
    """A body that is still to be taken in, and the header that came with it."""

    push_id: int
    body: bytes
    content_type: str


async def keep(
    connection: Connection,
    account_id: AccountId,
    body: bytes,
    *,
    reason: str | None,
    now: datetime,
    content_type: str = "",
) -> bool:
    """Keep the bytes; without a reason they are tried again. True if the same bytes were not kept before."""
    digest = hashlib.sha256(body).hexdigest()
    parameters = {"account_id": account_id, "body": body, "digest": digest}
    # A header has any bytes; those that are no UTF-8 come as surrogates.
    about = {"content_type": storable(content_type), "reason": reason, "now": to_epoch(now)}
    return await connection.fetch_one(KEEP, parameters | about) is not None


async def pending(
    connection: Connection, account_id: AccountId, *, are_handed_on: bool = False, limit: int = 100
) -> list[KeptPush]:
    """What is still to be taken in, oldest first: what tripped over a mistake, or what was handed on."""
    statement = WAITING if are_handed_on else PENDING
    return [
        KeptPush(row["push_id"], bytes(row["body"]), row["content_type"])
        for row in await connection.fetch_all(statement, {"account_id": account_id, "limit": limit})
    ]


async def accounts_waiting(connection: Connection) -> list[AccountId]:
    """For which something was handed on."""
    return [AccountId(row["account_id"]) for row in await connection.fetch_all(WAITING_ACCOUNTS)]


async def remove(connection: Connection, account_id: AccountId, push_id: int) -> None:
    await connection.execute(REMOVE, {"account_id": account_id, "push_id": push_id})


async def give_up(connection: Connection, account_id: AccountId, push_id: int, reason: str | None) -> None:
    await connection.execute(GIVE_UP, {"account_id": account_id, "push_id": push_id, "reason": reason})
