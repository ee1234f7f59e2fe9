"""Kinds, statuses, money, countries: the trade's words and signs."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from babel import Locale
from babel.numbers import format_decimal

from bot.chat.render import text
from bot.chat.render.moments import LOCALE
from bot.i18n import _
from bot.models import Kind, Status

HOME: Final = "IN"
_SIGNS: Final = {
    Kind.ENQUIRY: "🟢",
    Kind.BUYLEAD: "🛒",
    Kind.CALL: "📞",
    Kind.WHATSAPP: "💬",
    Kind.CATALOGUE_VIEW: "👀",
}
_OTHER_SIGN: Final = "🔔"
_LONGEST_CODE: Final = 32
_REGIONAL_A: Final = 0x1F1E6


def sign(kind: str) -> str:
    return _SIGNS.get(kind, _OTHER_SIGN)


def kind_name(kind: str) -> str:
    """What people call it; an unknown kind goes by its own code."""
    names = {
        Kind.ENQUIRY: _("Enquiry"),
        Kind.BUYLEAD: _("BuyLead"),
        Kind.CALL: _("Call"),
        Kind.WHATSAPP: _("WhatsApp enquiry"),
        Kind.CATALOGUE_VIEW: _("Catalogue view"),
    }
    return names.get(kind) or code(kind)


def code(kind: str) -> str:
    return text.shorten(text.line(kind), _LONGEST_CODE) or "?"


def status_name(status: Status) -> str:
    return {
        Status.NEW: _("open"),
        Status.CLAIMED: _("claimed"),
        Status.CONTACTED: _("contacted"),
        Status.QUOTED: _("quoted"),
        Status.WON: _("won"),
        Status.LOST: _("lost"),
        Status.JUNK: _("junk"),
    }[status]


def standing(status: Status, owner: str) -> str:
    """`won by Ravi`."""
    if status is Status.NEW or not owner:
        return status_name(status)
    return _("{status} by {owner}").format(status=status_name(status), owner=owner)


def rupees(least: int | None, most: int | None) -> str:
    """`₹3,000-10,000`, grouped as in India; empty for nothing."""
    if least is not None and most is not None and least != most:
        return f"₹{grouped(least)}-{grouped(most)}"
    if least is None and most is not None:
        return _("up to {value}").format(value=f"₹{grouped(most)}")
    if least is not None and most is None:
        return _("from {value}").format(value=f"₹{grouped(least)}")
    return "" if least is None else f"₹{grouped(least)}"


@lru_cache(maxsize=1024)  # order values are few
def grouped(number: int) -> str:
    """`1,60,000`."""
    return str(format_decimal(number, locale=LOCALE))


def ordinal(n: int) -> str:
    """`3rd`."""
    ending = "th" if 10 <= n % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def flag(country: str | None) -> str:
    """A foreign country's flag; empty for India and for what is no country's code."""
    if country is None or country == HOME or country not in Locale.parse("en").territories or not country.isalpha():
        return ""
    return "".join(chr(_REGIONAL_A + ord(letter) - ord("A")) for letter in country)


def country_name(country: str | None) -> str:
    return str(Locale.parse(LOCALE).territories.get(country, "")) if country and flag(country) else ""
