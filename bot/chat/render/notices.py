"""What Leadbell itself has to say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.render import buttons, faults, moments, parked, trade
from bot.chat.render import facts as told
from bot.chat.render.message import Message
from bot.i18n import _, ngettext
from bot.services.messenger import NoticeCode

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from bot.chat.render.facts import Facts
    from bot.chat.render.text import Markup
    from bot.services.messenger import Notice


def notice(notice: Notice, zone: ZoneInfo, markup: Markup) -> Message:
    """The first line stands out."""
    headline, *rest = _lines(notice.code, notice.facts, zone)
    text = "\n".join((markup.bold(headline), *map(markup.plain, rest)))
    view = told.number(notice.facts, "view")
    is_paged = notice.code is NoticeCode.OLD_STORED and view is not None
    return Message(text, buttons.old_leads(view) if is_paged and view is not None else None)


def _lines(code: NoticeCode, facts: Facts, zone: ZoneInfo) -> list[str]:
    match code:
        case NoticeCode.CONNECTED:
            return _connected(facts, zone)
        case NoticeCode.FAULT_STARTED:
            return faults.started(facts, zone)
        case NoticeCode.FAULT_ENDED:
            return faults.ended(faults.fault(facts), told.between(facts))
        case NoticeCode.OLD_STORED:
            return _old_stored(told.number(facts, "count") or 0)
        case NoticeCode.CHAT_MOVED:
            return _chat_moved(facts)
        case NoticeCode.PARKED:
            return parked.told(facts)


def _connected(facts: Facts, zone: ZoneInfo) -> list[str]:
    lines = ["✅ " + _("Leadbell is connected. New IndiaMART leads will come here.")]
    next_poll = told.moment(facts, "next_poll")
    if next_poll is not None:
        lines.append(_("It asks IndiaMART next at {when}.").format(when=moments.clock(next_poll, zone)))
    else:
        lines.append(_("IndiaMART sends them by itself (push)."))
    return [*lines, _("/help shows what it can do.")]


def _old_stored(count: int) -> list[str]:
    said = ngettext("{n} older lead stored", "{n} older leads stored", count).format(n=trade.grouped(count))
    return [f"🗂 {said}", _("They are not posted one by one. Page through them here, or find them with /search.")]


def _chat_moved(facts: Facts) -> list[str]:
    return [
        "🔁 " + _("Telegram gave the sales group a new id"),
        _("Leadbell uses it already. Please put it into the settings: TELEGRAM_CHAT_ID={chat_id}").format(
            chat_id=told.number(facts, "chat_id")
        ),
    ]
