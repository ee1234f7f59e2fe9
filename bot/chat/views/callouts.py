"""What came due by itself: a reminder, and leads that nobody has claimed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.chat.views import buttons, card, text, times
from bot.chat.views.lead_lines import entry
from bot.chat.views.message import RenderedMessage
from bot.chat.views.text import bold, escaped
from bot.i18n import _, grouped, ngettext

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.chat.views.times import Now
    from bot.delivery.messenger import Callout, DueReminder

_NAME: Final = 60
_TEXT: Final = 600


def reminder(due: DueReminder, now: Now, noting: str = "", *, is_masked: bool = False) -> RenderedMessage:
    """Mentions whoever set it: a mention rings also where the group is muted. `noting` is the lead's number as a link
    that makes replies notes.
    """
    lead = due.stored.lead
    said = text.shorten(text.line(due.text), _TEXT)
    mention = _mention(due)
    lines = [
        f"⏰ {mention}: {escaped(said)}" if said else f"⏰ {mention}",
        entry(due.stored, now),
        *(escaped(f"📞 {card.number(one)}") for one in card.numbers(lead)[:1]),
    ]
    if due.meant_for is not None:
        when = times.moment(due.meant_for, now)
        lines.append(escaped(_("This was meant for {when}.").format(when=when)))
    if noting:
        lines.append("📝 " + _("A reply to this is noted on {lead}.").format(lead=noting))
    if is_masked:
        return RenderedMessage("\n".join(lines), buttons.keyboard([buttons.number(due.stored)]))
    return RenderedMessage("\n".join(lines), buttons.reach(due.stored, due.template))


def _mention(due: DueReminder) -> str:
    name = text.shorten(text.line(due.person_name), _NAME) or _("a colleague")
    return f'<a href="tg://user?id={due.user_id:d}">{escaped(name)}</a>'


def callout(called: Callout, now: Now) -> RenderedMessage:
    shown = (entry(one, now, is_waiting=one.owner_id is None) for one in called.leads)
    parts = [bold(_headline(called)), *shown, *map(escaped, _below(called))]
    return RenderedMessage("\n\n".join(parts), buttons.callout(called))


def _headline(called: Callout) -> str:
    n = called.unclaimed
    if called.is_of_missed:
        return _missed(n)
    if not n:
        return "✅ " + _("Everything here has been claimed")
    if called.is_for_admins:
        said = ngettext("{n} lead waits and nobody claims it", "{n} leads wait and nobody claims them", n)
        return "❗ " + said.format(n=grouped(n))
    said = ngettext("{n} lead is still unclaimed", "{n} leads are still unclaimed", n)
    return "✋ " + said.format(n=grouped(n))


def _missed(n: int) -> str:
    if not n:
        return "✅ " + _("Every call here has been returned")
    said = ngettext("{n} missed call: nobody has called back", "{n} missed calls: nobody has called back", n)
    return "📵 " + said.format(n=grouped(n))


def _below(called: Callout) -> Iterator[str]:
    if called.is_of_missed and called.unclaimed:
        yield _("Set a status once you have called. IndiaMART gives fewer BuyLeads to sellers who do not answer.")
    if called.pages > 1:
        yield _("Page {page} of {pages}").format(page=called.page + 1, pages=called.pages)
