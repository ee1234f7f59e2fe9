"""The card: what a person reads before they dial."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot import phones
from bot.chat.render import lateness, moments, text, trade, work
from bot.chat.render.text import HTML, PLAIN
from bot.i18n import _
from bot.models import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from zoneinfo import ZoneInfo

    from bot.chat.render.text import Markup
    from bot.models import Card, EarlierLead, Lead

_LONGEST_NUMBER: Final = 64
"""No number is that long; a text that could not be read as one may be."""
_LEAST_DELAY: Final = 60
"""Seconds; a lead that was faster was at once."""


def html(card: Card, zone: ZoneInfo) -> str:
    return _draw(card, _fitted(card, zone), zone, HTML)


def plain(card: Card, zone: ZoneInfo) -> str:
    return _draw(card, _fitted(card, zone), zone, PLAIN)


def _fitted(card: Card, zone: ZoneInfo) -> dict[str, str]:
    return text.fit(_values(card), lambda values: _draw(card, values, zone, PLAIN))


def _values(card: Card) -> dict[str, str]:
    """All that strangers wrote, clean, by the place where it stands."""
    lead, earlier = card.stored.lead, card.earlier
    return {
        "title": title(lead),
        "name": text.line(lead.name),
        "company": text.line(lead.company),
        "emails": ", ".join(dict.fromkeys(filter(None, map(text.line, (lead.email, lead.email_alt))))),
        "place": _place(lead),
        "message": text.block(lead.message),
        "quantity": text.line(lead.quantity),
        "requirement": text.line(lead.requirement).capitalize(),
        "earlier_product": text.line(earlier.product if earlier else None),
        "earlier_owner": text.line(earlier.owner_name if earlier else None),
        "query_id": text.line(lead.query_id),
        **work.values(card),
    }


def title(lead: Lead) -> str:
    """What it is about."""
    return text.line(lead.product) or text.line(lead.subject) or text.line(lead.category)


def _place(lead: Lead) -> str:
    state = " ".join(filter(None, map(text.line, (lead.state, lead.pincode))))
    city = text.line(lead.city)
    if not city and not text.line(lead.state):
        return " ".join(filter(None, map(text.line, (lead.address, lead.pincode))))
    return ", ".join(filter(None, (city, state)))


def numbers(lead: Lead) -> tuple[str, ...]:
    """The buyer's numbers as they are shown, each whole; one that could not be read is bounded."""
    shown = (number(one) for one in lead.phones)
    return tuple(dict.fromkeys(one for one in shown if one))


def number(one: str) -> str:
    return text.shorten(text.line(phones.show(one)), _LONGEST_NUMBER)


def _draw(card: Card, values: Mapping[str, str], zone: ZoneInfo, markup: Markup) -> str:
    return "\n".join(filter(None, _lines(card, values, zone, markup)))


def _lines(card: Card, values: Mapping[str, str], zone: ZoneInfo, markup: Markup) -> Iterator[str]:
    lead = card.stored.lead
    yield markup.bold(_headline(lead, values["title"]))
    yield markup.plain(", ".join(filter(None, (values["name"], values["company"]))))
    yield markup.plain(_call(lead))
    yield markup.plain(_numbers(lead, values["place"]))
    yield markup.plain(_signed("✉️", values["emails"]))
    yield markup.plain(_placed(lead, values["place"]))
    yield markup.plain(_times(card, zone))
    yield markup.plain(lateness.line(card, zone))
    yield markup.quote(values["message"]) if values["message"] else ""
    yield markup.plain(_wants(lead, values))
    yield markup.plain(_history(card, values, zone))
    yield from map(markup.plain, work.lines(card, values))
    yield markup.plain(f"#{card.stored.lead_id} · {trade.code(lead.kind)} {values['query_id']}".rstrip())


def _signed(sign: str, value: str) -> str:
    return f"{sign} {value}" if value else ""


def _headline(lead: Lead, about: str) -> str:
    kind = f"{trade.sign(lead.kind)} {trade.kind_name(lead.kind)}"
    return f"{kind} · {about}" if about else kind


def _call(lead: Lead) -> str:
    if lead.kind != Kind.CALL:
        return ""
    rang = number(lead.receiver_mobile) if lead.receiver_mobile else ""
    if lead.call_seconds is None:
        return _signed("⏱", _("rang {number}").format(number=rang) if rang else "")
    if lead.is_missed_call:
        said = "📵 " + _("missed call, call back first")
    else:
        said = "⏱ " + moments.call_length(lead.call_seconds)
    return _("{what}, rang {number}").format(what=said, number=rang) if rang else said


def _numbers(lead: Lead, place: str) -> str:
    flag = "" if place else trade.flag(lead.country)
    shown = ", ".join(numbers(lead))
    return _signed(f"📞 {flag}".rstrip(), shown)


def _placed(lead: Lead, place: str) -> str:
    if not place and not numbers(lead):
        place = trade.country_name(lead.country)
    return _signed(f"📍 {trade.flag(lead.country)}".rstrip(), place)


def _times(card: Card, zone: ZoneInfo) -> str:
    at = card.stored.lead.enquired_at
    if at is None:
        return ""
    when = f"{moments.clock_face(at, zone)} {moments.moment(at, zone)}"
    after = card.reached_after
    if after is None or after.total_seconds() < _LEAST_DELAY:
        return when
    return _("{when}, reached us after {span}").format(when=when, span=moments.span(after))


def _wants(lead: Lead, values: Mapping[str, str]) -> str:
    value = trade.rupees(lead.order_value_min, lead.order_value_max)
    parts = [_signed("📦", values["quantity"]), _signed("💰", value)]
    signed = any(parts)
    parts.append(values["requirement"] if signed else _signed("📝", values["requirement"]))
    return " · ".join(filter(None, parts))


def _history(card: Card, values: Mapping[str, str], zone: ZoneInfo) -> str:
    if card.nth < 2 and card.earlier is None:
        return ""
    nth = "🔁 " + _("{nth} lead from this buyer").format(nth=trade.ordinal(max(card.nth, 2)))
    if card.earlier is None:
        return nth
    last = _last(card, card.earlier, values, zone)
    return f"{nth}, {last}"


def _last(card: Card, earlier: EarlierLead, values: Mapping[str, str], zone: ZoneInfo) -> str:
    when = _when(card, earlier, zone)
    dated = _("last {day}").format(day=when) if when else _("last")
    # A call names no product.
    about = values["earlier_product"] or trade.kind_name(earlier.kind)
    facts = (about, trade.standing(earlier.status, values["earlier_owner"]))
    return f"{dated}: {', '.join(filter(None, facts))}"


def _when(card: Card, earlier: EarlierLead, zone: ZoneInfo) -> str:
    if earlier.enquired_at is None:
        return ""
    return moments.day_before(earlier.enquired_at, card.stored.lead.enquired_at, zone)
