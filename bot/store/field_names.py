"""The `field_names` table: columns of IndiaMART's rows that were not known when they first came."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from bot.clock import to_epoch

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.ids import AccountId
    from bot.store.database import Connection

MOST: Final = 200
"""Names of an account; whoever sends more sends no names. Two who write at the same time may go a little beyond."""

REMEMBER: Final = """
    INSERT INTO field_names (account_id, name, seen_at)
    SELECT :account_id, value, :now FROM json_each(:names)
    WHERE (SELECT count(*) FROM field_names WHERE account_id = :account_id) < :most
    ON CONFLICT DO NOTHING RETURNING name
"""


async def remember(connection: Connection, account_id: AccountId, names: Sequence[str], now: datetime) -> list[str]:
    """Those of the names that were not there before, sorted."""
    if not names:
        return []
    parameters = {"account_id": account_id, "names": json.dumps(names[:MOST]), "now": to_epoch(now), "most": MOST}
    return sorted(row["name"] for row in await connection.fetch_all(REMEMBER, parameters))
