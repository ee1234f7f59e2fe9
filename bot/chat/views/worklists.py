"""Lists to work from: what nobody has claimed, and what one person has, with their reminders."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from bot.chat.views import buttons, changes, text, times
from bot.chat.views.buttons import pressed
from bot.chat.views.lead_lines import entry
from bot.chat.views.list_codes import CancelReminder, TurnMyList, TurnOpenList
from bot.chat.views.message import RenderedMessage, said
from bot.chat.views.text import bold, escaped
from bot.i18n import _, grouped, ngettext

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.chat.views.callback_data import Code
    from bot.chat.views.times import Now
    from bot.domain.ids import AccountId
    from bot.domain.lead import StoredLead
    from bot.lookup.worklists import WorkPage
    from bot.store.reminders import Reminder

    Row = buttons.Row

MOST_REMINDERS: Final = 10
"""On one page."""
A_ROW: Final = 2
_TEXT: Final = 60
_NAME: Final = 60


def unclaimed(page: WorkPage, account_id: AccountId, now: Now) -> RenderedMessage:
    if not page.entries:
        return said(*filter(None, ("✅ " + _("Every lead is claimed."), _too_old(page))))
    many = ngettext("{n} unclaimed lead", "{n} unclaimed leads, BuyLeads and the oldest first", page.total)
    leads = [one.stored for one in page.entries]
    parts = [
        bold("✋ " + many.format(n=grouped(page.total))),
        *(entry(stored, now, is_waiting=True) for stored in leads),
        escaped(_too_old(page)),
    ]
    keyboard = buttons.keyboard([*buttons.numbers(leads), _turns(page, partial(TurnOpenList, account_id))])
    return RenderedMessage("\n\n".join(filter(None, parts)), keyboard)


def _too_old(page: WorkPage) -> str:
    if not page.too_old:
        return ""
    older = ngettext(
        "{n} older lead is unclaimed too; /search status:open finds it.",
        "{n} older leads are unclaimed too; /search status:open finds them.",
        page.too_old,
    )
    return older.format(n=grouped(page.too_old))


def mine(
    page: WorkPage, account_id: AccountId, user_id: int, name: str | None, key: int, now: Now, *, is_own: bool
) -> RenderedMessage:
    """`key` is where the page begins; `is_own` whether whoever asks sees their own list."""
    who = text.shorten(changes.name(name), _NAME)
    if not page.entries:
        none = _("You have no leads.") if is_own else _("{name} has no leads.").format(name=who)
        return said(" ".join([none, _("/open lists those that nobody has claimed.")]))
    many = ngettext("{name}: {n} lead", "{name}: {n} leads, by next reminder", page.total)
    waiting = [(each.stored, one) for each in page.entries for one in each.reminders][:MOST_REMINDERS]
    parts = [bold("📋 " + many.format(name=who, n=grouped(page.total)))]
    for each in page.entries:
        due = [escaped(f"⏰ {_reminder(one, now)}") for one in each.reminders if (each.stored, one) in waiting]
        parts.append("\n".join((entry(each.stored, now), *due)))
    numbers = buttons.numbers([one.stored for one in page.entries])
    turns = _turns(page, partial(TurnMyList, account_id, user_id))
    keyboard = buttons.keyboard([*numbers, *_cancels(waiting, key, now), turns])
    return RenderedMessage("\n\n".join(parts), keyboard)


def _reminder(one: Reminder, now: Now) -> str:
    about = text.shorten(text.line(one.text), _TEXT)
    when = times.moment(one.due_at, now)
    return _("{when}: {text}").format(when=when, text=about) if about else when


def _cancels(waiting: Sequence[tuple[StoredLead, Reminder]], key: int, now: Now) -> list[Row]:
    row = [pressed(_cancel(stored, one, now), CancelReminder(one.reminder_id, key)) for stored, one in waiting]
    return [row[at : at + A_ROW] for at in range(0, len(row), A_ROW)]


def _cancel(stored: StoredLead, one: Reminder, now: Now) -> str:
    return _("✖️ #{number} {when}").format(number=stored.number, when=times.brief(one.due_at, now))


def _turns(page: WorkPage, code: Callable[[int], Code]) -> Row:
    before = None if page.before is None else code(page.before)
    return buttons.back_and_more(before, None if page.after is None else code(page.after))
