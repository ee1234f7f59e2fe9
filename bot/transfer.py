"""`leadbell import`, `export` and `backup`: files in and out, with a progress bar, beside a running service."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from contextlib import ExitStack, aclosing, asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, Final

import click

from bot.clock import Clock
from bot.errors import LeadbellError
from bot.files import apart, reading, targets, writing
from bot.i18n import _, ngettext
from bot.services import spans
from bot.services.exports import Exports
from bot.services.imports import Imports
from bot.store import accounts, backup
from bot.store.database import Database

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Iterator, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from rich.progress import Progress

    from bot.config import Settings
    from bot.files.apart import Reader
    from bot.files.reading import BadRow, Part, Source
    from bot.files.writing import Writer
    from bot.models import AccountId
    from bot.services.imports import Tally

PART: Final = 1_000
"""Rows to a transaction: some tenths of a second in which a claim in the group waits."""
NAMED: Final = 20
"""Bad rows that are named; the others are counted."""


async def bring(settings: Settings, path: Path, clock: Clock | None = None) -> bool:
    """Leads from a file into the database. What is committed stays if anything ends it early; run again, it goes on.

    True at the end: a command that was interrupted has none.
    """
    with _stoppable(), ExitStack() as stack:
        source = await asyncio.to_thread(stack.enter_context, _source(path, settings.timezone))
        async with _opened(settings) as (database, account_id):
            imports = Imports(database, account_id, clock or Clock())
            bad: list[BadRow] = []
            try:
                with _bar(_("import"), source.size) as advance:
                    await _bring(source, imports, bad, advance)
            finally:
                _tell_bad(source, bad, imports.tally)
                click.echo(_summary(imports.tally, settings.database_path))
    return True


def _source(path: Path, zone: ZoneInfo) -> AbstractContextManager[Source | Reader]:
    return apart.opened(path, zone, PART) if apart.is_worth_it(path) else reading.opened(path, zone)


async def _bring(source: Source | Reader, imports: Imports, bad: list[BadRow], advance: Callable[[int], None]) -> None:
    async with aclosing(_ahead(source)) as parts:
        async for part in parts:
            imports.tally.bad += len(part.bad)
            bad += part.bad[: NAMED - len(bad)]
            # What is said at the end has to be what was stored.
            await _whole(imports.take(part.leads))
            advance(part.done)


async def _ahead(source: Source | Reader) -> AsyncGenerator[Part, None]:
    """The next part is read while this one is stored."""
    coming = _next(source)
    try:
        while part := await asyncio.shield(coming):
            coming = _next(source)
            yield part
    finally:
        # The thread goes on whatever becomes of this task, and the file must stay open under it.
        await asyncio.wait([coming])
        coming.exception()


def _next(source: Source | Reader) -> asyncio.Task[Part | None]:
    return asyncio.create_task(asyncio.to_thread(source.part, PART))


def _tell_bad(source: Source | Reader, bad: Sequence[BadRow], tally: Tally) -> None:
    for row in bad:
        click.echo(
            _("{unit} {number}: {reason}").format(unit=source.unit, number=row.number, reason=row.reason), err=True
        )
    if more := tally.bad - len(bad):
        click.echo(ngettext("and {more:,} more", "and {more:,} more", more).format(more=more), err=True)


def _summary(tally: Tally, database: Path) -> str:
    bad = ngettext("{count:,} bad row left out", "{count:,} bad rows left out", tally.bad).format(count=tally.bad)
    return _("{database}: {new:,} new, {known:,} known already, {bad}.").format(
        database=database, new=tally.new, known=tally.known, bad=bad
    )


async def take(
    settings: Settings,
    path: Path,
    *,
    since: str | None,
    until: str | None,
    force: bool,
    clock: Clock | None = None,
) -> bool:
    """Leads of a span of time into a file, which appears whole or not at all. True at the end."""
    writing.check(path)
    low, high = _span(settings, since, until, (clock or Clock()).now())
    _must_exist(settings.database_path)
    with _stoppable(), targets.replacing(path, settings.database_path, force=force) as unfinished:
        async with _opened(settings) as (database, account_id):
            exports = Exports(database, account_id, since=low, until=high)
            total = await exports.count()
            writing.check_size(path, total)
            with writing.opened(unfinished, path.suffix, settings.timezone) as writer:
                with _bar(_("export"), total) as advance:
                    written = await _take(exports, writer, advance)
                await _finish(writer)
    click.echo(
        ngettext("{path}: {written:,} lead.", "{path}: {written:,} leads.", written).format(path=path, written=written)
    )
    return True


async def _finish(writer: Writer) -> None:
    stop = threading.Event()
    with _progress() as progress:
        progress.add_task(_("pack"), total=None)
        await _in_thread(writer.finish, stop.is_set, on_cancel=stop.set)


async def _take(exports: Exports, writer: Writer, advance: Callable[[int], None]) -> int:
    written = 0
    async for stretch in exports.stretches():
        await _in_thread(writer.write, [(one.stored, one.note) for one in stretch])
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


async def copy(settings: Settings, path: Path, *, force: bool) -> bool:
    """The whole database into one file, as it is at this moment. True at the end."""
    _must_exist(settings.database_path)
    stop = threading.Event()
    with _stoppable(), targets.replacing(path, settings.database_path, force=force) as unfinished:
        with _progress() as progress:
            bar = progress.add_task(_("backup"), total=None)

            def step(done: int, total: int) -> None:
                progress.update(bar, completed=done, total=total)

            await _in_thread(
                backup.copy, settings.database_path, unfinished, step, stop.is_set, on_cancel=stop.set
            )  # fmt: skip
        size = unfinished.stat().st_size
    click.echo(_("{path}: {size:,} bytes, checked.").format(path=path, size=size))
    return True


async def _in_thread(work: Callable[..., None], *arguments: Any, on_cancel: Callable[[], None] = lambda: None) -> None:
    """The files that the thread works on are ours to remove: it has ended before this returns."""
    await _whole(asyncio.to_thread(work, *arguments), on_cancel)


async def _whole(work: Coroutine[Any, Any, None], on_cancel: Callable[[], None] = lambda: None) -> None:
    """To its end, also when this task is cancelled meanwhile."""
    task = asyncio.create_task(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        on_cancel()
        await asyncio.wait([task])
        task.exception()
        raise


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[tuple[Database, AccountId]]:
    async with Database(settings.database_path) as database:
        async with database.transaction() as connection:
            account_id = await accounts.open_account(connection)
        yield database, account_id


def _must_exist(database: Path) -> None:
    if not database.is_file():
        raise LeadbellError(
            _("There is no database {path} yet. Run this where Leadbell runs, or set DATABASE_URL.").format(
                path=database
            )
        )


@contextmanager
def _bar(title: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Yields what moves the bar on to so many."""
    with _progress() as progress:
        bar = progress.add_task(title, total=total)

        def advance(done: int) -> None:
            # What a sheet says of its size may be wrong.
            progress.update(bar, completed=done, total=None if total is None else max(total, done))

        yield advance


def _progress() -> Progress:
    """On a terminal only, and never in the way of what the command says."""
    from rich.console import Console  # noqa: PLC0415 - only here
    from rich.progress import Progress  # noqa: PLC0415

    return Progress(console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True)


@contextmanager
def _stoppable() -> Iterator[None]:
    """SIGTERM ends a command as Ctrl-C does, so that no unfinished file stays behind.

    It is not passed on as SIGINT: that is ignored in what a shell runs in the background.
    """
    command = asyncio.current_task()
    if threading.current_thread() is not threading.main_thread() or command is None:
        yield
        return
    loop = asyncio.get_running_loop()
    before = signal.signal(signal.SIGTERM, lambda *_signal: loop.call_soon_threadsafe(command.cancel))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
