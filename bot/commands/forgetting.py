"""`leadbell forget` and `buyer`: who wishes to be forgotten, or to know what is kept. The service may run beside."""

from __future__ import annotations

import asyncio
import glob
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

import click

from bot.chat.views import forgetting
from bot.clock import Clock
from bot.commands import terminal
from bot.commands.auditing import machine_user
from bot.config.addresses import led_to
from bot.domain import masking
from bot.errors import LeadbellError, StoreBusyError
from bot.files import targets
from bot.i18n import _, shown, systems
from bot.lookup.buyer_report import BuyerReports
from bot.store import copies
from bot.store.migrate import BEFORE_UPGRADE
from bot.store.restore import REPLACED, SIDE_FILES
from bot.team import erasure
from bot.team.erasure import Erasure

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bot.config import Settings

LEFT_OF_BEFORE: Final = (REPLACED, BEFORE_UPGRADE)
"""Behind the database's name, by a restore and by an upgrade."""


async def run(
    settings: Settings, typed: str, *, is_urgent: bool, is_sure: bool, account: str, clock: Clock | None = None
) -> bool:
    """True where the buyer is forgotten, or nothing was kept about them."""
    contact = _contact(typed)
    async with terminal.opened(settings, account) as (database, account_id):
        wishes = Erasure(
            database,
            account_id,
            clock or Clock(),
            retention=settings.retention,
            timezone=settings.timezone,
        )
        found = await wishes.find(contact)
        bodies = 0 if found else await wishes.bodies_of(contact)
        told = [forgetting.told(one) for one in found] + ([forgetting.told_bodies(bodies)] if bodies else [])
        if told and not is_sure and not _confirmed(contact, told):
            click.echo(_("Nothing was changed."))
            return False
        was_sealed = is_urgent and await wishes.hurry(contact)
        if not told and not was_sealed:
            click.echo(_("Nothing is kept about {contact}.").format(contact=masking.contact(contact)))
        if bodies:
            bodies = await wishes.seal_contact(contact, is_urgent=is_urgent)
            click.echo(forgetting.sentence_of_bodies(bodies))
        for one in found:
            number = await wishes.seal(one.buyer_id, is_urgent=is_urgent)
            click.echo(forgetting.sentence(number, wishes.kept, is_urgent=is_urgent))
        if is_urgent:
            await _erase(wishes, is_file=database.is_file)
    if settings.database_file is None:
        click.echo(
            _(
                "The server's own copies (backups, write-ahead log, what a standby keeps) are not Leadbell's to erase. "
                "VACUUM (FULL) writes the tables anew; without it the server overwrites the room when it needs it."
            )
        )
    await _name_copies(settings)
    return True


async def tell(
    settings: Settings, typed: str, *, folder: Path, account: str, force: bool, clock: Clock | None = None
) -> bool:
    """All that is kept about a buyer, as `buyer.html` and `buyer.json`."""
    contact = _contact(typed)
    async with terminal.opened(settings, account) as (database, account_id):
        report = await BuyerReports(database, account_id, clock or Clock()).about(contact, machine=machine_user())
    if report is None:
        click.echo(_("Nothing is kept about {contact}.").format(contact=masking.contact(contact)))
        return True
    contents = {folder / "buyer.html": report.page, folder / "buyer.json": report.json}
    with ExitStack() as both:  # neither is written where the other cannot be
        for path, content in contents.items():
            both.enter_context(targets.replacing(path, settings.database_file, force=force)).write_bytes(content)
    for path in contents:
        click.echo(str(path))
    return True


def _contact(typed: str) -> str:
    contact = erasure.contact(typed)
    if contact is None:
        raise LeadbellError(
            _("{typed} is no phone number, no e-mail address and no lead. Write for example 9000000031.").format(
                typed=f"“{typed}”"
            )
        )
    return contact


def _confirmed(contact: str, told: Sequence[str]) -> bool:
    click.echo(_("About {contact}:").format(contact=masking.contact(contact)))
    for one in told:
        click.echo(f"- {one}")
    try:
        return click.confirm(_("Forget them? It cannot be undone."), default=False)
    except click.Abort:  # Ctrl-C, or nobody is there to answer
        click.echo()
        raise LeadbellError(_("Nothing was changed. Without a terminal, add --yes.")) from None


async def _erase(wishes: Erasure, *, is_file: bool) -> None:
    """With a bar, also for what an interrupted one left."""
    with (
        terminal.stoppable(lambda: _("The service, or the same command, brings the erasure to its end.")),
        terminal.bar(_("erase"), await wishes.left()) as advance,
    ):
        try:
            await wishes.erase(advance)
        except StoreBusyError:
            click.echo(_("Another program is reading the database: the service brings the erasure to its end."))
            return
    if is_file:
        click.echo(_("Nothing of it is left in the database's files."))


async def _name_copies(settings: Settings) -> None:
    """What lies beside the database, and in the folder of the nightly backups, from before."""
    database = settings.database_file
    if database is None:
        return
    folders = [database.parent, led_to(database).parent, *([settings.backup_dir] if settings.backup_dir else [])]
    for folder in {folder.resolve(): folder for folder in reversed(folders)}.values():
        try:
            found = await asyncio.to_thread(_copies, folder, database)
        except OSError as error:  # its disk is not in, perhaps
            click.echo(_("{path} cannot be read ({reason}).").format(path=folder, reason=shown(systems(error))))
            continue
        for path in found:
            click.echo(_("{path} may still hold their data: delete it when you need it no more.").format(path=path))


def _copies(folder: Path, database: Path) -> list[Path]:
    """By what is in them, and by the name of what a restore or an upgrade left, however damaged it is."""
    named = (path for ending in LEFT_OF_BEFORE for path in folder.glob(f"{glob.escape(database.name)}{ending}*"))
    left = (path for path in named if not path.name.endswith(SIDE_FILES))
    return sorted({*copies.in_folder(folder, database), *left})
