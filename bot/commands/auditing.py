"""`leadbell audit`: who was shown which buyer's number. No number stands in it."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

import click

from bot.chat.views import audit as lines
from bot.chat.views.times import Now
from bot.clock import Clock
from bot.commands import terminal
from bot.domain import spans
from bot.domain.ids import LeadNumber
from bot.errors import LeadbellError
from bot.i18n import _
from bot.lookup.audit_trail import BEGINNING, AuditTrail

if TYPE_CHECKING:
    from datetime import datetime

    from bot.config import Settings
    from bot.store.audit import Sighting


def machine_user() -> str:
    """Who sits at the machine, by the name it knows them by."""
    try:
        return getpass.getuser()
    except (KeyError, ImportError, OSError):  # a container's user may have no name
        return _("somebody")


async def report(
    settings: Settings,
    *,
    person: str | None,
    lead: int | None,
    since: str | None,
    account: str,
    clock: Clock | None = None,
) -> bool:
    """The latest first. True at the end, also where nobody saw anything."""
    clock = clock or Clock()
    terminal.must_exist(settings.database_path)
    start = BEGINNING if since is None else spans.since(since, clock.now(), settings.timezone)
    async with terminal.opened(settings, account) as (database, account_id):
        found = await _found(AuditTrail(database, account_id, clock), person, lead, start)
    for line in lines.lines(found, Now(clock.now(), settings.timezone), names_lead=lead is None):
        click.echo(line)
    if not found:
        click.echo(_("Nobody was shown a number, as far as the audit goes back: 400 days."))
    return True


async def _found(trail: AuditTrail, person: str | None, lead: int | None, since: datetime) -> list[Sighting]:
    if lead is not None:
        stored, found = await trail.of_lead(LeadNumber(lead), since=since)
        if stored is None:
            raise LeadbellError(_("There is no lead #{number}.").format(number=lead))
        named = None if person is None else set(await trail.of_person(person, since=since))
        return found if named is None else [one for one in found if one in named]
    return await (trail.all_(since=since) if person is None else trail.of_person(person, since=since))
