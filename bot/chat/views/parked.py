"""Messages that could not be said as anything, in words: how many, why, and about which leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.views import labels
from bot.i18n import _, ngettext
from bot.store.parked import ParkReason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.chat.views.notice_facts import Facts
    from bot.store.parked import ParkedSummary


def standing(found: ParkedSummary) -> str:
    """A line of /status; nothing where nothing is parked."""
    if not found.number:
        return ""
    line = "⚠️ " + _("{messages}: {reasons}").format(messages=_messages(found.number), reasons=_reasons(found.by_reason))
    numbers = ", ".join(f"#{lead_id}" for lead_id in found.lead_ids)
    return f"{line} · " + _("leads {numbers}").format(numbers=numbers) if numbers else line


def told(facts: Facts) -> list[str]:
    """What the admins hear, once."""
    counted = [(reason, number) for reason, number in facts.items() if isinstance(number, int)]
    return [
        "⚠️ " + _messages(sum(number for _reason, number in counted)),
        *([_reasons(counted)] if counted else []),
        _("They are kept aside, everything else goes on. /status names them; a newer Leadbell tries them again."),
    ]


def _messages(number: int) -> str:
    many = ngettext("{n} message could not be built", "{n} messages could not be built", number)
    return many.format(n=labels.grouped(number))


def _reasons(counted: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{_why(reason)} ({labels.grouped(number)})" for reason, number in counted)


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
