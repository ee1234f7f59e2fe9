"""Kinds, statuses, money, countries: the trade's words and signs."""

from __future__ import annotations

import re
from typing import Final

from babel import Locale

from bot.chat.views import text
from bot.clock import IST
from bot.domain.lead import Kind, Status
from bot.i18n import ENGLISH, _, grouped, language, locale, pgettext
from bot.indiamart.parse import times

HOME: Final = "IN"
_SIGNS: Final = {
    Kind.ENQUIRY: "🟢",
    Kind.BUYLEAD: "🛒",
    Kind.CALL: "📞",
    Kind.WHATSAPP: "💬",
    Kind.CATALOGUE_VIEW: "👀",
}
INDIAMART_SINCE: Final = 1996
"""Nobody has been a member for longer."""
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)", re.ASCII)
_OTHER_SIGN: Final = "🔔"
_LONGEST_CODE: Final = 32
_REGIONAL_A: Final = 0x1F1E6
LAKH: Final = 100_000
CRORE: Final = 100 * LAKH
_HUNDRED: Final = 100
_SHARED: Final = 10
"""From a tenth of its unit on, the lower end of a range is said in it too: ₹0.5-1.5 lakh."""
DOT: Final = "\u00a0· "
"""Between facts on one line; a line may end with it, and never begins with it."""


def member_year(text: str | None, latest: int) -> int | None:
    """The year in which somebody joined IndiaMART, from any spelling of a date; none before 1996 or after `latest`."""
    moment = times.parse(text or "")
    whole = _YEAR.search(text or "")
    year = moment.astimezone(IST).year if moment is not None else 0 if whole is None else int(whole[0])
    return year if INDIAMART_SINCE <= year <= latest else None


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


def counted_kind(kind: str, number: int) -> str:
    """`🟢 Enquiry 7`, in one piece."""
    return f"{sign(kind)} {kind_name(kind)} {grouped(number)}".replace(" ", "\u00a0")


def counted_status(status: Status, number: int) -> str:
    return f"{status_name(status)}\u00a0{grouped(number)}"


def standing(status: Status, owner: str) -> str:
    """`won by Ravi`."""
    if status is Status.NEW or not owner:
        return status_name(status)
    return _("{status} by {owner}").format(status=status_name(status), owner=owner)


def rupees(least: int | None, most: int | None) -> str:
    """As people here say money: `₹85,000`, `₹1-2.4 lakh`, `₹1.2 crore`; empty for nothing.

    From a lakh on to two decimals; the ends of a range share their unit where both are of its size.
    """
    if least is None and most is None:
        return ""
    if least is None and most is not None:
        return _("up to {value}").format(value=_amount(most))
    if most is None and least is not None:
        return _("from {value}").format(value=_amount(least))
    low, high = sorted((least or 0, most or 0))
    return _range(low, high)


def _range(low: int, high: int) -> str:
    size = _size(high)
    if size != 1 and low * _SHARED < size:
        # Nobody says 0.03 lakh.
        return f"{_amount(low)}-{_amount(high)}"
    said, name = [_hundredths(one, size) for one in (low, high)], _unit(size)
    ends = list(dict.fromkeys(map(_decimal, said)))
    return f"₹{'-'.join(ends)}{name}"


def _amount(value: int) -> str:
    size = _size(value)
    return f"₹{_decimal(_hundredths(value, size))}{_unit(size)}"


def _size(value: int) -> int:
    """The unit it is said in: 99,999 is no lakh yet, but 99,99,999 would be a hundred lakh."""
    if value < LAKH:
        return 1
    return LAKH if _hundredths(value, LAKH) < _HUNDRED * CRORE // LAKH else CRORE


def _hundredths(value: int, size: int) -> int:
    """Of the unit, rounded half up."""
    return (value * _HUNDRED + size // 2) // size


def _decimal(hundredths: int) -> str:
    whole, rest = divmod(hundredths, _HUNDRED)
    return f"{grouped(whole)}.{rest:02d}".rstrip("0") if rest else grouped(whole)


def _unit(size: int) -> str:
    names = {LAKH: _("lakh"), CRORE: _("crore")}
    return f"\u00a0{names[size]}" if size in names else ""


def ordinal(n: int) -> str:
    """`3rd`; of a lead."""
    if language() != ENGLISH:
        # Translators: the 2nd lead of a buyer; goes in where another sentence has {nth}.
        named = {2: pgettext("ordinal", "2nd"), 3: pgettext("ordinal", "3rd"), 4: pgettext("ordinal", "4th")}
        return named.get(n) or pgettext("ordinal", "{n}th").format(n=n)
    ending = "th" if 10 <= n % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def flag(country: str | None) -> str:
    """A foreign country's flag; empty for India and for what is no country's code."""
    if country is None or country == HOME or country not in Locale.parse("en").territories or not country.isalpha():
        return ""
    return "".join(chr(_REGIONAL_A + ord(letter) - ord("A")) for letter in country)


def country_name(country: str | None) -> str:
    return str(Locale.parse(locale()).territories.get(country, "")) if country and flag(country) else ""
