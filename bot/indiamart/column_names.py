"""The names of IndiaMART's columns: v1's and v2's, however they are spelled."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Final

from bot.domain import budgets

if TYPE_CHECKING:
    from collections.abc import Iterable

RENAMES: Final = {
    "QUERY_ID": "UNIQUE_QUERY_ID",
    "QTYPE": "QUERY_TYPE",
    "DATE_TIME_RE": "QUERY_TIME",
    "SENDERNAME": "SENDER_NAME",
    "MOB": "SENDER_MOBILE",
    "SENDEREMAIL": "SENDER_EMAIL",
    "SENDERMAIL": "SENDER_EMAIL",  # the 2018 document's misprint
    "GLUSR_USR_COMPANYNAME": "SENDER_COMPANY",
    "ENQ_ADDRESS": "SENDER_ADDRESS",
    "ENQ_CITY": "SENDER_CITY",
    "ENQ_STATE": "SENDER_STATE",
    "COUNTRY_ISO": "SENDER_COUNTRY_ISO",
    "PRODUCT_NAME": "QUERY_PRODUCT_NAME",
    "ENQ_MESSAGE": "QUERY_MESSAGE",
    "ENQ_CALL_DURATION": "CALL_DURATION",
    "ENQ_RECEIVER_MOB": "RECEIVER_MOBILE",
    "MOBILE_ALT": "SENDER_MOBILE_ALT",
    "EMAIL_ALT": "SENDER_EMAIL_ALT",
    "PHONE": "SENDER_PHONE",
    "PHONE_ALT": "SENDER_PHONE_ALT",
    # Reported by clients, second hand; also in v2's bodies.
    "SENDER_COMPANY_IM": "SENDER_COMPANY",
    "GLUSR_USR_COMPANY_NAME": "SENDER_COMPANY",
    "SENDER_COUNTRY": "SENDER_COUNTRY_ISO",
}
"""v1's names, and those that were reported, to v2's."""

TELLING: Final = frozenset(
    {
        "UNIQUE_QUERY_ID", "QUERY_TIME", "SENDER_NAME", "SENDER_COMPANY", "SENDER_EMAIL", "SENDER_EMAIL_ALT",
        "SENDER_MOBILE", "SENDER_MOBILE_ALT", "SENDER_PHONE", "SENDER_PHONE_ALT", "QUERY_PRODUCT_NAME", "QUERY_MESSAGE",
        "SENDER_MOBILE_WAPP",  # reported by clients, as those at the end of RENAMES
    }
)  # fmt: skip
"""A row with none of these is no lead."""

WRAPPERS: Final = frozenset(
    {"RESPONSE", "BODY", "DATA", "PAYLOAD", "LEAD", "LEADS", "RESULT", "RESULTS", "RECORDS", "ROWS"}
)
"""What stands in these stands in the place of a lead, or of several."""

NAMES: Final = (
    TELLING
    | frozenset(RENAMES)
    | frozenset(RENAMES.values())
    | {"SENDER_PINCODE", "SUBJECT", "QUERY_MCAT_NAME", "QUERY_QUANTITY", "LOG_TIME", "DATE_RE", "DATE_R"}
    | {"IM_MEMBER_SINCE"}
)
"""Every name that is read, v1's and v2's."""


_AS_SPELLED: Final[dict[object, str]] = {name: RENAMES.get(name, name) for name in NAMES}

UNUSED: Final = frozenset(
    {
        "RN", "READ_STATUS", "SENDER_GLUSR_USR_ID", "COUNTRY_FLAG", "QUERY_MODID", "QUERY_MODREFID",
        "DIR_QUERY_MODREF_TYPE", "ORG_SENDER_GLUSR_ID", "IM_MEMBER_SINCE", "TOTAL_COUNT", "RECEIVER_CATALOG",
        "CODE", "STATUS", "MESSAGE", "TOTAL_RECORDS", "RESPONSE", "ERROR_MESSAGE", "APP_AUTH_FAILURE_CODE",
    }
)  # fmt: skip
"""Names that are known and say nothing to a sales team, or stand around the rows."""
_EDGES: Final = "\ufeff \t\r\n"
_LIKE_A_NAME: Final = re.compile(
    r"(?=.{2,54}$)([A-Z]+(_[A-Z]+)*|[A-Za-z]+(_[A-Za-z]+)+|[a-z]+([A-Z][a-z]*)+)_?[0-9]{0,3}"
)
"""As it was sent: capitals, or several words in one. What else stands there may be a buyer's words, which no message to
the admins may hold; a name is mostly one word, or several with blanks.
"""


def folded(name: object) -> str:
    """A column's name in IndiaMART's spelling, whatever case and blanks it came with: `senderName` is SENDER_NAME."""
    return str(name) if _is_endless(name) else _folded(name)


@lru_cache(maxsize=1024)  # the same few names in every row
def _folded(name: object) -> str:
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[\s-]+", "_", str(name).strip(_EDGES))
    return parted.upper()


def field(name: object) -> str | None:
    """v2's name for a column, however it is spelled; None for one that is not read."""
    if (known := _AS_SPELLED.get(name)) is not None:  # nearly always
        return known
    spelled = folded(name)
    return RENAMES.get(spelled, spelled) if spelled in NAMES else None


def unknown_names(names: Iterable[object]) -> tuple[str, ...]:
    """Of columns' names those that nobody has described yet, in IndiaMART's spelling, sorted."""
    found = {folded(name) for name in names if field(name) is None and _is_like_a_name(name)}
    return tuple(sorted(found - UNUSED))


def _is_like_a_name(name: object) -> bool:
    return _LIKE_A_NAME.fullmatch(str(name).strip(_EDGES)) is not None


def _is_endless(name: object) -> bool:
    """Such a name is none of ours, and has no place in a cache."""
    return isinstance(name, str) and len(name) > budgets.NAME


def is_row(value: object) -> bool:
    """Whether it looks like a row at all, readable or not: an object with at least one name that rows have."""
    return isinstance(value, dict) and any(field(name) is not None for name in islice(value, budgets.COLUMNS))
