"""A lead as it will stand in the tables, all but its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from bot.clock import to_epoch
from bot.domain import budgets
from bot.domain.lead import Lead
from bot.domain.phones import digits
from bot.store.spelling import fold, storable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LARGEST: Final = 2**63 - 1
"""What an INTEGER holds."""

INDEXED: Final = ("name", "company", "city", "state", "product", "message", "email")
"""The columns of `lead_search`; the last holds both addresses."""


class PreparedLead(NamedTuple):
    lead: Lead
    """As it will be read back."""
    identity: str
    columns: Mapping[str, Any]
    """By the lead's fields; the time of the enquiry in seconds since 1970."""
    words: Mapping[str, str]
    """By `INDEXED`."""
    phones: tuple[str, ...]
    """Digits backwards, as they stand in `lead_phones`."""


def of(lead: Lead) -> PreparedLead:
    # Half of the fields hold nothing.
    fields = zip(Lead._fields, lead, strict=True)
    lead = Lead._make([one if one is None else _storable(name, one) for name, one in fields])
    columns = lead._asdict()
    columns["enquired_at"] = None if lead.enquired_at is None else to_epoch(lead.enquired_at)
    emails = f"{lead.email or ''} {lead.email_alt or ''}"
    return PreparedLead(
        lead,
        lead.identity,
        columns=columns,
        words={name: fold((emails if name == "email" else columns[name]) or "") for name in INDEXED},
        phones=tuple(map(reversed_digits, lead.phones)),
    )


def of_all(leads: Iterable[Lead]) -> list[PreparedLead]:
    """Some tenth of a millisecond each: many are best made in a thread."""
    return list(map(of, leads))


def reversed_digits(phone: str) -> str:
    """How a number stands in `lead_phones`."""
    return digits(phone)[::-1]


def _storable(name: str, value: Any) -> Any:
    if isinstance(value, str):
        # Files may hold longer texts than IndiaMART's answers leave over. What is raw is JSON, and stays whole.
        return storable(value) if name == "raw" else budgets.cut(storable(value))
    return min(max(value, -LARGEST), LARGEST) if isinstance(value, int) else value
