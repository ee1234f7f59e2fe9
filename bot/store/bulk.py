"""Many rows in few statements, during which Python's other threads go on; after each row of `executemany` SQLite's
has to wait until they let it.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

BLOCK: Final = 64
"""Rows of one statement; times the columns it must stay below SQLite's 32,766 parameters."""


def insert(
    head: str, rows: Sequence[Sequence[Any]], connection: sqlite3.Connection, *, tail: str = "", block: int = BLOCK
) -> None:
    """`head` is everything before VALUES, `tail` what follows them. Rows have as many values as `head` has columns.

    Those that do not fill a block come one by one, so that there are no more than two statements to be prepared. Plain
    values are best: for an enumeration's member sqlite3 looks for an adapter, which takes as long as the insert.
    """
    full = len(rows) - len(rows) % block
    for start in range(0, full, block):
        several = rows[start : start + block]
        connection.execute(_statement(head, len(rows[0]), block, tail), tuple(chain.from_iterable(several)))
    if full < len(rows):
        connection.executemany(_statement(head, len(rows[0]), 1, tail), rows[full:])


@lru_cache(maxsize=32)
def _statement(head: str, width: int, rows: int, tail: str) -> str:
    row = f"({', '.join('?' * width)})"
    return f"{head} VALUES {', '.join([row] * rows)} {tail}"
