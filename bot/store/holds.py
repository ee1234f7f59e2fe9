"""The `holds` table: each bot's name and, where several processes share a database, which of them has it.

A process is there as long as its session holds the advisory lock of its number (`runs`). Numbers are never given out
again, so what one that is gone had is free, and stays so for whoever takes it first: docs/decisions/029.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.store.connections import listed
from bot.store.spelling import storable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.store.database import Connection

# One that was taken meanwhile has another epoch, and is left alone.
TAKE: Final = """
    INSERT INTO holds (bot_id, run_id, epoch)
    SELECT CAST(json_extract(value, '$[0]') AS BIGINT), :run_id, CAST(json_extract(value, '$[1]') AS BIGINT) + 1
    FROM json_each(:bots) WHERE true
    ON CONFLICT (bot_id) DO UPDATE SET run_id = excluded.run_id, epoch = excluded.epoch
        WHERE holds.epoch = excluded.epoch - 1
    RETURNING bot_id, epoch
"""

KEEP: Final = """
    UPDATE holds SET run_id = :run_id, epoch = epoch + 1 WHERE run_id = :before
        AND bot_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:bots))
    RETURNING bot_id, epoch
"""

LET_GO: Final = """
    UPDATE holds SET run_id = NULL
    WHERE run_id = :run_id AND bot_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:bots))
"""

LET_ALL_GO: Final = "UPDATE holds SET run_id = NULL WHERE run_id = :run_id"

ALL: Final = "SELECT bot_id, username, run_id, epoch FROM holds"

# Whoever served before this table was there has greeted its groups.
IS_SERVED: Final = """
    SELECT 1 WHERE EXISTS (SELECT 1 FROM holds WHERE bot_id = :bot_id)
        OR (NOT EXISTS (SELECT 1 FROM holds) AND EXISTS (SELECT 1 FROM accounts WHERE connected_at IS NOT NULL))
"""

NAME: Final = """
    INSERT INTO holds (bot_id, username) VALUES (:bot_id, :username)
    ON CONFLICT (bot_id) DO UPDATE SET username = excluded.username WHERE holds.username <> excluded.username
"""


@dataclass(frozen=True, slots=True)
class BotHold:
    """A row."""

    username: str
    run_id: int | None
    epoch: int


async def all_of(connection: Connection) -> dict[int, BotHold]:
    """By bot."""
    rows = await connection.fetch_all(ALL)
    return {row["bot_id"]: BotHold(row["username"], row["run_id"], row["epoch"]) for row in rows}


async def take(connection: Connection, run_id: int, bots: Mapping[int, int]) -> dict[int, int]:
    """Those of these bots whose epoch is still this one, which nobody holds; each with the epoch it has now."""
    rows = await connection.fetch_all(TAKE, {"run_id": run_id, "bots": listed(bots.items())})
    return {row["bot_id"]: row["epoch"] for row in rows}


async def keep(connection: Connection, run_id: int, before: int, bots: Iterable[int]) -> dict[int, int]:
    """Under the new number what nobody has taken since, each with its epoch."""
    rows = await connection.fetch_all(KEEP, {"run_id": run_id, "before": before, "bots": listed(bots)})
    return {row["bot_id"]: row["epoch"] for row in rows}


async def let_go(connection: Connection, run_id: int, bots: Iterable[int]) -> None:
    await connection.execute(LET_GO, {"run_id": run_id, "bots": listed(bots)})


async def let_all_go(connection: Connection, run_id: int) -> None:
    await connection.execute(LET_ALL_GO, {"run_id": run_id})


async def name(connection: Connection, bot_id: int, username: str) -> None:
    """For people."""
    await connection.execute(NAME, {"bot_id": bot_id, "username": storable(username)})


async def is_served(connection: Connection, bot_id: int) -> bool:
    """Whether a service on this database has spoken through the bot, now or once: then what is written to it is the
    service's to read.
    """
    return await connection.fetch_one(IS_SERVED, {"bot_id": bot_id}) is not None
