"""Positions: the order of enquiries as one number per lead, so that lists need no sort and pages have a key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.clock import to_epoch
from bot.domain.ids import LeadId

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.lead import Lead

ID_BITS: Final = 30
ID_MASK: Final = (1 << ID_BITS) - 1
"""A position is the enquiry's second shifted left, plus the lead_id: newest first without a sort, and unique."""

LAST_SECOND: Final = (1 << 63 - ID_BITS) - 1
"""Later than this (the year 2242) no position fits into 64 bits."""

LONGEST_FUTURE: Final = 24 * 3600
"""Seconds. An enquiry dated later than this after it was stored is a wrong date; it must not stay on top for years."""


def position(moment: datetime, lead_id: int = 0) -> int:
    """Where a lead of that moment stands in the order of enquiries."""
    return _at(to_epoch(moment), lead_id)


def _at(second: int, lead_id: int) -> int:
    return min(max(second, 0), LAST_SECOND) << ID_BITS | lead_id


def position_of(lead: Lead, lead_id: LeadId, stored_at: datetime) -> int:
    """The lead's own position; without a believable time of enquiry it stands where it was stored."""
    # In whole seconds, so that the same comes out of what was stored.
    return placed(None if lead.enquired_at is None else to_epoch(lead.enquired_at), to_epoch(stored_at), lead_id)


def placed(enquired_at: int | None, stored_at: int, lead_id: int) -> int:
    """`position_of` for times in seconds since 1970."""
    if enquired_at is None or enquired_at > stored_at + LONGEST_FUTURE:
        return _at(stored_at, lead_id)
    return _at(enquired_at, lead_id)


def lead_id_of(place: int) -> LeadId:
    return LeadId(place & ID_MASK)
