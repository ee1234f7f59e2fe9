"""The rows of a statement in one trip to SQLite's thread: to execute it and then to fetch would be two."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from bot.store.database import Connection


async def rows(connection: Connection, statement: str, parameters: Mapping[str, object] = {}) -> list[sqlite3.Row]:
    return list(await connection.execute_fetchall(statement, dict(parameters)))


async def one(connection: Connection, statement: str, parameters: Mapping[str, object] = {}) -> sqlite3.Row | None:
    """The first row; None where there is none."""
    return next(iter(await rows(connection, statement, parameters)), None)
