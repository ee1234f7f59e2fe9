"""Lists of leads: those posted by themselves, and the pages people ask for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from bot.chat.views import changes, labels, text, times
from bot.chat.views.bad_filters import explained
from bot.chat.views.labels import DOT
from bot.chat.views.lead_lines import entries
from bot.chat.views.text import bold, escaped
from bot.clock import from_epoch
from bot.delivery.messenger import ListingReason
from bot.i18n import _, grouped, ngettext
from bot.lookup.lists import MOST_HITS, Period
from bot.store.figures import Figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.chat.views.times import Now
    from bot.delivery.messenger import Listing
    from bot.domain.lead import StoredLead
    from bot.domain.person import Person
    from bot.lookup.lists import Counts, LeadPage, ListQuery
    from bot.lookup.query import BadFilter

_WORDS: Final = 100
_MOST_MENTIONED: Final = 8
_WHOLE: Final = 10
"""Leads that fit into a message with all that lists show of them."""
_BRIEF_TITLE: Final = 40
_BRIEF_NAME: Final = 25
_MOST_KINDS: Final = 8
"""IndiaMART has five; the rest of what it may add is one figure."""


def listing(listing: Listing, now: Now) -> str:
    n = len(listing.leads)
    heading = {
        ListingReason.BURST: ngettext(
            "⚡ {n} more lead came at the same time", "⚡ {n} more leads came at the same time", n
        ),
        ListingReason.OLD: ngettext("🗂 {n} older lead", "🗂 {n} older leads", n),
    }[listing.heading]
    leads = listing.leads if n <= _WHOLE else [_brief(stored) for stored in listing.leads]
    shown = entries(leads, now)
    below = escaped(_("A button leads to the lead's card.")) if n else ""
    return "\n\n".join(filter(None, (bold(heading.format(n=n)), shown, _given(listing.given_to), below)))


def _given(people: Sequence[Person]) -> str:
    """HTML. It rings for them."""
    if not people:
        return ""
    names = ", ".join(changes.mentioned(one.user_id, one.name) for one in people[:_MOST_MENTIONED])
    return "👉 " + escaped(_("{names}: some of these are yours. Unanswered, they go back to all.")).format(names=names)


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


def page(page: LeadPage, now: Now, bad_filters: Sequence[BadFilter] = ()) -> str:
    """Heading, counts, leads. An empty page of a period says that there was nothing."""
    top = (bold(heading(page, now)), *map(escaped, _counted(page.counts)))
    parts = [
        "\n".join(top),
        entries(page.leads, now) or escaped(_("No leads here.")),
        "\n".join(map(escaped, explained(bad_filters))),
    ]
    return "\n\n".join(filter(None, parts))


def heading(page: LeadPage, now: Now) -> str:
    """`Today, 5 Jan: 12 leads`."""
    what, number = (
        _figure(page.query, now) or _what(page.query),
        page.hits if page.counts is None else page.counts.total,
    )
    if number is None:
        return what
    if page.query.figure is None and page.counts is None and number > MOST_HITS:
        return _("{what}: more than {n} leads").format(what=what, n=MOST_HITS)
    many = ngettext("{n} lead", "{n} leads", number).format(n=grouped(number))
    return f"{what}: {many}"


def _what(query: ListQuery) -> str:
    if query.period is not None:
        return _period(query.period, query.day)
    if query.batch is not None:
        return _("🗂 Older leads")
    sought = text.shorten(text.line(query.words), _WORDS)
    return _("🔎 {words}").format(words=sought) if sought else _("The newest leads")


def _figure(query: ListQuery, now: Now) -> str:
    """What a number counted; empty for any other list."""
    names = {
        Figure.CAME: _("Came"),
        Figure.OPEN: _("Unclaimed"),
        Figure.MISSED: _("Missed calls not returned"),
        Figure.TO_CALL: _("Claimed, not called yet"),
        Figure.OVERDUE: _("Reminders overdue"),
        Figure.REMINDERS: _("Reminders"),
        Figure.CLAIMED: _("Claimed"),
        Figure.CONTACTED: _("Contacted"),
        Figure.WON: _("Won"),
        Figure.LOST: _("Lost"),
    }
    if query.figure is None:
        return ""
    spans = (query.since, query.until)
    ends = [times.moment(from_epoch(one), now) for one in spans if one is not None]
    label = labels.kind_name(query.label) if query.label and query.figure is Figure.CAME else query.label
    if query.figure is Figure.LOST and query.label is not None:
        label = changes.reason(query.label) or _("no reason given")
    parts = (
        names[query.figure],
        query.who,
        label,
        _("{first} to {last}").format(first=ends[0], last=ends[1]) if len(ends) == 2 else "",
    )
    return ", ".join(text.shorten(text.line(part), _WORDS) for part in parts if part)


def _period(period: Period, day: str | None) -> str:
    name = {Period.TODAY: _("Today"), Period.YESTERDAY: _("Yesterday"), Period.WEEK: _("The last 7 days")}[period]
    return name if day is None else f"{name}, {_dates(period, date.fromisoformat(day))}"


def _dates(period: Period, today: date) -> str:
    if period is Period.WEEK:
        first = times.short_day(today - timedelta(days=6))
        return _("{first} to {last}").format(first=first, last=times.short_day(today))
    return times.short_day(today - timedelta(days=1) if period is Period.YESTERDAY else today)


def _counted(counts: Counts | None) -> list[str]:
    if counts is None or not counts.total:
        return []
    kinds = [labels.counted_kind(kind, n) for kind, n in counts.by_kind[:_MOST_KINDS]]
    if others := sum(n for _kind, n in counts.by_kind[_MOST_KINDS:]):
        kinds.append(_("others\u00a0{n}").format(n=others))
    statuses = (labels.counted_status(status, n) for status, n in counts.by_status)
    return [DOT.join(kinds), DOT.join(statuses)]


def nothing(query: ListQuery, bad_filters: Sequence[BadFilter], *, finds_parts: bool = True) -> str:
    """Nothing matched: what was sought, and how to find more. `finds_parts`: a phone by its last digits."""
    if query.figure is Figure.MISSED:
        return "✅ " + _("Every missed call has been returned.")
    if query.period is not None or query.batch is not None:
        return _("{what}: no leads. /search looks through all of them.").format(what=_what(query))
    sought = text.shorten(text.line(query.words), _WORDS)
    said = _("Nothing matches {words}.").format(words=f"“{sought}”") if sought else _("Nothing to look for.")
    return "\n".join((said, *explained(bad_filters), _widen(finds_parts=finds_parts)))


def _widen(*, finds_parts: bool) -> str:
    return _(
        "Every word must match, from its beginning. Try fewer words, a part of the name, city or product, "
        "{phone}, or a lead number such as #1234. "
        "Filters narrow it: kind:B city:surat product:pump value>50k country:AE missed since:7d status:open by:ravi."
    ).format(phone=_("the last 5 digits of the phone") if finds_parts else _("the whole phone number"))
