"""The tables that a damaged database had, and whether a row that was found can be one of theirs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlite3

    from bot.store.pages import Row, Value

SEARCH: Final = "lead_search"


@dataclass(slots=True)
class SalvagedTable:
    name: str
    columns: list[str]
    defaults: list[Value]
    types: list[str]
    required: list[bool]
    key: int | None
    """Which column is the rowid, and so not in the row."""
    order: list[int]
    """Where in a row as it is kept each column stands."""
    is_index: bool
    """It has no rowid."""

    def read(self, row: Row) -> tuple[Value, ...] | None:
        """By `columns`; None for what cannot be a row of this table."""
        kept = [*row.values, *(self.defaults[place] for place in self.order[len(row.values) :])]
        if len(kept) != len(self.columns):
            return None
        values: list[Value] = [None] * len(kept)
        for value, place in zip(kept, self.order, strict=True):
            values[place] = value
        if self.key is not None:
            values[self.key] = row.rowid
        return tuple(values) if all(map(_fits, values, self.types, self.required)) else None


def tables_of(connection: sqlite3.Connection) -> dict[str, SalvagedTable]:
    """Those of the new database, which has the schema of the damaged one."""
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {name: _table(connection, name) for name in names if not name.startswith(SEARCH)}


def _table(connection: sqlite3.Connection, name: str) -> SalvagedTable:
    info = connection.execute(f'PRAGMA table_info("{name}")').fetchall()
    sql = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()[0]
    is_index = "WITHOUT ROWID" in sql
    keys = [place for place, *_rest, key in sorted(info, key=lambda one: one[5]) if key]
    is_alias = not is_index and len(keys) == 1 and info[keys[0]][2] == "INTEGER"
    places = list(range(len(info)))
    return SalvagedTable(
        name=name,
        columns=[one[1] for one in info],
        defaults=[None if one[4] is None else connection.execute(f"SELECT {one[4]}").fetchone()[0] for one in info],
        types=[one[2] for one in info],
        required=[bool(one[3]) for one in info],
        key=keys[0] if is_alias else None,
        # Without a rowid the key's columns are kept first.
        order=[*keys, *(place for place in places if place not in keys)] if is_index else places,
        is_index=is_index,
    )


_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "INTEGER": (int,),
    "TEXT": (str,),
    "REAL": (float, int),
    "BLOB": (bytes, str),
}


def _fits(value: Value, declared: str, is_required: bool) -> bool:  # noqa: FBT001 - called with map
    if value is None:
        return not is_required
    # Nothing that was stored holds a zero: a page in the middle of a long text that was emptied reads as many.
    return isinstance(value, _TYPES.get(declared, (object,))) and not (isinstance(value, str) and "\0" in value)
