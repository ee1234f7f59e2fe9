"""Many rows at once end up as the same rows one by one would."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from bot.store import bulk

if TYPE_CHECKING:
    from collections.abc import Iterator

HEAD = "INSERT INTO things (name, number)"


@pytest.fixture
def things() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute("CREATE TABLE things (name TEXT UNIQUE, number INTEGER)")
        yield connection


def stored(connection: sqlite3.Connection) -> list[tuple[str, int]]:
    return connection.execute("SELECT name, number FROM things ORDER BY rowid").fetchall()


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 35])
def test_all_rows_are_stored_in_their_order(things: sqlite3.Connection, count: int) -> None:
    rows = [(f"thing {number}", number) for number in range(count)]
    bulk.insert(HEAD, rows, things, block=10)
    assert stored(things) == rows


def test_a_conflict_is_solved_in_a_block_and_behind_it(things: sqlite3.Connection) -> None:
    rows = [("a", 5), ("b", 1), ("a", 3), ("a", 9), ("b", 0)]
    bulk.insert(HEAD, rows, things, tail="ON CONFLICT DO UPDATE SET number = min(number, excluded.number)", block=3)
    assert stored(things) == [("a", 3), ("b", 0)]


def test_one_bad_row_fails_aloud(things: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        bulk.insert(HEAD, [("a", 1), ("b", 2), ("a", 3)], things, block=3)
