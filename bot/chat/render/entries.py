"""A lead in one or two lines, as lists show it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from bot.chat.render import card, moments, text, trade
from bot.models import Status

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from bot.chat.render.text import Markup
    from bot.models import Lead, StoredLead

_TITLE: Final = 80
_WHO: Final = 50
_CITY: Final = 40
_OWNER: Final = 30


def entries(leads: Iterable[StoredLead], zone: ZoneInfo, markup: Markup, *, is_one_day: bool = False) -> str:
    """Ten of them are far from a message's limit."""
    return "\n".join(entry(stored, zone, markup, is_one_day=is_one_day) for stored in leads)


@lru_cache(maxsize=256)  # the newest leads are what everybody looks at
def entry(stored: StoredLead, zone: ZoneInfo, markup: Markup, *, is_one_day: bool = False) -> str:
    lead = stored.lead
    about = text.shorten(card.title(lead) or trade.kind_name(lead.kind), _TITLE)
    first = f"{trade.sign(lead.kind)} /lead_{stored.lead_id} · {about}"
    second = " · ".join(filter(None, (_who(lead), _when(lead, zone, is_one_day=is_one_day), _standing(stored))))
    return markup.plain("\n".join(filter(None, (first, second))))


def _who(lead: Lead) -> str:
    name = text.shorten(text.line(lead.name) or text.line(lead.company), _WHO)
    city = text.shorten(text.line(lead.city), _CITY)
    flagged = f"{trade.flag(lead.country)} {city}".strip()
    return ", ".join(filter(None, (name, flagged)))


def _when(lead: Lead, zone: ZoneInfo, *, is_one_day: bool) -> str:
    if lead.enquired_at is None:
        return ""
    return moments.clock(lead.enquired_at, zone) if is_one_day else moments.moment(lead.enquired_at, zone)


def _standing(stored: StoredLead) -> str:
    if stored.status is Status.NEW:
        return ""
    return trade.standing(stored.status, text.shorten(text.line(stored.owner_name), _OWNER))
