"""`leadbell account …` on the command line. What each does is in `bot.commands.accounts`."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from bot.commands import exit_codes
from bot.commands.options import with_commands
from bot.i18n import N_, _

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from bot.commands.entry import Commands
    from bot.config import Settings

_NAME: Final = click.argument("name", metavar="NAME")
_WORDS: Final = "[SETTING=VALUE]..."


def _finish(work: Callable[[Settings], Coroutine[Any, Any, bool]], advice: str = "") -> None:
    """`main` has to be whole: the others are made with it."""
    if not exit_codes.finish_beside(exit_codes.load_beside(), work, advice=advice):
        sys.exit(exit_codes.FAILED)


@click.group(
    help=N_("Further sellers in the same service: add, list, show, set, pause, resume, remove."),
    epilog=N_("A running service follows within 5 seconds. main is the seller of .env."),
)
def account() -> None: ...


@account.command("list", help=N_("Every account, and whether it is served."))
@with_commands
def list_(commands: Commands) -> None:
    _finish(commands.accounts)


@account.command(
    help=N_("Add a seller; in a terminal what is missing is asked for, and each answer tried."),
    epilog=N_(
        'For example: leadbell account add surat "TELEGRAM_CHAT_ID=-1001234567890". What is left out is as for a new '
        "set-up; only the bot is main's, unless TELEGRAM_BOT_TOKEN names another."
    ),
)
@_NAME
@click.argument("words", metavar=_WORDS, nargs=-1)
@with_commands
def add(commands: Commands, name: str, words: tuple[str, ...]) -> None:
    advice = _("“leadbell account add {name}” asks for what is needed, and tries each answer.")
    _finish(lambda settings: commands.add_account(settings, name, words), advice.format(name=shlex.quote(name)))


@account.command(help=N_("Every setting of an account, and where it stands; secrets as ***."))
@_NAME
@with_commands
def show(commands: Commands, name: str) -> None:
    _finish(lambda settings: commands.show_account(settings, name))


@account.command(
    "set",
    help=N_("Change settings of an account; one without a value is taken out."),
    epilog=N_("Each change is noted, with the machine's user. For main it counts until .env itself is changed."),
)
@_NAME
@click.argument("words", metavar=_WORDS, nargs=-1, required=True)
@with_commands
def set_(commands: Commands, name: str, words: tuple[str, ...]) -> None:
    _finish(lambda settings: commands.set_account(settings, name, words), _("Nothing was changed."))


@account.command(help=N_("Fetch and post nothing for an account until it is resumed; who asks is told so."))
@_NAME
@with_commands
def pause(commands: Commands, name: str) -> None:
    _finish(lambda settings: commands.pause_account(settings, name, ends=False))


@account.command(help=N_("End a pause."))
@_NAME
@with_commands
def resume(commands: Commands, name: str) -> None:
    _finish(lambda settings: commands.pause_account(settings, name, ends=True))


@account.command(
    help=N_("Write an account's leads into a file, then erase all that is kept of it."),
    epilog=N_("Asks first. The service may run meanwhile. After an interruption the same command goes on."),
)
@_NAME
@click.option(
    "--export", "path", metavar="FILE", type=click.Path(path_type=Path), help=N_("The file: CSV, XLSX, JSONL.")
)
@click.option("--yes", "is_sure", is_flag=True, help=N_("Do not ask."))
@with_commands
def remove(commands: Commands, name: str, *, path: Path | None, is_sure: bool) -> None:
    _finish(
        lambda settings: commands.remove_account(settings, name, path=path, is_sure=is_sure),
    )
