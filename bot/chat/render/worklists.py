"""Lists to work from: what nobody has claimed, and what one person has, with their reminders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.chat.render import buttons, moments, text, trade, work
from bot.chat.render.buttons import pressed
from bot.chat.render.callback import Cancel, Code, Mine, Waiting
from bot.chat.render.entries import entry
from bot.chat.render.message import Message
from bot.chat.render.text import HTML
from bot.i18n import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from zoneinfo import ZoneInfo

    from bot.services.work import WorkPage
    from bot.store.reminders import Reminder

    Row = buttons.Row

MOST_REMINDERS: Final = 10
"""On one page."""
A_ROW: Final = 2
_TEXT: Final = 60
_NAME: Final = 60


def unclaimed(page: WorkPage, zone: ZoneInfo) -> Message:
    if not page.entries:
        said = "✅ " + _("Every lead is claimed.")
        return Message("\n".join(map(HTML.plain, filter(None, (said, _too_old(page))))))
    many = ngettext("{n} lead is unclaimed", "{n} leads are unclaimed, the oldest first", page.total)
    leads = [one.stored for one in page.entries]
    parts = [
        HTML.bold("✋ " + many.format(n=trade.grouped(page.total))),
        *(entry(stored, zone, HTML) for stored in leads),
        HTML.plain(_too_old(page)),
    ]
    keyboard = buttons.keyboard([*buttons.numbers(leads), _turns(page, Waiting)])
    return Message("\n".join(filter(None, parts)), keyboard)


def _too_old(page: WorkPage) -> str:
    if not page.too_old:
        return ""
    said = ngettext(
        "{n} older lead is unclaimed too; /search status:open finds it.",
        "{n} older leads are unclaimed too; /search status:open finds them.",
        page.too_old,
    )
    return said.format(n=trade.grouped(page.too_old))


def mine(page: WorkPage, user_id: int, name: str | None, key: int, zone: ZoneInfo) -> Message:
    """`key` is where the page begins."""
    who = text.shorten(work.name(name), _NAME)
    if not page.entries:
        said = _("{name} has no leads to work on. /open lists those that nobody has claimed.").format(name=who)
        return Message(HTML.plain(said))
    many = ngettext("{name}: {n} lead", "{name}: {n} leads, by next reminder", page.total)
    waiting = [one for each in page.entries for one in each.reminders][:MOST_REMINDERS]
    parts = [HTML.bold("📋 " + many.format(name=who, n=trade.grouped(page.total)))]
    for each in page.entries:
        parts.append(entry(each.stored, zone, HTML))
        parts += [HTML.plain(f"⏰ {_reminder(one, zone)}") for one in each.reminders if one in waiting]
    numbers = buttons.numbers([one.stored for one in page.entries])
    turns = _turns(page, lambda start: Mine(user_id, start))
    keyboard = buttons.keyboard([*numbers, *_cancels(waiting, key, zone), turns])
    return Message("\n".join(parts), keyboard)


def _reminder(one: Reminder, zone: ZoneInfo) -> str:
    said = text.shorten(text.line(one.text), _TEXT)
    when = moments.moment(one.due_at, zone)
    return _("{when}: {text}").format(when=when, text=said) if said else when


def _cancels(waiting: Sequence[Reminder], key: int, zone: ZoneInfo) -> list[Row]:
    row = [pressed(_cancel(one, zone), Cancel(one.reminder_id, key)) for one in waiting]
    return [row[at : at + A_ROW] for at in range(0, len(row), A_ROW)]


def _cancel(one: Reminder, zone: ZoneInfo) -> str:
    when = f"{moments.short_day(one.due_at.astimezone(zone).date())}, {moments.clock(one.due_at, zone)}"
    return _("✖️ ⏰ #{number} · {when}").format(number=one.lead_id, when=when)


def _turns(page: WorkPage, code: Callable[[int], Code]) -> Row:
    back = [] if page.before is None else [pressed(_("‹ Back"), code(page.before))]
    on = [] if page.after is None else [pressed(_("More ›"), code(page.after))]
    return [*back, *on]
