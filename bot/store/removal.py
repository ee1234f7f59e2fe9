"""Erases an account with all that is its own: every row of every table, in small transactions. Whoever comes after a
kill goes on where the rows say that it stands: the account's own row goes last.
"""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Final

from bot.domain.ids import LeadId
from bot.errors import StoreError
from bot.store import forgetting, leads

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.domain.ids import AccountId
    from bot.store.database import Connection, Database

AT_ONCE: Final = 200
"""Rows to a transaction: some milliseconds."""
MOST_DISTURBED: Final = 5
"""Times that rows of the account may come while it is erased: of a call that was on its way."""
LEADS: Final = "all_leads"
ACCOUNTS: Final = "accounts"

TABLES: Final = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
COLUMNS: Final = "SELECT name, pk FROM pragma_table_info(:table)"
REFERENCES: Final = (
    'SELECT "table" AS parent, "from" AS child_column FROM pragma_foreign_key_list(:table) ORDER BY "from"'
)

TABLES_POSTGRES: Final = """
    SELECT relname AS name FROM pg_class WHERE relnamespace = CAST(current_schema() AS regnamespace) AND relkind = 'r'
    ORDER BY relname
"""
COLUMNS_POSTGRES: Final = """
    SELECT attname AS name, coalesce(array_position(conkey, attnum), 0) AS pk FROM pg_attribute
    LEFT JOIN pg_constraint ON conrelid = attrelid AND contype = 'p'
    WHERE attrelid = CAST(:table AS regclass) AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""
REFERENCES_POSTGRES: Final = """
    SELECT relname AS parent, attname AS child_column FROM pg_constraint
    JOIN pg_class ON pg_class.oid = confrelid
    JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
    WHERE conrelid = CAST(:table AS regclass) AND contype = 'f' ORDER BY attname
"""

# With the names of our own tables. The newest first: what undoes another change refers to it.
ERASE: Final = """
    DELETE FROM {table} WHERE ({key}) IN (
        SELECT {key} FROM {table} WHERE {own} ORDER BY {order} LIMIT :limit)
    RETURNING 1
"""
COUNT: Final = "SELECT count(*) AS number FROM {table} WHERE {own}"
OWN: Final = "account_id = :account_id"
OWN_BY_PARENT: Final = "{column} IN (SELECT {key} FROM {parent} WHERE account_id = :account_id)"

SOME_LEADS: Final = "SELECT lead_id FROM leads WHERE account_id = :account_id ORDER BY lead_id DESC LIMIT :limit"
# Its number is never given out again.
NOTE_GONE: Final = "INSERT INTO gone_accounts (gone_id) VALUES (:account_id) ON CONFLICT DO NOTHING"
ERASE_ACCOUNT: Final = "DELETE FROM accounts WHERE account_id = :account_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    name: str
    key: tuple[str, ...]
    own: str
    """What tells an account's rows."""

    def filled(self, statement: str) -> str:
        order = ", ".join(f"{column} DESC" for column in self.key)
        return statement.format(table=self.name, key=", ".join(self.key), order=order, own=self.own)


async def left(database: Database, account_id: AccountId) -> int:
    """Rows that are still to be erased."""
    async with database.reading() as connection:
        return await _left(connection, await _tables(connection), account_id)


async def _left(connection: Connection, tables: list[_Table], account_id: AccountId) -> int:
    numbers = [await connection.fetch_one(table.filled(COUNT), {"account_id": account_id}) for table in tables]
    return sum(row["number"] for row in numbers if row is not None)


async def erase(database: Database, account_id: AccountId) -> AsyncIterator[int]:
    """To the end, for an account that nothing serves; yields how many rows each step erased. Raises StoreBusyError
    where another program reads so long that the file cannot be written anew: done once more, it goes on from there.
    """
    async with database.reading() as connection:
        tables = await _tables(connection)
    is_gone, disturbed = False, 0
    while not is_gone:
        try:
            async for number in _rows(database, tables, account_id):
                yield number
        except StoreError as error:
            # What comes meanwhile refers to what is to go: from the first table on it goes before that.
            disturbed += 1
            if type(error) is not StoreError or disturbed > MOST_DISTURBED:
                raise
            continue
        async for _step in _words(database):
            yield 0
        await database.write_anew()
        # What was on its way when the service let go of the account may have come meanwhile.
        async with database.transaction() as connection:
            is_gone = not await _left(connection, tables, account_id)
            if is_gone:
                await connection.execute(NOTE_GONE, {"account_id": account_id})
                await connection.execute(ERASE_ACCOUNT, {"account_id": account_id})


async def _rows(database: Database, tables: list[_Table], account_id: AccountId) -> AsyncIterator[int]:
    for table in tables:
        number = AT_ONCE
        while number == AT_ONCE:
            async with database.transaction() as connection:
                if table.name == LEADS:
                    await _forget_words(connection, account_id)
                number = await _erase(connection, table, account_id)
            yield number


async def _words(database: Database) -> AsyncIterator[None]:
    is_begun, has_more = False, True
    while has_more:
        async with database.transaction() as connection:
            has_more = await forgetting.purge(connection, is_begun=is_begun)
        is_begun = True
        yield


async def _erase(connection: Connection, table: _Table, account_id: AccountId) -> int:
    parameters = {"account_id": account_id, "limit": AT_ONCE}
    return len(await connection.fetch_all(table.filled(ERASE), parameters))


async def _forget_words(connection: Connection, account_id: AccountId) -> None:
    """Of the leads that go next; those that are sealed have none there."""
    rows = await connection.fetch_all(SOME_LEADS, {"account_id": account_id, "limit": AT_ONCE})
    found = await leads.many(connection, account_id, [LeadId(row["lead_id"]) for row in rows])
    await forgetting.forget(connection, account_id, found)


async def _tables(connection: Connection) -> list[_Table]:
    """What refers to others before them; without the accounts themselves, and what is the process's."""
    tables, own_columns, own_references, place = (
        (TABLES_POSTGRES, COLUMNS_POSTGRES, REFERENCES_POSTGRES, "ctid")
        if connection.is_postgres
        else (TABLES, COLUMNS, REFERENCES, "rowid")
    )
    columns: dict[str, dict[str, int]] = {}
    parents: dict[str, dict[str, str]] = {}
    for row in await connection.fetch_all(tables):
        name = row["name"]
        found = await connection.fetch_all(own_columns, {"table": name})
        columns[name] = {column["name"]: column["pk"] for column in found}
        references = await connection.fetch_all(own_references, {"table": name})
        parents[name] = {one["parent"]: one["child_column"] for one in references if one["parent"] != name}
    sorter = TopologicalSorter[str]()
    for name, above in parents.items():
        sorter.add(name, *above)
    keys = {name: _key(columns[name]) or (place,) for name in columns}
    found_tables = []
    for name in reversed(list(sorter.static_order())):
        own = _own(name, columns, parents, keys)
        if own and name != ACCOUNTS:
            found_tables.append(_Table(name=name, key=keys[name], own=own))
    return found_tables


def _key(columns: dict[str, int]) -> tuple[str, ...]:
    return tuple(sorted((name for name, place in columns.items() if place), key=columns.__getitem__))


def _own(
    name: str,
    columns: dict[str, dict[str, int]],
    parents: dict[str, dict[str, str]],
    keys: dict[str, tuple[str, ...]],
) -> str:
    if "account_id" in columns[name]:
        return OWN
    for parent, column in parents[name].items():
        if "account_id" in columns[parent]:
            return OWN_BY_PARENT.format(column=column, key=keys[parent][0], parent=parent)
    return ""
