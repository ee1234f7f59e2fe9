"""`leadbell setup` in the terminal or the browser."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

import click

from bot.commands.setup import flow
from bot.commands.setup.answers import Answers
from bot.commands.setup.terminal import Terminal
from bot.config.layers import here
from bot.i18n import _

if TYPE_CHECKING:
    from bot.commands.setup.dialogue import Dialogue


async def in_terminal() -> bool:
    return await _asked(Terminal())


async def _asked(dialogue: Dialogue) -> bool:
    folder = here()
    answers = Answers(os.environ, folder)
    try:
        return await flow.run(dialogue, answers, folder)
    except (KeyboardInterrupt, asyncio.CancelledError):
        click.echo()
        click.echo(
            _("What was answered stands in {path}. “leadbell setup” goes on from there.").format(path=answers.file.path)
        )
        raise


async def in_browser() -> bool:
    from bot.commands.setup.page import asked_in_browser  # noqa: PLC0415 - only here

    return await asked_in_browser(_asked)
