"""What each command of the command line runs, loaded only when it is one."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from bot.commands.run import demo, run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bot.config import LoadedSettings, Settings

__all__ = [
    "audit",
    "backfill",
    "backup",
    "breach",
    "check",
    "demo",
    "export_leads",
    "forget",
    "import_leads",
    "restore",
    "run",
    "salvage",
    "setup",
    "tell_buyer",
]


async def check(loaded: LoadedSettings, *, post: bool) -> bool:
    """Say line by line whether the settings work; True if everything does. What only a person may decide is asked where
    one sits at a terminal.
    """
    from bot.commands.check import report  # noqa: PLC0415 - only here
    from bot.commands.setup.terminal import Terminal  # noqa: PLC0415 - only here

    return await report(loaded, ask=Terminal().ask_no if sys.stdin.isatty() else None, has_card=post)


async def setup(*, web: bool) -> bool:
    """Ask for what is needed, and write it down."""
    from bot.commands.setup.start import in_browser, in_terminal  # noqa: PLC0415 - only here

    return await (in_browser() if web else in_terminal())


async def backfill(settings: Settings, *, days: int) -> None:
    """Fetch history; may run beside the service."""
    from bot.commands.backfill import run as fetch  # noqa: PLC0415 - only here

    await fetch(settings, days)


async def import_leads(settings: Settings, path: Path, *, columns: Sequence[str], dry: bool, strict: bool) -> bool:
    """Leads from a file; may run beside the service."""
    from bot.commands import importing  # noqa: PLC0415 - only here

    options = importing.ImportOptions(columns=columns, is_dry=dry, is_strict=strict)
    return await importing.import_file(settings, path, options)


async def export_leads(settings: Settings, path: Path, *, since: str | None, until: str | None, force: bool) -> bool:
    """Leads into a file; may run beside the service."""
    from bot.commands import exporting  # noqa: PLC0415 - only here

    return await exporting.export_file(settings, path, since=since, until=until, force=force)


async def forget(settings: Settings, contact: str, *, is_urgent: bool, is_sure: bool, account: str) -> bool:
    """Erase a buyer who wishes it; may run beside the service."""
    from bot.commands import forgetting  # noqa: PLC0415 - only here

    return await forgetting.run(settings, contact, is_urgent=is_urgent, is_sure=is_sure, account=account)


async def tell_buyer(settings: Settings, contact: str, *, folder: Path, account: str, force: bool) -> bool:
    """All that is kept about a buyer, into two files; may run beside the service."""
    from bot.commands import forgetting  # noqa: PLC0415 - only here

    return await forgetting.tell(settings, contact, folder=folder, account=account, force=force)


async def breach(settings: Settings, *, since: str | None, account: str) -> bool:
    """Whose data was there to be seen; may run beside the service."""
    from bot.commands import auditing  # noqa: PLC0415 - only here

    return await auditing.breach(settings, since=since, account=account)


async def audit(settings: Settings, *, person: str | None, lead: int | None, since: str | None, account: str) -> bool:
    """Who was shown which number; may run beside the service."""
    from bot.commands import auditing  # noqa: PLC0415 - only here

    return await auditing.report(settings, person=person, lead=lead, since=since, account=account)


async def backup(settings: Settings, path: Path, *, force: bool) -> bool:
    """A copy of the database; may run beside the service."""
    from bot.commands import backup as backups  # noqa: PLC0415 - only here

    return await backups.copy(settings, path, force=force)


async def restore(settings: Settings, path: Path) -> bool:
    """A backup in the database's place; not beside the service."""
    from bot.commands import backup as backups  # noqa: PLC0415 - only here

    return await backups.put_back(settings, path)


async def salvage(settings: Settings, path: Path, *, force: bool) -> bool:
    """What can be read of a damaged database into a new one."""
    from bot.commands import backup as backups  # noqa: PLC0415 - only here

    return await backups.rescue(settings, path, force=force)
