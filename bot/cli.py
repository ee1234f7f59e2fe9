"""The command line: commands and exit codes. What the commands do is in `bot.commands`, loaded only when one runs."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from bot.commands import account_group, database_commands, exit_codes, version
from bot.commands.options import ACCOUNT, FILE, FORCE, DaysType, with_commands
from bot.i18n import N_

if TYPE_CHECKING:
    from bot.commands.entry import Commands
    from bot.config import Settings

PRIVATE: Final = 0o077
"""The umask of every command: database, backups, exports and whatever else is written hold buyers' data, and are for
whoever runs Leadbell alone. Windows keeps files apart by who owns their folder.
"""

_HELP: Final = N_(
    "Brings IndiaMART leads into your sales team's Telegram group.\n\n"
    'Try it first: "leadbell demo" needs no account and no key. Then "leadbell setup" asks for what is needed, and '
    '"leadbell run" starts the service.'
)


@click.group(help=_HELP, context_settings={"help_option_names": ["-h", "--help"]})
@version.options
def main() -> None:
    os.umask(PRIVATE)


@main.command(help=N_("Start the service; Ctrl-C stops it."))
@with_commands
def run(commands: Commands) -> None:
    with exit_codes.stopped_by_sigterm():
        settings = _loaded()
        exit_codes.finish(commands.run(settings), settings.database_url)


def _loaded() -> Settings:
    """Of the service; what it is to be warned of is said."""
    loaded = exit_codes.load()
    settings = loaded.settings
    exit_codes.log(settings.log_level, settings.log_format, settings.secrets)
    for warning in loaded.warnings:
        # Whoever asked for JSON reads every line as an object.
        if settings.log_format == "json":
            logging.getLogger(__name__).warning("%s", warning)
        else:
            click.echo(warning, err=True)
    return settings


@main.command(help=N_("Try everything in the browser, without account, key or network."))
@click.option("--port", type=click.IntRange(0, 65535), help=N_("Port of the chat page."))
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help=N_("Address to listen on; 0.0.0.0 lets your phone in, and everybody else in your network."),
)
@click.option(
    "--name",
    "names",
    multiple=True,
    help=N_("Another name or address that the page is opened under, such as that of a container's machine."),
)
@with_commands
def demo(commands: Commands, port: int | None, host: str, names: tuple[str, ...]) -> None:
    exit_codes.log("warning", "text", ())
    with exit_codes.stopped_by_sigterm():
        exit_codes.finish(commands.demo(port=port, host=host, names=names))


@main.command(help=N_("Ask in the terminal for what is needed, try each answer, and write it into .env."))
@click.option("--web", is_flag=True, help=N_("Ask in the browser of this machine instead."))
@with_commands
def setup(commands: Commands, *, web: bool) -> None:
    exit_codes.log("error", "text", ())
    if not exit_codes.finish(commands.setup(web=web)):
        sys.exit(exit_codes.FAILED)


@main.command(help=N_("Check settings, database and access; find the group."))
@click.option("--post", is_flag=True, help=N_("Also post a test card, and wait until somebody presses its button."))
@click.option("--account", metavar="NAME", help=N_("Of this seller only."))
@with_commands
def check(commands: Commands, *, post: bool, account: str | None) -> None:
    loaded = exit_codes.load(exit_codes.FIRST_STEPS)
    settings = loaded.settings
    if settings.is_chat_known:
        loaded = exit_codes.load()
    exit_codes.log("debug" if settings.log_level == "debug" else "warning", settings.log_format, settings.secrets)
    if not exit_codes.finish(commands.check(loaded, post=post, account=account), settings.database_url):
        sys.exit(exit_codes.FAILED)


@main.command(help=N_("Fetch history from IndiaMART, inside its call budget; the group gets only a short list."))
@click.option(
    "--days",
    type=DaysType(),
    required=True,
    help=N_("How far back: 30, or 30d, 4w, 6mo, 1y; IndiaMART keeps 365 days."),
)
@ACCOUNT
@with_commands
def backfill(commands: Commands, days: int, account: str) -> None:
    settings = exit_codes.load_beside(frozenset({"TELEGRAM_CHAT_ID"}))
    exit_codes.finish_beside(settings, lambda own: commands.backfill(own, days=days, account=account), account)


@main.command(
    "import",
    help=N_("Store the leads of a CSV, XLSX, XLS, ODS, JSON or JSONL file, without posting them."),
    epilog=N_(
        "Columns are what people write (Mobile No., Customer, Requirement), IndiaMART's own fields, or those of an "
        "export; of a workbook every sheet with such a heading is read. What is known is skipped; each row, column and "
        "sheet that is not read is named. Remarks become notes; status and owner are not read: imported leads are "
        "unclaimed. The service may run meanwhile. What an interrupted import has stored stays, and a second one goes "
        "on from it. The exit code is 1 if nothing was imported."
    ),
)
@FILE
@click.option(
    "--dry-run", "dry", is_flag=True, help=N_("Show what the columns mean and the first rows; store nothing.")
)
@click.option(
    "--map",
    "columns",
    metavar='"HEADING=FIELD"',
    multiple=True,
    help=N_('Name a column: "Contact No=mobile". Repeatable.'),
)
@click.option("--strict", is_flag=True, help=N_("Exit code 1 also if rows were left out."))
@ACCOUNT
@with_commands
def import_leads(
    commands: Commands, path: Path, *, columns: tuple[str, ...], dry: bool, strict: bool, account: str
) -> None:
    exit_codes.finish_transfer(
        lambda own: commands.import_leads(own, path, columns=columns, dry=dry, strict=strict, account=account), account
    )


@main.command(
    "export",
    help=N_("Write the leads, and what the team did, to a CSV, XLSX or JSONL file."),
    epilog=N_(
        "The oldest first, times in TIMEZONE. In CSV a text that a spreadsheet would run as a formula gets an "
        "apostrophe before it, phones too; import takes it away again. The file appears whole, or not at all."
    ),
)
@FILE
@click.option(
    "--since", metavar="DAY", help=N_("Enquired from this day on: 2026-01-31, or how long ago: 12h, 30d, 2w, 3mo, 1y.")
)
@click.option("--until", metavar="DAY", help=N_("Enquired up to this day, the day included."))
@FORCE
@ACCOUNT
@with_commands
def export_leads(
    commands: Commands, path: Path, *, since: str | None, until: str | None, force: bool, account: str
) -> None:
    span = {"since": since, "until": until}
    exit_codes.finish_transfer(
        lambda settings: commands.export_leads(settings, path, **span, force=force, account=account), account
    )


@main.command(
    help=N_("Say what runs on this database: processes, bots, accounts, how late each is, and what waits."),
    epilog=N_("The exit code is 1 if nothing runs, or a bot has no process."),
)
@click.option("--json", "is_json", is_flag=True, help=N_("For programs, with every account."))
@with_commands
def status(commands: Commands, *, is_json: bool) -> None:
    exit_codes.finish_transfer(lambda settings: commands.status(settings, is_json=is_json))


@main.command(
    help=N_("Say who was shown which buyer's number, and when; what is older than 400 days is forgotten."),
    epilog=N_(
        "The latest first. With NUMBERS=open a card in the group is one line: the team saw it. Who sees the same in "
        "the same way again within the hour makes no further line."
    ),
)
@click.option("--person", metavar="NAME", help=N_("A name or @username, or the machine's user."))
@click.option("--lead", metavar="N", type=click.IntRange(1), help=N_("A lead's number, as in #1234."))
@click.option(
    "--since", metavar="DAY", help=N_("From this day on: 2026-01-31, or how long ago: 12h, 30d, 2w, 3mo, 1y.")
)
@click.option(
    "--breach", is_flag=True, help=N_("List the buyers whose data was there to be seen since then, with their numbers.")
)
@ACCOUNT
@with_commands
def audit(
    commands: Commands, *, person: str | None, lead: int | None, since: str | None, breach: bool, account: str
) -> None:
    if breach:
        exit_codes.finish_transfer(lambda settings: commands.breach(settings, since=since, account=account), account)
        return
    exit_codes.finish_transfer(
        lambda settings: commands.audit(settings, person=person, lead=lead, since=since, account=account), account
    )


@main.command(
    help=N_("Write all that is kept about a buyer into buyer.html and buyer.json."),
    epilog=N_("For a buyer who asks. It is noted in the audit. The service may run meanwhile."),
)
@click.argument("contact", metavar="PHONE")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=Path(),
    help=N_("Where the files go; here, if left out."),
)
@FORCE
@ACCOUNT
@with_commands
def buyer(commands: Commands, contact: str, *, folder: Path, force: bool, account: str) -> None:
    exit_codes.finish_transfer(
        lambda settings: commands.tell_buyer(settings, contact, folder=folder, account=account, force=force)
    )


@main.command(
    help=N_("Forget a buyer who wishes it: by phone number, e-mail address, or a lead's number as '#1234'."),
    epilog=N_(
        "Says first what is kept, and asks. The buyer vanishes at once from every list, search, export and later "
        "backup, and the service takes name, number and message off the cards. What is kept apart for the law is "
        "overwritten after a year (later if RETENTION is longer), or now. The service may run meanwhile."
    ),
)
@click.argument("contact", metavar="PHONE")
@click.option("--now", "is_urgent", is_flag=True, help=N_("Overwrite everything at once, also of an earlier wish."))
@click.option("--yes", "is_sure", is_flag=True, help=N_("Do not ask."))
@ACCOUNT
@with_commands
def forget(commands: Commands, contact: str, *, is_urgent: bool, is_sure: bool, account: str) -> None:
    exit_codes.finish_transfer(
        lambda settings: commands.forget(settings, contact, is_urgent=is_urgent, is_sure=is_sure, account=account),
        account,
    )


main.add_command(account_group.account)
for command in database_commands.COMMANDS:
    main.add_command(command)
