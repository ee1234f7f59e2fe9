"""`leadbell account remove`: asks, ends the service, writes what there is, erases. Killed, it goes on when repeated."""

from __future__ import annotations

import asyncio
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from bot.clock import Clock
from bot.commands import exporting, terminal
from bot.commands.accounts.changing import found
from bot.errors import LeadbellError, StoreBusyError
from bot.files import writing
from bot.i18n import _, grouped
from bot.intake.key_check import ALIVE
from bot.store import accounts, leads, removal, runs
from bot.store.accounts import MAIN

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.domain.ids import AccountId
    from bot.store.database import Database

LOOK_EVERY: Final = 0.5
"""Seconds between looks at whether the running service has let go of it."""


async def remove(files: Settings, name: str, *, path: Path | None, is_sure: bool, clock: Clock | None = None) -> bool:
    """True at the end: nothing of the account is left."""
    clock = clock or Clock()
    if name == MAIN:
        raise LeadbellError(_("main is what the files describe, and cannot be removed. Pause it, if it is not wanted."))
    async with terminal.opened(files) as (database, _main):
        async with database.reading() as connection:
            one = await found(connection, files, name)
        account_id, settings = one.stored.account_id, one.settings or files
        rows, path = await removal.left(database, account_id), path or _default(name, clock)
        if not one.stored.is_removed or await _has_leads(database, account_id):
            _must_be_new(path)
    if not one.stored.is_removed and not is_sure and not _confirmed(name, rows):
        click.echo(_("Nothing was changed."))
        return False
    with terminal.stoppable(lambda: _("The same command brings the removal to its end.")):
        async with terminal.opened(files) as (database, _main):
            async with database.transaction() as connection:
                await accounts.remove(connection, account_id, clock.now())
            await _let_go(database, account_id, clock)
            has_leads = await _has_leads(database, account_id)
    # Only now nothing more comes. A run that was killed before, or while it erased, has left what is to be written.
    if has_leads or not one.stored.is_removed:
        await exporting.export_file(settings, path, since=None, until=None, force=False, account=name)
    with terminal.stoppable(lambda: _("The same command brings the removal to its end.")):
        async with terminal.opened(files) as (database, _main):
            return await _erased(database, account_id, name)


async def _has_leads(database: Database, account_id: AccountId) -> bool:
    async with database.reading() as connection:
        return await leads.number(connection, account_id) > 0


def _must_be_new(path: Path) -> None:
    """Said before anything is changed: what is exported is erased afterwards, so that no file is written over."""
    writing.check(path)
    if not path.parent.is_dir():
        raise LeadbellError(
            _("There is no folder {folder}. Make it, or choose another place.").format(folder=path.parent)
        )
    if path.exists():
        raise LeadbellError(
            _("{path} is there already. Name another file with --export, or move it away first.").format(path=path)
        )


def _default(name: str, clock: Clock) -> Path:
    """Letters, the signs that belong to them (a vowel's in an Indian script is no letter of its own), and digits."""
    bare = "".join(character if unicodedata.category(character)[0] in "LMN" else "-" for character in name)
    return Path(f"leadbell-{bare}-{clock.now():%Y-%m-%d-%H%M%S}.csv")


def _confirmed(name: str, rows: int) -> bool:
    said = _(
        "The account {name}: its leads are written into a file, then all {rows} rows of it are erased. What is in "
        "Telegram stays there. It cannot be undone."
    )
    click.echo(said.format(name=name, rows=grouped(rows)))
    try:
        return click.confirm(_("Remove it?"), default=False)
    except click.Abort:  # Ctrl-C, or nobody is there to answer
        click.echo()
        raise LeadbellError(_("Nothing was changed. Without a terminal, add --yes.")) from None


async def _let_go(database: Database, account_id: AccountId, clock: Clock) -> None:
    """A running service says so; one that was killed is waited for until it must be gone."""
    is_told = False
    while True:
        async with database.reading() as connection:
            is_let_go = await accounts.is_let_go(connection, account_id)
            beat_at = await runs.latest_beat(connection)
        if is_let_go or beat_at is None or abs(clock.now() - beat_at) >= ALIVE:
            return
        if not is_told:
            click.echo(_("Waiting for the running service to let go of it …"), err=True)
            is_told = True
        await asyncio.sleep(LOOK_EVERY)


async def _erased(database: Database, account_id: AccountId, name: str) -> bool:
    done = 0
    with terminal.bar(_("erase"), await removal.left(database, account_id)) as advance:
        try:
            async for number in removal.erase(database, account_id):
                done += number
                advance(done)
        except StoreBusyError:
            raise LeadbellError(
                _("Another program is reading the database. Run this again: it goes on where it stands.")
            ) from None
    click.echo(_("Nothing is left of the account {name}.").format(name=name))
    return True
