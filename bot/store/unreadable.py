"""The `unreadable` table: rows and pushed bodies that are no leads, kept as they came."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from bot.clock import to_epoch
from bot.store import fetch
from bot.store.words import storable

if TYPE_CHECKING:
    from datetime import datetime

    from bot.models import AccountId
    from bot.store.database import Connection

KEEP: Final = """
    INSERT INTO unreadable (account_id, digest, raw, reason, route, seen_at)
    VALUES (:account_id, :digest, :raw, :reason, :route, :now)
    ON CONFLICT DO NOTHING RETURNING unreadable_id
"""


async def keep(
    connection: Connection, account_id: AccountId, raw: str, *, reason: str, route: str, now: datetime
) -> bool:
    """Keep a row that is no lead. True if it was not kept before."""
    digest = hashlib.sha256(raw.encode(errors="surrogatepass")).hexdigest()
    parameters = {"account_id": account_id, "digest": digest, "raw": storable(raw), "reason": storable(reason)}
    return await fetch.one(connection, KEEP, parameters | {"route": route, "now": to_epoch(now)}) is not None
