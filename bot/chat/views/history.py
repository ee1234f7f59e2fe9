"""All that happened to a lead, the latest first, and the buyer's other leads; in pages."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from bot.chat.views import changes, labels, text, times
from bot.chat.views.lead_lines import entries
from bot.chat.views.text import bold, escaped
from bot.i18n import N_, _
from bot.store.changes import ChangeKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.chat.views.times import Now
    from bot.domain.lead import StoredLead
    from bot.team.notes import HistoryEntry

PAGE_UNITS: Final = 2400
"""UTF-16 units of a page's entries; the other leads and the heading stand beside them."""
PAGE: Final = 10
OTHERS: Final = 5
_CALLING: Final = {
    ChangeKind.DO_NOT_CALL: N_("🔕 do not call"),
    ChangeKind.CALL_AGAIN: N_("🔔 may be called again"),
}

_BY_ITSELF: Final = {
    ChangeKind.GIVE: N_("🧭 given to {name} by a route"),
    ChangeKind.RETURN: N_("⏳ back to all: {name} did nothing with it"),
}
"""What nobody of the team did."""


def pages(found: Sequence[HistoryEntry], now: Now) -> list[list[str]]:
    """Every note can be read to its end: whole entries, and what is longer than a page goes on behind it."""
    filled: list[list[str]] = [[]]
    for shown in chain.from_iterable(text.pieces(_entry(one, now), PAGE_UNITS) for one in reversed(found)):
        room = PAGE_UNITS - sum(map(text.units, filled[-1]))
        if filled[-1] and (len(filled[-1]) == PAGE or text.units(shown) > room):
            filled.append([])
        filled[-1].append(shown)
    return filled


def draw(stored: StoredLead, shown: Sequence[str], others: Sequence[StoredLead], now: Now) -> str:
    heading = "🕘 " + _("History of #{number}").format(number=stored.number)
    parts = [bold(heading), *map(escaped, shown or [_("Nothing has happened yet.")])]
    if others:
        parts += [bold("🔁 " + _("Other leads of this buyer")), entries(others[:OTHERS], now)]
    return "\n".join(parts)


def _entry(entry: HistoryEntry, now: Now) -> str:
    if entry.what in _BY_ITSELF:
        whose = changes.name(entry.owner_after or entry.owner_before)
        return f"{times.moment(entry.at, now)} · {_(_BY_ITSELF[entry.what]).format(name=whose)}"
    said = _("{when} · {name}: {what}")
    return said.format(when=times.moment(entry.at, now), name=changes.name(entry.who), what=_what(entry))


def _what(entry: HistoryEntry) -> str:
    match entry.what:
        case None:
            return "📝 " + text.block(entry.text)
        case ChangeKind.CLAIM:
            return _("✋ claimed")
        case ChangeKind.RELEASE:
            return _("🙌 released")
        case ChangeKind.REASSIGN:
            return _("👥 given to {name}").format(name=changes.name(entry.owner_after))
        case ChangeKind.UNDO:
            return _("↩️ undone: {change}").format(change=_taken_back(entry))
        case _:
            return _(_CALLING[entry.what]) if entry.what in _CALLING else _moved(entry)


def _taken_back(entry: HistoryEntry) -> str:
    if entry.undone in _CALLING:
        return _CALLING[entry.undone]
    if entry.owner_after is None or entry.owner_after == entry.owner_before:
        return _moved(entry)
    back = _("back to {name}").format(name=changes.name(entry.owner_after))
    return back if entry.before is entry.after else f"{_moved(entry)}, {back}"


def _moved(entry: HistoryEntry) -> str:
    """From what to what."""
    before = "" if entry.before is None else labels.status_name(entry.before)
    after = "" if entry.after is None else labels.status_name(entry.after)
    moved = after if before == after else f"{before} → {after}"
    value = "" if entry.won_value is None else labels.rupees(entry.won_value, entry.won_value)
    return ", ".join(filter(None, (moved, value, text.line(changes.reason(entry.text or "")))))
