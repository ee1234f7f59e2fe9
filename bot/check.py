"""`leadbell check`: one line for each thing that has to work, ok or what to do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot import assembly
from bot.chat import check as telegram
from bot.chat.check import LISTEN_SECONDS, Line
from bot.clock import Clock
from bot.errors import LeadbellError
from bot.health import permissions
from bot.i18n import _
from bot.indiamart.answer import Answer, Outcome

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.config import Loaded, Settings
    from bot.services.poller import Poller


async def report(loaded: Loaded, *, seconds: float = LISTEN_SECONDS) -> bool:
    """Print every line; True if all is well. A missing group is listened for so long."""
    for warning in loaded.warnings:
        click.echo(_("note   {text}").format(text=warning))
    is_all_ok = True
    async for line in _lines(loaded.settings, seconds):
        mark = _("ok     {text}") if line.is_ok else _("to do  {text}")
        click.echo(mark.format(text=line.text))
        is_all_ok = is_all_ok and line.is_ok
    for note in _readable(loaded.settings):
        click.echo(_("note   {text}").format(text=note))
    return is_all_ok


def _readable(settings: Settings) -> list[str]:
    """Leadbell makes its own files for itself alone; those of an older version, and `.env`, may be open."""
    files = [Path(".env"), Path("leadbell.toml"), *permissions.database_files(settings.database_path)]
    return [
        _("Others on this machine can read {path}. Close it: chmod 600 {path}").format(path=path)
        for path in permissions.open_to_others(files)
    ]


async def _lines(settings: Settings, seconds: float) -> AsyncIterator[Line]:
    yield Line(True, _("The settings are complete.") if settings.is_chat_known else _("The token is set."))
    async for line in telegram.lines(settings, seconds=seconds):
        yield line
    try:
        async with assembly.intake(settings, Clock()) as intake:
            yield Line(True, _("The database {path} opens.").format(path=settings.database_path))
            if intake.poller is not None:
                yield await _indiamart(intake.poller)
            elif settings.push_token is not None:
                yield Line(True, _("Leads come by push only: no key is set."))
    except LeadbellError as error:
        yield Line(False, str(error))


async def _indiamart(poller: Poller) -> Line:
    """Try the key where that takes no slot from a running service. Leads that come are stored, and posted later."""
    answer = await poller.try_key()
    if answer is None:
        return Line(
            True,
            _("IndiaMART was called a short while ago; the key can be tried again in {minutes} min.").format(
                minutes=int(await poller.due_in() // 60) + 1
            ),
        )
    if answer.is_complete:
        return Line(True, _("IndiaMART takes the key; {count} leads came.").format(count=len(answer.leads)))
    return Line(False, _advice(answer))


def _advice(answer: Answer) -> str:
    advice = {
        Outcome.BAD_KEY: _(
            "IndiaMART refuses the key ({message}). Make a new one: seller.indiamart.com, Lead Manager, Import/Export "
            "Leads, Pull API, Generate key; put it into INDIAMART_KEY, and take INDIAMART_MOBILE out if you have set "
            "it (it goes with the old kind of key only)."
        ),
        Outcome.NO_CONNECTION: _(
            "IndiaMART does not take connections from here. Your public IP address may need white-listing: write to "
            "lmshelp@indiamart.com."
        ),
        Outcome.UNREACHABLE: _("IndiaMART cannot be reached ({message}). Check the internet connection."),
        Outcome.TOO_SOON: _("IndiaMART says that another program calls with the same key ({message})."),
        Outcome.BLOCKED: _("IndiaMART has blocked the key for 15 minutes ({message}). Try again then."),
        Outcome.NOT_READY: _("IndiaMART is still preparing the leads of this new key ({message}). Leadbell will wait."),
    }
    template = advice.get(
        answer.outcome, _("IndiaMART did not answer as it should ({message}). Leadbell will go on trying.")
    )
    return template.format(message=answer.message)
