"""Many rows in few statements. SQLite gets hundreds at once, so that neither it nor Python starts anew for each."""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.store.database import Connection

BLOCK: Final = 250
"""Rows of one statement; times the columns of the widest table it stays far below SQLite's 32,766 parameters."""


async def insert(connection: Connection, head: str, rows: Sequence[Sequence[Any]], tail: str = "") -> None:
    """`head` is everything before VALUES, `tail` what follows them. Rows have as many values as `head` has columns."""
    if not rows:
        return
    full = len(rows) - len(rows) % BLOCK
    for start in range(0, full, BLOCK):
        block = rows[start : start + BLOCK]
        await connection.execute(_statement(head, tail, len(rows[0]), BLOCK), tuple(chain.from_iterable(block)))
    if full < len(rows):
        await connection.executemany(_statement(head, tail, len(rows[0]), 1), rows[full:])


@lru_cache(maxsize=64)
def _statement(head: str, tail: str, width: int, count: int) -> str:
    row = f"({', '.join('?' * width)})"
    return f"{head} VALUES {', '.join([row] * count)} {tail}"
