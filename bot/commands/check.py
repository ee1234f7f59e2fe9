"""`leadbell check`: one line for each thing that has to work, ok or what to do."""

from __future__ import annotations

import asyncio
import os
import stat
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from bot import app
from bot.charts import renderer
from bot.chat import check as telegram
from bot.chat.bot_check import UNKNOWN, BotRecord, opened
from bot.chat.check import LISTEN_SECONDS
from bot.chat.check_line import CheckLine
from bot.chat.key_check_line import key_line
from bot.chat.test_card import PRESS_SECONDS
from bot.chat.webhook_book import bot_id
from bot.clock import Clock
from bot.commands import terminal
from bot.commands.setup import admins
from bot.config.addresses import beside
from bot.config.extras import Extra, how_to_add
from bot.errors import LeadbellError
from bot.health import nightly
from bot.i18n import _
from bot.intake.key_check import ALIVE
from bot.store import holds, runs, secrets, soundness, webhooks
from bot.store.accounts import MAIN
from bot.team import accounts as team

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Iterable

    from bot.chat.check_line import Ask
    from bot.config import LoadedSettings, Settings
    from bot.services import Intake
    from bot.store.database import Database
    from bot.team.accounts import SettledAccount


async def report(
    loaded: LoadedSettings,
    *,
    account: str | None = None,
    seconds: float = LISTEN_SECONDS,
    ask: Ask | None = None,
    has_card: bool = False,
    press_seconds: float = PRESS_SECONDS,
) -> bool:
    """Print every line of this account, or of all; True if all is well. A missing group is listened for so long, a test
    card's press too.
    """
    for warning in loaded.warnings:
        click.echo(_("note   {text}").format(text=warning))
    known = await _known(loaded.settings)
    settings = next((one.settings for one in known if one.stored.name == MAIN and one.settings), loaded.settings)
    is_all_ok = True
    if account in {None, MAIN}:
        is_all_ok = await _shown(_lines(settings, seconds, ask))
        if has_card and settings.is_chat_known:
            is_all_ok = await _shown(card_lines(settings, press_seconds)) and is_all_ok
    for one in known:
        if one.stored.name != MAIN and account in {None, one.stored.name}:
            is_all_ok = await _shown(_account_lines(one, ask)) and is_all_ok
    if account is not None and account not in {one.stored.name for one in known}:
        raise LeadbellError(team.unknown(account, known))
    is_main = account in {None, MAIN} and settings.is_chat_known
    for note in [*(admins.notes(settings, MAIN) if is_main else []), *_readable(settings), *_charts()]:
        click.echo(_("note   {text}").format(text=note))
    return is_all_ok


async def of_account(files: Settings, name: str) -> bool:
    """The lines of one beside `main`."""
    known = await _known(files)
    return await _shown(_account_lines(next(one for one in known if one.stored.name == name), None))


async def _shown(lines: AsyncGenerator[CheckLine, None]) -> bool:
    is_all_ok = True
    async with aclosing(lines) as found:
        async for line in found:
            show(line)
            is_all_ok = is_all_ok and line.is_ok
    return is_all_ok


async def _known(files: Settings) -> list[SettledAccount]:
    """None where the database cannot be opened, which is a line of its own."""
    try:
        async with terminal.opened(files) as (database, _main), database.reading() as connection:
            return await team.all_of(connection, files)
    except LeadbellError:
        return []


async def _account_lines(account: SettledAccount, ask: Ask | None) -> AsyncGenerator[CheckLine, None]:
    """Of one beside `main`, which has the lines of the service."""
    name, settings = account.stored.name, account.settings
    click.echo(_("The account {name}:").format(name=name))
    if not account.stored.is_served:
        text = _("It is being removed.") if account.stored.is_removed else _("It is paused.")
        yield CheckLine(True, text)
        return
    for said in account.problems:
        yield CheckLine(False, said)
    if settings is None:
        return
    yield _where(settings)
    async for line in telegram.lines(settings, ask=ask, record=await record_of(settings)):
        yield line
    try:
        async with app.opened(settings, Clock(), name) as intake:
            async for line in _key_lines(intake):
                yield line
    except LeadbellError as error:
        yield CheckLine(False, str(error))
    for note in admins.notes(settings, name):
        click.echo(_("note   {text}").format(text=note))


def _where(settings: Settings) -> CheckLine:
    """Where each value comes from, the names that have one source together."""
    names: dict[str, list[str]] = {}
    for name in settings.texts:
        names.setdefault(settings.sources.get(name, _("the environment")), []).append(name)
    shown = "; ".join(f"{source}: {', '.join(found)}" for source, found in names.items())
    return CheckLine(True, _("What is set, and where: {names}.").format(names=shown))


async def _key_lines(intake: Intake) -> AsyncIterator[CheckLine]:
    settings = intake.settings
    if intake.pulling is not None:
        yield key_line(await intake.pulling.key_check.run(), settings, intake.shared.clock.now())
    elif settings.push_token is not None:
        yield CheckLine(True, _("Leads come by push only: no key is set."))


def show(line: CheckLine) -> None:
    mark = _("ok     {text}") if line.is_ok else _("to do  {text}")
    click.echo(mark.format(text=line.text))


async def card_lines(settings: Settings, seconds: float) -> AsyncGenerator[CheckLine, None]:
    """A test card, and what came of its button. That is the service's to hear, where one runs or has run before."""
    is_running = await is_served(settings)
    async with opened(settings, await record_of(settings)) as bot:
        token = await bot.token()
        if not token.is_ok:
            yield token
            return
        place, language = (settings.telegram_chat_id, settings.telegram_thread_id), settings.bot_language
        async for line in bot.test_card(*place, seconds=None if is_running else seconds, language=language):
            yield line


async def is_served(settings: Settings) -> bool:
    """Whether a service is at work on this database."""
    try:
        async with app.opened(settings, Clock()) as intake, intake.shared.database.reading() as connection:
            beat_at = await runs.latest_beat(connection)
    except LeadbellError:
        return False  # the check itself says what is wrong
    return beat_at is not None and abs(Clock().now() - beat_at) < ALIVE


async def record_of(settings: Settings) -> BotRecord:
    """What a service that ran on this database has left there of this bot."""
    bot = bot_id(settings.telegram_bot_token.get_secret_value())
    try:
        async with terminal.opened(settings) as (database, _main), database.reading() as connection:
            return BotRecord(
                own_webhooks=await webhooks.noted(connection, bot), is_served=await holds.is_served(connection, bot)
            )
    except LeadbellError:
        return UNKNOWN  # the check itself says what is wrong


def _readable(settings: Settings) -> list[str]:
    """Leadbell makes its own files for itself alone; those of an older version, and `.env`, may be open."""
    files = [Path(".env"), Path("leadbell.toml"), *database_files(settings.database_file)]
    return [
        _("Others on this machine can read {path}. Close it: chmod 600 {path}").format(path=path)
        for path in open_to_others(files)
    ]


def _charts() -> list[str]:
    if renderer.is_there():
        return []
    words = _("Charts are sent as bars of text: pictures need one more package. Run: {command}")
    return [words.format(command=how_to_add(Extra.CHARTS))]


async def _lines(settings: Settings, seconds: float, ask: Ask | None) -> AsyncGenerator[CheckLine, None]:
    yield CheckLine(True, _("The settings are complete.") if settings.is_chat_known else _("The token is set."))
    for line in proxies(settings):
        yield line
    record = await record_of(settings)
    async for line in telegram.lines(settings, seconds=seconds, ask=ask, record=record):
        yield line
    try:
        async with app.opened(settings, Clock()) as intake:
            yield await _database(settings)
            for line in await _secrets(intake.shared.database, settings):
                yield line
            for line in await asyncio.to_thread(_backups, settings):
                yield line
            async for line in _key_lines(intake):
                yield line
    except LeadbellError as error:
        yield CheckLine(False, str(error))
    yield _where(settings)


async def _database(settings: Settings) -> CheckLine:
    """It is open already."""
    if settings.database_file is None:
        return CheckLine(True, _("The database {name} opens.").format(name=settings.database_name))
    await asyncio.to_thread(soundness.check, settings.database_file)
    return CheckLine(True, _("The database {path} opens, and is whole.").format(path=settings.database_file))


async def _secrets(database: Database, settings: Settings) -> list[CheckLine]:
    """Which key of SECRET_KEY opens what is encrypted in the database."""
    async with database.reading() as connection:
        found = await secrets.places(connection, settings.secret_key)
    what: dict[int, list[str]] = {}
    for one in found:
        what.setdefault(one.key or 0, []).append(_("{name} of {account}").format(name=one.name, account=one.account))
    return [_opened_by(key, ", ".join(names)) for key, names in sorted(what.items())]


def _opened_by(key: int, names: str) -> CheckLine:
    if key == 0:
        text = _(
            "No key of SECRET_KEY decrypts: {names}. Put the key that they were encrypted with behind the others, or "
            "set them anew."
        )
    elif key == 1:
        text = _("The first key of SECRET_KEY decrypts: {names}.")
    else:
        text = _(
            "Key {key} of SECRET_KEY decrypts: {names}. Leadbell's next start encrypts them with the first; then that "
            "key can go."
        )
    return CheckLine(key != 0, text.format(key=key, names=names))


def _backups(settings: Settings) -> list[CheckLine]:
    folder = nightly.folder(settings)
    if folder is None:
        return []
    try:
        folder.confirm()
        newest = folder.newest()
    except LeadbellError as error:
        return [CheckLine(False, f"BACKUP_DIR: {error}")]
    if newest is None:
        return [
            CheckLine(True, _("Backups go to {path} at 03:00; there is none yet.").format(path=settings.backup_dir))
        ]
    text = _("Backups go to {path} at 03:00; the newest is of {day}.")
    return [CheckLine(True, text.format(path=settings.backup_dir, day=newest))]


def proxies(settings: Settings) -> list[CheckLine]:
    """The environment may name one that nobody has in mind."""
    ways = {"Telegram": settings.telegram_proxy, "IndiaMART": settings.indiamart_proxy}
    return [
        CheckLine(True, _("The way to {peer} leads through the proxy {proxy}.").format(peer=peer, proxy=proxy.place))
        for peer, proxy in ways.items()
        if proxy is not None
    ]


OTHERS: Final = stat.S_IRGRP | stat.S_IWGRP | stat.S_IROTH | stat.S_IWOTH
SIDE_FILES: Final = ("", "-wal", "-shm")
"""SQLite keeps what was written last beside the database, and makes these with the database's own mode."""


def open_to_others(paths: Iterable[Path]) -> list[Path]:
    """Those of the files that others than their owner may read or write; none where modes mean nothing (Windows)."""
    return [path for path in paths if os.name == "posix" and _is_open(path)]


def _is_open(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & OTHERS)
    except OSError:
        return False


def database_files(database: Path | None) -> list[Path]:
    return [] if database is None else [beside(database, suffix) for suffix in SIDE_FILES]
