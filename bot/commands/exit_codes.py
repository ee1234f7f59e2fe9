"""How a command begins and ends: settings or what is wrong with them, the log, and an exit code with a sentence."""

from __future__ import annotations

import asyncio
import logging
import os
import shlex
import signal
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NoReturn

import click

from bot.i18n import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator, Sequence

    from bot.config import LoadedSettings, Settings

FAILED: Final = 1
BAD_SETTINGS: Final = 2

FIRST_STEPS: Final = frozenset({"TELEGRAM_CHAT_ID", "INDIAMART_KEY"})
"""What may still be missing while `check` looks for the chat."""

NO_ACCOUNTS: Final = FIRST_STEPS | {"TELEGRAM_BOT_TOKEN", "INDIAMART_MOBILE"}
"""What may be missing where neither Telegram nor IndiaMART is spoken to."""


@contextmanager
def stopped_by_sigterm() -> Iterator[None]:
    """SIGTERM is a plain end from here on, until the service has a handler of its own: settings and libraries are
    loaded before that, and whoever stops it meanwhile has stopped nothing that went wrong.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _stop)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGTERM) is _stop:
            signal.signal(signal.SIGTERM, before)


def _stop(_number: int, _frame: object) -> NoReturn:
    sys.exit(0)


def load(optional: frozenset[str] = frozenset()) -> LoadedSettings:
    """The settings, or exit code 2 with every problem."""
    from bot.config import load_settings  # noqa: PLC0415 - `leadbell --help` need not wait for it
    from bot.errors import SettingsError  # noqa: PLC0415

    try:
        return load_settings(os.environ, optional=optional)
    except SettingsError as error:
        _refuse(error.problems)


def load_beside(optional: frozenset[str] = frozenset()) -> Settings:
    """For a command beside the service. Names that are no settings are told: a slip may be why another database is
    opened than is meant. What else the service would be warned of is not this command's.
    """
    loaded = load(optional)
    for sentence in loaded.unknown:
        click.echo(sentence, err=True)
    return loaded.settings


def _refuse(problems: Sequence[str], advice: str = "") -> NoReturn:
    """`advice`: what to do about them, where they are not those of the files, and so of `main`."""
    count = len(problems)
    head = ngettext("{count} problem with the settings:", "{count} problems with the settings:", count)
    click.echo("\n- ".join([head.format(count=count), *problems]), err=True)
    click.echo(advice or _("“leadbell setup” asks for what is needed, and tries each answer."), err=True)
    sys.exit(BAD_SETTINGS)


def log(level: str, log_format: str, secrets: tuple[str, ...]) -> None:
    from bot import log as logs  # noqa: PLC0415 - `leadbell --help` need not wait for it

    logs.configure(level, log_format, secrets)


def log_beside_bar(settings: Settings) -> None:
    """For commands with a progress bar, which say in words what keeps them: only faults, and in local time."""
    from bot import log as logs  # noqa: PLC0415 - `leadbell --help` need not wait for it

    level = "debug" if settings.log_level == "debug" else "error"
    logs.configure(level, settings.log_format, settings.secrets, settings.timezone)


def finish_beside(
    files: Settings,
    work: Callable[[Settings], Coroutine[Any, Any, bool | None]],
    account: str | None = None,
    to: str = "",
    advice: str = "",
) -> bool | None:
    """`finish`, with a log for a command that has a bar. `account`: with that one's settings, whose secrets are then
    kept out of the log as well. `to`: another database that it opens.
    """
    log_beside_bar(files)
    if account is None:
        return finish(work(files), files.database_url, to, advice=advice)
    if account != "main":
        advice = _("To set it right: leadbell account set {name} SETTING=VALUE").format(name=shlex.quote(account))
    return finish(_with_settings_of(files, account, work), files.database_url, to, advice=advice)


def finish_transfer(
    work: Callable[[Settings], Coroutine[Any, Any, bool]], account: str | None = None, to: str = ""
) -> None:
    """Needs the database and the time zone only. What was interrupted is no success."""
    if not finish_beside(load_beside(NO_ACCOUNTS), work, account, to):
        sys.exit(FAILED)


async def _with_settings_of(
    files: Settings, account: str, work: Callable[[Settings], Coroutine[Any, Any, bool | None]]
) -> bool | None:
    from bot.commands import terminal  # noqa: PLC0415 - `leadbell --help` need not wait for it

    settings = await terminal.settings_of(files, account)
    log_beside_bar(settings)
    return await work(settings)


def finish(work: Coroutine[Any, Any, bool | None], *urls: str, advice: str = "") -> bool | None:
    """Run to the end. Whatever goes wrong becomes a sentence and exit code 1; Ctrl-C and SIGTERM are a plain end.

    `urls`: of the databases that it opens. `advice`: what to do about settings that are not `main`'s.
    """
    from bot.errors import SettingsError  # noqa: PLC0415 - `leadbell --help` need not wait for it

    try:
        with asyncio.Runner(loop_factory=loop_for(sys.platform, urls)) as runner:
            return runner.run(work)
    except (KeyboardInterrupt, asyncio.CancelledError):
        click.echo(_("Stopped."), err=True)
        return None
    except Exception as error:  # noqa: BLE001 - the last place before a person would see a traceback
        known = _ours(error)
        problems = getattr(known, "problems", None)
        if problems:
            _refuse(problems, advice if isinstance(known, SettingsError) else "")
        click.echo(_sentence(error), err=True)
        sys.exit(FAILED)
    finally:
        work.close()  # Ctrl-C may come before it has begun


def loop_for(platform: str, urls: Sequence[str]) -> Callable[[], asyncio.AbstractEventLoop] | None:
    """None is the platform's own. Windows' does not know the sockets that psycopg waits for; the one that does starts
    no other programs there.
    """
    from bot.config import addresses  # noqa: PLC0415 - `leadbell --help` need not wait for it

    return asyncio.SelectorEventLoop if platform == "win32" and any(map(addresses.is_postgres, urls)) else None


def _sentence(error: Exception) -> str:
    """What went wrong and what to do; a fault of our own is also logged in full."""
    known = _ours(error)
    if known is not None:
        return str(known)
    logging.getLogger(__name__).critical("Leadbell stopped", exc_info=error)
    return _(
        "Leadbell stopped because of a fault of its own ({kind}). Start it again: leads and reminders are kept. "
        "If it stops again, report the lines above."
    ).format(kind=type(error).__name__)


def _ours(error: BaseException) -> BaseException | None:
    """The error that a person can act on, also from inside a task group."""
    from bot.errors import LeadbellError  # noqa: PLC0415 - `leadbell --help` need not wait for it

    if isinstance(error, BaseExceptionGroup):
        return next((found for inner in error.exceptions if (found := _ours(inner))), None)
    return error if isinstance(error, LeadbellError) else None
