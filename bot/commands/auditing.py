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
from bot.i18n import _, grouped, ngettext
from bot.lookup.audit_trail import BEGINNING, AuditTrail, bare
from bot.store import audit
from bot.store.audit import Seen

if TYPE_CHECKING:
    from datetime import datetime

    from bot.config import Settings
    from bot.lookup.audit_trail import InSight, Named
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
    if person is not None and not bare(person):
        raise LeadbellError(_("--person needs a name, such as --person ravi."))
    clock = clock or Clock()
    start = BEGINNING if since is None else spans.since(since, clock.now(), settings.timezone)
    async with terminal.opened(settings, account) as (database, account_id):
        trail = AuditTrail(database, account_id, clock)
        found = await _found(trail, person, lead, start)
        named = None if found or person is None else await trail.named(person)
    for line in lines.lines(found, Now(clock.now(), settings.timezone), names_lead=lead is None):
        click.echo(line)
    if named is not None and not named.meant:
        raise LeadbellError(lines.unknown(person or "", named.known))
    if not found:
        click.echo(_none(named, is_of_lead=lead is not None, is_since=since is not None))
    return True


def _none(named: Named | None, *, is_of_lead: bool, is_since: bool) -> str:
    """Nothing was found, and no more than was asked for is said to be clear."""
    if is_since or (named is not None and is_of_lead):
        return _("Nothing of what was asked for is noted.")
    if named is not None:
        return lines.unseen(named.meant)
    if is_of_lead:
        return _("Nobody was shown it, as far as the audit goes back: 400 days.")
    return _("Nobody was shown a number, as far as the audit goes back: 400 days.")


async def breach(settings: Settings, *, since: str | None, account: str, clock: Clock | None = None) -> bool:
    """Whose data was there to be seen since then, a buyer a line: for the report within 72 hours, and to tell them."""
    clock = clock or Clock()
    if since is None:
        raise LeadbellError(_("--breach needs --since: from when on it may have been seen, such as --since 3d."))
    start = spans.since(since, clock.now(), settings.timezone)
    async with terminal.opened(settings, account) as (database, account_id):
        found = await AuditTrail(database, account_id, clock).in_sight(since=start)
        lead_ids = [one.lead_id for own, _how in found.buyers for one in own]
        async with database.transaction() as connection:
            await audit.note_at_machine(
                connection, account_id, Seen.BREACH, lead_ids, machine=machine_user(), now=clock.now()
            )  # fmt: skip
    for own, how in found.buyers:
        click.echo(lines.in_sight(own, how))
    for one, how in found.sealed:
        click.echo(lines.sealed_in_sight(one, how))
    click.echo(_count(found), err=True)
    return True


def _count(found: InSight) -> str:
    count, sealed = len(found.buyers), len(found.sealed)
    said = ngettext("{count} buyer.", "{count} buyers.", count).format(count=grouped(count))
    if not sealed:
        return said
    others = ngettext(
        "And {count} lead of a buyer who was forgotten since, named by its number alone.",
        "And {count} leads of buyers who were forgotten since, named by their numbers alone.",
        sealed,
    )
    return f"{said}\n{others.format(count=grouped(sealed))}"


async def _found(trail: AuditTrail, person: str | None, lead: int | None, since: datetime) -> list[Sighting]:
    if lead is not None:
        stored, found = await trail.of_lead(LeadNumber(lead), since=since)
        if stored is None:
            raise LeadbellError(_("There is no lead #{number}.").format(number=lead))
        named = None if person is None else set(await trail.of_person(person, since=since))
        return found if named is None else [one for one in found if one in named]
    return await (trail.all_(since=since) if person is None else trail.of_person(person, since=since))
