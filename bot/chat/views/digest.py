"""A digest: one screen on a phone, what is open first.

A number is opened by the button with the same sign, or is itself a link to its leads.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.chat.views import buttons, card, changes, labels, text, times
from bot.chat.views.buttons import pressed
from bot.chat.views.labels import DOT
from bot.chat.views.lead_codes import ShowLead
from bot.chat.views.list_codes import OpenList
from bot.chat.views.message import RenderedMessage, said
from bot.chat.views.text import bold, escaped
from bot.delivery.due_messages import LATE_AFTER
from bot.domain.call_first import CallReason
from bot.domain.digest_times import DigestKind
from bot.i18n import _, grouped, ngettext
from bot.store.figures import Figure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from bot.chat.views.message import ReplyMarkup
    from bot.chat.views.times import Now
    from bot.lookup.digest import DigestReport, FirstCall, Number, PersonFigures

    Row = buttons.Row
    Link = Callable[[Number, str], str]
    """A number that opens its leads, from what it shows (plain text) to HTML."""

SIGNS: Final = {
    Figure.OPEN: "✋",
    Figure.MISSED: "📵",
    Figure.OVERDUE: "⏰",
    Figure.TO_CALL: "☎️",
    Figure.CAME: "📥",
    Figure.REMINDERS: "🔔",
    Figure.CLAIMED: "👍",
    Figure.CONTACTED: "🗣",
    Figure.WON: "🏆",
    Figure.LOST: "💔",
}
"""Before a number, and on the button that opens it."""
MOST_PEOPLE: Final = 5
MOST_LABELS: Final = 5
A_ROW: Final = 5
_TITLE: Final = 24
_NAME: Final = 20
_SECOND: Final = timedelta(seconds=1)


def digest(report: DigestReport, now: Now, link: Link) -> RenderedMessage:
    if report.is_empty and not any(number.n for number in report.earlier.values()):
        return said(_nothing(report, now))
    blocks = (
        [bold(_title(report, now)), *_late(report, now)],
        list(_standing(report, now, link)),
        list(_done(report, now, link)),
        list(_people(report.people, link)),
        list(_first(report.first)),
    )
    return RenderedMessage("\n\n".join("\n".join(block) for block in blocks if block), _keyboard(report))


def _nothing(report: DigestReport, now: Now) -> str:
    what = _("nothing came, and nothing is open.")
    return _("{title}: {what}").format(title=_title(report, now), what=what)


def _title(report: DigestReport, now: Now) -> str:
    if report.kind is DigestKind.WEEKLY:
        first, last = (times.short_day(one.astimezone(now.zone).date()) for one in _week(report))
        return "🗓 " + _("The week {first} to {last}").format(first=first, last=last)
    day = times.weekday_and_day(report.until - _SECOND, now)
    return "☀️ " + day if report.kind is DigestKind.MORNING else "🌙 " + day


def _week(report: DigestReport) -> tuple[datetime, datetime]:
    return report.since, report.until - _SECOND


def _late(report: DigestReport, now: Now) -> Iterator[str]:
    if report.slot_at is not None and now.at - report.slot_at > LATE_AFTER:
        yield escaped(_("This was meant for {when}.").format(when=times.moment(report.slot_at, now)))


def _standing(report: DigestReport, now: Now, link: Link) -> Iterator[str]:
    """How it stands; what is nothing is left out."""
    numbers = report.numbers
    if n := numbers[Figure.OPEN].n:
        said_ = ngettext("{n} unclaimed", "{n} unclaimed", n).format(n=grouped(n))
        waits = "" if report.oldest is None else times.span(now.at - report.oldest)
        longest = ngettext("waits {span}", "oldest {span}", n).format(span=waits)
        yield _line(Figure.OPEN, f"{said_}, {longest}" if waits else said_)
    if n := numbers[Figure.MISSED].n:
        said_ = ngettext("{n} missed call not returned", "{n} missed calls not returned", n)
        yield _line(Figure.MISSED, said_.format(n=grouped(n)))
        costly = _("Calls without an answer cost you BuyLeads.")
        yield f"<i>{escaped(costly)}</i>"
    if n := numbers[Figure.OVERDUE].n:
        said_ = ngettext("{n} reminder overdue", "{n} reminders overdue", n)
        yield _line(Figure.OVERDUE, said_.format(n=grouped(n)))
    if n := numbers[Figure.TO_CALL].n:
        said_ = ngettext("{n} claimed, not called yet", "{n} claimed, not called yet", n)
        who = [f"{_name(name)} {link(number, grouped(number.n))}" for name, number in report.to_call[:MOST_LABELS]]
        yield _line(Figure.TO_CALL, said_.format(n=grouped(n))) + (": " + ", ".join(who) if who else "")


def _name(name: str) -> str:
    """HTML."""
    return escaped(text.shorten(changes.name(name or None), _NAME))


def _done(report: DigestReport, now: Now, link: Link) -> Iterator[str]:
    if report.kind is DigestKind.WEEKLY:
        yield from _compared(report, link)
        return
    came = report.numbers[Figure.CAME].n
    since = times.brief(report.since, now)
    yield _line(Figure.CAME, _("{n} came since {when}").format(n=grouped(came), when=since))
    yield from _kinds(report, link)
    if reminders := report.numbers.get(Figure.REMINDERS):
        said_ = ngettext("{n} reminder today", "{n} reminders today", reminders.n)
        yield from [_line(Figure.REMINDERS, said_.format(n=grouped(reminders.n)))] if reminders.n else []
    done = (Figure.CLAIMED, Figure.CONTACTED, Figure.WON)
    if report.kind is DigestKind.EVENING or any(report.numbers[one].n for one in done):
        claimed, contacted = (grouped(report.numbers[one].n) for one in (Figure.CLAIMED, Figure.CONTACTED))
        parts = (
            _line(Figure.CLAIMED, _("{n} claimed").format(n=claimed)),
            _line(Figure.CONTACTED, _("{n} contacted").format(n=contacted)),
        )
        yield DOT.join(parts)
        won = report.numbers[Figure.WON]
        yield _line(Figure.WON, _("{n} won").format(n=grouped(won.n)) + _value(won))


def _line(figure: Figure, words: str) -> str:
    """HTML."""
    return escaped(f"{SIGNS[figure]} {words}")


def _kinds(report: DigestReport, link: Link) -> Iterator[str]:
    shown = [_kind(kind, link(one, grouped(one.n))) for kind, one in report.kinds[:MOST_LABELS]]
    if shown:
        yield DOT.join(shown)


def _kind(kind: str, number: str) -> str:
    """HTML, in one piece: by the sign that cards begin with."""
    return f"{labels.sign(kind)}\u00a0{number}"


def _compared(report: DigestReport, link: Link) -> Iterator[str]:
    """A week's numbers, and in brackets those of the week before."""
    names = {
        Figure.CAME: _("{n} came"),
        Figure.CLAIMED: _("{n} claimed"),
        Figure.CONTACTED: _("{n} contacted"),
        Figure.WON: _("{n} won"),
        Figure.LOST: _("{n} lost"),
    }
    yield escaped(_("In brackets: the week before"))
    for figure, words in names.items():
        one, before = report.numbers[figure], report.earlier[figure]
        line = _line(figure, words.format(n=grouped(one.n)) + _value(one))
        yield f"{line} ({link(before, grouped(before.n) + _value(before))})"
        if figure is Figure.CAME:
            yield from _kinds(report, link)
    reasons = [f"{_reason(reason)}\u00a0{link(one, grouped(one.n))}" for reason, one in report.reasons[:MOST_LABELS]]
    if reasons:
        yield DOT.join(reasons)


def _value(number: Number) -> str:
    return f", {labels.rupees(number.value, number.value)}" if number.value else ""


def _reason(reason: str) -> str:
    """HTML."""
    shown = changes.reason(reason) if reason else _("no reason given")
    return escaped(text.shorten(text.line(shown), _NAME))


def _people(people: Sequence[PersonFigures], link: Link) -> Iterator[str]:
    for one in people[:MOST_PEOPLE]:
        parts = (
            (_("{n} claimed"), one.claimed, ""),
            (_("{n} called"), one.contacted, ""),
            (_("{n} won"), one.won, _value(one.won)),
        )
        shown = [
            escaped(words.replace(" ", "\u00a0")).replace("{n}", link(number, grouped(number.n))) + escaped(value)
            for words, number, value in parts
            if number.n
        ]
        yield f"👤 {_name(one.name)}: " + (", ".join(shown) or escaped(_("nothing")))
    if (more := len(people) - MOST_PEOPLE) > 0:
        yield escaped(ngettext("and {n} more", "and {n} more", more).format(n=more))


def _first(first: Sequence[FirstCall]) -> Iterator[str]:
    if not first:
        return
    headline = ngettext("Call this one first", "Call these {n} first", len(first))
    yield bold("👉 " + headline.format(n={2: _("two"), 3: _("three")}.get(len(first), len(first))))
    for one in first:
        lead = one.stored.lead
        about = text.shorten(card.title(lead) or labels.kind_name(lead.kind), _TITLE)
        who = text.shorten(text.line(lead.name) or text.line(lead.company), _NAME)
        why = [_why(reason, one).replace(" ", "\u00a0") for reason in one.reasons]
        owner = "" if one.stored.owner_id is None else text.shorten(changes.name(one.stored.owner_name), _NAME)
        has_it = _("{name} has it").format(name=owner).replace(" ", "\u00a0") if owner else ""
        yield escaped(f"{labels.sign(lead.kind)} /lead_{one.stored.number} · {about}")
        yield f"<i>{escaped(DOT.join(filter(None, (who.replace(' ', chr(0xA0)), *why, has_it))))}</i>"


def _why(reason: CallReason, one: FirstCall) -> str:
    lead = one.stored.lead
    return {
        CallReason.MISSED_CALL: _("missed call"),
        CallReason.LAST_DAY: _("BuyLead, last day"),
        CallReason.VALUE: labels.rupees(lead.order_value_min, lead.order_value_max),
        CallReason.RETURNING: _("has asked before"),
        CallReason.ASKED_TWICE: _("asked twice"),
        CallReason.WAITS: _("waits {span}").format(span=times.span(one.waits)),
    }[reason]


def _keyboard(report: DigestReport) -> ReplyMarkup | None:
    first = [pressed(f"#{one.stored.number}", ShowLead(one.stored.lead_id)) for one in report.first]
    opened = [
        pressed(f"{sign} {grouped(report.numbers[figure].n)}", OpenList(report.numbers[figure].view_id))
        for figure, sign in SIGNS.items()
        if figure in report.numbers and report.numbers[figure].n
    ]
    return buttons.keyboard([first, *buttons.evenly(opened, A_ROW)])
