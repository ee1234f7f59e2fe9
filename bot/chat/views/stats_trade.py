"""The page of /stats about products, cities and money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.chat.views import labels, text
from bot.chat.views.labels import DOT
from bot.i18n import _, grouped

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
    yield [line for one in report.products for line in _traded("📦", one, each)]
    yield [line for one in report.cities for line in _traded("📍", one, each)]
    if fee is not None:
        yield list(_money(fee, report))
    if report.buyleads is not None:
        yield list(_buyleads(report.buyleads))


def _traded(sign: str, one: Trade, each: int | None) -> Iterator[str]:
    """What it brought and cost on a line of its own. A lead costs the same, whatever it is about."""
    yield f"{sign} {text.shorten(text.line(one.name), _LONGEST)}{DOT}{grouped(one.leads)}"
    facts = []
    if one.won:
        won = _("🏆 {n} won").format(n=grouped(one.won))
        facts.append(f"{won} {_rupees(one.value)}" if one.value else won)
    if each is not None:
        facts.append(_("cost {value}").format(value=_rupees(each * one.leads)))
    if facts:
        yield DOT.join(fact.replace(" ", "\u00a0") for fact in facts)


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
    shown = f"{times:.1f}" if times < _TENTHS_BELOW else grouped(round(times))
    return _("Won {value}, {times} times the fee").format(value=_rupees(fee.value), times=shown)


def _buyleads(week: BuyLeads) -> Iterator[str]:
    used = _("BuyLeads this week: {n} of {all} used")
    yield "🛒 " + used.format(n=grouped(week.used), all=grouped(week.allotted))
    yield _("{n} left until Saturday night").format(n=grouped(week.left))


def _rupees(value: int) -> str:
    return labels.rupees(value, value)
