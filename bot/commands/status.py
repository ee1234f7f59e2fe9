"""`leadbell status`: which processes run on this database, which has which bot, how late each is, and what waits."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import click

from bot.clock import Clock
from bot.commands import terminal
from bot.health.readiness import DEAD_KEY
from bot.i18n import _, ngettext
from bot.store import account_health, holds, runs
from bot.store.postgres import sessions
from bot.team import accounts as team

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from zoneinfo import ZoneInfo

    from bot.config import Settings
    from bot.store.account_health import AccountHealth
    from bot.store.database import Connection, Database
    from bot.store.holds import BotHold
    from bot.store.runs import Run
    from bot.team.accounts import SettledAccount

ALIVE: Final = timedelta(seconds=15)
"""A process on a database file says more often that it is at work."""
NONE: Final = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessAtWork:
    name: str
    host: str
    version: str
    since: datetime
    last_seen: datetime
    bots: int
    accounts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountStatus:
    name: str
    is_paused: bool
    poll_late: float | None
    """Seconds since a poll should have brought a good answer; None where leads come by push, or none has come yet."""
    waiting: int
    waiting_for: float
    """Seconds that the oldest message waits."""
    faults: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BotStatus:
    name: str
    process: str | None
    """None: nobody has it."""
    accounts: list[AccountStatus]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    processes: list[ProcessAtWork]
    bots: list[BotStatus]
    not_served: list[str]
    """Accounts that cannot be served as they are set."""


async def report(files: Settings, *, is_json: bool) -> bool:
    """False where no process is at work, or an account has none."""
    async with terminal.opened(files) as (database, _main):
        found = await overview(database, files, Clock())
    if is_json:
        click.echo(json.dumps(asdict(found), default=datetime.isoformat, ensure_ascii=False, indent=2))
    else:
        _show(found, files.timezone)
    return bool(found.processes) and all(bot.process for bot in found.bots)


async def overview(database: Database, files: Settings, clock: Clock) -> Overview:
    now = clock.now()
    async with database.reading() as connection:
        known = [one for one in await team.all_of(connection, files) if not one.stored.is_removed]
        health = await account_health.all_of(connection, [one.stored.account_id for one in known], DEAD_KEY)
        at_work = await _at_work(connection, database, now)
        rows = await holds.all_of(connection)
    names = {run.run_id: f"{run.host}:{run.pid}#{run.run_id}" for run in at_work}
    only = at_work[-1].run_id if database.is_file and at_work else None
    holders = {bot: _holder(rows.get(bot), only) for bot in _bots(known)}
    bots = [
        BotStatus(
            name=_bot_name(bot, rows.get(bot)),
            process=names.get(holders[bot] or 0),
            accounts=[_account(one, health[one.stored.account_id], now) for one in theirs],
        )
        for bot, theirs in _bots(known).items()
    ]
    return Overview(
        processes=[_process(run, names[run.run_id], bots) for run in at_work],
        bots=bots,
        not_served=[one.stored.name for one in known if one.settings is None],
    )


async def _at_work(connection: Connection, database: Database, now: datetime) -> list[Run]:
    """Of a file's processes those that have said so of late; of a server's, those whose session stands."""
    found = await runs.all_of(connection)
    if database.is_file:
        return [run for run in found if abs(now - run.beat_at) < ALIVE]
    there = await sessions.there(connection)
    return [run for run in found if run.run_id in there]


def _bots(known: Iterable[SettledAccount]) -> dict[int, list[SettledAccount]]:
    found: dict[int, list[SettledAccount]] = {}
    for one in known:
        if one.settings is not None and one.settings.bot_id is not None:
            found.setdefault(one.settings.bot_id, []).append(one)
    return found


def _holder(row: BotHold | None, only: int | None) -> int | None:
    return only or (None if row is None else row.run_id)


def _bot_name(bot_id: int, row: BotHold | None) -> str:
    return f"@{row.username}" if row is not None and row.username else str(bot_id)


def _process(run: Run, name: str, bots: Iterable[BotStatus]) -> ProcessAtWork:
    held = [bot for bot in bots if bot.process == name]
    return ProcessAtWork(
        name=name,
        host=run.host,
        version=run.version,
        since=run.started_at,
        last_seen=run.beat_at,
        bots=len(held),
        accounts=sum(len(bot.accounts) for bot in held),
    )


def _account(one: SettledAccount, health: AccountHealth, now: datetime) -> AccountStatus:
    settings, late = one.settings, None
    polls = settings is not None and settings.indiamart_key is not None and not one.stored.is_paused
    if settings is not None and polls and health.last_ok_at is not None:
        late = max((now - health.last_ok_at - settings.poll_every).total_seconds(), 0.0)
    since = health.waiting_since
    return AccountStatus(
        name=one.stored.name,
        is_paused=one.stored.is_paused,
        poll_late=late,
        waiting=health.waiting,
        waiting_for=0.0 if since is None else max((now - since).total_seconds(), 0.0),
        faults=health.faults,
    )


def _show(found: Overview, timezone: ZoneInfo) -> None:
    from rich.console import Console  # noqa: PLC0415 - only here
    from rich.table import Table  # noqa: PLC0415

    def table(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> Table:
        made = Table(*columns, box=None, pad_edge=False)
        for row in rows:
            made.add_row(*(str(value) for value in row))
        return made

    console = Console(highlight=False)
    if not found.processes:
        console.print(_("No Leadbell runs on this database."))
    else:
        heads = _("process"), _("version"), _("since"), _("last seen"), _("bots"), _("accounts")
        console.print(table(heads, _process_rows(found, timezone)))
    of_bots = _("bot"), _("process"), _("accounts"), _("poll late"), _("waiting"), _("oldest"), _("faults")
    console.print()
    console.print(table(of_bots, _bot_rows(found)))
    if found.not_served:
        console.print()
        text = ngettext(
            "{count} account cannot be served as it is set (leadbell account list): {names}",
            "{count} accounts cannot be served as they are set (leadbell account list): {names}",
            len(found.not_served),
        )
        console.print(text.format(count=len(found.not_served), names=", ".join(found.not_served)), soft_wrap=True)


def _process_rows(found: Overview, timezone: ZoneInfo) -> Iterator[tuple[Any, ...]]:
    for one in found.processes:
        since, seen = (f"{moment.astimezone(timezone):%d %b %H:%M:%S}" for moment in (one.since, one.last_seen))
        yield one.name, one.version, since, seen, one.bots, one.accounts


def _bot_rows(found: Overview) -> Iterator[tuple[Any, ...]]:
    for bot in found.bots:
        late = [one.poll_late for one in bot.accounts if one.poll_late is not None]
        waiting, faults = (sum(getattr(one, name) for one in bot.accounts) for name in ("waiting", "faults"))
        oldest = max((one.waiting_for for one in bot.accounts), default=0.0)
        told = _seconds(max(late)) if late else NONE
        name = bot.process or _("nobody")
        yield bot.name, name, len(bot.accounts), told, waiting, _seconds(oldest) if waiting else NONE, faults


def _seconds(seconds: float) -> str:
    return f"{seconds:.0f} s"
