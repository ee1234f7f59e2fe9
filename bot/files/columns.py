"""The columns of an export, and IndiaMART's names for the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.domain.lead import Lead
from bot.indiamart import column_names

if TYPE_CHECKING:
    from collections.abc import Iterable

FIELDS: Final = tuple(name for name in Lead._fields if name != "raw")
"""A lead's own columns, by its fields' names."""
TEAM: Final = ("status", "owner", "claimed_at", "won_value", "lost_reason", "latest_note")
"""What the team did; export writes it, import passes over it."""
NUMBER: Final = "lead"
"""Our number, as in /lead 1234."""
COLUMNS: Final = (NUMBER, *FIELDS, *TEAM)
"""In the order of the file. Never translated: import has to know them."""
NUMBERS: Final = frozenset({NUMBER, "order_value_min", "order_value_max", "call_seconds", "won_value"})

RAW: Final = "raw"
"""IndiaMART's own row, which only JSONL carries."""

_FOLDED: Final = {column_names.folded(name): name for name in (*FIELDS, RAW)}
_TEAM: Final = frozenset(map(column_names.folded, (NUMBER, *TEAM)))
_EXPORTED: Final = frozenset({"KIND", "QUERY_ID", "ENQUIRED_AT", "NAME", "MOBILE"})

WIRE_NAMES: Final = {
    "kind": "QUERY_TYPE",
    "query_id": "UNIQUE_QUERY_ID",
    "enquired_at": "QUERY_TIME",
    "name": "SENDER_NAME",
    "company": "SENDER_COMPANY",
    "mobile": "SENDER_MOBILE",
    "mobile_alt": "SENDER_MOBILE_ALT",
    "phone": "SENDER_PHONE",
    "phone_alt": "SENDER_PHONE_ALT",
    "email": "SENDER_EMAIL",
    "email_alt": "SENDER_EMAIL_ALT",
    "address": "SENDER_ADDRESS",
    "city": "SENDER_CITY",
    "state": "SENDER_STATE",
    "pincode": "SENDER_PINCODE",
    "country": "SENDER_COUNTRY_ISO",
    "product": "QUERY_PRODUCT_NAME",
    "category": "QUERY_MCAT_NAME",
    "subject": "SUBJECT",
    "message": "QUERY_MESSAGE",
    "quantity": "QUERY_QUANTITY",
    "call_seconds": "CALL_DURATION",
    "receiver_mobile": "RECEIVER_MOBILE",
}
"""Our names where IndiaMART has one of its own for the same."""
OWN_NAMES: Final = {theirs: ours for ours, theirs in WIRE_NAMES.items()}


def title(column: str) -> str:
    """`Query ID` for `query_id`, as a heading shows it."""
    words = column.replace("_", " ").capitalize()
    return words[:-2] + "ID" if words.endswith(" id") else words


def own_field(name: object) -> str | None:
    """The lead's field that a column of ours fills, however it is spelled."""
    return _FOLDED.get(column_names.folded(name))


def is_team(name: object) -> bool:
    """Whether it is one of an export's columns that no lead takes."""
    return column_names.folded(name) in _TEAM


def is_export(names: Iterable[object]) -> bool:
    """Whether a file was written by `leadbell export`: its values were read once, and are taken as they stand."""
    folded = {column_names.folded(name) for name in names}
    return folded >= _EXPORTED and folded <= _FOLDED.keys() | _TEAM
