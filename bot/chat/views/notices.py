"""What Leadbell itself has to say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.views import buttons, faults, labels, parked, text, times
from bot.chat.views import notice_facts as told
from bot.chat.views.message import RenderedMessage
from bot.domain.notice import NoticeCode
from bot.i18n import _, ngettext

if TYPE_CHECKING:
    from bot.chat.views.notice_facts import Facts
    from bot.chat.views.text import Markup
    from bot.chat.views.times import Now
    from bot.domain.notice import Notice


def notice(notice: Notice, now: Now, markup: Markup, *, is_private: bool) -> RenderedMessage:
    """The first line stands out. What is technical is told in private only."""
    said = None if is_private else _to_the_group(notice.code, notice.facts)
    if said is not None:
        return RenderedMessage(markup.plain(said))
    headline, *rest = _lines(notice.code, notice.facts, now)
    text = "\n".join((markup.bold(headline), *map(markup.plain, rest)))
    view = told.number(notice.facts, "view")
    is_paged = notice.code is NoticeCode.OLD_STORED and view is not None
    return RenderedMessage(text, buttons.old_leads(view) if is_paged and view is not None else None)


def _to_the_group(code: NoticeCode, facts: Facts) -> str | None:
    """One sentence of a trouble; None for what is none."""
    match code:
        case NoticeCode.FAULT_STARTED:
            return f"⚠️ {faults.for_group(faults.fault(facts))}"
        case NoticeCode.FAULT_ENDED:
            return f"✅ {faults.for_group_again(faults.fault(facts))}"
        case NoticeCode.CHAT_MOVED:
            return "🔁 " + _("Telegram has given this group a new id, and leads come here as before.")
        case NoticeCode.PARKED:
            return "⚠️ " + _("A few messages could not be posted; no lead is lost.")
        case _:
            return None


def _lines(code: NoticeCode, facts: Facts, now: Now) -> list[str]:  # noqa: PLR0911 - one per code
    match code:
        case NoticeCode.CONNECTED:
            return _connected(facts, now)
        case NoticeCode.FAULT_STARTED:
            return faults.started(facts, now)
        case NoticeCode.FAULT_ENDED:
            return faults.ended(faults.fault(facts), told.between(facts))
        case NoticeCode.OLD_STORED:
            return _old_stored(told.number(facts, "count") or 0)
        case NoticeCode.CHAT_MOVED:
            return _chat_moved(facts)
        case NoticeCode.NEW_NAMES:
            return _new_names(text.line(str(facts.get("names", ""))))
        case NoticeCode.PARKED:
            return parked.told(facts)


def _connected(facts: Facts, now: Now) -> list[str]:
    lines = ["✅ " + _("Leadbell is connected. New IndiaMART leads will come here.")]
    next_poll = told.moment(facts, "next_poll")
    if next_poll is not None:
        lines.append(_("It asks IndiaMART next at {when}.").format(when=times.moment(next_poll, now)))
    else:
        lines.append(_("IndiaMART sends them by itself (push)."))
    return [*lines, _("/help shows what it can do.")]


def _old_stored(count: int) -> list[str]:
    said = ngettext("{n} older lead stored", "{n} older leads stored", count).format(n=labels.grouped(count))
    return [f"🗂 {said}", _("They are not posted one by one. Page through them here, or find them with /search.")]


def _chat_moved(facts: Facts) -> list[str]:
    return [
        "🔁 " + _("Telegram gave the sales group a new id"),
        _("Leadbell uses it already. Please put it into the settings: TELEGRAM_CHAT_ID={chat_id}").format(
            chat_id=told.number(facts, "chat_id")
        ),
    ]


def _new_names(names: str) -> list[str]:
    return [
        "🆕 " + _("IndiaMART sends something new with its leads: {names}").format(names=names),
        _("It is kept with each lead as it came, but not shown yet. Please tell whoever looks after Leadbell."),
    ]
