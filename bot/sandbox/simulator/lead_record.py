"""A lead as the simulator holds it, before any of IndiaMART's three spellings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.sandbox.simulator.dirty_rows import soiled

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.sandbox.simulator.dirty_rows import Dirt


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadRecord:
    """One lead. Empty texts stand for what the buyer did not give."""

    kind: str
    query_id: str
    enquired_at: datetime
    """Aware UTC, whole seconds."""
    name: str = ""
    company: str = ""
    mobile: str = ""
    """`+91-9000012345`, as v2 writes it."""
    mobile_alt: str = ""
    phone: str = ""
    """A landline with its STD code, `0120-0000001`."""
    phone_alt: str = ""
    email: str = ""
    email_alt: str = ""
    address: str = ""
    """As it is sent: parts joined by commas, empty ones left in."""
    city: str = ""
    state: str = ""
    pincode: str = ""
    country: str = "IN"
    subject: str = ""
    product: str = ""
    category: str = ""
    message: str = ""
    """Plain text, paragraphs apart by `\\n\\n`; the pairs below are added by each version in its own way."""
    quantity: str = ""
    unit: str = ""
    order_value: str = ""
    requirement: str = ""
    call_seconds: int | None = None
    receiver_mobile: str = ""
    receiver_catalog: str = ""
    """A rare 23rd key of v2; sent only where it is set."""
    member_since: str = ""
    """`Feb-2019`, as v1 writes it; v2 has no such key."""
    dirt: frozenset[Dirt] = frozenset()
    """What is wrong with how it is sent."""
    overrides: Mapping[str, object] = field(default_factory=dict)
    """Wire values that replace what would be sent, by key: for rows that are wrong on purpose."""

    def overridden(self, row: Mapping[str, object]) -> dict[str, object]:
        """The row as it is sent: with its dirt, and every override whose key it has."""
        return soiled({key: self.overrides.get(key, value) for key, value in row.items()}, self)
