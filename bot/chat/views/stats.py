"""What /stats answers: how many leads, how fast they were answered and by whom, what is asked for and from where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.chat.views import changes, labels, text
from bot.chat.views import times as moments
from bot.chat.views.labels import DOT
from bot.i18n import _, ngettext
from bot.lookup.stats import A_DAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import timedelta

    from bot.lookup.stats import PersonStats, ResponseTimes, Spread, StatsReport

FEW_DAYS: Final = 2
"""Fewer are told in hours: they are counted from now, not from midnight."""
_MOST_KINDS: Final = 8
_MOST_PEOPLE: Final = 20
_LONGEST_PRODUCT: Final = 32
_LONGEST: Final = 60
"""UTF-16 units of a name, a product, a city."""


def stats(report: StatsReport) -> list[str]:
    """The first line is the heading."""
    many = ngettext("{n} lead", "{n} leads", report.counts.total).format(n=labels.grouped(report.counts.total))
    return ["📊 " + _("The last {span}: {leads}").format(span=_length(report.length), leads=many), *_body(report)]


def _length(length: timedelta) -> str:
    """`7 days`, `12 h`."""
    days, rest = divmod(length, A_DAY)
    if rest or days < FEW_DAYS:
        return moments.span(length)
    return ngettext("{n} day", "{n} days", days).format(n=labels.grouped(days))


def _body(report: StatsReport) -> list[str]:
    if not report.counts.total:
        return []
    kinds = (labels.counted_kind(kind, n) for kind, n in report.counts.by_kind[:_MOST_KINDS])
    statuses = (labels.counted_status(status, n) for status, n in report.counts.by_status)
    won = "" if not report.won_value else "🏆 " + _("won: {value}").format(value=_rupees(report.won_value))
    blocks = (
        [DOT.join(kinds), DOT.join(statuses), won],
        _times(report.times),
        map(_person, report.people[:_MOST_PEOPLE]),
        [*_each("📦", report.products), *_top("📍", report.cities)],
    )
    return _apart([line for line in block if line] for block in blocks)


def _apart(blocks: Iterable[list[str]]) -> list[str]:
    """With a blank line between them."""
    lines: list[str] = []
    for block in filter(None, blocks):
        lines += ["", *block] if lines else block
    return lines


def _times(times: ResponseTimes) -> Iterator[str]:
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
    """One lead alone has no slowest tenth."""
    usual = _("usually {span}").format(span=moments.span(spread.median))
    if spread.number == 1:
        return usual
    return _("{usual}, one in ten {slowest} or more").format(usual=usual, slowest=moments.span(spread.slowest_tenth))


def _person(one: PersonStats) -> str:
    """`Ravi · 7 claimed · usually in 31 s · 2 called · 1 won ₹85,000`; what is nothing is left out."""
    facts = [text.shorten(changes.name(one.name), _LONGEST)]
    if one.claimed:
        facts.append(_("{n} claimed").format(n=one.claimed))
    if one.claim is not None:
        facts.append(_("usually in {span}").format(span=moments.span(one.claim.median)))
    if one.contacted:
        facts.append(_("{n} called").format(n=one.contacted))
    if one.won:
        won = _("{n} won").format(n=one.won)
        facts.append(f"{won} {_rupees(one.won_value)}" if one.won_value else won)
    return DOT.join((facts[0], *(fact.replace(" ", "\u00a0") for fact in facts[1:])))


def _each(sign: str, counted: Iterable[tuple[str, int]]) -> Iterator[str]:
    """Products have long names: a line for each."""
    for name, n in counted:
        yield f"{sign} {text.shorten(text.line(name), _LONGEST_PRODUCT)}\u00a0· {n}"


def _top(sign: str, counted: Iterable[tuple[str, int]]) -> Iterator[str]:
    shown = [f"{text.shorten(text.line(name), _LONGEST)}\u00a0{n}" for name, n in counted]
    if shown:
        yield f"{sign} {DOT.join(shown)}"


def _rupees(value: int) -> str:
    return labels.rupees(value, value)
