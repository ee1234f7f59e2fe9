"""Brings a database file up to date at start: numbered SQL files, in one transaction, after a backup copy.

Files of the former line, which ended before the first release, become the present 0001: docs/decisions/014.
"""

from __future__ import annotations

import logging
import random
import sqlite3
import time
from collections import Counter
from contextlib import closing
from importlib import resources
from typing import TYPE_CHECKING, Final, Literal

from bot.config import ownership
from bot.domain.ids import AccountId
from bot.errors import SchemaTooNewError, StoreDamagedError, StoreError, StoreFullError
from bot.i18n import _, shown, systems
from bot.store.connections import NAP, OVERWRITTEN, WITHOUT_FILES
from bot.store.failures import is_busy, translate
from bot.store.spelling import fold, tag, tagged
from bot.store.without_sealed import leave_out_sealed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable
    from pathlib import Path

log = logging.getLogger(__name__)

LEAST_SQLITE: Final = (3, 35, 0)
"""RETURNING came with it."""
PATIENCE: Final = 10.0
"""Seconds that another process's lock is waited for."""
FORMER: Final = 10
"""The last version of the former line. The present one counts on behind it, so that a program of then refuses its files
as too new."""
BEFORE_UPGRADE: Final = ".before-"
"""Behind the database's name stands that of the copy which a migration makes first, and then its number."""

_FOLDER: Final = resources.files("bot.store") / "migrations"

Engine = Literal["sqlite", "postgres"]


def migrations(engine: Engine = "sqlite") -> list[tuple[int, str]]:
    """(version, SQL) of every migration, in order: 0001 makes version 11. `NNNN_name.sql` is for both engines where
    there is no `NNNN_name.sqlite.sql` and `NNNN_name.postgres.sql`; PostgreSQL begins with a script of its own.
    """
    scripts = dict(_numbered(_FOLDER, engine))
    if engine == "postgres":
        ((first, script),) = _numbered(_FOLDER / "postgres", engine)
        scripts = {first: script} | {number: later for number, later in scripts.items() if number > first}
    return [(FORMER + number, script) for number, script in sorted(scripts.items())]


def former_migrations() -> list[tuple[int, str]]:
    """(version, SQL) of the former line."""
    return _numbered(_FOLDER / "former")


def _numbered(folder: Traversable, engine: Engine = "sqlite") -> list[tuple[int, str]]:
    names = sorted(entry.name for entry in folder.iterdir() if entry.name[:1].isdigit())
    ours = [name for name in names if name.count(".") == 1 or name.endswith(f".{engine}.sql")]
    return [(int(name.split("_")[0]), _script(folder, name)) for name in ours]


def _script(folder: Traversable, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")


def migrate(path: Path, patience: float = PATIENCE) -> None:
    """Create or update the file at `path`; blocking. A newer schema, or another program's file, is never touched."""
    try:
        ownership.make_folder(path.parent)
    except OSError as error:
        raise StoreFullError(
            _("{path} cannot be created ({reason}). Choose another DATABASE_URL.").format(
                path=path.parent, reason=shown(systems(error))
            )
        ) from error
    ownership.begin(path)
    try:
        with closing(sqlite3.connect(path, isolation_level=None, timeout=patience)) as connection:
            connection.execute(WITHOUT_FILES)
            # The references are looked at when all is done; what a table leaves behind is overwritten with zeros.
            connection.execute("PRAGMA foreign_keys = OFF")
            connection.execute(OVERWRITTEN)
            add_functions(connection)
            _check_sqlite(connection)
            if not _is_current(connection, path):
                _bring_up_to_date(connection, path)
                _name_orphans(connection)
            _keep_a_log(connection, patience)
    except sqlite3.Error as error:
        raise translate(error, path) from error


def _keep_a_log(connection: sqlite3.Connection, patience: float) -> None:
    """Of several processes that start at once each wants to change the mode; SQLite waits for none of the others there,
    because two that wait for each other would do so for ever.
    """
    until = time.monotonic() + patience
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.Error as error:
            if not is_busy(error) or time.monotonic() >= until:
                raise
            time.sleep(random.uniform(0, NAP))  # noqa: S311 - so that two do not meet again
        else:
            return


def create(path: Path, version: int) -> None:
    """A new file as it was at that version, for what was stored then."""
    scripts = former_migrations() if version <= FORMER else migrations()
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute(WITHOUT_FILES)
            add_functions(connection)
            for number, script in scripts:
                if number <= version:
                    for statement in _statements(script):
                        connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {version:d}")
    except sqlite3.Error as error:
        raise translate(error, path) from error


def add_functions(connection: sqlite3.Connection) -> None:
    """What the scripts ask of the program: how words are spelled in the index."""
    connection.create_function("folded", 1, _folded, deterministic=True)
    connection.create_function("indexed", 2, _indexed, deterministic=True)


def _folded(text: str | None) -> str:
    return fold(text or "")


def _indexed(account_id: int, text: str | None) -> str:
    return tagged(tag(AccountId(account_id)), _folded(text))


def _check_sqlite(connection: sqlite3.Connection) -> None:
    has_fts5 = connection.execute("SELECT sqlite_compileoption_used('ENABLE_FTS5')").fetchone()[0]
    if sqlite3.sqlite_version_info < LEAST_SQLITE or not has_fts5:
        raise StoreError(
            _("This Python's SQLite ({version}) is too old or lacks FTS5. Install a newer Python.").format(
                version=sqlite3.sqlite_version
            )
        )


def engine_version() -> str:
    return sqlite3.sqlite_version


def schema_version() -> int:
    """Of the databases that this Leadbell writes."""
    return migrations()[-1][0]


def is_current(path: Path) -> bool:
    """Whether the file is as this version has it; blocking."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            return _version(connection) == schema_version()
    except sqlite3.Error:
        return False


def _is_current(connection: sqlite3.Connection, path: Path) -> bool:
    newest = schema_version()
    present = _version(connection)
    if present > newest:
        raise SchemaTooNewError(
            _("{path} was written by a newer Leadbell (schema {present}, this one knows {newest}). Update Leadbell.")
            .format(path=path, present=present, newest=newest)
        )  # fmt: skip
    if not present and connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        raise StoreDamagedError(
            _("{path} is another program's database. Point DATABASE_URL at a new file.").format(path=path)
        )
    return present == newest


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _bring_up_to_date(connection: sqlite3.Connection, path: Path) -> None:
    # The lock first: of two processes that start at once, the second finds the work done, and its backup would be one
    # of the new schema.
    connection.execute("BEGIN IMMEDIATE")
    try:
        present = _version(connection)
        pending = [(version, script) for version, script in _line(present) if version > present]
        if present and pending:
            _back_up(path, path.with_name(f"{path.name}{BEFORE_UPGRADE}{pending[-1][0]:04}"))
        for version, script in pending:
            for statement in _statements(script):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {version:d}")
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


def _line(present: int) -> list[tuple[int, str]]:
    """What a database of this version, 0 for an empty one, has gone through and has before it."""
    if not 0 < present <= FORMER:
        return migrations()
    former = _FOLDER / "former"
    (version, first), *others = migrations()
    converted = "\n".join((_script(former, "aside.sql"), first, _script(former, "over.sql")))
    return [*former_migrations(), (version, converted), *others]


def _name_orphans(connection: sqlite3.Connection) -> None:
    """Rows whose reference leads nowhere and that no migration could mend. They do no harm; somebody should know."""
    found = Counter((row[0], row[2]) for row in connection.execute("PRAGMA foreign_key_check"))
    for (table, parent), number in sorted(found.items()):
        log.warning("%d rows of %s refer to rows of %s that are not there; they are left alone", number, table, parent)


def _statements(script: str) -> Iterator[str]:
    """One statement at a time: `executescript` would commit what came before."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement


def _back_up(path: Path, target: Path) -> None:
    """A consistent copy; a connection of its own, because the one that holds the lock may not copy."""
    unfinished = target.with_name(f"{target.name}.part")
    unfinished.unlink(missing_ok=True)
    with (
        closing(sqlite3.connect(path)) as source,
        closing(sqlite3.connect(unfinished, isolation_level=None)) as copy,
    ):
        copy.execute(WITHOUT_FILES)
        source.backup(copy)
        leave_out_sealed(copy)
    ownership.give(unfinished, path)
    unfinished.replace(target)
