"""`leadbell export`: a file out, with a progress bar, beside a running service."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING

import click

from bot import threads
from bot.clock import Clock
from bot.commands import terminal
from bot.commands.auditing import machine_user
from bot.domain import spans
from bot.errors import LeadbellError
from bot.files import targets, writing
from bot.i18n import _, grouped, ngettext
from bot.lookup.exports import Exports
from bot.store.accounts import MAIN

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from bot.config import Settings
    from bot.files.writing import Writer


async def export_file(
    settings: Settings,
    path: Path,
    *,
    since: str | None,
    until: str | None,
    force: bool,
    account: str = MAIN,
    clock: Clock | None = None,
) -> bool:
    """Leads of a span of time into a file, which appears whole or not at all. True at the end."""
    writing.check(path)
    low, high = _span(settings, since, until, (clock or Clock()).now())
    terminal.must_exist(settings.database_file)
    with (
        terminal.stoppable(partial(terminal.untouched, path)),
        targets.replacing(path, settings.database_file, force=force) as unfinished,
    ):
        async with terminal.opened(settings, account) as (database, account_id):
            exports = Exports(database, account_id, since=low, until=high)
            total = await exports.count()
            writing.check_size(path, total)
            await exports.note(machine_user(), (clock or Clock()).now())
            with writing.opened(unfinished, path.suffix, settings.timezone) as writer:
                with terminal.bar(_("export"), total) as advance:
                    written = await _take(exports, writer, advance)
                await _finish(writer)
    click.echo(
        ngettext("{path}: {written} lead.", "{path}: {written} leads.", written).format(
            path=path, written=grouped(written)
        )
    )
    return True


async def _finish(writer: Writer) -> None:
    stop = threading.Event()
    with terminal.progress() as progress:
        progress.add_task(_("pack"), total=None)
        await threads.in_thread(writer.finish, stop.is_set, on_cancel=stop.set)


async def _take(exports: Exports, writer: Writer, advance: Callable[[int], None]) -> int:
    written = 0
    async for stretch in exports.stretches():
        await threads.in_thread(writer.write, [(one.stored, one.note) for one in stretch])
        written += len(stretch)
        advance(written)
    return written


def _span(
    settings: Settings, since: str | None, until: str | None, now: datetime
) -> tuple[datetime | None, datetime | None]:
    low = None if since is None else spans.since(since, now, settings.timezone)
    high = None if until is None else spans.until(until, now, settings.timezone)
    if low is not None and high is not None and low >= high:
        raise LeadbellError(_("--since is later than --until: no lead can lie between."))
    return low, high
