"""The `views` table: what a list shows, so that its page buttons carry only a number."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from bot.clock import to_epoch
from bot.domain.ids import AccountId
from bot.store.connections import listed
from bot.store.spelling import storable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.store.database import Connection

BYTES: Final = 6
"""Of an id: two queries in a million million share one, and it fits into a button."""
HIGHEST: Final = 2**63 - 1
"""No view's number is higher; what a link or an old button carries may be."""

REMEMBER: Final = """
    INSERT INTO views (view_id, account_id, query, created_at)
    SELECT CAST(json_extract(value, '$[0]') AS BIGINT), :account_id, json_extract(value, '$[1]'), :now
    FROM json_each(:views) WHERE true
    ON CONFLICT (view_id) DO UPDATE SET created_at = excluded.created_at
"""

RECALL: Final = "SELECT query FROM views WHERE account_id = :account_id AND view_id = :view_id"


ACCOUNT_OF: Final = "SELECT account_id FROM views WHERE view_id = :view_id"


def number(account_id: AccountId, query: str) -> int:
    """The view's id is made of what it shows, so that buttons need not wait until it is written down."""
    digest = hashlib.sha256(f"{account_id}:{query}".encode(errors="surrogatepass")).digest()
    return int.from_bytes(digest[:BYTES]) or 1


async def remember(connection: Connection, account_id: AccountId, queries: Iterable[str], now: datetime) -> list[int]:
    """The views' ids, in the order of the queries; the same query keeps the same one."""
    found = [(number(account_id, query), storable(query)) for query in queries]
    # Each once and in one order, whoever writes the same ones at the same time.
    parameters = {"account_id": account_id, "views": listed(sorted(set(found))), "now": to_epoch(now)}
    await connection.execute(REMEMBER, parameters)
    return [view_id for view_id, _query in found]


async def account_of(connection: Connection, view_id: int) -> AccountId | None:
    """Whose list it is, of all accounts'. Says nothing of what it shows."""
    if not 0 < view_id <= HIGHEST:
        return None
    row = await connection.fetch_one(ACCOUNT_OF, {"view_id": view_id})
    return None if row is None else AccountId(row["account_id"])


async def recall(connection: Connection, account_id: AccountId, view_id: int) -> str | None:
    if not 0 < view_id <= HIGHEST:
        return None
    row = await connection.fetch_one(RECALL, {"account_id": account_id, "view_id": view_id})
    return None if row is None else str(row["query"])
