"""A lead as it will stand in the tables, all but its numbers: pure, since thousands come at once."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from bot.clock import to_epoch
from bot.models import Lead
from bot.phones import digits
from bot.store.words import fold_all, storable

if TYPE_CHECKING:
    from collections.abc import Sequence

LARGEST: Final = 2**63 - 1
"""What an INTEGER holds."""

INDEXED: Final = ("name", "company", "city", "state", "product", "message", "email")
"""The columns of `lead_search`; the last holds both addresses."""

_INTEGERS: Final = frozenset({"order_value_min", "order_value_max", "call_seconds"})
_TEXTS: Final = tuple(name for name in Lead._fields if name not in _INTEGERS | {"enquired_at"})
_texts: Final = itemgetter(*map(Lead._fields.index, _TEXTS))
_integers: Final = itemgetter(*map(Lead._fields.index, sorted(_INTEGERS)))
_ENQUIRED_AT: Final = Lead._fields.index("enquired_at")


class Entry(NamedTuple):
    lead: Lead
    """As it will be read back."""
    identity: str
    enquired_at: int | None
    """Seconds since 1970."""
    columns: Sequence[Any]
    """In the order of the lead's fields."""
    words: Sequence[str]
    """In the order of `INDEXED`."""
    phones: Sequence[str]
    """Digits backwards, as they stand in `lead_phones`."""


def entry(lead: Lead) -> Entry:
    lead = _storable(lead)
    enquired_at = None if lead.enquired_at is None else to_epoch(lead.enquired_at)
    emails = f"{lead.email or ''} {lead.email_alt or ''}"
    return Entry(
        lead=lead,
        identity=lead.identity,
        enquired_at=enquired_at,
        columns=(*lead[:_ENQUIRED_AT], enquired_at, *lead[_ENQUIRED_AT + 1 :]),
        words=fold_all((lead.name, lead.company, lead.city, lead.state, lead.product, lead.message, emails)),
        phones=tuple(map(reversed_digits, lead.phones)),
    )


def reversed_digits(phone: str) -> str:
    """How a number stands in `lead_phones`."""
    return digits(phone)[::-1]


def _storable(lead: Lead) -> Lead:
    text = "".join(filter(None, _texts(lead)))
    if text.isascii() and "\0" not in text and max(map(abs, filter(None, _integers(lead))), default=0) <= LARGEST:
        return lead  # nearly always
    return Lead._make(map(_kept, lead))


def _kept(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    return min(max(value, -LARGEST), LARGEST) if isinstance(value, int) else value
