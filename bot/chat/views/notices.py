"""What Leadbell itself has to say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.chat.views import buttons, faults, group_faults, notice_facts, text, times
from bot.chat.views.message import said, titled
from bot.domain.notice import Fault, NoticeCode
from bot.i18n import _, grouped, ngettext
from bot.store.parked import ParkReason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.chat.views.message import RenderedMessage
    from bot.chat.views.notice_facts import Facts
    from bot.chat.views.times import Now
    from bot.domain.notice import Notice
    from bot.store.parked import ParkedSummary


def notice(notice: Notice, now: Now, *, is_private: bool) -> RenderedMessage:
    """The first line stands out. What is technical is told in private only."""
    to_the_group = None if is_private else _to_the_group(notice.code, notice.facts)
    if to_the_group is not None:
        return said(to_the_group)
    drawn = titled(*_lines(notice.code, notice.facts, now))
    view = notice_facts.number(notice.facts, "view")
    if notice.code is NoticeCode.OLD_STORED and view is not None:
        return replace(drawn, reply_markup=buttons.old_leads(view))
    return drawn


def _to_the_group(code: NoticeCode, facts: Facts) -> str | None:
    """One sentence of a trouble; None for what is none."""
    match code:
        case NoticeCode.FAULT_STARTED:
            return f"⚠️ {group_faults.started(faults.fault(facts))}"
        case NoticeCode.FAULT_ENDED:
            return f"✅ {group_faults.ended(faults.fault(facts))}"
        case NoticeCode.CHAT_MOVED:
            return "🔁 " + _("Telegram has given this group a new id, and leads come here as before.")
        case NoticeCode.ACCOUNT_BROKEN:
            return "⚠️ " + _("Another account of this Leadbell cannot be served. Whoever looks after it is told more.")
        case NoticeCode.PARKED:
            return "⚠️ " + _("A few messages could not be posted; no lead is lost.")
        case _:
            return None


def _lines(code: NoticeCode, facts: Facts, now: Now) -> list[str]:  # noqa: C901, PLR0911 - one per code
    if code in _OF_ROUTES:
        return _of_route(code, facts)
    match code:
        case NoticeCode.CONNECTED:
            return _connected(facts, now)
        case NoticeCode.FAULT_STARTED:
            return faults.started(facts, now)
        case NoticeCode.FAULT_ENDED:
            return faults.ended(faults.fault(facts), notice_facts.between(facts))
        case NoticeCode.OLD_STORED:
            return _old_stored(notice_facts.number(facts, "count") or 0)
        case NoticeCode.CHAT_MOVED:
            return _chat_moved(facts)
        case NoticeCode.NEW_NAMES:
            return _new_names(text.line(str(facts.get("names", ""))))
        case NoticeCode.ACCOUNT_BROKEN:
            return _account_broken(facts)
        case _:
            return _parked(facts)


_LONGEST_REASON: Final = 1000
_OF_ROUTES: Final = frozenset({NoticeCode.ROUTE_MOVED, NoticeCode.ROUTE_REFUSED, NoticeCode.ROUTE_TOPIC_GONE})


def _account_broken(facts: Facts) -> list[str]:
    name, reason = (
        text.shorten(text.line(str(facts.get(fact, ""))), _LONGEST_REASON) for fact in ("account", "message")
    )
    return [
        "⚠️ " + _("The account {account} cannot be served as it is set.").format(account=name),
        reason,
        _("What served it until now goes on. Set it right (leadbell account set), and it is taken up within seconds."),
    ]


def _connected(facts: Facts, now: Now) -> list[str]:
    lines = ["✅ " + _("Leadbell is connected. New IndiaMART leads will come here.")]
    next_poll = notice_facts.moment(facts, "next_poll")
    if next_poll is not None:
        lines.append(_("It asks IndiaMART next at {when}.").format(when=times.moment(next_poll, now)))
    else:
        lines.append(_("IndiaMART sends them by itself (push)."))
    return [*lines, _("/help shows what it can do.")]


def _old_stored(count: int) -> list[str]:
    stored = ngettext("{n} older lead stored", "{n} older leads stored", count).format(n=grouped(count))
    return [f"🗂 {stored}", _("They are not posted one by one. Page through them here, or find them with /search.")]


def _chat_moved(facts: Facts) -> list[str]:
    return [
        "🔁 " + _("Telegram gave the sales group a new id"),
        _("Leadbell uses it already. Please put it into the settings: TELEGRAM_CHAT_ID={chat_id}").format(
            chat_id=notice_facts.number(facts, "chat_id")
        ),
    ]


def _of_route(code: NoticeCode, facts: Facts) -> list[str]:
    """A trouble of a chat that a route sends leads to."""
    chat = notice_facts.number(facts, "chat_id")
    if code is NoticeCode.ROUTE_MOVED:
        said = _("Telegram gave a route's group a new id, {chat}")
        return ["🔁 " + said.format(chat=chat), _("Leads go there as before. There is nothing to do.")]
    if code is NoticeCode.ROUTE_TOPIC_GONE:
        said = _("A topic that leads are routed to was deleted in the group {chat}")
        return [
            "⚠️ " + said.format(chat=chat),
            _("Its leads go to that group's General now. /routes changes the route."),
        ]
    reason = text.shorten(text.line(str(facts.get("message", ""))), _LONGEST_REASON)
    advice = _("Its leads wait, and I try again every ten minutes. Add me to that group again, or change /routes.")
    if faults.is_topic_closed(Fault.CHAT_REFUSED, reason):
        advice = faults.advice(Fault.CHAT_REFUSED, reason)
    said = _("The group {chat} of a route does not take what I post")
    return ["⚠️ " + said.format(chat=chat), reason, advice]


def _new_names(names: str) -> list[str]:
    return [
        "🆕 " + _("IndiaMART sends something new with its leads: {names}").format(names=names),
        _("It is kept with each lead as it came, but not shown yet. Please tell whoever looks after Leadbell."),
    ]


def parked_messages(found: ParkedSummary) -> str:
    """A line of /status; nothing where nothing is parked."""
    if not found.number:
        return ""
    line = "⚠️ " + _("{messages}: {reasons}").format(messages=_messages(found.number), reasons=_reasons(found.by_reason))
    numbers = ", ".join(f"#{number}" for number in found.lead_numbers)
    return f"{line} · " + _("leads {numbers}").format(numbers=numbers) if numbers else line


def _parked(facts: Facts) -> list[str]:
    """What the admins hear, once."""
    counted = [(reason, number) for reason, number in facts.items() if isinstance(number, int)]
    return [
        "⚠️ " + _messages(sum(number for _reason, number in counted)),
        *([_reasons(counted)] if counted else []),
        _("They are kept aside, everything else goes on. /status names them; a newer Leadbell tries them again."),
    ]


def _messages(number: int) -> str:
    many = ngettext("{n} message could not be built", "{n} messages could not be built", number)
    return many.format(n=grouped(number))


def _reasons(counted: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{_why(reason)} ({grouped(number)})" for reason, number in counted)


def _why(reason: str) -> str:
    known = {
        ParkReason.UNKNOWN_KIND: _("of a kind that this version does not know"),
        ParkReason.UNKNOWN_TURN: _("of an urgency that this version does not know"),
        ParkReason.BAD_ADDRESS: _("for no chat"),
        ParkReason.BAD_COLUMN: _("with a time or number that is none"),
        ParkReason.BAD_BODY: _("with facts that cannot be read"),
        ParkReason.BAD_FACTS: _("with facts missing or unknown"),
        ParkReason.LEAD_MISSING: _("about leads that are not here"),
        ParkReason.NOT_BUILT: _("the program failed on them"),
        ParkReason.REFUSED: _("refused by Telegram"),
    }
    return known.get(ParkReason(reason)) or reason if reason in set(ParkReason) else reason
