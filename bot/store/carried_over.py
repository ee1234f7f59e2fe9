"""What a restored backup has to know although it was decided later: who was sealed, and which accounts are gone.

It stands in the database that the backup replaces. Where that one is damaged, its pages are read one by one: a buyer's
wish must not be lost with the page that tells where it stands.
"""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from bot.domain.lead import SealCause
from bot.store.failures import translate
from bot.store.pages import PageKind, Pages, read_log
from bot.store.seals import KEY_BYTES, MARK_BYTES

if TYPE_CHECKING:
    from pathlib import Path

    from bot.store.pages import Row, Value

log = logging.getLogger(__name__)

KEYS: Final = "SELECT key FROM seal_keys"
MARKS: Final = "SELECT account_id, mark, cause, sealed_at, is_urgent FROM seal_marks"
ACCOUNTS: Final = "SELECT account_id FROM accounts"
GONE: Final = "SELECT gone_id FROM gone_accounts"

ADD_KEY: Final = "INSERT INTO seal_keys (key) VALUES (?) ON CONFLICT DO NOTHING"
ADD_MARK: Final = """
    INSERT INTO seal_marks (account_id, mark, cause, sealed_at, is_urgent)
    SELECT ?1, ?2, ?3, ?4, ?5 WHERE EXISTS (SELECT 1 FROM accounts WHERE account_id = ?1)
    ON CONFLICT (account_id, mark) DO UPDATE SET
        sealed_at = max(sealed_at, excluded.sealed_at), is_urgent = max(is_urgent, excluded.is_urgent)
"""
RESEAL: Final = (
    "INSERT INTO reseals (reseal_id) SELECT 1 WHERE EXISTS (SELECT 1 FROM seal_marks) ON CONFLICT DO NOTHING"
)
ADD_GONE: Final = "INSERT INTO gone_accounts (gone_id) VALUES (?) ON CONFLICT DO NOTHING"
ADD_MISSING: Final = """
    INSERT INTO gone_accounts (gone_id) SELECT ?1 WHERE NOT EXISTS (SELECT 1 FROM accounts WHERE account_id = ?1)
    ON CONFLICT DO NOTHING
"""

_INDEX: Final = {PageKind.INDEX_INTERIOR, PageKind.INDEX_LEAF}
"""Of these pages are both tables: they have no rowid."""
_FEW: Final = 16
"""Keys: one for each database that this one was ever restored from."""
_CAUSES: Final = frozenset(SealCause)
_COLUMNS: Final = 6
"""Of a mark, as it is kept."""


@dataclass(slots=True)
class LaterDecisions:
    """As rows of the statements above."""

    keys: set[tuple[bytes]] = field(default_factory=set)
    marks: list[tuple[Value, ...]] = field(default_factory=list)
    accounts: list[tuple[int]] = field(default_factory=list)
    gone: list[tuple[int]] = field(default_factory=list)


def carry_over(former: Path, restored: Path) -> bool:
    """False where `former` is damaged, and may have known more than could be read. May be done twice; `former` may be
    missing. Raises StoreError where it cannot be written: who was sealed would be back.

    They are sealed again when the database is opened.
    """
    if not former.exists():
        return True
    try:
        found, is_whole = _read(former), True
    except sqlite3.Error as error:
        log.warning("who was forgotten since the backup cannot all be read out of the former database: %s", error)
        found, is_whole = _pieced_together(former), False
    _tidy(former)
    try:
        _write(found, restored)
    except sqlite3.Error as error:
        raise translate(error, restored) from error
    return is_whole


def _read(former: Path) -> LaterDecisions:
    # Only read, with its log: it is kept as it is.
    source = f"{former.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(source, uri=True, isolation_level=None)) as connection:
        keys = {(bytes(key),) for (key,) in _rows(connection, KEYS)}
        of_others = (_rows(connection, statement) for statement in (MARKS, ACCOUNTS, GONE))
        return LaterDecisions(keys, *of_others)


def _rows(connection: sqlite3.Connection, statement: str) -> list[Any]:
    try:
        return connection.execute(statement).fetchall()
    except sqlite3.OperationalError as error:
        if "no such table" in str(error):
            return []  # an older one
        raise


def _tidy(former: Path) -> None:
    """Of what reading laid beside it. A log that holds something is part of it; the rest SQLite makes anew."""
    log_of = former.with_name(f"{former.name}-wal")
    with suppress(OSError):
        if log_of.exists() and not log_of.stat().st_size:
            log_of.unlink()
        former.with_name(f"{former.name}-shm").unlink(missing_ok=True)


def _pieced_together(former: Path) -> LaterDecisions:
    """What a disk does not give back is as lost as a page that is damaged: the backup is needed all the same."""
    found = LaterDecisions()
    with suppress(OSError), former.open("rb") as file:
        pages = Pages(file, read_log(former))
        for number in range(1, pages.count + 1):
            with suppress(OSError):
                _take_page(pages, number, found)
    return found


def _take_page(pages: Pages, number: int, found: LaterDecisions) -> None:
    if _may_tell(pages, number):
        for row in pages.rows(number):
            _take(row, found)


def _may_tell(pages: Pages, number: int) -> bool:
    """Looked at before its rows are: most pages are of the large indexes."""
    if pages.kind(number) not in _INDEX:
        return False
    page = pages.page(number)
    start = 100 if number == 1 else 0
    return int.from_bytes(page[start + 3 : start + 5], "big") <= _FEW or any(one.encode() in page for one in _CAUSES)


def _take(row: Row | None, found: LaterDecisions) -> None:
    """If it is a key or a mark, which look as nothing else does."""
    if row is None:
        return
    if len(row.values) == 1:
        (key,) = row.values
        if isinstance(key, bytes) and len(key) == KEY_BYTES:
            found.keys.add((key,))
    elif len(row.values) == _COLUMNS:
        account_id, mark, cause, sealed_at, _seal_id, is_urgent = row.values
        if (
            isinstance(mark, str)
            and len(mark) == 2 * MARK_BYTES
            and cause in _CAUSES
            and isinstance(sealed_at, int)
            and is_urgent in (0, 1)
        ):
            found.marks.append((account_id, mark, cause, sealed_at, is_urgent))


def _write(found: LaterDecisions, restored: Path) -> None:
    target = f"{restored.absolute().as_uri()}?mode=rw"
    with closing(sqlite3.connect(target, uri=True, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(ADD_KEY, sorted(found.keys))
        connection.executemany(ADD_MARK, found.marks)
        connection.execute(RESEAL)
        connection.executemany(ADD_MISSING, found.accounts)
        connection.executemany(ADD_GONE, found.gone)
        connection.execute("COMMIT")
