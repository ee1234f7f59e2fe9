"""Every message as people read it. Everything here is pure: the same facts give the same words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.chat.views import (
    attendance,
    audit,
    buttons,
    callouts,
    card,
    changes,
    contact,
    digest,
    history,
    keyboard,
    labels,
    lists,
    notices,
    prompts,
    stats,
    status,
    templates,
    times,
    worklists,
)
from bot.chat.views.lead_codes import Menu
from bot.chat.views.message import RenderedMessage, said, titled
from bot.chat.views.text import escaped
from bot.chat.views.times import Now
from bot.domain import masking
from bot.domain.sight import OPEN, SightRule
from bot.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from bot.chat.views.list_codes import StatsPage
    from bot.delivery.messenger import Callout, DueReminder, Listing
    from bot.domain.card import Card
    from bot.domain.ids import AccountId, LeadId, LeadNumber
    from bot.domain.lead import Lead, StoredLead
    from bot.domain.notice import Notice
    from bot.domain.person import Person
    from bot.domain.sight import Sight
    from bot.health.status import StatusReport
    from bot.lookup.digest import DigestReport, Number
    from bot.lookup.lists import LeadPage, ListQuery
    from bot.lookup.query import BadFilter
    from bot.lookup.stats import StatsReport
    from bot.lookup.worklists import WorkItem, WorkPage
    from bot.store.audit import Sighting
    from bot.team.do_not_call import Silenced
    from bot.team.notes import HistoryEntry


LIST: Final = "list"
"""In a link, before the number of a remembered view."""
MOST_SEEN: Final = 25
"""Lines of the audit in one message."""


class Views:
    """The words for one account. `username` gives the bot's own, without @, once it is known.

    What is drawn for no `Sight` in particular is what the group may see of it.
    """

    def __init__(
        self,
        timezone: ZoneInfo,
        username: Callable[[], str],
        clock: Callable[[], datetime],
        rule: SightRule = OPEN,
    ) -> None:
        """`clock` tells what is today."""
        self._zone = timezone
        self._username = username
        self._clock = clock
        self._group = rule.group

    @property
    def _now(self) -> Now:
        return Now(self._clock(), self._zone)

    def card(
        self, card_: Card, menu: Menu = Menu.NONE, people: Sequence[Person] = (), *, to: Sight | None = None
    ) -> RenderedMessage:
        if card_.stored.sealed_for is not None:
            return RenderedMessage(card.sealed(card_, self._now))
        sight = to or self._group
        shown = sight.card(card_)
        text = sight.last_look(card.draw(shown, self._now), [card_.stored])
        return RenderedMessage(text, keyboard.card(shown, menu, people))

    def _looked_at(self, message: RenderedMessage, found: Iterable[StoredLead]) -> RenderedMessage:
        """The last look at what the group is told of these leads."""
        return replace(message, text=self._group.last_look(message.text, found))

    def listing(self, listing: Listing) -> RenderedMessage:
        shown = replace(listing, leads=self._group.leads(listing.leads))
        drawn = RenderedMessage(lists.listing(shown, self._now), buttons.listing(listing.leads))
        return self._looked_at(drawn, listing.leads)

    def notice(self, notice: Notice, *, is_private: bool) -> RenderedMessage:
        return notices.notice(notice, self._now, is_private=is_private)

    def pointer(self, stored: StoredLead) -> RenderedMessage:
        """Goes out as a reply to the lead's card, and what is said to it is noted there."""
        lead = self._noting(stored.lead_id, stored.number)
        return RenderedMessage(_("{sign} Here is {lead}.").format(sign=labels.sign(stored.lead.kind), lead=lead))

    def given(self, lead_id: LeadId, number: LeadNumber, to: Person, by: Person) -> RenderedMessage:
        """Goes out as a reply to the lead's card: an edit of it rings for nobody."""
        words = _("👥 {name}, {admin} gave you {lead}. A reply to this is noted on it.")
        lead, admin = self._noting(lead_id, number), escaped(changes.name(by.name))
        return RenderedMessage(words.format(name=prompts.mention(to), admin=admin, lead=lead))

    def _noting(self, lead_id: LeadId, number: LeadNumber) -> str:
        return prompts.link(lead_id, number, self._username())

    def reminder(self, due: DueReminder, *, is_plain: bool = False) -> RenderedMessage:
        """Goes out as a reply to the lead's card. Plain text has no link, by which a reply is known as a note."""
        (stored,) = self._group.leads([due.stored])
        shown = replace(due, stored=stored, text=self._group.words(due.text, due.stored))
        noting = "" if is_plain else self._noting(due.stored.lead_id, due.stored.number)
        is_masked = not self._group.shows(due.stored)
        drawn = callouts.reminder(shown, self._now, noting, is_masked=is_masked)
        return self._looked_at(drawn, [due.stored])

    def callout(self, called: Callout) -> RenderedMessage:
        shown = replace(called, leads=self._group.leads(called.leads))
        return self._looked_at(callouts.callout(shown, self._now), called.leads)

    def page(self, page: LeadPage, view_id: int | None, bad_filters: Sequence[BadFilter] = ()) -> RenderedMessage:
        keyboard = buttons.page(page.leads, view_id, page.newer, page.older)
        label = page.query.label and self._group.label(page.query.label)
        shown = replace(page, leads=self._group.leads(page.leads), query=replace(page.query, label=label))
        return self._looked_at(RenderedMessage(lists.page(shown, self._now, bad_filters), keyboard), page.leads)

    def unclaimed(self, page: WorkPage, account_id: AccountId) -> RenderedMessage:
        return self._looked_at(worklists.unclaimed(self._work(page), account_id, self._now), _leads(page))

    def mine(
        self, page: WorkPage, account_id: AccountId, user_id: int, name: str | None, key: int, *, is_own: bool
    ) -> RenderedMessage:
        """`key` is where the page begins."""
        drawn = worklists.mine(self._work(page), account_id, user_id, name, key, self._now, is_own=is_own)
        return self._looked_at(drawn, _leads(page))

    def _work(self, page: WorkPage) -> WorkPage:
        return replace(page, entries=tuple(map(self._entry, page.entries)))

    def _entry(self, one: WorkItem) -> WorkItem:
        (stored,) = self._group.leads([one.stored])
        waiting = (replace(due, text=self._group.words(due.text, one.stored)) for due in one.reminders)
        return replace(one, stored=stored, reminders=tuple(waiting))

    def away(self, name: str, until: datetime | None) -> RenderedMessage:
        return attendance.away(name, until, self._now)

    def back(self, name: str) -> RenderedMessage:
        return attendance.back(name)

    def hours(self, name: str, typed: str | None) -> RenderedMessage:
        return attendance.hours(name, typed)

    def history(
        self, stored: StoredLead, found: Sequence[HistoryEntry], others: Sequence[StoredLead], page: int
    ) -> RenderedMessage:
        """A page beyond the last is the last; the other leads stand on the first."""
        entries = [replace(one, text=one.text and self._group.words(one.text, stored)) for one in found]
        pages = history.pages(entries, self._now)
        page = min(page, len(pages) - 1)
        shown = history.draw(stored, pages[page], self._group.leads(others) if page == 0 else (), self._now)
        drawn = RenderedMessage(shown, buttons.history(stored.lead_id, page, len(pages)))
        return self._looked_at(drawn, [stored, *others])

    def digest(self, report: DigestReport) -> RenderedMessage:
        found = [one.stored for one in report.first]
        first = [
            replace(one, stored=stored) for one, stored in zip(report.first, self._group.leads(found), strict=True)
        ]
        reasons = [(self._group.label(reason), number) for reason, number in report.reasons]
        shown = replace(report, first=first, reasons=reasons)
        return self._looked_at(digest.digest(shown, self._now, self._opening), found)

    def _opening(self, number: Number, shown: str) -> str:
        """A number as a link to its leads, which come in private."""
        if not number.n:
            return escaped(shown)
        return f'<a href="https://t.me/{self._username()}?start={LIST}_{number.view_id}">{escaped(shown)}</a>'

    def stats(self, report: StatsReport, page: StatsPage, view_id: int) -> RenderedMessage:
        products = tuple(replace(one, name=self._group.label(one.name)) for one in report.products)
        cities = tuple(replace(one, name=self._group.label(one.name)) for one in report.cities)
        report = replace(report, products=products, cities=cities)
        return replace(titled(*stats.stats(report, page)), reply_markup=buttons.stats(view_id, page))

    def reminder_set(self, number: LeadNumber, due_at: datetime, *, is_working_time: bool) -> str:
        when = times.appointment(due_at, self._now)
        words = _("I will remind you of #{number} on {when}.").format(number=number, when=when)
        return words if is_working_time else " ".join([words, _("That is outside working hours.")])

    def template_preview(
        self, account_id: AccountId, kind: str | None, typed: str, sample: Lead, owner: str | None
    ) -> RenderedMessage:
        """What stands in a name or a product is masked as in a list."""
        shown = sample if self._group.lead_ids is None else masking.lead(sample)
        return templates.preview(account_id, kind, typed, shown, owner)

    def nothing(self, query: ListQuery, bad_filters: Sequence[BadFilter] = ()) -> RenderedMessage:
        return said(lists.nothing(query, bad_filters, finds_parts=self._group.lead_ids is None))

    def status(self, report: StatusReport, *, is_technical: bool) -> RenderedMessage:
        return titled(*status.status(report, self._now, is_technical=is_technical))

    def silenced(self, found: Silenced, by: Person) -> RenderedMessage:
        """To those whose reminders will not come; as a reply to the lead's card."""
        reminders = (
            contact.cancelled_reminder(prompts.mention(one.person), one.number, times.moment(one.due_at, self._now))
            for one in found.reminders
        )
        name = escaped(changes.name(by.name))
        return RenderedMessage(contact.cancelled(found.changed.number or 0, name, reminders))

    def audited(self, found: Sequence[Sighting], stored: StoredLead | None) -> RenderedMessage:
        """Of one lead, or of all that a person was shown."""
        what = _("the number of #{number}").format(number=stored.number) if stored else _("whose number")
        shown = audit.lines(found[:MOST_SEEN], self._now, names_lead=stored is None)
        more = [_("There is more: leadbell audit, at the machine, shows all.")] if len(found) > MOST_SEEN else []
        none = [] if found else [_("Nobody was shown it, as far as the audit goes back: 400 days.")]
        return titled(_("🔍 Who was shown {what}").format(what=what), *shown, *more, *none)


def _leads(page: WorkPage) -> list[StoredLead]:
    return [one.stored for one in page.entries]
