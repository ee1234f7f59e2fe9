"""How long a BuyLead lasts: it is sold to ten sellers at most, and ends on the third day. How many have bought it,
IndiaMART tells nobody.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from bot.clock import IST
from bot.domain.lead import Kind

if TYPE_CHECKING:
    from bot.domain.lead import Lead

LASTS: Final = timedelta(days=2)
"""From the day of the enquiry to the last one, which is the third; by IndiaMART's calendar."""


def last_day(lead: Lead) -> date | None:
    """On which it ends; None for what is no BuyLead, or has no time."""
    if lead.kind != Kind.BUYLEAD or lead.enquired_at is None:
        return None
    return lead.enquired_at.astimezone(IST).date() + LASTS


def is_last_day(lead: Lead, now: datetime) -> bool:
    return last_day(lead) == now.astimezone(IST).date()


def alive_since(now: datetime) -> datetime:
    """A BuyLead of an earlier enquiry has ended."""
    return datetime.combine(now.astimezone(IST).date() - LASTS, time(), IST).astimezone(UTC)
