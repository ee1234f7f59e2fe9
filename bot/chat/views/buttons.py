"""Keyboards under messages, laid out for a thumb."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from bot.chat.views import callback_data, greeting
from bot.chat.views.lead_codes import ClaimFromCallout, ShowHistory, ShowLead, ShowNumber
from bot.chat.views.list_codes import SendChart, ShowStats, StatsPage, TurnCallout, TurnPage
from bot.domain import phones
from bot.domain.chart import ChartKind
from bot.domain.lead import Status
from bot.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.chat.views.callback_data import Code
    from bot.chat.views.message import Button, ReplyMarkup
    from bot.delivery.messenger import Callout
    from bot.domain.lead import Lead, StoredLead

    Row = list[Button]

A_ROW: Final = 5
"""Number buttons in a row: `#123456` still fits a phone."""
CLAIMS_A_ROW: Final = 2
CHARTS_A_ROW: Final = 3


def reach(stored: StoredLead, template: str | None = None) -> ReplyMarkup | None:
    """Only what reaches the buyer."""
    return keyboard([[*whatsapp(stored, template), *copy(stored.lead)]])


def whatsapp(stored: StoredLead, template: str | None) -> Row:
    lead = stored.lead
    mobile = next((one for one in lead.phones if phones.can_be_mobile(one)), None)
    if mobile is None:
        return []
    url = greeting.link(lead, mobile, template, owner=stored.owner_name)
    return [{"text": _("💬 WhatsApp"), "url": url}]


def copy(lead: Lead) -> Row:
    number = best_number(lead)
    return [{"text": _("📋 Copy"), "copy_text": {"text": number}}] if number else []


def number(stored: StoredLead) -> Row:
    """In place of all that reaches the buyer, where others read along: what it tells, only the presser sees."""
    lead = stored.lead
    if stored.is_withheld or not (lead.phones or lead.email or lead.email_alt):
        return []
    return [pressed(_("📞 Number") if lead.phones else _("✉️ E-mail"), ShowNumber(stored.lead_id))]


def best_number(lead: Lead) -> str:
    """The number to dial first; empty where none could be read: a part of one, or a masked one, calls nobody."""
    return next((one for one in lead.phones if phones.is_e164(one)), "")


def listing(leads: Sequence[StoredLead]) -> ReplyMarkup | None:
    return keyboard(numbers(leads))


def page(leads: Sequence[StoredLead], view_id: int | None, newer: int | None, older: int | None) -> ReplyMarkup | None:
    """A button for each lead, and below them those that turn the page."""
    if view_id is None:
        return listing(leads)
    back = None if newer is None else TurnPage(view_id, older=False, key=newer)
    on = None if older is None else TurnPage(view_id, older=True, key=older)
    return keyboard([*numbers(leads), _newer_and_older(back, on)])


def callout(called: Callout) -> ReplyMarkup | None:
    """A claim button for each lead that still has nobody, and below them those that turn the page."""
    claims = [
        pressed(
            _("✋ Claim #{number}").format(number=one.number),
            ClaimFromCallout(one.lead_id, called.callout_id, called.page),
        )
        for one in called.leads
        if one.status is Status.NEW and one.owner_id is None
    ]
    before = TurnCallout(called.callout_id, called.page - 1) if called.page else None
    after = TurnCallout(called.callout_id, called.page + 1) if called.page + 1 < called.pages else None
    return keyboard([*evenly(claims, CLAIMS_A_ROW), back_and_more(before, after)])


def stats(view_id: int, page: StatsPage) -> ReplyMarkup | None:
    """The other pages, and the charts."""
    pages = {
        StatsPage.SUMMARY: _("📊 Summary"),
        StatsPage.PEOPLE: _("👥 People"),
        StatsPage.RESULTS: _("🎯 Results"),
        StatsPage.TRADE: _("💰 Trade"),
    }
    charts = {
        ChartKind.DAYS: _("📈 Days"),
        ChartKind.RESPONSE: _("⏱ Response"),
        ChartKind.FUNNEL: _("🔻 Funnel"),
        ChartKind.HOURS: _("🕐 Hours"),
        ChartKind.AGE: _("⏳ Waiting"),
    }
    turns = [pressed(label, ShowStats(view_id, one)) for one, label in pages.items() if one is not page]
    drawn = [pressed(label, SendChart(view_id, one)) for one, label in charts.items()]
    return keyboard([turns, *evenly(drawn, CHARTS_A_ROW)])


def history(lead_id: int, page: int, pages: int) -> ReplyMarkup | None:
    """The first page has the latest."""
    newer = ShowHistory(lead_id, page - 1) if page else None
    older = ShowHistory(lead_id, page + 1) if page + 1 < pages else None
    return keyboard([_newer_and_older(newer, older)])


def old_leads(view_id: int) -> ReplyMarkup | None:
    """Opens a view at its newest page."""
    return keyboard([[pressed(_("📄 Show them"), TurnPage(view_id, older=True, key=callback_data.LARGEST))]])


def numbers(leads: Sequence[StoredLead]) -> list[Row]:
    shown = [pressed(f"#{stored.number}", ShowLead(stored.lead_id)) for stored in leads]
    return evenly(shown, A_ROW)


def evenly(row: Row, most: int) -> list[Row]:
    """In as few rows as may be, none of which has two buttons fewer than another; the shorter ones first."""
    count = -(-len(row) // most)
    ends = [len(row) * at // count for at in range(count + 1)] if count else []
    return [row[start:end] for start, end in pairwise(ends)]


def back_and_more(before: Code | None, after: Code | None) -> Row:
    return _turns((_("‹ Back"), before), (_("More ›"), after))


def _newer_and_older(newer: Code | None, older: Code | None) -> Row:
    return _turns((_("‹ Newer"), newer), (_("Older ›"), older))


def _turns(*ways: tuple[str, Code | None]) -> Row:
    return [pressed(label, code) for label, code in ways if code is not None]


def pressed(label: str, code: Code, style: str | None = None) -> Button:
    button: Button = {"text": label, "callback_data": callback_data.encode(code)}
    return button if style is None else {**button, "style": style}


def keyboard(rows: list[Row]) -> ReplyMarkup | None:
    filled = [row for row in rows if row]
    return {"inline_keyboard": filled} if filled else None
