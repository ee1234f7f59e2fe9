"""What each command answers. One message each; who may ask was decided before."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.chat import choosing, lead_messages, named_leads
from bot.chat.auth import is_private
from bot.chat.views import MOST_SEEN, answers
from bot.chat.views import audit as audit_lines
from bot.chat.views.message import RenderedMessage, said
from bot.domain.digest_times import DigestKind
from bot.domain.ids import ChatId, LeadNumber
from bot.domain.plain_text import plain
from bot.domain.words.all import MISSED, PARTS, SPANS, meant, says
from bot.i18n import _
from bot.lookup import audit_trail
from bot.lookup.lists import LeadPage, ListQuery, Period
from bot.store.figures import Figure
from bot.team.access import Role

if TYPE_CHECKING:
    from bot.chat.command import Command, CommandCall
    from bot.chat.context import LeadbellContext
    from bot.domain.ids import UserId
    from bot.domain.sight import Reader


LONGEST_WORDS: Final = 4096
_NUMBER: Final = re.compile(r"#?([0-9]{1,100})")
_START: Final = re.compile(r"lead_([0-9]{1,100})")
"""A link to a lead by its number."""


async def start(asked: CommandCall, context: LeadbellContext) -> RenderedMessage | None:
    """In a private chat the bot may write to them from now on; a link's payload names a lead."""
    person = asked.visitor.person
    if person is None or not is_private(asked.message.chat):
        return await help_(asked, context)
    # Also of those who are no members yet: they may be let in later.
    for one in await context.accounts.of_person(person.user_id) or [context]:
        await one.services.access.seen.saw(person, ChatId(asked.message.chat.id))
        await one.services.access.started(person)
    return await _linked(asked, context) if asked.visitor.may_look else answers.welcome(is_known=False)


async def _linked(asked: CommandCall, context: LeadbellContext) -> RenderedMessage | None:
    if asked.text == choosing.LINK:
        return await choosing.account(asked, context)
    if context.services.is_paused:
        return said(answers.paused())
    if wanted := _START.fullmatch(asked.text):
        return await lead_view(wanted[1], asked.reader, context)
    if (lead_id := named_leads.in_link(asked.text)) is not None:
        return await view_of(lead_id, asked.reader, context)
    if (view_id := named_leads.list_in_link(asked.text)) is not None:
        return await listed(view_id, context) or said(_("This list is too old to be opened."))
    return answers.welcome(is_known=True)


async def help_(asked: CommandCall, context: LeadbellContext) -> RenderedMessage:
    return answers.help_(shown_commands(asked, context), context.bot_name, is_known=asked.visitor.may_look)


def shown_commands(asked: CommandCall, context: LeadbellContext) -> list[Command]:
    """What they may ask here."""
    is_alone, role = is_private(asked.message.chat), asked.visitor.role
    return [each for each in context.commands if each.is_for(role) and each.where.covers(is_private=is_alone)]


async def today(_asked: CommandCall, context: LeadbellContext) -> RenderedMessage:
    return await _period(Period.TODAY, context)


async def yesterday(_asked: CommandCall, context: LeadbellContext) -> RenderedMessage:
    return await _period(Period.YESTERDAY, context)


async def week(_asked: CommandCall, context: LeadbellContext) -> RenderedMessage:
    return await _period(Period.WEEK, context)


async def search(asked: CommandCall, context: LeadbellContext) -> RenderedMessage:
    words = asked.text[:LONGEST_WORDS]
    if not words:
        return RenderedMessage(
            _(
                "Write what to look for behind the command, for example:\n"
                "/search solar panel\n/search 90000 00031\n/search asha city:surat since:7d"
            )
        )
    return await listing(ListQuery(words=words, asker=asked.visitor.user_id), context)


async def lead(asked: CommandCall, context: LeadbellContext) -> RenderedMessage | None:
    wanted = _NUMBER.fullmatch(plain(asked.text))
    if wanted is None:
        return said(answers.which_lead("/lead 1234"))
    return await lead_view(wanted[1], asked.reader, context)


async def status(asked: CommandCall, context: LeadbellContext) -> RenderedMessage:
    """Where no admins are named, whoever asks in private hears what is technical: somebody has to."""
    is_admin = asked.visitor.role is Role.ADMIN or not context.services.settings.telegram_admins
    is_technical = is_admin and is_private(asked.message.chat)
    report = await context.services.report.status(for_admin=is_technical)
    return context.views.status(report, is_technical=is_technical)


async def lead_view(digits: str, reader: Reader, context: LeadbellContext) -> RenderedMessage | None:
    """The lead with this number as it is now, with working buttons. None where the outbox brings it, so that it can be
    masked again.
    """
    number = int(digits)
    found = await context.services.cards.card_numbered(number)
    return said(answers.lead_missing(number)) if found is None else await lead_messages.view(found, reader, context)


async def view_of(lead_id: int, reader: Reader, context: LeadbellContext) -> RenderedMessage | None:
    """As `lead_view`, by what stands in our own buttons and links."""
    found = await context.services.cards.card(lead_id)
    if found is None:
        return said(answers.gone())
    return await lead_messages.view(found, reader, context)


async def _period(period: Period, context: LeadbellContext) -> RenderedMessage:
    return await listing(context.services.lookup.of_period(period), context)


async def listing(query: ListQuery, context: LeadbellContext) -> RenderedMessage:
    page = await context.services.lookup.page(query, is_counted=True)
    bad_filters = await context.services.lookup.bad_filters(query)
    if not page.leads and query.period is None:
        return context.views.nothing(query, bad_filters)
    return context.views.page(page, await _view_id(page, context), bad_filters)


async def listed(view_id: int, context: LeadbellContext) -> RenderedMessage | None:
    """A remembered view; None where it is too old."""
    query = await context.services.lookup.recall(view_id)
    if query is None:
        return None
    return context.views.page(await context.services.lookup.page(query, is_counted=True), view_id)


async def _view_id(page: LeadPage, context: LeadbellContext) -> int | None:
    """Only what has further pages is remembered."""
    return None if page.older is None else context.services.lookup.remember(page.query)


async def open_(asked: CommandCall, context: LeadbellContext) -> RenderedMessage:
    if says(MISSED, asked.text):
        return await listing(ListQuery(figure=Figure.MISSED), context)
    if asked.text:
        return said(_("/open lists what nobody has claimed, /open missed the calls that nobody has returned."))
    return context.views.unclaimed(await context.services.work.open_leads(), context.services.account_id)


async def mine(asked: CommandCall, context: LeadbellContext) -> RenderedMessage:
    user_id = asked.visitor.user_id
    return said(answers.anonymous()) if user_id is None else await mine_of(user_id, 0, context)


async def mine_of(user_id: UserId, key: int, context: LeadbellContext, *, is_own: bool = True) -> RenderedMessage:
    """The page that begins with the key. Others in the group may turn it too."""
    page = await context.services.work.mine(user_id, key)
    people = await context.services.claims.people()
    name = next((one.name for one in people if one.user_id == user_id), None)
    return context.views.mine(page, context.services.account_id, user_id, name, key, is_own=is_own)


_DIGESTS: Final = {
    DigestKind.MORNING: PARTS["morning"],
    DigestKind.EVENING: PARTS["evening"],
    DigestKind.WEEKLY: f"weekly|{SPANS['week']}",
}


async def digest(asked: CommandCall, context: LeadbellContext) -> RenderedMessage:
    """As it would be now."""
    reports = context.services.digest_reports
    kind = meant(_DIGESTS, asked.text) if asked.text else reports.kind_now()
    if kind is None:
        return said(_("/digest shows how it stands now; /digest morning, evening or week chooses which."))
    return context.views.digest(await reports.report(kind))


_AUDITED: Final = re.compile(r"#?([0-9]{1,100})")


async def _audited_person(name: str, context: LeadbellContext) -> RenderedMessage:
    trail = context.services.audit_trail
    if found := await trail.of_person(name, limit=MOST_SEEN + 1):
        return context.views.audited(found, None)
    named = await trail.named(name)
    return said(audit_lines.unseen(named.meant) if named.meant else audit_lines.unknown(name, named.known))


async def audit(asked: CommandCall, context: LeadbellContext) -> RenderedMessage:
    """By the lead's number, or by a person's name."""
    if not audit_trail.bare(asked.text):
        return RenderedMessage(
            _("Write a lead's number or a person's name behind the command: /audit 1234, /audit ravi")
        )
    trail, wanted = context.services.audit_trail, _AUDITED.fullmatch(plain(asked.text))
    if wanted is None:
        return await _audited_person(asked.text, context)
    stored, found = await trail.of_lead(LeadNumber(int(wanted[1])), limit=MOST_SEEN + 1)
    if stored is None:
        return said(answers.lead_missing(int(wanted[1])))
    return context.views.audited(found, stored)
