"""Options and arguments that several commands have."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import click

from bot.commands.entry import Commands
from bot.i18n import N_, _

LONGEST_DAYS: Final = 365
"""IndiaMART keeps leads no longer."""

with_commands: Final = click.make_pass_decorator(Commands, ensure=True)
"""A test's stand-in is given as click's `obj`."""

FILE: Final = click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
ACCOUNT: Final = click.option(
    "--account", metavar="NAME", default="main", show_default=True, help=N_("Of which seller.")
)
FORCE: Final = click.option("--force", is_flag=True, help=N_("Replace a file that is there already."))


def put_into_words(command: click.Command) -> None:
    """What each command and option says of itself, in the language spoken here; once, at the process's start."""
    command.help, command.epilog = command.help and _(command.help), command.epilog and _(command.epilog)
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.help:
            parameter.help = _(parameter.help)
    for one in command.commands.values() if isinstance(command, click.Group) else ():
        put_into_words(one)


class DaysType(click.ParamType[int]):
    """A number of days, or a length of time in whole days."""

    name = "days"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        from bot.domain import durations  # noqa: PLC0415 - `leadbell --help` need not wait for it

        typed = str(value).strip()
        length = durations.read(f"{typed}d" if typed.isdecimal() else typed)
        if isinstance(length, durations.DurationProblem):
            self.fail(durations.refusal(length, f"“{typed}”"), param, ctx)
        if length % timedelta(days=1) or not 1 <= length.days <= LONGEST_DAYS:
            self.fail(_("“{text}” is not from 1 to 365 whole days.").format(text=typed), param, ctx)
        return length.days
