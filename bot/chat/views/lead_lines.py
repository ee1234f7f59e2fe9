"""A lead in one or two lines, as lists show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.chat.views import card, labels, text, times
from bot.chat.views.labels import DOT
from bot.chat.views.text import escaped
from bot.domain.buyleads import is_last_day
from bot.domain.lead import Status
from bot.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.chat.views.times import Now
    from bot.domain.lead import Lead, StoredLead

_TITLE: Final = 50
_WHO: Final = 30
_CITY: Final = 24
_OWNER: Final = 30
_IN_ONE_PIECE: Final = 24
"""UTF-16 units that move to the next line as a whole."""


def entries(leads: Iterable[StoredLead], now: Now) -> str:
    """With a blank line between them. Twenty are far from a message's limit."""
    return "\n\n".join(entry(stored, now) for stored in leads)


def entry(stored: StoredLead, now: Now, *, is_waiting: bool = False) -> str:
    """`is_waiting` tells how long somebody waits for us, where that is the point."""
    lead = stored.lead
    about = text.shorten(card.title(lead) or labels.kind_name(lead.kind), _TITLE)
    first = f"{labels.sign(lead.kind)} /lead_{stored.number} · {about}"
    when = _waits(stored, now) if is_waiting else _when(lead, now)
    second = DOT.join(filter(None, (_who(lead), when, _ends(stored, now), _standing(stored))))
    is_unreturned = lead.is_missed_call and stored.status in {Status.NEW, Status.CLAIMED}
    missed = card.call(lead) if is_unreturned else ""
    return escaped("\n".join(filter(None, (first, second, missed, card.left_alone(stored)))))


def _who(lead: Lead) -> str:
    name = text.shorten(text.line(lead.name) or text.line(lead.company), _WHO)
    city = text.shorten(text.line(lead.city), _CITY)
    flagged = f"{labels.flag(lead.country)} {city}".strip()
    return ", ".join(filter(None, (name, flagged)))


def _when(lead: Lead, now: Now) -> str:
    return "" if lead.enquired_at is None else times.brief(lead.enquired_at, now)


def _waits(stored: StoredLead, now: Now) -> str:
    since = stored.lead.enquired_at or stored.stored_at
    return _("waits {span}").format(span=times.span(now.at - since)).replace(" ", "\u00a0")


def _ends(stored: StoredLead, now: Now) -> str:
    """A BuyLead ends; whoever has called its buyer need not hurry."""
    is_open = stored.status in {Status.NEW, Status.CLAIMED}
    return _("last day").replace(" ", "\u00a0") if is_open and is_last_day(stored.lead, now.at) else ""


def _standing(stored: StoredLead) -> str:
    if stored.status is Status.NEW:
        return ""
    shown = labels.standing(stored.status, text.shorten(text.line(stored.owner_name), _OWNER))
    return shown.replace(" ", "\u00a0") if text.units(shown) <= _IN_ONE_PIECE else shown
