"""What /status and /fetch answer: how it stands, a fact a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.chat.views import faults, group_faults, notices, text, times
from bot.domain.usual import FewReason
from bot.i18n import _, grouped, ngettext, shown
from bot.indiamart.answer import Outcome
from bot.intake.push_results import REFUSED, PushResult

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from bot.chat.views.times import Now
    from bot.domain.notice import Fault
    from bot.health.status import StatusReport
    from bot.intake.fetch_report import PollSummary
    from bot.store.push_log import PushLogEntry


_LONGEST_WORDS: Final = 200
_EXPLAINED: Final = 4
"""So many troubles come with what to do; each was explained when it started."""


def status(report: StatusReport, now: Now, *, is_technical: bool) -> list[str]:
    """`is_technical` also tells what is wrong and what to set; else what the team notices of it."""
    troubles = _troubles(report, now, is_technical=is_technical)
    return [line for line in (*_lines(report, now), *troubles, *_pushes(report, now)) if line]


def _lines(report: StatusReport, now: Now) -> Iterator[str]:
    yield _("Leadbell {version}").format(version=report.version)
    yield _source(report)
    yield _last(report, now)
    yield "" if report.next_poll is None else _("⏭ Next poll: {when}").format(when=_at(report.next_poll, now))
    yield _("⏳ History still to fetch: {span}").format(span=times.span(report.backlog)) if report.backlog else ""
    many = ngettext("🗃 {n} lead stored", "🗃 {n} leads stored", report.leads)
    yield many.format(n=grouped(report.leads))
    if report.last_lead is not None:
        number, asked_at = report.last_lead
        yield _("📨 Last lead: {lead}, {when}").format(lead=f"/lead_{number}", when=_at(asked_at, now))
    yield from _usual(report, now)
    yield _waiting(report, now)
    yield notices.parked_messages(report.parked)


def _usual(report: StatusReport, now: Now) -> Iterator[str]:
    """What came today, beside what is usual where enough weeks tell; and why it may be few, where it is."""
    usual = report.usual
    if usual is None:
        return
    many = ngettext("{n} lead came today", "{n} leads came today", usual.today)
    came = many.format(n=grouped(usual.today)) if usual.today else _("No lead came today")
    if not usual.is_known:
        yield f"📥 {came}"
        return
    weekday, number = times.weekday(now.at, now), grouped(usual.usual)
    if not report.few:
        yield "📥 " + _("{came}; by now on a {weekday} it is usually {n}").format(came=came, weekday=weekday, n=number)
        return
    yield "📉 " + _("{came}; by now on a {weekday} it is usually {n}. The reason may be, the likeliest first:").format(
        came=came, weekday=weekday, n=number
    )
    for at, reason in enumerate(report.few, 1):
        yield f"{at}. {_why_few(reason, report, now)}"


def _why_few(reason: FewReason, report: StatusReport, now: Now) -> str:
    last = "" if report.last_poll is None else _at(report.last_poll, now)
    return {
        FewReason.KEY: _("IndiaMART does not accept the key."),
        FewReason.POLLS_FAIL: _("IndiaMART cannot be asked properly."),
        FewReason.PUSH_REFUSED: _("What IndiaMART pushed last could not be taken."),
        FewReason.PUSH_SILENT: _("IndiaMART pushes nothing: see there whether the address is still set."),
        FewReason.UNREADABLE: _("IndiaMART sends something that cannot be read as leads."),
        FewReason.HOLIDAY: _("It is a holiday."),
        FewReason.QUEUE: _("They came, and wait for Telegram."),
        FewReason.NOTHING_THERE: _(
            "IndiaMART answered at {when} and had no more. Its Lead Manager shows whether fewer buyers ask, or "
            "whether your BuyLeads are used up."
        ).format(when=last),
    }[reason]


def _troubles(report: StatusReport, now: Now, *, is_technical: bool) -> Iterator[str]:
    if not report.faults and not report.parked.number:
        yield _("✅ No trouble")
        yield from _past_trouble(report, now, is_technical=is_technical)
    if not is_technical:
        yield from dict.fromkeys(f"⚠️ {group_faults.started(fault)}" for fault, _since, _words in report.faults)
        return
    for at, (fault, since, words) in enumerate(report.faults):
        yield _("⚠️ {trouble}, since {when}").format(trouble=faults.name(fault, words), when=_at(since, now))
        if at < _EXPLAINED:
            yield from _explained(fault, words)


def _past_trouble(report: StatusReport, now: Now, *, is_technical: bool) -> Iterator[str]:
    if report.last_fault is None:
        return
    fault, *span = report.last_fault
    first, last = (_at(one, now) for one in span)
    if is_technical:
        trouble = faults.name(fault)
        yield _("🩹 Last trouble: {trouble}, {first} to {last}").format(trouble=trouble, first=first, last=last)
    else:
        yield _("🩹 Last trouble: {first} to {last}").format(first=first, last=last)


def _pushes(report: StatusReport, now: Now) -> Iterator[str]:
    if report.pushes is None:
        return
    yield _("📥 The latest pushes:") if report.pushes else _("📥 No push has come yet")
    for entry in report.pushes:
        yield _("{when}: {result}").format(when=_at(entry.received_at, now), result=_pushed(entry))


def _source(report: StatusReport) -> str:
    pull = "" if report.api is None else _("IndiaMART API {version}").format(version=report.api)
    push = _("push") if report.has_push else ""
    return "🔌 " + " + ".join(filter(None, (pull, push))) if pull or push else ""


def _last(report: StatusReport, now: Now) -> str:
    if report.last_poll is None:
        return "" if report.api is None else _("🕘 No poll yet")
    when = _at(report.last_poll, now)
    return _("{face} Last poll: {when}, {outcome}").format(
        face=times.clock_face(report.last_poll, now.zone), when=when, outcome=_outcome(report)
    )


def _outcome(report: StatusReport) -> str:
    if report.last_outcome in {"leads", "nothing", None}:
        n = report.last_new
        return ngettext("{n} new lead", "{n} new leads", n).format(n=grouped(n)) if n else _("nothing new")
    known = {
        "too_soon": _("IndiaMART said: too soon"),
        "blocked": _("the key is blocked"),
        "bad_key": _("the key is wrong"),
        "not_ready": _("not ready yet"),
        "refused": _("refused"),
        "no_connection": _("no connection"),
    }
    return known.get(str(report.last_outcome)) or _("no proper answer")


def _waiting(report: StatusReport, now: Now) -> str:
    if not report.waiting:
        return _("📤 Nothing waits to be posted")
    n = report.waiting
    parts = [ngettext("📤 {n} message waits to be posted", "📤 {n} messages wait to be posted", n)]
    if report.waiting_since is not None:
        parts.append(_("since {when}").format(when=_at(report.waiting_since, now)))
    if report.paced_until is not None:
        parts.append(_("the group takes the next one at {when}").format(when=times.moment(report.paced_until, now)))
    return ", ".join(parts).format(n=grouped(n))


def _pushed(entry: PushLogEntry) -> str:
    n, number = entry.number, grouped(entry.number)
    known: dict[str, str] = {
        PushResult.NEW: _("new lead #{lead}") if n == 1 else _("{n} new leads, among them #{lead}"),
        PushResult.KNOWN: _("known already, #{lead}"),
        PushResult.TEST: _("a test, with no lead in it"),
        PushResult.UNREADABLE: _("could not be read; it is kept as it came"),
        PushResult.KEPT: _("could not be taken in; it is kept and tried again at the next start"),
        PushResult.WRONG_ADDRESS: _("refused (404): the address does not end in PUSH_TOKEN"),
        PushResult.WRONG_METHOD: _("refused (405): not sent by POST"),
        PushResult.TOO_LARGE: _("refused (413): larger than 256 KB"),
        PushResult.BROKEN_OFF: _("broke off before all of it was there"),
        PushResult.NOT_STORED: _("not stored (503): the database could not be written"),
    }
    said = known.get(entry.result, entry.result).format(n=number, lead=entry.lead_number)
    is_repeated = n > 1 and entry.result in REFUSED
    return _("{what}, {n} times in a day").format(what=said, n=number) if is_repeated else said


def _explained(fault: Fault | None, words: str) -> Iterator[str]:
    quoted = text.shorten(text.line(shown(words)), _LONGEST_WORDS)
    yield f"“{quoted}”" if quoted else ""
    yield faults.advice(fault, words)


def _at(when: datetime, now: Now) -> str:
    return times.moment(when, now)


def fetch_later(next_at: datetime | None, zone: ZoneInfo) -> str:
    if next_at is None:
        return _("IndiaMART allows no call yet. The next poll comes by itself.")
    return _("IndiaMART allows no call before that: the next poll is at {when}.").format(
        when=times.clock(next_at, zone)
    )


def fetch_asking() -> str:
    return _("Asking IndiaMART now. What comes of it is said here.")


def fetch_result(polled: PollSummary | None, next_at: datetime | None, zone: ZoneInfo) -> str:
    """None: it is not over yet."""
    said = _("IndiaMART has not answered yet; what comes stands here as cards.") if polled is None else _said(polled)
    if (polled is not None and polled.is_complete and not polled.is_backlog) or next_at is None:
        return said
    return _("{said} It is asked again at {when}.").format(said=said, when=times.clock(next_at, zone))


def _said(polled: PollSummary) -> str:
    if polled.is_backlog:
        return _("Just now older leads were fetched: {many}.").format(many=_many(polled.new))
    if polled.is_complete or polled.new:
        return _("IndiaMART answered: {many}.").format(many=_many(polled.new))
    return _failed(polled.outcome)


def _many(new: int) -> str:
    if not new:
        return _("nothing new")
    return ngettext("{n} new lead", "{n} new leads", new).format(n=grouped(new))


def _failed(outcome: Outcome | None) -> str:
    known = {
        None: _("IndiaMART could not be asked just now."),
        Outcome.BAD_KEY: _("IndiaMART refused the key."),
        Outcome.BLOCKED: _("IndiaMART has blocked the key for now."),
        Outcome.TOO_SOON: _("IndiaMART says that it was asked too soon: another program may use the key."),
        Outcome.NOT_READY: _("IndiaMART has the leads not ready yet."),
        Outcome.REFUSED: _("IndiaMART refused the question."),
        Outcome.NO_CONNECTION: _("IndiaMART could not be reached."),
        Outcome.UNREACHABLE: _("IndiaMART could not be reached."),
        Outcome.HUNG: _("IndiaMART did not answer in time."),
    }
    return known.get(outcome) or _("IndiaMART gave no proper answer.")
