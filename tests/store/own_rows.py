"""What is whose, by what a database itself says of its tables: on both engines."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tests import databases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

PROCESS_TABLES: Final = frozenset(
    {
        "runs",
        "passed",
        "seal_keys",
        "reseals",
        "account_revision",
        "chosen_accounts",
        "languages",
        "webhooks",
        "gone_accounts",
        "holds",
        "brought_updates",
    }
)
"""They belong to no account: no row of theirs tells anything of one."""

COLUMNS: Final = """
    SELECT relname, attname, format_type(atttypid, atttypmod), attnotnull, attidentity <> '', EXISTS (
            SELECT 1 FROM pg_index WHERE indrelid = pg_class.oid AND indisprimary AND attnum = ANY (indkey))
    FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped
        AND relname <> 'schema_version'
    ORDER BY pg_class.oid, attnum
"""
PARENTS: Final = """
    SELECT CAST(CAST(conrelid AS regclass) AS TEXT), child.attname, CAST(CAST(confrelid AS regclass) AS TEXT),
        parent.attname
    FROM pg_constraint
    JOIN pg_attribute AS child ON child.attrelid = conrelid AND child.attnum = conkey[1]
    JOIN pg_attribute AS parent ON parent.attrelid = confrelid AND parent.attnum = confkey[1]
    WHERE contype = 'f' ORDER BY 1, 2
"""
TABLES: Final = r"""
    SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'lead\_search%' ESCAPE '\'
        AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY rowid
"""
WORDS: Final = "SELECT rowid, * FROM lead_search WHERE rowid IN (SELECT position FROM all_leads WHERE {own})"
OWN: Final = "account_id = :account_id"
KINDS: Final = {"bigint": "INTEGER", "integer": "INTEGER", "double precision": "REAL", "bytea": "BLOB", "text": "TEXT"}


class Column(NamedTuple):
    kind: str
    """As SQLite calls it."""
    is_needed: bool
    is_given: bool
    """By the database."""
    is_key: bool


@dataclass
class Table:
    columns: dict[str, Column] = field(default_factory=dict)
    parents: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By column: the table that it refers to, and the key there."""

    @property
    def keys(self) -> list[str]:
        return [name for name, column in self.columns.items() if column.is_key]


_KNOWN: Final[dict[bool, dict[str, Table]]] = {}


class Kept:
    """What stands in a database."""

    def __init__(self, ask: Callable[[str, Mapping[str, Any]], list[tuple[Any, ...]]], *, is_postgres: bool) -> None:
        self._ask = ask
        self._is_postgres = is_postgres
        if is_postgres not in _KNOWN:
            _KNOWN[is_postgres] = _on_server(self.ask) if is_postgres else _in_file(self.ask)
        self.tables = _KNOWN[is_postgres]

    def ask(self, statement: str, **parameters: Any) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self._ask(statement, parameters)]

    def own(self, name: str) -> str:
        """The condition under which a row is :account_id's."""
        if "account_id" in self.tables[name].columns:
            return OWN
        for column, (parent, key) in self.tables[name].parents.items():
            if parent != "all_leads":
                return f"{column} IN (SELECT {key} FROM {parent} WHERE {self.own(parent)})"
        raise AssertionError(f"{name} has no account_id: give it one, or name it in tests/store/own_rows.py")

    def keys(self, name: str, account_id: int) -> list[int]:
        """Of the account's rows, in the order in which they came."""
        key = next(iter(self.tables[name].keys), "rowid")
        statement = f"SELECT {key} FROM {name} WHERE {self.own(name)} ORDER BY {key}"
        return [row[0] for row in self.ask(statement, account_id=account_id)]

    def rows(self, account_id: int) -> dict[str, list[tuple[Any, ...]]]:
        """All that is the account's, by table; a lead's words in the index as well."""
        if self._is_postgres:
            found: dict[str, list[tuple[Any, ...]]] = {name: [] for name in self.tables}
            for name, row in self.ask(self._every, account_id=account_id):
                found[name].append((row,))
            return found
        of_tables = {name: f"SELECT * FROM {name} WHERE {self.own(name)} ORDER BY 1, 2" for name in self.tables}
        statements = {**of_tables, "lead_search": f"{WORDS.format(own=OWN)} ORDER BY rowid"}
        return {name: sorted(self.ask(one, account_id=account_id), key=repr) for name, one in statements.items()}

    @property
    def _every(self) -> str:
        """In one trip."""
        every = (
            f"SELECT '{name}', CAST(row_to_json({name}) AS TEXT) FROM {name} WHERE {self.own(name)}"
            for name in self.tables
        )
        return f"{' UNION ALL '.join(every)} ORDER BY 1, 2"

    def strangers(self) -> list[str]:
        """References from one account's rows to another's."""
        counts = [
            f"SELECT '{name}.{column}', count(*) FROM {name} AS child JOIN {parent} AS parent "
            f"ON parent.{key} = child.{column} WHERE child.account_id <> parent.account_id"
            for name, table in self.tables.items()
            for column, (parent, key) in table.parents.items()
            if parent in self.tables and "account_id" in table.columns.keys() & self.tables[parent].columns.keys()
        ]
        return [name for name, number in self.ask(f"{' UNION ALL '.join(counts)} ORDER BY 1") if number]


@contextmanager
def kept_in_file(path: Path) -> Iterator[Kept]:
    """What is written is committed at the end."""
    with closing(sqlite3.connect(path, timeout=30)) as opened, opened:
        yield kept_by(opened)


def kept_by(opened: sqlite3.Connection) -> Kept:
    return Kept(lambda statement, parameters: opened.execute(statement, parameters).fetchall(), is_postgres=False)


@contextmanager
def kept_at(path: Path) -> Iterator[Kept]:
    if databases.is_postgres():
        yield Kept(partial(databases.by_hand, path), is_postgres=True)
        return
    with kept_in_file(path) as kept:
        yield kept


def _on_server(ask: Callable[[str], list[tuple[Any, ...]]]) -> dict[str, Table]:
    found: dict[str, Table] = defaultdict(Table)
    for name, column, kind, is_needed, is_given, is_key in ask(COLUMNS):
        found[name].columns[column] = Column(KINDS.get(kind, kind), is_needed, is_given, is_key)
    for name, column, parent, key in ask(PARENTS):
        found[name].parents[column] = (parent, key)
    return _of_accounts(found)


def _in_file(ask: Callable[[str], list[tuple[Any, ...]]]) -> dict[str, Table]:
    found = {}
    for (name,) in ask(TABLES):
        table = found[name] = Table()
        described = ask(f"PRAGMA table_info({name})")
        keys = [(column, kind) for _n, column, kind, _needed, _default, nth in described if nth]
        for _n, column, kind, is_needed, _default, nth in described:
            is_given = keys == [(column, "INTEGER")] and column != "view_id"  # which the program makes
            table.columns[column] = Column(kind, bool(is_needed), is_given, bool(nth))
    for name, table in found.items():
        for _n, _nth, parent, column, key, *_rules in ask(f"PRAGMA foreign_key_list({name})"):
            table.parents[column] = (parent, key or found[parent].keys[0])
    return _of_accounts(found)


def _of_accounts(found: Mapping[str, Table]) -> dict[str, Table]:
    return {name: table for name, table in found.items() if name not in PROCESS_TABLES}
