"""The card: what a person reads before they dial."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.chat.views import changes, labels, text, times
from bot.chat.views.labels import DOT
from bot.chat.views.text import bold, escaped, quote
from bot.domain import budgets, phones
from bot.domain.card import Lateness
from bot.domain.lead import Kind, SealCause
from bot.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from zoneinfo import ZoneInfo

    from bot.chat.views.times import Now
    from bot.domain.card import Card, EarlierLead
    from bot.domain.lead import Lead, StoredLead


_LONGEST_NUMBER: Final = 64
"""No number is that long; a text that could not be read as one may be."""
_LEAST_DELAY: Final = 60
"""Seconds; a lead that was faster was at once."""
_A_CALL: Final = re.compile(r"(?:(?:buyer|missed|incoming|phone|pns)\s*)?call", re.IGNORECASE)
_HOME_CODE: Final = f"{phones.HOME_CODE} "
_JOINER: Final = text.WORD_JOINER
"""What finds phone numbers in a text takes only digits, blanks, brackets and dashes."""
_EMAIL: Final = re.compile(r"[\w.+%'-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}", re.ASCII)
_BETWEEN: Final = re.compile(r"[\s()./-]+")
_LONG_RUN: Final = re.compile(r"\d{1,5}|\D+")
_LAST_UNIT: Final = re.compile(r"(?<=\d) (?=[^\W\d_]{1,5}$)")
"""At the end of a text, where it would be left alone on a line."""
_IN_ONE_PIECE: Final = 20
"""UTF-16 units of a requirement that moves to the next line as a whole."""
_LONG_EMAILS: Final = 28
"""UTF-16 units that do not fit beside their sign on a phone: they begin beside it all the same."""


def draw(card: Card, now: Now) -> str:
    """HTML."""
    return text.fit(_values(card), lambda values: _draw(card, values, now))


def sealed(card: Card, now: Now) -> str:
    """What stands in the place of a card whose lead was sealed."""
    lead, was_wish = card.stored.lead, card.stored.sealed_for is SealCause.WISH
    why = _("Erased at the buyer's wish.") if was_wish else _("Erased: nobody had needed it for long.")
    below = (_times(card, now), f"🗑 {why}", f"#{card.stored.number} · {labels.code(lead.kind)}")
    return "\n".join((bold(_headline(lead, "")), *map(escaped, filter(None, below))))


def _values(card: Card) -> dict[str, str]:
    """All that strangers wrote, clean, by the place where it stands."""
    lead, earlier = card.stored.lead, card.earlier
    return {
        "title": title(lead),
        "name": text.line(lead.name),
        "company": text.line(lead.company),
        "emails": ", ".join(dict.fromkeys(filter(None, map(_email, (lead.email, lead.email_alt))))),
        "place": _place(lead),
        "message": text.together(text.block((lead.message or "")[: budgets.DRAWN])),
        "quantity": text.together(text.line(lead.quantity)),
        "requirement": _requirement(lead),
        "earlier_product": _product(earlier.kind, earlier.product) if earlier else "",
        "earlier_owner": text.line(earlier.owner_name if earlier else None),
        "query_id": text.line(lead.query_id),
        **changes.values(card),
    }


def title(lead: Lead) -> str:
    """What it is about. IndiaMART calls every call "Buyer Call": that is no product."""
    named = (_product(lead.kind, one) for one in (lead.product, lead.subject, lead.category))
    return _LAST_UNIT.sub("\u00a0", next(filter(None, named), ""))


def _email(address: str | None) -> str:
    """Live, where it is an address and nothing else: it is there to be used."""
    shown = text.plain_line(address)
    return shown if _EMAIL.fullmatch(shown) else text.inert(shown)


def _requirement(lead: Lead) -> str:
    shown = text.line(lead.requirement).capitalize()
    return shown.replace(" ", "\u00a0") if text.units(shown) <= _IN_ONE_PIECE else shown


def _product(kind: str, name: str | None) -> str:
    shown = text.line(name)
    return "" if kind == Kind.CALL and _A_CALL.fullmatch(shown) else shown


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


def _draw(card: Card, values: Mapping[str, str], now: Now) -> str:
    return "\n".join(filter(None, _lines(card, values, now)))


def _lines(card: Card, values: Mapping[str, str], now: Now) -> Iterator[str]:
    lead = card.stored.lead
    yield bold(_headline(lead, values["title"]))
    yield escaped(", ".join(filter(None, (values["name"], values["company"]))))
    yield escaped(_numbers(lead, values["place"]))
    yield escaped(left_alone(card.stored))
    yield escaped(call(lead))
    yield escaped(_emails(values["emails"]))
    yield escaped(_placed(lead, values["place"]))
    yield escaped(_times(card, now))
    yield escaped(_lateness(card, now.zone))
    yield quote(values["message"]) if values["message"] else ""
    yield escaped(_wants(lead, values))
    yield escaped(_member(card))
    yield escaped(_history(card, values, now))
    yield from map(escaped, changes.lines(card, values))
    yield changes.given(card, values["owner"])
    yield escaped(_rang(lead))
    yield escaped(f"#{card.stored.number} · {labels.code(lead.kind)} {values['query_id']}".rstrip())


def _signed(sign: str, value: str) -> str:
    return f"{sign} {value}" if value else ""


def _emails(shown: str) -> str:
    line = _signed("✉️", shown)
    return line if text.units(shown) <= _LONG_EMAILS else line.replace(" ", "\u00a0", 1)


def _headline(lead: Lead, about: str) -> str:
    kind = f"{labels.sign(lead.kind)} {labels.kind_name(lead.kind)}"
    return f"{kind} · {about}" if about else kind


def left_alone(stored: StoredLead) -> str:
    return "🔕 " + _("Do not call: asked to be left alone") if stored.is_left_alone else ""


def call(lead: Lead) -> str:
    """How a call went; empty for other leads."""
    if lead.kind != Kind.CALL or lead.call_seconds is None:
        return ""
    if lead.is_missed_call:
        return "📵 " + _("Missed call, call back first")
    return f"⏱ {times.call_length(lead.call_seconds)}"


def _rang(lead: Lead) -> str:
    """The seller's own number, written so that no phone makes a link of it: a tap is to reach the buyer."""
    if lead.kind != Kind.CALL or not lead.receiver_mobile:
        return ""
    shown = number(lead.receiver_mobile).removeprefix(_HOME_CODE).removeprefix("+")
    parts = (_JOINER.join(_LONG_RUN.findall(part)) for part in _BETWEEN.split(shown))
    return _("☎️ rang {number}").format(number=f"\u00a0{_JOINER}".join(parts))


def _numbers(lead: Lead, place: str) -> str:
    flag = "" if place else labels.flag(lead.country)
    sign = f"📞 {flag}".rstrip()
    return "\n".join(_signed(sign, one) for one in numbers(lead))


def _placed(lead: Lead, place: str) -> str:
    if not place and not numbers(lead):
        place = labels.country_name(lead.country)
    return _signed(f"📍 {labels.flag(lead.country)}".rstrip(), place)


def _times(card: Card, now: Now) -> str:
    at = card.stored.lead.enquired_at
    if at is None:
        return ""
    when = f"{times.clock_face(at, now.zone)} {times.moment(at, now)}"
    after = card.reached_after
    if after is None or after.total_seconds() < _LEAST_DELAY:
        return when
    return _("{when}, reached us after\u00a0{span}").format(when=when, span=times.span(after))


def _wants(lead: Lead, values: Mapping[str, str]) -> str:
    value = labels.rupees(lead.order_value_min, lead.order_value_max)
    parts = [_signed("📦", values["quantity"]), _signed("💰", value)]
    signed = any(parts)
    parts.append(values["requirement"] if signed else _signed("📝", values["requirement"]))
    return DOT.join(filter(None, parts))


def _member(card: Card) -> str:
    """Whoever has been on IndiaMART for years is a firm. A year that cannot be is not shown."""
    latest = card.stored.lead.enquired_at or card.stored.stored_at
    year = labels.member_year(card.stored.lead.member_since, latest.year)
    return "" if year is None else "🏷 " + _("On IndiaMART since {year}").format(year=year)


def _history(card: Card, values: Mapping[str, str], now: Now) -> str:
    if card.nth < 2 and card.earlier is None:
        return ""
    nth = "🔁 " + _("{nth} lead from this buyer").format(nth=labels.ordinal(max(card.nth, 2)))
    if card.earlier is None:
        return nth
    last = _last(card, card.earlier, values, now)
    return f"{nth}, {last}"


def _last(card: Card, earlier: EarlierLead, values: Mapping[str, str], now: Now) -> str:
    when = _when(card, earlier, now)
    dated = _("last {day}").format(day=when) if when else _("last")
    # A call names no product.
    about = values["earlier_product"] or labels.kind_name(earlier.kind)
    facts = (about, labels.standing(earlier.status, values["earlier_owner"]))
    return f"{dated}: {', '.join(filter(None, facts))}"


def _when(card: Card, earlier: EarlierLead, now: Now) -> str:
    if earlier.enquired_at is None:
        return ""
    return times.day_before(earlier.enquired_at, card.stored.lead.enquired_at, now.zone)


def _lateness(card: Card, zone: ZoneInfo) -> str:
    """Empty for a card that is not late. What held the poll up ended when the lead was card.stored."""
    if card.late_reason is None:
        return ""
    why = _reason(card.late_reason).format(until=times.clock(card.stored.stored_at, zone))
    if card.late_by is None:
        return "🐢 " + _("Posted late: {why}").format(why=why)
    return "🐢 " + _("Posted {span} late: {why}").format(span=times.span(card.late_by), why=why)


def _reason(reason: Lateness) -> str:
    return {
        Lateness.TELEGRAM: _("Telegram could not be reached or did not take the message"),
        Lateness.BUSY: _("many leads came at once, and Telegram takes only so many messages a minute"),
        Lateness.STOPPED: _("Leadbell was not running"),
        Lateness.INDIAMART: _("IndiaMART did not answer until {until}"),
        Lateness.NO_CONNECTION: _("IndiaMART could not be reached until {until}"),
        Lateness.KEY_REFUSED: _("our IndiaMART key was refused until {until}"),
        Lateness.KEY_BLOCKED: _("our IndiaMART key was blocked until {until}"),
        Lateness.KEY_SHARED: _("another program used our IndiaMART key until {until}"),
        Lateness.NOT_STORED: _("Leadbell could not store anything until {until}"),
        Lateness.WITHHELD: _("IndiaMART gave us no leads until {until}"),
    }[reason]
