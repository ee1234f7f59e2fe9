"""The baseline of the benchmarks: the same rows into the same tables and index with plain `sqlite3`, nothing else.

No JSON is read, no text cleaned, no buyer looked for: what stands in one finished database is written into another, one
`executemany` a table, with the same durability.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

from bot.store.migrate import migrate
from bot.store.spelling import fold, tag, tagged

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TABLES: Final = ("accounts", "buyers", "buyer_contacts", "all_leads", "lead_phones", "outbox")
"""What storing leads writes, in an order that pleases foreign keys; the index follows."""

WORDS: Final = """
    SELECT account_id, position, name, company, city, state, product, message,
        coalesce(email, '') || ' ' || coalesce(email_alt, '')
    FROM leads ORDER BY position
"""
INDEX: Final = """
    INSERT INTO lead_search (rowid, name, company, city, state, product, message, email) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""

Rows = dict[str, list[tuple[Any, ...]]]


def read(source: Path) -> Rows:
    """Everything that stands in a database, ready to be written again, its words as they are indexed."""
    with closing(sqlite3.connect(source)) as connection:
        rows = {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}
        rows["lead_search"] = list(words(connection))
    return rows


def words(connection: sqlite3.Connection) -> Iterator[tuple[Any, ...]]:
    for account_id, position, *texts in connection.execute(WORDS):
        own = tag(account_id)
        yield position, *(tagged(own, fold(text or "")) for text in texts)


def opened(target: Path) -> sqlite3.Connection:
    """An empty database with Leadbell's own schema."""
    migrate(target)
    connection = sqlite3.connect(target, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def write(connection: sqlite3.Connection, rows: Rows) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for table, found in rows.items():
        connection.executemany(statement(table, found), found)
    connection.execute("COMMIT")


def statement(table: str, found: list[tuple[Any, ...]]) -> str:
    return INDEX if table == "lead_search" else f"INSERT INTO {table} VALUES ({', '.join('?' * len(found[0]))})"
