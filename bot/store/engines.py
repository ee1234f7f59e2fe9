"""Which engine an address asks for. Nothing of PostgreSQL's is imported before it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.config import addresses
from bot.config.extras import Extra, how_to_add
from bot.errors import StoreRefusedError
from bot.i18n import _
from bot.store.sqlite import SqliteDatabase

if TYPE_CHECKING:
    from bot.store.connections import OnStatement
    from bot.store.database import Database


def database(url: str, *, on_statement: OnStatement | None = None) -> Database:
    """Not yet open."""
    if not addresses.is_postgres(url):
        return SqliteDatabase(addresses.database_path(url), on_statement=on_statement)
    try:
        from bot.store.postgres.database import PostgresDatabase  # noqa: PLC0415
    except ImportError as error:
        raise StoreRefusedError(
            _("PostgreSQL needs psycopg, which is not installed: {command}").format(command=how_to_add(Extra.POSTGRES))
        ) from error
    return PostgresDatabase(url, on_statement=on_statement)
