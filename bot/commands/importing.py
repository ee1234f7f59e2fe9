"""`leadbell import`: leads from a file into the database, with a progress bar, beside a running service."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack, aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import click

from bot import threads
from bot.clock import Clock
from bot.commands import terminal
from bot.files import mapping, reading
from bot.files.mapping import MappedBy
from bot.files.rows import RowUnit, quoted
from bot.i18n import _, grouped, ngettext
from bot.intake.imports import Imports, ImportTally
from bot.store.accounts import MAIN

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from bot.config import Settings
    from bot.files.reading import LeadBatch, LeadFile
    from bot.files.rows import BadRow, LeadRow, Records

PART: Final = 1_000
"""Rows to a transaction: some tenths of a second in which a claim in the group waits."""
NAMED: Final = 20
"""Rows left out that are named one by one; of the others each reason is counted."""
_SEEN: Final = 5
"""Of them, how many the summary points at."""
_FIRST: Final = 5
"""Leads that a dry run shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """What somebody asked for beside the file."""

    columns: Sequence[str] = ()
    """As `--map` has them: `Contact No=mobile`."""
    is_dry: bool = False
    is_strict: bool = False
    account: str = MAIN


@dataclass(slots=True)
class _LeftOut:
    """The first rows that were left out, and how often each reason came after them."""

    named: list[BadRow] = field(default_factory=list)
    others: dict[str, int] = field(default_factory=dict)

    def add(self, bad: Sequence[BadRow]) -> None:
        for row in bad:
            if len(self.named) < NAMED:
                self.named.append(row)
            else:
                self.others[row.reason] = self.others.get(row.reason, 0) + 1


async def import_file(
    settings: Settings, path: Path, options: ImportOptions | None = None, clock: Clock | None = None
) -> bool:
    """Leads from a file into the database. What is committed stays if anything ends it early; run again, it goes on.

    False where nothing was imported, and where rows were left out of what had to be whole.
    """
    options = options or ImportOptions()
    with terminal.stoppable(_dropped if options.is_dry else _kept), ExitStack() as stack:
        opened = reading.opened(path, settings.timezone, mapping.given(options.columns))
        source = await asyncio.to_thread(stack.enter_context, opened)
        if options.is_dry:
            tally = await _try(source, settings.timezone)
        else:
            tally = await _store(source, settings, options.account, clock or Clock())
    return tally.new + tally.known > 0 and not (options.is_strict and tally.left_out)


def _kept() -> str:
    return _("What was stored stays; run it again, and it goes on from there.")


def _dropped() -> str:
    return _("Run it again for the whole file.")


async def _store(source: LeadFile, settings: Settings, account: str, clock: Clock) -> ImportTally:
    async with terminal.opened(settings, account, may_begin=True) as (database, account_id):
        imports = Imports(database, account_id, clock)
        left_out = _LeftOut()
        try:
            await _through(source, imports.tally, left_out, imports.take)
        finally:
            _tell(left_out)
            click.echo(_summary(imports.tally, left_out, source.records, settings.database_name))
    return imports.tally


async def _try(source: LeadFile, zone: ZoneInfo) -> ImportTally:
    """As if it were stored."""
    tally, left_out, first = ImportTally(), _LeftOut(), list[Any]()

    async def look(rows: Sequence[LeadRow]) -> None:
        tally.new += len(rows)
        first.extend(rows[: _FIRST - len(first)])

    try:
        await _through(source, tally, left_out, look)
    finally:
        _tell(left_out)
        click.echo("\n".join([*_columns(source.records), *_leads(first, zone)]))
        click.echo(_would(tally, left_out, source.records))
    return tally


async def _through(
    source: LeadFile, tally: ImportTally, left_out: _LeftOut, take: Callable[[Sequence[LeadRow]], Awaitable[None]]
) -> None:
    with terminal.bar(_("import"), source.size) as advance:
        async with aclosing(_ahead(source)) as parts:
            async for part in parts:
                tally.left_out += len(part.bad)
                tally.passed_over += part.passed_over
                left_out.add(part.bad)
                # What is said at the end has to be what was stored.
                await threads.whole(_taken(take, part.rows))
                advance(part.done)


async def _taken(take: Callable[[Sequence[LeadRow]], Awaitable[None]], rows: Sequence[LeadRow]) -> None:
    await take(rows)


async def _ahead(source: LeadFile) -> AsyncGenerator[LeadBatch, None]:
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


def _next(source: LeadFile) -> asyncio.Task[LeadBatch | None]:
    return asyncio.create_task(asyncio.to_thread(source.part, PART))


def _tell(left_out: _LeftOut) -> None:
    """Each of the first, then how many more for which reason; never what stands in them."""
    for row in left_out.named:
        click.echo(f"{row.place}: {row.reason}", err=True)
    for reason, count in left_out.others.items():
        more = ngettext("and {count} more: {reason}", "and {count} more: {reason}", count)
        click.echo(more.format(count=grouped(count), reason=reason), err=True)


def _summary(tally: ImportTally, left_out: _LeftOut, records: Records, database: str) -> str:
    counted = _("{new} new, {known} known, {left_out}").format(
        new=grouped(tally.new), known=grouped(tally.known), left_out=_left_out(tally, left_out)
    )
    if tally.sealed:
        counted += ", " + _("{count} not taken, because they were erased").format(count=grouped(tally.sealed))
    where = _("Nothing is new in {database}.") if not tally.new else _("Stored in {database}.")
    return " ".join([f"{_rows(tally)} {counted}.", *_notices(records), where.format(database=database)])


def _would(tally: ImportTally, left_out: _LeftOut, records: Records) -> str:
    counted = _("{read} can be read, {left_out}").format(read=grouped(tally.new), left_out=_left_out(tally, left_out))
    return " ".join([f"{_rows(tally)} {counted}.", *_notices(records), _("Nothing was stored.")])


def _rows(tally: ImportTally) -> str:
    return ngettext("{count} row:", "{count} rows:", tally.rows).format(count=grouped(tally.rows))


def _left_out(tally: ImportTally, left_out: _LeftOut) -> str:
    words = _("{count} left out").format(count=grouped(tally.left_out))
    if left_out.named:
        words += f" ({_see(left_out.named, tally.left_out)})"
    if tally.passed_over:
        passed = _("{count} passed over (titles, totals, repeated headings, rows without a lead)")
        words += ", " + passed.format(count=grouped(tally.passed_over))
    return words


def _see(named: Sequence[BadRow], count: int) -> str:
    shown = named[:_SEEN]
    if any(row.place.sheet is not None for row in shown):
        places = ", ".join(str(row.place) for row in shown)
        words = _("see {places}").format(places=places)
    else:
        numbers = ", ".join(str(row.place.number) for row in shown)
        if shown[0].place.unit is RowUnit.LINE:
            words = ngettext("see line {numbers}", "see lines {numbers}", len(shown)).format(numbers=numbers)
        else:
            words = ngettext("see row {numbers}", "see rows {numbers}", len(shown)).format(numbers=numbers)
    return words + " …" if count > len(shown) else words


def _notices(records: Records) -> list[str]:
    """What was not read, and what was guessed."""
    unread, found = [], []
    if columns := records.unread_columns():
        unread.append(ngettext("column {names}", "columns {names}", len(columns)).format(names=", ".join(columns)))
    if sheets := records.unread_sheets():
        unread.append(ngettext("sheet {names}", "sheets {names}", len(sheets)).format(names=", ".join(sheets)))
    if unread:
        found.append(_("Not read: {what}.").format(what="; ".join(unread)))
    if guessed := _guessed(records):
        found.append(_("Guessed: {what}.").format(what=", ".join(guessed)))
    return found


def _guessed(records: Records) -> list[str]:
    columns = [column for one in records.understood() for column in one.columns if column.how is MappedBy.LIKELY]
    said = [_("{title} as {field}").format(title=quoted(one.title), field=one.field) for one in columns if one.field]
    return list(dict.fromkeys(said))


def _columns(records: Records) -> list[str]:
    lines: list[str] = []
    for one in records.understood():
        if one.heading is not None:
            name = "" if one.name is None else f"{quoted(one.name)}, "
            lines.append(name + _("heading in row {number}:").format(number=one.heading))
        titled = [column for column in one.columns if column.title]
        width = max((len(column.title) for column in titled), default=0)
        lines += [f"  {column.title:{width}}  → {_meaning(column)}" for column in titled]
    return lines


def _meaning(column: mapping.Column) -> str:
    if column.field is None:
        return _("not read")
    return column.field + (_(" (guessed)") if column.how is MappedBy.LIKELY else "")


def _leads(first: Sequence[LeadRow], zone: ZoneInfo) -> list[str]:
    return [_("First rows:"), *(f"  {_lead(row, zone)}" for row in first)] if first else []


def _lead(row: LeadRow, zone: ZoneInfo) -> str:
    said = {name: value for name, value in row.lead._asdict().items() if value is not None and name != "raw"}
    if row.lead.enquired_at is not None:
        said["enquired_at"] = f"{row.lead.enquired_at.astimezone(zone):%Y-%m-%d %H:%M}"
    if row.note is not None:
        said["note"] = row.note
    return "; ".join(f"{name}: {' '.join(str(value).split())}" for name, value in said.items())
