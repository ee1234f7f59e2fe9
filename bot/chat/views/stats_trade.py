"""The page of /stats about products, cities and money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.chat.views import labels, text
from bot.chat.views.labels import DOT
from bot.i18n import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.lookup.money import BuyLeads, Money
    from bot.lookup.stats import Result, StatsReport
    from bot.store.stats import Trade

_LONGEST: Final = 32
"""UTF-16 units of a product or a city."""
_TENTHS_BELOW: Final = 10
"""So many times the fee are said with a tenth."""


def trade(report: StatsReport) -> Iterator[list[str]]:
    fee = report.money
    each = None if fee is None else fee.each(report.counts.total)
    yield [_traded("📦", one, each) for one in report.products]
    yield [_traded("📍", one, each) for one in report.cities]
    if fee is not None:
        yield list(_money(fee, report))
    if report.buyleads is not None:
        yield [_buyleads(report.buyleads)]


def _traded(sign: str, one: Trade, each: int | None) -> str:
    """`📦 Pump · 7 · 2 won ₹1.6 lakh, cost ₹840`. A lead costs the same, whatever it is about."""
    facts = [f"{sign} {text.shorten(text.line(one.name), _LONGEST)}", labels.grouped(one.leads)]
    if one.won:
        won = _("{n} won").format(n=labels.grouped(one.won))
        facts.append(f"{won} {_rupees(one.value)}" if one.value else won)
    if each is not None:
        facts.append(_("cost {value}").format(value=_rupees(each * one.leads)))
    return DOT.join((facts[0], *(fact.replace(" ", "\u00a0") for fact in facts[1:])))


def _money(fee: Money, report: StatsReport) -> Iterator[str]:
    yield "💰 " + _("IndiaMART’s fee for this time: {value}").format(value=_rupees(fee.fee))
    costs = [
        (_("{value} a lead"), fee.each(report.counts.total)),
        (_("{value} a buyer called"), fee.each(report.result.contacted)),
        (_("{value} an order won"), fee.each(report.result.won)),
    ]
    said = [words.format(value=_rupees(cost)).replace(" ", "\u00a0") for words, cost in costs if cost is not None]
    if said:
        yield DOT.join(said)
    yield _against(fee, report.result)


def _against(fee: Money, result: Result) -> str:
    if not fee.value:
        return _("Nothing won with a value yet.") if result.won else _("Nothing won yet.")
    if not fee.fee:
        return ""
    times = fee.value / fee.fee
    shown = f"{times:.1f}" if times < _TENTHS_BELOW else labels.grouped(round(times))
    return _("Won {value}, {times} times the fee").format(value=_rupees(fee.value), times=shown)


def _buyleads(week: BuyLeads) -> str:
    used = ngettext("{n} BuyLead of {all} used this week", "{n} BuyLeads of {all} used this week", week.used)
    left = _("{n} left until Saturday night").format(n=labels.grouped(week.left))
    return "🛒 " + used.format(n=labels.grouped(week.used), all=labels.grouped(week.allotted)) + DOT + left


def _rupees(value: int) -> str:
    return labels.rupees(value, value)
