"""What a salvaged database needs besides its rows: references that lead somewhere, and lists of rows made anew."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from bot.clock import from_epoch
from bot.domain.lead import Lead
from bot.store import lead_words, prepared_leads
from bot.store.backup import StoppedError
from bot.store.buyers import contacts

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

LOOK_EVERY: Final = 256
"""Leads between two looks at whether to go on."""

# With the names of our own tables.
LOST: Final = (
    'WHERE "{column}" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "{parent}" WHERE "{key}" = "{table}"."{column}")'
)
DELETE_LOST: Final = f'DELETE FROM "{{table}}" {LOST}'  # noqa: S608 - as above
FORGET_LOST: Final = f'UPDATE "{{table}}" SET "{{column}}" = NULL {LOST}'  # noqa: S608 - as above

LOST_ACCOUNTS: Final = """
    INSERT INTO accounts (account_id, name)
    SELECT DISTINCT account_id, CASE WHEN account_id = (SELECT min(account_id) FROM all_leads AS leads)
        AND NOT EXISTS (SELECT 1 FROM accounts WHERE name = 'main') THEN 'main' ELSE 'salvaged ' || account_id END
    FROM all_leads AS leads WHERE account_id NOT IN (SELECT account_id FROM accounts)
"""

LOST_BUYERS: Final = """
    INSERT INTO buyers (buyer_id, account_id, created_at)
    SELECT buyer_id, account_id, min(stored_at) FROM all_leads AS leads
    WHERE buyer_id IS NOT NULL AND buyer_id NOT IN (SELECT buyer_id FROM buyers) GROUP BY buyer_id
"""

# What is sealed stays sealed.
LOST_SEALS: Final = """
    INSERT INTO seals (seal_id, account_id, cause, sealed_at, leads)
    SELECT seal_id, min(account_id), 'wish', max(stored_at), count(*) FROM all_leads
    WHERE seal_id IS NOT NULL AND seal_id NOT IN (SELECT seal_id FROM seals) GROUP BY seal_id
"""

LAST_NUMBERS: Final = """
    UPDATE accounts SET last_number = max(last_number,
        coalesce((SELECT max(number) FROM all_leads AS leads WHERE leads.account_id = accounts.account_id), 0))
"""

LEADS: Final = f"SELECT account_id, position, buyer_id, {', '.join(Lead._fields)} FROM leads ORDER BY position"  # noqa: S608 - constants of this package
ADD_PHONE: Final = "INSERT OR IGNORE INTO lead_phones (account_id, reversed, position) VALUES (?, ?, ?)"
ADD_CONTACT: Final = "INSERT OR IGNORE INTO buyer_contacts (account_id, contact, buyer_id) VALUES (?, ?, ?)"
_ENQUIRED_AT: Final = Lead._fields.index("enquired_at")


def references(connection: sqlite3.Connection) -> Counter[str]:
    """A lead whose buyer, account or seal is lost gets one back; what else refers to lost rows goes, or forgets them.

    How many rows went, by table.
    """
    connection.execute(LOST_ACCOUNTS)
    connection.execute(LOST_BUYERS)
    connection.execute(LOST_SEALS)
    connection.execute(LAST_NUMBERS)
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    gone = Counter[str]()
    while True:
        before = gone.total()
        for name in names:
            gone[name] += _mend_table(connection, name)
        if gone.total() == before:
            return gone


def _mend_table(connection: sqlite3.Connection, name: str) -> int:
    """How many rows went."""
    info = {one[1]: one for one in connection.execute(f'PRAGMA table_info("{name}")')}
    gone = 0
    for _id, _seq, parent, column, to, *_rest in connection.execute(f'PRAGMA foreign_key_list("{name}")').fetchall():
        key = to or next(one[1] for one in connection.execute(f'PRAGMA table_info("{parent}")') if one[5])
        is_needed = info[column][3] or info[column][5]
        statement = (DELETE_LOST if is_needed else FORGET_LOST).format(
            table=name, column=column, parent=parent, key=key
        )
        found = connection.execute(statement).rowcount
        gone += found if is_needed else 0
    return gone


def indexes(connection: sqlite3.Connection, is_stopped: Callable[[], bool]) -> None:
    """The search index and the lists of phones and contacts, from the leads."""
    connection.execute("DELETE FROM lead_phones")
    connection.execute("DELETE FROM lead_search")
    for number, (account_id, position, buyer_id, *fields) in enumerate(connection.execute(LEADS)):
        if number % LOOK_EVERY == 0 and is_stopped():
            raise StoppedError
        found = prepared_leads.of(_lead(fields))
        connection.execute(lead_words.ADD, lead_words.indexed(account_id, position, found))
        connection.executemany(ADD_PHONE, [(account_id, phone, position) for phone in found.phones])
        connection.executemany(ADD_CONTACT, [(account_id, one, buyer_id) for one in contacts(found.lead) if buyer_id])


def _lead(fields: list[Any]) -> Lead:
    enquired_at = fields[_ENQUIRED_AT]
    fields[_ENQUIRED_AT] = None if enquired_at is None else from_epoch(enquired_at)
    return Lead._make(fields)
