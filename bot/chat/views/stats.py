"""What /stats answers, page by page: what came, who did what, what became of it, what it brought."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.chat.views import changes, labels, stats_trade, text
from bot.chat.views import times as moments
from bot.chat.views.labels import DOT
from bot.chat.views.list_codes import StatsPage
from bot.domain.report_span import A_DAY, SpanName
from bot.i18n import _, grouped, ngettext
from bot.store.stats import OTHER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import timedelta

    from bot.domain.report_span import ReportSpan
    from bot.lookup.stats import PersonStats, Result, Spread, StatsReport

FEW_DAYS: Final = 2
"""Fewer are told in hours: they are counted from now, not from midnight."""
_MOST_KINDS: Final = 8
_MOST_PEOPLE: Final = 20
_MOST_IDLE: Final = 20
_MOST_REASONS: Final = 8
_LONGEST: Final = 24
"""UTF-16 units of a name."""


def stats(report: StatsReport, page: StatsPage) -> list[str]:
    """The first line is the heading."""
    body = {
        StatsPage.SUMMARY: _summary,
        StatsPage.PEOPLE: _people,
        StatsPage.RESULTS: _results,
        StatsPage.TRADE: stats_trade.trade,
    }[page]
    head = [_heading(report), *([_compared(report)] if page is StatsPage.SUMMARY else [])]
    return _apart(list(filter(None, block)) for block in ([*head], *body(report)))


def _heading(report: StatsReport) -> str:
    total = report.counts.total
    many = ngettext("{n} lead", "{n} leads", total).format(n=grouped(total))
    of = [] if report.person_name is None else [text.shorten(changes.name(report.person_name), _LONGEST)]
    if report.query.kind:
        of.append(labels.kind_name(report.query.kind))
    return "📊 " + _("{span}: {leads}").format(span=DOT.join([span_name(report.query.span), *of]), leads=many)


def span_name(span: ReportSpan) -> str:
    names = {
        SpanName.TODAY: _("Today"),
        SpanName.YESTERDAY: _("Yesterday"),
        SpanName.MONTH: _("This month"),
    }
    if isinstance(span.name, SpanName):
        return names[span.name]
    return _("The last {span}").format(span=_length(span.name))


def _length(length: timedelta) -> str:
    """`7 days`, `12 h`."""
    days, rest = divmod(length, A_DAY)
    if rest or days < FEW_DAYS:
        return moments.span(length)
    return ngettext("{n} day", "{n} days", days).format(n=grouped(days))


def _apart(blocks: Iterable[list[str]]) -> list[str]:
    """With a blank line between them."""
    lines: list[str] = []
    for block in filter(None, blocks):
        lines += ["", *block] if lines else block
    return lines


def _summary(report: StatsReport) -> Iterator[list[str]]:
    if report.counts.total:
        kinds = (labels.counted_kind(kind, n) for kind, n in report.counts.by_kind[:_MOST_KINDS])
        statuses = (labels.counted_status(status, n) for status, n in report.counts.by_status)
        yield [DOT.join(kinds), DOT.join(statuses), _won(report.result, report.before)]
    yield list(_times(report))
    yield [_waiting(report)]


def _compared(report: StatsReport) -> str:
    now, before = report.counts.total, report.all_before
    if not now and not before:
        return ""
    if not before:
        return _("None in the time before")
    words = {
        True: _("▲ {n} more than in the time before ({before})"),
        False: _("▼ {n} fewer than in the time before ({before})"),
    }
    if now == before:
        return _("As many as in the time before")
    return words[now > before].format(n=grouped(abs(now - before)), before=grouped(before))


def _won(result: Result, before: Result) -> str:
    if not result.won and not before.won:
        return ""
    now = _("{n} won").format(n=grouped(result.won))
    shown = f"🏆 {now} {rupees(result.value)}".rstrip()
    return shown + DOT + _("before {n}").format(n=f"{grouped(before.won)} {rupees(before.value)}".rstrip())


def rupees(value: int) -> str:
    """Empty for nothing."""
    return labels.rupees(value, value) if value else ""


def _times(report: StatsReport) -> Iterator[str]:
    """What is equal after rounding needs no slowest tenth."""
    now, before = report.times, report.times_before
    steps = (
        (_("IndiaMART"), now.indiamart, None, moments.span),
        (_("Leadbell"), now.leadbell, None, moments.span),
        (_("Telegram"), now.telegram, None, moments.span),
        (_("claim"), now.claim, before.claim, moments.worked),
        (_("first call"), now.contact, before.contact, moments.worked),
    )
    for name, spread, earlier, told in steps:
        if spread is not None:
            yield _("⏱ {step}: {spread}").format(step=name, spread=_spread(spread, earlier, told))
    if now.claim is not None or now.contact is not None:
        yield _("Claim and first call: since the card, in working time.")


def _spread(spread: Spread, earlier: Spread | None, told: Callable[[timedelta], str]) -> str:
    """`4 min, a tenth over 50 min (before 6 min)`."""
    usual, slowest = told(spread.median), told(spread.slowest_tenth)
    said = usual if usual == slowest else _("{usual}, a tenth over {slowest}").format(usual=usual, slowest=slowest)
    return said if earlier is None else _("{said} (before {span})").format(said=said, span=told(earlier.median))


def _waiting(report: StatsReport) -> str:
    number = sum(report.to_call)
    if not number:
        return ""
    return "📞 " + ngettext(
        "{n} lead is claimed and nobody has called yet", "{n} leads are claimed and nobody has called yet", number
    ).format(n=grouped(number))


def _people(report: StatsReport) -> Iterator[list[str]]:
    """Whoever did something, or has something to do; then all others by name."""
    busy = [one for one in report.people if one.claimed or one.contacted or one.result.leads or one.to_call]
    for one in busy[:_MOST_PEOPLE]:
        yield [*_person(one)]
    idle = [text.shorten(changes.name(one.name), _LONGEST) for one in report.people if one not in busy]
    if idle:
        yield [_("Nothing claimed: {names}").format(names=DOT.join(idle[:_MOST_IDLE]))]
    if (more := max(len(busy) - _MOST_PEOPLE, 0) + max(len(idle) - _MOST_IDLE, 0)) > 0:
        yield [ngettext("and {n} more", "and {n} more", more).format(n=more)]
    if any(one.claim is not None for one in report.people):
        yield [_("From card to claim, in working time.")]


def _person(one: PersonStats) -> Iterator[str]:
    """Each line fits a phone."""
    claimed = _("{n} claimed").format(n=grouped(one.claimed)) if one.claimed else _("nothing claimed")
    called = [_("{n} called").format(n=grouped(one.contacted))] if one.contacted else []
    yield joined([text.shorten(changes.name(one.name), _LONGEST), claimed, *called])
    if one.claim is not None:
        usual = _("⏱ {span}").format(span=moments.worked(one.claim.median))
        quick = _("{share} under 5 min").format(share=percent(one.claim.quick, one.claim.number))
        yield joined([usual, quick])
    if one.result.won:
        yield won_of(one.result)
    if one.to_call:
        yield "📞 " + _("{n} still to call").format(n=grouped(one.to_call))


def won_of(result: Result) -> str:
    """`🏆 2 won of 9 (22%) ₹1.6 lakh`."""
    said = _("🏆 {won} won of {n} ({share})").format(
        won=grouped(result.won), n=grouped(result.leads), share=percent(result.won, result.leads)
    )
    return f"{said} {rupees(result.value)}".rstrip()


def joined(facts: list[str]) -> str:
    """What belongs together stays on one line."""
    return DOT.join((facts[0], *(fact.replace(" ", "\u00a0") for fact in facts[1:])))


def percent(part: int, whole: int) -> str:
    return f"{round(100 * part / whole) if whole else 0}%"


def _results(report: StatsReport) -> Iterator[list[str]]:
    yield [line for kind, result in report.kinds[:_MOST_KINDS] if result.leads for line in _kind(kind, result)]
    lost = [f"{_reason(reason)}\u00a0{grouped(n)}" for reason, n in report.lost[:_MOST_REASONS]]
    if lost:
        yield ["💔 " + _("Lost: {reasons}").format(reasons=DOT.join(lost))]
    if any(report.to_call):
        ages = (f"{name}\u00a0{n}" for name, n in zip(age_names(), report.to_call, strict=True) if n)
        people = (
            f"{text.shorten(changes.name(one.name), _LONGEST)}\u00a0{one.to_call}"
            for one in report.people[:_MOST_PEOPLE]
            if one.to_call
        )
        yield ["📞 " + _("Claimed, and nobody has called yet: {ages}").format(ages=DOT.join(ages)), DOT.join(people)]


def _kind(kind: str, result: Result) -> Iterator[str]:
    facts = [labels.counted_kind(kind, result.leads), _("{n} called").format(n=grouped(result.contacted))]
    yield joined(facts if result.won else [*facts, _("none won")])
    if result.won:
        yield won_of(result)


def age_names() -> list[str]:
    """By `bot.store.stats.AGES`."""
    return [_("under 1 h"), _("under 1 day"), _("1-3 days"), _("3-7 days"), _("over a week")]


def _reason(reason: str) -> str:
    if reason == OTHER:
        return _("other reasons")
    return changes.reason(reason) if reason else _("nobody said why")
