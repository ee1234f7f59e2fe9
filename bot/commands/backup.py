"""`leadbell backup`, `restore` and `salvage`: the whole database as one file, and back."""

from __future__ import annotations

import asyncio
import glob
import threading
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import click

from bot import threads
from bot.clock import Clock
from bot.commands import terminal
from bot.commands.auditing import machine_user
from bot.config import addresses, ownership
from bot.errors import LeadbellError, StoreError
from bot.files import targets
from bot.i18n import _, grouped, ngettext
from bot.store import audit, backup, locks, migrate, readable, restore, salvage

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from bot.config import Settings
    from bot.store.restore import Replaced
    from bot.store.salvage import TableReport


async def copy(settings: Settings, path: Path, *, force: bool) -> bool:
    """The whole database into one file, as it is at this moment. True at the end."""
    source = _file(settings)
    restore.finish(source)
    terminal.must_exist(source)
    noted = await _note(settings, Clock().now())
    stop = threading.Event()
    with (
        terminal.stoppable(partial(terminal.untouched, path)),
        targets.replacing(path, source, force=force) as unfinished,
    ):
        with terminal.progress() as progress:
            bar = progress.add_task(_("backup"), total=None)

            def step(done: int, total: int) -> None:
                progress.update(bar, completed=done, total=total)

            await threads.in_thread(backup.copy, source, unfinished, step, stop.is_set, on_cancel=stop.set)
        await _note_end(settings, noted)
        ownership.give(unfinished, source)  # whoever runs the service has to read it to go back to it
        size = unfinished.stat().st_size
    click.echo(_("{path}: {size} bytes, checked.").format(path=path, size=grouped(size)))
    return True


def _file(settings: Settings) -> Path:
    if settings.database_file is None:
        raise LeadbellError(addresses.how_to_back_up())
    terminal.must_be_no_folder(settings.database_file)
    return settings.database_file


async def _note(settings: Settings, now: datetime) -> list[int]:
    """In the audit, as far as there is one: a copy of an old database, or from a full disk, is made all the same."""
    if not await asyncio.to_thread(migrate.is_current, settings.database_path):
        return []
    with suppress(StoreError):
        async with terminal.opened(settings) as (database, _account_id), database.transaction() as connection:
            return await audit.note_backup(connection, machine=machine_user(), now=now)
    return []


async def _note_end(settings: Settings, noted: list[int]) -> None:
    if not noted:
        return
    with suppress(StoreError):
        async with terminal.opened(settings) as (database, _account_id), database.transaction() as connection:
            await audit.end_backup(connection, noted)


async def put_back(settings: Settings, path: Path, *, clock: Clock | None = None) -> bool:
    """A backup in the database's place. True at the end."""
    database = _file(settings)
    _must_be_there(path)
    now = (clock or Clock()).now().astimezone(settings.timezone)
    stop = threading.Event()
    replaced: list[Replaced] = []

    def work() -> None:
        replaced.append(restore.restore(path, database, now, step, stop.is_set))

    with terminal.stoppable(lambda: _done(path, database, replaced)), terminal.progress() as progress:
        bar = progress.add_task(_("restore"), total=None)

        def step(done: int, total: int) -> None:
            progress.update(bar, completed=done, total=total)

        await threads.in_thread(work, on_cancel=stop.set)
    click.echo(_done(path, database, replaced))
    return True


def _must_be_there(path: Path) -> None:
    terminal.must_be_no_folder(path)
    if not path.is_file():
        raise LeadbellError(_("There is no file {path}. Name a file that leadbell backup made.").format(path=path))


def _done(path: Path, database: Path, replaced: list[Replaced]) -> str:
    """`replaced` is empty where nothing was done."""
    if not replaced:
        return _("{database} is as it was.").format(database=database)
    [was] = replaced
    said = [_("{database} now holds what {path} holds.").format(database=database, path=path)]
    if was.kept_as is not None:
        said.append(
            _(
                "What was there before is kept as {former}. Delete it when you need it no more: it holds buyers' data."
            ).format(former=was.kept_as)
        )
    if not was.is_whole:
        said.append(
            _(
                "What was there before is damaged: buyers who were forgotten since {path} was made may be back. "
                "Forget them again: leadbell forget PHONE"
            ).format(path=path)
        )
    return " ".join(said)


async def rescue(settings: Settings, path: Path, *, force: bool) -> bool:
    """What can be read of the database into the new file `path`; of `path` itself, if it is there, into one beside it.

    True at the end.
    """
    source, target = _from_and_to(_file(settings), path)
    stop = threading.Event()
    found: list[TableReport] = []
    with (
        terminal.stoppable(partial(terminal.untouched, target)),
        targets.replacing(target, source, force=force) as unfinished,
    ):
        with terminal.progress() as progress:
            bar = progress.add_task(_("salvage"), total=None)

            def step(done: int, total: int) -> None:
                progress.update(bar, completed=done, total=total)

            def work() -> None:
                found.extend(salvage.salvage(source, unfinished, step, stop.is_set))

            await threads.in_thread(work, on_cancel=stop.set)
        _tidy(unfinished)
        ownership.give(unfinished, _file(settings))
    for line in _counts(sorted(found, key=lambda one: one.name != "leads")):
        click.echo(line)
    click.echo(
        _("{target} holds what could be read of {source}. To go on with it: leadbell restore {target}").format(
            source=source, target=target
        )
    )
    return True


def _from_and_to(database: Path, path: Path) -> tuple[Path, Path]:
    source, target = database, path
    readable.confirm(path)
    if path.is_file():
        source, target = path, path.with_name(f"{path.stem}.salvaged{path.suffix}")
    restore.finish(source)
    terminal.must_exist(source)
    if locks.is_seen_in_use(source):
        raise LeadbellError(_("{path} is in use: stop Leadbell first, then try again.").format(path=source))
    return source, target


def _tidy(unfinished: Path) -> None:
    """A migration from an older version leaves a copy of what it began with: the damaged one is kept anyway."""
    for path in unfinished.parent.glob(f"{glob.escape(unfinished.name)}.before-*"):
        path.unlink()


def _counts(found: list[TableReport]) -> list[str]:
    """The leads, and whatever is not whole."""
    told = [_count(one) for one in found if one.name == "leads" or not one.is_whole]
    others = sum(one.is_whole and one.name != "leads" for one in found)
    last = ngettext("{n} other table: everything.", "{n} other tables: everything.", others).format(n=grouped(others))
    return [*told, *([last] if others else [])]


def _count(one: TableReport) -> str:
    text = ngettext("{table}: {n} row brought", "{table}: {n} rows brought", one.brought)
    if one.missing:
        text += ngettext(", {missing} is known to be missing", ", {missing} are known to be missing", one.missing)
    if one.pages:
        text += ngettext(", {pages} page cannot be read", ", {pages} pages cannot be read", one.pages)
    return (text + ".").format(
        table=one.name, n=grouped(one.brought), missing=grouped(one.missing), pages=grouped(one.pages)
    )
