"""A database in which two accounts have rows in every table, alike in all but their numbers; and what is whose."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

from bot.clock import to_epoch
from bot.domain.lead import Origin
from bot.store import (
    accounts,
    adding,
    prepared_leads,
)
from bot.store.sqlite import SqliteDatabase
from tests.store.conftest import NOW, make_lead

if TYPE_CHECKING:
    from pathlib import Path

    from bot.domain.ids import AccountId

SECOND: Final = to_epoch(NOW)
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

SPAN: Final = "INSERT INTO audit (account_id, at, act, low, high, machine) VALUES (?, ?, 'export', 0, ?, 'asha')"
CLAIMED: Final = """
    UPDATE all_leads SET owner_id = 77, status = 'claimed', claimed_at = ?, won_value = 5 WHERE batch = 1
"""

# What a column of this name, or of one table, has to hold to be read; any other is filled by its type.
VALUES: Final[dict[str, Any]] = {
    "status_before": "new", "status_after": "claimed", "late": "telegram", "late_reason": "telegram",
    "step": "group", "cause": "wish", "origin": "pull", "user_id": 77, "owner_before": None, "chat_id": -1001,
    "low": None, "high": None, "undoes": None, "fault": ("api_down", "store_full"), "kind": ("W", "P"),
    "raw": "{}", "shows_number": 1,
    "changes.act": "claim", "audit.act": "lookup", "parked.reason": "not_built", "views.query": '{"words": "asha"}',
    "destination": "place", "user_ids": "[77]", "lead_routes.reason": "turn",
    "route_changes.before": "[]", "route_changes.after": "[]", "set_by": 77, "given_to": 77,
    "outbox.body": "{}", "parked.body": "{}", "sealed_rows.body": "{}", "is_secret": 0, "is_urgent": 0,
    "is_swept": 1, "account_settings.name": ("NUMBERS", "TIMEZONE"), "setting_changes.name": "TIMEZONE",
}  # fmt: skip


def tables(database: sqlite3.Connection) -> list[str]:
    found = database.execute(
        r"SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'lead\_search%' ESCAPE '\' "
        r"AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY rowid"
    )
    return [row[0] for row in found if row[0] not in PROCESS_TABLES]


def columns(database: sqlite3.Connection, table: str) -> dict[str, sqlite3.Row]:
    database.row_factory = sqlite3.Row
    return {row["name"]: row for row in database.execute(f"PRAGMA table_info({table})")}


def parents(database: sqlite3.Connection, table: str) -> dict[str, tuple[str, str]]:
    """By column: the table that it refers to, and the key there."""
    found = {}
    for row in database.execute(f"PRAGMA foreign_key_list({table})").fetchall():
        keys = [one["name"] for one in columns(database, row[2]).values() if one["pk"]]
        found[row[3]] = (row[2], row[4] or keys[0])
    return found


def own(database: sqlite3.Connection, table: str) -> str:
    """The condition under which a row is :account_id's."""
    if "account_id" in columns(database, table):
        return "account_id = :account_id"
    for column, (parent, key) in parents(database, table).items():
        if parent != "all_leads":
            return f"{column} IN (SELECT {key} FROM {parent} WHERE {own(database, parent)})"
    raise AssertionError(f"{table} has no account_id: give it one, or name it in tests/store/two_accounts.py")


def keys(database: sqlite3.Connection, table: str, account_id: int) -> list[int]:
    """Of the account's rows, in the order in which they came."""
    condition, named = own(database, table), [one["name"] for one in columns(database, table).values() if one["pk"]]
    key = next(iter(named), "rowid")
    rows = database.execute(f"SELECT {key} FROM {table} WHERE {condition} ORDER BY {key}", {"account_id": account_id})
    return [row[0] for row in rows]


def rows(database: sqlite3.Connection, account_id: int) -> dict[str, list[tuple[Any, ...]]]:
    """All that is the account's, by table; a lead's words in the index as well."""
    found = {}
    for table in tables(database):
        statement = f"SELECT * FROM {table} WHERE {own(database, table)}"
        found[table] = sorted(map(tuple, database.execute(statement, {"account_id": account_id})), key=repr)
    words = "SELECT rowid, * FROM lead_search WHERE rowid IN (SELECT position FROM all_leads WHERE account_id = ?)"
    found["lead_search"] = sorted(map(tuple, database.execute(words, [account_id])))
    return found


def strangers(database: sqlite3.Connection) -> list[str]:
    """References from one account's rows to another's."""
    found = []
    for table in tables(database):
        for column, (parent, key) in parents(database, table).items():
            if {"account_id"} <= columns(database, table).keys() & columns(database, parent).keys():
                statement = (
                    f"SELECT count(*) FROM {table} AS child JOIN {parent} AS parent ON parent.{key} = child.{column} "
                    "WHERE child.account_id <> parent.account_id"
                )
                found += [f"{table}.{column}"] * database.execute(statement).fetchone()[0]
    return found


def fill(database: sqlite3.Connection, account_id: int, turn: int) -> None:
    """One more row of the account's in every table; with turn 0 what may be left out is."""
    for table in tables(database):
        if table not in {"accounts", "buyers", "buyer_contacts", "all_leads", "lead_phones"}:
            _insert(database, table, account_id, turn)


def _is_rowid(database: sqlite3.Connection, table: str, name: str) -> bool:
    """Then SQLite gives it out."""
    own_keys = [one for one in columns(database, table).values() if one["pk"]]
    return [(one["name"], one["type"]) for one in own_keys] == [(name, "INTEGER")] and name != "view_id"


def _insert(database: sqlite3.Connection, table: str, account_id: int, turn: int) -> None:
    refers = {"lead_id": ("all_leads", "lead_id"), **parents(database, table)}
    row = {}
    for name, column in columns(database, table).items():
        if name in refers and name != "account_id":
            parent, _key = refers[name]
            row[name] = None if parent == table else keys(database, parent, account_id)[turn]
        elif _is_rowid(database, table, name):
            row[name] = None
        else:
            row[name] = _value(table, column, account_id, turn)
    names = ", ".join(row)
    try:
        database.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join(f':{name}' for name in row)})", row)
    except sqlite3.IntegrityError as error:
        raise AssertionError(f"say in VALUES what a row of {table} holds: {error}") from error


def _value(table: str, column: sqlite3.Row, account_id: int, turn: int) -> Any:
    name, kind = column["name"], column["type"]
    if name == "account_id":
        return account_id
    for known in (f"{table}.{name}", name):
        if known in VALUES:
            return _in_turn(VALUES[known], turn, is_key=bool(column["pk"]))
    if name == "what":
        return ("card", "edit")[turn]
    if turn == 0 and not column["notnull"] and not column["pk"]:
        return None
    if name == "view_id":
        return 1000 * account_id + turn
    of_kind = {"INTEGER": SECOND + turn, "REAL": SECOND + turn, "BLOB": b"asha %d" % turn, "TEXT": f"asha {turn}"}
    return of_kind[kind]


def _in_turn(found: Any, turn: int, *, is_key: bool) -> Any:
    if isinstance(found, tuple):
        return found[turn]
    return found + turn if is_key and isinstance(found, int) else found


async def write(path: Path) -> tuple[AccountId, AccountId]:
    """The first account's last rows come after all of the second's: so no number of the first's tells of those."""
    async with SqliteDatabase(path) as database:
        async with database.transaction() as connection:
            first, second = [await accounts.open_account(connection, name) for name in ("main", "other")]
        for account_id, turn in ((first, 0), (second, 0), (second, 1), (first, 1)):
            lead = make_lead(str(turn), name="Asha", product="pump", city="Surat", mobile=f"+91900000003{turn}")
            async with database.transaction() as connection:
                ready = prepared_leads.of_all([lead._replace(email="asha@b.example")])
                await adding.add(connection, account_id, ready, origin=Origin.PULL, now=NOW, batch=1 if turn else None)
            with closing(sqlite3.connect(path)) as opened, opened:
                opened.execute("PRAGMA foreign_keys = OFF")
                opened.execute("INSERT OR IGNORE INTO seal_keys (key) VALUES (x'00')")
                fill(opened, account_id, turn)
                opened.execute(SPAN, [account_id, SECOND, 2**63 - 1])
    with closing(sqlite3.connect(path)) as opened, opened:
        opened.execute(CLAIMED, [SECOND])
        assert strangers(opened) == []
    return first, second


def without(path: Path, target: Path, account_id: AccountId) -> None:
    """A copy that never knew the account, but for the numbers that were given out."""
    shutil.copy(path, target)
    with closing(sqlite3.connect(target)) as opened, opened:
        opened.execute("PRAGMA foreign_keys = OFF")
        theirs = {"account_id": account_id}
        words = "SELECT position FROM all_leads WHERE account_id = :account_id"
        opened.execute(f"DELETE FROM lead_search WHERE rowid IN ({words})", theirs)
        owned = {table: own(opened, table) for table in tables(opened)}
        for table in sorted(owned, key=lambda table: owned[table] == "account_id = :account_id"):
            opened.execute(f"DELETE FROM {table} WHERE {owned[table]}", theirs)
