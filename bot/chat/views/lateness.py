"""Why a card is late, in the words of its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.views import times
from bot.domain.card import Lateness
from bot.i18n import _

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from bot.domain.card import Card


def line(card: Card, zone: ZoneInfo) -> str:
    """Empty for a card that is not late. What held the poll up ended when the lead was stored."""
    if card.late_reason is None:
        return ""
    why = _reason(card.late_reason).format(until=times.clock(card.stored.stored_at, zone))
    if card.late_by is None:
        return "🐢 " + _("Posted late: {why}").format(why=why)
    return "🐢 " + _("Posted {span} late: {why}").format(span=times.span(card.late_by), why=why)


def _reason(reason: Lateness) -> str:
    return {
        Lateness.TELEGRAM: _("Telegram could not be reached or did not take the message"),
        Lateness.BUSY: _("many leads came at once, and Telegram takes only so many messages a minute"),
        Lateness.STOPPED: _("Leadbell was not running"),
        Lateness.INDIAMART: _("IndiaMART did not answer until {until}"),
        Lateness.NO_CONNECTION: _("IndiaMART could not be reached until {until}"),
        Lateness.KEY_REFUSED: _("our IndiaMART key was refused until {until}"),
        Lateness.KEY_BLOCKED: _("our IndiaMART key was blocked until {until}"),
        Lateness.KEY_SHARED: _("another program used our IndiaMART key until {until}"),
        Lateness.NOT_STORED: _("Leadbell could not store anything until {until}"),
        Lateness.WITHHELD: _("IndiaMART gave us no leads until {until}"),
    }[reason]
