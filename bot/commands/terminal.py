"""What the commands that somebody waits for share: the progress bar, Ctrl-C, and an account's database."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Final

from bot.errors import LeadbellError
from bot.i18n import _
from bot.store import accounts, engines, readable
from bot.team import accounts as team

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from rich.progress import Progress

    from bot.config import Settings
    from bot.domain.ids import AccountId
    from bot.store.database import Database


log = logging.getLogger(__name__)

GIVEN_UP_AFTER: Final = 9.0
"""Seconds that a clean stop may take; supervisors kill after 10."""


def must_exist(database: Path | None) -> None:
    """What is on a server says so itself."""
    if database is not None and not _is_there(database):
        raise LeadbellError(
            _("There is no database {path} yet. Run this where Leadbell runs, or set DATABASE_URL.").format(
                path=database
            )
        )


def _is_there(path: Path) -> bool:
    must_be_no_folder(path)
    return path.is_file()


def must_be_no_folder(path: Path) -> None:
    readable.confirm(path)  # of what may not be looked at, nobody can say what it is
    if path.is_dir():
        raise LeadbellError(_("{path} is a folder. Give the name of a file in it.").format(path=path))


def untouched(path: Path) -> str:
    if path.exists():
        return _("{path} is the one that was there before. Run it again for a new one.").format(path=path)
    return _("{path} was not written. Run it again.").format(path=path)


@asynccontextmanager
async def opened(
    settings: Settings, name: str = accounts.MAIN, *, may_begin: bool = False
) -> AsyncIterator[tuple[Database, AccountId]]:
    """Raises LeadbellError where there is no database: an empty one, begun in a wrong folder, would answer for the one
    that the service runs on. `may_begin` is for what fills it.
    """
    if not may_begin:
        must_exist(settings.database_file)
    async with engines.database(settings.database_url) as database:
        async with database.transaction() as connection:
            account_id = await accounts.open_account(connection) if name == accounts.MAIN else None
            account_id = account_id or await accounts.named(connection, name)
        if account_id is None:
            raise LeadbellError(_("There is no account {name}.").format(name=name))
        yield database, account_id


async def settings_of(files: Settings, name: str) -> Settings:
    """What the account's come to: those of the files and of the database. Raises LeadbellError."""
    if files.database_file is not None and name == accounts.MAIN and not _is_there(files.database_file):
        return files
    async with opened(files) as (database, _main):
        return await team.settings_of(database, files, name)


@contextmanager
def bar(title: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Yields what moves the bar on to so many."""
    with progress() as shown:
        task = shown.add_task(title, total=total)

        def advance(done: int) -> None:
            # What a sheet says of its size may be wrong.
            shown.update(task, completed=done, total=None if total is None else max(total, done))

        yield advance


def progress() -> Progress:
    """On a terminal only, and never in the way of what the command says."""
    from rich.console import Console  # noqa: PLC0415 - only here
    from rich.progress import Progress  # noqa: PLC0415

    return Progress(console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True)


def ends_anyway() -> None:
    """To be called when a signal asks for an end: whatever holds a clean one up, a thread at a hostile file or a locked
    database, the process is gone in time. A kill loses nothing that was stored.
    """
    timer = threading.Timer(GIVEN_UP_AFTER, _give_up)
    timer.daemon = True
    timer.start()


def _give_up() -> None:
    log.critical("a clean stop took longer than %g s: ended without it", GIVEN_UP_AFTER)
    os._exit(1)


@contextmanager
def stoppable(kept: Callable[[], str]) -> Iterator[None]:
    """SIGTERM ends a command as Ctrl-C does, so that no unfinished file stays behind. `kept` says what remains of it.

    It is not passed on as SIGINT: that is ignored in what a shell runs in the background.
    """
    try:
        with _terminable():
            yield
    except asyncio.CancelledError:
        raise LeadbellError(_("Stopped. {kept}").format(kept=kept())) from None


@contextmanager
def _terminable() -> Iterator[None]:
    command = asyncio.current_task()
    if threading.current_thread() is not threading.main_thread() or command is None:
        yield
        return
    loop = asyncio.get_running_loop()

    def stop(*_signal: object) -> None:
        ends_anyway()
        loop.call_soon_threadsafe(command.cancel)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
