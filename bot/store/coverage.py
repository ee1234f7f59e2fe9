"""Which spans of time are already fetched: intervals per account that never overlap or touch."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final

from bot.clock import from_epoch, to_epoch
from bot.domain.lead import Window
from bot.store import accounts

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.ids import AccountId
    from bot.store.database import Connection

ALL: Final = """
    SELECT starts_at, ends_at FROM coverage WHERE account_id = :account_id ORDER BY starts_at
"""

SWALLOW: Final = """
    DELETE FROM coverage WHERE account_id = :account_id AND starts_at <= :ends_at AND ends_at >= :starts_at
    RETURNING starts_at, ends_at
"""

ADD: Final = "INSERT INTO coverage (account_id, starts_at, ends_at) VALUES (:account_id, :starts_at, :ends_at)"

FORGET: Final = "DELETE FROM coverage WHERE account_id = :account_id AND starts_at >= :since"

CLIP: Final = "UPDATE coverage SET ends_at = :since WHERE account_id = :account_id AND ends_at > :since"


async def spans(connection: Connection, account_id: AccountId) -> list[Window]:
    """Oldest first."""
    return [
        Window(from_epoch(row["starts_at"]), from_epoch(row["ends_at"]))
        for row in await connection.fetch_all(ALL, {"account_id": account_id})
    ]


async def add(connection: Connection, account_id: AccountId, window: Window) -> None:
    """Mark `window` as fetched, merging it with what it overlaps or touches: under the account's lock, so that two who
    do so at once make one span of theirs.
    """
    # Fractions are rounded inwards: what is not covered is fetched again, what is covered never.
    starts_at, ends_at = ceil(window.start.timestamp()), to_epoch(window.end)
    if starts_at >= ends_at:
        return
    await accounts.lock(connection, account_id)
    parameters = {"account_id": account_id, "starts_at": starts_at, "ends_at": ends_at}
    swallowed = list(await connection.fetch_all(SWALLOW, parameters))
    parameters["starts_at"] = min([starts_at, *(row["starts_at"] for row in swallowed)])
    parameters["ends_at"] = max([ends_at, *(row["ends_at"] for row in swallowed)])
    await connection.execute(ADD, parameters)


async def forget_since(connection: Connection, account_id: AccountId, since: datetime) -> None:
    """Fetch everything from `since` on again."""
    await accounts.lock(connection, account_id)
    parameters = {"account_id": account_id, "since": to_epoch(since)}
    await connection.execute(FORGET, parameters)
    await connection.execute(CLIP, parameters)
