"""What the charts say: titles, labels and the words behind the bars, and the same as text where no picture comes."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.charts import bars
from bot.charts.chart import Chart, Form, Series
from bot.chat.views import changes, labels, stats, text, times
from bot.chat.views.text import bold, escaped
from bot.domain.chart import ChartKind
from bot.domain.lead import Kind
from bot.i18n import _, grouped, ngettext

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from bot.lookup.charts import ChartFacts
    from bot.lookup.stats import PersonStats, Result

_MOST_DAYS: Final = 35
"""More are drawn by week, and more weeks than that by month."""
_MOST_PEOPLE: Final = 25
_LONGEST_NAME: Final = 14
_MOST_KINDS: Final = 5
_TICKS: Final = (30, 300, 1800, 7200, 28800)
"""Seconds: where the scale of response times is named. A working day has about eight hours."""
_PICTURES: Final = frozenset({"So", "Sk", "Cn", "Co", "Cs", "Cf"})
"""Categories of signs that no font of letters has."""


def chart(kind: ChartKind, facts: ChartFacts) -> Chart:
    drawn: Mapping[ChartKind, Callable[[ChartFacts], Chart]] = {
        ChartKind.DAYS: _days,
        ChartKind.RESPONSE: _response,
        ChartKind.FUNNEL: _funnel,
        ChartKind.HOURS: _hours,
        ChartKind.AGE: _age,
    }
    return drawn[kind](facts)


def caption(drawn: Chart) -> str:
    """Below the picture."""
    return "\n".join([bold(drawn.title), *([escaped(drawn.subtitle)] if drawn.subtitle else [])])


def words(drawn: Chart) -> str:
    """In its place."""
    shown = "\n".join(bars.lines(drawn))
    drawn = replace(drawn, subtitle=drawn.text_subtitle or drawn.subtitle)
    return f"{caption(drawn)}\n<pre>{escaped(text.shorten(shown, text.LIMIT // 2))}</pre>"


def _about(facts: ChartFacts) -> str:
    """`The last 7 days, Ravi, BuyLead: 40 leads`."""
    report = facts.report
    of = [stats.span_name(report.query.span)]
    if report.person_name is not None:
        of.append(_written(report.person_name))
    if report.query.kind:
        of.append(labels.kind_name(report.query.kind))
    total = report.counts.total
    many = ngettext("{n} lead", "{n} leads", total).format(n=grouped(total))
    return _("{span}: {leads}").format(span=", ".join(of), leads=many)


def _days(facts: ChartFacts) -> Chart:
    step = 1 if len(facts.by_day) <= _MOST_DAYS else 7 if len(facts.by_day) <= 7 * _MOST_DAYS else 30
    columns: dict[date, Counter[str]] = {}
    for day, found in facts.by_day.items():
        first = day if step == 1 else day - timedelta(days=day.weekday()) if step == 7 else day.replace(day=1)
        columns.setdefault(first, Counter()).update(found)
    total = sum(columns.values(), Counter[str]())
    kinds = [kind for kind, _number in total.most_common(_MOST_KINDS)]
    series = [Series(labels.kind_name(kind), tuple(one[kind] for one in columns.values())) for kind in kinds]
    if len(total) > len(kinds):
        rest = tuple(sum(n for kind, n in one.items() if kind not in kinds) for one in columns.values())
        series.append(Series(_("others"), rest))
    title = {1: _("Leads by day and kind"), 7: _("Leads by week and kind"), 30: _("Leads by month and kind")}[step]
    name = (times.month) if step == 30 else times.short_day
    return Chart(
        form=Form.COLUMNS,
        title=title,
        subtitle=_about(facts),
        labels=tuple(map(name, columns)),
        series=tuple(series),
        empty=_("No leads came in this time."),
    )


def _response(facts: ChartFacts) -> Chart:
    """The quickest first; who claimed nothing is there too."""
    people = sorted(facts.report.people, key=_quickness)[:_MOST_PEOPLE]
    return Chart(
        form=Form.SPANS,
        title=_("How fast a new card is claimed"),
        subtitle=_("In working time. {about}. Behind the bars: usual time, share under 5 min.").format(
            about=_about(facts)
        ),
        labels=tuple(_written(changes.name(one.name)) for one in people),
        series=(
            Series(_("half of them within"), tuple(_seconds(one, is_median=True) for one in people)),
            Series(_("nine of ten within"), tuple(_seconds(one, is_median=False) for one in people)),
        ),
        notes=tuple(map(_response_note, people)),
        ticks=tuple((float(at), times.span(timedelta(seconds=at)).replace("\u00a0", " ")) for at in _TICKS),
        empty=_("Nobody has claimed a new card in this time."),
    )


def _quickness(one: PersonStats) -> tuple[bool, timedelta, str]:
    return one.claim is None, timedelta() if one.claim is None else one.claim.median, one.name or ""


def _seconds(one: PersonStats, *, is_median: bool) -> float:
    if one.claim is None:
        return 0.0
    # Whoever was there at once is still seen.
    return max((one.claim.median if is_median else one.claim.slowest_tenth).total_seconds(), 1.0)


def _response_note(one: PersonStats) -> str:
    """`4 min, 80%`."""
    if one.claim is None:
        return _("claimed none") if not one.claimed else _("not timed")
    usual = times.worked(one.claim.median).replace("\u00a0", " ")
    return f"{usual}, {stats.percent(one.claim.quick, one.claim.number)}"


def _funnel(facts: ChartFacts) -> Chart:
    shown = [(kind, result) for kind, result in facts.report.kinds if result.leads and kind != Kind.CATALOGUE_VIEW]
    return Chart(
        form=Form.FUNNEL,
        title=_("From lead to order, by kind"),
        subtitle=_about(facts),
        labels=(_("came"), _("claimed"), _("contacted"), _("quoted"), _("won")),
        series=tuple(Series(labels.kind_name(kind), _steps(result)) for kind, result in shown[:_MOST_KINDS]),
        empty=_("No leads came in this time."),
    )


def _steps(result: Result) -> tuple[float, ...]:
    return result.leads, result.claimed, result.contacted, result.quoted, result.won


def _hours(facts: ChartFacts) -> Chart:
    outside = sum(
        number * (1 - share)
        for numbers, shares in zip(facts.by_hour, facts.open, strict=True)
        for number, share in zip(numbers, shares, strict=True)
    )
    total = sum(map(sum, facts.by_hour))
    said = {"about": _about(facts), "share": stats.percent(round(outside), total)}
    return Chart(
        form=Form.GRID,
        title=_("When enquiries come"),
        subtitle=_("{about}. {share} of them outside working hours, which are hatched.").format(**said),
        text_subtitle=_("{about}. {share} of them outside working hours.").format(**said),
        labels=tuple(f"{hour}:00" for hour in range(24)),
        series=tuple(
            Series(times.weekday_name(day), tuple(map(float, numbers))) for day, numbers in enumerate(facts.by_hour)
        ),
        open=facts.open,
        empty=_("No leads came in this time."),
    )


def _age(facts: ChartFacts) -> Chart:
    to_call = facts.report.to_call or tuple(0 for _age in facts.unclaimed)
    return Chart(
        form=Form.ROWS,
        title=_("How long open leads have waited"),
        subtitle=_("Now, of all times. Since the enquiry; for claimed ones, since the claim."),
        labels=tuple(stats.age_names()),
        series=(
            Series(_("nobody has claimed"), tuple(map(float, facts.unclaimed))),
            Series(_("claimed, nobody has called"), tuple(map(float, to_call))),
        ),
        empty=_("No lead is open."),
    )


def _written(name: str) -> str:
    """What a font of letters can write of it."""
    kept = "".join(one for one in name if unicodedata.category(one) not in _PICTURES or one in "\u200c\u200d")
    return text.shorten(text.line(kept), _LONGEST_NAME) or "?"
