"""What people write under their own headings for a lead's number, and what of that means anything here: a serial number
is no id of IndiaMART's, and would make two leads one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.files.mapping import MappedBy
from bot.i18n import N_
from bot.indiamart.parse import filler

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.files.mapping import Column


class Unread(NamedTuple):
    """A cell that is not read although its column is."""

    column: Column
    reason: str
    """To be translated, with blanks for `column` and `place`."""


NO_ID: Final = N_("{column} in {place} (no id of IndiaMART)")

_ID: Final = re.compile(r"[1-9]\d{8,9}(?:\.0*)?", re.ASCII)
"""9 digits a BuyLead or a call has, 10 an enquiry (observed)."""
_PEOPLES: Final = frozenset({MappedBy.WRITTEN, MappedBy.LIKELY})


def unread(said: Mapping[Column, str]) -> Iterator[Unread]:
    """Of a row's cells those that mean nothing here. IndiaMART's own columns and --map's are taken as they are."""
    for column, text in said.items():
        is_peoples = column.how in _PEOPLES and not filler.is_filler(text)
        if is_peoples and column.field == "query_id" and _ID.fullmatch(text) is None:
            yield Unread(column, NO_ID)
