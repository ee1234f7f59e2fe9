"""A lead as it will stand in the tables, all but its numbers: pure, since thousands come at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from bot.clock import to_epoch
from bot.domain import budgets
from bot.models import Lead
from bot.phones import digits
from bot.store.words import fold_all, storable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

LARGEST: Final = 2**63 - 1
"""What an INTEGER holds."""

INDEXED: Final = ("name", "company", "city", "state", "product", "message", "email")
"""The columns of `lead_search`; the last holds both addresses."""

_TEXTS: Final = frozenset(Lead._fields) - {"enquired_at", "order_value_min", "order_value_max", "call_seconds"}


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


def of(leads: Sequence[Lead]) -> list[Entry]:
    """Column by column, as whole columns are seldom in need of anything."""
    if not leads:
        return []
    given = dict(zip(Lead._fields, zip(*leads, strict=True), strict=True))
    found = {name: _storable(name, values) for name, values in given.items()}
    if any(found[name] is not given[name] for name in found):
        leads = list(map(Lead._make, zip(*found.values(), strict=True)))
    enquired_at = [None if moment is None else to_epoch(moment) for moment in found["enquired_at"]]
    columns = zip(*(found | {"enquired_at": enquired_at}).values(), strict=True)
    return list(
        map(Entry, leads, (lead.identity for lead in leads), enquired_at, columns, _words(found), _phones(leads))
    )


def reversed_digits(phone: str) -> str:
    """How a number stands in `lead_phones`."""
    return digits(phone)[::-1]


def _words(found: Mapping[str, Sequence[Any]]) -> Iterator[Sequence[str]]:
    emails = [f"{one or ''} {other or ''}" for one, other in zip(found["email"], found["email_alt"], strict=True)]
    return zip(*map(fold_all, ({**found, "email": emails}[name] for name in INDEXED)), strict=True)


def _phones(leads: Sequence[Lead]) -> Iterator[Sequence[str]]:
    return (tuple(map(reversed_digits, lead.phones)) for lead in leads)


def _kept(name: str, text: str) -> str:
    """Files may hold longer texts than IndiaMART's answers leave over. What is raw is JSON, and stays whole."""
    return text if name == "raw" else budgets.cut(text)


def _storable(name: str, values: Sequence[Any]) -> Sequence[Any]:
    """The values themselves if all of them are, as nearly always."""
    said = list(filter(None, values))
    if name in _TEXTS:
        together = "".join(said)
        is_storable = together.isascii() and "\0" not in together
        if is_storable and (name == "raw" or max(map(len, said), default=0) <= budgets.TEXT):
            return values
        return [value and _kept(name, storable(value)) for value in values]
    if name == "enquired_at" or max(map(abs, said), default=0) <= LARGEST:
        return values
    return [value and min(max(value, -LARGEST), LARGEST) for value in values]
