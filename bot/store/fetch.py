"""The rows of a statement in one trip to SQLite's thread: to execute it and then to fetch would be two.

A statement about many rows is handed their numbers, or the rows themselves, as one parameter: `listed(…)`, which it
unfolds with `json_each(:name)`. PostgreSQL unfolds the same text with `jsonb_array_elements`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

    from bot.store.database import Connection


async def rows(connection: Connection, statement: str, parameters: Mapping[str, object] = {}) -> list[sqlite3.Row]:
    return list(await connection.execute_fetchall(statement, dict(parameters)))


def listed(values: Iterable[object]) -> str:
    """Many values as one parameter."""
    return json.dumps(list(values))


async def one(connection: Connection, statement: str, parameters: Mapping[str, object] = {}) -> sqlite3.Row | None:
    """The first row; None where there is none."""
    return next(iter(await rows(connection, statement, parameters)), None)
