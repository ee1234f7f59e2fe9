"""The columns of an export, and what a file's own heading means: IndiaMART's names, ours, or nothing we know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.i18n import _
from bot.indiamart import wire
from bot.models import Lead

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
TIMES: Final = frozenset({"enquired_at", "claimed_at"})
NUMBERS: Final = frozenset({NUMBER, "order_value_min", "order_value_max", "call_seconds", "won_value"})
LONG: Final = frozenset({"message", "latest_note", "address"})

RAW: Final = "raw"
"""IndiaMART's own row, which only JSONL carries."""

_FOLDED: Final = {wire.folded(name): name for name in (*FIELDS, RAW)}
_PASSED_OVER: Final = frozenset(map(wire.folded, (NUMBER, *TEAM)))
_OURS_ALONE: Final = frozenset(_FOLDED) - wire.NAMES - {"RAW"}

AS_INDIAMART: Final = {
    wire.folded(name): field
    for name, field in {
        "kind": "QUERY_TYPE",
        "enquired_at": "QUERY_TIME",
        "name": "SENDER_NAME",
        "company": "SENDER_COMPANY",
        "mobile": "SENDER_MOBILE",
        "email": "SENDER_EMAIL",
        "address": "SENDER_ADDRESS",
        "city": "SENDER_CITY",
        "state": "SENDER_STATE",
        "pincode": "SENDER_PINCODE",
        "country": "SENDER_COUNTRY_ISO",
        "product": "QUERY_PRODUCT_NAME",
        "category": "QUERY_MCAT_NAME",
        "message": "QUERY_MESSAGE",
        "call_seconds": "CALL_DURATION",
    }.items()
}
"""Our names where IndiaMART has one of its own for the same."""

_EXAMPLES: Final = "Query ID, Enquired at, Name, Mobile, Email, City, Product, Message"
_LIKELY: Final = 75
"""How alike (of 100) an unknown name must be to be proposed."""
_SHOWN: Final = 60


def title(column: str) -> str:
    """`Query ID` for `query_id`, as a heading shows it."""
    words = column.replace("_", " ").capitalize()
    return words[:-2] + "ID" if words.endswith(" id") else words


def own_field(name: object) -> str | None:
    """The lead's field that a column of ours fills, however it is spelled."""
    return _FOLDED.get(wire.folded(name))


def is_known(name: object) -> bool:
    """Whether a column says anything about a lead; what the team did does not."""
    return own_field(name) is not None or wire.field(name) is not None


def is_ours(names: Iterable[object]) -> bool:
    """Whether they are an export's: some are only ours, and none is only IndiaMART's."""
    folded = {wire.folded(name) for name in names}
    return bool(folded & _OURS_ALONE) and not (folded & wire.NAMES) - _FOLDED.keys()


def is_mixed(names: Iterable[object]) -> bool:
    """Whether IndiaMART's names stand beside ours."""
    folded = {wire.folded(name) for name in names}
    return bool(folded & _OURS_ALONE) and bool((folded & wire.NAMES) - _FOLDED.keys())


def unknown(names: Iterable[object]) -> str:
    """What to say of a heading without a name that is known. It may be a row of data, so it is not repeated whole."""
    sentence = _(
        "its first row names no column that is known. It must hold IndiaMART's own names (such as UNIQUE_QUERY_ID, "
        "QUERY_TIME, SENDER_NAME, SENDER_MOBILE) or those of an export ({examples})."
    ).format(examples=_EXAMPLES)
    near = next(filter(None, map(_nearest, names)), None)
    return sentence if near is None else f"{sentence} " + _("Did you mean “{name}”?").format(name=near)


def _nearest(name: object) -> str | None:
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - needed only after a slip

    folded = wire.folded(str(name)[:_SHOWN])
    if not folded or folded in _PASSED_OVER:
        return None
    known = sorted(wire.NAMES | _FOLDED.keys() - {"RAW"})
    match = process.extractOne(folded, known, scorer=fuzz.ratio, score_cutoff=_LIKELY)
    if match is None:
        return None
    field = _FOLDED.get(match[0])
    return str(match[0]) if field is None else title(field)
