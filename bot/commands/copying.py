"""`leadbell copy`: the whole database into one of the other kind."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

import click

from bot.clock import Clock
from bot.commands import terminal
from bot.commands.auditing import machine_user
from bot.config import addresses
from bot.config.values import BadValueError
from bot.errors import LeadbellError, StoreRefusedError
from bot.i18n import _, grouped, ngettext
from bot.store import audit, copying, engines, locks

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.config import Settings
    from bot.store.connections import Connection
    from bot.store.database import Database


async def run(settings: Settings, address: str) -> bool:
    """True at the end."""
    target = _target(settings.database_url, address)
    if not addresses.is_postgres(settings.database_url):
        terminal.must_exist(settings.database_path)
    for url in (settings.database_url, target):
        _must_be_free(url)
    with terminal.stoppable(lambda: _("The new database is empty, as before. Run it again.")):
        async with engines.database(settings.database_url) as source, _opened(target) as empty:
            rows = await _copied(source, empty)
    click.echo(
        ngettext("{rows} row, counted and compared.", "{rows} rows, counted and compared.", rows).format(
            rows=grouped(rows)
        )
        + " "
        + _("Now let DATABASE_URL name the new database, and keep SECRET_KEY: keys and tokens are encrypted with it.")
    )
    return True


@asynccontextmanager
async def _opened(target: str) -> AsyncIterator[Database]:
    """What is refused of the address that was typed is no fault of the settings."""
    async with AsyncExitStack() as held:
        try:
            empty = await held.enter_async_context(engines.database(target))
        except StoreRefusedError as error:
            name = addresses.server_name(target) if addresses.is_postgres(target) else target
            raise LeadbellError(
                _("To {database} nothing was copied. {why}").format(database=name, why=error)
            ) from error
        yield empty


def _target(source: str, address: str) -> str:
    try:
        target = addresses.database_url(address)
    except BadValueError as error:
        raise LeadbellError(_("This is no address of a database: {why}").format(why=error)) from None
    if addresses.is_postgres(target) == addresses.is_postgres(source):
        raise LeadbellError(
            _("Both are on PostgreSQL: pg_dump and pg_restore bring one over (docs/postgres.md).")
            if addresses.is_postgres(target)
            else _("Both are files of SQLite: leadbell backup FILE makes a copy, leadbell restore FILE puts it back.")
        )
    return target


def _must_be_free(url: str) -> None:
    """A file of SQLite; of PostgreSQL it is asked once it is open."""
    if addresses.is_postgres(url):
        return
    path = addresses.database_path(url)
    terminal.must_be_no_folder(path)
    if locks.is_seen_in_use(path):
        raise LeadbellError(_in_use(str(path)))


def _in_use(name: str) -> str:
    return _("{path} is in use: stop Leadbell first, then try again.").format(path=name)


async def _copied(source: Database, target: Database) -> int:
    async with source.transaction() as old, target.transaction() as new:
        for database, connection in ((source, old), (target, new)):
            if await copying.is_in_use(connection):
                raise LeadbellError(_in_use(database.name))
        if await copying.is_full(new):
            raise LeadbellError(
                _(
                    "{database} holds accounts or leads already, and nothing was changed in it. Name an empty "
                    "database: a new one, or this one after it was dropped and made again."
                ).format(database=target.name)
            )
        await audit.note_backup(old, machine=machine_user(), now=Clock().now())
        return await _with_bar(old, new)


async def _with_bar(old: Connection, new: Connection) -> int:
    found = await copying.tables(new if old.is_postgres else old)
    done = 0
    with terminal.bar(_("copy"), await copying.steps(old, found)) as advance:

        def step(rows: int) -> None:
            nonlocal done
            done += rows
            advance(done)

        return await copying.copy(old, new, found, step)
