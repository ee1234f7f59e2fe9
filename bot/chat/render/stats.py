"""What /stats answers: how many leads, how fast they were answered and by whom, what is asked for and from where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.chat.render import moments, text, trade, work
from bot.i18n import _, ngettext
from bot.services.stats import A_DAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import timedelta

    from bot.services.stats import PersonStats, Spread, StatsReport, Times

FEW_DAYS: Final = 2
"""Fewer are told in hours: they are counted from now, not from midnight."""
_MOST_KINDS: Final = 8
_MOST_PEOPLE: Final = 20
_LONGEST: Final = 60
"""UTF-16 units of a name, a product, a city."""


def stats(report: StatsReport) -> list[str]:
    """The first line is the heading."""
    many = ngettext("{n} lead", "{n} leads", report.total).format(n=trade.grouped(report.total))
    return ["📊 " + _("The last {span}: {leads}").format(span=_length(report.length), leads=many), *_body(report)]


def _length(length: timedelta) -> str:
    """`7 days`, `12 h`."""
    days, rest = divmod(length, A_DAY)
    if rest or days < FEW_DAYS:
        return moments.span(length)
    return ngettext("{n} day", "{n} days", days).format(n=trade.grouped(days))


def _body(report: StatsReport) -> list[str]:
    if not report.total:
        return []
    kinds = (f"{trade.sign(kind)} {trade.kind_name(kind)} {n}" for kind, n in report.by_kind[:_MOST_KINDS])
    statuses = (f"{trade.status_name(status)} {n}" for status, n in report.by_status)
    won = "" if not report.won_value else "🏆 " + _("won: {value}").format(value=_rupees(report.won_value))
    lines = [
        " · ".join(kinds),
        " · ".join(statuses),
        won,
        *_times(report.times),
        *(_person(one) for one in report.people[:_MOST_PEOPLE]),
        *_top("📦", report.products),
        *_top("📍", report.cities),
    ]
    return [line for line in lines if line]


def _times(times: Times) -> Iterator[str]:
    steps = (
        (_("enquiry to card"), times.card),
        (_("card to claim"), times.claim),
        (_("claim to contacted"), times.contact),
        (_("enquiry to contacted"), times.whole),
    )
    for name, spread in steps:
        if spread is not None:
            yield _("⏱ {step}: {spread}").format(step=name, spread=_spread(spread))


def _spread(spread: Spread) -> str:
    median, slowest = moments.span(spread.median), moments.span(spread.slowest_tenth)
    return _("half within {median}, slowest tenth {slowest} or more").format(median=median, slowest=slowest)


def _short_spread(spread: Spread) -> str:
    """One lead alone has no slowest tenth."""
    median, slowest = moments.span(spread.median), moments.span(spread.slowest_tenth)
    if spread.number == 1:
        return median
    return _("{median} (slowest tenth {slowest})").format(median=median, slowest=slowest)


def _person(one: PersonStats) -> str:
    facts = [_("claimed {n}").format(n=one.claimed)]
    if one.claim is not None:
        facts.append(_("after {span}").format(span=_short_spread(one.claim)))
    if one.contacted:
        facts.append(_("contacted {n}").format(n=one.contacted))
    if one.contact is not None:
        facts.append(_("{span} later").format(span=_short_spread(one.contact)))
    if one.won:
        facts.append(_("won {n}").format(n=one.won))
    if one.won_value:
        facts.append(_rupees(one.won_value))
    return f"👤 {text.shorten(work.name(one.name), _LONGEST)}: {', '.join(facts)}"


def _top(sign: str, counted: Iterable[tuple[str, int]]) -> Iterator[str]:
    shown = [f"{text.shorten(text.line(name), _LONGEST)} {n}" for name, n in counted]
    if shown:
        yield f"{sign} {' · '.join(shown)}"


def _rupees(value: int) -> str:
    return trade.rupees(value, value)
