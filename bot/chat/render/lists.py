"""Lists of leads: those posted by themselves, and the pages people ask for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from bot.chat.render import moments, text, trade
from bot.chat.render.entries import entries
from bot.chat.render.puzzles import puzzled
from bot.i18n import _, ngettext
from bot.services.lookup import Period
from bot.services.messenger import Heading

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from bot.chat.render.text import Markup
    from bot.models import StoredLead
    from bot.services.lookup import Counts, Page, Query
    from bot.services.messenger import Listing
    from bot.services.terms import Puzzle

_WORDS: Final = 100
_WHOLE: Final = 10
"""Leads that fit into a message with all that lists show of them."""
_BRIEF_TITLE: Final = 40
_BRIEF_NAME: Final = 25
_MOST_KINDS: Final = 8
"""IndiaMART has five; the rest of what it may add is one figure."""


def listing(listing: Listing, zone: ZoneInfo, markup: Markup) -> str:
    n = len(listing.leads)
    heading = {
        Heading.BURST: ngettext("⚡ {n} more lead came at the same time", "⚡ {n} more leads came at the same time", n),
        Heading.OLD: ngettext("🗂 {n} older lead", "🗂 {n} older leads", n),
    }[listing.heading]
    leads = listing.leads if n <= _WHOLE else [_brief(stored) for stored in listing.leads]
    shown = entries(leads, zone, markup)
    return "\n".join(filter(None, (markup.bold(heading.format(n=n)), shown, markup.plain(_how()) if n else "")))


def _brief(stored: StoredLead) -> StoredLead:
    """So that twenty fit into a message, whatever people write."""
    lead = stored.lead
    brief = lead._replace(
        product=_cut(lead.product, _BRIEF_TITLE),
        subject=_cut(lead.subject, _BRIEF_TITLE),
        category=_cut(lead.category, _BRIEF_TITLE),
        name=_cut(lead.name, _BRIEF_NAME),
        company=_cut(lead.company, _BRIEF_NAME),
        city=_cut(lead.city, _BRIEF_NAME),
    )
    return stored._replace(lead=brief, owner_name=_cut(stored.owner_name, _BRIEF_NAME))


def _cut(value: str | None, most: int) -> str | None:
    return None if value is None else text.shorten(text.line(value), most)


def _how() -> str:
    return _("A button leads to the lead's card.")


def page(page: Page, zone: ZoneInfo, markup: Markup, puzzles: Sequence[Puzzle] = ()) -> str:
    """Heading, counts, leads. An empty page of a period says that there was nothing."""
    is_one_day = page.query.period in {Period.TODAY, Period.YESTERDAY}
    parts = [
        markup.bold(heading(page.query, page.counts)),
        *(markup.plain(line) for line in _counted(page.counts)),
        entries(page.leads, zone, markup, is_one_day=is_one_day) or markup.plain(_("No leads here.")),
        *(markup.plain(line) for line in puzzled(puzzles)),
    ]
    return "\n".join(filter(None, parts))


def heading(query: Query, counts: Counts | None) -> str:
    """`Today, 5 Jan: 12 leads`."""
    what = _what(query)
    if counts is None:
        return what
    many = ngettext("{n} lead", "{n} leads", counts.total).format(n=trade.grouped(counts.total))
    return f"{what}: {many}"


def _what(query: Query) -> str:
    if query.period is not None:
        return _period(query.period, query.day)
    if query.batch is not None:
        return _("🗂 Older leads")
    sought = text.shorten(text.line(query.words), _WORDS)
    return _("🔎 {words}").format(words=sought) if sought else _("The newest leads")


def _period(period: Period, day: str | None) -> str:
    name = {Period.TODAY: _("Today"), Period.YESTERDAY: _("Yesterday"), Period.WEEK: _("The last 7 days")}[period]
    return name if day is None else f"{name}, {_dates(period, date.fromisoformat(day))}"


def _dates(period: Period, today: date) -> str:
    if period is Period.WEEK:
        first = moments.short_day(today - timedelta(days=6))
        return _("{first} to {last}").format(first=first, last=moments.short_day(today))
    return moments.short_day(today - timedelta(days=1) if period is Period.YESTERDAY else today)


def _counted(counts: Counts | None) -> list[str]:
    if counts is None or not counts.total:
        return []
    kinds = [f"{trade.sign(kind)} {trade.kind_name(kind)} {n}" for kind, n in counts.by_kind[:_MOST_KINDS]]
    if others := sum(n for _kind, n in counts.by_kind[_MOST_KINDS:]):
        kinds.append(_("others {n}").format(n=others))
    statuses = (f"{trade.status_name(status)} {n}" for status, n in counts.by_status)
    return [" · ".join(kinds), " · ".join(statuses)]


def nothing(query: Query, puzzles: Sequence[Puzzle]) -> str:
    """Nothing matched: what was sought, and how to find more."""
    if query.period is not None or query.batch is not None:
        return _("{what}: no leads. /search looks through all of them.").format(what=_what(query))
    sought = text.shorten(text.line(query.words), _WORDS)
    said = _("Nothing matches {words}.").format(words=f"“{sought}”") if sought else _("Nothing to look for.")
    return "\n".join((said, *puzzled(puzzles), _widen()))


def _widen() -> str:
    return _(
        "Every word must match, from its beginning. Try fewer words, a part of the name, city or product, "
        "the last 5 digits of the phone, or a lead number such as #1234. "
        "Filters narrow it: kind:B city:surat since:7d status:open by:ravi."
    )
