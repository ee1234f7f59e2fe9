"""Brings a database on PostgreSQL up to date at start: the same numbers as SQLite's files, in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot.errors import SchemaTooNewError, StoreRefusedError
from bot.i18n import _
from bot.store.migrate import migrations

if TYPE_CHECKING:
    from psycopg import AsyncConnection

LEAST_SERVER: Final = 14
LOCK: Final = 4_815_309_182
"""The key of the advisory lock under which one process at a time changes the schema."""

FACTS: Final = """
    SELECT pg_is_in_recovery(), current_setting('server_encoding'), to_regclass('schema_version') IS NOT NULL,
        EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r')
"""
VERSION: Final = "SELECT version FROM schema_version"
NOTE: Final = """
    CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL);
    DELETE FROM schema_version;
    INSERT INTO schema_version (version) VALUES ({version:d})
"""


async def migrate(connection: AsyncConnection[Any], name: str) -> None:
    """A newer schema, another program's database or a server that is too old is never touched."""
    _check_server(connection, name)
    line = migrations("postgres")
    if await _version(connection, name) == line[-1][0]:
        return
    async with connection.transaction():
        # The limits are for what people wait for.
        await connection.execute("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0")
        # Of two processes that start at once, the second finds the work done.
        await connection.execute(f"SELECT pg_advisory_xact_lock({LOCK:d})")
        present = await _version(connection, name)
        for version, script in line:
            if version > present:
                await connection.execute(script.encode())
                await connection.execute(NOTE.format(version=version).encode())


def _check_server(connection: AsyncConnection[Any], name: str) -> None:
    version = connection.info.server_version // 10_000
    if version < LEAST_SERVER:
        raise StoreRefusedError(
            _("The database {name} is on PostgreSQL {version}. Leadbell needs {least} or newer.").format(
                name=name, version=version, least=LEAST_SERVER
            )
        )


async def _version(connection: AsyncConnection[Any], name: str) -> int:
    """0 for an empty database."""
    found = await (await connection.execute(FACTS)).fetchone()
    is_standby, encoding, is_ours, has_tables = found or (False, "", False, False)
    if is_standby:
        raise StoreRefusedError(
            _(
                "The database {name} is a standby, which can only be read. Let DATABASE_URL name the server that is "
                "written to."
            ).format(name=name)
        )
    if encoding != "UTF8":
        raise StoreRefusedError(
            _(
                "The database {name} keeps its text as {encoding}, which lacks letters that buyers use. Make one with "
                "CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0."
            ).format(name=name, encoding=encoding)
        )
    if not is_ours:
        if has_tables:
            raise StoreRefusedError(
                _("The database {name} is another program's. Let DATABASE_URL name an empty one.").format(name=name)
            )
        return 0
    row = await (await connection.execute(VERSION)).fetchone()
    present, newest = (row[0] if row else 0), migrations("postgres")[-1][0]
    if present > newest:
        raise SchemaTooNewError(
            _("{path} was written by a newer Leadbell (schema {present}, this one knows {newest}). Update Leadbell.")
            .format(path=name, present=present, newest=newest)
        )  # fmt: skip
    return int(present)
