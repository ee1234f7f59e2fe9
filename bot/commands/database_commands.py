"""The commands about the whole database: `backup`, `restore`, `salvage`, `copy`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from bot.commands import exit_codes
from bot.commands.options import FILE, FORCE, with_commands
from bot.i18n import N_

if TYPE_CHECKING:
    from pathlib import Path

    from bot.commands.entry import Commands


@click.command(
    help=N_("Copy the whole database into one file, while the service goes on."),
    epilog=N_('The copy is checked. To go back to it, stop the service and run "leadbell restore FILE".'),
)
@FILE
@FORCE
@with_commands
def backup(commands: Commands, path: Path, *, force: bool) -> None:
    exit_codes.finish_transfer(lambda settings: commands.backup(settings, path, force=force))


@click.command(
    help=N_("Put a backup in the place of the database; the service has to be stopped."),
    epilog=N_(
        "The backup is checked first, and brought up to date if an older Leadbell made it. What was there is kept "
        "under a dated name beside the database. Run it where the service runs: in its container, if it has one."
    ),
)
@FILE
@with_commands
def restore(commands: Commands, path: Path) -> None:
    exit_codes.finish_transfer(lambda settings: commands.restore(settings, path))


@click.command(
    help=N_("Bring what can be read of a damaged database into a new file."),
    epilog=N_(
        "The damaged file is only read. What is missing is counted, table by table. If FILE is there already, it is "
        "the damaged one, and the new file stands beside it."
    ),
)
@FILE
@FORCE
@with_commands
def salvage(commands: Commands, path: Path, *, force: bool) -> None:
    exit_codes.finish_transfer(lambda settings: commands.salvage(settings, path, force=force))


@click.command(
    "copy",
    help=N_("Copy the whole database into an empty one of the other kind, SQLite or PostgreSQL."),
    epilog=N_(
        "From the one of DATABASE_URL to that of URL, with the service stopped. Each table is counted and compared; "
        "what was there stays as it is. Others on this machine see what is typed: a password may stand in PGPASSWORD "
        "instead, or in ~/.pgpass."
    ),
)
@click.argument("address", metavar="URL")
@with_commands
def copy_database(commands: Commands, address: str) -> None:
    exit_codes.finish_transfer(lambda settings: commands.copy(settings, address), to=address)


COMMANDS: Final = (backup, restore, salvage, copy_database)
