"""The `unreadable` table: rows and pushed bodies that are no leads, kept as they came."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from bot.clock import to_epoch
from bot.store.connections import listed
from bot.store.spelling import storable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.ids import AccountId
    from bot.store.database import Connection

KEEP: Final = """
    INSERT INTO unreadable (account_id, digest, raw, reason, origin, seen_at)
    SELECT :account_id, json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
        :origin, :now
    FROM json_each(:rows) WHERE true ORDER BY key
    ON CONFLICT DO NOTHING RETURNING unreadable_id
"""


async def keep(
    connection: Connection, account_id: AccountId, rows: Sequence[tuple[str, str]], *, origin: str, now: datetime
) -> int:
    """Keep rows that are no leads, (as it came, why). How many were not kept before."""
    if not rows:
        return 0
    kept = [(_digest(raw), storable(raw), storable(reason)) for raw, reason in rows]
    parameters = {"account_id": account_id, "rows": listed(kept), "origin": origin, "now": to_epoch(now)}
    return len(await connection.fetch_all(KEEP, parameters))


def _digest(raw: str) -> str:
    return hashlib.sha256(raw.encode(errors="surrogatepass")).hexdigest()
